"""Which kept pictures are still needed: by a row that shows them, or a post on its way."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox import IS_DEAD, IS_WAITING
from bot.store.schema import outbox
from bot.store.tables import metadata


async def needed(connection: AsyncConnection) -> set[str]:
    """Their keys. A table says of a column with `info={"picture": True}` that it holds some."""
    keys: set[str] = set()
    for table in metadata.tables.values():
        for column in table.c:
            if column.info.get("picture"):
                keys |= set(await connection.scalars(select(column).where(column.is_not(None))))
    waiting = select(outbox.c.post).where(outbox.c.post.is_not(None), or_(IS_WAITING, IS_DEAD))
    posts = await connection.scalars(waiting)
    return keys | {post["image"] for post in posts if post.get("image")}

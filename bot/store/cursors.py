"""How far each stream of events has been heard."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Cursor
from bot.store.schema import cursors
from bot.store.upsert import upsert


async def load(connection: AsyncConnection) -> dict[tuple[str, str], str]:
    """(platform, stream) → value, for all."""
    rows = await connection.execute(select(cursors))
    return {(row.platform, row.stream): row.value for row in rows}


async def save(connection: AsyncConnection, moved: Sequence[Cursor]) -> None:
    """Of two values for one stream the later in `moved` stays."""
    latest = {(c.platform, c.stream): c.value for c in moved}
    rows = [{"platform": p, "stream": s, "value": v} for (p, s), v in latest.items()]
    await upsert(connection, cursors, rows)

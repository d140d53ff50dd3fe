"""Private chats in which posts of ours are talked about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId
from bot.store.posts import is_post
from bot.store.schema import posts, strands

Seat = tuple[ChannelId, ChannelId, datetime]  # a private chat, the post's channel, since when


async def seat(
    connection: AsyncConnection, key: str, channel: ChannelId, chat: ChannelId, now: datetime
) -> list[str]:
    """Let this post be talked about in this private chat.

    Answers the keys of the open strands there, the latest first; none where it can't be.
    """
    is_open = posts.c.strand_id.in_(select(strands.c.id).where(strands.c.closed_at.is_(None)))
    changed = await connection.execute(
        update(posts)
        .where(is_post(key, channel), posts.c.is_inside.is_(False), is_open)
        .values(thread=chat.id, seated_at=now)
    )
    if changed.rowcount != 1:
        return []
    rows = await connection.execute(
        select(strands.c.key)
        .join(posts, posts.c.strand_id == strands.c.id)
        .where(_is_seated(chat), strands.c.closed_at.is_(None))
        .order_by(posts.c.seated_at.desc(), strands.c.id.desc())
    )
    return [row.key for row in rows]


async def unseat(connection: AsyncConnection, key: str, channel: ChannelId) -> None:
    await connection.execute(
        update(posts)
        .where(is_post(key, channel), posts.c.seated_at.is_not(None))
        .values(thread=None, seated_at=None)
    )


async def empty(connection: AsyncConnection, chat: ChannelId, *, ended_only: bool = False) -> None:
    """No post is talked about in this private chat any more; or none whose strand has ended."""
    wanted = _is_seated(chat)
    if ended_only:
        ended = select(strands.c.id).where(strands.c.closed_at.is_not(None))
        wanted = and_(wanted, posts.c.strand_id.in_(ended))
    await connection.execute(update(posts).where(wanted).values(thread=None, seated_at=None))


async def ended_seats(connection: AsyncConnection) -> list[Seat]:
    """Private chats in which something is over, and nobody has been told."""
    rows = await connection.execute(
        select(posts)
        .join(strands, posts.c.strand_id == strands.c.id)
        .where(strands.c.closed_at.is_not(None), posts.c.seated_at.is_not(None))
        .order_by(posts.c.seated_at)
    )
    return [
        (ChannelId(row.platform, row.thread), ChannelId(row.platform, row.channel), row.seated_at)
        for row in rows
    ]


def _is_seated(chat: ChannelId) -> ColumnElement[bool]:
    return and_(
        posts.c.platform == chat.platform,
        posts.c.thread == chat.id,
        posts.c.seated_at.is_not(None),
    )

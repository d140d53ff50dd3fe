"""Tests of the bridge that mods have started: until their messages are taken back again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId
from bot.store.schema import Instant, metadata, posts

# `key` is that of the posts. A row goes with the order to take them back.
trials = Table(
    "trials",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("ends_at", Instant, nullable=False),
    Index(None, "ends_at"),
)


async def begin(connection: AsyncConnection, key: str, ends_at: datetime) -> None:
    await connection.execute(insert(trials).values(key=key, ends_at=ends_at))


async def over(connection: AsyncConnection, now: datetime) -> list[str]:
    """The keys of those that have ended, the earliest first."""
    found = await connection.scalars(
        select(trials.c.key).where(trials.c.ends_at <= now).order_by(trials.c.ends_at)
    )
    return list(found)


async def end(connection: AsyncConnection, key: str) -> list[ChannelId]:
    """Forget it; the channels in which its post was ordered."""
    await connection.execute(delete(trials).where(trials.c.key == key))
    rows = await connection.execute(
        select(posts.c.platform, posts.c.channel)
        .where(posts.c.key == key)
        .order_by(posts.c.platform, posts.c.channel)
    )
    return [ChannelId(row.platform, row.channel) for row in rows]

"""Who wants the original words too, in which channel, and when they last wrote there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    String,
    Table,
    and_,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, PersonId
from bot.store.schema import Instant, metadata
from bot.store.upsert import upsert
from bot.store.whose import is_about, is_in

learners = Table(
    "learners",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index(None, "platform", "person_id"),
)


async def begin(
    connection: AsyncConnection, person: PersonId, channel: ChannelId, now: datetime
) -> None:
    row = {
        "platform": channel.platform,
        "channel": channel.id,
        "person_id": person.id,
        "since": now,
        "seen_at": now,
    }
    await upsert(connection, learners, [row])


async def end(connection: AsyncConnection, person: PersonId, channel: ChannelId) -> bool:
    """False where they were none."""
    gone = await connection.execute(delete(learners).where(_is(person, channel)))
    return gone.rowcount > 0


async def is_one(connection: AsyncConnection, person: PersonId, channel: ChannelId) -> bool:
    found = await connection.scalar(select(learners.c.since).where(_is(person, channel)))
    return found is not None


async def see(
    connection: AsyncConnection, person: PersonId, channel: ChannelId, at: datetime
) -> None:
    """They wrote there; nothing happens for those who don't learn there."""
    seen = update(learners).where(_is(person, channel), learners.c.seen_at < at)
    await connection.execute(seen.values(seen_at=at))


async def last_seen(
    connection: AsyncConnection, channels: Iterable[ChannelId]
) -> dict[ChannelId, datetime]:
    """When the one of its learners who wrote last did, of those channels that have any."""
    wanted: dict[str, set[str]] = {}
    for channel in channels:
        wanted.setdefault(channel.platform, set()).add(channel.id)
    found: dict[ChannelId, datetime] = {}
    for platform, ids in wanted.items():
        rows = await connection.execute(
            select(learners.c.channel, func.max(learners.c.seen_at).label("at"))
            .where(learners.c.platform == platform, learners.c.channel.in_(sorted(ids)))
            .group_by(learners.c.channel)
        )
        found |= {ChannelId(platform, row.channel): row.at for row in rows}
    return found


async def of(connection: AsyncConnection, person: PersonId) -> list[Mapping[str, str]]:
    """Where and since when, as plain text."""
    rows = await connection.execute(
        select(learners).where(is_about(learners, person)).order_by(learners.c.channel)
    )
    return [
        {
            "channel": row.channel,
            "since": row.since.isoformat(),
            "wrote_last": row.seen_at.isoformat(),
        }
        for row in rows
    ]


async def people(connection: AsyncConnection) -> set[PersonId]:
    rows = await connection.execute(select(learners.c.platform, learners.c.person_id).distinct())
    return {PersonId(row.platform, row.person_id) for row in rows}


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    await connection.execute(delete(learners).where(is_about(learners, person)))


async def let_go(connection: AsyncConnection, *, seen_before: datetime) -> None:
    await connection.execute(delete(learners).where(learners.c.seen_at < seen_before))


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """Follow a channel to its new id; who learns in both learns there once."""
    there = select(learners.c.person_id).where(is_in(learners, new))
    is_old = is_in(learners, old)
    moved = update(learners).where(is_old, learners.c.person_id.not_in(there))
    await connection.execute(moved.values(channel=new.id))
    await connection.execute(delete(learners).where(is_old))


def _is(person: PersonId, channel: ChannelId) -> ColumnElement[bool]:
    return and_(is_in(learners, channel), learners.c.person_id == person.id)

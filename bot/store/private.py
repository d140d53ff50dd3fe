"""Who is not to be relayed nor kept, and whose erasure has been asked for and not yet ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, ColumnElement, String, Table, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store.schema import Instant, messages, metadata
from bot.store.upsert import upsert

private_people = Table(
    "private_people",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("paused_at", Instant, nullable=False),
)

# A kill in the middle must not leave half of it: the row goes with the last of what it is about.
erasures = Table(
    "erasures",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("asked_at", Instant, nullable=False),
)


async def pause(connection: AsyncConnection, person: PersonId, now: datetime) -> None:
    if await paused_at(connection, person) is None:
        await upsert(connection, private_people, [_key(person) | {"paused_at": now}])


async def resume(connection: AsyncConnection, person: PersonId) -> bool:
    """False where they were not on pause."""
    ended = await connection.execute(delete(private_people).where(_is(private_people, person)))
    return ended.rowcount > 0


async def paused_at(connection: AsyncConnection, person: PersonId) -> datetime | None:
    wanted = select(private_people.c.paused_at).where(_is(private_people, person))
    return await connection.scalar(wanted)


async def among(connection: AsyncConnection, people: Iterable[PersonId]) -> set[PersonId]:
    """Those of these people who are on pause."""
    by_platform: dict[str, set[str]] = {}
    for person in people:
        by_platform.setdefault(person.platform, set()).add(person.id)
    if not by_platform:
        return set()
    table = private_people
    rows = await connection.execute(
        select(table.c.platform, table.c.person).where(
            or_(
                *(
                    and_(table.c.platform == platform, table.c.person.in_(sorted(ids)))
                    for platform, ids in by_platform.items()
                )
            )
        )
    )
    return {PersonId(row.platform, row.person) for row in rows}


async def wrote(connection: AsyncConnection, message: int) -> bool:
    """Whether the author of this message is on pause."""
    theirs = and_(
        messages.c.platform == private_people.c.platform,
        messages.c.author_id == private_people.c.person,
    )
    wanted = select(messages.c.id).join(private_people, theirs).where(messages.c.id == message)
    return await connection.scalar(wanted) is not None


async def ask_erasure(connection: AsyncConnection, person: PersonId, now: datetime) -> None:
    await upsert(connection, erasures, [_key(person) | {"asked_at": now}])


async def unfinished(connection: AsyncConnection) -> list[PersonId]:
    """Whose erasure was begun; the longest ago first."""
    rows = await connection.execute(select(erasures).order_by(erasures.c.asked_at))
    return [PersonId(row.platform, row.person) for row in rows]


async def end_erasure(connection: AsyncConnection, person: PersonId) -> None:
    await connection.execute(delete(erasures).where(_is(erasures, person)))


def _key(person: PersonId) -> dict[str, object]:
    return {"platform": person.platform, "person": person.id}


def _is(table: Table, person: PersonId) -> ColumnElement[bool]:
    return and_(table.c.platform == person.platform, table.c.person == person.id)

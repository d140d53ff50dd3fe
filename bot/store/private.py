"""Who is not to be relayed nor kept, and whose erasure has been asked for and not yet ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store.schema import Instant, Json, metadata
from bot.store.upsert import upsert
from bot.store.whose import is_about

# `resumed_at`: what was written before that may be heard after it, and is not for anybody.
private_people = Table(
    "private_people",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("paused_at", Instant, nullable=False),
    Column("resumed_at", Instant),
)

# A kill in the middle must not leave half of it: the row goes with the last of what it is about.
erasures = Table(
    "erasures",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("names", Json),  # that they were known by when it began; else a kill would lose them
)


async def pause(connection: AsyncConnection, person: PersonId, now: datetime) -> None:
    mine = is_about(private_people, person)
    known = await connection.execute(update(private_people).where(mine).values(resumed_at=None))
    if not known.rowcount:
        await connection.execute(insert(private_people).values(_key(person) | {"paused_at": now}))


async def resume(connection: AsyncConnection, person: PersonId, now: datetime) -> bool:
    """False where they were not on pause."""
    is_paused = private_people.c.resumed_at.is_(None)
    ended = await connection.execute(
        update(private_people)
        .where(is_about(private_people, person), is_paused)
        .values(resumed_at=now)
    )
    return ended.rowcount > 0


async def is_paused(connection: AsyncConnection, person: PersonId) -> bool:
    return person in (await pauses(connection, [person])).now


@dataclass(frozen=True, slots=True)
class Pauses:
    """Of some people: who is on pause, and when others were for the last time."""

    now: frozenset[PersonId]
    until: Mapping[PersonId, datetime]

    def cover(self, person: PersonId, at: datetime) -> bool:
        """Whether what this person did then is nobody's business.

        Telegram tells whole seconds: of the one in which a pause ended, all counts as after it.
        """
        if person in self.now:
            return True
        end = self.until.get(person)
        if end is not None and at.microsecond == 0:
            end = end.replace(microsecond=0)
        return end is not None and at < end


async def pauses(connection: AsyncConnection, people: Iterable[PersonId]) -> Pauses:
    by_platform: dict[str, set[str]] = {}
    for person in people:
        by_platform.setdefault(person.platform, set()).add(person.id)
    found: dict[PersonId, datetime | None] = {}
    for platform, ids in by_platform.items():
        rows = await connection.execute(
            select(private_people).where(
                private_people.c.platform == platform, private_people.c.person.in_(sorted(ids))
            )
        )
        found |= {PersonId(row.platform, row.person): row.resumed_at for row in rows}
    return Pauses(
        frozenset(person for person, end in found.items() if end is None),
        {person: end for person, end in found.items() if end is not None},
    )


async def forget_ended(connection: AsyncConnection, *, before: datetime) -> None:
    await connection.execute(delete(private_people).where(private_people.c.resumed_at < before))


async def ask_erasure(
    connection: AsyncConnection, person: PersonId, names: Collection[str], now: datetime
) -> set[str]:
    """All names to be erased: these, and those of an attempt that was interrupted."""
    rows = await connection.scalars(select(erasures.c.names).where(is_about(erasures, person)))
    known = {name for row in rows for name in row or ()} | set(names)
    row = _key(person) | {"asked_at": now, "names": sorted(known)}
    await upsert(connection, erasures, [row])
    return known


async def unfinished(connection: AsyncConnection) -> list[PersonId]:
    """Whose erasure was begun; the longest ago first."""
    rows = await connection.execute(select(erasures).order_by(erasures.c.asked_at))
    return [PersonId(row.platform, row.person) for row in rows]


async def end_erasure(connection: AsyncConnection, person: PersonId) -> None:
    was_paused = private_people.c.resumed_at.is_not(None)
    await connection.execute(
        delete(private_people).where(is_about(private_people, person), was_paused)
    )
    await connection.execute(delete(erasures).where(is_about(erasures, person)))


def _key(person: PersonId) -> dict[str, object]:
    return {"platform": person.platform, "person": person.id}

"""Buddies: who looks for one, who is one, who is kept from whom, and what became of each match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, PersonId
from bot.store.buddy_rows import (
    LOADING,
    Match,
    Newcomer,
    Volunteer,
    blocks,
    match_of,
    matches,
    newcomer_of,
    newcomers,
    volunteer_of,
    volunteers,
)
from bot.store.schema import messages, strands
from bot.store.whose import is_about, is_in

_LOAD = (
    select(func.count())
    .select_from(matches)
    .where(matches.c.volunteer_id == volunteers.c.id, matches.c.state.in_(LOADING))
    .correlate(volunteers)
    .scalar_subquery()
)
_LAST_ASKED = (
    select(func.max(matches.c.proposed_at))
    .where(matches.c.volunteer_id == volunteers.c.id)
    .correlate(volunteers)
    .scalar_subquery()
)


async def put_newcomer(
    connection: AsyncConnection, relay: int, person: PersonId, values: dict[str, Any]
) -> Newcomer:
    """Change what is known of this person as a newcomer, or begin to know them."""
    await _put(connection, newcomers, relay, person, {"spell": 0, **values})
    found = await newcomer(connection, relay, person)
    assert found is not None
    return found


async def put_volunteer(
    connection: AsyncConnection, relay: int, person: PersonId, values: dict[str, Any]
) -> Volunteer:
    await _put(connection, volunteers, relay, person, values)
    found = await volunteer(connection, relay, person)
    assert found is not None
    return found


async def newcomer(connection: AsyncConnection, relay: int, person: PersonId) -> Newcomer | None:
    wanted = select(newcomers).where(_who(newcomers, relay, person))
    row = (await connection.execute(wanted)).one_or_none()
    return newcomer_of(row) if row is not None else None


async def volunteer(connection: AsyncConnection, relay: int, person: PersonId) -> Volunteer | None:
    found = await _volunteers(connection, _who(volunteers, relay, person))
    return found[0] if found else None


async def set_newcomer(connection: AsyncConnection, id: int, **values: Any) -> None:
    await connection.execute(update(newcomers).where(newcomers.c.id == id).values(**values))


async def set_volunteer(connection: AsyncConnection, id: int, **values: Any) -> None:
    await connection.execute(update(volunteers).where(volunteers.c.id == id).values(**values))


async def waiting(connection: AsyncConnection, relay: int) -> list[Newcomer]:
    """Longest first."""
    rows = await connection.execute(
        select(newcomers)
        .where(newcomers.c.relay_id == relay, newcomers.c.state == "waiting")
        .order_by(newcomers.c.asked_at, newcomers.c.id)
    )
    return [newcomer_of(row) for row in rows]


async def free(connection: AsyncConnection, relay: int) -> list[Volunteer]:
    """Those who have not paused and whose capacity is not used up."""
    wanted = and_(volunteers.c.relay_id == relay, volunteers.c.state == "free")
    found = await _volunteers(connection, wanted)
    return [one for one in found if one.load < one.capacity]


async def kept_apart(
    connection: AsyncConnection, relay: int, people: Iterable[PersonId]
) -> set[frozenset[PersonId]]:
    """Pairs of these that are never to be proposed: they were before, or one blocked the other."""
    by_print = {_fingerprint(relay, person): person for person in people}
    blocked = await connection.execute(select(blocks).where(blocks.c.relay_id == relay))
    pairs = {
        frozenset({PersonId(row.platform, row.person), by_print[row.other]})
        for row in blocked
        if row.other in by_print
    }
    met = await connection.execute(
        select(
            newcomers.c.platform,
            newcomers.c.person,
            volunteers.c.platform.label("other_platform"),
            volunteers.c.person.label("other_person"),
        )
        .select_from(matches.join(newcomers).join(volunteers))
        .where(matches.c.relay_id == relay)
    )
    return pairs | {
        frozenset({PersonId(r.platform, r.person), PersonId(r.other_platform, r.other_person)})
        for r in met
    }


async def block(connection: AsyncConnection, relay: int, person: PersonId, other: PersonId) -> None:
    """Once is enough, and a second time changes nothing."""
    values = {
        "relay_id": relay,
        "platform": person.platform,
        "person": person.id,
        "other": _fingerprint(relay, other),
    }
    await connection.execute(delete(blocks).where(*(blocks.c[k] == v for k, v in values.items())))
    await connection.execute(insert(blocks).values(values))


async def propose(
    connection: AsyncConnection,
    relay: int,
    pair: tuple[int, int],
    *,
    seed: str,
    facts: dict[str, Any],
    now: datetime,
    due: datetime,
) -> Match:
    """`pair` is the rows of the newcomer, who no longer waits, and of the volunteer."""
    made = await connection.execute(
        insert(matches)
        .values(
            relay_id=relay,
            newcomer_id=pair[0],
            volunteer_id=pair[1],
            state="proposed",
            due_at=due,
            seed=seed,
            facts=facts,
            newcomer_accepts=False,
            volunteer_accepts=False,
            proposed_at=now,
        )
        .returning(matches.c.id)
    )
    await set_newcomer(connection, pair[0], state="matched", due_at=None)
    found = await match(connection, made.scalar_one())
    assert found is not None
    return found


async def match(connection: AsyncConnection, id: int) -> Match | None:
    found = await _matches(connection, matches.c.id == id)
    return found[0] if found else None


async def due_matches(connection: AsyncConnection, relay: int, now: datetime) -> list[Match]:
    wanted = and_(
        matches.c.relay_id == relay, matches.c.state.in_(LOADING), matches.c.due_at <= now
    )
    return await _matches(connection, wanted)


async def matches_of(
    connection: AsyncConnection, person: PersonId, *, relay: int | None = None
) -> list[Match]:
    """Everyone of this person's, oldest first."""
    wanted = or_(is_about(newcomers, person), is_about(volunteers, person))
    if relay is not None:
        wanted = and_(wanted, matches.c.relay_id == relay)
    return await _matches(connection, wanted)


async def move(
    connection: AsyncConnection, match: Match, states: Sequence[str], **values: Any
) -> bool:
    """Change it if it is in one of these states still."""
    changed = await connection.execute(
        update(matches)
        .where(matches.c.id == match.id, matches.c.state.in_(states))
        .values(**values)
    )
    return changed.rowcount == 1


async def grant(connection: AsyncConnection, *, until: datetime) -> None:
    """No proposal lapses before that."""
    lapses = and_(matches.c.state == "proposed", matches.c.due_at < until)
    await connection.execute(update(matches).where(lapses).values(due_at=until))


async def is_silent(connection: AsyncConnection, key: str) -> bool:
    """Whether nobody has written in this strand."""
    heard = (
        select(messages.c.id).join(strands, messages.c.strand_id == strands.c.id).limit(1)
    ).where(strands.c.key == key)
    return await connection.scalar(heard) is None


async def rows_of(connection: AsyncConnection, person: PersonId) -> dict[str, list[dict[str, Any]]]:
    """All that is kept about this person, table by table, without the others' names."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, table in (("looking", newcomers), ("helping", volunteers)):
        rows = await connection.execute(select(table).where(is_about(table, person)))
        found[name] = [
            {
                "name": row.name,
                "state": row.state,
                "languages": row.languages.split(),
                "interests": row.interests,
                "time_zone": row.zone,
            }
            for row in rows
        ]
    count = await connection.scalar(
        select(func.count()).select_from(blocks).where(is_about(blocks, person))
    )
    found["blocked"] = [{"count": count}] if count else []
    return found


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """Matches go with their people. Where others have blocked this one, that holds on."""
    for table in (newcomers, volunteers):
        gone = select(table.c.id).where(is_about(table, person))
        of = matches.c.newcomer_id if table is newcomers else matches.c.volunteer_id
        await connection.execute(delete(matches).where(of.in_(gone)))
        await connection.execute(delete(table).where(is_about(table, person)))
    await connection.execute(delete(blocks).where(is_about(blocks, person)))


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """Where people are written to has another id now."""
    for table in (newcomers, volunteers):
        is_old = is_in(table, old)
        await connection.execute(update(table).where(is_old).values(channel=new.id))


async def forget_greeted(connection: AsyncConnection, before: datetime) -> None:
    """Newcomers who were greeted this long ago and never wanted a buddy."""
    never = and_(newcomers.c.spell == 0, newcomers.c.created_at < before)
    await connection.execute(delete(newcomers).where(never))


async def _put(
    connection: AsyncConnection,
    table: Table,
    relay: int,
    person: PersonId,
    values: dict[str, Any],
) -> None:
    known = await connection.scalar(select(table.c.id).where(_who(table, relay, person)))
    if known is None:
        blank: dict[str, Any] = {"languages": "", "interests": [], "misses": 0}
        who = {"relay_id": relay, "platform": person.platform, "person": person.id}
        await connection.execute(insert(table).values(blank | values | who))
        return
    kept = ("created_at", "spell", "idle_since")
    changed = {name: value for name, value in values.items() if name not in kept}
    await connection.execute(update(table).where(table.c.id == known).values(**changed))


def _fingerprint(relay: int, person: PersonId) -> str:
    return sha256(f"{relay}:{person.platform}:{person.id}".encode()).hexdigest()


def _who(table: Table, relay: int, person: PersonId) -> ColumnElement[bool]:
    return and_(table.c.relay_id == relay, is_about(table, person))


async def _volunteers(connection: AsyncConnection, wanted: ColumnElement[bool]) -> list[Volunteer]:
    rows = await connection.execute(
        select(volunteers, _LOAD.label("load"), _LAST_ASKED.label("last_asked"))
        .where(wanted)
        .order_by(volunteers.c.id)
    )
    return [volunteer_of(row) for row in rows]


async def _matches(connection: AsyncConnection, wanted: ColumnElement[bool]) -> list[Match]:
    rows = await connection.execute(
        select(matches)
        .select_from(matches.join(newcomers).join(volunteers))
        .where(wanted)
        .order_by(matches.c.id)
    )
    found = rows.all()
    if not found:
        return []
    first = await connection.execute(
        select(newcomers).where(newcomers.c.id.in_([row.newcomer_id for row in found]))
    )
    seekers = {row.id: newcomer_of(row) for row in first}
    helpers = {
        one.id: one
        for one in await _volunteers(
            connection, volunteers.c.id.in_([row.volunteer_id for row in found])
        )
    }
    return [match_of(row, seekers[row.newcomer_id], helpers[row.volunteer_id]) for row in found]

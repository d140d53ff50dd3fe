"""What is to be said: one row per destination, claimed in the lane's order, settled by a verdict.

A row is never deleted before it is settled, and a lane's head is never overtaken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    bindparam,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.core.model import ChannelId
from bot.core.retry import LONGEST_RETRY_AFTER
from bot.store.schema import Instant, outbox


class Action(StrEnum):
    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    POST = "post"  # our own words, unasked: `post` holds them per language


class State(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"  # nothing was left to do
    DEAD = "dead"  # refused for good; a mod was told


WAITING = (State.PENDING, State.SENDING)
_OVER = (State.SENT, State.DROPPED)  # nobody needs a post's words any more: they may name people

_NO_ID = 2**62  # past every row's


def _waits(rows: FromClause) -> ColumnElement[bool]:
    """Written out: an index of some rows serves no query that binds their states as parameters."""
    return rows.c.state.in_([literal_column(f"'{state}'") for state in WAITING])


IS_WAITING = _waits(outbox)
IS_DEAD = outbox.c.state == literal_column(f"'{State.DEAD}'")


# Also by a clock that was set back: nothing waits for its first try, or for hours.
_IS_DUE = or_(
    outbox.c.due_at <= bindparam("now", type_=Instant),
    outbox.c.attempts == 0,
    outbox.c.due_at > bindparam("far", type_=Instant),
)


@dataclass(frozen=True, slots=True)
class Order:
    """One row to be: `prior` is the language of the channel it was written in."""

    lane: ChannelId
    action: Action
    language: str
    message: int | None = None
    prior: str = ""
    revision: int = 0
    post: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row. `parts` are the native ids that an earlier attempt certainly delivered."""

    id: int
    lane: ChannelId
    action: Action
    message: int | None
    language: str
    prior: str
    revision: int
    post: Mapping[str, Any] | None
    attempts: int
    uncertain_since: datetime | None
    parts: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one claimed row ended; back to `PENDING` with `due_at` where it is to be tried again."""

    id: int
    state: State
    attempts: int = 0
    due_at: datetime | None = None
    uncertain_since: datetime | None = None
    parts: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lane's queue as people are told of it."""

    waiting: int = 0
    oldest: datetime | None = None
    dead: int = 0
    reason: str | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row as the operator sees it."""

    id: int
    lane: str
    action: Action
    state: State
    attempts: int
    reason: str | None
    created_at: datetime
    due_at: datetime


async def enqueue(connection: AsyncConnection, orders: Sequence[Order], now: datetime) -> None:
    rows = [
        {
            "lane": str(order.lane),
            "action": order.action.value,
            "message_id": order.message,
            "language": order.language,
            "prior": order.prior,
            "revision": order.revision,
            "post": dict(order.post) if order.post is not None else None,
            "state": State.PENDING.value,
            "due_at": now,
            "created_at": now,
        }
        for order in orders
    ]
    if rows:
        await connection.execute(insert(outbox), rows)


async def claim_due(
    connection: AsyncConnection,
    now: datetime,
    *,
    platforms: Sequence[str],
    busy: Collection[str],
    limit: int,
) -> list[Delivery]:
    """Claim the first `limit` rows of every lane whose head is due and that is not `busy`.

    They come in lane order and are `sending` from here until they are settled.
    """
    values = {
        "now": now,
        "far": now + timedelta(seconds=LONGEST_RETRY_AFTER),
        "busy": list(busy),
        "limit": limit,
    }
    rows = await connection.execute(_claim(tuple(platforms)), values)
    claimed = [_delivery(row) for row in rows]
    return sorted(claimed, key=lambda delivery: delivery.id)


async def next_due(
    connection: AsyncConnection, *, platforms: Sequence[str], busy: Collection[str]
) -> datetime | None:
    """When the earliest head of a lane that is not busy comes due."""
    return await connection.scalar(_next(tuple(platforms)), {"busy": list(busy)})


async def settle(connection: AsyncConnection, verdicts: Sequence[Verdict], now: datetime) -> None:
    for verdict in verdicts:
        values: dict[str, Any] = {
            "state": verdict.state.value,
            "attempts": verdict.attempts,
            "uncertain_since": verdict.uncertain_since,
            "parts": list(verdict.parts) or None,
            "reason": verdict.reason,
            "settled_at": None if verdict.state in WAITING else now,
        }
        if verdict.state in _OVER:
            values["post"] = None
        if verdict.due_at is not None:
            values["due_at"] = verdict.due_at
        await connection.execute(update(outbox).where(outbox.c.id == verdict.id).values(values))


async def settle_sent(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> None:
    """The usual verdict, for many rows in one statement."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            state=State.SENT.value, settled_at=now, uncertain_since=None, reason=None, post=None
        )
    )


async def release(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Give claimed rows back untouched: nothing was attempted."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state == State.SENDING)
        .values(state=State.PENDING.value)
    )


async def left_sending(connection: AsyncConnection) -> list[Delivery]:
    """What a process that is gone had claimed."""
    rows = await connection.execute(
        select(outbox).where(outbox.c.state == State.SENDING).order_by(outbox.c.id)
    )
    return [_delivery(row) for row in rows]


async def lanes_of(connection: AsyncConnection, message: int) -> list[Order]:
    """Where a message was to be sent: one order per destination, as it was planned."""
    rows = await connection.execute(
        select(outbox)
        .where(outbox.c.message_id == message, outbox.c.action == Action.SEND)
        .order_by(outbox.c.id)
    )
    return [
        Order(
            ChannelId.parse(row.lane), Action.SEND, row.language, message, row.prior, row.revision
        )
        for row in rows
    ]


async def status(connection: AsyncConnection, lanes: Sequence[str]) -> dict[str, Waiting]:
    counted = await connection.execute(
        select(
            outbox.c.lane,
            func.count().label("waiting"),
            func.min(outbox.c.created_at, type_=Instant).label("oldest"),
            func.max(outbox.c.reason).label("reason"),
        )
        .where(outbox.c.lane.in_(lanes), IS_WAITING)
        .group_by(outbox.c.lane)
    )
    found = {row.lane: Waiting(row.waiting, row.oldest, 0, row.reason) for row in counted}
    dead = await connection.execute(
        select(outbox.c.lane, func.count().label("dead"))
        .where(outbox.c.lane.in_(lanes), IS_DEAD)
        .group_by(outbox.c.lane)
    )
    for row in dead:
        known = found.get(row.lane, Waiting())
        found[row.lane] = Waiting(known.waiting, known.oldest, row.dead, known.reason)
    return found


async def listing(connection: AsyncConnection, limit: int = 200) -> list[Listed]:
    """What waits and what is dead, oldest first, for the operator: no message text."""
    rows = await connection.execute(
        select(outbox)
        .where(outbox.c.state.in_((*WAITING, State.DEAD)))
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [
        Listed(
            row.id,
            row.lane,
            Action(row.action),
            State(row.state),
            row.attempts,
            row.reason,
            row.created_at,
            row.due_at,
        )
        for row in rows
    ]


async def revive(connection: AsyncConnection, id: int, now: datetime) -> bool:
    """Try a dead or waiting row again now."""
    changed = await connection.execute(
        update(outbox)
        .where(outbox.c.id == id, outbox.c.state.in_((State.DEAD, State.PENDING)))
        .values(state=State.PENDING.value, attempts=0, due_at=now, settled_at=None)
    )
    return changed.rowcount > 0


async def drop(connection: AsyncConnection, id: int, now: datetime) -> bool:
    """Give a dead or waiting row up."""
    changed = await connection.execute(
        update(outbox)
        .where(outbox.c.id == id, outbox.c.state.in_((State.DEAD, State.PENDING)))
        .values(state=State.DROPPED.value, settled_at=now, post=None)
    )
    return changed.rowcount > 0


async def drop_lane(connection: AsyncConnection, lane: ChannelId, now: datetime) -> None:
    """Give up all that waits for this channel. What is being sent is settled by its verdict."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.lane == str(lane), outbox.c.state == State.PENDING)
        .values(state=State.DROPPED.value, settled_at=now, post=None)
    )


async def move_lane(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    await connection.execute(
        update(outbox).where(outbox.c.lane == str(old), IS_WAITING).values(lane=str(new))
    )


# Asked for every message: built once, because building one costs more than running it.
@cache
def _claim(platforms: tuple[str, ...]) -> ReturningUpdate[Any]:
    due = select(outbox.c.lane).where(
        outbox.c.id.in_(_heads(platforms)), _IS_DUE, outbox.c.state == State.PENDING
    )
    lanes, row, later = due.subquery(), outbox.alias(), outbox.alias()
    first_left = (
        select(later.c.id)
        .where(_waits(later), later.c.lane == lanes.c.lane)
        .order_by(later.c.id)
        .offset(bindparam("limit", type_=Integer))
        .limit(1)
        .scalar_subquery()
    )
    first_ones = (
        select(row.c.id)
        .join(lanes, row.c.lane == lanes.c.lane)
        .where(_waits(row), row.c.id < func.coalesce(first_left, _NO_ID))
    )
    return (
        update(outbox)
        .where(outbox.c.id.in_(first_ones))
        .values(state=State.SENDING.value)
        .returning(outbox)
    )


@cache
def _next(platforms: tuple[str, ...]) -> Select[Any]:
    earliest = func.min(outbox.c.due_at, type_=Instant)
    return select(earliest).where(outbox.c.id.in_(_heads(platforms)))


def _heads(platforms: tuple[str, ...]) -> Select[Any]:
    """The id of the first row of each lane that is not busy."""
    lanes = (outbox.c.lane.startswith(f"{p}:", autoescape=True) for p in platforms)
    is_free = outbox.c.lane.not_in(bindparam("busy", expanding=True))
    return (
        select(func.min(outbox.c.id))
        .where(IS_WAITING, is_free, or_(false(), *lanes))
        .group_by(outbox.c.lane)
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        lane=ChannelId.parse(row.lane),
        action=Action(row.action),
        message=row.message_id,
        language=row.language,
        prior=row.prior,
        revision=row.revision,
        post=row.post,
        attempts=row.attempts,
        uncertain_since=row.uncertain_since,
        parts=tuple(row.parts or ()),
        created_at=row.created_at,
    )

"""What tells later why a message did or did not cross: skipped ones, failed attempts, what waits.

Ids and reasons only: no words, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    delete,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, MessageId
from bot.store.messages import BATCH
from bot.store.outbox import IS_WAITING, Action, State, Verdict
from bot.store.schema import Instant, RowId, messages, metadata, outbox, posts
from bot.store.upsert import upsert

NOTHING_TO_TELL = frozenset({"", "unlinked"})
MOST_REASONS = 10  # of one delivery
_LONGEST_REASON = 200

# What was heard and is carried nowhere, where nothing else says so.
skips = Table(
    "skips",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("native_id", String(64), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("skipped_at", Instant, nullable=False),
    Index(None, "skipped_at"),
)

# The outbox has only the last failure, and forgets it once a message has arrived.
failed_attempts = Table(
    "failed_attempts",
    metadata,
    Column("delivery_id", RowId, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("reason", String(_LONGEST_REASON), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Skip:
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Moments:
    """When what became of a message at its origin."""

    heard_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    reason: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Traced:
    """A row of the outbox, with all that failed of it."""

    id: int
    lane: ChannelId
    action: Action
    language: str
    prior: str
    state: State
    attempts: int
    reason: str | None
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    failures: tuple[Failure, ...] = ()
    ahead: int = 0  # how many wait before it in its lane
    head: Traced | None = None  # the first of them


async def skip(connection: AsyncConnection, why: Mapping[MessageId, str], now: datetime) -> None:
    """Say of each in one word why it was skipped; nothing where there is nothing to tell."""
    rows = [
        {
            "platform": ref.channel.platform,
            "channel": ref.channel.id,
            "native_id": ref.id,
            "reason": reason,
            "skipped_at": now,
        }
        for ref, reason in why.items()
        if reason not in NOTHING_TO_TELL
    ]
    await upsert(connection, skips, rows)


async def skipped(connection: AsyncConnection, ref: MessageId) -> Skip | None:
    row = (
        await connection.execute(
            select(skips.c.reason, skips.c.skipped_at).where(
                skips.c.platform == ref.channel.platform,
                skips.c.channel == ref.channel.id,
                skips.c.native_id == ref.id,
            )
        )
    ).one_or_none()
    return Skip(row.reason, row.skipped_at) if row else None


async def forget_skips(connection: AsyncConnection, *, before: datetime) -> None:
    await connection.execute(delete(skips).where(skips.c.skipped_at < before))


async def note_failures(
    connection: AsyncConnection, verdicts: Sequence[Verdict], now: datetime
) -> None:
    """Count each reason of a delivery once, with its first and its last time."""
    failed = {
        (one.id, one.reason[:_LONGEST_REASON])
        for one in verdicts
        if one.reason and one.state in (State.PENDING, State.DEAD)
    }
    known = await _failures(connection, (delivery for delivery, _ in failed))
    rows: list[dict[str, Any]] = []
    for delivery, reason in sorted(failed):
        mine = {one.reason: one for one in known.get(delivery, ())}
        before = mine.get(reason)
        if before is None and len(mine) >= MOST_REASONS:
            continue
        rows.append(
            {
                "delivery_id": delivery,
                "reason": reason,
                "times": before.times + 1 if before else 1,
                "first_at": before.first_at if before else now,
                "last_at": now,
            }
        )
    await upsert(connection, failed_attempts, rows)


async def moments(connection: AsyncConnection, message: int) -> Moments | None:
    """None where the message has been forgotten."""
    row = (
        await connection.execute(
            select(messages.c.heard_at, messages.c.edited_at, messages.c.deleted_at).where(
                messages.c.id == message
            )
        )
    ).one_or_none()
    return Moments(row.heard_at, row.edited_at, row.deleted_at) if row else None


async def deliveries(connection: AsyncConnection, message: int) -> list[Traced]:
    """All that was to be done about a message, in order."""
    rows = await connection.execute(
        select(outbox).where(outbox.c.message_id == message).order_by(outbox.c.id)
    )
    return await _traced(connection, rows.all())


async def deliveries_of_post(connection: AsyncConnection, key: str) -> list[Traced]:
    """What waits or was refused of a post; what is done no longer names it."""
    rows = await connection.execute(
        select(outbox).where(outbox.c.post.is_not(None)).order_by(outbox.c.id)
    )
    return await _traced(connection, [row for row in rows if row.post.get("key") == key])


async def deliveries_at(connection: AsyncConnection, ids: Iterable[int]) -> list[Traced]:
    rows = await connection.execute(
        select(outbox).where(outbox.c.id.in_(sorted(ids))).order_by(outbox.c.id)
    )
    return await _traced(connection, rows.all())


async def last_in(connection: AsyncConnection, lane: ChannelId) -> int:
    """The newest row of this lane; 0 where there is none."""
    newest = select(func.max(outbox.c.id)).where(outbox.c.lane == str(lane), IS_WAITING)
    return await connection.scalar(newest) or 0


async def ordered(
    connection: AsyncConnection, key: str
) -> list[tuple[ChannelId, MessageId | None, datetime]]:
    """Where a post was to be said, what shows it there, and when it was ordered."""
    rows = await connection.execute(
        select(posts).where(posts.c.key == key).order_by(posts.c.platform, posts.c.channel)
    )
    found: list[tuple[ChannelId, MessageId | None, datetime]] = []
    for row in rows:
        channel = ChannelId(row.platform, row.channel)
        there = ChannelId(row.platform, row.thread) if row.is_inside else channel
        shown = MessageId(there, row.native_id) if row.native_id else None
        found.append((channel, shown, row.ordered_at))
    return found


async def _traced(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Traced]:
    failures = await _failures(connection, [row.id for row in rows])
    found: list[Traced] = []
    for row in rows:
        ahead, head = 0, None
        if row.state in (State.PENDING, State.SENDING):
            ahead, head = await _ahead(connection, row)
        found.append(_of_row(row, failures.get(row.id, ()), ahead, head))
    return found


async def _ahead(connection: AsyncConnection, row: Row[Any]) -> tuple[int, Traced | None]:
    before = (outbox.c.lane == row.lane, IS_WAITING, outbox.c.id < row.id)
    count = await connection.scalar(select(func.count()).select_from(outbox).where(*before)) or 0
    if not count:
        return 0, None
    first = select(outbox).where(*before).order_by(outbox.c.id).limit(1)
    head = (await connection.execute(first)).one()
    failures = await _failures(connection, [head.id])
    return count, _of_row(head, failures.get(head.id, ()))


async def _failures(
    connection: AsyncConnection, ids: Iterable[int]
) -> dict[int, tuple[Failure, ...]]:
    wanted = sorted(set(ids))
    found: dict[int, tuple[Failure, ...]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = await connection.execute(
            select(failed_attempts)
            .where(failed_attempts.c.delivery_id.in_(wanted[start : start + BATCH]))
            .order_by(failed_attempts.c.first_at, failed_attempts.c.reason)
        )
        for row in rows:
            one = Failure(row.reason, row.times, row.first_at, row.last_at)
            found[row.delivery_id] = (*found.get(row.delivery_id, ()), one)
    return found


def _of_row(
    row: Row[Any], failures: tuple[Failure, ...], ahead: int = 0, head: Traced | None = None
) -> Traced:
    return Traced(
        id=row.id,
        lane=ChannelId.parse(row.lane),
        action=Action(row.action),
        language=row.language,
        prior=row.prior,
        state=State(row.state),
        attempts=row.attempts,
        reason=row.reason,
        created_at=row.created_at,
        due_at=row.due_at,
        settled_at=row.settled_at,
        failures=failures,
        ahead=ahead,
        head=head,
    )

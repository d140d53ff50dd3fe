"""Lanes that are closed to us: since when, why, and whether the other channels were told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, Text, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId
from bot.store.outbox import IS_WAITING, Action, State
from bot.store.schema import Instant, metadata, outbox
from bot.store.upsert import upsert

closed_lanes = Table(
    "closed_lanes",
    metadata,
    Column("lane", String(120), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("told_at", Instant),  # the other channels know of it
)


@dataclass(frozen=True, slots=True)
class ClosedLane:
    lane: ChannelId
    reason: str
    since: datetime
    told_at: datetime | None


async def closed(connection: AsyncConnection) -> Sequence[ClosedLane]:
    rows = await connection.execute(select(closed_lanes).order_by(closed_lanes.c.since))
    return [
        ClosedLane(ChannelId.parse(row.lane), row.reason, row.since, row.told_at) for row in rows
    ]


async def close(connection: AsyncConnection, lane: ChannelId, reason: str, now: datetime) -> None:
    """An episode begins. One that goes on keeps its beginning and who was told."""
    changed = await connection.execute(
        update(closed_lanes).where(closed_lanes.c.lane == str(lane)).values(reason=reason)
    )
    if not changed.rowcount:
        row = {"lane": str(lane), "reason": reason, "since": now, "told_at": None}
        await upsert(connection, closed_lanes, [row])


async def open_again(connection: AsyncConnection, lane: ChannelId) -> ClosedLane | None:
    """The episode ends: what it was, or None where there was none."""
    found = [one for one in await closed(connection) if one.lane == lane]
    await connection.execute(delete(closed_lanes).where(closed_lanes.c.lane == str(lane)))
    return found[0] if found else None


async def mark_told(connection: AsyncConnection, lane: ChannelId, now: datetime) -> bool:
    """False where somebody was told already, or there is nothing to tell any more."""
    changed = await connection.execute(
        update(closed_lanes)
        .where(closed_lanes.c.lane == str(lane), closed_lanes.c.told_at.is_(None))
        .values(told_at=now)
    )
    return changed.rowcount > 0


async def move(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """The channel goes on under another id, as closed as before."""
    await connection.execute(delete(closed_lanes).where(closed_lanes.c.lane == str(new)))
    await connection.execute(
        update(closed_lanes).where(closed_lanes.c.lane == str(old)).values(lane=str(new))
    )


async def keep_only(connection: AsyncConnection, lanes: Collection[ChannelId]) -> None:
    """Forget those of channels that are linked no more."""
    await connection.execute(
        delete(closed_lanes).where(closed_lanes.c.lane.not_in([str(lane) for lane in lanes]))
    )


async def hasten(connection: AsyncConnection, lane: ChannelId, now: datetime) -> bool:
    """Let what waits be tried at once. False where nothing waits."""
    changed = await connection.execute(
        update(outbox).where(outbox.c.lane == str(lane), IS_WAITING).values(due_at=now)
    )
    return changed.rowcount > 0


async def held_up(connection: AsyncConnection, lane: ChannelId, since: datetime) -> int:
    """How many messages have waited since then, those that arrived at last among them."""
    was_late = (outbox.c.state == State.SENT) & (outbox.c.settled_at >= since)
    found = await connection.scalar(
        select(func.count())
        .select_from(outbox)
        .where(
            outbox.c.lane == str(lane),
            outbox.c.action == Action.SEND,
            or_(IS_WAITING, was_late),
        )
    )
    return found or 0

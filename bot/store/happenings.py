"""Joins, departures, reactions and deletions that some cog has not heard yet.

They are kept for a kill only: what every cog has heard goes at once, and the rest after a day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import (
    Author,
    ChannelId,
    Deleted,
    Joined,
    Left,
    MessageId,
    PersonId,
    Reacted,
)
from bot.store.schema import Instant, Json, RowId, messages, metadata
from bot.store.whose import is_in

HEARD = "cogs happened"  # the cursors, by cog: the row up to which it has heard
Happening = Joined | Left | Reacted | Deleted

KINDS: Mapping[str, type[Happening]] = {
    "joined": Joined,
    "left": Left,
    "reacted": Reacted,
    "deleted": Deleted,
}

# `after_message` is the newest row of `messages` at that time: what was heard before it.
happenings = Table(
    "happenings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("person_id", String(64)),
    Column("payload", Json, nullable=False),
    Column("after_message", BigInteger, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Index(None, "heard_at"),
    Index(None, "platform", "person_id"),
    sqlite_autoincrement=True,  # cogs note how far they are by it: it must never come again
)


def place_of(happening: Happening) -> ChannelId | None:
    """None where nothing was deleted."""
    match happening:
        case Joined(channel) | Left(channel):
            return channel
        case Reacted(ref):
            return ref.channel
        case Deleted(refs):
            return refs[0].channel if refs else None


async def record(connection: AsyncConnection, happening: Happening, now: datetime) -> int:
    """Its row. What is deleted together was said in one channel."""
    last = await connection.scalar(select(func.max(messages.c.id)))
    made = await connection.execute(
        insert(happenings)
        .values(**_columns(happening), after_message=last or 0, heard_at=now)
        .returning(happenings.c.id)
    )
    return made.scalar_one()


async def after(
    connection: AsyncConnection, row: int, *, kinds: Collection[str], since: datetime
) -> list[tuple[int, int, Happening]]:
    """(row, the message it came after, what happened), as it was heard."""
    rows = await connection.execute(
        select(happenings)
        .where(
            happenings.c.id > row,
            happenings.c.heard_at >= since,
            happenings.c.kind.in_(list(kinds)),
        )
        .order_by(happenings.c.id)
    )
    return [(one.id, one.after_message, _happening(one)) for one in rows]


async def last_row(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.max(happenings.c.id))) or 0


async def forget_heard(connection: AsyncConnection, up_to: Mapping[str, int]) -> None:
    """By kind: the row up to which every cog has heard; a kind that is absent has no listener."""
    for kind in KINDS:
        gone = delete(happenings).where(happenings.c.kind == kind)
        if kind in up_to:
            gone = gone.where(happenings.c.id <= up_to[kind])
        await connection.execute(gone)


async def forget_old(connection: AsyncConnection, *, before: datetime) -> None:
    await connection.execute(delete(happenings).where(happenings.c.heard_at < before))


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """Who came and went did so in the channel under its new id; its messages have other ids."""
    await connection.execute(
        update(happenings)
        .where(
            is_in(happenings, old),
            happenings.c.kind.in_(("joined", "left")),
        )
        .values(channel=new.id)
    )


def _columns(happening: Happening) -> dict[str, Any]:
    match happening:
        case Joined(channel, person, at):
            return _of(channel, "joined", person) | {"payload": _named(person) | _at(at)}
        case Left(channel, person, at):
            return _of(channel, "left", person) | {"payload": _named(person) | _at(at)}
        case Reacted(ref, person, emoji, is_added):
            payload = _named(person) | {"message": ref.id, "emoji": emoji, "is_added": is_added}
            return _of(ref.channel, "reacted", person) | {"payload": payload}
        case Deleted(refs):
            payload = {"messages": [ref.id for ref in refs]}
            return _of(refs[0].channel, "deleted", None) | {"payload": payload}


def _of(channel: ChannelId, kind: str, person: Author | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "platform": channel.platform,
        "channel": channel.id,
        "person_id": person.person.id if person else None,
    }


def _named(person: Author) -> dict[str, Any]:
    return {"name": person.name[:256], "is_bot": person.is_bot, "is_us": person.is_us}


def _at(at: datetime) -> dict[str, Any]:
    return {"at": at.isoformat()}


def _happening(row: Row[Any]) -> Happening:
    channel, payload = ChannelId(row.platform, row.channel), row.payload
    if row.kind == "deleted":
        return Deleted(tuple(MessageId(channel, one) for one in payload["messages"]))
    person = Author(
        PersonId(row.platform, row.person_id),
        payload["name"],
        is_bot=payload["is_bot"],
        is_us=payload["is_us"],
    )
    if row.kind == "reacted":
        ref = MessageId(channel, payload["message"])
        return Reacted(ref, person, payload["emoji"], payload["is_added"])
    at = datetime.fromisoformat(payload["at"])
    return Joined(channel, person, at) if row.kind == "joined" else Left(channel, person, at)

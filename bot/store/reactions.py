"""Who holds which reaction to what crossed, and what of it our account is to show where.

Nothing here is a stream: a reaction is a row while somebody holds it, and a mirror is one message,
an original or a copy of it, that is to be made to agree with those rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, Copy, MessageId, PersonId
from bot.core.retry import LONGEST_RETRY_AFTER
from bot.store.outbox import IS_WAITING
from bot.store.schema import Instant, Json, RowId, copies, messages, metadata, outbox
from bot.store.upsert import upsert
from bot.store.whose import is_about, is_in

LONGEST = 64  # characters of one emoji
MOST = 500  # due mirrors that one look finds
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)

# `native_id` is the message that was reacted to: the original, or any part of any copy.
reactions = Table(
    "reactions",
    metadata,
    Column("message_id", RowId, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("native_id", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("emoji", String(LONGEST), primary_key=True),
    Column("given_at", Instant, nullable=False),
    Index(None, "platform", "channel", "native_id"),
    Index(None, "platform", "person"),
)

# `shown` is what our account put there or, while it `is_doubted`, may have put there. `changes`
# counts what was asked for, so that nothing that comes during a call is taken for done.
mirrors = Table(
    "mirrors",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("native_id", String(64), primary_key=True),
    Column("message_id", RowId, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("shown", Json, nullable=False),
    Column("is_doubted", Boolean, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant),  # None: it agrees, or was given up
    Index(None, "due_at"),
    Index(None, "message_id"),
)

_LANE = mirrors.c.platform + ":" + mirrors.c.channel


@dataclass(frozen=True, slots=True)
class Given:
    """One emoji as the people of one channel hold it; `is_in_strand`: beside the channels."""

    channel: ChannelId
    emoji: str
    people: int
    since: datetime
    is_in_strand: bool


@dataclass(frozen=True, slots=True)
class Mirror:
    """One message that is to show what others hold elsewhere."""

    place: MessageId
    shown: tuple[str, ...]
    is_doubted: bool
    changes: int
    attempts: int


async def message_at(connection: AsyncConnection, ref: MessageId) -> tuple[int, bool] | None:
    """The message that this is or stands for: its row, and whether it was said in a strand.

    Of several in one bundle the last, under which the reaction hangs. None where it was deleted.
    """
    found = (
        await connection.execute(
            select(messages.c.id, messages.c.strand_id)
            .where(messages.c.id.in_(_behind(ref)), messages.c.deleted_at.is_(None))
            .order_by(messages.c.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return (found.id, found.strand_id is not None) if found else None


async def give(
    connection: AsyncConnection,
    message: int,
    ref: MessageId,
    person: PersonId,
    emoji: str,
    now: datetime,
) -> bool:
    """False where they held it already."""
    known = await connection.scalar(
        select(func.count()).select_from(reactions).where(_is_theirs(ref, person, emoji))
    )
    if known:
        return False
    await connection.execute(
        insert(reactions).values(
            message_id=message,
            platform=ref.channel.platform,
            channel=ref.channel.id,
            native_id=ref.id,
            person=person.id,
            emoji=emoji,
            given_at=now,
        )
    )
    return True


async def take(
    connection: AsyncConnection, ref: MessageId, *, person: PersonId | None = None, emoji: str = ""
) -> set[int]:
    """One person's reaction, or everybody's, all of them or one emoji; which messages had some."""
    gone = await connection.execute(
        delete(reactions).where(_is_theirs(ref, person, emoji)).returning(reactions.c.message_id)
    )
    return {row.message_id for row in gone}


async def ask(
    connection: AsyncConnection, messages_: Iterable[int], at: datetime, *, besides: ChannelId
) -> None:
    """Let every place of these messages that is not in this channel agree with them at `at`."""
    for message in messages_:
        places = await _places(connection, message)
        await _due(connection, {p: message for p in places if p.channel != besides}, at)


async def arrived(connection: AsyncConnection, made: Sequence[tuple[int, Copy, int]]) -> None:
    """New copies show what people hold already."""
    firsts = [(message, copy) for message, copy, _ in made if copy.number == 0]
    rows = {message for message, _ in firsts}
    held = set(
        await connection.scalars(
            select(reactions.c.message_id).where(reactions.c.message_id.in_(rows)).distinct()
        )
        if rows
        else ()
    )
    places = {MessageId(copy.channel, copy.id): m for m, copy in firsts if m in held}
    await _due(connection, places, AT_ONCE)


async def due(
    connection: AsyncConnection, now: datetime, *, platforms: Collection[str], busy: Collection[str]
) -> list[MessageId]:
    """One mirror of each channel that is not busy and has nothing to say: messages go first."""
    speaks = select(outbox.c.id).where(IS_WAITING, outbox.c.lane == _LANE)
    far = now + timedelta(seconds=2 * LONGEST_RETRY_AFTER)  # by a clock that was set back
    rows = await connection.execute(
        select(mirrors.c.platform, mirrors.c.channel, mirrors.c.native_id)
        .where(
            or_(mirrors.c.due_at <= now, mirrors.c.due_at > far),
            mirrors.c.platform.in_(list(platforms)),
            _LANE.not_in(list(busy)),
            ~speaks.exists(),
        )
        .order_by(mirrors.c.due_at, mirrors.c.attempts)  # one that fails holds up no other
        .limit(MOST)
    )
    found: dict[ChannelId, MessageId] = {}
    for row in rows:
        channel = ChannelId(row.platform, row.channel)
        found.setdefault(channel, MessageId(channel, row.native_id))
    return list(found.values())


async def next_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the next one comes due that is not yet."""
    return await connection.scalar(
        select(func.min(mirrors.c.due_at, type_=Instant)).where(mirrors.c.due_at > now)
    )


async def mirror(connection: AsyncConnection, place: MessageId) -> Mirror | None:
    row = (await connection.execute(select(mirrors).where(_is_at(place)))).one_or_none()
    return _mirror(row) if row else None


async def given(connection: AsyncConnection, place: MessageId) -> list[Given]:
    """What people hold, anywhere, of what this message is or stands for."""
    rows = await connection.execute(
        select(
            reactions.c.platform,
            reactions.c.channel,
            reactions.c.emoji,
            messages.c.strand_id.is_not(None).label("is_in_strand"),
            func.count(reactions.c.person.distinct()).label("people"),
            func.min(reactions.c.given_at, type_=Instant).label("since"),
        )
        .join(messages, messages.c.id == reactions.c.message_id)
        .where(messages.c.id.in_(_behind(place)), messages.c.deleted_at.is_(None))
        .group_by(
            reactions.c.platform,
            reactions.c.channel,
            reactions.c.emoji,
            messages.c.strand_id.is_not(None),
        )
    )
    return [
        Given(
            ChannelId(row.platform, row.channel),
            row.emoji,
            row.people,
            row.since,
            bool(row.is_in_strand),
        )
        for row in rows
    ]


async def begin(connection: AsyncConnection, one: Mirror, emoji: Sequence[str]) -> None:
    """Before a call: what it may put there is noted, so that a kill leaves nothing unknown."""
    shown = list(dict.fromkeys([*one.shown, *emoji]))
    await connection.execute(
        update(mirrors).where(_is_at(one.place)).values(shown=shown, is_doubted=True)
    )


async def settle(connection: AsyncConnection, one: Mirror, shown: Sequence[str]) -> None:
    """What is there now. It stays due where more was asked for meanwhile."""
    await connection.execute(
        update(mirrors)
        .where(_is_at(one.place))
        .values(shown=list(shown), is_doubted=False, attempts=0)
    )
    done = update(mirrors).values(due_at=None) if shown else delete(mirrors)
    await connection.execute(done.where(_is_unchanged(one)))


async def give_up(connection: AsyncConnection, one: Mirror) -> None:
    """Until somebody reacts again, or has meanwhile."""
    given_up = update(mirrors).values(due_at=None, attempts=0)
    await connection.execute(given_up.where(_is_unchanged(one)))


async def postpone(connection: AsyncConnection, one: Mirror, until: datetime) -> None:
    """Its whole channel waits; `attempts` counts its own failures."""
    await connection.execute(
        update(mirrors).where(_is_at(one.place)).values(attempts=one.attempts, due_at=until)
    )
    await connection.execute(
        update(mirrors)
        .where(is_in(mirrors, one.place.channel), mirrors.c.due_at < until)
        .values(due_at=until)
    )


async def drop(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """These messages were deleted, and their copies are going; a bundle stays for the others."""
    await _due_at_once(connection, ids)
    await connection.execute(delete(reactions).where(reactions.c.message_id.in_(ids)))
    other = _others_of(ids).scalar_subquery()
    is_theirs = mirrors.c.message_id.in_(ids)
    await connection.execute(
        update(mirrors).where(is_theirs, other.is_not(None)).values(message_id=other)
    )
    await connection.execute(delete(mirrors).where(is_theirs))


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """What they hold is taken away at once, and what is shown under what they wrote too."""
    mine = is_about(reactions, person)
    held = select(reactions.c.message_id).where(mine)
    written = select(messages.c.id).where(is_about(messages, person, column="author_id"))
    for ids in (held, written):
        await _due_at_once(connection, ids)
    theirs = or_(mine, reactions.c.message_id.in_(written))
    await connection.execute(delete(reactions).where(theirs))


async def _due_at_once(connection: AsyncConnection, ids: Sequence[int] | Select[Any]) -> None:
    """All that show something of these messages, also what stands for others beside them."""
    place = (mirrors.c.platform, mirrors.c.channel, mirrors.c.native_id)
    shown = select(copies.c.platform, copies.c.channel, copies.c.native_id)
    for which in (
        mirrors.c.message_id.in_(ids),
        tuple_(*place).in_(shown.where(copies.c.message_id.in_(ids))),
    ):
        await connection.execute(
            update(mirrors).where(which).values(due_at=AT_ONCE, changes=mirrors.c.changes + 1)
        )


async def _due(connection: AsyncConnection, places: dict[MessageId, int], at: datetime) -> None:
    """One that waits for its time already goes on waiting for that."""
    rows: list[dict[str, object]] = []
    for place, message in places.items():
        known = (await connection.execute(select(mirrors).where(_is_at(place)))).one_or_none()
        rows.append(
            {
                "platform": place.channel.platform,
                "channel": place.channel.id,
                "native_id": place.id,
                "message_id": known.message_id if known else message,
                "shown": known.shown if known else [],
                "is_doubted": known.is_doubted if known else False,
                "changes": known.changes + 1 if known else 0,
                "attempts": known.attempts if known else 0,
                "due_at": (known.due_at if known else None) or at,
            }
        )
    await upsert(connection, mirrors, rows)


async def _places(connection: AsyncConnection, message: int) -> list[MessageId]:
    """The original, and the first part of each copy."""
    firsts = and_(copies.c.message_id == message, copies.c.part == 0)
    rows = await connection.execute(
        select(messages.c.platform, messages.c.channel, messages.c.native_id)
        .where(messages.c.id == message)
        .union(select(copies.c.platform, copies.c.channel, copies.c.native_id).where(firsts))
    )
    return [MessageId(ChannelId(row.platform, row.channel), row.native_id) for row in rows]


def _behind(place: MessageId) -> CompoundSelect[Any]:
    """The rows of the messages that this one is or stands for."""
    said = select(messages.c.id).where(
        is_in(messages, place.channel), messages.c.native_id == place.id
    )
    shown = select(copies.c.message_id).where(
        is_in(copies, place.channel), copies.c.native_id == place.id
    )
    return said.union_all(shown)


def _others_of(ids: Sequence[int]) -> Select[Any]:
    """A message that the mirror stands for and that is not among these."""
    found = select(func.max(copies.c.message_id)).select_from(copies.join(messages))
    return found.where(
        copies.c.platform == mirrors.c.platform,
        copies.c.channel == mirrors.c.channel,
        copies.c.native_id == mirrors.c.native_id,
        copies.c.message_id.not_in(ids),
        messages.c.deleted_at.is_(None),
    )


def _is_theirs(ref: MessageId, person: PersonId | None, emoji: str) -> ColumnElement[bool]:
    asked = [is_in(reactions, ref.channel), reactions.c.native_id == ref.id]
    asked += [reactions.c.person == person.id] if person else []
    asked += [reactions.c.emoji == emoji] if emoji else []
    return and_(*asked)


def _is_unchanged(one: Mirror) -> ColumnElement[bool]:
    return and_(_is_at(one.place), mirrors.c.changes == one.changes)


def _is_at(place: MessageId) -> ColumnElement[bool]:
    return and_(is_in(mirrors, place.channel), mirrors.c.native_id == place.id)


def _mirror(row: Row[tuple[object, ...]]) -> Mirror:
    place = MessageId(ChannelId(row.platform, row.channel), row.native_id)
    return Mirror(place, tuple(row.shown), row.is_doubted, row.changes, row.attempts)

"""Our own posts by name, and the strands of talk that hang under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, MessageId, Posted
from bot.store.schema import copies, messages, outbox, posts, relay_channels, strands
from bot.store.whose import is_in

# A strand, its key, one of the posts it hangs under, and since when that has a private chat.
CLOSED = "strand-closed"  # the name, in a thread, of the word that its talk is over
Root = tuple[int, str, Posted, datetime | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A room that a post is said in, or a thread under it; perhaps not used yet."""

    key: str
    channel: ChannelId
    place: ChannelId
    is_room: bool


async def order(connection: AsyncConnection, key: str, channel: ChannelId, now: datetime) -> bool:
    """Take this name in this channel; False where it is taken."""
    if await connection.scalar(select(posts.c.key).where(is_post(key, channel))) is not None:
        return False
    values = {"key": key, "platform": channel.platform, "channel": channel.id, "ordered_at": now}
    await connection.execute(insert(posts).values(values))
    return True


async def said(connection: AsyncConnection, found: Iterable[Posted]) -> None:
    """Remember where these are to be found. One may have been seated before this is known."""
    for post in found:
        values: dict[str, Any] = {"native_id": post.ref.id, "more": list(post.more) or None}
        if post.thread is not None:
            values |= {"thread": post.thread.id, "is_inside": post.home is not None}
        await connection.execute(
            update(posts).where(is_post(post.key, post.channel)).values(values)
        )


async def opened(connection: AsyncConnection, found: Iterable[Opened]) -> None:
    """Remember what was opened for posts that are not said yet."""
    for one in found:
        await connection.execute(
            update(posts)
            .where(is_post(one.key, one.channel), posts.c.native_id.is_(None))
            .values(thread=one.place.id, is_inside=one.is_room)
        )


async def opened_for(connection: AsyncConnection, key: str, channel: ChannelId) -> Opened | None:
    row = (await connection.execute(select(posts).where(is_post(key, channel)))).one_or_none()
    if row is None or row.thread is None or row.native_id is not None:
        return None
    return Opened(key, channel, ChannelId(row.platform, row.thread), row.is_inside)


async def resized(connection: AsyncConnection, changed: Iterable[Posted]) -> None:
    """After a change these have more messages than before, or fewer."""
    for post in changed:
        await connection.execute(
            update(posts)
            .where(is_post(post.key, post.channel))
            .values(more=list(post.more) or None)
        )


async def removed(connection: AsyncConnection, gone: Iterable[Posted]) -> None:
    """Of what was said apart from its channel and taken back, forget where that was."""
    for post in gone:
        await connection.execute(
            update(posts)
            .where(is_post(post.key, post.channel), posts.c.is_inside.is_(True))
            .values(native_id=None, thread=None, more=None)
        )


async def find(connection: AsyncConnection, key: str) -> list[Posted]:
    """Where this has been said so far, in the order of the channels' names."""
    rows = await connection.execute(
        select(posts)
        .where(posts.c.key == key, posts.c.native_id.is_not(None))
        .order_by(posts.c.platform, posts.c.channel)
    )
    return [_posted(row) for row in rows]


async def at(connection: AsyncConnection, key: str, channel: ChannelId) -> Posted | None:
    row = (await connection.execute(select(posts).where(is_post(key, channel)))).one_or_none()
    return _posted(row) if row is not None and row.native_id is not None else None


async def named(connection: AsyncConnection, ref: MessageId) -> str | None:
    """The name of this message of ours."""
    in_channel = select(posts.c.key).where(_is_at(posts, ref), posts.c.is_inside.is_(False))
    return await connection.scalar(in_channel) or await connection.scalar(
        select(posts.c.key).where(
            posts.c.platform == ref.channel.platform,
            posts.c.thread == ref.channel.id,
            posts.c.native_id == ref.id,
            posts.c.is_inside.is_(True),
        )
    )


async def open_strand(
    connection: AsyncConnection, key: str, hangs_under: dict[ChannelId, str], now: datetime
) -> None:
    """Open it, or open it again, under these posts, which must have been ordered."""
    row = await connection.scalar(select(strands.c.id).where(strands.c.key == key))
    if row is None:
        made = await connection.execute(
            insert(strands).values(key=key, opened_at=now).returning(strands.c.id)
        )
        row = made.scalar_one()
    else:
        await connection.execute(update(strands).where(strands.c.id == row).values(closed_at=None))
    for channel, post in hangs_under.items():
        await connection.execute(update(posts).where(is_post(post, channel)).values(strand_id=row))


async def unsaid(connection: AsyncConnection, post: Posted) -> list[tuple[int, str]]:
    """What was said in its strand and was never ordered for where this post opens it.

    Message rows, oldest first, each with the language of its channel.
    """
    here = post.channel
    strand = await connection.scalar(select(posts.c.strand_id).where(is_post(post.key, here)))
    if strand is None:
        return []
    lane = post.thread or here
    ordered = select(outbox.c.id).where(
        outbox.c.message_id == messages.c.id, outbox.c.lane == str(lane)
    )
    is_elsewhere = or_(messages.c.platform != lane.platform, messages.c.channel != lane.id)
    rows = await connection.execute(
        with_languages(messages.c.id).where(strands.c.id == strand, is_elsewhere, ~ordered.exists())
    )
    return [(row.id, row.language or "") for row in rows]


def with_languages(*chosen: Any) -> Select[*tuple[Any, ...]]:
    """What was said in strands and is still there, oldest first, and the `language` it was said in.

    What was said in a thread counts for the language of the channel it hangs in.
    """
    own, home = relay_channels.alias(), relay_channels.alias()
    return (
        select(*chosen, func.coalesce(own.c.language, home.c.language).label("language"))
        .select_from(messages)
        .join(strands, messages.c.strand_id == strands.c.id)
        .outerjoin(
            own, and_(own.c.platform == messages.c.platform, own.c.channel == messages.c.channel)
        )
        .outerjoin(
            posts,
            and_(
                posts.c.strand_id == strands.c.id,
                posts.c.platform == messages.c.platform,
                posts.c.thread == messages.c.channel,
            ),
        )
        .outerjoin(
            home, and_(home.c.platform == posts.c.platform, home.c.channel == posts.c.channel)
        )
        .where(messages.c.deleted_at.is_(None))
        .order_by(messages.c.id)
    )


async def threads_in(connection: AsyncConnection, channel: ChannelId) -> list[ChannelId]:
    """The threads opened under posts of ours here. A private chat may hold others' talk too."""
    rows = await connection.execute(
        select(posts.c.thread).where(
            is_in(posts, channel),
            posts.c.thread.is_not(None),
            posts.c.seated_at.is_(None),
        )
    )
    return [ChannelId(channel.platform, row.thread) for row in rows]


async def leave(connection: AsyncConnection, channel: ChannelId) -> None:
    """No strand hangs in this channel any more: it is in no relay."""
    await connection.execute(update(posts).where(is_in(posts, channel)).values(strand_id=None))


async def move_channel(
    connection: AsyncConnection, old: ChannelId, new: ChannelId, now: datetime
) -> None:
    """Their names and strands follow; what was said has another id there, which nobody knows."""
    is_old = is_in(posts, old)
    taken = select(posts.c.key).where(is_in(posts, new))
    await connection.execute(delete(posts).where(is_old, posts.c.key.in_(taken)))
    was_said = and_(is_old, posts.c.native_id.is_not(None))
    await connection.execute(
        update(posts).where(was_said).values(native_id=None, more=None, moved_at=now)
    )
    await connection.execute(update(posts).where(is_old).values(channel=new.id))


async def forget_old(
    connection: AsyncConnection, beginnings: Sequence[str], *, before: datetime
) -> int:
    """Forget posts of these keys, and the strands that ended and have neither posts nor words."""
    ended = select(strands.c.id).where(strands.c.closed_at.is_not(None))
    gone = await connection.execute(
        delete(posts).where(
            posts.c.ordered_at < before,
            or_(posts.c.strand_id.is_(None), posts.c.strand_id.in_(ended)),
            or_(*(posts.c.key.startswith(one, autoescape=True) for one in beginnings), false()),
        )
    )
    held = select(posts.c.strand_id).where(posts.c.strand_id.is_not(None))
    spoken = select(messages.c.strand_id).where(messages.c.strand_id.is_not(None))
    await connection.execute(
        delete(strands).where(
            strands.c.closed_at < before, strands.c.id.not_in(held), strands.c.id.not_in(spoken)
        )
    )
    return gone.rowcount


async def close_strand(connection: AsyncConnection, key: str, now: datetime) -> None:
    await connection.execute(update(strands).where(strands.c.key == key).values(closed_at=now))


async def roots(connection: AsyncConnection, strand: int | None = None) -> list[Root]:
    """Every post that an open strand, or this one, hangs under and that has been said; some without
    an id now."""
    wanted = (
        select(posts, strands.c.key.label("strand"), strands.c.id.label("strand_row"))
        .join(strands, posts.c.strand_id == strands.c.id)
        .where(strands.c.closed_at.is_(None), _was_said())
        .order_by(strands.c.id, posts.c.platform, posts.c.channel)
    )
    if strand is not None:
        wanted = wanted.where(strands.c.id == strand)
    rows = await connection.execute(wanted)
    return [(row.strand_row, row.strand, _posted(row), row.seated_at) for row in rows]


async def closed_threads(
    connection: AsyncConnection, *, most: int
) -> list[tuple[ChannelId, ChannelId]]:
    """The latest threads whose talk is over and where nobody was told so, each with its channel."""
    told = posts.alias()
    was_told = (
        select(told.c.key)
        .where(
            told.c.key == CLOSED,
            told.c.platform == posts.c.platform,
            told.c.channel == posts.c.thread,
        )
        .exists()
    )
    rows = await connection.execute(
        select(posts.c.platform, posts.c.thread, posts.c.channel)
        .join(strands, posts.c.strand_id == strands.c.id)
        .where(
            strands.c.closed_at.is_not(None),
            posts.c.thread.is_not(None),
            posts.c.seated_at.is_(None),
            ~was_told,
        )
        .order_by(strands.c.closed_at.desc())
        .limit(most)
    )
    return [
        (ChannelId(row.platform, row.thread), ChannelId(row.platform, row.channel)) for row in rows
    ]


async def strands_of(
    connection: AsyncConnection, refs: Sequence[MessageId]
) -> dict[MessageId, int]:
    """The strands in which these were said, by others or by us for them."""
    found: dict[MessageId, int] = {}
    for ref in dict.fromkeys(refs):
        rows = union_all(  # not OR, for which PostgreSQL would read all messages
            select(messages.c.id).where(_is_at(messages, ref)),
            select(copies.c.message_id).where(_is_at(copies, ref)),
        )
        strand = await connection.scalar(
            select(messages.c.strand_id).where(
                messages.c.id.in_(rows), messages.c.strand_id.is_not(None)
            )
        )
        if strand is not None:
            found[ref] = strand
    return found


async def set_strand(connection: AsyncConnection, of: dict[int, int]) -> None:
    """Message row → strand."""
    for message, strand in of.items():
        await connection.execute(
            update(messages).where(messages.c.id == message).values(strand_id=strand)
        )


async def strand_keys(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, str]:
    rows = await connection.execute(
        select(strands.c.id, strands.c.key).where(strands.c.id.in_(list(ids)))
    )
    return {row.id: row.key for row in rows}


def _was_said() -> ColumnElement[bool]:
    return or_(posts.c.native_id.is_not(None), posts.c.moved_at.is_not(None))


def is_post(key: str, channel: ChannelId) -> ColumnElement[bool]:
    return and_(posts.c.key == key, is_in(posts, channel))


def _is_at(table: Table, ref: MessageId) -> ColumnElement[bool]:
    return and_(
        table.c.platform == ref.channel.platform,
        table.c.channel == ref.channel.id,
        table.c.native_id == ref.id,
    )


def _posted(row: Any) -> Posted:
    channel = ChannelId(row.platform, row.channel)
    thread = ChannelId(row.platform, row.thread) if row.thread else None
    more = tuple(row.more or ())
    if thread is not None and row.is_inside:
        ref = MessageId(thread, row.native_id or "")
        return Posted(row.key, ref, thread, home=channel, is_apart=True, more=more)
    ref = MessageId(channel, row.native_id or "")
    return Posted(row.key, ref, thread, is_apart=row.seated_at is not None, more=more)

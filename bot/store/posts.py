"""Our own posts by name, and the strands of talk that hang under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
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

Root = tuple[int, str, Posted]  # a strand, its key, and one of the posts it hangs under


async def order(connection: AsyncConnection, key: str, channel: ChannelId, now: datetime) -> bool:
    """Take this name in this channel; False where it is taken."""
    if await connection.scalar(select(posts.c.key).where(_is(key, channel))) is not None:
        return False
    values = {"key": key, "platform": channel.platform, "channel": channel.id, "ordered_at": now}
    await connection.execute(insert(posts).values(values))
    return True


async def said(connection: AsyncConnection, found: Iterable[Posted]) -> None:
    """Remember where these are to be found."""
    for post in found:
        await connection.execute(
            update(posts)
            .where(_is(post.key, post.ref.channel))
            .values(native_id=post.ref.id, thread=post.thread.id if post.thread else None)
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
    row = (await connection.execute(select(posts).where(_is(key, channel)))).one_or_none()
    return _posted(row) if row is not None and row.native_id is not None else None


async def named(connection: AsyncConnection, ref: MessageId) -> str | None:
    """The name of this message of ours."""
    return await connection.scalar(select(posts.c.key).where(_is_at(posts, ref)))


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
        await connection.execute(update(posts).where(_is(post, channel)).values(strand_id=row))


async def unsaid(connection: AsyncConnection, post: Posted) -> list[tuple[int, str]]:
    """What was said in its strand and was never ordered for where this post opens it.

    Message rows, oldest first, each with the language of its channel.
    """
    here = post.ref.channel
    strand = await connection.scalar(select(posts.c.strand_id).where(_is(post.key, here)))
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
    """The threads that were opened under posts of ours in this channel."""
    rows = await connection.execute(
        select(posts.c.thread).where(
            posts.c.platform == channel.platform,
            posts.c.channel == channel.id,
            posts.c.thread.is_not(None),
        )
    )
    return [ChannelId(channel.platform, row.thread) for row in rows]


async def leave(connection: AsyncConnection, channel: ChannelId) -> None:
    """No strand hangs in this channel any more: its messages have other ids now."""
    await connection.execute(
        update(posts)
        .where(posts.c.platform == channel.platform, posts.c.channel == channel.id)
        .values(strand_id=None)
    )


async def close_strand(connection: AsyncConnection, key: str, now: datetime) -> None:
    await connection.execute(update(strands).where(strands.c.key == key).values(closed_at=now))


async def roots(connection: AsyncConnection) -> list[Root]:
    """Every post that an open strand hangs under and that has been said."""
    rows = await connection.execute(
        select(posts, strands.c.key.label("strand"), strands.c.id.label("strand_row"))
        .join(strands, posts.c.strand_id == strands.c.id)
        .where(strands.c.closed_at.is_(None), posts.c.native_id.is_not(None))
        .order_by(strands.c.id, posts.c.platform, posts.c.channel)
    )
    return [(row.strand_row, row.strand, _posted(row)) for row in rows]


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


def _is(key: str, channel: ChannelId) -> ColumnElement[bool]:
    return and_(
        posts.c.key == key, posts.c.platform == channel.platform, posts.c.channel == channel.id
    )


def _is_at(table: Table, ref: MessageId) -> ColumnElement[bool]:
    return and_(
        table.c.platform == ref.channel.platform,
        table.c.channel == ref.channel.id,
        table.c.native_id == ref.id,
    )


def _posted(row: Any) -> Posted:
    channel = ChannelId(row.platform, row.channel)
    thread = ChannelId(row.platform, row.thread) if row.thread else None
    return Posted(row.key, MessageId(channel, row.native_id), thread)

"""What was heard: recorded once per platform, channel and id; revised by edits; emptied in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import (
    Attachment,
    Author,
    ChannelId,
    Copy,
    Edited,
    Inbound,
    MessageId,
    PersonId,
)
from bot.core.richtext import RichText
from bot.store import reactions
from bot.store.schema import Instant, copies, messages
from bot.store.whose import is_in

BATCH = 300  # rows per statement: SQLite's older builds take 32,766 parameters


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the store knows it. `text` is empty once its content has been let go."""

    id: int
    ref: MessageId
    author: Author
    text: RichText
    attachments: tuple[Attachment, ...]
    reply_to: MessageId | None
    forwarded_from: str | None
    revision: int
    sent_at: datetime
    is_deleted: bool
    strand: int | None = None

    @property
    def is_forgotten(self) -> bool:
        """Nobody knows any more who wrote it."""
        return not self.author.person.id


async def record(
    connection: AsyncConnection, heard: Sequence[Inbound], now: datetime
) -> dict[MessageId, int]:
    """Record what is new and answer its row ids; what was heard before is left out."""
    new = {message.ref: message for message in heard}
    for known in await ids_of(connection, list(new)):
        del new[known]
    recorded: dict[MessageId, int] = {}
    waiting = list(new.values())
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        rows = await connection.execute(
            insert(messages).returning(messages.c.id, sort_by_parameter_order=True),
            [_row_of(message, now) for message in batch],
        )
        recorded |= {m.ref: row.id for m, row in zip(batch, rows.all(), strict=True)}
    return recorded


async def ids_of(connection: AsyncConnection, refs: Sequence[MessageId]) -> dict[MessageId, int]:
    """The row ids of those among `refs` that were heard."""
    found: dict[MessageId, int] = {}
    for channel, native_ids in _by_channel(refs):
        rows = await connection.execute(
            select(messages.c.id, messages.c.native_id).where(
                is_in(messages, channel),
                messages.c.native_id.in_(native_ids),
            )
        )
        found |= {MessageId(channel, row.native_id): row.id for row in rows}
    return found


async def last_row(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.max(messages.c.id))) or 0


async def after(
    connection: AsyncConnection, row: int, *, since: datetime, limit: int
) -> list[tuple[int, Inbound]]:
    """What people said after this row and not before `since`, as it was heard, with its rows."""
    rows = await connection.execute(
        select(messages)
        .where(
            messages.c.id > row,
            messages.c.heard_at >= since,
            messages.c.deleted_at.is_(None),
            messages.c.author_is_bot.is_(False),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [
        (
            one.id,
            Inbound(
                one.ref,
                one.author,
                one.text,
                one.sent_at,
                one.reply_to,
                one.attachments,
                one.forwarded_from,
            ),
        )
        for one in map(stored, rows)
    ]


async def get(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Stored]:
    """The messages of these rows."""
    wanted = sorted(set(ids))
    found: dict[int, Stored] = {}
    for start in range(0, len(wanted), BATCH):
        rows = await connection.execute(
            select(messages).where(messages.c.id.in_(wanted[start : start + BATCH]))
        )
        found |= {row.id: stored(row) for row in rows}
    return found


async def last_known(
    connection: AsyncConnection, channel: ChannelId, *, since: datetime, limit: int
) -> list[Edited]:
    """The last that was heard there since then and is not deleted, each as it read last."""
    rows = await connection.execute(
        select(
            messages.c.native_id,
            messages.c.content,
            func.coalesce(messages.c.edited_at, messages.c.sent_at, type_=Instant).label("at"),
        )
        .where(
            is_in(messages, channel),
            messages.c.heard_at >= since,
            messages.c.deleted_at.is_(None),
            messages.c.content.is_not(None),
        )
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    return [
        Edited(MessageId(channel, row.native_id), RichText.from_json(row.content), row.at)
        for row in rows
    ]


async def revise(connection: AsyncConnection, id: int, edited: Edited) -> int | None:
    """Take in an edit and answer the new revision.

    None where it is older than what is known, or what was known has been let go.
    """
    row = (
        await connection.execute(
            select(messages.c.revision, messages.c.edited_at, messages.c.content).where(
                messages.c.id == id, messages.c.deleted_at.is_(None)
            )
        )
    ).one_or_none()
    content = edited.text.to_json()
    if row is None or row.content is None or row.content == content:
        return None
    if row.edited_at is not None and row.edited_at > edited.edited_at:
        return None
    await connection.execute(
        update(messages)
        .where(messages.c.id == id)
        .values(content=content, edited_at=edited.edited_at, revision=row.revision + 1)
    )
    return row.revision + 1


async def remove(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> None:
    """Mark as deleted by their authors, and let their content go at once."""
    await connection.execute(
        update(messages)
        .where(messages.c.id.in_(ids))
        .values(deleted_at=now, content=None, attachments=None)
    )


async def add_copies(connection: AsyncConnection, made: Sequence[tuple[int, Copy, int]]) -> None:
    """Remember (message row, our copy, revision it shows)."""
    rows = [
        {
            "message_id": message,
            "platform": copy.channel.platform,
            "channel": copy.channel.id,
            "native_id": copy.id,
            "part": copy.number,
            "revision": revision,
        }
        for message, copy, revision in made
    ]
    if rows:
        await connection.execute(insert(copies), rows)
        await reactions.arrived(connection, made)


async def drop_copies(connection: AsyncConnection, message: int, lane: ChannelId) -> None:
    await connection.execute(
        delete(copies).where(
            copies.c.message_id == message,
            is_in(copies, lane),
        )
    )


async def copies_of(
    connection: AsyncConnection, ids: Iterable[int]
) -> dict[int, list[tuple[Copy, int]]]:
    """Message row → its (copy, revision shown), parts in order."""
    wanted = sorted(set(ids))
    found: dict[int, list[tuple[Copy, int]]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = await connection.execute(
            select(copies)
            .where(copies.c.message_id.in_(wanted[start : start + BATCH]))
            .order_by(copies.c.message_id, copies.c.part)
        )
        for row in rows:
            copy = Copy(ChannelId(row.platform, row.channel), row.native_id, row.part)
            found.setdefault(row.message_id, []).append((copy, row.revision))
    return found


async def bundles_of(connection: AsyncConnection, ids: Sequence[int]) -> dict[MessageId, list[int]]:
    """Each of our messages that stands for one of these and for others: all its originals."""
    if not ids:
        return {}
    mine, all_ = copies.alias("mine"), copies
    rows = await connection.execute(
        select(all_.c.platform, all_.c.channel, all_.c.native_id, all_.c.message_id)
        .join(
            mine,
            and_(
                mine.c.platform == all_.c.platform,
                mine.c.channel == all_.c.channel,
                mine.c.native_id == all_.c.native_id,
            ),
        )
        .where(mine.c.message_id.in_(sorted(set(ids))))
        .order_by(all_.c.message_id)
        .distinct()
    )
    found: dict[MessageId, list[int]] = {}
    for row in rows:
        ref = MessageId(ChannelId(row.platform, row.channel), row.native_id)
        found.setdefault(ref, []).append(row.message_id)
    return {ref: members for ref, members in found.items() if len(members) > 1}


async def originals_of(
    connection: AsyncConnection, refs: Sequence[MessageId]
) -> dict[MessageId, int]:
    """Which original each of these messages is or stands for: its row id."""
    found = await ids_of(connection, refs)
    for channel, native_ids in _by_channel([ref for ref in refs if ref not in found]):
        rows = await connection.execute(
            select(copies.c.message_id, copies.c.native_id)
            .where(
                is_in(copies, channel),
                copies.c.native_id.in_(native_ids),
            )
            .order_by(copies.c.id)
        )
        for row in rows:
            found.setdefault(MessageId(channel, row.native_id), row.message_id)
    return found


async def sent_by_bots(
    connection: AsyncConnection, channel: ChannelId, since: datetime
) -> list[datetime]:
    """When bots sent what was heard of them there since then."""
    rows = await connection.scalars(
        select(messages.c.sent_at).where(
            is_in(messages, channel),
            messages.c.author_is_bot.is_(True),
            messages.c.sent_at > since,
        )
    )
    return list(rows)


async def originals_behind(connection: AsyncConnection, copy: MessageId) -> list[int]:
    """The rows of all messages that this one of ours stands for, as they were said."""
    rows = await connection.scalars(
        select(copies.c.message_id)
        .where(
            copies.c.platform == copy.channel.platform,
            copies.c.channel == copy.channel.id,
            copies.c.native_id == copy.id,
        )
        .distinct()
        .order_by(copies.c.message_id)
    )
    return list(rows)


async def say_anew(connection: AsyncConnection, id: int) -> int:
    """Another revision of the same words, for copies that are to be said otherwise."""
    made = await connection.execute(
        update(messages)
        .where(messages.c.id == id)
        .values(revision=messages.c.revision + 1)
        .returning(messages.c.revision)
    )
    return made.scalar_one()


def _by_channel(refs: Iterable[MessageId]) -> Iterator[tuple[ChannelId, list[str]]]:
    """Native ids of one channel at a time: SQLite finds no index for a list of several columns."""
    sorted_out: dict[ChannelId, list[str]] = {}
    for ref in refs:
        sorted_out.setdefault(ref.channel, []).append(ref.id)
    for channel, native_ids in sorted_out.items():
        for start in range(0, len(native_ids), BATCH):
            yield channel, native_ids[start : start + BATCH]


def _row_of(message: Inbound, now: datetime) -> dict[str, Any]:
    return {
        "platform": message.ref.channel.platform,
        "channel": message.ref.channel.id,
        "native_id": message.ref.id,
        "author_id": message.author.person.id,
        "author_name": message.author.name[:256],
        "author_avatar": message.author.avatar_url,
        "author_is_bot": message.author.is_bot,
        "content": message.text.to_json(),
        "attachments": [attachment.to_json() for attachment in message.attachments],
        "reply_to": message.reply_to.id if message.reply_to else None,
        "forwarded_from": message.forwarded_from[:256] if message.forwarded_from else None,
        "sent_at": message.sent_at,
        "heard_at": now,
    }


def stored(row: Row[Any]) -> Stored:
    """A row of `messages` as a value."""
    channel = ChannelId(row.platform, row.channel)
    return Stored(
        id=row.id,
        ref=MessageId(channel, row.native_id),
        author=Author(
            PersonId(row.platform, row.author_id),
            row.author_name,
            row.author_avatar,
            row.author_is_bot,
        ),
        text=RichText.from_json(row.content) if row.content else RichText(),
        attachments=tuple(Attachment.from_json(stored) for stored in row.attachments or ()),
        reply_to=MessageId(channel, row.reply_to) if row.reply_to else None,
        forwarded_from=row.forwarded_from,
        revision=row.revision,
        sent_at=row.sent_at,
        is_deleted=row.deleted_at is not None,
        strand=row.strand_id,
    )

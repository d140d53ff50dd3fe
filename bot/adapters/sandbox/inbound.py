"""Rows of a room → what the core hears. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.model import (
    Attachment,
    Author,
    ChannelId,
    Cursor,
    Deleted,
    Edited,
    Event,
    Inbound,
    Joined,
    MessageId,
    PersonId,
    Reacted,
)
from bot.core.richtext import RichText
from bot.store.sandbox import Stored

PLATFORM = "sandbox"


def channel_of(room: str) -> ChannelId:
    return ChannelId(PLATFORM, room)


def person_of(key: str) -> PersonId:
    platform, _, native = key.partition(":")
    return PersonId(platform, native)


def events_of(rows: Sequence[Stored], since: int) -> list[Event]:
    """What happened to a room's rows after revision `since`."""
    return [event for row in rows for event in _events(row, since)]


def cursor_after(rows: Sequence[Stored]) -> Cursor:
    return Cursor(PLATFORM, rows[-1].room, str(rows[-1].revision))


def _events(row: Stored, since: int) -> list[Event]:
    is_new = row.id > since  # a row's id is its first revision
    ref = MessageId(channel_of(row.room), str(row.id))
    if row.is_deleted:
        return [] if is_new or row.is_ours else [Deleted((ref,))]
    written = [] if row.is_ours else _written(row, ref, since, is_new=is_new)
    return [*written, *_reacted(row, ref, since)]


def _written(row: Stored, ref: MessageId, since: int, *, is_new: bool) -> list[Event]:
    if is_new:
        author = Author(person_of(row.person), row.body["name"])
        if row.body.get("is_arrival"):
            return [Joined(ref.channel, author, row.sent_at)]
        joined = [Joined(ref.channel, author, row.sent_at)] if row.body["is_first"] else []
        return [*joined, _message(row, ref, author)]
    if row.body.get("edited_in", 0) > since:
        return [Edited(ref, RichText.from_json(row.body["text"]), row.edited_at or row.sent_at)]
    return []


def _reacted(row: Stored, ref: MessageId, since: int) -> list[Event]:
    return [
        Reacted(ref, Author(person_of(one["person"]), one["name"]), one["emoji"], one["is_added"])
        for one in row.body.get("reactions", ())
        if one["revision"] > since
    ]


def _message(row: Stored, ref: MessageId, author: Author) -> Inbound:
    reply_to = row.body["reply_to"]
    return Inbound(
        ref=ref,
        author=author,
        text=RichText.from_json(row.body["text"]),
        sent_at=row.sent_at,
        reply_to=MessageId(ref.channel, reply_to) if reply_to else None,
        attachments=tuple(Attachment.from_json(stored) for stored in row.body["files"]),
    )

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
)
from bot.core.richtext import RichText
from bot.store.sandbox import Stored

PLATFORM = "sandbox"


def channel_of(room: str) -> ChannelId:
    return ChannelId(PLATFORM, room)


def person_of(row: Stored) -> PersonId:
    platform, _, native = row.person.partition(":")
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
        return [] if is_new else [Deleted((ref,))]
    if is_new:
        message = _message(row, ref)
        joined = [Joined(ref.channel, message.author, row.sent_at)] if row.body["is_first"] else []
        return [*joined, message]
    return [Edited(ref, RichText.from_json(row.body["text"]), row.edited_at or row.sent_at)]


def _message(row: Stored, ref: MessageId) -> Inbound:
    reply_to = row.body["reply_to"]
    return Inbound(
        ref=ref,
        author=Author(person_of(row), row.body["name"]),
        text=RichText.from_json(row.body["text"]),
        sent_at=row.sent_at,
        reply_to=MessageId(ref.channel, reply_to) if reply_to else None,
        attachments=tuple(Attachment.from_json(stored) for stored in row.body["files"]),
    )

"""Telegram's updates → the core's events. Pure: it asks Telegram nothing and remembers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from telegram import (
    ChatMember,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionType,
    Update,
)
from telegram import ReactionTypeCustomEmoji as CustomEmoji
from telegram import ReactionTypeEmoji as PlainEmoji

from bot.adapters.telegram import address
from bot.adapters.telegram.media import attachments
from bot.adapters.telegram.people import author_of, forwarded_from, person, speaking
from bot.adapters.telegram.reactions import written_out
from bot.adapters.telegram.wording import words_of
from bot.core.model import (
    Author,
    ChannelId,
    Edited,
    Event,
    Inbound,
    Joined,
    Left,
    MessageId,
    Migrated,
    Reacted,
)
from bot.core.richtext import join

_IN = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


def events_of(update: Update, *, us: int, channels: Sequence[ChannelId]) -> list[Event]:
    """What happened. `us` is the bot's own id, `channels` the bridged ones."""
    if message := new_message(update):
        return _said(message, us, channels)
    if message := update.edited_message or update.edited_channel_post:
        return _edited(message)
    if reaction := update.message_reaction:
        return _reacted(reaction, us, channels)
    if change := update.chat_member:
        return _changed(change, us, channels)
    return []


def new_message(update: Update) -> Message | None:
    return update.message or update.channel_post


def album_of(update: Update) -> str | None:
    message = new_message(update)
    return message.media_group_id if message else None


def merged(album: Inbound, next: Inbound) -> Inbound:
    """One message of an album's pieces; it goes by the id of the one with the caption."""
    texts = [piece.text for piece in (album, next) if piece.text]
    captioned = album if album.text or not next.text else next
    files = album.attachments + next.attachments
    return replace(album, ref=captioned.ref, text=join(texts, "\n"), attachments=files)


def _said(message: Message, us: int, channels: Sequence[ChannelId]) -> list[Event]:
    if message.migrate_to_chat_id:
        old, new = message.chat.id, message.migrate_to_chat_id
        return [Migrated(address.channel(old), address.channel(new))]
    if message.new_chat_members:
        return _joined(message, us, channels)
    if message.left_chat_member:
        gone = person(message.left_chat_member, us)
        return _left(message.chat.id, gone, message.date, channels)
    heard = inbound(message, us)
    return [heard] if heard.text or heard.attachments else []


def inbound(message: Message, us: int) -> Inbound:
    return Inbound(
        ref=address.ref_of(message),
        author=author_of(message, us),
        text=words_of(message),
        sent_at=message.date,
        reply_to=reply_to(message),
        attachments=attachments(message),
        forwarded_from=forwarded_from(message),
    )


def reply_to(message: Message) -> MessageId | None:
    """In a topic every message answers the topic's first one unless it answers another."""
    target = message.reply_to_message
    if target is None:
        return None
    if message.is_topic_message and target.message_id == message.message_thread_id:
        return None
    return MessageId(address.channel_of(message), str(target.message_id))


def _edited(message: Message) -> list[Event]:
    # A live location is "edited" with every step; only words are worth following.
    if message.edit_date is None or not (message.text or message.caption or attachments(message)):
        return []
    return [Edited(address.ref_of(message), words_of(message), message.edit_date)]


def _joined(message: Message, us: int, channels: Sequence[ChannelId]) -> list[Event]:
    place = _entrance(message.chat.id, channels)
    people = (person(user, us) for user in message.new_chat_members)
    return [Joined(place, one, message.date) for one in people if not one.is_us]


def _left(chat: int, who: Author, at: datetime, channels: Sequence[ChannelId]) -> list[Event]:
    """From every bridged topic of the chat: nobody knows in which of them they wrote."""
    places = address.in_chat(channels, chat) or [address.channel(chat)]
    return [] if who.is_us else [Left(place, who, at) for place in places]


def _changed(change: ChatMemberUpdated, us: int, channels: Sequence[ChannelId]) -> list[Event]:
    """Let in, also by a request, which may have no message of its own; or gone, or banned."""
    was_in, is_in = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
    who = person(change.new_chat_member.user, us)
    if was_in and not is_in:
        return _left(change.chat.id, who, change.date, channels)
    if was_in or not is_in or who.is_us:
        return []
    return [Joined(_entrance(change.chat.id, channels), who, change.date)]


def _is_in(member: ChatMember) -> bool:
    """Someone restricted may be in or out."""
    return member.status in _IN or getattr(member, "is_member", False)


def _entrance(chat: int, channels: Sequence[ChannelId]) -> ChannelId:
    """A forum tells of joins in General; where only topics are bridged, the first one hears it."""
    bridged = address.in_chat(channels, chat)
    place = address.channel(chat)
    return place if place in bridged or not bridged else bridged[0]


def _reacted(
    reaction: MessageReactionUpdated, us: int, channels: Sequence[ChannelId]
) -> list[Event]:
    """Once per bridged topic of the chat: a reaction names none, and one knows the message."""
    who = _reacting(reaction, us)
    if who is None:
        return []
    places = address.in_chat(channels, reaction.chat.id) or [address.channel(reaction.chat.id)]
    old, new = _emoji(reaction.old_reaction), _emoji(reaction.new_reaction)
    changes = [(e, False) for e in old if e not in new] + [(e, True) for e in new if e not in old]
    return [
        Reacted(MessageId(place, str(reaction.message_id)), who, emoji, is_added)
        for place in places
        for emoji, is_added in changes
    ]


def _reacting(reaction: MessageReactionUpdated, us: int) -> Author | None:
    if reaction.user:
        return person(reaction.user, us)
    return speaking(reaction.actor_chat) if reaction.actor_chat else None


def _emoji(reactions: Sequence[ReactionType]) -> list[str]:
    return [_sign(one) for one in reactions]


def _sign(reaction: ReactionType) -> str:
    match reaction:
        case PlainEmoji():
            return written_out(reaction.emoji)
        case CustomEmoji():
            return f":{reaction.custom_emoji_id}:"
        case _:
            return "⭐"

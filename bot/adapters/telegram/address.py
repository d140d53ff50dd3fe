"""Where a message is: ChannelId ↔ chat and topic, and the link that opens it.

"-100123" is a group, a channel, or a forum's General topic; "-100123/42" is another topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from telegram import MaybeInaccessibleMessage, Message

from bot.core.model import ChannelId, MessageId

PLATFORM = "telegram"
GENERAL = 1  # the General topic's thread id; messages in it do not carry it
_SUPERGROUP = "-100"
_WRITTEN = re.compile(r"(-?\d+)(?:/\d+)?")


def channel(chat: int, topic: int | None = None) -> ChannelId:
    return ChannelId(PLATFORM, f"{chat}/{topic}" if topic else str(chat))


def channel_of(message: MaybeInaccessibleMessage) -> ChannelId:
    """In a plain group a thread id only says which answers belong together."""
    if isinstance(message, Message) and message.is_topic_message:
        return channel(message.chat.id, message.message_thread_id)
    return channel(message.chat.id)


def ref_of(message: MaybeInaccessibleMessage) -> MessageId:
    return MessageId(channel_of(message), str(message.message_id))


def chat_of(channel: ChannelId) -> int:
    """The chat's id. Raises ValueError for what is no Telegram channel id."""
    return int(channel.id.partition("/")[0])


def topic_of(channel: ChannelId) -> int | None:
    topic = channel.id.partition("/")[2]
    return int(topic) if topic and int(topic) != GENERAL else None


def in_chat(channels: Iterable[ChannelId], chat: int) -> list[ChannelId]:
    """Those of `channels` that lie in this chat: itself, or its topics."""
    return [channel for channel in channels if channel.id.partition("/")[0] == str(chat)]


def chats(channels: Iterable[ChannelId]) -> set[int]:
    """The chats these lie in, without what is no Telegram channel id."""
    found = (_WRITTEN.fullmatch(channel.id) for channel in channels)
    return {int(written[1]) for written in found if written}


def link(channel: ChannelId, message: str, username: str | None) -> str | None:
    """A t.me address: for everyone where the chat has a public name, else for its members."""
    chat, _, topic = channel.id.partition("/")
    if not chat.startswith("-"):  # a private chat, whose name is its person's
        return None
    place = username or (chat.startswith(_SUPERGROUP) and f"c/{chat.removeprefix(_SUPERGROUP)}")
    return "/".join(filter(None, ("https://t.me", place, topic, message))) if place else None

"""Where a message is: ChannelId ↔ chat and topic, and the link that opens it.

"-100123" is a group, a channel, or a forum's General topic; "-100123/42" is another topic.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from telegram import MaybeInaccessibleMessage, Message

from bot.core.model import ChannelId, MessageId

PLATFORM = "telegram"
GENERAL = 1  # the General topic's thread id; messages in it do not carry it
_SUPERGROUP = "-100"
_WRITTEN = re.compile(r"(-?\d+)(?:/\d+)?")
_ID = re.compile(r"\d{1,10}", re.ASCII)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(?:c/(?P<number>\d+)|(?P<name>\w+))"
    r"/(?:(?P<topic>\d+)/)?(?P<id>\d{1,10})/?(?:\?(?P<query>\S*))?",
    re.ASCII,
)
_THREAD = re.compile(r"(?:.*&)?thread=(\d+)(?:&.*)?", re.ASCII)


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


def located(
    text: str, here: ChannelId, names: Mapping[str, int], plain: Collection[int] = ()
) -> MessageId | None:
    """The message a t.me address leads to; a bare id is one of `here`, if that is Telegram's.

    `names` are the chats by their public names in lower case; `plain` those without topics, where
    a link's thread only says which answers belong together.
    """
    if here.platform == PLATFORM and _ID.fullmatch(text):
        return MessageId(here, text)
    found = _LINK.fullmatch(text)
    if found is None:
        return None
    chat = int(f"{_SUPERGROUP}{found['number']}") if found["number"] else None
    chat = chat or names.get((found["name"] or "").lower())
    if chat is None:
        return None
    thread = _THREAD.fullmatch(found["query"] or "")
    topic = int(found["topic"] or (thread[1] if thread else 0))
    is_whole = topic == GENERAL or chat in plain
    return MessageId(channel(chat, None if is_whole else topic), found["id"])

"""Addresses of messages, as "Copy Message Link" gives them, and bare ids. Pure."""

from __future__ import annotations

import re

from bot.adapters.discord.inbound import PLATFORM
from bot.core.model import ChannelId, Copy, MessageId

_ID = re.compile(r"\d{15,20}", re.ASCII)
_LINK = re.compile(
    r"<?https?://(?:(?:www|ptb|canary)\.)?discord(?:app)?\.com/channels/(?:\d+|@me)"
    r"/(\d{1,20})/(\d{1,20})/?(?:[?#]\S*)?>?",
    re.ASCII,
)


def written(guild: str, copy: Copy) -> str:
    return f"https://discord.com/channels/{guild}/{copy.channel.id}/{copy.id}"


def read(text: str, channel: ChannelId) -> MessageId | None:
    """A bare id is one of `channel`, if that is Discord's."""
    found = _LINK.fullmatch(text)
    if found:
        return MessageId(ChannelId(PLATFORM, found[1]), found[2])
    if channel.platform == PLATFORM and _ID.fullmatch(text):
        return MessageId(channel, text)
    return None

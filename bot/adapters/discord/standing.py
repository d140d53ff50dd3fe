"""What the gateway tells of our own standing: places that are closed to us, or open again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import discord

from bot.adapters.discord.inbound import channel_id
from bot.core.model import ChannelId
from bot.i18n import N_

LEFT = N_("the bot was removed from the server")
GONE = N_("the channel is gone")

Stand = Callable[[ChannelId, str | None], None]


def closed(stand: Stand, places: Iterable[int], reason: str) -> None:
    for place in places:
        stand(channel_id(place), reason)


def perhaps_open(stand: Stand, places: Iterable[int]) -> None:
    for place in places:
        stand(channel_id(place), None)


def places_of(guild: discord.Guild) -> Iterator[int]:
    """All channels and threads that we know of there."""
    yield from (channel.id for channel in guild.channels)
    yield from (thread.id for thread in guild.threads)


def threads_in(channel: discord.abc.GuildChannel) -> Iterator[int]:
    return (thread.id for thread in channel.guild.threads if thread.parent_id == channel.id)

"""What was said in a channel while we were away. Discord keeps it, but brings none of it."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.adapters.discord.inbound import Us, inbound, is_echo
from bot.core.model import ChannelId, Event, Inbound, Missed

_LOOKED_THROUGH = 4  # times the limit: our own messages count too, and those beyond are counted
_LEAST_LOOKED_THROUGH = 400


@dataclass(frozen=True, slots=True)
class Past:
    """Events with their messages' ids, oldest first; `newest` is the last id there is."""

    events: tuple[tuple[Event, int], ...]
    newest: int


async def read_past(
    place: discord.abc.Messageable, channel: ChannelId, *, after: int, limit: int, us: Us
) -> Past:
    """The newest `limit` messages since `after`, and how many came before those.

    Raises `discord.HTTPException` where the channel can't be read.
    """
    kept: list[Inbound] = []
    newest, older, looked, is_whole = after, 0, 0, False
    most = max(_LOOKED_THROUGH * limit, _LEAST_LOOKED_THROUGH)
    async for message in place.history(limit=most):
        looked += 1
        newest = max(newest, message.id)
        if message.id <= after:
            is_whole = True
            break
        event = None if is_echo(message, us) else inbound(message, us)
        if event is not None and len(kept) < limit:
            kept.append(event)
        elif event is not None:
            older += 1
    is_whole = is_whole or looked < most
    events: list[tuple[Event, int]] = [(event, int(event.ref.id)) for event in reversed(kept)]
    if older or not is_whole:
        first = int(kept[-1].ref.id) if kept else newest
        events.insert(0, (Missed(channel, older if is_whole else None), first - 1))
    return Past(tuple(events), newest)


async def newest_message(place: discord.abc.Messageable) -> int:
    """0 in an empty channel. Raises `discord.HTTPException`."""
    newest = [message.id async for message in place.history(limit=1)]
    return newest[0] if newest else 0

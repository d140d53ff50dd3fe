"""Who gets what: from one message heard and the relay it was heard in to its destinations. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.model import ChannelId, Inbound, Relay, RelayChannel, Strand

BOTS_A_MINUTE = 10  # messages of other bots in one channel; two bridges there would never end

_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a message goes. `skipped` says in one word why it goes nowhere."""

    to: tuple[RelayChannel, ...] = ()
    origin: RelayChannel | None = None
    skipped: str = ""


def plan(
    message: Inbound,
    relay: Relay | None,
    strand: Strand | None = None,
    *,
    is_private: bool = False,
) -> Plan:
    """Every other channel of the relay, in its order; in a strand, its other places.

    `is_private` where its author wants nothing relayed nor kept. Who writes in a strand means to be
    carried: there neither a channel's direction counts nor what it lets other bots do.
    """
    if relay is None:
        return Plan(skipped="unlinked")
    if is_private:
        return Plan(skipped="private")
    if message.author.is_us:
        return Plan(skipped="echo")
    here = message.ref.channel
    origin = _member(relay, here)
    lets_bots = strand is None and origin is not None and origin.options.bots
    if message.author.is_bot and not lets_bots:
        return Plan(skipped="bot")
    if relay.is_paused:
        return Plan(skipped="paused")
    if is_blank(message.text.text) and not message.attachments:
        return Plan(skipped="empty")
    if strand is not None:
        mine = next((place for place in strand.places if place.lane == here), None)
        others = tuple(place for place in strand.places if place is not mine)
        return Plan(
            to=tuple(RelayChannel(place.lane, place.language) for place in others),
            origin=RelayChannel(here, mine.language) if mine else None,
        )
    others = readers(relay, here)
    return Plan(to=others, origin=origin, skipped="" if others else "one-way")


def readers(relay: Relay, here: ChannelId) -> tuple[RelayChannel, ...]:
    """The channels that get what happens in `here`, in the relay's order."""
    origin = _member(relay, here)
    if origin is not None and not origin.options.sends:
        return ()
    others = (member for member in relay.channels if member.channel != here)
    return tuple(member for member in others if member.options.receives)


def is_flood(at: datetime, earlier: Sequence[datetime]) -> bool:
    """Whether bots have written as much as may cross in the minute up to `at`."""
    recent = [one for one in earlier if at - timedelta(minutes=1) < one <= at]
    return len(recent) >= BOTS_A_MINUTE


def _member(relay: Relay, channel: ChannelId) -> RelayChannel | None:
    return next((member for member in relay.channels if member.channel == channel), None)


def is_blank(text: str) -> bool:
    """Nothing in it can be seen: white space, joiners and other marks without a shape.

    Platforms refuse such a message as empty.
    """
    return all(unicodedata.category(character) in _UNSEEN for character in text)

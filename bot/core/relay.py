"""Who gets what: from one message heard and the relay it was heard in to its destinations. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bot.core.model import Inbound, Relay, RelayChannel, Strand

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

    `is_private` where its author wants nothing relayed nor kept.
    """
    if relay is None:
        return Plan(skipped="unlinked")
    if is_private:
        return Plan(skipped="private")
    if message.author.is_us:
        return Plan(skipped="echo")
    if message.author.is_bot:
        return Plan(skipped="bot")
    if relay.is_paused:
        return Plan(skipped="paused")
    if is_blank(message.text.text) and not message.attachments:
        return Plan(skipped="empty")
    here = message.ref.channel
    if strand is not None:
        mine = next((place for place in strand.places if place.lane == here), None)
        others = tuple(place for place in strand.places if place is not mine)
        return Plan(
            to=tuple(RelayChannel(place.lane, place.language) for place in others),
            origin=RelayChannel(here, mine.language) if mine else None,
        )
    origin = next(member for member in relay.channels if member.channel == here)
    others = tuple(member for member in relay.channels if member.channel != here)
    return Plan(to=others, origin=origin)


def is_blank(text: str) -> bool:
    """Nothing in it can be seen: white space, joiners and other marks without a shape.

    Platforms refuse such a message as empty.
    """
    return all(unicodedata.category(character) in _UNSEEN for character in text)

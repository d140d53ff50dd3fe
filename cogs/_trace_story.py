"""What became of one message, gathered from the store. It holds no word of the message."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.cog import Host
from bot.core.errors import Refused
from bot.core.model import ChannelId, Copy, MessageId, Translation
from bot.i18n import N_
from bot.store import messages, posts, traces, translations
from bot.store.messages import Stored
from bot.store.outbox import Action
from bot.store.traces import Traced

BEFORE = N_("That message crossed between other channels than this relay's; ask there.")


@dataclass(frozen=True, slots=True)
class Journey:
    """The way to one destination. `shown` are the messages there, with links where there are any.

    `together` counts the others that share its message; `later` are edits and deletions.
    """

    sent: Traced
    shown: tuple[str | None, ...] = ()
    together: int = 0
    later: tuple[Traced, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A message that somebody wrote. `skipped` says in one word why it was carried nowhere."""

    author: str
    origin: ChannelId
    sent_at: datetime
    heard_at: datetime
    link: str | None = None
    is_copy: bool = False  # it was asked about by one of its copies
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    has_words: bool = True  # which the bridge still knows
    skipped: str = ""
    made: Mapping[str, Translation] = field(default_factory=dict[str, Translation])
    journeys: tuple[Journey, ...] = ()
    left_out: tuple[ChannelId, ...] = ()  # of the relay as it is now
    is_aside: bool = False  # said in the talk under a post
    home: ChannelId | None = None  # in which the origin hangs


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message of which nothing but this is kept."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A post of ours in one channel. `waits` is what is still to be done about it."""

    channel: ChannelId
    ordered_at: datetime
    is_there: bool = False
    link: str | None = None
    waits: tuple[Traced, ...] = ()


@dataclass(frozen=True, slots=True)
class OurPost:
    places: tuple[Said, ...]


async def gathered(host: Host, connection: Any, ref: MessageId) -> Story | OurPost | Skipped | None:
    """None where nothing is known of it."""
    key = await posts.named(connection, ref)
    if key is not None:
        return await _post(host, connection, key)
    found = (await messages.originals_of(connection, [ref])).get(ref)
    if found is not None:
        return await _story(host, connection, ref, found)
    skip = await traces.skipped(connection, ref)
    return Skipped(skip.reason, skip.at) if skip else None


async def _post(host: Host, connection: Any, key: str) -> OurPost:
    waiting = await traces.deliveries_of_post(connection, key)
    return OurPost(
        tuple(
            Said(
                channel,
                ordered_at,
                shown is not None,
                host.link(shown) if shown else None,
                tuple(one for one in waiting if one.lane == channel),
            )
            for channel, shown, ordered_at in await traces.ordered(connection, key)
        )
    )


async def _story(host: Host, connection: Any, ref: MessageId, row: int) -> Story | None:
    message = (await messages.get(connection, [row]))[row]
    moments = await traces.moments(connection, row)
    if moments is None:
        return None
    skip = await traces.skipped(connection, message.ref)
    journeys = await _journeys(host, connection, row)
    return Story(
        author=message.author.name,
        origin=message.ref.channel,
        sent_at=message.sent_at,
        heard_at=moments.heard_at,
        link=host.link(message.ref),
        is_copy=ref != message.ref,
        edited_at=moments.edited_at,
        deleted_at=moments.deleted_at,
        has_words=bool(message.text),
        skipped=skip.reason if skip else "",
        made=await _made(connection, message),
        journeys=journeys,
        left_out=_left_out(host, message, journeys),
        is_aside=message.strand is not None,
        home=host.relays.home(message.ref.channel),
    )


def seen_from(
    places: Collection[ChannelId], found: Story | OurPost | Skipped | None
) -> Story | OurPost | Skipped | None:
    """What of it went between these places: a channel may have come from another relay, whose
    members' messages are nobody's business here. Raises `Refused` where that is nothing."""
    match found:
        case Story():
            went = tuple(one for one in found.journeys if found.is_aside or one.sent.lane in places)
            is_ours = found.origin in places or found.home in places
            if not is_ours or (found.journeys and not went):
                raise Refused(BEFORE)
            spoken = {one.sent.language for one in went}
            made = {one: made for one, made in found.made.items() if one in spoken}
            return replace(found, journeys=went, made=made)
        case OurPost():
            return OurPost(tuple(one for one in found.places if one.channel in places))
        case _:
            return found


def _left_out(host: Host, message: Stored, journeys: Sequence[Journey]) -> tuple[ChannelId, ...]:
    """Talk under a post has places of its own."""
    relay = host.relays.find(message.ref.channel)
    if relay is None or message.strand is not None or not journeys:
        return ()
    reached = {message.ref.channel, *(journey.sent.lane for journey in journeys)}
    return tuple(one.channel for one in relay.channels if one.channel not in reached)


async def _made(connection: Any, message: Stored) -> Mapping[str, Translation]:
    """Its newest words in each language."""
    found = await translations.load(connection, [message.id])
    return {
        language: made
        for (_, revision, language), made in found.items()
        if revision == message.revision
    }


async def _journeys(host: Host, connection: Any, row: int) -> tuple[Journey, ...]:
    rows = await traces.deliveries(connection, row)
    shown = [copy for copy, _ in (await messages.copies_of(connection, [row])).get(row, ())]
    bundles = await messages.bundles_of(connection, [row])
    return tuple(
        Journey(
            sent,
            tuple(host.link(_ref(copy)) for copy in shown if copy.channel == sent.lane),
            _together(bundles, sent.lane),
            tuple(r for r in rows if r.lane == sent.lane and r.action is not Action.SEND),
        )
        for sent in rows
        if sent.action is Action.SEND
    )


def _ref(copy: Copy) -> MessageId:
    return MessageId(copy.channel, copy.id)


def _together(bundles: Mapping[MessageId, Sequence[int]], lane: ChannelId) -> int:
    shared = (members for there, members in bundles.items() if there.channel == lane)
    return max((len(members) - 1 for members in shared), default=0)

"""Channels that are closed to us: their lanes wait, the others are told once, and once more after.

So are threads and rooms of ours, of which those are told who talk with the people there. A row of
`closed_lanes` is an episode. It decides who was told what, so nothing is said twice, also not after
a kill. What is written to a closed channel is never dropped here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.cog import Repeating
from bot.core.errors import DeliveryError, Problem
from bot.core.model import ChannelId, Relay, RelayChannel
from bot.core.ports import Checks, Clock
from bot.i18n import N_, Language, pick, said, translate
from bot.store import lanes, outbox
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.lanes import ClosedLane
from bot.store.outbox import Action, Order, State
from bot.strandbook import Strandbook
from bot.verdicts import Ruling

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=5)  # at closed channels for which nothing waits
DATABASE_WAIT = 1.0  # seconds until a database that failed is asked again

CLOSED = N_(
    "⚠️ What is written here does not reach {place} at the moment. It waits, in order, and nothing "
    "is lost."
)
TALK_CLOSED = N_(
    "⚠️ What is written in this conversation does not reach {place} at the moment. It waits, in "
    "order, and nothing is lost."
)
PLACE_GONE = N_("• Its place there is closed or was deleted. If it stays so, go on in the channel.")
REFUSED = N_("The bot is not let in there: {reason}.")
LOOK_AT_RIGHTS = N_("Check the bot's rights there.")
LOOKS_AGAIN = N_(
    "The bot looks again by itself, every minute at first. “/relay resume” makes it look at once."
)
OPEN = N_(
    "✅ What is written here reaches {place} again. {count} messages waited; they go over now."
)
OPEN_FOR_ONE = N_("✅ What is written here reaches {place} again. One message waited; it goes now.")
OPEN_FOR_NONE = N_("✅ What is written here reaches {place} again. Nothing had to wait.")
A_PLACE = N_("{platform} ({spoken})")
PLATFORMS = {"discord": "Discord", "telegram": "Telegram", "sandbox": N_("Sandbox")}
LANGUAGES = {
    "en": N_("English"),
    "zh": N_("Simplified Chinese"),
    "zh-Hant": N_("Traditional Chinese"),
}
WHOLE = "{words}"  # a notice whose words are in its reader's language already


@dataclass(frozen=True, slots=True)
class _End:
    """Where those are who write to what is closed. `reply_to` is a native id there."""

    lane: ChannelId
    language: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class _Closed:
    """What is closed: a channel of the relay, or what hangs in it, and who is to hear of it."""

    relay: Relay
    member: RelayChannel
    ends: tuple[_End, ...]
    is_aside: bool = False


class Closings:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        relays: Callable[[], Sequence[Relay]],
        strandbook: Strandbook,
        checks: Mapping[str, Checks],
        wake: Callable[[], None],
    ) -> None:
        """`relays` answers those in force. `wake` is called when something is to be sent."""
        self._database = database
        self._clock = clock
        self._relays = relays
        self._strandbook = strandbook
        self._checks = checks
        self._wake = wake
        self._closed: set[ChannelId] = set()  # as committed
        self._heard: dict[ChannelId, str] = {}  # said to be closed, for this reason
        self._doubted: set[ChannelId] = set()  # perhaps open again
        self._is_stale = False
        self._news = asyncio.Event()

    async def load(self) -> None:
        """What is stored of channels that are still linked. Raises `StoreUnavailable`."""
        async with self._database.transaction() as connection:
            kept = [*self._members(), *self._strandbook.places()]
            await lanes.keep_only(connection, kept)
            found = await lanes.closed(connection)
        self._closed = {one.lane for one in found}
        self._is_stale = False
        self._news.set()

    def relays_changed(self) -> None:
        self._is_stale = True
        self._news.set()

    def hear(self, channel: ChannelId, reason: str | None) -> None:
        """The platform says that this channel is closed to us, or, without a reason, may be open.

        No promise hangs on it: the next attempt to send there finds out as well. Of what hangs in a
        channel only that is told: nobody may be talking in it.
        """
        if reason is not None and self._strandbook.home(channel) is None:
            self._heard[channel] = reason
        elif reason is None and (channel in self._closed or channel in self._heard):
            self._heard.pop(channel, None)
            self._doubted.add(channel)
        self._news.set()

    async def look(self, channels: Iterable[ChannelId]) -> int:
        """Look at once at those that are closed; how many they are."""
        wanted = set(channels)
        closed = {
            lane for lane in self._closed if wanted & {lane, self._strandbook.home(lane) or lane}
        }
        self._doubted |= closed
        self._news.set()
        return len(closed)

    def repeatings(self) -> Sequence[Repeating]:
        return [Repeating("closed lanes", LOOK_EVERY, self.look_where_nothing_waits)]

    async def look_where_nothing_waits(self) -> None:
        """Nobody would notice there that a channel is open again. Raises `StoreUnavailable`."""
        await self.load()
        for lane in list(self._closed):
            async with self._database.reading() as connection:
                waiting = (await outbox.status(connection, [str(lane)])).get(str(lane))
            if waiting is None or not waiting.waiting:
                await self._open_if_mended(lane)

    async def follow(self, connection: Connection, batch: Sequence[Ruling]) -> None:
        """In the transaction of these verdicts: episodes begin and end with what was attempted."""
        found: dict[ChannelId, str | None] = {}
        for ruling in batch:
            if ruling.lane is None:
                continue
            if ruling.barred is not None:
                found[ruling.lane] = ruling.barred
            elif ruling.verdict.state is State.SENT and _was_said_in(ruling, ruling.lane):
                found[ruling.lane] = None
        for lane, reason in found.items():
            if reason is not None:
                await self._close(connection, lane, reason)
            elif lane in self._closed:
                await self._open(connection, lane)

    async def run(self) -> None:
        """Tell people, and look where something may have changed, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._work()
            except StoreUnavailable as error:
                log.error(N_("The database can't be written: deliveries wait"), reason=error.reason)
                self._news.set()
                await self._clock.sleep(DATABASE_WAIT)

    async def _work(self) -> None:
        if self._is_stale:
            await self.load()
        for lane, reason in list(self._heard.items()):
            async with self._database.transaction() as connection:
                await self._close(connection, lane, reason)
            if self._heard.get(lane) == reason:
                del self._heard[lane]
        for lane in list(self._doubted):
            await self._look_at(lane)
            self._doubted.discard(lane)
        async with self._database.reading() as connection:
            untold = [one for one in await lanes.closed(connection) if one.told_at is None]
        for one in untold:
            await self._tell(one)

    async def _look_at(self, lane: ChannelId) -> None:
        """Sending what waits is the best look; where nothing does, the platform is asked."""
        async with self._database.transaction() as connection:
            is_tried = await lanes.hasten(connection, lane, self._clock.now())
        if is_tried:
            self._wake()
        else:
            await self._open_if_mended(lane)

    async def _open_if_mended(self, lane: ChannelId) -> None:
        if lane not in self._members():  # nobody says of a thread whether we may write in it
            return
        problems = await self._problems(lane)
        if problems is not None and not problems:
            async with self._database.transaction() as connection:
                await self._open(connection, lane)

    async def _close(self, connection: Connection, lane: ChannelId, reason: str) -> None:
        if self._found(lane) is None:
            return

        def closed() -> None:
            self._closed.add(lane)
            self._news.set()

        await lanes.close(connection, lane, reason, self._clock.now())
        self._database.after_commit(connection, closed)

    async def _open(self, connection: Connection, lane: ChannelId) -> None:
        ended = await lanes.open_again(connection, lane)
        self._database.after_commit(connection, lambda: self._closed.discard(lane))
        found = self._found(lane)
        if ended is None or ended.told_at is None or found is None:
            return
        count = await lanes.held_up(connection, lane, ended.since)
        message = {0: OPEN_FOR_NONE, 1: OPEN_FOR_ONE}.get(count, OPEN)
        told = {
            end: translate(message, language, place=_place(found, language), count=count)
            for end, language in _readers(found)
        }
        await self._say(connection, told)
        log.info("a channel is open to the bot again", lane=str(lane), waited=count)

    async def _tell(self, one: ClosedLane) -> None:
        """What happened, and what mends it, in each channel's own language."""
        found = self._found(one.lane)
        problems = await self._problems(found.member.channel if found else one.lane)
        async with self._database.transaction() as connection:
            if not await lanes.mark_told(connection, one.lane, self._clock.now()) or not found:
                return
            message = TALK_CLOSED if found.is_aside else CLOSED
            told = {
                end: "\n".join(
                    [
                        translate(message, language, place=_place(found, language)),
                        *_reasons(found, one, problems, language),
                        translate(LOOKS_AGAIN, language),
                    ]
                )
                for end, language in _readers(found)
            }
            await self._say(connection, told)

    async def _say(self, connection: Connection, told: Mapping[_End, str]) -> None:
        orders = [
            Order(
                end.lane,
                Action.POST,
                end.language,
                post={"message": WHOLE, "values": {"words": words}, "reply_to": end.reply_to},
            )
            for end, words in told.items()
        ]
        await outbox.enqueue(connection, orders, self._clock.now())
        self._database.after_commit(connection, self._wake)

    async def _problems(self, lane: ChannelId) -> Sequence[Problem] | None:
        """None where the platform can't say now."""
        checks = self._checks.get(lane.platform)
        if checks is None:
            return None
        try:
            return await checks.problems(lane)
        except DeliveryError as error:
            log.info("a closed channel can't be looked at", lane=str(lane), reason=error.reason)
        return None

    def _members(self) -> dict[ChannelId, tuple[Relay, RelayChannel]]:
        return {one.channel: (relay, one) for relay in self._relays() for one in relay.channels}

    def _found(self, lane: ChannelId) -> _Closed | None:
        """None for what is neither linked nor a place of talk that is carried."""
        members = self._members()
        if lane in members:
            relay, member = members[lane]
            ends = (_End(one.channel, one.language) for one in _others(relay, member))
            return _Closed(relay, member, tuple(ends))
        strand, home = self._strandbook.of(lane), self._strandbook.home(lane)
        if strand is None or home not in members:
            return None
        ends = (
            _End(place.lane, place.language, None if place.thread else place.root)
            for place in strand.places
            if place.lane != lane
        )
        return _Closed(*members[home], tuple(ends), is_aside=True)


def _place(found: _Closed, language: Language) -> str:
    """Its number too where the relay has another one that would be called the same."""
    one, platform = found.member, found.member.channel.platform
    named = translate(
        A_PLACE,
        language,
        platform=translate(PLATFORMS.get(platform, platform), language),
        spoken=translate(LANGUAGES[one.language], language),
    )
    alike = [
        other
        for other in found.relay.channels
        if (other.channel.platform, other.language) == (platform, one.language)
    ]
    return f"{named} {one.channel.id}" if len(alike) > 1 else named


def _readers(found: _Closed) -> list[tuple[_End, Language]]:
    return [(end, pick(end.language)) for end in found.ends]


def _reasons(
    found: _Closed, one: ClosedLane, problems: Sequence[Problem] | None, language: Language
) -> list[str]:
    """`problems` are the channel's."""
    if found.is_aside and not problems:
        return [translate(PLACE_GONE, language)]
    return _explained(problems or [_refused(one, language)], language)


def _was_said_in(ruling: Ruling, lane: ChannelId) -> bool:
    """A private chat beside the channel says nothing of the channel itself."""
    posted = ruling.posted
    return bool(ruling.copies) or (posted is not None and posted.ref.channel == lane)


def _others(relay: Relay, closed: RelayChannel) -> list[RelayChannel]:
    """Those from which something would cross into it."""
    if not closed.options.receives:
        return []
    return [one for one in relay.channels if one != closed and one.options.sends]


def _refused(one: ClosedLane, language: Language) -> Problem:
    """Where the platform finds nothing wrong: what it said when we wrote there."""
    values = {"reason": translate(one.reason, language)}
    return Problem(str(one.lane), REFUSED, LOOK_AT_RIGHTS, values)


def _explained(problems: Sequence[Problem], language: Language) -> list[str]:
    found = [said(problem, language) for problem in problems]
    return [f"• {one.reason} {one.remedy}".rstrip() for one in found]

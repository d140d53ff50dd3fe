"""The relays in force: kept in memory for every message heard, written through to the store.

A relay of fewer than two channels is kept, and is not in force: nothing is heard in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.core.errors import Refused
from bot.core.model import ChannelId, ChannelOptions, Cursor, Relay, RelayChannel
from bot.core.pairing import MOST_NAME, clean_name
from bot.core.ports import Clock
from bot.i18n import N_
from bot.services import LaneStatus
from bot.store import cursors, outbox, posts, relays
from bot.store import lanes as closed_lanes
from bot.store.database import Connection, Database

NO_NAME = N_("A relay needs a name that people can read.")
LONG_NAME = N_("That name is too long: at most {most} characters.")
NAME_TAKEN = N_("There is a relay named “{name}” already. Choose another name.")
IS_LINKED = N_("This channel is in the relay “{name}” already. It can be in one only.")
IS_HERE = N_("This channel is in the relay “{name}” already.")
IN_THE_FILE = N_("The relay “{name}” is in the configuration file; change it there.")
TOO_MANY_RELAYS = N_("There are {most} relays already; this bot keeps no more.")
TOO_MANY_CHANNELS = N_("“{name}” links {most} channels already; it takes no more.")
IS_GONE = N_("There is no such relay any more.")


async def _none_closed(_channels: Sequence[ChannelId]) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much mods may link on this bot."""

    relays: int = 50
    channels: int = 20  # in one relay


async def _nothing() -> None:
    """Nobody minds."""


class Relaybook:
    def __init__(self, database: Database, clock: Clock, limits: Limits | None = None) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits or Limits()
        self._relays: tuple[Relay, ...] = ()
        self._by_channel: dict[ChannelId, Relay] = {}
        self._waiting: tuple[Relay, ...] = ()
        self._changing = asyncio.Lock()  # between reading what there is and adding to it
        self.on_change: Callable[[], Awaitable[None]] = _nothing  # after a change is in force
        self.on_start: Callable[[Sequence[Cursor]], None] = lambda _: None
        self.on_look: Callable[[Sequence[ChannelId]], Awaitable[int]] = _none_closed
        self.home: Callable[[ChannelId], ChannelId | None] = lambda _: None  # of a thread of ours

    async def declare(self, declared: Sequence[tuple[str, Sequence[RelayChannel]]]) -> None:
        """Take in what the configuration file says."""
        async with self._database.transaction() as connection:
            await relays.declare(connection, declared)
        await self.reload()

    def show(self, declared: Sequence[tuple[str, Sequence[RelayChannel]]]) -> None:
        """Hold what the file says without writing it down: for looking only."""
        self._hold([Relay(0, name, tuple(channels)) for name, channels in declared])

    async def show_also(self) -> None:
        """Hold what the store knows of them, and those of commands too, for looking only.

        Raises `StoreUnavailable`.
        """
        async with self._database.reading() as connection:
            stored = await relays.load(connection)
            moves = await relays.moved(connection)
        known = {one.name: one for one in stored if one.from_file}
        shown = [_as_stored(one, known.get(one.name), moves) for one in self._relays]
        taken = {member.channel for relay in shown for member in relay.channels}
        ours = [one for one in stored if not one.from_file]
        free = [one for one in ours if all(m.channel not in taken for m in one.channels)]
        self._hold([*shown, *free])

    async def reload(self) -> None:
        async with self._changing, self._database.reading() as connection:
            self._hold(await relays.load(connection))

    def _hold(self, found: Sequence[Relay]) -> None:
        self._relays = tuple(relay for relay in found if len(relay.channels) > 1)
        self._waiting = tuple(relay for relay in found if len(relay.channels) < 2)
        self._by_channel = by_channel(self._relays)

    def all(self) -> Sequence[Relay]:
        return self._relays

    def waiting(self) -> Sequence[Relay]:
        """Relays of one channel, which wait for a second one."""
        return self._waiting

    def find(self, channel: ChannelId) -> Relay | None:
        """As `of`, among the waiting ones too."""
        waiting = by_channel(self._waiting)
        return self.of(channel) or waiting.get(channel)

    def of(self, channel: ChannelId) -> Relay | None:
        """A thread of ours belongs to the relay of the channel it hangs in."""
        return self._by_channel.get(self.home(channel) or channel)

    def name(self, id: int) -> str | None:
        return next((relay.name for relay in self._relays if relay.id == id), None)

    def channels(self, platform: str) -> Sequence[ChannelId]:
        return [channel for channel in self._by_channel if channel.platform == platform]

    def language(self, channel: ChannelId) -> str | None:
        home = self.home(channel) or channel
        relay = self._by_channel.get(home)
        members = relay.channels if relay else ()
        return next((m.language for m in members if m.channel == home), None)

    def options(self, channel: ChannelId) -> ChannelOptions:
        """A thread of ours has those of the channel it hangs in."""
        home = self.home(channel) or channel
        relay = self._by_channel.get(home)
        members = relay.channels if relay else ()
        return next((m.options for m in members if m.channel == home), ChannelOptions())

    async def pause(self, relay: Relay) -> None:
        """From the next message heard on; what is already accepted is still delivered."""
        await self._set_paused(relay, paused=True)

    async def resume(self, relay: Relay) -> None:
        await self._set_paused(relay, paused=False)

    async def look_again(self, relay: Relay) -> int:
        """At once, at its channels that are closed to us; how many they are."""
        return await self.on_look([member.channel for member in relay.channels])

    async def status(self, relay: Relay) -> Sequence[LaneStatus]:
        lanes = [str(member.channel) for member in relay.channels]
        async with self._database.reading() as connection:
            waiting = await outbox.status(connection, lanes)
            closed = {one.lane: one for one in await closed_lanes.closed(connection)}
        nothing = outbox.Waiting()
        return [
            self._lane_status(channel, waiting.get(str(channel), nothing), closed.get(channel))
            for channel in (member.channel for member in relay.channels)
        ]

    def _lane_status(
        self, channel: ChannelId, lane: outbox.Waiting, closed: closed_lanes.ClosedLane | None
    ) -> LaneStatus:
        now = self._clock.now()
        return LaneStatus(
            channel=channel,
            waiting=lane.waiting,
            oldest_seconds=(now - lane.oldest).total_seconds() if lane.oldest else 0.0,
            dead=lane.dead,
            blocked_reason=closed.reason if closed else lane.reason,
            closed_seconds=(now - closed.since).total_seconds() if closed else None,
        )

    @asynccontextmanager
    async def changing(self) -> AsyncGenerator[Connection, None]:
        """One change at a time: a transaction with all that is to happen together.

        What it changed is in force the moment it has committed.
        """
        found: list[Relay] = []
        async with self._changing, self._database.transaction() as connection:
            self._database.after_commit(connection, lambda: self._hold(found))
            yield connection
            found += await relays.load(connection)
            self._database.after_commit(connection, self.on_change)

    async def create(
        self, connection: Connection, name: str, first: RelayChannel, start: Cursor | None = None
    ) -> Relay:
        """A relay with one channel in it. Raises `Refused`."""
        known = await relays.load(connection)
        if len(known) >= self._limits.relays:
            raise Refused(TOO_MANY_RELAYS, most=self._limits.relays)
        _require_free(known, first.channel)
        relay = await relays.create(connection, _free_name(known, name))
        await relays.add_channel(connection, relay, first)
        await self._start(connection, [start])
        return await _present(connection, relay)

    async def join(
        self,
        connection: Connection,
        relay: int,
        member: RelayChannel,
        starts: Sequence[Cursor | None] = (),
    ) -> Relay:
        """The relay with this channel in it. Raises `Refused`.

        `starts` are where hearing begins: nothing older than them crosses.
        """
        joined = await self._of_commands(connection, relay)
        if any(one.channel == member.channel for one in joined.channels):
            raise Refused(IS_HERE, name=joined.name)
        _require_free(await relays.load(connection), member.channel)
        if len(joined.channels) >= self._limits.channels:
            raise Refused(TOO_MANY_CHANNELS, name=joined.name, most=self._limits.channels)
        await relays.add_channel(connection, relay, member)
        await self._start(connection, starts)
        return await _present(connection, relay)

    async def leave(self, connection: Connection, relay: int, channel: ChannelId) -> Relay | None:
        """What is left of the relay: None where that was its last channel. Raises `Refused`.

        What waits for this channel is dropped. Copies of what was carried stay known elsewhere.
        """
        left = await self._of_commands(connection, relay)
        if all(one.channel != channel for one in left.channels):
            raise Refused(IS_GONE)
        await relays.remove_channel(connection, channel)
        now = self._clock.now()
        for lane in [channel, *await posts.threads_in(connection, channel)]:
            await outbox.drop_lane(connection, lane, now)
        await posts.leave(connection, channel)
        rest = {one.id: one for one in await relays.load(connection)}
        return rest.get(relay)

    async def rename(self, connection: Connection, relay: int, name: str) -> Relay:
        """Raises `Refused`."""
        await self._of_commands(connection, relay)
        others = [one for one in await relays.load(connection) if one.id != relay]
        await relays.rename(connection, relay, _free_name(others, name))
        return await _present(connection, relay)

    async def set_language(
        self, connection: Connection, relay: int, channel: ChannelId, language: str
    ) -> Relay:
        """From the next message on. Raises `Refused`."""
        await self._of_commands(connection, relay)
        await relays.set_language(connection, channel, language)
        return await _present(connection, relay)

    async def set_options(
        self, connection: Connection, channel: ChannelId, options: ChannelOptions
    ) -> None:
        """From the next message on. Raises `Refused`."""
        holder = by_channel(await relays.load(connection)).get(channel)
        if holder is None:
            raise Refused(IS_GONE)
        await self._of_commands(connection, holder.id)
        await relays.set_options(connection, channel, options)

    async def _start(self, connection: Connection, starts: Sequence[Cursor | None]) -> None:
        moved = [start for start in starts if start is not None]
        await cursors.save(connection, moved)
        self._database.after_commit(connection, lambda: self.on_start(moved))

    async def _of_commands(self, connection: Connection, relay: int) -> Relay:
        found = await _present(connection, relay)
        if found.from_file:
            raise Refused(IN_THE_FILE, name=found.name)
        return found

    async def _set_paused(self, relay: Relay, *, paused: bool) -> None:
        at = self._clock.now() if paused else None
        async with self.changing() as connection:
            await relays.set_paused(connection, relay.id, at)


def _as_stored(relay: Relay, known: Relay | None, moves: Mapping[ChannelId, str]) -> Relay:
    """A relay of the file with its number, its pause, and where its channels are by now."""
    if known is None:
        return relay
    chosen = {member.channel: member.options for member in known.channels}
    members: list[RelayChannel] = []
    for member in relay.channels:
        old = member.channel
        now = ChannelId(old.platform, moves.get(old, old.id))
        options = chosen.get(now, member.options)
        members.append(replace(member, channel=now, options=options))
    return replace(known, channels=tuple(members))


async def _present(connection: Connection, relay: int) -> Relay:
    known = {one.id: one for one in await relays.load(connection)}
    if relay not in known:
        raise Refused(IS_GONE)
    return known[relay]


def _require_free(known: Sequence[Relay], channel: ChannelId) -> None:
    holder = by_channel(known).get(channel)
    if holder is not None:
        raise Refused(IS_LINKED, name=holder.name)


def _free_name(known: Sequence[Relay], typed: str) -> str:
    name = clean_name(typed)
    if not name:
        raise Refused(NO_NAME)
    if len(name) > MOST_NAME:
        raise Refused(LONG_NAME, most=MOST_NAME)
    if name.casefold() in {one.name.casefold() for one in known}:
        raise Refused(NAME_TAKEN, name=name)
    return name


def by_channel(found: Sequence[Relay]) -> dict[ChannelId, Relay]:
    return {member.channel: relay for relay in found for member in relay.channels}

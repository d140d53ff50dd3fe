"""The relays in force: kept in memory for every message heard, written through to the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.model import ChannelId, Relay, RelayChannel
from bot.core.ports import Clock
from bot.services import LaneStatus
from bot.store import outbox, relays
from bot.store.database import Database


class Relaybook:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._relays: tuple[Relay, ...] = ()
        self._by_channel: dict[ChannelId, Relay] = {}
        self.home: Callable[[ChannelId], ChannelId | None] = lambda _: None  # of a thread of ours

    async def declare(self, declared: Sequence[tuple[str, Sequence[RelayChannel]]]) -> None:
        """Take in what the configuration file says."""
        async with self._database.transaction() as connection:
            await relays.declare(connection, declared)
        await self.reload()

    def show(self, declared: Sequence[tuple[str, Sequence[RelayChannel]]]) -> None:
        """Hold what the file says without writing it down: for looking only."""
        self._hold([Relay(0, name, tuple(channels)) for name, channels in declared])

    async def reload(self) -> None:
        async with self._database.reading() as connection:
            self._hold(await relays.load(connection))

    def _hold(self, found: Sequence[Relay]) -> None:
        self._relays = tuple(found)
        self._by_channel = by_channel(found)

    def all(self) -> Sequence[Relay]:
        return self._relays

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

    async def pause(self, relay: Relay) -> None:
        """From the next message heard on; what is already accepted is still delivered."""
        await self._set_paused(relay, paused=True)

    async def resume(self, relay: Relay) -> None:
        await self._set_paused(relay, paused=False)

    async def status(self, relay: Relay) -> Sequence[LaneStatus]:
        now = self._clock.now()
        lanes = [str(member.channel) for member in relay.channels]
        async with self._database.reading() as connection:
            waiting = await outbox.status(connection, lanes)
        found = [(member.channel, waiting.get(str(member.channel))) for member in relay.channels]
        return [
            LaneStatus(
                channel=channel,
                waiting=lane.waiting if lane else 0,
                oldest_seconds=(now - lane.oldest).total_seconds() if lane and lane.oldest else 0.0,
                dead=lane.dead if lane else 0,
                blocked_reason=lane.reason if lane else None,
            )
            for channel, lane in found
        ]

    async def _set_paused(self, relay: Relay, *, paused: bool) -> None:
        at = self._clock.now() if paused else None
        async with self._database.transaction() as connection:
            await relays.set_paused(connection, relay.id, at)
        await self.reload()


def by_channel(found: Sequence[Relay]) -> dict[ChannelId, Relay]:
    return {member.channel: relay for relay in found for member in relay.channels}

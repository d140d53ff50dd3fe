"""From the gateway to the intake: in order, in batches, and what was missed before what is new.

While a channel catches up, its live events wait; a message that both bring is heard once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.adapters.discord.inbound import PLATFORM
from bot.core.model import ChannelId, Cursor, Event
from bot.intake import Intake

_ECHOES_KEPT = 50  # our own messages that a restart may read again for nothing
_BATCH = 100
_CATCHES_UP_WITHIN = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class _Heard:
    """`event` is None for an echo; `message` is a new message's id."""

    channel: ChannelId
    event: Event | None
    message: int | None = None


class Ear:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._queue: list[_Heard] = []
        self._held: dict[ChannelId, list[_Heard]] = {}
        self._arrived = asyncio.Event()
        self._caught_up: dict[ChannelId, asyncio.Future[None]] = {}  # of those that are held
        self._waiting: list[asyncio.Future[None]] = []  # for what is in the queue

    def hear(self, channel: ChannelId, event: Event, *, message: int | None = None) -> None:
        self._take(_Heard(channel, event, message))

    def pass_over(self, channel: ChannelId, message: int) -> None:
        """A new message that is not for the bridge: only the cursor moves, some time."""
        self._take(_Heard(channel, None, message))

    def hold(self, channels: Sequence[ChannelId]) -> None:
        for channel in channels:
            if channel not in self._held:
                self._held[channel] = []
                self._caught_up[channel] = asyncio.get_running_loop().create_future()

    async def begin(self, channel: ChannelId, newest: int) -> None:
        """A channel heard for the first time: its past stays there, only live events count."""
        await self._intake.hear([], cursors=[_cursor(channel, newest)])
        self.release(channel, 0)

    async def catch_up(
        self, channel: ChannelId, events: Sequence[tuple[Event, int]], newest: int
    ) -> None:
        """Hear the past with each message's id, then what arrived meanwhile."""
        for start in range(0, len(events), _BATCH):
            batch = events[start : start + _BATCH]
            await self._intake.hear(
                [event for event, _ in batch], cursors=[_cursor(channel, batch[-1][1])]
            )
        await self._intake.hear([], cursors=[_cursor(channel, newest)])
        self.release(channel, newest)

    def release(self, channel: ChannelId, newest: int) -> None:
        for heard in self._held.pop(channel, []):
            if heard.message is None or heard.message > newest:
                self._take(heard)
        if channel in self._caught_up:
            self._caught_up.pop(channel).set_result(None)

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._queue = self._queue, []
            waiting, self._waiting = self._waiting, []
            events = [heard.event for heard in batch if heard.event is not None]
            latest = {h.channel: h.message for h in batch if h.message is not None}
            cursors = [_cursor(channel, message) for channel, message in latest.items()]
            await self._intake.hear(events, cursors=cursors)
            for one in waiting:
                if not one.done():
                    one.set_result(None)

    async def settle(self, channel: ChannelId) -> None:
        """Wait until what was said before is durable: a command there counts from then on.

        A channel that can't be read yet holds its commands up for some seconds only.
        """
        if channel in self._caught_up:
            await asyncio.wait([self._caught_up[channel]], timeout=_CATCHES_UP_WITHIN)
        settled = asyncio.get_running_loop().create_future()
        self._waiting.append(settled)
        self._arrived.set()
        await settled

    def _take(self, heard: _Heard) -> None:
        waiting = self._held.get(heard.channel)
        if waiting is not None:
            waiting.append(heard)
            return
        self._queue.append(heard)
        if heard.event is not None or len(self._queue) >= _ECHOES_KEPT:
            self._arrived.set()


def _cursor(channel: ChannelId, message: int) -> Cursor:
    return Cursor(PLATFORM, channel.id, str(message))

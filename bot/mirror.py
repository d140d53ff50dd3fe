"""Makes each copy, and the original, show what people hold elsewhere: one message at a time.

Reactions never delay a message: a channel with something to say says it first, and a refusal is
nobody's trouble but the reaction's own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.core import retry
from bot.core.errors import Blocked, DeliveryError, Rejected
from bot.core.model import ChannelId, MessageId, Reaction, Relay
from bot.core.options import ChannelOptions
from bot.core.ports import Chat, Clock, Reacts
from bot.faultpoint import reach
from bot.i18n import N_
from bot.store import reactions
from bot.store.database import Database, StoreUnavailable
from bot.store.reactions import Given, Mirror

log = structlog.get_logger(__name__)

SLOW_POLL = 5.0  # seconds; also until a channel that had something to say is looked at again
QUICK_POLL = 0.05  # seconds; the least between two looks
QUIET_LOOK = timedelta(minutes=5)  # between two looks whether a channel's quiet hours are over
MISTAKES = 5


class MirrorKeeper:
    def __init__(
        self,
        *,
        database: Database,
        chats: Mapping[str, Chat],
        clock: Clock,
        relay_of: Callable[[ChannelId], Relay | None],
        options_of: Callable[[ChannelId], ChannelOptions],
        is_quiet: Callable[[ChannelId], bool],
    ) -> None:
        self._database = database
        self._chats = {name: chat for name, chat in chats.items() if isinstance(chat, Reacts)}
        self._clock = clock
        self._relay_of = relay_of
        self._options_of = options_of
        self._is_quiet = is_quiet
        self.busy: set[ChannelId] = set()  # where something is being shown now
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. What is cut off in the middle is due again at the next start."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._woken.clear()
                wait = await self._look(group)
                await self._woken_within(wait)
                await asyncio.sleep(QUICK_POLL)

    async def _look(self, group: asyncio.TaskGroup) -> float:
        """Start what is due; answer how many seconds to wait."""
        now = self._clock.now()
        try:
            async with self._database.reading() as connection:
                found = await reactions.due(
                    connection, now, platforms=self._chats, busy=[str(one) for one in self.busy]
                )
                later = await reactions.next_due(connection, now)
        except StoreUnavailable as error:
            log.info("reactions wait for the database", reason=error.reason)
            return SLOW_POLL
        for place in found:
            self.busy.add(place.channel)
            group.create_task(self._serve(place), name=f"reactions {place.channel}")
        return min(SLOW_POLL, (later - now).total_seconds()) if later else SLOW_POLL

    async def _serve(self, place: MessageId) -> None:
        try:
            if await self._show(place):
                await self._clock.sleep(self._chats[place.channel.platform].reaction_pace)
        except StoreUnavailable as error:
            log.info("reactions wait for the database", reason=error.reason)
            await self._clock.sleep(SLOW_POLL)
        self.busy.discard(place.channel)
        self.wake()

    async def _show(self, place: MessageId) -> bool:
        """Whether its platform was called."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            one = await reactions.mirror(connection, place)
            if one is None:
                return False
            if self._is_quiet(place.channel):
                await reactions.postpone(connection, one, now + QUIET_LOOK)
                return False
            wanted = self._wanted(place.channel, await reactions.given(connection, place))
            if self._relay_of(place.channel) is None or not (wanted or one.shown):
                await reactions.settle(connection, one, ())
                return False
            await reactions.begin(connection, one, [each.emoji for each in wanted])
        reach("mirroring")
        await self._call(one, wanted)
        return True

    async def _call(self, one: Mirror, wanted: Sequence[Reaction]) -> None:
        """The boundary: what the platform refuses is given up, or tried again."""
        channel = one.place.channel
        chat = self._chats[channel.platform]
        try:
            shown = await chat.react(
                channel, one.place.id, wanted, one.shown, is_sure=not one.is_doubted
            )
        except (Rejected, Blocked) as error:
            return await self._give_up(one, error.reason)
        except DeliveryError as error:
            return await self._try_again(one, error)
        except Exception as error:
            log.exception(N_("A reaction failed by a mistake of ours"), lane=str(channel))
            if one.attempts + 1 >= MISTAKES:
                return await self._give_up(one, type(error).__name__)
            return await self._try_again(one, DeliveryError("internal error"))
        reach("mirrored")
        async with self._database.transaction() as connection:
            await reactions.settle(connection, one, shown)

    async def _give_up(self, one: Mirror, reason: str) -> None:
        log.info("reactions can't be shown", lane=str(one.place.channel), reason=reason)
        async with self._database.transaction() as connection:
            await reactions.give_up(connection, one)

    async def _try_again(self, one: Mirror, error: DeliveryError) -> None:
        now = self._clock.now()
        failed = replace(one, attempts=one.attempts + 1)
        what_next = retry.after(error, attempts=failed.attempts, now=now)
        until = what_next.due_at if isinstance(what_next, retry.Again) else now
        lane = str(one.place.channel)
        log.info("reactions wait", lane=lane, reason=error.reason, until=until.isoformat())
        async with self._database.transaction() as connection:
            await reactions.postpone(connection, failed, until)

    def _wanted(self, here: ChannelId, given: Sequence[Given]) -> tuple[Reaction, ...]:
        """What is held in the relay's other channels; the most held first, then the oldest."""
        relay, options = self._relay_of(here), self._options_of(here)
        if relay is None or not options.reactions:
            return ()
        counts: Counter[str] = Counter()
        since: dict[str, datetime] = {}
        for one in given:
            there = self._relay_of(one.channel)
            if one.channel == here or there is None or there.id != relay.id:
                continue
            if not self._options_of(one.channel).reactions:
                continue
            if options.receives or one.is_in_strand:
                counts[one.emoji] += one.people
                since[one.emoji] = min(one.since, since.get(one.emoji, one.since))
        ordered = sorted(counts, key=lambda emoji: (-counts[emoji], since[emoji]))
        return tuple(Reaction(emoji, counts[emoji]) for emoji in ordered)

    async def _woken_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._woken.wait()
        except TimeoutError:
            self._woken.set()

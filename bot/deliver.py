"""Everything said: claim the heads of the lanes, run them side by side, settle, wait for more.

The courier never holds the only copy of anything: what it has claimed is in the database as
`sending`, and what it has attempted is in the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby

import structlog

from bot.consign import Consignor
from bot.core.model import ChannelId, Copy, Posted
from bot.core.ports import Chat, Clock
from bot.faultpoint import reach
from bot.i18n import N_
from bot.lane import LaneRun
from bot.posts import is_named
from bot.speaker import Speaker
from bot.store import messages, outbox, posts
from bot.store.database import Database, StoreUnavailable
from bot.store.journal import Journal, Trail
from bot.store.outbox import Delivery, State, Verdict
from bot.verdicts import Follow, Verdicts, unfollowed

log = structlog.get_logger(__name__)

RUN_LENGTH = 100  # deliveries of one lane claimed together
SLOW_POLL = 5.0  # seconds; covers a wake that was lost
QUICK_POLL = 0.02  # seconds; the least between two looks at the outbox
LAST_COMMIT = 1.0  # seconds at the end; what is not committed by then is in the journal
DATABASE_WAIT = 1.0  # seconds until a database that failed is asked again


class Courier:
    def __init__(
        self,
        *,
        database: Database,
        chats: Mapping[str, Chat],
        consignor: Consignor,
        journal: Journal,
        clock: Clock,
        tell: Callable[[Sequence[Posted]], Awaitable[None]],
        is_quiet: Callable[[ChannelId], bool],
        follow: Follow = unfollowed,
    ) -> None:
        """`tell` gets the posts of ours that were said, once that is durable; `follow` what became
        of deliveries, in the transaction that makes it so.

        `is_quiet` answers whether a lane is to be spoken in without a sound now.
        """
        self._is_quiet = is_quiet
        self._database = database
        self._chats = chats
        self._consignor = consignor
        self._journal = journal
        self._clock = clock
        self._verdicts = Verdicts(database, journal, clock, tell, follow)
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._busy: set[str] = set()
        self._pressed: set[ChannelId] = set()  # lanes that were told to slow down

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """Claim no more; each lane ends after what it is sending."""
        self._stopping.set()
        self._wake.set()

    async def recover(self) -> None:
        """Settle what a process that is gone left claimed. Before anything is claimed anew."""
        trails = self._journal.read()
        async with self._database.transaction() as connection:
            left = await outbox.left_sending(connection)
            now = self._clock.now()
            whole = [
                d
                for d in left
                if trails is not None and _is_whole(trails.get(d.id)) and not is_named(d)
            ]  # a post is gone through once more: its thread may be missing
            made = [
                (delivery.message, Copy(delivery.lane, native, part), delivery.revision)
                for delivery in whole
                if delivery.message is not None
                for part, native in enumerate(_parts(delivery, trails))
            ]
            await messages.add_copies(connection, made)
            await posts.opened(connection, _opened(left, trails))
            await outbox.settle_sent(connection, [delivery.id for delivery in whole], now)
            others = [delivery for delivery in left if delivery not in whole]
            verdicts = [_recovered(d, trails, place) for place, d in enumerate(others)]
            await outbox.settle(connection, verdicts, now)
        if left:
            log.info(
                "recovered what was being sent",
                sent=len(whole),
                in_doubt=sum(verdict.uncertain_since is not None for verdict in verdicts),
                untouched=sum(verdict.uncertain_since is None for verdict in verdicts),
            )
        self._journal.begin()

    async def run(self) -> None:
        """Deliver until `stop`."""
        async with asyncio.TaskGroup() as whole:  # without its writer the courier must not go on
            settling = whole.create_task(self._verdicts.run(), name="verdicts")
            try:
                async with asyncio.TaskGroup() as group:
                    while not self._stopping.is_set():
                        self._wake.clear()
                        wait = await self._start_lanes(group)
                        await self._woken_within(wait)
            finally:
                settling.cancel()
                last = asyncio.create_task(self._verdicts.drain())
                await asyncio.wait([last], timeout=LAST_COMMIT)
                last.cancel()
                self._journal.close()

    async def _start_lanes(self, group: asyncio.TaskGroup) -> float:
        """Start a run for every lane with something due; answer how many seconds to wait."""
        now = self._clock.now()
        platforms = list(self._chats)
        try:
            async with self._database.transaction() as connection:
                claimed = await outbox.claim_due(
                    connection, now, platforms=platforms, busy=self._busy, limit=RUN_LENGTH
                )
                busy = self._busy | {str(delivery.lane) for delivery in claimed}
                due = await outbox.next_due(connection, platforms=platforms, busy=busy)
        except StoreUnavailable as error:
            log.error(N_("The database can't be read: deliveries wait"), reason=error.reason)
            return DATABASE_WAIT
        if claimed:
            reach("claimed")
        claimed.sort(key=lambda delivery: (str(delivery.lane), delivery.id))
        for lane, deliveries in groupby(claimed, key=lambda delivery: delivery.lane):
            self._busy.add(str(lane))
            group.create_task(self._run_lane(lane, list(deliveries)), name=f"lane {lane}")
        if due is None:
            return SLOW_POLL
        return min(SLOW_POLL, max(QUICK_POLL, (due - now).total_seconds()))

    async def _run_lane(self, lane: ChannelId, deliveries: Sequence[Delivery]) -> None:
        speaker = Speaker(
            channel=lane,
            chat=self._chats[lane.platform],
            consignor=self._consignor,
            journal=self._journal,
            clock=self._clock,
            is_quiet=partial(self._is_quiet, lane),
        )
        was_pressed = lane in self._pressed and len(deliveries) > 1
        run = LaneRun(speaker, self._verdicts, self._stopping, is_pressed=was_pressed)
        try:
            untouched = await run.run(deliveries)
        except StoreUnavailable as error:
            log.error(
                N_("The database can't be read: deliveries wait"),
                lane=str(lane),
                reason=error.reason,
            )
            untouched = [delivery.id for delivery in deliveries]
        await self._verdicts.flush()
        while not await self._release(untouched):
            await self._clock.sleep(DATABASE_WAIT)
        (self._pressed.add if run.is_pressed else self._pressed.discard)(lane)
        self._busy.discard(str(lane))
        self._wake.set()

    async def _release(self, untouched: Sequence[int]) -> bool:
        if not untouched:
            return True
        try:
            async with self._database.transaction() as connection:
                await outbox.release(connection, untouched)
        except StoreUnavailable as error:
            log.error(N_("The database can't be written: deliveries wait"), reason=error.reason)
            return False
        return True

    async def _woken_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            self._wake.set()


def _opened(left: Sequence[Delivery], trails: Mapping[int, Trail] | None) -> Iterator[posts.Opened]:
    """Rooms and threads of posts whose verdict was not committed."""
    for delivery in left:
        trail = (trails or {}).get(delivery.id)
        if trail is not None and trail.place and is_named(delivery) and delivery.post:
            place = ChannelId.parse(trail.place)
            yield posts.Opened(delivery.post["key"], delivery.lane, place, trail.is_room)


def _is_whole(trail: Trail | None) -> bool:
    return trail is not None and trail.is_whole


def _parts(delivery: Delivery, trails: Mapping[int, Trail] | None) -> list[str]:
    known = dict(enumerate(delivery.parts))
    if trails is not None and delivery.id in trails:
        known |= trails[delivery.id].parts
    return [known[number] for number in sorted(known)]


def _recovered(delivery: Delivery, trails: Mapping[int, Trail] | None, place: int) -> Verdict:
    """Back to the head of its lane: in doubt where it was attempted, or nobody knows.

    Deliveries in doubt since the same instant were attempted as one message (`bot.lane`); where
    nobody knows, instants that differ by `place` keep them apart.
    """
    since = delivery.uncertain_since
    if trails is None:
        since = since or delivery.created_at - timedelta(microseconds=place)
    elif delivery.id in trails:
        since = trails[delivery.id].attempted_at  # None: what was in doubt was looked for since
    return Verdict(
        delivery.id,
        State.PENDING,
        attempts=delivery.attempts,
        uncertain_since=since,
        parts=tuple(_parts(delivery, trails)),
    )

"""How deliveries ended, committed in groups: a verdict once given is never lost to a cancellation.

Lanes hand verdicts over without waiting; one writer commits all that have gathered together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.core.model import ChannelId, Copy, Posted, Translation
from bot.core.ports import Clock
from bot.faultpoint import reach
from bot.i18n import N_
from bot.store import messages, outbox, posts, seats, traces, translations
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.journal import Journal
from bot.store.outbox import Action, Order, State, Verdict

log = structlog.get_logger(__name__)

RETRY_COMMIT = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict and what is to be remembered with it, in the same transaction.

    `replaces` first forgets the message's copies in that lane (an edit that re-flowed, a delete).
    """

    verdict: Verdict
    copies: tuple[tuple[int, Copy, int], ...] = ()
    replaces: tuple[tuple[int, ChannelId], ...] = ()
    translation: tuple[translations.Key, Translation] | None = None
    notices: tuple[Order, ...] = ()
    posted: Posted | None = None
    removed: Posted | None = None
    opened: posts.Opened | None = None  # for a post that is still to be said
    closed: ChannelId | None = None  # a private chat: nothing is talked about there any more
    resized: Posted | None = None  # one that was changed, and has other messages now
    language: str = ""  # in which the post's channel reads
    lane: ChannelId | None = None
    barred: str | None = None  # why the lane is closed to us, as this attempt found


Follow = Callable[[Connection, Sequence[Ruling]], Awaitable[None]]


async def unfollowed(_connection: Connection, _batch: Sequence[Ruling]) -> None:
    """Nobody minds."""


class Verdicts:
    def __init__(
        self,
        database: Database,
        journal: Journal,
        clock: Clock,
        tell: Callable[[Sequence[Posted]], Awaitable[None]],
        follow: Follow = unfollowed,
    ) -> None:
        """`tell` gets the posts that were said, once that is durable; again if it raises
        `StoreUnavailable`. `follow` gets each batch in the transaction that commits it."""
        self._tell = tell
        self._follow = follow
        self._database = database
        self._journal = journal
        self._clock = clock
        self._waiting: list[Ruling] = []
        self._given = asyncio.Event()
        self._draining = asyncio.Lock()
        self._committed = asyncio.Condition()
        self._handed = self._done = 0

    def give(self, ruling: Ruling) -> None:
        self._waiting.append(ruling)
        self._handed += 1
        self._given.set()

    async def flush(self) -> None:
        """Wait until everything given so far is durable."""
        target = self._handed
        async with self._committed:
            await self._committed.wait_for(lambda: self._done >= target)

    async def run(self) -> None:
        """Commit until cancelled; `drain` commits what was given before that."""
        while True:
            await self._given.wait()
            await asyncio.shield(self.drain())

    async def drain(self) -> None:
        async with self._draining:
            self._given.clear()
            batch, self._waiting = self._waiting, []
            if batch:
                await self._settle(batch)

    async def _settle(self, batch: Sequence[Ruling]) -> None:
        while not await self._commit(batch):
            await self._clock.sleep(RETRY_COMMIT)
        try:
            self._journal.settled(ruling.verdict.id for ruling in batch)
        except OSError as error:
            log.error(N_("The journal can't be shortened"), reason=error.strerror)
        posted = [ruling.posted for ruling in batch if ruling.posted]
        has_moved = posted or any(ruling.closed for ruling in batch)
        while has_moved and not await self._told(posted):
            await self._clock.sleep(RETRY_COMMIT)
        async with self._committed:
            self._done += len(batch)
            self._committed.notify_all()

    async def _told(self, posted: Sequence[Posted]) -> bool:
        try:
            await self._tell(posted)
        except StoreUnavailable as error:
            log.error(N_("The database can't be read: deliveries wait"), reason=error.reason)
            return False
        return True

    async def _commit(self, batch: Sequence[Ruling]) -> bool:
        now = self._clock.now()
        try:
            async with self._database.transaction() as connection:
                sent = [r.verdict for r in batch if r.verdict.state is State.SENT]
                await outbox.settle_sent(connection, [verdict.id for verdict in sent], now)
                others = [r.verdict for r in batch if r.verdict.state is not State.SENT]
                await outbox.settle(connection, others, now)
                await traces.note_failures(connection, others, now)
                await _remember_copies(connection, batch)
                await posts.said(connection, [r.posted for r in batch if r.posted])
                await posts.removed(connection, [r.removed for r in batch if r.removed])
                await posts.opened(connection, [r.opened for r in batch if r.opened])
                for chat in [r.closed for r in batch if r.closed]:
                    await seats.empty(connection, chat)
                await posts.resized(connection, [r.resized for r in batch if r.resized])
                for ruling in batch:
                    await outbox.enqueue(connection, await _waited(connection, ruling), now)
                made = [r.translation for r in batch if r.translation]
                await translations.save(connection, made)
                await outbox.enqueue(connection, [o for r in batch for o in r.notices], now)
                await self._follow(connection, batch)
                reach("before-verdict-commit")
            reach("after-verdict-commit")
        except StoreUnavailable as error:
            log.error(
                N_("The database can't be written: the journal holds what was sent"),
                reason=error.reason,
                waiting=len(batch),
            )
            return False
        return True


async def _waited(connection: Connection, ruling: Ruling) -> list[Order]:
    """What was said in a strand before this place of it was there."""
    if ruling.posted is None:
        return []
    lane = ruling.posted.thread or ruling.posted.ref.channel
    return [
        Order(lane, Action.SEND, ruling.language, message=row, prior=prior)
        for row, prior in await posts.unsaid(connection, ruling.posted)
    ]


async def _remember_copies(connection: Connection, batch: Sequence[Ruling]) -> None:
    """In the rulings' order: an edit replaces what a send before it in the batch made."""
    made: list[tuple[int, Copy, int]] = []
    for ruling in batch:
        if ruling.replaces:
            await messages.add_copies(connection, made)
            made = []
        for message, lane in ruling.replaces:
            await messages.drop_copies(connection, message, lane)
        made += ruling.copies
    await messages.add_copies(connection, made)

"""Everything heard: one transaction records it, plans its deliveries and moves the cursor.

Whoever calls `hear` may confirm to the platform once it returns, and never before. Calls that wait
together are committed together, in the order they came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot import floods, gaps, meanwhile, reactions
from bot.core.cleaning import clean, clean_text
from bot.core.model import (
    ChannelId,
    Cleared,
    Cursor,
    Deleted,
    Edited,
    Event,
    Inbound,
    Joined,
    MessageId,
    Migrated,
    Missed,
    Reacted,
    Relay,
)
from bot.core.ports import Clock
from bot.core.relay import Plan, plan
from bot.faultpoint import reach
from bot.i18n import N_
from bot.relaybook import Relaybook, by_channel
from bot.store import (
    cursors,
    happenings,
    messages,
    moving,
    outbox,
    posts,
    private,
    relays,
    removal,
    seats,
    traces,
)
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.outbox import Action, Order
from bot.strandbook import Strandbook

log = structlog.get_logger(__name__)

RETRY_COMMIT = 1.0  # seconds between two tries while the database can't be written
MOST_TOGETHER = 500  # events in one transaction

RelayOf = Callable[[ChannelId], Relay | None]
Fresh = tuple[Event, int | None]  # with its row among the happenings, where it has one

ENDED = N_("This introduction has ended: what you wrote here was not passed on.")
CLOSED = N_(
    "This conversation is over: what you write here is not passed on any more. "
    "Please write in the channel itself."
)


@dataclass(slots=True)
class _Heard:
    events: Sequence[Event]
    cursors: Sequence[Cursor]
    durable: asyncio.Future[None] = field(default_factory=asyncio.Future[None])


class Intake:
    def __init__(
        self,
        *,
        database: Database,
        relaybook: Relaybook,
        clock: Clock,
        wake: Callable[[], None],
        announce: Callable[[Event, int | None], None],
        strandbook: Strandbook,
        listens_to: Callable[[type[Event]], bool],
        renew: Callable[[Connection, int], None],
        wake_mirrors: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake` follows a commit that enqueued; `announce` takes each new event after it.

        `listens_to` answers whether any cog is to hear of such events also after a kill. `renew`
        lets a community's words be read anew once the transaction has committed.
        """
        self._renew = renew
        self._listens_to = listens_to
        self._wake_mirrors = wake_mirrors  # follows a commit that asked for reactions
        self._strandbook = strandbook
        self._has_parted = False  # since the strands were last read
        self._has_stopped = False  # bots of a channel, since the relays were
        self._database = database
        self._relaybook = relaybook
        self._clock = clock
        self._wake = wake
        self._announce = announce
        self._waiting: list[_Heard] = []
        self._arrived = asyncio.Event()
        self._cursors: dict[tuple[str, str], str] = {}

    async def load(self) -> None:
        async with self._database.reading() as connection:
            self._cursors = await cursors.load(connection)

    async def hear(self, events: Sequence[Event], *, cursors: Sequence[Cursor] = ()) -> None:
        """Durable when it returns. While the database refuses, it waits and tries again."""
        if not events and not cursors:
            return
        heard = _Heard(events, cursors)
        self._waiting.append(heard)
        self._arrived.set()
        await heard.durable

    async def last_known(self, channel: ChannelId) -> Sequence[Edited]:
        """What was heard there of late, each as it read last, for who can look for changes."""
        return await meanwhile.last_known(self._database, channel, self._clock.now())

    def begin(self, starts: Sequence[Cursor]) -> None:
        """Go by these cursors, which are stored already: channels that were linked just now."""
        self._cursors |= {(start.platform, start.stream): start.value for start in starts}

    async def cursor(self, platform: str, stream: str) -> str | None:
        return self._cursors.get((platform, stream))

    def is_bridged(self, channel: ChannelId) -> bool:
        """Or a thread in which people are still to learn that it is closed."""
        return (self._relaybook.of(channel) or self._strandbook.closed(channel)) is not None

    def is_thread_of_ours(self, channel: ChannelId) -> bool:
        """Opened under a post of ours, whose talk is carried: nothing in it is older than that."""
        return self._strandbook.home(channel) is not None

    def channels(self, platform: str) -> Sequence[ChannelId]:
        return [*self._relaybook.channels(platform), *self._strandbook.threads(platform)]

    async def run(self) -> None:
        """Commit what is heard, until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                batch = self._take()
                await self._commit_surely(batch)

    def _take(self) -> list[_Heard]:
        count = taken = 0
        for heard in self._waiting:
            if taken and count + len(heard.events) > MOST_TOGETHER:
                break
            count += len(heard.events)
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return batch

    async def _commit_surely(self, batch: Sequence[_Heard]) -> None:
        events = [event for heard in batch for event in heard.events]
        moved = [cursor for heard in batch for cursor in heard.cursors]
        told = False
        while True:
            try:
                fresh, ordered = await asyncio.shield(self._commit(events, moved))
                break
            except StoreUnavailable as error:
                if not told:
                    log.error(
                        N_("The database can't be written: what is heard waits for it"),
                        reason=error.reason,
                    )
                    told = True
                await self._clock.sleep(RETRY_COMMIT)
        has_moved = any(isinstance(event, Migrated) for event, _ in fresh)
        await self._know_moves(has_moved or self._has_stopped)
        self._cursors |= {(c.platform, c.stream): c.value for c in moved}
        if ordered:
            self._wake()
        for heard in batch:
            if not heard.durable.done():
                heard.durable.set_result(None)
        for event, happening in fresh:
            self._announce(event, happening)

    async def _know_moves(self, has_moved: bool) -> None:
        """What caused it is committed: it must not fail for that."""
        while True:
            try:
                return await self._reload(has_moved)
            except StoreUnavailable as error:
                log.error(N_("The database can't be read: deliveries wait"), reason=error.reason)
                await self._clock.sleep(RETRY_COMMIT)

    async def _reload(self, has_moved: bool) -> None:
        if has_moved:
            await self._relaybook.reload()
        if has_moved or self._has_parted:
            await self._strandbook.load()
        self._has_parted = self._has_stopped = False

    async def _commit(
        self, events: Sequence[Event], moved: Sequence[Cursor]
    ) -> tuple[list[Fresh], int]:
        """One transaction; answers what was new, and how many deliveries were planned."""
        now = self._clock.now()
        fresh: list[Fresh] = []
        ordered = 0
        relay_of = self._relaybook.of
        async with self._database.transaction() as connection:
            for run in _runs(events):
                if isinstance(run[0], Inbound):
                    new, orders = await self._record(connection, relay_of, run, now)
                else:
                    new, orders = await self._follow(connection, relay_of, run[0], now)
                if isinstance(run[0], Migrated):  # what comes after it is said in the new place
                    relay_of = by_channel(await relays.load(connection)).get
                fresh += new
                await outbox.enqueue(connection, orders, now)
                ordered += len(orders)
            await cursors.save(connection, moved)
            reach("heard")
        reach("committed")
        return fresh, ordered

    async def _record(
        self, connection: Connection, relay_of: RelayOf, run: Sequence[Event], now: datetime
    ) -> tuple[list[Fresh], list[Order]]:
        heard: dict[MessageId, Inbound] = {}
        for event in run:
            if isinstance(event, Inbound):
                heard.setdefault(event.ref, clean(event))
        plans: dict[MessageId, Plan] = {}
        skipped: dict[MessageId, str] = {}
        told = await self._strandbook.sort(connection, list(heard.values()))
        strands = told.strands
        pauses = await private.pauses(connection, (m.author.person for m in heard.values()))
        for message in (one for one in heard.values() if one not in told.too_late):
            here, strand = message.ref.channel, strands.get(message.ref)
            channel = self._strandbook.home(here, strand) or self._strandbook.home(here) or here
            is_private = pauses.cover(message.author.person, message.sent_at)
            found = plan(message, relay_of(channel), strand, is_private=is_private)
            is_alone = message.ref in strands and not found.skipped  # until its other side is asked
            if found.to or is_alone or found.skipped in {"paused", "one-way"}:
                plans[message.ref] = found
            if not is_private:  # of these nothing is kept
                skipped[message.ref] = "over" if self._strandbook.closed(here) else found.skipped
        of_bots = await floods.find(
            connection, plans, [m for m in heard.values() if m.ref in plans]
        )
        self._has_stopped |= bool(of_bots.stopped)
        plans = {ref: found for ref, found in plans.items() if ref not in of_bots.held}
        skipped |= dict.fromkeys(of_bots.held, "flood")
        await traces.skip(connection, skipped, now)
        bridged = [message for message in heard.values() if message.ref in plans]
        ids = await messages.record(connection, bridged, now)
        await posts.set_strand(
            connection, {row: strands[ref].id for ref, row in ids.items() if ref in strands}
        )
        orders = [
            Order(
                to.channel,
                Action.SEND,
                to.language,
                message=row,
                prior=origin.language if (origin := plans[ref].origin) else "",
            )
            for ref, row in ids.items()
            for to in plans[ref].to
        ]
        orders += of_bots.stopped
        orders += await self._farewells(connection, told.too_late)
        orders += await self._closings(connection, relay_of, list(heard.values()), now)
        by_people = [one for one in bridged if one.ref in ids and not one.author.is_bot]
        return [(message, None) for message in by_people], orders

    async def _farewells(self, connection: Connection, too_late: Sequence[Inbound]) -> list[Order]:
        """Whoever writes in a private chat to somebody whose strand has ended is told, once."""
        orders: dict[ChannelId, Order] = {}
        for message in too_late:
            chat = message.ref.channel
            if message.author.is_us or message.author.is_bot:
                continue
            language = self._strandbook.farewell(chat) or self._relaybook.language(chat) or "en"
            post = {"message": ENDED, "values": {}}
            orders[chat] = Order(chat, Action.POST, language, post=post)
            await seats.empty(connection, chat, ended_only=True)
            self._has_parted = True
        return list(orders.values())

    async def _closings(
        self,
        connection: Connection,
        relay_of: RelayOf,
        heard: Sequence[Inbound],
        now: datetime,
    ) -> list[Order]:
        """Whoever writes in a thread whose talk is over is told where to write, once."""
        orders: list[Order] = []
        for message in heard:
            thread = message.ref.channel
            home = self._strandbook.closed(thread)
            relay = relay_of(home) if home else None
            if relay is None or relay.is_paused or message.author.is_us or message.author.is_bot:
                continue
            if await posts.order(connection, posts.CLOSED, thread, now):
                language = next((m.language for m in relay.channels if m.channel == home), "en")
                post = {"message": CLOSED, "values": {}}
                orders.append(Order(thread, Action.POST, language, post=post))
                self._has_parted = True
        return orders

    async def _follow(
        self, connection: Connection, relay_of: RelayOf, event: Event, now: datetime
    ) -> tuple[list[Fresh], list[Order]]:
        if isinstance(event, Reacted | Cleared):
            await self._mirror(connection, event, now)
        match event:
            case Reacted() | Joined() if await private.is_paused(connection, event.person.person):
                return [], []
            case Edited():
                orders = await self._revise(connection, event)
            case Deleted():
                orders = await self._remove(connection, event, now)
            case Missed():
                strand = self._strandbook.of(event.channel)
                orders = gaps.lines(event, relay_of(event.channel), strand)
            case Migrated():
                await moving.follow(connection, event.old, event.new, now)
                orders = []
            case _:
                orders = []
        return [(event, await self._keep(connection, relay_of, event, now))], orders

    async def _mirror(
        self, connection: Connection, event: Reacted | Cleared, now: datetime
    ) -> None:
        relay = self._relaybook.of(event.ref.channel)
        options = self._relaybook.options(event.ref.channel)
        if await reactions.note(connection, event, relay, options, now):
            self._database.after_commit(connection, self._wake_mirrors)

    async def _keep(
        self, connection: Connection, relay_of: RelayOf, event: Event, now: datetime
    ) -> int | None:
        """What a cog must hear also after a kill: its row. None for what is no such thing."""
        if not isinstance(event, happenings.Happening):
            return None
        place = happenings.place_of(event)
        if place is None:
            return None
        is_ours = relay_of(self._strandbook.home(place) or place) is not None
        if not is_ours or not self._listens_to(type(event)):
            return None
        return await happenings.record(connection, event, now)

    async def _revise(self, connection: Connection, event: Edited) -> list[Order]:
        known = await messages.ids_of(connection, [event.ref])
        row = known.get(event.ref)
        if row is None:
            return []
        author = (await messages.get(connection, [row]))[row].author.person
        if (await private.pauses(connection, [author])).cover(author, event.edited_at):
            return []
        edited = replace(event, text=clean_text(event.text))
        revision = await messages.revise(connection, row, edited)
        if revision is None:
            return []
        planned = await outbox.lanes_of(connection, row)
        return [replace(order, action=Action.EDIT, revision=revision) for order in planned]

    async def _remove(self, connection: Connection, event: Deleted, now: datetime) -> list[Order]:
        known = await messages.ids_of(connection, event.refs)
        rows = list(known.values())
        for community in await removal.remove(connection, rows, now):
            self._renew(connection, community)
        for ref in event.refs:  # among them copies that a moderator took away
            await self._mirror(connection, Cleared(ref), now)
        planned = [order for row in rows for order in await outbox.lanes_of(connection, row)]
        return [replace(order, action=Action.DELETE) for order in planned]


def _runs(events: Sequence[Event]) -> list[list[Event]]:
    """Neighbouring new messages together; everything else alone. The order stays."""
    runs: list[list[Event]] = []
    for event in events:
        if runs and isinstance(event, Inbound) and isinstance(runs[-1][0], Inbound):
            runs[-1].append(event)
        else:
            runs.append([event])
    return runs

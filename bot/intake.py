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

from bot.core.model import (
    ChannelId,
    Cursor,
    Deleted,
    Edited,
    Event,
    Inbound,
    MessageId,
    Migrated,
    Missed,
    Relay,
    Strand,
)
from bot.core.ports import Clock
from bot.core.relay import Plan, plan
from bot.core.richtext import RichText
from bot.faultpoint import reach
from bot.i18n import N_
from bot.posts import Strandbook
from bot.relaybook import Relaybook, by_channel
from bot.store import cursors, learners, messages, outbox, posts, relays, translations
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.outbox import Action, Order

log = structlog.get_logger(__name__)

RETRY_COMMIT = 1.0  # seconds between two tries while the database can't be written
MOST_TOGETHER = 500  # events in one transaction

RelayOf = Callable[[ChannelId], Relay | None]

MISSED = N_("{count} messages from {channel} were missed while the bridge was down.")
MISSED_SOME = N_("Some messages from {channel} were missed while the bridge was down.")


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
        announce: Callable[[Event], None],
        strandbook: Strandbook,
    ) -> None:
        """`wake` follows a commit that enqueued; `announce` takes each new event after it."""
        self._strandbook = strandbook
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

    async def cursor(self, platform: str, stream: str) -> str | None:
        return self._cursors.get((platform, stream))

    def is_bridged(self, channel: ChannelId) -> bool:
        return self._relaybook.of(channel) is not None

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
        if any(isinstance(event, Migrated) for event in fresh):
            await self._relaybook.reload()
            await self._strandbook.load()
        self._cursors |= {(c.platform, c.stream): c.value for c in moved}
        if ordered:
            self._wake()
        for heard in batch:
            if not heard.durable.done():
                heard.durable.set_result(None)
        for event in fresh:
            self._announce(event)

    async def _commit(
        self, events: Sequence[Event], moved: Sequence[Cursor]
    ) -> tuple[list[Event], int]:
        """One transaction; answers what was new, and how many deliveries were planned."""
        now = self._clock.now()
        fresh: list[Event] = []
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
    ) -> tuple[list[Event], list[Order]]:
        heard: dict[MessageId, Inbound] = {}
        for event in run:
            if isinstance(event, Inbound):
                heard.setdefault(event.ref, _clean(event))
        plans: dict[MessageId, Plan] = {}
        strands = await self._strands(connection, list(heard.values()))
        for message in heard.values():
            channel = self._strandbook.home(message.ref.channel) or message.ref.channel
            found = plan(message, relay_of(channel), strands.get(message.ref))
            is_alone = message.ref in strands and not found.skipped  # until its other side is asked
            if found.to or is_alone or found.skipped == "paused":
                plans[message.ref] = found
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
        return [message for message in bridged if message.ref in ids], orders

    async def _strands(
        self, connection: Connection, heard: Sequence[Inbound]
    ) -> dict[MessageId, Strand]:
        """By the thread it was said in, by the post it replies to, or by what was said there."""
        if not self._strandbook:
            return {}
        found: dict[MessageId, Strand] = {}
        for message in heard:
            strand = self._strandbook.at(message.ref, message.reply_to)
            if strand is not None:
                found[message.ref] = strand
        replies = {m.ref: m.reply_to for m in heard if m.reply_to and m.ref not in found}
        known = await posts.strands_of(connection, list(replies.values()))
        for ref, answered in replies.items():
            strand = self._strandbook.get(known[answered]) if answered in known else None
            if strand is not None:
                found[ref] = strand
        return found

    async def _follow(
        self, connection: Connection, relay_of: RelayOf, event: Event, now: datetime
    ) -> tuple[list[Event], list[Order]]:
        match event:
            case Edited():
                orders = await self._revise(connection, event)
            case Deleted():
                orders = await self._remove(connection, event, now)
            case Missed():
                orders = self._missed(event, relay_of(event.channel))
            case Migrated():
                await relays.move_channel(connection, event.old, event.new)
                await outbox.move_lane(connection, event.old, event.new)
                await posts.leave(connection, event.old)
                await learners.move_channel(connection, event.old, event.new)
                orders = []
            case _:
                orders = []
        return [event], orders

    def _missed(self, event: Missed, relay: Relay | None) -> list[Order]:
        """Said wherever these messages would have gone."""
        if relay is None or relay.is_paused:
            return []
        values: dict[str, object] = {"channel": str(event.channel)}
        message = MISSED_SOME
        if event.count is not None:
            message, values["count"] = MISSED, event.count
        strand = self._strandbook.of(event.channel)
        readers = (
            [(place.lane, place.language) for place in strand.places]
            if strand
            else [(member.channel, member.language) for member in relay.channels]
        )
        return [
            Order(channel, Action.POST, language, post={"message": message, "values": values})
            for channel, language in readers
            if channel != event.channel
        ]

    async def _revise(self, connection: Connection, event: Edited) -> list[Order]:
        known = await messages.ids_of(connection, [event.ref])
        row = known.get(event.ref)
        if row is None:
            return []
        edited = replace(event, text=_clean_text(event.text))
        revision = await messages.revise(connection, row, edited)
        if revision is None:
            return []
        planned = await outbox.lanes_of(connection, row)
        return [replace(order, action=Action.EDIT, revision=revision) for order in planned]

    async def _remove(self, connection: Connection, event: Deleted, now: datetime) -> list[Order]:
        known = await messages.ids_of(connection, event.refs)
        rows = list(known.values())
        await messages.remove(connection, rows, now)
        await translations.forget(connection, rows)
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


def _clean(message: Inbound) -> Inbound:
    return replace(
        message,
        author=replace(message.author, name=_clean_words(message.author.name)),
        text=_clean_text(message.text),
        attachments=tuple(replace(a, name=_clean_words(a.name)) for a in message.attachments),
        forwarded_from=message.forwarded_from and _clean_words(message.forwarded_from),
    )


def _clean_text(text: RichText) -> RichText:
    spans = tuple(replace(span, value=_clean_words(span.value)) for span in text.spans)
    return RichText(_clean_words(text.text), spans)


def _clean_words(words: str) -> str:
    """Without what no database and no platform takes: NULs and halves of surrogate pairs."""
    if words.isascii() and "\0" not in words:
        return words
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()

"""Cogs hear everything, also what was committed just before the program died.

What a cog's listeners have heard is noted every now and then; at the start what came after that is
announced to it once more: messages, and what happened between them. A listener may so hear a thing
twice, and never not at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

from bot.cog import Cog
from bot.core.model import Cursor, Event, Inbound, MessageId, Posted
from bot.core.ports import Clock
from bot.dispatch import Dispatcher
from bot.store import cursors, happenings, messages
from bot.store.database import Connection, Database, StoreUnavailable

STREAM, HAPPENED = "cogs", happenings.HEARD  # stand where a platform's name does
EVERY = 1.0  # seconds between two notes
OLDEST = timedelta(days=1)  # what a cog that slept longer than this missed is no news
PAGE = 500  # messages read at once

Noted = Mapping[tuple[str, str], str]


class Recall:
    def __init__(self, database: Database, dispatcher: Dispatcher, clock: Clock) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._clock = clock
        self._last: dict[str, MessageId] = {}  # by cog, since the last note
        self._happened: dict[str, int] = {}  # likewise: a row
        dispatcher.on_listened = self._listened

    async def replay(self) -> None:
        """Announce what each listening cog has not heard. Before anything new is heard."""
        async with self._database.reading() as connection:
            known = await cursors.load(connection)
            newest = {
                STREAM: await messages.last_row(connection),
                HAPPENED: await happenings.last_row(connection),
            }
            for cog in self._dispatcher.cogs:
                async for event, happening in self._unheard(connection, cog, known):
                    self._dispatcher.announce(event, happening, only=cog)
        new = [
            Cursor(stream, cog.name, str(newest[stream]))
            for cog in self._dispatcher.cogs
            for stream in _streams(cog)
            if (stream, cog.name) not in known
        ]
        async with self._database.transaction() as connection:
            await cursors.save(connection, new)

    async def _unheard(
        self, connection: Connection, cog: Cog, known: Noted
    ) -> AsyncIterator[tuple[Event, int | None]]:
        """In the order in which it was heard."""
        since = self._clock.now() - OLDEST
        happened = deque(await _happened(connection, cog, known.get((HAPPENED, cog.name)), since))
        row = known.get((STREAM, cog.name))
        if row is not None and cog.listeners(Inbound):
            async for number, message in _messages(connection, int(row), since):
                while happened and happened[0][1] < number:
                    happening, _, event = happened.popleft()
                    yield event, happening
                yield message, None
        for happening, _, event in happened:
            yield event, happening

    async def run(self) -> None:
        """Note how far the cogs are, until cancelled."""
        while True:
            await self._clock.sleep(EVERY)
            await self.note()

    async def note(self) -> None:
        heard, self._last = self._last, {}
        happened, self._happened = self._happened, {}
        if not heard and not happened:
            return
        try:
            async with self._database.transaction() as connection:
                rows = await messages.ids_of(connection, list(heard.values()))
                moved = [Cursor(STREAM, cog, str(rows[r])) for cog, r in heard.items() if r in rows]
                moved += [Cursor(HAPPENED, cog, str(row)) for cog, row in happened.items()]
                await cursors.save(connection, moved)
                if happened:
                    await self._forget_heard(connection)
        except StoreUnavailable:
            self._last = heard | self._last  # the next note says it
            self._happened = happened | self._happened

    async def _forget_heard(self, connection: Connection) -> None:
        """Happenings that every cog has heard are needed no more."""
        known = await cursors.load(connection)
        up_to = {
            name: min(int(known.get((HAPPENED, cog.name), "0")) for cog in listening)
            for name, kind in happenings.KINDS.items()
            if (listening := [cog for cog in self._dispatcher.cogs if _needs(cog, kind)])
        }
        await happenings.forget_heard(connection, up_to)

    def _listened(self, cog: Cog, event: Event | Posted, happening: int | None) -> None:
        if isinstance(event, Inbound):
            self._last[cog.name] = event.ref
        elif happening is not None:
            self._happened[cog.name] = happening


def _kinds(cog: Cog) -> list[str]:
    return [name for name, kind in happenings.KINDS.items() if cog.listeners(kind)]


def _needs(cog: Cog, kind: type) -> bool:
    return bool(cog.listeners(kind)) or kind in cog.gathers


def _streams(cog: Cog) -> list[str]:
    hears_what_happens = any(_needs(cog, kind) for kind in happenings.KINDS.values())
    return [STREAM] * bool(cog.listeners(Inbound)) + [HAPPENED] * hears_what_happens


async def _happened(
    connection: Connection, cog: Cog, row: str | None, since: datetime
) -> list[tuple[int, int, happenings.Happening]]:
    kinds = _kinds(cog)
    if row is None or not kinds:
        return []
    return await happenings.after(connection, int(row), kinds=kinds, since=since)


async def _messages(
    connection: Connection, row: int, since: datetime
) -> AsyncIterator[tuple[int, Inbound]]:
    """All of them, page by page."""
    while page := await messages.after(connection, row, since=since, limit=PAGE):
        for row, message in page:
            yield row, message

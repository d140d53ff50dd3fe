"""Cogs hear every message, also those that were committed just before the program died.

What a cog's listeners have heard is noted every now and then; at the start the messages after that
are announced to it once more. A listener may so hear a message twice, and never not at all.
"""

from __future__ import annotations

from datetime import timedelta

from bot.cog import Cog
from bot.core.model import Cursor, Event, Inbound, MessageId, Posted
from bot.core.ports import Clock
from bot.dispatch import Dispatcher
from bot.store import cursors, messages
from bot.store.database import Database, StoreUnavailable

STREAM = "cogs"  # stands where a platform's name does
EVERY = 1.0  # seconds between two notes
OLDEST = timedelta(days=1)  # what a cog that slept longer than this missed is no news
MOST = 2000


class Recall:
    def __init__(self, database: Database, dispatcher: Dispatcher, clock: Clock) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._clock = clock
        self._last: dict[str, MessageId] = {}  # by cog, since the last note
        dispatcher.on_listened = self._listened

    async def replay(self) -> None:
        """Announce what each listening cog has not heard. Before anything new is heard."""
        async with self._database.reading() as connection:
            known = await cursors.load(connection)
            newest = await messages.last_row(connection)
            since = self._clock.now() - OLDEST
            for cog in self._listening():
                noted = known.get((STREAM, cog.name))
                if noted is None:
                    continue
                missed = await messages.after(connection, int(noted), since=since, limit=MOST)
                for message in missed:
                    self._dispatcher.announce(message, only=cog)
        new = [c for c in self._listening() if (STREAM, c.name) not in known]
        async with self._database.transaction() as connection:
            await cursors.save(connection, [Cursor(STREAM, c.name, str(newest)) for c in new])

    async def run(self) -> None:
        """Note how far the cogs are, until cancelled."""
        while True:
            await self._clock.sleep(EVERY)
            await self.note()

    async def note(self) -> None:
        heard, self._last = self._last, {}
        if not heard:
            return
        try:
            async with self._database.transaction() as connection:
                rows = await messages.ids_of(connection, list(heard.values()))
                moved = [Cursor(STREAM, cog, str(rows[r])) for cog, r in heard.items() if r in rows]
                await cursors.save(connection, moved)
        except StoreUnavailable:
            self._last = heard | self._last  # the next note says it

    def _listening(self) -> list[Cog]:
        return [cog for cog in self._dispatcher.cogs if cog.listeners(Inbound)]

    def _listened(self, cog: Cog, event: Event | Posted) -> None:
        if isinstance(event, Inbound):
            self._last[cog.name] = event.ref

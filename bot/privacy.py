"""What members may ask about themselves: what is kept, all of it, none of it, and nothing from now.

Everything in one place for the command, the operator's terminal and whatever comes later. An
erasure that was begun is ended after a kill: its row goes last. What another process has erased
while this one runs is carried out here again: it may remember what the tables hold no more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import structlog

from bot.cog import Cog
from bot.core.model import PersonId
from bot.core.ports import Clock, Discards
from bot.i18n import N_
from bot.services import Erased, Holding, TakenBack
from bot.settings import RetentionSettings
from bot.store import erasure, people, private, sandbox
from bot.store.database import Database

log = structlog.get_logger(__name__)

AT_ONCE = 50  # messages whose copies are taken back together; the next follow with the next look


class StoredPrivacy:
    """`bot.services.Privacy`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        cogs: Callable[[], Sequence[Cog]],
        keep: RetentionSettings,
        chats: Sequence[object],
        wake: Callable[[], None],
        wipe: Callable[[], None] = lambda: None,
        rereads: Sequence[Callable[[], Awaitable[None]]] = (),
        is_beside: Callable[[], bool] = lambda: False,
    ) -> None:
        """`wake` follows a commit that ordered deletions; `wipe` empties what else remembers words:
        nobody knows whose they are there. `rereads` renew what is kept in memory of the tables.
        `is_beside` answers whether another process runs on this database, and is to do the same."""
        self._wipe = wipe
        self._rereads = rereads
        self._is_beside = is_beside
        self._database = database
        self._clock = clock
        self._cogs = cogs
        self._chats = chats
        self._wake = wake
        self.days: Mapping[str, int] = {"text_days": keep.text_days, "ids_days": keep.ids_days}

    async def holdings(self, person: PersonId) -> Sequence[Holding]:
        async with self._database.reading() as connection:
            counts = await people.counts(connection, person)
        found = [(people.KEPT[name], count) for name, count in counts.items()]
        return [
            Holding(kept.what, kept.until, count, kept.cog) for kept, count in found if kept.what
        ]

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        features = {cog.name: dict(await cog.export(person)) for cog in self._cogs()}
        async with self._database.reading() as connection:
            tables = await people.rows_of(connection, person)
        return {
            "platform": person.platform,
            "person": person.id,
            "exported_at": self._clock.now().isoformat(),
            "tables": tables,
            "features": {name: told for name, told in features.items() if told},
        }

    async def erase(self, person: PersonId, name: str = "") -> Erased:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            known = await people.names_of(connection, person) | {name}
            names = await private.ask_erasure(connection, person, known, now)
            files = await sandbox.files_of(connection, person)
        for cog in self._cogs():
            await cog.forget(person)
        async with self._database.transaction() as connection:
            await people.erase(connection, person)
            copies = await erasure.erase(connection, person, names, now)
            await erasure.take_back(connection, now, most=AT_ONCE)
            self._database.after_commit(connection, self._wake)
        await self._discard(files)
        self._wipe()
        for reread in self._rereads:
            await reread()
        if not self._is_beside():
            await self._end(person)
        await self._database.scrub()
        log.info("a person was erased", platform=person.platform, copies=copies)
        return Erased(copies, now)

    async def finish(self) -> None:
        """End what a kill interrupted or another process did, and order the next deletions."""
        async with self._database.reading() as connection:
            left = await private.unfinished(connection)
        for person in left:
            log.info(N_("An erasure that another process began is carried out"))
            await self.erase(person)
        now = self._clock.now()
        async with self._database.transaction() as connection:
            if await erasure.take_back(connection, now, most=AT_ONCE):
                self._database.after_commit(connection, self._wake)

    async def taken_back(self, erased: Erased) -> TakenBack:
        async with self._database.reading() as connection:
            found = await erasure.outcome(connection, erased.at)
        return TakenBack(
            gone=max(0, erased.copies - found.left),
            coming=found.left - found.refused,
            refused=found.refused,
        )

    async def pause(self, person: PersonId) -> None:
        async with self._database.transaction() as connection:
            await private.pause(connection, person, self._clock.now())

    async def resume(self, person: PersonId) -> bool:
        async with self._database.transaction() as connection:
            return await private.resume(connection, person, self._clock.now())

    async def is_paused(self, person: PersonId) -> bool:
        async with self._database.reading() as connection:
            return await private.is_paused(connection, person)

    async def _end(self, person: PersonId) -> None:
        async with self._database.transaction() as connection:
            await private.end_erasure(connection, person)

    async def _discard(self, files: Collection[str]) -> None:
        """A kill before this leaves files that nothing shows: the next start sweeps them."""
        for chat in self._chats:
            if isinstance(chat, Discards):
                await chat.discard(files)

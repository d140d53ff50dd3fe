"""The characters that paid engines may be sent today, in rows that outlive a restart."""

from __future__ import annotations

import structlog

from bot.core.ports import Clock
from bot.i18n import N_
from bot.store import engine_budgets
from bot.store.database import Database, StoreUnavailable

log = structlog.get_logger(__name__)


class StoredPurse:
    """Implements `translate.chain.Purse`. A day is a day in UTC."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def spend(self, engine: str, characters: int, *, limit: int) -> bool:
        today = self._clock.now().date()
        try:
            async with self._database.transaction() as connection:
                return await engine_budgets.spend(
                    connection, engine, today, characters, limit=limit
                )
        except StoreUnavailable as error:
            log.warning(N_("A translation engine waits for the database"), reason=error.reason)
            return False  # what can't be counted isn't spent


class ShownPurse:
    """For a look that changes nothing: the few characters it takes are not counted."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def spend(self, engine: str, characters: int, *, limit: int) -> bool:
        today = self._clock.now().date()
        try:
            async with self._database.reading() as connection:
                spent = await engine_budgets.spent(connection, engine, today)
        except StoreUnavailable:
            spent = 0  # there may be no database yet; what is wrong with it is told elsewhere
        return spent + characters <= limit

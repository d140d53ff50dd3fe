"""The program's own daily job: letting go of texts and rows that are past their time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

import structlog

from bot.cog import Daily
from bot.core.ports import Clock
from bot.settings import RetentionSettings
from bot.store import happenings, retention
from bot.store.database import Database

log = structlog.get_logger(__name__)

UNHEARD_FOR = timedelta(days=1)  # what no cog has heard by then is no news


class Upkeep:
    def __init__(self, database: Database, clock: Clock, keep: RetentionSettings) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep

    def dailies(self) -> Sequence[Daily]:
        return [Daily("upkeep.retention", time(3, 30), "UTC", self.let_go)]

    async def let_go(self) -> None:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            emptied = await retention.empty_texts(
                connection, heard_before=now - timedelta(days=self._keep.text_days)
            )
            forgotten = await retention.forget_rows(
                connection, before=now - timedelta(days=self._keep.ids_days)
            )
            await happenings.forget_old(connection, before=now - UNHEARD_FOR)
        log.info("old messages were let go", texts=emptied, messages=forgotten)

"""The program's own daily job: letting go of texts and rows that are past their time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

import structlog

from bot.cog import Daily
from bot.core.ports import Clock
from bot.posts import Pictures
from bot.settings import RetentionSettings
from bot.store import retention
from bot.store.database import Database

INACTIVE = timedelta(days=400)  # of people and questions that nothing happened with
UNUSED = timedelta(days=1)  # of pictures that nothing shows

log = structlog.get_logger(__name__)


class Upkeep:
    def __init__(
        self, database: Database, clock: Clock, keep: RetentionSettings, pictures: Pictures
    ) -> None:
        self._pictures = pictures
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
            inactive = await retention.forget_inactive(connection, before=now - INACTIVE)
            used = await retention.pictures_in_use(connection)
        swept = await self._pictures.sweep(used, now - UNUSED)
        log.info("old messages were let go", texts=emptied, messages=forgotten)
        log.info("what nobody needs was let go", people=inactive, pictures=swept)

"""The program's own daily job: letting go of texts, rows and pictures past their time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time, timedelta

import structlog

from bot.cog import Daily
from bot.core.ports import Clock
from bot.posts import Pictures
from bot.settings import RetentionSettings
from bot.store import happenings, pictures, posts, retention, traces
from bot.store.database import Database

INACTIVE = timedelta(days=400)  # of people and questions that nothing happened with

log = structlog.get_logger(__name__)

POSTS_FOR = timedelta(days=400)  # more than a year: nothing that is dated comes again
PICTURES_FOR = timedelta(days=1)  # so that none goes before the row that names it is committed
SKIPS_FOR = timedelta(days=2)  # nobody asks any more why a message did not cross
UNHEARD_FOR = timedelta(days=1)  # what no cog has heard by then is no news


class Upkeep:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        keep: RetentionSettings,
        *,
        pictures: Pictures,
        passing_posts: Callable[[], Sequence[str]],
    ) -> None:
        """`passing_posts` answers how the keys of posts begin that nobody needs after a year."""
        self._pictures = pictures
        self._passing_posts = passing_posts
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
            await happenings.forget_old(connection, before=now - UNHEARD_FOR)
            await traces.forget_skips(connection, before=now - SKIPS_FOR)
            passing = [*self._passing_posts(), posts.CLOSED]
            await posts.forget_old(connection, passing, before=now - POSTS_FOR)
            needed = await pictures.needed(connection)
        swept = await self._pictures.sweep(needed, before=now - PICTURES_FOR)
        log.info("old messages were let go", texts=emptied, messages=forgotten)
        log.info("what nobody needs was let go", people=inactive, pictures=swept)

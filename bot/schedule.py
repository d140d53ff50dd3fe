"""Daily jobs: APScheduler is the alarm clock; a row keyed (job, local date) decides what has run.

However often an alarm rings, whatever the clock or a second process does, the row is written once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.cog import Daily, Repeating
from bot.community.calendar import CATCH_UP, moment
from bot.core.ports import Clock
from bot.i18n import N_
from bot.store import jobs
from bot.store.database import Database, StoreUnavailable

log = structlog.get_logger(__name__)

RING_EVERY = 600  # seconds; makes up for an alarm that found no database, or a machine asleep


class Schedule:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        dailies: Sequence[Daily],
        repeatings: Sequence[Repeating] = (),
    ) -> None:
        self._repeatings = repeatings
        self._looking = asyncio.Lock()
        self._database = database
        self._clock = clock
        self._dailies = dailies

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Ring while inside; what came due shortly before is caught up at once."""
        scheduler = AsyncIOScheduler()
        scheduler.add_job(
            self._ring_all, IntervalTrigger(seconds=RING_EVERY), misfire_grace_time=None
        )
        for job in self._dailies:
            trigger = CronTrigger(hour=job.at.hour, minute=job.at.minute, timezone=job.zone)
            scheduler.add_job(self.ring, trigger, args=[job], misfire_grace_time=None)
        for job in self._repeatings:
            often = IntervalTrigger(seconds=int(job.every.total_seconds()))
            scheduler.add_job(self._look, often, args=[job], misfire_grace_time=None)
        scheduler.start()
        try:
            await self.look_at_all()
            yield
        finally:
            scheduler.shutdown(wait=False)

    async def look_at_all(self) -> None:
        """Do all that is due by now: at the start, and after the clock was moved."""
        await self._ring_all()
        for job in self._repeatings:
            await self._look(job)

    async def _look(self, job: Repeating) -> None:
        async with self._looking:  # one look at a time: the next sees what this one did
            try:
                await job.run()
            except Exception:
                log.exception(N_("A repeated job failed"), job=job.name)

    async def _ring_all(self) -> None:
        for job in self._dailies:
            await self.ring(job)

    async def ring(self, job: Daily) -> bool:
        """Run the job if its time has come and it has not run this local date."""
        now = self._clock.now()
        day = _day_due(job, now)
        if day is None:
            return False
        try:
            async with self._database.transaction() as connection:
                if not await jobs.begin(connection, job.name, day, now):
                    return False
        except StoreUnavailable as error:
            log.error(N_("A daily job waits for the database"), job=job.name, reason=error.reason)
            return False
        try:
            await job.run()
        except Exception:
            log.exception(N_("A daily job failed"), job=job.name)
        return True


def _day_due(job: Daily, now: datetime) -> date | None:
    """The local date whose time came within the last hours: today's, or late yesterday's."""
    today = now.astimezone(ZoneInfo(job.zone)).date()
    for day in (today, today - timedelta(days=1)):
        due = moment(day, job.at, job.zone)
        if due <= now < due + CATCH_UP:
            return day
    return None

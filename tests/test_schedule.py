"""A daily job runs once per local date, whatever clocks, restarts and other processes do."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot import schedule as module
from bot.cog import Daily
from bot.schedule import CATCH_UP, Schedule
from bot.store.database import Database
from tests.parts import HeldClock, eventually

pytestmark = pytest.mark.databases("sqlite", "postgresql")

NEW_YORK = "America/New_York"


class Job:
    """Counts its runs on a clock that a test winds."""

    def __init__(self, database: Database, at: time, zone: str = NEW_YORK) -> None:
        self.clock = HeldClock()
        self.runs: list[datetime] = []
        self.zone = ZoneInfo(zone)
        self.daily = Daily("cats.feed", at, zone, self.run)
        self.database = database
        self.schedule = self.restarted()

    async def run(self) -> None:
        self.runs.append(self.clock.now())

    def restarted(self) -> Schedule:
        return Schedule(self.database, self.clock, [self.daily])

    async def ring_at(self, local: str, *, fold: int = 0) -> bool:
        there = datetime.fromisoformat(local).replace(tzinfo=self.zone, fold=fold)
        self.clock.at = there.astimezone(UTC)
        return await self.schedule.ring(self.daily)

    async def ring_all_day(self, day: str, *, every: timedelta = timedelta(minutes=10)) -> None:
        """From midnight to midnight of this local date, however many hours that is."""
        start = datetime.fromisoformat(day).replace(tzinfo=self.zone)
        end = (start + timedelta(days=1)).astimezone(UTC)
        self.clock.at = start.astimezone(UTC)
        while self.clock.at < end:
            await self.schedule.ring(self.daily)
            self.clock.at += every

    @property
    def local_runs(self) -> list[str]:
        return [run.astimezone(self.zone).strftime("%m-%d %H:%M") for run in self.runs]


@pytest.fixture
def feeding(database: Database) -> Job:
    return Job(database, time(9, 0))


async def test_a_job_runs_when_its_time_has_come(feeding: Job) -> None:
    assert not await feeding.ring_at("2025-01-15 08:59")
    assert await feeding.ring_at("2025-01-15 09:00")
    assert feeding.local_runs == ["01-15 09:00"]


async def test_a_job_runs_once_a_day(feeding: Job) -> None:
    for day in ("2025-01-15", "2025-01-16", "2025-01-17"):
        await feeding.ring_all_day(day)
    assert feeding.local_runs == ["01-15 09:00", "01-16 09:00", "01-17 09:00"]


async def test_a_restart_does_not_run_it_again(feeding: Job) -> None:
    await feeding.ring_at("2025-01-15 09:00")
    feeding.schedule = feeding.restarted()
    assert not await feeding.ring_at("2025-01-15 09:01")


async def test_a_second_process_does_not_run_it_again(feeding: Job) -> None:
    await feeding.ring_at("2025-01-15 08:00")
    feeding.clock.at = datetime(2025, 1, 15, 14, tzinfo=UTC)
    other = Database(feeding.database.url)
    theirs = Schedule(other, feeding.clock, [feeding.daily])
    rang = await asyncio.gather(
        *(schedule.ring(feeding.daily) for schedule in (feeding.schedule, theirs) * 3)
    )
    await other.aclose()
    assert sorted(rang) == [False] * 5 + [True]
    assert len(feeding.runs) == 1


@pytest.mark.parametrize(("local", "runs"), [("11:59", True), ("12:00", False), ("23:59", False)])
async def test_a_late_start_catches_up_within_three_hours(
    feeding: Job, local: str, runs: bool
) -> None:
    assert timedelta(hours=3) == CATCH_UP
    assert await feeding.ring_at(f"2025-01-15 {local}") is runs


async def test_catching_up_crosses_midnight(database: Database) -> None:
    job = Job(database, time(23, 0))
    assert await job.ring_at("2025-01-16 00:30")
    assert not await job.ring_at("2025-01-16 00:40")
    assert await job.ring_at("2025-01-16 23:00")
    assert not await job.ring_at("2025-01-17 02:00")


async def test_a_night_that_skips_an_hour_runs_it_once(database: Database) -> None:
    job = Job(database, time(2, 30))
    await job.ring_all_day("2025-03-09")
    assert job.local_runs == ["03-09 03:30"]


async def test_a_night_that_repeats_an_hour_runs_it_once(database: Database) -> None:
    job = Job(database, time(1, 30))
    await job.ring_all_day("2025-11-02")
    assert job.local_runs == ["11-02 01:30"]
    assert job.runs[0].hour == 5  # the first of the two


@pytest.mark.parametrize(("day", "at"), [("2025-03-09", time(9)), ("2025-11-02", time(9))])
async def test_a_change_of_the_clock_does_not_move_the_morning(
    database: Database, day: str, at: time
) -> None:
    job = Job(database, at)
    await job.ring_all_day(day)
    assert job.local_runs == [f"{day[5:]} 09:00"]


@pytest.mark.parametrize(("local", "runs"), [("04:59", True), ("05:01", False)])
async def test_catching_up_counts_real_hours(database: Database, local: str, runs: bool) -> None:
    job = Job(database, time(1, 0))
    assert await job.ring_at("2025-03-09 04:59")
    again = Job(database, time(1, 0))
    again.daily = Daily("cats.brush", time(1, 0), NEW_YORK, again.run)
    assert await again.ring_at(f"2025-03-09 {local}") is runs


async def test_a_date_is_the_one_of_the_jobs_own_zone(database: Database) -> None:
    job = Job(database, time(7, 0), "Asia/Shanghai")
    assert await job.ring_at("2025-01-16 07:00")
    assert job.runs == [datetime(2025, 1, 15, 23, tzinfo=UTC)]
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT local_date FROM job_runs")) == "2025-01-16"


async def test_a_job_that_breaks_counts_as_run_and_harms_no_other(database: Database) -> None:
    job = Job(database, time(9, 0))

    async def fail() -> None:
        raise ZeroDivisionError

    broken = Daily("cats.break", time(9, 0), NEW_YORK, fail)
    job.clock.at = datetime(2025, 1, 15, 14, tzinfo=UTC)
    schedule = Schedule(database, job.clock, [broken, job.daily])
    async with schedule.running():
        assert len(job.runs) == 1
    assert not await schedule.ring(broken)


@pytest.mark.databases("sqlite")
async def test_a_job_waits_for_the_database(feeding: Job, tmp_path: Path) -> None:
    async with feeding.database.transaction() as connection:
        await connection.execute(text("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not await feeding.ring_at("2025-01-15 09:00")
    other.close()
    assert await feeding.ring_at("2025-01-15 09:10")


async def test_a_start_catches_up_at_once(feeding: Job) -> None:
    feeding.clock.at = datetime(2025, 1, 15, 15, tzinfo=UTC)
    async with feeding.schedule.running():
        assert feeding.local_runs == ["01-15 10:00"]


async def test_the_alarm_rings_again_and_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a ring missed (the database was away, the machine slept) the next one makes up for."""
    monkeypatch.setattr(module, "RING_EVERY", 0.02)
    job = Job(database, time(9, 0))
    job.clock.at = datetime(2025, 1, 15, 13, tzinfo=UTC)
    async with job.schedule.running():
        assert job.runs == []
        job.clock.at = datetime(2025, 1, 15, 14, 5, tzinfo=UTC)
        await eventually(lambda: job.runs != [])
    assert job.local_runs == ["01-15 09:05"]

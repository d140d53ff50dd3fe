"""Which daily jobs have run on which local date."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import job_runs


async def begin(connection: AsyncConnection, job: str, day: date, now: datetime) -> bool:
    """Take this job's run of this date; False where somebody had it."""
    taken = await connection.scalar(
        select(job_runs.c.job).where(job_runs.c.job == job, job_runs.c.local_date == str(day))
    )
    if taken is not None:
        return False
    await connection.execute(insert(job_runs).values(job=job, local_date=str(day), ran_at=now))
    return True

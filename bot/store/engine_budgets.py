"""How many characters each paid engine was sent on which day (UTC); nothing of what they said."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Column, String, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import metadata

engine_budgets = Table(
    "engine_budgets",
    metadata,
    Column("engine", String(32), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("characters", BigInteger, nullable=False),
)


async def spend(
    connection: AsyncConnection, engine: str, day: date, characters: int, *, limit: int
) -> bool:
    """Count them where the day's sum stays within `limit`; else False, and nothing is counted."""
    row = (engine_budgets.c.engine == engine) & (engine_budgets.c.day == str(day))
    if await connection.scalar(select(engine_budgets.c.day).where(row)) is None:
        await _begin(connection, engine, str(day))
    counted = await connection.execute(
        update(engine_budgets)
        .where(row, engine_budgets.c.characters + characters <= limit)
        .values(characters=engine_budgets.c.characters + characters)
    )
    return counted.rowcount == 1


async def spent(connection: AsyncConnection, engine: str, day: date) -> int:
    row = (engine_budgets.c.engine == engine) & (engine_budgets.c.day == str(day))
    return await connection.scalar(select(engine_budgets.c.characters).where(row)) or 0


async def _begin(connection: AsyncConnection, engine: str, day: str) -> None:
    """A new day's row, unless somebody was quicker; earlier days go."""
    earlier = (engine_budgets.c.engine == engine) & (engine_budgets.c.day < day)
    await connection.execute(delete(engine_budgets).where(earlier))
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    new = insert(engine_budgets).values(engine=engine, day=day, characters=0)
    await connection.execute(new.on_conflict_do_nothing())

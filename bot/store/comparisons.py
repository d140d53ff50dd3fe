"""Comparisons: amounts without their givers, and who has answered without the amounts.

Nothing joins the two: no common key, and neither table keeps the order in which rows came.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import Instant, Json, RowId, metadata

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("salt", String(64)),  # until it closes
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("results", Json),  # once it has closed
    Column("told_at", Instant),  # when the results were ordered to be said
    Index(
        "uq_comparisons_open",
        "relay_id",
        "topic",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    sqlite_autoincrement=True,  # an id names posts for good: it must never come again
)

# `number` is random. Both tables go without SQLite's hidden row number, which would tell the order.
answers = Table(
    "comparison_answers",
    metadata,
    Column(
        "comparison_id", RowId, ForeignKey("comparisons.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("side", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    sqlite_with_rowid=False,
)

# Who has answered what is open, by a hash with that comparison's salt.
answered = Table(
    "comparison_answered",
    metadata,
    Column(
        "comparison_id", RowId, ForeignKey("comparisons.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("person", String(64), primary_key=True),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`salt` is there while it is open, `results` from then on."""

    id: int
    relay: int
    topic: str
    salt: str | None
    due_at: datetime
    closed_at: datetime | None
    results: Any

    @property
    def key(self) -> str:
        """Of its card; its result's is followed by ":result"."""
        return f"compare:{self.id}"


async def open_one(
    connection: AsyncConnection, relay: int, topic: str, *, now: datetime, due: datetime
) -> Comparison | None:
    """None where this topic is open there already."""
    new = (sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert)(comparisons)
    made = await connection.execute(
        new.values(
            relay_id=relay, topic=topic, salt=secrets.token_hex(32), opened_at=now, due_at=due
        )
        .on_conflict_do_nothing()
        .returning(comparisons)
    )
    row = made.one_or_none()
    return None if row is None else _comparison(row)


async def get(connection: AsyncConnection, id: int) -> Comparison | None:
    return await _one(connection, comparisons.c.id == id)


async def opened(connection: AsyncConnection, relay: int, topic: str) -> Comparison | None:
    """The open one of this topic."""
    return await _one(
        connection,
        comparisons.c.relay_id == relay,
        comparisons.c.topic == topic,
        comparisons.c.closed_at.is_(None),
    )


async def count_open(connection: AsyncConnection, relay: int) -> int:
    wanted = select(func.count()).where(
        comparisons.c.relay_id == relay, comparisons.c.closed_at.is_(None)
    )
    return await connection.scalar(wanted) or 0


async def all_open(connection: AsyncConnection) -> list[Comparison]:
    return await _several(connection, comparisons.c.closed_at.is_(None))


async def due(connection: AsyncConnection, now: datetime) -> list[Comparison]:
    return await _several(
        connection, comparisons.c.closed_at.is_(None), comparisons.c.due_at <= now
    )


async def untold(connection: AsyncConnection) -> list[Comparison]:
    """Closed, but nobody has heard the results."""
    return await _several(
        connection, comparisons.c.closed_at.is_not(None), comparisons.c.told_at.is_(None)
    )


async def answer(
    connection: AsyncConnection,
    comparison: Comparison,
    person: str,
    *,
    side: str,
    currency: str,
    cents: int,
    day: date,
) -> bool | None:
    """`person` is a hash. False where they have answered before, None where it has closed."""
    if not await _is_open(connection, comparison.id):
        return None
    new = (sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert)(answered)
    marked = await connection.execute(
        new.values(comparison_id=comparison.id, person=person)
        .on_conflict_do_nothing()
        .returning(answered.c.person)
    )
    if marked.one_or_none() is None:
        return False
    await connection.execute(
        insert(answers).values(
            comparison_id=comparison.id,
            number=secrets.randbits(62),
            side=side,
            currency=currency,
            cents=cents,
            day=str(day),
        )
    )
    await _forget_order(connection, comparison)
    return True


async def _forget_order(connection: AsyncConnection, comparison: Comparison) -> None:
    """PostgreSQL keeps rows as they came, and with each which transaction wrote it, which would
    join an answer to its mark: so this one writes all of them anew, by their random keys.
    """
    if connection.dialect.name == "sqlite":
        return
    for table, key in ((answers, "number"), (answered, "person")):
        taken = await connection.execute(
            delete(table).where(table.c.comparison_id == comparison.id).returning(*table.c)
        )
        rows = sorted(taken.mappings(), key=lambda row: row[key])
        await connection.execute(insert(table), [dict(row) for row in rows])


async def has_answered(connection: AsyncConnection, comparison: Comparison, person: str) -> bool:
    found = await connection.scalar(select(answered.c.person).where(_mark(comparison, person)))
    return found is not None


async def unmark(connection: AsyncConnection, comparison: Comparison, person: str) -> None:
    await connection.execute(delete(answered).where(_mark(comparison, person)))


async def given(
    connection: AsyncConnection, comparison: Comparison
) -> list[tuple[str, str, int]] | None:
    """(side, currency, cents) of each answer so far; None where it has closed."""
    if not await _is_open(connection, comparison.id):
        return None
    rows = await connection.execute(
        select(answers.c.side, answers.c.currency, answers.c.cents).where(
            answers.c.comparison_id == comparison.id
        )
    )
    return [(row.side, row.currency, row.cents) for row in rows]


async def close(
    connection: AsyncConnection, comparison: Comparison, results: Any, now: datetime
) -> None:
    """Only the results stay: the answers, the marks and the salt go."""
    for table in (answers, answered):
        await connection.execute(delete(table).where(table.c.comparison_id == comparison.id))
    await connection.execute(
        update(comparisons)
        .where(comparisons.c.id == comparison.id)
        .values(closed_at=now, results=results, salt=None)
    )


async def tell(connection: AsyncConnection, comparison: Comparison, now: datetime) -> bool:
    """False where somebody told before."""
    told = await connection.execute(
        update(comparisons)
        .where(comparisons.c.id == comparison.id, comparisons.c.told_at.is_(None))
        .values(told_at=now)
    )
    return told.rowcount == 1


async def closed(connection: AsyncConnection, than: Comparison, *, most: int) -> list[Comparison]:
    """Others of the same community that have closed, the latest first."""
    wanted = (
        select(comparisons)
        .where(
            comparisons.c.relay_id == than.relay,
            comparisons.c.closed_at.is_not(None),
            comparisons.c.id != than.id,
        )
        .order_by(comparisons.c.closed_at.desc(), comparisons.c.id.desc())
        .limit(most)
    )
    return [_comparison(row) for row in await connection.execute(wanted)]


async def _is_open(connection: AsyncConnection, id: int) -> bool:
    """And it stays open until this transaction ends."""
    wanted = select(comparisons.c.id).where(comparisons.c.id == id)
    still = wanted.where(comparisons.c.closed_at.is_(None)).with_for_update()
    return await connection.scalar(still) is not None


async def _one(connection: AsyncConnection, *conditions: Any) -> Comparison | None:
    row = (await connection.execute(select(comparisons).where(*conditions))).one_or_none()
    return None if row is None else _comparison(row)


async def _several(connection: AsyncConnection, *conditions: Any) -> list[Comparison]:
    wanted = select(comparisons).where(*conditions).order_by(comparisons.c.id)
    return [_comparison(row) for row in await connection.execute(wanted)]


def _mark(comparison: Comparison, person: str) -> Any:
    return (answered.c.comparison_id == comparison.id) & (answered.c.person == person)


def _comparison(row: Row[Any]) -> Comparison:
    return Comparison(
        row.id, row.relay_id, row.topic, row.salt, row.due_at, row.closed_at, row.results
    )

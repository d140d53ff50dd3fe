"""Finds questions by words: FTS5 on SQLite, trigrams on PostgreSQL.

The index holds nothing that is not in `asks.words`: it is no part of the schema, and made anew
where it is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import Float, Integer, case, column, literal, or_, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.asks import State
from bot.i18n import N_
from bot.store.asks import asks, set_words
from bot.store.database import reason_of

log = structlog.get_logger(__name__)

CANDIDATES = 60  # the best by the database's own ranking; the caller ranks them again


async def prepare(connection: AsyncConnection) -> None:
    """Make the index where it is missing, and bring it up to date."""
    if connection.dialect.name != "sqlite":
        await _prepare_trigrams(connection)
        return
    await connection.execute(text("CREATE VIRTUAL TABLE IF NOT EXISTS ask_words USING fts5(words)"))
    known = "SELECT id FROM asks WHERE words <> ''"
    await connection.execute(text(f"DELETE FROM ask_words WHERE rowid NOT IN ({known})"))
    await connection.execute(
        text(
            "INSERT INTO ask_words (rowid, words) SELECT id, words FROM asks"
            " WHERE words <> '' AND id NOT IN (SELECT rowid FROM ask_words)"
        )
    )


async def _prepare_trigrams(connection: AsyncConnection) -> None:
    """Without the right to add an extension every question is read, which is slower."""
    try:
        async with connection.begin_nested():
            await connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            await connection.execute(
                text(
                    "CREATE INDEX IF NOT EXISTS ix_asks_trigrams"
                    " ON asks USING gin (words gin_trgm_ops)"
                )
            )
    except DBAPIError as error:
        log.warning(
            N_("Questions are searched without an index: pg_trgm is not available"),
            reason=reason_of(error),
        )


async def put(connection: AsyncConnection, id: int, words: str) -> None:
    """From now on it is found by these words, and by none where there are none."""
    await set_words(connection, id, words)
    if connection.dialect.name != "sqlite":
        return
    await connection.execute(text("DELETE FROM ask_words WHERE rowid = :id"), {"id": id})
    if words:
        await connection.execute(
            text("INSERT INTO ask_words (rowid, words) VALUES (:id, :words)"),
            {"id": id, "words": words},
        )


async def find(
    connection: AsyncConnection, relay: int, terms: Collection[str], states: Sequence[State]
) -> list[tuple[int, str]]:
    """Questions of the community that have any of these terms: (row, its words), best first.

    Terms are letters and digits only, as `bot.community.likeness` makes them.
    """
    if not terms:
        return []
    wanted = select(asks.c.id, asks.c.words).where(
        asks.c.relay_id == relay, asks.c.state.in_([state.value for state in states])
    )
    if connection.dialect.name == "sqlite":
        match = " OR ".join(f'"{term}"' for term in sorted(terms))
        ranked = text(
            "SELECT rowid AS id, rank FROM ask_words WHERE ask_words MATCH :match"
        ).bindparams(match=match)
        hits = ranked.columns(column("id", Integer), column("rank", Float)).subquery("hits")
        wanted = wanted.join(hits, hits.c.id == asks.c.id).order_by(hits.c.rank, asks.c.id.desc())
    else:
        holds = [asks.c.words.ilike(f"%{term}%") for term in sorted(terms)]
        hits = sum((case((held, 1), else_=0) for held in holds), start=literal(0))
        wanted = wanted.where(or_(*holds)).order_by(hits.desc(), asks.c.id.desc())
    rows = await connection.execute(wanted.limit(CANDIDATES))
    return [(row.id, row.words) for row in rows]

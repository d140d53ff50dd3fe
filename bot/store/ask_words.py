"""Finds questions by words: with FTS5 on SQLite, by an index over their words on PostgreSQL.

Which words those are, in English and in Chinese, `bot.community.likeness` decides: the databases
only look for them, so that both find the same. The indexes hold nothing that is not in
`asks.words`: they are no part of the schema, and made anew where they are missing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import (
    Float,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.asks import State
from bot.store.asks import asks, set_words

CANDIDATES = 60  # the best by the database's own ranking; the caller ranks them again

# Written out: an index over an expression serves no query that binds a part of it.
_HELD = "string_to_array(asks.words, ' ')"


async def prepare(connection: AsyncConnection) -> None:
    """Make the index where it is missing, and bring it up to date."""
    if connection.dialect.name != "sqlite":
        await connection.execute(
            text(f"CREATE INDEX IF NOT EXISTS ix_asks_words ON asks USING gin (({_HELD}))")
        )
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
    ranked = _by_fts5 if connection.dialect.name == "sqlite" else _by_index
    rows = await connection.execute(ranked(wanted, sorted(terms)).limit(CANDIDATES))
    return [(row.id, row.words) for row in rows]


def _by_fts5(wanted: Select[int, str], terms: Sequence[str]) -> Select[int, str]:
    match = " OR ".join(f'"{term}"' for term in terms)
    ranked = text(
        "SELECT rowid AS id, rank FROM ask_words WHERE ask_words MATCH :match"
    ).bindparams(match=match)
    hits = ranked.columns(column("id", Integer), column("rank", Float)).subquery("hits")
    return wanted.join(hits, hits.c.id == asks.c.id).order_by(hits.c.rank, asks.c.id.desc())


def _by_index(wanted: Select[int, str], terms: Sequence[str]) -> Select[int, str]:
    """Those with most of the terms first."""
    held = literal_column(_HELD, ARRAY(Text))
    sought = bindparam("sought", list(terms), type_=ARRAY(Text))
    word = func.unnest(held).column_valued("word")
    hits = select(func.count()).where(word == any_(sought)).scalar_subquery()
    return wanted.where(held.overlap(sought)).order_by(hits.desc(), asks.c.id.desc())

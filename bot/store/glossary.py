"""A community's own words: its glossary, and the translations that mods have accepted.

Sources are found by a key their caller makes, so that one word in two scripts is one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store.schema import Instant, RowId, messages, metadata, relays
from bot.store.upsert import upsert
from bot.store.whose import is_about

terms = Table(
    "glossary_terms",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("source_language", String(16), nullable=False),
    Column("target_language", String(16), nullable=False),
    Column("key", String(200), nullable=False),
    Column("source", String(200), nullable=False),
    Column("target", String(200)),  # NULL: the words stay as they are
    Column("platform", String(16)),  # of the mod who added it; NULL once forgotten
    Column("person_id", String(64)),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint(
        "relay_id", "source_language", "target_language", "key", name="uq_glossary_terms_key"
    ),
    Index(None, "platform", "person_id"),
)

# `key` is a hash: a message is longer than an index may hold.
memory = Table(
    "translation_memory",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("source_language", String(16), nullable=False),
    Column("target_language", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("original", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("message_id", RowId),  # whose words these were, while that is known
    Column("author_platform", String(16)),
    Column("author_id", String(64)),
    Column("platform", String(16)),  # of the mod who accepted it; NULL once forgotten
    Column("person_id", String(64)),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint(
        "relay_id", "source_language", "target_language", "key", name="uq_translation_memory_key"
    ),
    Index(None, "message_id"),
    Index(None, "platform", "person_id"),
    Index(None, "author_platform", "author_id"),
    sqlite_autoincrement=True,  # an old button must not find another's row
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One term in one direction. `target` None: the words stay as they are."""

    source_language: str
    target_language: str
    key: str
    source: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A whole text and the translation that was accepted for it."""

    source_language: str
    target_language: str
    key: str
    original: str
    target: str
    message: int | None = None
    author: PersonId | None = None
    id: int = 0  # its row, once it has one


All = tuple[dict[int, list[Entry]], dict[int, list[Lesson]]]  # by community


async def entries(connection: AsyncConnection, relay: int) -> list[Entry]:
    rows = await connection.execute(
        select(terms).where(terms.c.relay_id == relay).order_by(terms.c.key, terms.c.id)
    )
    return [_entry(row) for row in rows]


async def count(connection: AsyncConnection, relay: int) -> int:
    wanted = select(func.count()).select_from(terms).where(terms.c.relay_id == relay)
    return await connection.scalar(wanted) or 0


async def put(
    connection: AsyncConnection,
    relay: int,
    entries: Sequence[Entry],
    by: PersonId,
    now: datetime,
) -> int:
    """Add them, in place of those with the same key and direction; how many are new."""
    # Two mods at once: the second waits here for what the first one adds.
    await connection.execute(select(relays.c.id).where(relays.c.id == relay).with_for_update())
    listed = await connection.execute(select(terms).where(terms.c.relay_id == relay))
    known = {(row.source_language, row.target_language, row.key): row.id for row in listed}
    rows = [
        {
            "id": known.get((entry.source_language, entry.target_language, entry.key)),
            "relay_id": relay,
            "source_language": entry.source_language,
            "target_language": entry.target_language,
            "key": entry.key,
            "source": entry.source,
            "target": entry.target,
            "platform": by.platform,
            "person_id": by.id,
            "added_at": now,
        }
        for entry in entries
    ]
    await upsert(connection, terms, [row for row in rows if row["id"] is not None])
    new = [{**row} for row in rows if row["id"] is None]
    for row in new:
        del row["id"]
    if new:
        await connection.execute(insert(terms), new)
    return len(new)


async def remove(connection: AsyncConnection, relay: int, key: str) -> list[Entry]:
    """Take a term out, in every direction; what was there."""
    found = (terms.c.relay_id == relay) & (terms.c.key == key)
    gone = await connection.execute(delete(terms).where(found).returning(terms))
    return [_entry(row) for row in gone]


async def lessons(
    connection: AsyncConnection, relay: int, *, limit: int | None = None, offset: int = 0
) -> list[Lesson]:
    """What has been learnt, the newest first."""
    rows = await connection.execute(
        select(memory)
        .where(memory.c.relay_id == relay)
        .order_by(memory.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_lesson(row) for row in rows]


async def lesson(connection: AsyncConnection, relay: int, id: int) -> Lesson | None:
    found = select(memory).where(memory.c.relay_id == relay, memory.c.id == id)
    row = (await connection.execute(found)).one_or_none()
    return None if row is None else _lesson(row)


async def count_lessons(connection: AsyncConnection, relay: int) -> int:
    wanted = select(func.count()).select_from(memory).where(memory.c.relay_id == relay)
    return await connection.scalar(wanted) or 0


async def learn(
    connection: AsyncConnection, relay: int, lesson: Lesson, by: PersonId, now: datetime
) -> int:
    """Its row; what was learnt for the same text before is forgotten."""
    await connection.execute(
        delete(memory).where(
            memory.c.relay_id == relay,
            memory.c.source_language == lesson.source_language,
            memory.c.target_language == lesson.target_language,
            memory.c.key == lesson.key,
        )
    )
    made = await connection.execute(
        insert(memory)
        .values(
            relay_id=relay,
            source_language=lesson.source_language,
            target_language=lesson.target_language,
            key=lesson.key,
            original=lesson.original,
            target=lesson.target,
            message_id=lesson.message,
            author_platform=lesson.author.platform if lesson.author else None,
            author_id=lesson.author.id if lesson.author else None,
            platform=by.platform,
            person_id=by.id,
            added_at=now,
        )
        .returning(memory.c.id)
    )
    return made.scalar_one()


async def unlearn(connection: AsyncConnection, relay: int, id: int) -> bool:
    gone = await connection.execute(
        delete(memory).where(memory.c.relay_id == relay, memory.c.id == id)
    )
    return gone.rowcount > 0


async def unlearn_messages(connection: AsyncConnection, rows: Sequence[int]) -> set[int]:
    """Forget what these messages taught; the communities that knew it."""
    gone = await connection.execute(
        delete(memory).where(memory.c.message_id.in_(rows)).returning(memory.c.relay_id)
    )
    return set(gone.scalars())


async def lose_sight(connection: AsyncConnection) -> None:
    """Of messages that are no longer known: their numbers may come again."""
    await connection.execute(
        update(memory)
        .where(memory.c.message_id.is_not(None), memory.c.message_id.not_in(select(messages.c.id)))
        .values(message_id=None)
    )


async def load(connection: AsyncConnection, relay: int | None = None) -> All:
    """Everything by community, or everything of one."""
    listed, learnt = select(terms).order_by(terms.c.id), select(memory).order_by(memory.c.id)
    if relay is not None:
        listed = listed.where(terms.c.relay_id == relay)
        learnt = learnt.where(memory.c.relay_id == relay)
    found: dict[int, list[Entry]] = {}
    for row in await connection.execute(listed):
        found.setdefault(row.relay_id, []).append(_entry(row))
    known: dict[int, list[Lesson]] = {}
    for row in await connection.execute(learnt):
        known.setdefault(row.relay_id, []).append(_lesson(row))
    return found, known


async def added_by(connection: AsyncConnection, person: PersonId) -> list[Entry]:
    rows = await connection.execute(select(terms).where(is_about(terms, person)))
    return [_entry(row) for row in rows]


async def forget_adder(connection: AsyncConnection, person: PersonId) -> None:
    """The terms stay; who added them is forgotten."""
    await connection.execute(
        update(terms).where(is_about(terms, person)).values(platform=None, person_id=None)
    )


async def learnt_of(connection: AsyncConnection, person: PersonId) -> list[Lesson]:
    """What they wrote or accepted."""
    rows = await connection.execute(
        select(memory).where(or_(_wrote(person), _accepted(person))).order_by(memory.c.id)
    )
    return [_lesson(row) for row in rows]


async def forget_learner(connection: AsyncConnection, person: PersonId) -> set[int]:
    """Their own words go, with the communities that knew them; who accepted is forgotten."""
    gone = await connection.execute(
        delete(memory).where(_wrote(person)).returning(memory.c.relay_id)
    )
    communities = set(gone.scalars())
    await connection.execute(
        update(memory).where(_accepted(person)).values(platform=None, person_id=None)
    )
    return communities


def _wrote(person: PersonId) -> Any:
    return is_about(memory, person, column="author_id", platform="author_platform")


def _accepted(person: PersonId) -> Any:
    return is_about(memory, person)


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.source_language, row.target_language, row.key, row.source, row.target)


def _lesson(row: Row[Any]) -> Lesson:
    author = PersonId(row.author_platform, row.author_id) if row.author_id else None
    return Lesson(
        row.source_language,
        row.target_language,
        row.key,
        row.original,
        row.target,
        row.message_id,
        author,
        row.id,
    )

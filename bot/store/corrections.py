"""Translations that somebody called bad, until a mod has decided; then only that they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    and_,
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
from bot.store.whose import is_about


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


# The texts go with the decision.
corrections = Table(
    "corrections",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", RowId),  # while that is known
    Column("author_platform", String(16)),  # who wrote the original
    Column("author_id", String(64)),
    Column("source_language", String(16), nullable=False),
    Column("language", String(16), nullable=False),  # of its readers
    Column("original", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("suggested", Text),
    Column("platform", String(16)),  # of who reported it; NULL once forgotten
    Column("person_id", String(64)),
    Column("person_name", String(256), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("decider_platform", String(16)),
    Column("decider_id", String(64)),
    Column("decided_at", Instant),
    Index(None, "relay_id", "state"),
    Index(None, "message_id"),
    Index(None, "made_at"),
    Index(None, "platform", "person_id"),
    Index(None, "author_platform", "author_id"),
    Index(None, "decider_platform", "decider_id"),
    sqlite_autoincrement=True,  # an old button must not find another's row
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody reports; `suggested` are their better words, if they have any."""

    relay: int
    message: int | None
    author: PersonId | None
    source_language: str
    language: str
    original: str
    shown: str
    reporter: PersonId
    name: str
    suggested: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One report as the store knows it. Its texts are empty once it has been decided."""

    id: int
    relay: int
    message: int | None
    author: PersonId | None
    source_language: str
    language: str
    original: str
    shown: str
    suggested: str | None
    reporter: PersonId | None
    name: str
    state: State
    made_at: datetime


async def lock(connection: AsyncConnection, relay: int) -> None:
    """Two processes on one database: the second waits here for what the first one reports."""
    await connection.execute(select(relays.c.id).where(relays.c.id == relay).with_for_update())


async def same(connection: AsyncConnection, draft: Draft) -> int | None:
    """What the same person reported of it in the same words or in none, while that is open."""
    return await connection.scalar(
        select(corrections.c.id).where(
            _reported(draft.reporter),
            _is_open(draft.relay),
            corrections.c.message_id == draft.message,
            corrections.c.language == draft.language,
            corrections.c.original == draft.original,
            or_(corrections.c.suggested.is_(None), corrections.c.suggested == draft.suggested),
        )
    )


async def suggest(connection: AsyncConnection, id: int, words: str) -> None:
    suggested = update(corrections).where(corrections.c.id == id).values(suggested=words)
    await connection.execute(suggested)


async def report(connection: AsyncConnection, draft: Draft, now: datetime) -> int:
    """Its number."""
    made = await connection.execute(
        insert(corrections)
        .values(
            relay_id=draft.relay,
            message_id=draft.message,
            author_platform=draft.author.platform if draft.author else None,
            author_id=draft.author.id if draft.author else None,
            source_language=draft.source_language,
            language=draft.language,
            original=draft.original,
            shown=draft.shown,
            suggested=draft.suggested,
            platform=draft.reporter.platform,
            person_id=draft.reporter.id,
            person_name=draft.name[:256],
            state=State.OPEN,
            made_at=now,
        )
        .returning(corrections.c.id)
    )
    return made.scalar_one()


async def count_open(
    connection: AsyncConnection, relay: int, reporter: PersonId | None = None
) -> int:
    wanted = select(func.count()).select_from(corrections).where(_is_open(relay))
    if reporter is not None:
        wanted = wanted.where(_reported(reporter))
    return await connection.scalar(wanted) or 0


async def next_open(connection: AsyncConnection, relay: int, after: int = 0) -> Correction | None:
    """The oldest open one after this number."""
    row = (
        await connection.execute(
            select(corrections)
            .where(_is_open(relay), corrections.c.id > after)
            .order_by(corrections.c.id)
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else _correction(row)


async def get(connection: AsyncConnection, relay: int, id: int) -> Correction | None:
    wanted = select(corrections).where(corrections.c.relay_id == relay, corrections.c.id == id)
    row = (await connection.execute(wanted)).one_or_none()
    return None if row is None else _correction(row)


async def decide(
    connection: AsyncConnection, relay: int, id: int, state: State, by: PersonId, now: datetime
) -> bool:
    """False where it is not open any more. Its texts are gone after this."""
    decided = await connection.execute(
        update(corrections)
        .where(_is_open(relay), corrections.c.id == id)
        .values(
            state=state,
            original="",
            shown="",
            suggested=None,
            decider_platform=by.platform,
            decider_id=by.id,
            decided_at=now,
        )
    )
    return decided.rowcount > 0


async def let_go(connection: AsyncConnection, *, made_before: datetime) -> None:
    """What is older, and sight of messages that are no longer known: their numbers may return."""
    await connection.execute(delete(corrections).where(corrections.c.made_at < made_before))
    is_gone = corrections.c.message_id.not_in(select(messages.c.id))
    await connection.execute(
        update(corrections)
        .where(corrections.c.message_id.is_not(None), is_gone)
        .values(message_id=None)
    )


async def drop_messages(connection: AsyncConnection, rows: Sequence[int]) -> None:
    """What is said of messages that their authors have deleted."""
    await connection.execute(delete(corrections).where(corrections.c.message_id.in_(rows)))


async def of_person(connection: AsyncConnection, person: PersonId) -> list[Correction]:
    """What they reported, wrote or decided."""
    rows = await connection.execute(
        select(corrections)
        .where(or_(_reported(person), _wrote(person), _decided(person)))
        .order_by(corrections.c.id)
    )
    return [_correction(row) for row in rows]


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """Their words and what they suggest go; of the rest only who it was."""
    mine = or_(_wrote(person), and_(_reported(person), corrections.c.state == State.OPEN))
    await connection.execute(delete(corrections).where(mine))
    await connection.execute(
        update(corrections)
        .where(_reported(person))
        .values(platform=None, person_id=None, person_name="")
    )
    await connection.execute(
        update(corrections).where(_decided(person)).values(decider_platform=None, decider_id=None)
    )


def _is_open(relay: int) -> Any:
    return and_(corrections.c.relay_id == relay, corrections.c.state == State.OPEN)


def _reported(person: PersonId) -> Any:
    return is_about(corrections, person)


def _wrote(person: PersonId) -> Any:
    return is_about(corrections, person, column="author_id", platform="author_platform")


def _decided(person: PersonId) -> Any:
    return is_about(corrections, person, column="decider_id", platform="decider_platform")


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        id=row.id,
        relay=row.relay_id,
        message=row.message_id,
        author=PersonId(row.author_platform, row.author_id) if row.author_id else None,
        source_language=row.source_language,
        language=row.language,
        original=row.original,
        shown=row.shown,
        suggested=row.suggested,
        reporter=PersonId(row.platform, row.person_id) if row.person_id else None,
        name=row.person_name,
        state=State(row.state),
        made_at=row.made_at,
    )

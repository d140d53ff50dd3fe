"""Daily questions: what members suggested, and what was asked on which local date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store.messages import Stored, stored
from bot.store.posts import with_languages
from bot.store.schema import Instant, RowId, messages, metadata, strands
from bot.store.whose import is_about

# A member's own question: `state` is suggested, approved or rejected.
suggestions = Table(
    "question_suggestions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(16)),
    Column("person", String(64)),
    Column("name", String(256)),
    Column("en", Text, nullable=False),
    Column("zh", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("suggested_at", Instant, nullable=False),
    Index(None, "relay_id", "state"),
)

# Which question a community gets on which date: chosen once, whoever looks first.
question_days = Table(
    "question_days",
    metadata,
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), primary_key=True),
    Column("local_date", String(10), primary_key=True),
    Column("question", String(60)),  # none: the day was left out
    Column("en", Text, nullable=False),
    Column("zh", Text, nullable=False),
    Column("tags", String(200), nullable=False),
    Column("chosen_at", Instant, nullable=False),
    Column("is_skipped", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    question: str | None
    en: str
    zh: str
    tags: tuple[str, ...]
    is_skipped: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    id: int
    name: str
    en: str
    zh: str
    state: str


async def day(connection: AsyncConnection, relay: int, on: date) -> Day | None:
    row = (await connection.execute(select(question_days).where(_is(relay, on)))).one_or_none()
    return None if row is None else _day(row)


async def days(connection: AsyncConnection, relay: int, *, limit: int = 1000) -> list[Day]:
    """The latest first."""
    rows = await connection.execute(
        select(question_days)
        .where(question_days.c.relay_id == relay)
        .order_by(question_days.c.local_date.desc())
        .limit(limit)
    )
    return [_day(row) for row in rows]


async def add_day(connection: AsyncConnection, relay: int, chosen: Day, now: datetime) -> bool:
    """False where somebody chose for this date before."""
    if await day(connection, relay, chosen.day) is not None:
        return False
    await connection.execute(
        insert(question_days).values(
            relay_id=relay,
            local_date=str(chosen.day),
            question=chosen.question,
            en=chosen.en,
            zh=chosen.zh,
            tags=",".join(chosen.tags),
            chosen_at=now,
            is_skipped=chosen.is_skipped,
        )
    )
    return True


async def suggest(
    connection: AsyncConnection,
    relay: int,
    person: PersonId,
    name: str,
    texts: tuple[str, str],
    now: datetime,
) -> int:
    """`texts` are its English and its Chinese."""
    made = await connection.execute(
        insert(suggestions)
        .values(
            relay_id=relay,
            platform=person.platform,
            person=person.id,
            name=name,
            en=texts[0],
            zh=texts[1],
            state="suggested",
            suggested_at=now,
        )
        .returning(suggestions.c.id)
    )
    return made.scalar_one()


async def suggested(
    connection: AsyncConnection, relay: int, *, state: str = "suggested"
) -> list[Suggestion]:
    """The oldest first."""
    rows = await connection.execute(
        select(suggestions)
        .where(suggestions.c.relay_id == relay, suggestions.c.state == state)
        .order_by(suggestions.c.id)
    )
    return [_suggestion(row) for row in rows]


async def get(connection: AsyncConnection, relay: int, number: int) -> Suggestion | None:
    row = (
        await connection.execute(
            select(suggestions).where(suggestions.c.id == number, suggestions.c.relay_id == relay)
        )
    ).one_or_none()
    return None if row is None else _suggestion(row)


async def judge(connection: AsyncConnection, number: int, state: str) -> None:
    """Decided: whose it was matters no more."""
    await connection.execute(
        update(suggestions)
        .where(suggestions.c.id == number)
        .values(state=state, platform=None, person=None, name=None)
    )


async def reword(connection: AsyncConnection, number: int, language: str, text: str) -> None:
    await connection.execute(
        update(suggestions).where(suggestions.c.id == number).values({language: text})
    )


async def count_by(connection: AsyncConnection, relay: int, person: PersonId) -> int:
    """How many suggestions of theirs wait."""
    return (
        await connection.scalar(
            select(func.count()).where(
                suggestions.c.relay_id == relay,
                is_about(suggestions, person),
                suggestions.c.state == "suggested",
            )
        )
        or 0
    )


async def of_person(connection: AsyncConnection, person: PersonId) -> list[Suggestion]:
    rows = await connection.execute(
        select(suggestions).where(is_about(suggestions, person)).order_by(suggestions.c.id)
    )
    return [_suggestion(row) for row in rows]


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """What waits goes; what was approved stays as nobody's."""
    mine = is_about(suggestions, person)
    await connection.execute(delete(suggestions).where(mine, suggestions.c.state != "approved"))
    await connection.execute(
        update(suggestions).where(mine).values(platform=None, person=None, name=None)
    )


async def answered_by(connection: AsyncConnection, person: PersonId) -> list[tuple[int, datetime]]:
    """(relay, when) of every answer of theirs that is known."""
    rows = await connection.execute(
        select(strands.c.key, messages.c.heard_at)
        .join(messages, messages.c.strand_id == strands.c.id)
        .where(
            messages.c.author_id == person.id,
            messages.c.platform == person.platform,
            strands.c.key.like("question:%"),
        )
    )
    return [(int(row.key.split(":")[1]), row.heard_at) for row in rows]


async def answers(
    connection: AsyncConnection,
    strand: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[tuple[str, Stored]]:
    """What people said in this strand, each with the language of its channel, oldest first."""
    chosen = with_languages(messages).where(
        strands.c.key == strand, messages.c.author_is_bot.is_(False)
    )
    if since is not None:
        chosen = chosen.where(messages.c.heard_at >= since)
    if until is not None:
        chosen = chosen.where(messages.c.heard_at < until)
    rows = await connection.execute(chosen)
    return [(row.language or "", stored(row)) for row in rows]


def _is(relay: int, on: date) -> Any:
    return (question_days.c.relay_id == relay) & (question_days.c.local_date == str(on))


def _day(row: Row[Any]) -> Day:
    return Day(
        date.fromisoformat(row.local_date),
        row.question,
        row.en,
        row.zh,
        tuple(tag for tag in row.tags.split(",") if tag),
        row.is_skipped,
    )


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(row.id, row.name or "", row.en, row.zh, row.state)

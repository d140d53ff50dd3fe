"""However much was said before: what is asked for every message reads only what it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event

from bot.core.model import ChannelId, Copy, MessageId
from bot.store import (
    erasure,
    learners,
    messages,
    outbox,
    people,
    posts,
    questions,
    reactions,
    retention,
)
from bot.store.database import Connection, Database
from tests.parts import ANN, EN, NOW

PLATFORMS = ("east", "west")
REFS = [MessageId(EN, str(number)) for number in range(200)]


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    async with database.transaction() as connection:
        yield connection


async def plans(connection: Connection, ask: Callable[[], Awaitable[object]]) -> list[str]:
    """How SQLite reads the tables for all that `ask` asks."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    await ask()
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    rows: list[Sequence[Any]] = []
    for statement, values in asked:
        rows += await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [row[3] for row in rows]


Question = Callable[[Connection], Awaitable[object]]

QUESTIONS: dict[str, Question] = {
    "claim_due": lambda c: outbox.claim_due(c, NOW, platforms=PLATFORMS, busy={"x"}, limit=100),
    "next_due": lambda c: outbox.next_due(c, platforms=PLATFORMS, busy={"x"}),
    "status": lambda c: outbox.status(c, ["east:en", "west:zh"]),
    "lanes_of": lambda c: outbox.lanes_of(c, 1),
    "last_known": lambda c: messages.last_known(c, EN, since=NOW, limit=100),
    "ids_of": lambda c: messages.ids_of(c, REFS),
    "originals_of": lambda c: messages.originals_of(c, REFS),
    "copies_of": lambda c: messages.copies_of(c, range(100)),
    "bundles_of": lambda c: messages.bundles_of(c, range(100)),
    "drop_copies": lambda c: messages.drop_copies(c, 1, ChannelId("east", "en")),
    "posts.named": lambda c: posts.named(c, REFS[0]),
    "learners.last_seen": lambda c: learners.last_seen(c, [ChannelId("east", "en")]),
    "strands_of": lambda c: posts.strands_of(c, REFS),
    "questions.answers": lambda c: questions.answers(c, "question:1:2025-01-15"),
    "reactions.message_at": lambda c: reactions.message_at(c, REFS[0]),
    "reactions.take": lambda c: reactions.take(c, REFS[0], person=ANN.person, emoji="👍"),
    "reactions.ask": lambda c: reactions.ask(c, [1], NOW, besides=EN),
    "reactions.arrived": lambda c: reactions.arrived(c, [(1, Copy(EN, "1"), 0)]),
    "reactions.due": lambda c: reactions.due(c, NOW, platforms=PLATFORMS, busy={"x"}),
    "reactions.next_due": lambda c: reactions.next_due(c, NOW),
    "reactions.given": lambda c: reactions.given(c, REFS[0]),
    "reactions.drop": lambda c: reactions.drop(c, [1, 2]),
    "reactions.forget": lambda c: reactions.forget(c, ANN.person),
    "take_back": lambda c: erasure.take_back(c, NOW, most=50),
    "people.counts": lambda c: people.counts(c, ANN.person),
    "empty_texts": lambda c: retention.empty_texts(c, heard_before=NOW),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_table_is_read_from_end_to_end(connection: Connection, question: str) -> None:
    found = await plans(connection, lambda: QUESTIONS[question](connection))
    tables = ("outbox", "messages", "copies", "translations", "posts", "reactions", "mirrors")
    whole = [
        step
        for step in found
        if step.startswith("SCAN ")
        and any(table in step for table in tables)
        and "ix_outbox_waiting" not in step
    ]
    assert found
    assert whole == []

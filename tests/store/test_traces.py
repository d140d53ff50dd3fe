"""What is noted of messages that did not cross, and of attempts that failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.model import Inbound, MessageId
from bot.core.richtext import RichText
from bot.store import messages, outbox, traces
from bot.store.database import Database
from bot.store.outbox import Action, Order, State, Verdict
from bot.store.traces import MOST_REASONS, Failure, Skip
from tests.parts import ANN, EN, NOW, ZH

pytestmark = pytest.mark.databases("sqlite", "postgresql")

SOON = NOW + timedelta(seconds=5)
LATER = NOW + timedelta(seconds=60)
HELLO = MessageId(EN, "1")


def failed(reason: str, state: State = State.PENDING) -> Verdict:
    return Verdict(1, state, attempts=1, due_at=LATER, reason=reason)


@pytest.fixture
async def waiting(database: Database) -> Database:
    """Two messages that wait in one lane."""
    async with database.transaction() as connection:
        heard = [Inbound(MessageId(EN, native), ANN, RichText("hello"), NOW) for native in "12"]
        rows = await messages.record(connection, heard, NOW)
        orders = [Order(ZH, Action.SEND, "zh", message=row, prior="en") for row in rows.values()]
        await outbox.enqueue(connection, orders, NOW)
    return database


async def test_a_skipped_message_is_remembered_with_its_reason(database: Database) -> None:
    async with database.transaction() as connection:
        await traces.skip(connection, {HELLO: "bot"}, NOW)
        await traces.skip(connection, {HELLO: "empty"}, SOON)
        assert await traces.skipped(connection, HELLO) == Skip("empty", SOON)
        assert await traces.skipped(connection, MessageId(ZH, "1")) is None


async def test_what_crosses_or_is_nobodys_business_leaves_no_trace(database: Database) -> None:
    async with database.transaction() as connection:
        await traces.skip(connection, {HELLO: "", MessageId(EN, "2"): "unlinked"}, NOW)
        assert await traces.skipped(connection, HELLO) is None
        assert await traces.skipped(connection, MessageId(EN, "2")) is None


async def test_a_skip_is_forgotten_in_time(database: Database) -> None:
    async with database.transaction() as connection:
        await traces.skip(connection, {HELLO: "bot"}, NOW)
        await traces.forget_skips(connection, before=NOW)
        assert await traces.skipped(connection, HELLO) is not None
        await traces.forget_skips(connection, before=SOON)
        assert await traces.skipped(connection, HELLO) is None


async def test_each_reason_is_counted_with_its_first_and_last_time(waiting: Database) -> None:
    async with waiting.transaction() as connection:
        await traces.note_failures(connection, [failed("gone")], NOW)
        await traces.note_failures(connection, [failed("gone")], SOON)
        await traces.note_failures(connection, [failed("too long", State.DEAD)], LATER)
        await traces.note_failures(connection, [Verdict(1, State.SENT)], LATER)
        (first, _) = await traces.deliveries_at(connection, [1, 2])
    assert first.failures == (
        Failure("gone", 2, NOW, SOON),
        Failure("too long", 1, LATER, LATER),
    )


async def test_a_delivery_remembers_only_so_many_reasons(waiting: Database) -> None:
    async with waiting.transaction() as connection:
        for number in range(MOST_REASONS + 3):
            await traces.note_failures(connection, [failed(f"reason {number}")], NOW)
        (one,) = await traces.deliveries_at(connection, [1])
    assert len(one.failures) == MOST_REASONS


async def test_failures_go_with_their_delivery(waiting: Database) -> None:
    async with waiting.transaction() as connection:
        await traces.note_failures(connection, [failed("gone")], NOW)
        await connection.exec_driver_sql("DELETE FROM outbox WHERE id = 1")
        left = await connection.exec_driver_sql("SELECT count(*) FROM failed_attempts")
        assert left.scalar() == 0


async def test_a_waiting_delivery_knows_what_is_before_it(waiting: Database) -> None:
    async with waiting.transaction() as connection:
        await outbox.settle(connection, [failed("closed")], SOON)
        await traces.note_failures(connection, [failed("closed")], SOON)
        (head,) = await traces.deliveries(connection, 1)
        (behind,) = await traces.deliveries(connection, 2)
        assert (head.ahead, head.head) == (0, None)
        assert behind.ahead == 1
        assert behind.head is not None
        assert behind.head.failures == (Failure("closed", 1, SOON, SOON),)
        await outbox.settle(connection, [Verdict(1, State.SENT)], LATER)
        (behind,) = await traces.deliveries(connection, 2)
        assert (behind.ahead, behind.head) == (0, None)

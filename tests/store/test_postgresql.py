"""What only PostgreSQL can do: go away and come back, be another program's, and tell too much."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.core.asks import State
from bot.store import ask_words, engines
from bot.store.database import Database, StoreOccupied, StoreUnavailable
from bot.store.schema import cursors, outbox
from tests.parts import NOW, World, eventually, running, world_of
from tests.postgres import Server

pytestmark = pytest.mark.databases("postgresql")

MANY_QUESTIONS = """
INSERT INTO asks (relay_id, number, platform, channel, side, person_name, texts, words, state,
    asked_at)
SELECT 1, n, 'east', 'en', 'en', '', '{}', 'common w' || n, 'open', 0
FROM generate_series(1, 3000) AS n
"""


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """Another program's way to the same database."""
    other = Database(database.url)
    yield other
    await other.aclose()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock."""
    settings = engines.SERVER_SETTINGS | {"lock_timeout": "100"}
    monkeypatch.setattr(engines, "SERVER_SETTINGS", settings)


async def touch(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("SELECT 1"))


async def look(database: Database) -> None:
    async with database.reading() as connection:
        await connection.execute(text("SELECT 1"))


async def test_a_server_that_is_away_is_unavailable_until_it_is_back(
    database: Database, postgres: Server
) -> None:
    await touch(database)
    await look(database)
    postgres.stop()
    for _ in range(2):  # connected before, and not even that
        for use in (touch, look):
            with pytest.raises(StoreUnavailable):
                await use(database)
    postgres.start()
    await touch(database)
    await look(database)


async def test_a_server_that_goes_in_the_middle_of_a_transaction_keeps_nothing_of_it(
    database: Database, postgres: Server
) -> None:
    async def break_off() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(cursors).values(platform="e", stream="s", value="1"))
            postgres.stop()
            await connection.execute(select(cursors))

    with pytest.raises(StoreUnavailable):
        await break_off()
    postgres.start()
    async with database.reading() as connection:
        assert list(await connection.scalars(select(cursors.c.value))) == []


async def test_what_is_said_while_the_server_is_away_arrives_once_when_it_is_back(
    world: World, postgres: Server
) -> None:
    await world.courier.recover()
    said = [f"message {number}" for number in range(30)]
    hearing: list[asyncio.Future[None]] = []
    delivering = asyncio.create_task(world.courier.run())
    async with running(world.intake.run()):
        for number, words in enumerate(said):
            hearing.append(asyncio.ensure_future(world.intake.hear([world.inbound(words)])))
            await asyncio.sleep(0.01)
            if number in {5, 15}:
                postgres.stop()
            if number in {10, 20}:
                postgres.start()
        await asyncio.gather(*hearing)
        await eventually(lambda: said[-1] in "".join(world.west.texts()), within=30)
        assert not delivering.done()
        world.courier.stop()
        await delivering
    assert re.findall(r"message \d+", "\n".join(world.west.texts())) == said


async def test_no_database_of_that_name_and_no_server_are_both_said(postgres: Server) -> None:
    for url in (postgres.url("nothing"), "postgresql+asyncpg://x@127.0.0.1:9/x"):
        database = Database(url)
        for use in (touch, look):
            with pytest.raises(StoreUnavailable) as caught:
                await use(database)
            assert caught.value.reason
        await database.aclose()


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_another_program_writes_to_is_unavailable(database: Database) -> None:
    one, other = Database(database.url), Database(database.url)
    async with one.transaction():
        with pytest.raises(StoreUnavailable, match="lock"):
            await touch(other)
        await look(other)
    await touch(other)
    await one.aclose()
    await other.aclose()


@pytest.mark.usefixtures("impatient")
async def test_one_program_alone_may_hold_it(
    database: Database, other: Database, postgres: Server
) -> None:
    await database.occupy()
    with pytest.raises(StoreOccupied):
        await other.occupy()
    postgres.stop()
    postgres.start()
    await touch(database)  # and with it the lock is there again
    with pytest.raises(StoreOccupied):
        await touch(other)
    await database.aclose()
    await touch(other)


@pytest.mark.usefixtures("impatient")
async def test_a_program_that_lost_it_to_another_writes_no_more(
    database: Database, other: Database, postgres: Server
) -> None:
    await database.occupy()
    postgres.stop()
    postgres.start()
    await other.occupy()
    with pytest.raises(StoreOccupied):
        await touch(database)


@pytest.mark.usefixtures("impatient")
async def test_commands_of_the_operator_write_beside_the_bridge(
    database: Database, other: Database
) -> None:
    await database.occupy()
    await touch(other)
    await look(other)


async def test_a_row_that_breaks_a_rule_shows_nobodys_words(database: Database) -> None:
    row = {"lane": "a secret", "action": "send", "language": "en", "state": "pending"}
    with pytest.raises(IntegrityError) as caught:
        async with database.transaction() as connection:
            await connection.execute(insert(outbox).values(row | {"due_at": NOW}))
    told = "".join(traceback.format_exception(caught.value))
    assert "created_at" in told
    assert "secret" not in told


async def test_a_value_of_the_wrong_kind_is_a_mistake_of_ours(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.transaction() as connection:
            await connection.exec_driver_sql("SELECT id FROM outbox WHERE id = $1", ("x",))


async def test_the_index_over_words_serves_the_search(database: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    async with database.transaction() as connection:
        await connection.execute(text("INSERT INTO relays VALUES (1, 'main', true, NULL)"))
        await connection.execute(text(MANY_QUESTIONS))
        await ask_words.prepare(connection)
        await connection.execute(text("ANALYZE asks"))
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        found = await ask_words.find(connection, 1, {"w7", "饺子", "w9"}, [State.OPEN])
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        assert [row for row, _ in found] == [9, 7]
        ((statement, values),) = asked
        plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        assert "ix_asks_words" in "\n".join(row[0] for row in plan)

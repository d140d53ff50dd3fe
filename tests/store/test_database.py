"""One writer, readers beside it, and a clear word when the disk or the file is no good."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.store import preferences
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.schema import copies, cursors, relays
from tests.parts import eventually

pytestmark = pytest.mark.databases("sqlite", "postgresql")


async def save(connection: Connection, value: str) -> None:
    await connection.execute(insert(cursors).values(platform="east", stream=value, value=value))


async def saved(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list(await connection.scalars(select(cursors.c.value)))


@pytest.mark.databases("sqlite")
async def test_what_is_committed_survives_a_power_cut(database: Database) -> None:
    async with database.transaction() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA synchronous")) == 2


async def test_a_transaction_is_kept_whole(database: Database) -> None:
    async with database.transaction() as connection:
        await save(connection, "1")
        await save(connection, "2")
    assert await saved(database) == ["1", "2"]


async def test_a_transaction_that_fails_keeps_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await save(connection, "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await saved(database) == []


async def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    async with database.transaction() as connection:
        await save(connection, "1")
        assert await saved(database) == []


async def test_writers_take_turns(database: Database) -> None:
    order: list[str] = []

    async def write(value: str) -> None:
        async with database.transaction() as connection:
            order.append(f"{value} in")
            await save(connection, value)
            await asyncio.sleep(0.01)
            order.append(f"{value} out")

    await asyncio.gather(write("1"), write("2"))
    assert order == ["1 in", "1 out", "2 in", "2 out"]


async def test_programs_that_write_take_turns(database: Database) -> None:
    """So what one has read is still true when it writes."""
    other = Database(database.url)

    async def count_on(writer: Database) -> None:
        async with writer.transaction() as connection:
            known = list(await connection.scalars(select(cursors.c.value)))
            await asyncio.sleep(0.01)
            await save(connection, str(len(known)))

    await asyncio.gather(*(count_on(writer) for writer in (database, other) * 4))
    assert sorted(await saved(database)) == [str(number) for number in range(8)]
    await other.aclose()


async def test_what_is_read_together_is_of_one_moment(database: Database) -> None:
    async with database.reading() as connection:
        before = list(await connection.scalars(select(cursors.c.value)))
        async with database.transaction() as writing:
            await save(writing, "1")
        assert list(await connection.scalars(select(cursors.c.value))) == before == []
    assert await saved(database) == ["1"]


async def test_a_cancelled_transaction_keeps_nothing_and_harms_no_other(
    database: Database,
) -> None:
    begun = asyncio.Event()

    async def write_forever() -> None:
        async with database.transaction() as connection:
            for number in range(1_000_000):
                await save(connection, str(number))
                begun.set()

    task = asyncio.create_task(write_forever())
    await begun.wait()
    task.cancel()
    await eventually(task.done)
    async with database.transaction() as connection:
        await save(connection, "after")
    assert await saved(database) == ["after"]


async def test_nothing_points_to_a_row_that_is_not_there(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(
                insert(copies).values(
                    platform="east", channel="1", native_id="1", message_id=99, part=0, revision=0
                )
            )


@pytest.mark.databases("sqlite")
async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("these are notes about my cats\n" * 100)
    database = Database(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(StoreUnavailable, match="not a database"):
        async with database.transaction() as connection:
            await save(connection, "1")
    with pytest.raises(StoreUnavailable, match="not a database"):
        async with database.reading() as connection:
            await connection.execute(select(cursors))
    await database.aclose()


@pytest.mark.databases("sqlite")
async def test_a_full_disk_is_unavailable_until_there_is_room(database: Database) -> None:
    async with database.transaction() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreUnavailable, match="full"):
        async with database.transaction() as connection:
            await save(connection, "x" * 100_000)
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA max_page_count = 100000"))
    async with database.transaction() as connection:
        await save(connection, "x" * 100_000)
    assert len(await saved(database)) == 1


@pytest.mark.databases("sqlite")
async def test_a_database_that_another_program_locks_is_unavailable(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        async with database.transaction() as connection:
            await save(connection, "1")
    other.execute("ROLLBACK")
    other.close()
    async with database.transaction() as connection:
        await save(connection, "2")
    assert await saved(database) == ["2"]


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT nothing FROM cursors"])
async def test_a_mistake_of_ours_is_not_taken_for_a_bad_disk(
    database: Database, statement: str
) -> None:
    with pytest.raises(DBAPIError):
        async with database.transaction() as connection:
            await connection.execute(text(statement))


async def test_a_database_that_nobody_migrated_is_unavailable(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(StoreUnavailable, match=r"no such table|does not exist"):
        await saved(database)
    await database.aclose()


@pytest.mark.databases("sqlite")
async def test_what_is_wrong_is_said_without_anyones_words(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StoreUnavailable) as caught:
        async with database.transaction() as connection:
            await save(connection, "a secret")
    assert "secret" not in caught.value.reason
    assert "INSERT" not in caught.value.reason


@pytest.mark.parametrize("value", [3, 0.5, "3", True, None, [1], {"a": 1}])
async def test_a_small_value_comes_back_as_it_was(database: Database, value: object) -> None:
    """SQLite takes a JSON text that is a number for a number."""
    async with database.transaction() as connection:
        await connection.execute(insert(relays).values(id=1, name="main", is_from_file=True))
        await preferences.put(connection, 1, "cog.what", value)
    async with database.reading() as connection:
        assert await preferences.load(connection) == {(1, "cog.what"): value}


def held_in(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.databases("sqlite")
async def test_what_is_deleted_is_not_left_in_the_file(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as connection:
        await save(connection, "a very private value")
    await database.scrub()
    assert held_in(tmp_path, b"a very private value")
    async with database.transaction() as connection:
        await connection.execute(delete(cursors))
    await database.scrub()
    assert not held_in(tmp_path, b"a very private value")

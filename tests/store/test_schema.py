"""The schema is what its migrations make, and no other is used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.store.database import Database, StoreUnavailable
from bot.store.migrate import configuration, upgrade
from bot.store.tables import metadata

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    """Migrated, and nobody else's: these tests change the schema."""
    database = Database(empty_url)
    await upgrade(database)
    yield database
    await database.aclose()


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    yield database
    await database.aclose()


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


async def test_the_migrations_make_the_schema(database: Database) -> None:
    async with database.transaction() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.databases("sqlite")  # what is declared is the same for both
async def test_constraints_are_migrated_too(database: Database) -> None:
    def rules(connection: Connection) -> dict[str, object]:
        found = inspect(connection)
        return {
            name: (
                sorted(key["name"] or "" for key in found.get_foreign_keys(name)),
                sorted(
                    str(unique["column_names"]) for unique in found.get_unique_constraints(name)
                ),
                found.get_pk_constraint(name)["constrained_columns"],
            )
            for name in sorted(found.get_table_names())
            if name != "alembic_version"
        }

    made = Database("sqlite+aiosqlite://")
    async with database.transaction() as migrated, made.transaction() as declared:
        await declared.run_sync(metadata.create_all)
        assert await migrated.run_sync(rules) == await declared.run_sync(rules)
    await made.aclose()


async def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("INSERT INTO cursors VALUES ('east', 'updates', '7')"))
    await upgrade(database)
    async with database.transaction() as connection:
        assert await connection.scalar(text("SELECT value FROM cursors")) == "7"
        assert await connection.run_sync(differences) == []


async def test_an_upgrade_keeps_what_waits_for_its_delivery(empty: Database) -> None:
    """On SQLite `messages` is made anew for a new column, and all of these refer to its rows."""
    database = empty
    async with database.transaction() as connection:
        await connection.run_sync(lambda c: command.upgrade(configuration(c), "0003"))
        for statement in (
            "INSERT INTO messages (id, platform, channel, native_id, author_id, author_name,"
            " author_is_bot, sent_at, heard_at)"
            " VALUES (1, 'east', 'en', 'm', 'ann', 'Ann', false, 0, 0)",
            "INSERT INTO copies VALUES (1, 'west', 'zh', '9', 1, 0, 0)",
            "INSERT INTO outbox (lane, action, message_id, language, state, due_at, created_at)"
            " VALUES ('west:zh', 'send', 1, 'zh', 'pending', 0, 0)",
            "INSERT INTO translations VALUES (1, 0, 'zh', NULL, 'en', NULL, '', '[]')",
        ):
            await connection.execute(text(statement))
    await upgrade(database)
    async with database.transaction() as connection:
        for table in ("messages", "copies", "outbox", "translations"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1, table
        if database.is_sqlite:
            assert await connection.scalar(text("PRAGMA foreign_keys")) == 1


async def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="not known to this version"):
        await upgrade(database)


async def test_an_upgrade_that_fails_leaves_nothing_half_made(empty: Database) -> None:
    database = empty
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE outbox (id INTEGER)"))
    with pytest.raises(StoreUnavailable):
        await upgrade(database)
    async with database.reading() as connection:
        names = await connection.run_sync(lambda c: inspect(c).get_table_names())
    assert names == ["outbox"]

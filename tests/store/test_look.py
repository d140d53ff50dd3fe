"""A look at a database tells how it stands, and leaves it as it was."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.checkup import stored
from bot.core.errors import Severity
from bot.store.database import Database
from tests.postgres import Server

BOTH = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
async def shown(database_url: str) -> AsyncIterator[Database]:
    async with aclosing(Database(database_url, is_shown=True)) as database:
        yield database


async def date_back(url: str, revision: str) -> None:
    async with aclosing(Database(url)) as database, database.transaction() as connection:
        await connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def revision_of(url: str) -> str:
    async with aclosing(Database(url)) as database, database.reading() as connection:
        return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))


@BOTH
async def test_one_that_is_up_to_date_is_in_order_with_its_size(shown: Database) -> None:
    seen = await stored(shown)
    assert (seen.code, seen.severity) == ("database.ok", Severity.OK)
    assert int(str(seen.values["megabytes"])) >= 1


@BOTH
async def test_one_without_tables_is_to_be_made(empty_url: str) -> None:
    async with aclosing(Database(empty_url, is_shown=True)) as database:
        seen = await stored(database)
    assert (seen.code, seen.severity) == ("database.missing", Severity.NOTE)
    assert "migrate" in seen.remedy


@BOTH
@pytest.mark.parametrize(
    ("revision", "code", "severity"),
    [
        ("0001", "database.behind", Severity.WARNING),
        ("zzzz", "database.unknown", Severity.BROKEN),
    ],
)
async def test_one_of_another_version_is_named(
    database_url: str, shown: Database, revision: str, code: str, severity: Severity
) -> None:
    newest = await revision_of(database_url)
    await date_back(database_url, revision)
    seen = await stored(shown)
    await date_back(database_url, newest)
    assert (seen.code, seen.severity) == (code, severity)


async def test_looking_makes_no_file_and_no_folder(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/deep/bot.db"
    async with aclosing(Database(url, is_shown=True)) as database:
        assert (await stored(database)).code == "database.missing"
    assert contents(tmp_path) == {}


async def test_looking_changes_no_byte(tmp_path: Path, migrated: Path) -> None:
    file = Path(shutil.copy(migrated, tmp_path / "with space #1.db"))
    before = contents(tmp_path)
    async with aclosing(Database(f"sqlite+aiosqlite:///{file}", is_shown=True)) as database:
        assert (await stored(database)).code == "database.ok"
    assert contents(tmp_path) == before


async def test_one_that_is_no_database_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    file.write_bytes(b"cats " * 2000)
    async with aclosing(Database(f"sqlite+aiosqlite:///{file}", is_shown=True)) as database:
        seen = await stored(database)
    assert (seen.code, seen.severity) == ("database.unavailable", Severity.BROKEN)


async def test_one_that_may_only_be_read_is_broken(postgres: Server) -> None:
    async with postgres.database("migrated") as url:
        name = url.rpartition("/")[2]
        await postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        async with aclosing(Database(url, is_shown=True)) as database:
            seen = await stored(database)
    assert (seen.code, seen.severity) == ("database.readonly", Severity.BROKEN)

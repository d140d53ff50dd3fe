"""An empty database of the newest schema, for every test that asks; steady properties."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.postgres import Server

# A busy machine is slow, not wrong; and the same examples every time.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _tracebacks_are_plain() -> None:
    """A coloured one with every variable takes half a second."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked with the databases it runs on runs on each; all else on SQLite."""
    marker = metafunc.definition.get_closest_marker("databases")
    if marker is not None and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", marker.args, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test works on a copy of its own."""
    path = tmp_path_factory.mktemp("migrated") / "bot.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Started for the first test that asks, with a migrated database."""
    with Server() as server:
        in_a_loop_of_its_own(server.create("migrated"))
        _migrate(server.url("migrated"))
        in_a_loop_of_its_own(server.create("shared", "migrated"))
        yield server


@pytest.fixture
async def database_url(
    backend: str, request: pytest.FixtureRequest, migrated: Path, tmp_path: Path
) -> AsyncIterator[str]:
    """An empty database of the newest schema."""
    if backend == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(migrated, path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    await server.empty("shared")
    yield server.url("shared")


@pytest.fixture
async def empty_url(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[str]:
    """A database without any table."""
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    async with server.database() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.aclose()


def _migrate(url: str) -> None:
    async def make() -> None:
        database = Database(url)
        await upgrade(database)
        await database.aclose()

    in_a_loop_of_its_own(make())


def in_a_loop_of_its_own(work: Coroutine[Any, Any, None]) -> None:
    """Also where a loop runs in this thread already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()

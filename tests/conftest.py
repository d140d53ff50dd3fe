"""An empty database of the newest schema, for every test that asks; steady properties."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from bot.store.database import Database
from bot.store.migrate import upgrade

# A busy machine is slow, not wrong; and the same examples every time.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _tracebacks_are_plain() -> None:
    """A coloured one with every variable takes half a second."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test works on a copy of its own."""
    path = tmp_path_factory.mktemp("migrated") / "bot.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await upgrade(database)
        await database.aclose()

    asyncio.run(make())
    return path


@pytest.fixture
async def database(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "bot.db"
    shutil.copy(migrated, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield database
    await database.aclose()

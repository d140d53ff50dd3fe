"""How a database stands, seen without changing anything in it: its schema, its size, our rights."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import make_url, text

from bot.store.database import Connection, Database
from bot.store.migrate import configuration


class Schema(Enum):
    MISSING = "missing"  # nobody has made it yet
    BEHIND = "behind"
    CURRENT = "current"
    UNKNOWN = "unknown"  # of another version of the program


@dataclass(frozen=True, slots=True)
class Look:
    """`size` is in bytes."""

    schema: Schema
    is_writable: bool
    size: int


async def look(database: Database) -> Look:
    """Raises `StoreUnavailable`."""
    file = _file(database)
    if file is not None and not file.exists():
        return Look(Schema.MISSING, True, 0)
    async with database.reading() as connection:
        schema = await connection.run_sync(_schema)
        if file is not None:
            return Look(schema, _may_write(file), file.stat().st_size)
        return Look(schema, await _takes_writes(connection), await _size(connection))


def _file(database: Database) -> Path | None:
    path = make_url(database.url).database if database.is_sqlite else None
    return Path(path) if path else None


def _may_write(file: Path) -> bool:
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK | os.X_OK)


async def _takes_writes(connection: Connection) -> bool:
    return await connection.scalar(text("SHOW transaction_read_only")) == "off"


async def _size(connection: Connection) -> int:
    size = await connection.scalar(text("SELECT pg_database_size(current_database())"))
    return int(size or 0)


def _schema(connection: SyncConnection) -> Schema:
    present = set(MigrationContext.configure(connection).get_current_heads())
    known = ScriptDirectory.from_config(configuration(connection))
    if not present:
        return Schema.MISSING
    if present == set(known.get_heads()):
        return Schema.CURRENT
    names = {script.revision for script in known.walk_revisions()}
    return Schema.BEHIND if present <= names else Schema.UNKNOWN

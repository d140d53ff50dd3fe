"""One database, opened and closed: transactions that write, and readings that never block them.

On SQLite there is one writer at a time (WAL, full synchronisation: what is committed survives a
power cut) and readers beside it. PostgreSQL needs neither arrangement.
"""

from __future__ import annotations

import asyncio
import inspect
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.core.errors import CatbridgeError

Connection = AsyncConnection


class StoreUnavailable(CatbridgeError):
    """The database can't be read or written now; `reason` is a short English phrase."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _from_json(value: Any) -> Any:
    """SQLite makes a number of a JSON text that is one."""
    return value if isinstance(value, int | float) else orjson.loads(value)


def reason_of(error: DBAPIError) -> str:
    """The driver's own words without the statement and its parameters, which hold people's text."""
    return str(error.orig).splitlines()[0] if error.orig else type(error).__name__


def is_mistake(error: DBAPIError) -> bool:
    """Ours, not the database's: waiting does not mend it."""
    # SQLite calls wrong SQL an OperationalError too, by the number 1; and a database that nobody
    # migrated, which the operator can mend.
    is_wrong_sql = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    if is_wrong_sql and "no such table" in str(error.orig):
        return False
    return is_wrong_sql or isinstance(error, ProgrammingError | IntegrityError | DataError)


class Database:
    """`url` is an SQLAlchemy address of an async driver: sqlite+aiosqlite or postgresql+asyncpg."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writer = self._engine(begin="BEGIN IMMEDIATE")
        self._reader = self._engine(begin="BEGIN") if self.is_sqlite else self._writer
        self._writing = asyncio.Lock()
        self._hooks: dict[int, list[Callable[[], Any]]] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection, None]:
        """Everything inside is committed together, or nothing is. Raises `StoreUnavailable`."""
        hooks: list[Callable[[], Any]] = []
        try:
            if self.is_sqlite:
                async with self._writing, self._writer.begin() as connection:
                    self._hooks[id(connection)] = hooks
                    yield connection
            else:
                async with self._writer.begin() as connection:
                    self._hooks[id(connection)] = hooks
                    yield connection
        except DBAPIError as error:
            if is_mistake(error):
                raise
            raise StoreUnavailable(reason_of(error)) from error
        finally:
            self._hooks = {key: kept for key, kept in self._hooks.items() if kept is not hooks}
        for hook in dict.fromkeys(hooks):
            result = hook()
            if inspect.isawaitable(result):
                await result

    def after_commit(self, connection: AsyncConnection, hook: Callable[[], Any]) -> None:
        """Call, or await, this once the transaction has committed; once, however often asked."""
        self._hooks[id(connection)].append(hook)

    @asynccontextmanager
    async def rebuilding(self) -> AsyncGenerator[AsyncConnection, None]:
        """A transaction in which tables may be made anew: rows that refer to theirs stay."""
        await self._follow_references(False)
        try:
            async with self.transaction() as connection:
                yield connection
        finally:
            await self._follow_references(True)

    async def _follow_references(self, is_on: bool) -> None:
        """SQLite alters a table by dropping it, and with it all that refers to its rows.

        It takes this setting between transactions only.
        """
        if not self.is_sqlite:
            return
        async with self._writing, self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute(f"PRAGMA foreign_keys = {'ON' if is_on else 'OFF'}")

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection, None]:
        """One consistent view. Raises `StoreUnavailable`."""
        try:
            async with self._reader.connect() as connection:
                yield connection
        except DBAPIError as error:
            if is_mistake(error):
                raise
            raise StoreUnavailable(reason_of(error)) from error

    async def scrub(self) -> None:
        """Let go of what SQLite's log still holds of what was erased, as far as readers allow."""
        if not self.is_sqlite:
            return
        async with self._writing, self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def aclose(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()

    def _engine(self, begin: str) -> AsyncEngine:
        options: dict[str, Any] = {
            "json_serializer": _to_json,
            "json_deserializer": _from_json,
            "hide_parameters": True,  # they hold people's text
        }
        if not self.is_sqlite:
            return create_async_engine(self.url, pool_pre_ping=True, **options)
        if begin == "BEGIN IMMEDIATE":
            options["poolclass"] = StaticPool
        _make_folder(self.url)
        engine = create_async_engine(self.url, **options)
        event.listen(engine.sync_engine, "connect", _configure)

        def say_begin(connection: SyncConnection) -> None:
            connection.exec_driver_sql(begin)

        event.listen(engine.sync_engine, "begin", say_begin)
        return engine


def _make_folder(url: str) -> None:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own is too late
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 5000",
        "secure_delete = ON",  # what is erased is not left in the file's free space
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

"""One database, opened and closed: transactions that write, and readings that never block them.

There is one writer at a time, in all programs together, and readers beside it: on SQLite by its
own lock (WAL, full synchronisation: what is committed survives a power cut), on PostgreSQL by an
advisory lock. So what a transaction has read is still true when it writes.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.engines import looking_engine, postgresql_engine, sqlite_engine
from bot.store.faults import StoreOccupied, StoreUnavailable, is_mistake, reason_of

__all__ = [
    "Connection",
    "Database",
    "StoreOccupied",
    "StoreUnavailable",
    "is_mistake",
    "reason_of",
]

Connection = AsyncConnection


class Database:
    """`url` is an SQLAlchemy address of an async driver: sqlite+aiosqlite or postgresql+asyncpg."""

    def __init__(self, url: str, *, is_shown: bool = False) -> None:
        """One that `is_shown` is only looked at: nothing is made, and SQLite's file is not touched.

        Ask it for no transaction.
        """
        self.url = url
        self._is_shown = is_shown
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._is_sole = False
        self._writer = self._engine(writes=True)
        self._reader = self._engine(writes=False)
        self._writing = asyncio.Lock()
        self._hooks: dict[int, list[Callable[[], Any]]] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection, None]:
        """Everything inside is committed together, or nothing is. Raises `StoreUnavailable`."""
        hooks: list[Callable[[], Any]] = []
        try:
            async with _refusals(), self._writing, self._writer.begin() as connection:
                self._hooks[id(connection)] = hooks
                yield connection
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
        async with _refusals(), self._reader.connect() as connection:
            yield connection

    async def occupy(self) -> None:
        """From now on no other program that occupies it may write. Raises `StoreOccupied`.

        On SQLite the lock of the data folder says the same.
        """
        if self.is_sqlite:
            return
        self._is_sole = True
        async with self._writing:
            await self._writer.dispose()  # the next connection takes the lock
        async with self.transaction():
            pass

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

    def _engine(self, *, writes: bool) -> AsyncEngine:
        if self.is_sqlite and self._is_shown:
            return looking_engine(self.url)
        if self.is_sqlite:
            return sqlite_engine(self.url, writes=writes)
        return postgresql_engine(self.url, writes=writes, is_sole=lambda: self._is_sole)


@asynccontextmanager
async def _refusals() -> AsyncGenerator[None, None]:
    """Mistakes of ours stay what they are; all else is `StoreUnavailable`."""
    try:
        yield
    except DBAPIError as error:
        if is_mistake(error):
            raise
        raise StoreUnavailable(reason_of(error)) from error
    except NoConnectionFree as error:
        raise StoreUnavailable("too much waits for it") from error

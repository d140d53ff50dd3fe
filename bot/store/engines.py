"""The engines behind a database: one connection that writes, and others that read beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Dialect, ExceptionContext, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.store.faults import StoreOccupied, StoreUnavailable, first_line

# Advisory locks of PostgreSQL, which belong to one database: "catb" and a number.
WRITING = "1667331170, 1"
SOLE_USER = "1667331170, 2"
_CONNECT_WITHIN = 10.0  # seconds
_ANSWER_WITHIN = 60.0
SERVER_SETTINGS = {
    "application_name": "catbridge",
    "lock_timeout": "5000",  # milliseconds, as long as SQLite's busy_timeout below
    "tcp_keepalives_idle": "30",  # what a machine that is gone held is free after a minute
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


def sqlite_engine(url: str, *, writes: bool) -> AsyncEngine:
    options = _options()
    if writes:
        options["poolclass"] = StaticPool
    _make_folder(url)
    engine = create_async_engine(url, **options)
    event.listen(engine.sync_engine, "do_connect", _try_out)
    event.listen(engine.sync_engine, "connect", _configure)
    _begin_with(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")
    return engine


def looking_engine(url: str) -> AsyncEngine:
    """Of a SQLite file that must stay as it is; nothing is made where there is none.

    While no program has it open there is no log beside it, and reading must leave none: SQLite
    would, and as whoever looks.
    """
    place = make_url(url)
    path = place.database or ""
    query = {"mode": "ro", "uri": "true"}
    if not Path(f"{path}-wal").exists():
        query["immutable"] = "1"
    file = place.set(database=f"file:{quote(path)}").update_query_dict(query)
    engine = create_async_engine(file, **_options())
    event.listen(engine.sync_engine, "connect", _let_us_begin)
    _begin_with(engine, "BEGIN")
    return engine


def postgresql_engine(url: str, *, writes: bool, is_sole: Callable[[], bool]) -> AsyncEngine:
    """While `is_sole`, each new connection that writes first takes the database for itself.

    So a program that lost its connection, and with it the lock, writes nothing until it has both.
    """
    options = _options() | {
        "pool_pre_ping": True,
        "connect_args": {
            "timeout": _CONNECT_WITHIN,
            "command_timeout": _ANSWER_WITHIN,
            "server_settings": SERVER_SETTINGS,
        },
    }
    if writes:
        options |= {"pool_size": 1, "max_overflow": 0}
    else:
        options["isolation_level"] = "REPEATABLE READ"  # one view for all that is asked together
    engine = create_async_engine(url, **options)

    def connect(dialect: Dialect, _record: object, places: Any, values: Any) -> Any:
        connection = _connected(dialect, places, values)
        if writes and is_sole():
            _occupy(dialect, connection)
        return connection

    event.listen(engine.sync_engine, "do_connect", connect)
    event.listen(engine.sync_engine, "handle_error", _on_error)
    if writes:
        _begin_with(engine, f"SELECT pg_advisory_xact_lock({WRITING})")
    return engine


def _options() -> dict[str, Any]:
    return {
        "json_serializer": _to_json,
        "json_deserializer": _from_json,
        "hide_parameters": True,  # they hold people's text
    }


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _from_json(value: Any) -> Any:
    """SQLite makes a number of a JSON text that is one."""
    return value if isinstance(value, int | float) else orjson.loads(value)


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    def begin(connection: SyncConnection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine.sync_engine, "begin", begin)


def _make_folder(url: str) -> None:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)


def _let_us_begin(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own is too late


def _configure(connection: Any, record: object) -> None:
    _let_us_begin(connection, record)
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


def _try_out(_dialect: Dialect, _record: object, places: Any, _values: Any) -> None:
    """A file that can't be opened is refused here: aiosqlite's thread would outlive the refusal and
    complain once the event loop is closed."""
    try:
        sqlite3.connect(places[0]).close()
    except sqlite3.Error as error:
        raise StoreUnavailable(first_line(error)) from error


def _connected(dialect: Any, places: Any, values: Any) -> Any:
    """Whatever keeps us from a server that may be there again later: no answer, no right, no room.

    The driver raises its own errors here, which SQLAlchemy does not know yet.
    """
    refusals = (OSError, dialect.loaded_dbapi.asyncpg.PostgresError)
    try:
        return dialect.connect(*places, **values)
    except refusals as error:
        raise StoreUnavailable(first_line(error)) from error


def _occupy(dialect: Any, connection: Any) -> None:
    """Wait a little for a program that is about to end."""
    try:
        connection.cursor().execute(f"SELECT pg_advisory_lock({SOLE_USER})")
        connection.commit()
    except dialect.loaded_dbapi.Error as error:
        connection.terminate()
        if error.sqlstate == "55P03":
            raise StoreOccupied from None
        raise StoreUnavailable(first_line(error)) from error


def _on_error(context: ExceptionContext) -> None:
    error = context.original_exception
    if isinstance(error, OSError):  # the driver's own, also a TimeoutError: there is no connection
        context.is_disconnect = True
        raise StoreUnavailable(first_line(error)) from error
    refusal: Any = error.__cause__
    if getattr(refusal, "detail", None):
        refusal.detail = None  # it shows whole rows, and with them people's text

"""What a database's refusals mean: it is away and will be back, or the mistake is ours."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bot.core.errors import CatbridgeError

# PostgreSQL's classes of errors: bad values, broken rules, wrong SQL …
_MISTAKES = ("22", "23", "42")
# … but not a table that nobody migrated and a right that is missing, which the operator can mend.
_MENDABLE = {"42P01", "42501"}


class StoreUnavailable(CatbridgeError):
    """The database can't be read or written now; `reason` is a short English phrase."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreOccupied(StoreUnavailable):
    """Another program holds it for itself."""

    def __init__(self) -> None:
        super().__init__("another Catbridge runs with it")


def reason_of(error: DBAPIError) -> str:
    """The driver's own words without the statement and its parameters, which hold people's text."""
    return first_line(error.orig) if error.orig else type(error).__name__


def first_line(error: BaseException) -> str:
    """A driver's later lines may show rows."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def is_mistake(error: DBAPIError) -> bool:
    """Ours, not the database's: waiting does not mend it."""
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return state[:2] in _MISTAKES and state not in _MENDABLE
    if error.orig is not None and isinstance(error.orig.__cause__, ValueError):
        return True  # a value that asyncpg itself refuses
    # SQLite calls wrong SQL an OperationalError too, by the number 1; and a database that nobody
    # migrated, which the operator can mend.
    is_wrong_sql = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    if is_wrong_sql and "no such table" in str(error.orig):
        return False
    return is_wrong_sql or isinstance(error, ProgrammingError | IntegrityError | DataError)

"""Brings a database to the schema this program knows."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.exc import DBAPIError

from bot.store.database import Database, StoreUnavailable, reason_of

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(database: Database) -> None:
    """Run what is missing, in one transaction. Raises `StoreUnavailable`."""
    try:
        async with database.rebuilding() as connection:
            await connection.run_sync(_upgrade)
    except DBAPIError as error:
        raise StoreUnavailable(f"it can't be brought up to date ({reason_of(error)})") from error


def configuration(connection: SyncConnection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: SyncConnection) -> None:
    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise StoreUnavailable(
            f"its schema is not known to this version of the program ({error})"
        ) from error

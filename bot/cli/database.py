"""The database for the length of one command."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.database import Database


def opened(settings: Settings) -> aclosing[Database]:
    from bot.store.database import Database

    return aclosing(Database(settings.database_url.get_secret_value()))

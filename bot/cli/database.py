"""The database for the length of one command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

from bot.core.errors import Misconfigured
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.database import Database

OTHER_TABLES = {"database.missing", "database.behind", "database.unknown"}


def opened(settings: Settings) -> aclosing[Database]:
    from bot.store.database import Database

    return aclosing(Database(settings.database_url.get_secret_value()))


@asynccontextmanager
async def current(settings: Settings) -> AsyncIterator[Database]:
    """The same with this program's tables. Raises `Misconfigured` where it has none, or others."""
    from bot.checkup import stored

    async with opened(settings) as database:
        found = await stored(database)
        if found.code in OTHER_TABLES:
            raise Misconfigured(found)
        yield database

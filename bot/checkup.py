"""What `check` finds on this machine: disk, database, and a model for each pair of languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from bot.core.errors import Problem
from bot.core.language import base
from bot.i18n import N_
from bot.settings import Settings
from bot.store import cursors
from bot.store.database import Database, StoreOccupied, StoreUnavailable
from bot.store.migrate import upgrade

LEAST_SPACE = 200 * 2**20  # bytes


@runtime_checkable
class Checkable(Protocol):
    """An adapter that can say what is wrong on its platform."""

    async def check(self) -> list[Problem]: ...


async def findings(
    settings: Settings, database: Database, serves: Callable[[str, str], bool]
) -> list[Problem]:
    return [
        *_disk(settings),
        *await _database(database),
        *_models(settings, serves),
    ]


def database_problem(error: StoreUnavailable) -> Problem:
    if isinstance(error, StoreOccupied):
        return Problem(
            "database_url",
            N_("Another Catbridge runs with this database."),
            N_("Stop it first, or name another database."),
        )
    return Problem(
        "database_url",
        N_("The database can't be used: {reason}."),
        N_("Check that the file or server exists, is whole, has space and may be written."),
        {"reason": error.reason},
    )


def _disk(settings: Settings) -> list[Problem]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    if free >= LEAST_SPACE:
        return []
    reason = N_("Only {free} MB are free there.")
    remedy = N_("Make room: at least {least} MB.")
    values = {"free": free // 2**20, "least": LEAST_SPACE // 2**20}
    return [Problem("data_dir", reason, remedy, values)]


async def _database(database: Database) -> list[Problem]:
    try:
        await upgrade(database)
        async with database.reading() as connection:
            await cursors.load(connection)
    except StoreUnavailable as error:
        return [database_problem(error)]
    return []


def _models(settings: Settings, serves: Callable[[str, str], bool]) -> list[Problem]:
    pairs = {
        (base(one.language), base(other.language))
        for relay in settings.relays
        for one in relay.channels
        for other in relay.channels
    }
    reason = N_("No model translates {source} to {target}; messages will cross untranslated.")
    remedy = N_("Install one: python -m bot models install {source}-{target}")
    return [
        Problem("translate", reason, remedy, {"source": source, "target": target})
        for source, target in sorted(pairs)
        if source != target and not serves(source, target)
    ]

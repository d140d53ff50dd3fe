"""What is right and wrong on this machine: disk, database, fonts, time zones, translation models.

It only looks; nothing is made or changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.community.typeface import missing_fonts
from bot.core.errors import Problem
from bot.core.language import base
from bot.core.model import Relay
from bot.findings import in_order, note, warning
from bot.i18n import N_
from bot.store.database import Database, StoreOccupied, StoreUnavailable
from bot.store.look import Schema, look
from bot.translate.packages import PackageInfo

LEAST_SPACE = 200 * 2**20  # bytes
DATABASE = "database_url"

UP_TO_DATE = N_("The database is up to date and may be written; it holds {megabytes} MB.")
NO_DATABASE = N_("The database is not made yet.")
OLD_DATABASE = N_("The database is of an older version of Catbridge.")
MIGRATE = N_("Start the bridge once, or run: python -m bot migrate")
NEW_DATABASE = N_("The database is of another version of Catbridge, which this one does not know.")
UPDATE = N_("Install the newest version again, or restore the copy from before the update.")
READ_ONLY = N_("The database can only be read.")
MAY_WRITE = N_("Let this program write to the file and its folder, or to the server's database.")
MUCH_SPACE = N_("{free} GB are free there.")
NO_FONTS = N_("Fonts for pictures are missing: {fonts}.")
INSTALL_FONTS = N_(
    "Install them again: .venv/bin/python -m pip install --force-reinstall pylopdf-fonts-zh-cn"
)
NO_ZONE = N_("This system does not know the time zone {zone}.")
INSTALL_ZONES = N_("Install time zones: .venv/bin/python -m pip install tzdata; then start again.")
MACHINE_OK = N_("Fonts and time zones are there.")
NO_MODEL = N_("No model translates {source} to {target}; messages will cross untranslated.")
INSTALL_MODEL = N_("Install one: python -m bot models install {source}-{target}")
STARTER = N_("{source} to {target} has only the small starter model, which makes more mistakes.")
MODELS_OK = N_("Models translate: {pairs}.")


def database_problem(error: StoreUnavailable) -> Problem:
    if isinstance(error, StoreOccupied):
        return Problem(
            DATABASE,
            N_("Another Catbridge runs with this database."),
            N_("Stop it first, or name another database."),
            code="database.occupied",
        )
    return Problem(
        DATABASE,
        N_("The database can't be used: {reason}."),
        N_("Check that the file or server exists, is whole, has space and may be written."),
        {"reason": error.reason},
        code="database.unavailable",
    )


def disk(folder: Path, least: int = LEAST_SPACE) -> Problem:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(nearest).free
    if free >= least:
        return in_order("data_dir", "disk.ok", MUCH_SPACE, {"free": f"{free / 2**30:.1f}"})
    reason = N_("Only {free} MB are free there.")
    remedy = N_("Make room: at least {least} MB.")
    values = {"free": free // 2**20, "least": least // 2**20}
    return Problem("data_dir", reason, remedy, values, code="disk.full")


async def stored(database: Database) -> Problem:
    """How the database stands."""
    try:
        seen = await look(database)
    except StoreUnavailable as error:
        return database_problem(error)
    if seen.schema is Schema.MISSING:
        return note(DATABASE, "database.missing", NO_DATABASE, MIGRATE)
    if seen.schema is Schema.UNKNOWN:
        return Problem(DATABASE, NEW_DATABASE, UPDATE, code="database.unknown")
    if not seen.is_writable:
        return Problem(DATABASE, READ_ONLY, MAY_WRITE, code="database.readonly")
    if seen.schema is Schema.BEHIND:
        return warning(DATABASE, "database.behind", OLD_DATABASE, MIGRATE)
    size = {"megabytes": -(-seen.size // 2**20)}
    return in_order(DATABASE, "database.ok", UP_TO_DATE, size)


def machine(zones: Iterable[str]) -> list[Problem]:
    """What comes with the system or a package, and may be left out of one."""
    found = [
        Problem("system", NO_ZONE, INSTALL_ZONES, {"zone": zone}, code="zones.missing")
        for zone in sorted(set(zones))
        if not _is_known(zone)
    ]
    if fonts := missing_fonts():
        values = {"fonts": tuple(fonts)}
        found.append(warning("system", "fonts.missing", NO_FONTS, INSTALL_FONTS, values))
    return found or [in_order("system", "system.ok", MACHINE_OK)]


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def pairs_of(relays: Iterable[Relay]) -> set[tuple[str, str]]:
    """The directions in which messages are translated: only where the one may be heard."""
    return {
        (base(one.language), base(other.language))
        for relay in relays
        for one in relay.channels
        for other in relay.channels
        if one.options.sends and other.options.receives
        if base(one.language) != base(other.language)
    }


def models(
    pairs: Collection[tuple[str, str]],
    serves: Callable[[str, str], bool],
    packages: Sequence[PackageInfo],
) -> list[Problem]:
    """`packages` come the preferred first."""
    found: list[Problem] = []
    origins = {(one.source, one.target): one.origin for one in reversed(packages)}
    for source, target in sorted(pairs):
        values = {"source": source, "target": target}
        if not serves(source, target):
            found.append(
                Problem("translate", NO_MODEL, INSTALL_MODEL, values, code="models.missing")
            )
        elif origins.get((source, target)) == "starter":
            found.append(note("translate", "models.starter", STARTER, INSTALL_MODEL, values))
    if pairs and all(one.is_light for one in found):
        listed = tuple(f"{source}-{target}" for source, target in sorted(pairs))
        found.append(in_order("translate", "models.ok", MODELS_OK, {"pairs": listed}))
    return found

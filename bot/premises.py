"""What the program lives in: the data folder, for it alone, and the database, up to date."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.checkup import database_problem
from bot.core.errors import Misconfigured, Problem
from bot.i18n import N_
from bot.store.database import Database, StoreUnavailable
from bot.store.migrate import upgrade


@contextmanager
def sole_user(folder: Path) -> Iterator[None]:
    """Two programs on one data folder would both claim the same deliveries."""
    values = {"path": folder}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        reason = N_("{path} can't be written: {reason}.")
        remedy = N_("Name a folder this program may write to.")
        values |= {"reason": error.strerror}
        raise Misconfigured(Problem("data_dir", reason, remedy, values)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            reason = N_("Another Catbridge runs with {path}.")
            remedy = N_("Stop it first, or name another folder.")
            raise Misconfigured(Problem("data_dir", reason, remedy, values)) from error
        yield


def is_in_use(folder: Path) -> bool:
    """Whether a program runs with it now. Leaves nothing behind."""
    lock = folder / "lock"
    if not os.access(lock, os.R_OK):
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


async def upgraded(database: Database) -> None:
    """Ours alone, and of the newest schema."""
    try:
        await database.occupy()
        await upgrade(database)
    except StoreUnavailable as error:
        raise Misconfigured(database_problem(error)) from error

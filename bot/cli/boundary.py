"""Turns whatever ends a command into one clear sentence and an exit status, never a traceback.

0 stopped as asked, 2 the operator must mend the configuration, 1 anything else.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import structlog
import typer

from bot import config, log
from bot.core.errors import CatbridgeError, Misconfigured, NoModel, Problem, Refused
from bot.i18n import N_, Language, said, translate
from bot.settings import Settings

FAILED, MISCONFIGURED = 1, 2
UNOPENED = N_("{file} can't be opened. Check who may read and write it.")
SYSTEM = {
    errno.ENOSPC: N_("The disk is full. Make room and start again."),
    errno.EACCES: UNOPENED,
    errno.EPERM: UNOPENED,
    errno.EROFS: UNOPENED,
    errno.ENOENT: N_("{file} does not exist."),
    errno.EADDRINUSE: N_(
        "Another program listens on {address} already. Stop it, or choose another port."
    ),
}


def as_errors(problems: Sequence[Problem]) -> None:
    typer.echo(lines(problems), err=True)


def lines(problems: Sequence[Problem]) -> str:
    """One line each; nothing stands between two Chinese sentences."""
    return "\n".join(str(problem).replace("。 ", "。") for problem in problems)


@contextmanager
def answering(
    load: Callable[[], Settings], report: Callable[[Sequence[Problem]], None] = as_errors
) -> Generator[Settings, None, None]:
    """The settings for one command; what goes wrong inside is told, and ends the program.

    `report` shows problems of the configuration; they reach it in the operator's language.
    """
    language, is_debugging = config.operator_language(os.environ), False
    try:
        settings = load()
        language, is_debugging = settings.language, settings.log_level == "debug"
        log.configure(settings.log_level, settings.log_format, settings.secrets, settings.language)
        yield settings
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 — the command line's boundary
        if is_debugging:
            structlog.get_logger(__name__).exception("the command failed")
        errors = list(_leaves(error))
        if any(isinstance(e, BrokenPipeError) for e in errors):
            _leave_reader()
        if problems := [p for e in errors if isinstance(e, Misconfigured) for p in e.problems]:
            report([said(problem, language) for problem in problems])
            raise typer.Exit(MISCONFIGURED) from None
        typer.echo(sentence(errors[0], language), err=True)
        raise typer.Exit(FAILED) from None


def _leave_reader() -> NoReturn:
    """Whoever read our output has gone (`… | head`): there is nobody to tell anything."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(FAILED)


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def sentence(error: Exception, language: Language) -> str:
    """What happened, in the operator's words, without a traceback."""
    if isinstance(error, Refused):
        return translate(error.message, language, **error.values)
    if isinstance(error, NoModel):
        entry = N_(
            "Nothing installed translates {source} to {target}. "
            "Install a model: python -m bot models install {source}-{target}"
        )
        return translate(entry, language, source=error.source, target=error.target)
    if isinstance(error, CatbridgeError):
        return _of_catbridge(error, language)
    if isinstance(error, OSError) and error.errno in SYSTEM:
        return _of_system(error, SYSTEM[error.errno], language)
    entry = N_(
        "Something unforeseen happened ({kind}). "
        'Set log_level = "debug" and try again to see where.'
    )
    return translate(entry, language, kind=type(error).__name__)


def _of_catbridge(error: CatbridgeError, language: Language) -> str:
    from bot.store.database import StoreUnavailable

    if isinstance(error, StoreUnavailable):
        return translate(N_("The database can't be used: {reason}."), language, reason=error.reason)
    return translate(N_("That did not work: {reason}."), language, reason=str(error))


def _of_system(error: OSError, entry: str, language: Language) -> str:
    # asyncio writes the address into the text alone: … address ('127.0.0.1', 8765): …
    address = re.search(r"\('([^']+)', (\d+)", str(error))
    return translate(
        entry,
        language,
        file=error.filename or "?",
        address=":".join(address.groups()) if address else "?",
    )

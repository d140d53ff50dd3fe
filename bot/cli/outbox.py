"""outbox: what still waits to be said, what was refused for good, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from bot import config
from bot.cli.boundary import FAILED, answering
from bot.cli.database import current
from bot.cli.options import DEFAULT_FILE, Config
from bot.cli.speech import say
from bot.cli.tables import show
from bot.i18n import N_, Language, translate
from bot.settings import Settings

HEADINGS = (
    N_("Number"),
    N_("Channel"),
    N_("What"),
    N_("State"),
    N_("Age"),
    N_("Attempts"),
    N_("Reason"),
)
Row = Annotated[int, typer.Argument(help=say(N_("The number that the list shows.")))]

program = typer.Typer(help=say(N_("What waits to be sent, and what could not be.")))


@program.callback(invoke_without_command=True)
def outbox(context: typer.Context, config_file: Config = DEFAULT_FILE) -> None:
    if context.invoked_subcommand is None:
        with answering(lambda: config.load(config_file, is_offline=True)) as settings:
            _print(asyncio.run(_listing(settings)), settings.language)


@program.command(help=say(N_("Try to send it again.")))
def retry(row: Row, config_file: Config = DEFAULT_FILE) -> None:
    with answering(lambda: config.load(config_file, is_offline=True)) as settings:
        _answer(asyncio.run(_revive(settings, row)), settings.language, row)


@program.command(help=say(N_("Give it up: it will never be sent.")))
def drop(row: Row, config_file: Config = DEFAULT_FILE) -> None:
    with answering(lambda: config.load(config_file, is_offline=True)) as settings:
        _answer(asyncio.run(_drop(settings, row)), settings.language, row)


def _answer(is_done: bool, language: Language, row: int) -> None:
    if not is_done:
        typer.echo(translate(N_("Nothing waits under number {row}."), language, row=row), err=True)
        raise typer.Exit(FAILED)
    typer.echo(translate(N_("Done."), language))


async def _listing(settings: Settings) -> Sequence[Any]:
    from bot.store import outbox as rows

    async with current(settings) as database, database.reading() as connection:
        return await rows.listing(connection)


async def _revive(settings: Settings, row: int) -> bool:
    from bot.store import outbox as rows

    async with current(settings) as database, database.transaction() as connection:
        return await rows.revive(connection, row, datetime.now(UTC))


async def _drop(settings: Settings, row: int) -> bool:
    from bot.store import outbox as rows

    async with current(settings) as database, database.transaction() as connection:
        return await rows.drop(connection, row, datetime.now(UTC))


def _print(rows: Sequence[Any], language: Language) -> None:
    if not rows:
        typer.echo(translate(N_("Nothing waits."), language))
        return
    now = datetime.now(UTC)
    show(HEADINGS, [_cells(row, age(now - row.created_at, language)) for row in rows], language)


def _cells(row: Any, waited: str) -> Sequence[str]:
    cells = (row.id, row.lane, row.action, row.state, waited, row.attempts, row.reason or "")
    return [str(cell) for cell in cells]


def age(passed: timedelta, language: Language) -> str:
    """The largest unit that fits, as people say it: 40 s, 12 min, 3 h, 2 d."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return translate(N_("{count} s"), language, count=seconds)
    if seconds < 3600:
        return translate(N_("{count} min"), language, count=seconds // 60)
    if seconds < 86_400:
        return translate(N_("{count} h"), language, count=seconds // 3600)
    return translate(N_("{count} d"), language, count=seconds // 86_400)

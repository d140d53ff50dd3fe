"""run, demo, check, migrate: the bridge itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import config
from bot.cli.boundary import FAILED, MISCONFIGURED, answering, lines
from bot.cli.database import opened
from bot.cli.findings import as_json, as_text
from bot.cli.options import DEFAULT_FILE, Config
from bot.cli.speech import say
from bot.clock import ShiftableClock
from bot.core.errors import Misconfigured, Problem, Severity
from bot.core.ports import Clock
from bot.i18n import N_, said, translate
from bot.settings import Settings


def add_to(program: typer.Typer) -> None:
    program.command(help=say(N_("Run the bridge until it is told to stop.")))(run)
    program.command(help=say(N_("Try everything on a web page, without any account.")))(demo)
    program.command(help=say(N_("Find what is wrong before the bridge runs.")))(check)
    program.command(help=say(N_("Bring the database up to date.")))(migrate)


def run(config_file: Config = DEFAULT_FILE) -> None:
    with answering(lambda: config.load(config_file)) as settings:
        if idle := config.idle(settings):
            raise Misconfigured(*idle)
        _serve(settings)


def demo(
    port: Annotated[int, typer.Option(help=say(N_("Where the web page listens.")))] = 8765,
    data: Annotated[Path, typer.Option(help=say(N_("Where the demo keeps what it needs.")))] = Path(
        "data/demo"
    ),
) -> None:
    with answering(lambda: config.demo(port, data)) as settings:
        entry = N_("Catbridge is ready: {address} (Ctrl+C stops it)")
        ready = translate(entry, settings.language, address=f"http://127.0.0.1:{port}/")
        clock = ShiftableClock(settings.data_dir / "clock")
        _serve(settings, clock=clock, on_ready=lambda: typer.echo(ready))


def _serve(
    settings: Settings, *, clock: Clock | None = None, on_ready: Callable[[], None] | None = None
) -> None:
    from bot import app

    asyncio.run(app.run(settings, clock=clock, on_ready=on_ready))


def check(
    config_file: Config = DEFAULT_FILE,
    as_json_object: Annotated[
        bool, typer.Option("--json", help=say(N_("Print it for programs to read.")))
    ] = False,
) -> None:
    report = as_json if as_json_object else _as_lines
    with answering(lambda: config.load(config_file), report) as settings:
        from bot import beside

        idle, found = config.idle(settings), asyncio.run(beside.check(settings))
        problems = [said(problem, settings.language) for problem in (*idle, *found)]
        is_broken = any(problem.severity is Severity.BROKEN for problem in found)
        if as_json_object:
            as_json(problems)
        else:
            as_text(problems, settings.language)
        raise typer.Exit(MISCONFIGURED if idle else FAILED if is_broken else 0)


def _as_lines(problems: Sequence[Problem]) -> None:
    typer.echo(lines(problems))


def migrate(config_file: Config = DEFAULT_FILE) -> None:
    with answering(lambda: config.load(config_file, is_offline=True)) as settings:
        asyncio.run(_upgrade(settings))
        typer.echo(translate(N_("The database is up to date."), settings.language))


async def _upgrade(settings: Settings) -> None:
    from bot.store.migrate import upgrade

    async with opened(settings) as database:
        await upgrade(database)

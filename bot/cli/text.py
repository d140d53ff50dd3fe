"""translate: lines in, translations out, through the pipeline that messages go through."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot import config
from bot.cli.boundary import answering
from bot.cli.options import OptionalConfig, existing
from bot.cli.speech import say
from bot.i18n import N_
from bot.settings import Settings


def add_to(program: typer.Typer) -> None:
    program.command(help=say(N_("Translate standard input, line by line.")))(translate)


def translate(
    source: Annotated[str, typer.Option("--from", help=say(N_("The language it is written in.")))],
    target: Annotated[str, typer.Option("--to", help=say(N_("The language to read it in.")))],
    config_file: OptionalConfig = None,
    engine_only: Annotated[
        bool, typer.Option("--engine-only", help=say(N_("Ask the model alone, without the rest.")))
    ] = False,
) -> None:
    with answering(lambda: config.load(existing(config_file), is_offline=True)) as settings:
        asyncio.run(_translate(settings, source, target, is_bare=engine_only))


async def _translate(settings: Settings, source: str, target: str, *, is_bare: bool) -> None:
    from bot.translate.argos import ArgosEngine
    from bot.translate.lines import translate_lines
    from bot.translate.pipeline import Pipeline

    wanted = settings.translate
    async with ArgosEngine(
        settings.data_dir, package_dirs=wanted.package_dirs, threads=wanted.threads
    ) as engine:
        await translate_lines(
            sys.stdin.buffer,
            sys.stdout.buffer,
            engine=engine,
            source=source,
            target=target,
            translator=None if is_bare else Pipeline(engine),
        )

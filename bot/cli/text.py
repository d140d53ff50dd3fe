"""translate: lines in, translations out, through the pipeline that messages go through."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot import config
from bot.cli.boundary import answering
from bot.cli.database import opened
from bot.cli.options import OptionalConfig, existing
from bot.cli.speech import say
from bot.clock import SystemClock
from bot.core.errors import Misconfigured
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
        if unready := config.unready(settings):
            raise Misconfigured(*unready)
        asyncio.run(_translate(settings, source, target, is_bare=engine_only))


async def _translate(settings: Settings, source: str, target: str, *, is_bare: bool) -> None:
    from bot.engines import chain_of, patience
    from bot.store.migrate import upgrade
    from bot.translate import lexicon
    from bot.translate.lines import translate_lines
    from bot.translate.pipeline import Pipeline

    async with (
        opened(settings) as database,
        chain_of(settings, database, SystemClock()) as chain,
    ):
        if len(chain.local) < len(chain.engines):
            await upgrade(database)  # the others' characters are counted there
        await translate_lines(
            sys.stdin.buffer,
            sys.stdout.buffer,
            engine=chain,
            source=source,
            target=target,
            translator=(
                None if is_bare else Pipeline(chain, lexicon=lexicon, patience=patience(settings))
            ),
        )

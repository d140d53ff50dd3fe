"""translate: lines in, translations out, through the pipeline that messages go through."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot import config
from bot.cli.boundary import answering
from bot.cli.database import opened
from bot.cli.options import OptionalConfig, existing
from bot.cli.speech import say
from bot.clock import SystemClock
from bot.core.errors import Misconfigured, Problem
from bot.core.ports import Wordbook
from bot.i18n import N_
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.database import Database

NO_RELAY = N_("There is no relay “{relay}” in the database.")


def add_to(program: typer.Typer) -> None:
    program.command(help=say(N_("Translate standard input, line by line.")))(translate)


def translate(
    source: Annotated[str, typer.Option("--from", help=say(N_("The language it is written in.")))],
    target: Annotated[str, typer.Option("--to", help=say(N_("The language to read it in.")))],
    config_file: OptionalConfig = None,
    engine_only: Annotated[
        bool, typer.Option("--engine-only", help=say(N_("Ask the model alone, without the rest.")))
    ] = False,
    relay: Annotated[
        str | None,
        typer.Option(
            "--relay",
            help=say(N_("The relay whose glossary and corrections count; the only one by itself.")),
        ),
    ] = None,
) -> None:
    with answering(lambda: config.load(existing(config_file), is_offline=True)) as settings:
        if unready := config.unready(settings):
            raise Misconfigured(*unready)
        file = existing(config_file)
        words = _Words(relay, is_wanted=not engine_only and (file is not None or relay is not None))
        asyncio.run(_translate(settings, source, target, words, is_bare=engine_only))


@dataclass(frozen=True, slots=True)
class _Words:
    """Whose own words count; without a settings file nobody has any."""

    relay: str | None
    is_wanted: bool

    async def of(self, database: Database) -> tuple[Wordbook | None, int | None]:
        """The wordbook and the community in it. Raises `Misconfigured`."""
        from bot.store import preferences, relays
        from bot.store.migrate import upgrade
        from bot.wordbook import StoredWordbook

        if not self.is_wanted:
            return None, None
        await upgrade(database)
        async with database.reading() as connection:
            known = {one.name: one.id for one in await relays.load(connection)}
            chosen = await preferences.load(connection)
        if self.relay is not None and self.relay not in known:
            remedy = N_("Known are: {names}.")
            names = ", ".join(known) or "–"
            values = {"relay": self.relay, "names": names}
            raise Misconfigured(Problem("--relay", NO_RELAY, remedy, values))
        wordbook = StoredWordbook(
            database, lambda community, cog: chosen.get((community, f"{cog}.is_on"), True)
        )
        await wordbook.load()
        only = next(iter(known.values())) if len(known) == 1 else None
        return wordbook, only if self.relay is None else known[self.relay]


async def _translate(
    settings: Settings, source: str, target: str, words: _Words, *, is_bare: bool
) -> None:
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
        wordbook, community = await words.of(database)
        await translate_lines(
            sys.stdin.buffer,
            sys.stdout.buffer,
            engine=chain,
            source=source,
            target=target,
            translator=(
                None
                if is_bare
                else Pipeline(
                    chain, wordbook=wordbook, lexicon=lexicon, patience=patience(settings)
                )
            ),
            community=community,
        )

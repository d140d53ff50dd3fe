"""forget: erase a person who can't, or won't, ask the bot for it."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot import config
from bot.cli.boundary import FAILED, answering
from bot.cli.options import DEFAULT_FILE, Config
from bot.cli.speech import say
from bot.i18n import N_, translate
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.services import Erased


class Platform(StrEnum):
    DISCORD = "discord"
    TELEGRAM = "telegram"
    SANDBOX = "sandbox"


def add_to(program: typer.Typer) -> None:
    program.command(help=say(N_("Erase everything that is kept about a person.")))(forget)


def forget(
    platform: Annotated[Platform, typer.Argument(help=say(N_("Where the person is.")))],
    person: Annotated[str, typer.Argument(help=say(N_("The person's id there.")))],
    config_file: Config = DEFAULT_FILE,
) -> None:
    with answering(lambda: config.load(config_file, is_offline=True)) as settings:
        erased = asyncio.run(_erase(settings, platform.value, person))
        if erased is None:
            entry = N_("Nothing is kept about {person} on {platform}.")
            told = translate(entry, settings.language, person=person, platform=platform.value)
            typer.echo(told, err=True)
            raise typer.Exit(FAILED)
        entry = N_("Erased. Copies that the bridge deletes when it runs: {count}.")
        typer.echo(translate(entry, settings.language, count=erased.copies))


async def _erase(settings: Settings, platform: str, person: str) -> Erased | None:
    """None where nothing is kept."""
    from bot import beside
    from bot.core.model import PersonId

    who = PersonId(platform, person)
    async with beside.idle(settings) as bridge:
        if not await bridge.host.privacy.holdings(who):
            return None
        return await bridge.host.privacy.erase(who)

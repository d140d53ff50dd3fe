"""models: which translation packages there are, and how one comes or goes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import config
from bot.cli.boundary import answering
from bot.cli.options import OptionalConfig, existing
from bot.cli.speech import say
from bot.cli.tables import show
from bot.i18n import N_, Language, translate
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.translate.packages import PackageInfo

ORIGINS = {
    "configured": N_("from package_dirs"),
    "installed": N_("installed here"),
    "argos": N_("installed by Argos Translate"),
    "starter": N_("starter, comes with Catbridge"),
}
HEADINGS = (N_("Languages"), N_("Version"), N_("Origin"), N_("In use"), N_("Folder"))
Pair = Annotated[str, typer.Argument(help=say(N_("From and to, for example zh-en.")))]

program = typer.Typer(help=say(N_("The translation models on this machine.")), no_args_is_help=True)


def _load(config_file: Path | None) -> Settings:
    return config.load(existing(config_file), is_offline=True)


@program.command("list", help=say(N_("Show all models; of two for one pair the first is used.")))
def listing(config_file: OptionalConfig = None) -> None:
    with answering(lambda: _load(config_file)) as settings:
        from bot.translate.argos import list_packages

        wanted = settings.translate
        found = list_packages(settings.data_dir, package_dirs=wanted.package_dirs)
        show(HEADINGS, _rows(found, settings.language), settings.language)


def _rows(packages: Sequence[PackageInfo], language: Language) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    served: set[str] = set()
    for package in packages:
        used = "" if package.pair in served else "✓"
        served.add(package.pair)
        origin = translate(ORIGINS[package.origin], language)
        rows.append((package.pair, package.version, origin, used, str(package.path)))
    return rows


@program.command(help=say(N_("Download a model and use it from the next start on.")))
def install(pair: Pair, config_file: OptionalConfig = None) -> None:
    with answering(lambda: _load(config_file)) as settings:
        _say_installed(asyncio.run(_download(pair, settings)), settings.language)


@program.command(help=say(N_("Use a model from a file of yours, from the next start on.")))
def path(
    file: Annotated[Path, typer.Argument(help=say(N_("An .argosmodel file.")))],
    config_file: OptionalConfig = None,
) -> None:
    with answering(lambda: _load(config_file)) as settings:
        from bot.translate.install import install_file

        _say_installed(install_file(file, settings.data_dir), settings.language)


@program.command(help=say(N_("Delete a model that was installed here.")))
def remove(pair: Pair, config_file: OptionalConfig = None) -> None:
    with answering(lambda: _load(config_file)) as settings:
        from bot.translate.install import remove

        for package in remove(pair, settings.data_dir):
            entry = N_("Removed {pair} {version}.")
            typer.echo(
                translate(entry, settings.language, pair=package.pair, version=package.version)
            )


async def _download(pair: str, settings: Settings) -> PackageInfo:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    from bot.translate.install import install

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(pair, total=None)
        return await install(
            pair,
            settings.data_dir,
            index_url=settings.translate.index_url,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _say_installed(package: PackageInfo, language: Language) -> None:
    entry = N_("Installed {pair} {version}. It is used from the next start on.")
    typer.echo(translate(entry, language, pair=package.pair, version=package.version))

"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.speech import say
from bot.i18n import N_

DEFAULT_FILE = Path("config.toml")
Config = Annotated[
    Path, typer.Option("--config", envvar="CATBRIDGE_CONFIG", help=say(N_("The settings file.")))
]
OptionalConfig = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="CATBRIDGE_CONFIG",
        help=say(N_("The settings file; without one the defaults hold.")),
    ),
]


def existing(config_file: Path | None) -> Path | None:
    """The file named, else the usual one where it is there, else none."""
    if config_file is None and DEFAULT_FILE.is_file():
        return DEFAULT_FILE
    return config_file

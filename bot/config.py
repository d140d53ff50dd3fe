"""Reads the operator's file and environment into `Settings`, or tells every mistake at once.

Secrets come from the environment first; nothing here writes one anywhere.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot import crosscheck, mistakes
from bot.core.errors import Misconfigured, Problem
from bot.i18n import LANGUAGES, N_, Language, pick, said
from bot.mistakes import written
from bot.settings import Settings

__all__ = ["Settings", "demo", "idle", "load", "operator_language", "unready"]

OVERRIDES: Mapping[str, tuple[str, ...]] = {
    "DISCORD_TOKEN": ("discord", "token"),
    "TELEGRAM_TOKEN": ("telegram", "token"),
    "DATABASE_URL": ("database_url",),
    "NATS_URL": ("nats_url",),
    "LIBRETRANSLATE_API_KEY": ("translate", "libretranslate", "api_key"),
    "DEEPL_API_KEY": ("translate", "deepl", "key"),
    "OPENAI_API_KEY": ("translate", "openai", "key"),
}
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def load(
    path: Path | None,
    environ: Mapping[str, str] | None = None,
    *,
    is_offline: bool = False,
) -> Settings:
    """Read `path`, or the defaults where it is None. Raises `Misconfigured` with every problem.

    Relative folders are taken from the file's own folder, so that the same file means the same
    data wherever a command is typed. `is_offline` leaves out what only a running bot needs: the
    tokens of the platforms in use.
    """
    environ = os.environ if environ is None else environ
    language = operator_language(environ)
    table = {} if path is None else _read(path, language)
    folder = Path.cwd() if path is None else path.resolve().parent
    return _settle(table, environ, folder, is_offline=is_offline)


def demo(port: int, data_dir: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The sandbox alone, on loopback, with one relay between an English and a Chinese room."""
    environ = os.environ if environ is None else environ
    rooms = [
        {"platform": "sandbox", "channel": "english", "language": "en"},
        {"platform": "sandbox", "channel": "chinese", "language": "zh"},
    ]
    table: dict[str, Any] = {
        "data_dir": str(data_dir),
        "log_level": "warning",
        "sandbox": {"listen": "127.0.0.1", "port": port},
        "relays": [{"name": "demo", "channels": rooms}],
    }
    speech = {name: environ[name] for name in LOCALES if name in environ}
    return _settle(table, speech, Path.cwd(), is_offline=False)


def idle(settings: Settings) -> list[Problem]:
    """A problem where no platform is switched on: the bridge would run and hear nothing."""
    if settings.platforms:
        return []
    problem = Problem(
        "discord.token",
        N_("No platform is switched on."),
        N_("Set DISCORD_TOKEN or TELEGRAM_TOKEN in the environment, or add a [sandbox] section."),
    )
    return [problem]


def unready(settings: Settings) -> list[Problem]:
    """What the engines named to translate still lack: a key, an address."""
    return list(crosscheck.engine_mistakes(settings.translate.model_dump()))


def operator_language(environ: Mapping[str, str]) -> Language:
    """What the locale asks for, before any file is read."""
    return pick(next((environ[name] for name in LOCALES if environ.get(name)), None))


def _read(path: Path, language: Language) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problem = Problem(
            str(path),
            N_("There is no such file."),
            N_("Copy config.example.toml to this place and edit it, or name another --config."),
        )
    except OSError:
        problem = Problem(
            str(path), N_("This file can't be read."), N_("Check that it is a file you may read.")
        )
    except UnicodeDecodeError:
        problem = Problem(
            str(path), N_("This file is not UTF-8 text."), N_("Save it again with UTF-8 encoding.")
        )
    else:
        return _parse(text, path, language)
    raise Misconfigured(said(problem, language))


def _parse(text: str, path: Path, language: Language) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        problem = Problem(
            f"{path}:{line}",
            N_("Line {line} is not valid TOML ({detail})."),
            N_('Look there for a missing bracket, a missing = or a quotation mark other than ".'),
            {"line": line, "detail": str(error)},
        )
        raise Misconfigured(said(problem, language)) from None


def _settle(
    table: dict[str, Any], environ: Mapping[str, str], folder: Path, *, is_offline: bool
) -> Settings:
    overridden = _override(table, environ)
    table.setdefault("language", operator_language(environ))
    if isinstance(table.setdefault("data_dir", "data"), str):
        table["data_dir"] = str(folder / Path(table["data_dir"]).expanduser())
    found = [*_value_mistakes(table), *crosscheck.mistakes(table, is_offline=is_offline)]
    if found:
        spoken = table["language"] if table["language"] in LANGUAGES else operator_language(environ)
        keyed = [replace(p, key=overridden.get(p.key, p.key)) for p in found]
        raise Misconfigured(*(said(problem, spoken) for problem in keyed))
    return _anchored(Settings.model_validate(table), folder)


def _override(table: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Put the environment's values in place; answers file key → variable."""
    overridden: dict[str, str] = {}
    for variable, (*sections, key) in OVERRIDES.items():
        holder: Any = table
        for section in sections:
            holder = holder.setdefault(section, {}) if isinstance(holder, dict) else None
        if environ.get(variable, "").strip() and isinstance(holder, dict):
            holder[key] = environ[variable].strip()
            overridden[written((*sections, key))] = variable
    return overridden


def _value_mistakes(table: dict[str, Any]) -> list[Problem]:
    try:
        Settings.model_validate(table)
    except ValidationError as error:
        return mistakes.of_values(error)
    return []


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Package folders, like data_dir, are taken from the file's folder."""
    places = tuple(folder / place.expanduser() for place in settings.translate.package_dirs)
    translate = settings.translate.model_copy(update={"package_dirs": places})
    return settings.model_copy(update={"translate": translate})

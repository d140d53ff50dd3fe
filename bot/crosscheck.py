"""Finds what is wrong between keys of the configuration: repeats, missing tokens, unusable folders.

Reads the raw table, so that it can speak beside the mistakes in single values.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.core.errors import Problem
from bot.i18n import N_
from bot.mistakes import written
from bot.settings import OPENAI

Table = dict[str, Any]
NAMED_TWICE = N_("“{value}” stands here twice.")
NO_KEY = (
    N_("{engine} is to translate, but there is no key for it."),
    N_("Set the environment variable {variable} to the key, or take it out of translate.engines."),
)
NO_ENGINE = (
    N_("No engine is named, so nothing would be translated."),
    N_('Write at least one: engines = ["argos"].'),
)
NO_URL = (
    N_("LibreTranslate is to translate, but there is no address for it."),
    N_("Write the address of a LibreTranslate server here, beginning with https:// or http://."),
)
NO_CHAT_MODEL = (
    N_("OpenAI's protocol is to translate, but no model is named."),
    N_("Write the name of a model that the server at translate.openai.api_base knows."),
)
NO_RELAY = (
    N_("No relay is called “{value}”."),
    N_("Write the names of relays in this file, or leave the list empty for all of them."),
)
PLATFORM_NAMES = {"discord": "Discord", "telegram": "Telegram"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def mistakes(table: Table, *, is_offline: bool) -> Iterator[Problem]:
    yield from _repeated_names(table)
    yield from _repeated_channels(table)
    yield from _half_hours(table)
    yield from _unusable_places(table)
    yield from _unknown_relays(table)
    if not is_offline:
        yield from _missing_ways(table)
        translate = table.get("translate")
        yield from engine_mistakes(translate if isinstance(translate, dict) else {})


def _relays(table: Table) -> Iterator[tuple[int, Table]]:
    relays = table.get("relays")
    for index, relay in enumerate(relays if isinstance(relays, list) else []):
        if isinstance(relay, dict):
            yield index, relay


def _channels(table: Table) -> Iterator[tuple[str, Table]]:
    for number, relay in _relays(table):
        channels = relay.get("channels")
        for index, channel in enumerate(channels if isinstance(channels, list) else []):
            if isinstance(channel, dict):
                yield written(("relays", number, "channels", index)), channel


def _repeated_names(table: Table) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for index, relay in _relays(table):
        name, key = str(relay.get("name")), written(("relays", index, "name"))
        if name in first:
            yield Problem(
                key,
                N_("Another relay ({other}) is called “{name}” too."),
                N_("Give each relay a name of its own."),
                {"other": first[name], "name": name},
            )
        if "name" in relay:
            first.setdefault(name, key)


def _repeated_channels(table: Table) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for key, channel in _channels(table):
        place = (str(channel.get("platform")), str(channel.get("channel")))
        if place in first:
            yield Problem(
                f"{key}.channel",
                N_("This channel is linked already, in {other}."),
                N_("A channel can be in one relay only, once. Remove one of the two."),
                {"other": first[place]},
            )
        if "channel" in channel:
            first.setdefault(place, key)


def _half_hours(table: Table) -> Iterator[Problem]:
    """Quiet hours that begin and never end, or the other way round."""
    ends = {"quiet_from": "quiet_to", "quiet_to": "quiet_from"}
    for key, channel in _channels(table):
        for here, other in ends.items():
            if here in channel and other not in channel:
                yield Problem(
                    f"{key}.{here}",
                    N_("Quiet hours need a beginning and an end."),
                    N_("Add {other} beside it."),
                    {"other": other},
                )


def _unusable_places(table: Table) -> Iterator[Problem]:
    data_dir = table["data_dir"]
    if isinstance(data_dir, str) and not _is_writable(Path(data_dir)):
        yield Problem(
            "data_dir",
            N_("Catbridge can't write to {folder}."),
            N_("Name a folder this program may write to."),
            {"folder": data_dir},
        )
    if str(table.get("database_url", "")).startswith("postgres") and not find_spec("asyncpg"):
        yield Problem(
            "database_url",
            N_("PostgreSQL needs the Python package asyncpg, which is not installed."),
            N_("Install it with: .venv/bin/python -m pip install asyncpg"),
        )


def _is_writable(folder: Path) -> bool:
    nearest = next(place for place in (folder, *folder.parents) if os.path.exists(place))
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _missing_ways(table: Table) -> Iterator[Problem]:
    used = {str(channel.get("platform")) for _, channel in _channels(table)}
    for platform, name in PLATFORM_NAMES.items():
        section = table.get(platform)
        if platform in used and isinstance(section, dict) and not section.get("token"):
            yield Problem(
                f"{platform}.token",
                N_("A relay uses {platform}, but there is no token for it."),
                N_("Set the environment variable {variable} to the bot's token."),
                {"platform": name, "variable": f"{platform.upper()}_TOKEN"},
            )
    yield from _sandbox_mistakes(table, is_used="sandbox" in used)


def engine_mistakes(translate: Table) -> Iterator[Problem]:
    """What the engines in use lack; `translate` is the section."""
    engines = translate.get("engines")
    named = [str(name) for name in engines] if isinstance(engines, list | tuple) else []
    if engines is not None and not named and isinstance(engines, list | tuple):
        yield Problem("translate.engines", *NO_ENGINE)
    for at, name in enumerate(named):
        if name in named[:at]:
            key = written(("translate", "engines", at))
            yield Problem(key, NAMED_TWICE, N_("Remove one of the two."), {"value": name})
    sections = {name: section for name, section in translate.items() if isinstance(section, dict)}
    for name in dict.fromkeys(named):
        yield from _lacks(name, sections.get(name, {}))


def _lacks(engine: str, section: Table) -> Iterator[Problem]:
    if engine == "libretranslate" and not section.get("url"):
        yield Problem("translate.libretranslate.url", *NO_URL)
    if engine == "deepl" and not section.get("key"):
        yield _no_key("translate.deepl.key", "DeepL", "DEEPL_API_KEY")
    if engine == "openai" and not section.get("model"):
        yield Problem("translate.openai.model", *NO_CHAT_MODEL)
    is_theirs = str(section.get("api_base") or OPENAI).startswith(OPENAI)
    if engine == "openai" and is_theirs and not section.get("key"):
        yield _no_key("translate.openai.key", "OpenAI", "OPENAI_API_KEY")


def _no_key(key: str, engine: str, variable: str) -> Problem:
    return Problem(key, *NO_KEY, {"engine": engine, "variable": variable})


def _unknown_relays(table: Table) -> Iterator[Problem]:
    translate = table.get("translate")
    wanted = translate.get("remote_relays") if isinstance(translate, dict) else None
    known = {str(relay.get("name")) for _, relay in _relays(table)}
    for at, name in enumerate(wanted if isinstance(wanted, list) else []):
        if name not in known:
            key = written(("translate", "remote_relays", at))
            yield Problem(key, *NO_RELAY, {"value": name})


def _sandbox_mistakes(table: Table, *, is_used: bool) -> Iterator[Problem]:
    section = table.get("sandbox")
    if is_used and section is None:
        yield Problem(
            "sandbox",
            N_("A relay uses a sandbox room, but the sandbox is off."),
            N_("Add a [sandbox] section, or take the room out of the relay."),
        )
    if isinstance(section, dict) and _is_open_to_strangers(section):
        yield Problem(
            "sandbox.token",
            N_("Everyone who reaches this address could write under any name."),
            N_("Set a token of your own making, or listen on 127.0.0.1."),
        )


def _is_open_to_strangers(sandbox: Table) -> bool:
    return sandbox.get("listen", "127.0.0.1") not in LOOPBACK and not sandbox.get("token")

"""Words for each mistake in a value, and its key as the operator writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.core.errors import Problem
from bot.i18n import N_
from bot.settings import COGS, Settings

Key = tuple[str | int, ...]


_A_TOKEN = (
    N_("This is not a token."),
    N_("Copy the token again, without spaces or anything around it."),
)
_ONE_OF = (N_("“{value}” is not known here."), N_("Write one of these: {choices}."))
_SECTION = (
    N_("This must be a section."),
    N_("Give it a [header] and put its keys below it, one per line."),
)
_LIST = (N_("This must be a list."), N_('Write it in square brackets: ["…", "…"].'))
_NUMBER = (N_("This must be a whole number."), N_("Write it with digits only, without quotes."))
_TEXT = (N_("This must be text."), N_('Put it in straight quotation marks: "…".'))

WORDS: Mapping[str, tuple[str, str]] = {
    "missing": (N_("This key is missing."), N_("Add it; config.example.toml shows how.")),
    "literal_error": _ONE_OF,
    "cog": _ONE_OF,
    "attachment_kind": _ONE_OF,
    "bool_type": (N_("This must be true or false."), N_("Write true or false, without quotes.")),
    "time_of_day": (
        N_("“{value}” is not a time of day."),
        N_('Write hours and minutes with two digits each: "22:30".'),
    ),
    "string_type": _TEXT,
    "path_type": _TEXT,
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "tuple_type": _LIST,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "greater_than_equal": (N_("This is too small."), N_("Write {ge} or more.")),
    "less_than_equal": (N_("This is too large."), N_("Write {le} or less.")),
    "string_too_short": (N_("This is empty."), N_("Write at least one character.")),
    "string_too_long": (N_("This is too long."), N_("Use at most {max_length} characters.")),
    "too_short": (
        N_("A relay needs at least two channels."),
        N_("Add another [[relays.channels]] to it."),
    ),
    "token_shape": _A_TOKEN,
    "telegram_token_shape": (
        N_("This is not a Telegram token."),
        N_("Copy it from @BotFather: digits, a colon, then letters and digits."),
    ),
    "web_address": (
        N_("This is not a web address."),
        N_("Write it in full, beginning with https:// or http://."),
    ),
    "host_and_port": (
        N_("This is not an address to listen on."),
        N_('Write host and port, for example "127.0.0.1:9090".'),
    ),
    "database_url": (
        N_("This is not a database address that Catbridge knows."),
        N_("Write sqlite:///path/to/file.db or postgresql://user:password@host/name."),
    ),
    "discord_channel": (
        N_("“{value}” is not a Discord channel id."),
        N_("Use the number that “Copy Channel ID” gives in Discord's developer mode."),
    ),
    "telegram_channel": (
        N_("“{value}” is not a Telegram group id."),
        N_('Write it as "-1001234567890", or "-1001234567890/42" for a topic.'),
    ),
    "sandbox_channel": (
        N_("“{value}” is not a sandbox room name."),
        N_("Use letters, digits, - and _, at most 40 characters."),
    ),
}
UNFORESEEN = (
    N_("This value does not fit here."),
    N_("Compare it with the same key in config.example.toml."),
)


def of_values(error: ValidationError) -> list[Problem]:
    """What pydantic found, in the file's order. Never holds the value of a secret."""
    return [_of_value(found) for found in error.errors(include_url=False) if not _follows(found)]


def written(location: Key) -> str:
    """("relays", 0, "name") → "relays[0].name"."""
    key = ""
    for step in location:
        key += f"[{step}]" if isinstance(step, int) else f".{step}" if key else step
    return key


def _follows(found: Any) -> bool:
    """Whether pydantic says this only because of another mistake, which it tells as well."""
    if found["type"] == "too_short":  # counts the sound items only
        return len(found["input"]) >= found["ctx"]["min_length"]
    return found["type"] == "default_factory_not_called"


def _of_value(found: Any) -> Problem:
    location: Key = found["loc"]
    if found["type"] == "extra_forbidden":
        return _unknown_key(location)
    reason, remedy = WORDS.get(found["type"], UNFORESEEN)
    if found["type"] in {"literal_error", "cog"}:
        return _unknown_choice(location, reason, remedy, str(found["input"]))
    values = dict(found.get("ctx", {}))
    if "{value}" in reason:
        values["value"] = found["input"]
    return Problem(written(location), reason, remedy, values)


def _unknown_key(location: Key) -> Problem:
    key, name = written(location), str(location[-1])
    reason = N_("There is no such key.")
    siblings = list(_model_at(location[:-1]).model_fields)
    if near := _nearest(name, siblings):
        return Problem(key, reason, N_("Did you mean “{near}”?"), {"near": near})
    if name in Settings.model_fields:
        remedy = N_("“{name}” belongs at the top of the file, before the first [section].")
        return Problem(key, reason, remedy, {"name": name})
    remedy = N_("Remove it; the keys known here are: {choices}.")
    return Problem(key, reason, remedy, {"choices": tuple(siblings)})


def _unknown_choice(location: Key, reason: str, remedy: str, value: str) -> Problem:
    choices = _choices(location)
    values = {"value": value, "choices": tuple(choices)}
    if near := _nearest(value, choices):
        return Problem(
            written(location), reason, N_("Did you mean “{near}”?"), values | {"near": near}
        )
    return Problem(written(location), reason, remedy, values)


def _nearest(word: str, known: Sequence[str]) -> str | None:
    spellings = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), spellings, n=1, cutoff=0.7)
    return spellings[close[0]] if close else None


def _choices(location: Key) -> Sequence[str]:
    if location[0] == "cogs":
        return COGS
    *sections, key = (step for step in location if isinstance(step, str))
    return [str(choice) for choice in _choices_in(_model_at(sections).model_fields[key].annotation)]


def _choices_in(annotation: Any) -> list[object]:
    """What a Literal allows, also where it stands in a list."""
    choices: list[object] = []
    for inner in get_args(annotation):
        is_type = isinstance(inner, type) or get_args(inner)
        choices += _choices_in(inner) if is_type else [inner]
    return [choice for choice in choices if choice is not Ellipsis]


def _model_at(location: Sequence[str | int]) -> type[BaseModel]:
    """The section that holds the keys at `location`."""
    model: type[BaseModel] = Settings
    for name in location:
        if isinstance(name, str):
            model = _section_in(model.model_fields[name].annotation)
    return model


def _section_in(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_section_in(inner) for inner in get_args(annotation) if inner is not type(None))

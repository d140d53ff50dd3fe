"""Application commands: Discord's rules for a registration, and finding one again."""

from __future__ import annotations

import unicodedata
from typing import Any

from .errors import bad_length, invalid_form, leaf, required, too_long
from .state import Payload

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE = range(1, 10)
NUMBER, ATTACHMENT = 10, 11
# fmt: off
LOCALES = frozenset((
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi",
    "th", "zh-CN", "ja", "zh-TW", "ko",
))
# fmt: on
_MOST = {1: 100, 2: 15, 3: 15}
_MOST_TEXT = 8000


def check_commands(commands: list[Payload]) -> None:
    """Raises 50035 for the whole list when any command breaks a rule, naming each place."""
    errors: dict[str, Any] = {}
    seen: set[tuple[int, str]] = set()
    for place, command in enumerate(commands):
        wrong = check_command(command)
        key = command.get("type") or 1, str(command.get("name"))
        if key in seen:
            message = "Application command names must be unique"
            wrong["name"] = leaf("APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
        if wrong:
            errors[str(place)] = wrong
    for kind, most in _MOST.items():
        if sum(one == kind for one, _ in seen) > most:
            message = "Max number of application commands reached"
            errors = leaf("APPLICATION_COMMAND_TOO_MANY", message)
    if errors:
        raise invalid_form(errors)


def check_command(command: Payload) -> dict[str, Any]:
    """What is wrong with one command, by field; empty when nothing is."""
    if (command.get("type") or 1) == 1:
        errors = _named(command)
        errors |= _options(command.get("options") or [], depth=0)
        if not errors and _text_size(command) > _MOST_TEXT:
            message = "Command exceeds maximum size (8000)"
            return leaf("APPLICATION_COMMAND_TOO_LARGE", message)
        return errors
    errors = {}
    if not 1 <= len(command.get("name") or "") <= 32:
        errors["name"] = bad_length(1, 32)
    if command.get("description"):
        message = "Context menu commands cannot have description"
        errors["description"] = leaf("APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", message)
    return errors | _localised(command, "name", 32, chat_name=False)


def _named(part: Payload) -> dict[str, Any]:
    """The name and description that a command and each of its options carry."""
    errors: dict[str, Any] = {}
    name, description = part.get("name"), part.get("description")
    if not name:
        errors["name"] = required()
    elif not valid_name(name):
        errors["name"] = leaf("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not description:
        errors["description"] = required()
    elif len(description) > 100:
        errors["description"] = bad_length(1, 100)
    errors |= _localised(part, "name", 32, chat_name=True)
    return errors | _localised(part, "description", 100, chat_name=False)


def valid_name(name: str) -> bool:
    """Discord's ^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$, and lower case."""
    if not 1 <= len(name) <= 32 or name != name.lower():
        return False
    return all(
        one in "-_'"
        or unicodedata.category(one)[0] in "LN"
        or "\u0900" <= one <= "\u097f"
        or "\u0e00" <= one <= "\u0e7f"
        for one in name
    )


def _localised(part: Payload, field: str, most: int, *, chat_name: bool) -> dict[str, Any]:
    key = f"{field}_localizations"
    wrong: dict[str, Any] = {}
    for locale, text in (part.get(key) or {}).items():
        if locale not in LOCALES:
            wrong[locale] = leaf("ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
        elif not 1 <= len(text) <= most:
            wrong[locale] = bad_length(1, most)
        elif chat_name and not valid_name(text):
            message = "Command name is invalid"
            wrong[locale] = leaf("APPLICATION_COMMAND_INVALID_NAME", message)
    return {key: wrong} if wrong else {}


def _options(options: list[Payload], *, depth: int) -> dict[str, Any]:
    if len(options) > 25:
        return {"options": too_long(25)}
    errors: dict[str, Any] = {}
    seen: set[str] = set()
    optional = False
    for place, option in enumerate(options):
        wrong = _option(option, depth)
        if option.get("name") in seen:
            message = "Option names must be unique"
            wrong["name"] = leaf("APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", message)
        seen.add(str(option.get("name")))
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            wrong |= leaf("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required")
        if wrong:
            errors[str(place)] = wrong
    if len({option.get("type") in (SUBCOMMAND, GROUP) for option in options}) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to others"
        errors |= leaf("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    return {"options": errors} if errors else {}


def _option(option: Payload, depth: int) -> dict[str, Any]:
    errors = _named(option)
    kind = option.get("type")
    if kind not in range(1, 12):
        errors["type"] = leaf("BASE_TYPE_CHOICES", "Value must be one of {1..11}.")
    if (kind == GROUP and depth > 0) or (kind == SUBCOMMAND and depth > 1):
        message = "Sub-command groups cannot be nested here"
        errors["type"] = leaf("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    if kind in (SUBCOMMAND, GROUP):
        return errors | _options(option.get("options") or [], depth=depth + 1)
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        message = "Choices and autocomplete are mutually exclusive"
        errors["autocomplete"] = leaf("APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message)
    return errors | _choices(choices)


def _choices(choices: list[Payload]) -> dict[str, Any]:
    if len(choices) > 25:
        return {"choices": too_long(25)}
    wrong: dict[str, Any] = {}
    for place, choice in enumerate(choices):
        name, value = choice.get("name"), choice.get("value")
        fault = _localised(choice, "name", 100, chat_name=False)
        if not isinstance(name, str) or not 1 <= len(name) <= 100:
            fault["name"] = bad_length(1, 100)
        if isinstance(value, str) and len(value) > 100:
            fault["value"] = too_long(100)
        if fault:
            wrong[str(place)] = fault
    if len({choice.get("name") for choice in choices}) < len(choices):
        message = "Choice names must be unique"
        wrong |= leaf("APPLICATION_COMMAND_OPTIONS_CHOICES_NAME_DUPLICATED", message)
    return {"choices": wrong} if wrong else {}


def _text_size(part: Payload) -> int:
    """Names, descriptions and choice values; of each localised field the longest text counts."""
    size = 0
    for field in ("name", "description"):
        texts = [part.get(field) or "", *(part.get(f"{field}_localizations") or {}).values()]
        size += max(map(len, texts))
    value = part.get("value")
    size += len(value) if isinstance(value, str) else 0
    nested = [*(part.get("options") or []), *(part.get("choices") or [])]
    return size + sum(map(_text_size, nested))


def registered(command: Payload, application_id: str, command_id: str) -> Payload:
    """A command as the API gives it back, with the fields that Discord fills in."""
    defaults = {
        "type": 1,
        "description": "",
        "name_localizations": None,
        "description_localizations": None,
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "nsfw": False,
    }
    known = {"id": command_id, "application_id": application_id, "version": command_id}
    return defaults | {key: one for key, one in command.items() if one is not None} | known

"""What Discord demands of commands. One bad text would make it refuse all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.cog import Command
from bot.i18n import LANGUAGES, translate

_NAME = re.compile(r"[-_\w]{1,32}")
_LONGEST = 100
_MOST_CHOICES = 25
_MOST_IN_A_GROUP = 25
_MOST_MENUS = 5  # of messages, in one application
_LONGEST_MENU = 32


def check_commands(commands: Sequence[Command], groups: Mapping[str, str]) -> None:
    """Raises ValueError that names the command and what is wrong with it."""
    for word, describe in groups.items():
        _check_text(f"/{word}", describe)
    for command in commands:
        where = f"/{command.name}"
        if len(command.path) > 2:
            raise ValueError(f"{where}: at most two words")
        for word in command.path:
            _check_name(where, word)
        _check_text(where, command.describe)
        for parameter in command.parameters:
            _check_name(f"{where} {parameter.name}", parameter.name)
            _check_text(f"{where} {parameter.name}", parameter.describe.text)
            if len(parameter.describe.choices) > _MOST_CHOICES:
                raise ValueError(f"{where} {parameter.name}: more than {_MOST_CHOICES} choices")
            for choice in parameter.describe.choices:
                _check_text(f"{where} {parameter.name} {choice.value}", choice.label)
    _check_groups(commands)
    _check_menus([command for command in commands if command.menu])


def _check_groups(commands: Sequence[Command]) -> None:
    for word in {command.path[0] for command in commands}:
        members = [command for command in commands if command.path[0] == word]
        if len(members) > _MOST_IN_A_GROUP:
            raise ValueError(f"/{word}: more than {_MOST_IN_A_GROUP} commands in a group")
        if len(members) > 1 and any(command.path == (word,) for command in members):
            raise ValueError(f"/{word}: both a command and a group")


def _check_menus(commands: Sequence[Command]) -> None:
    if len(commands) > _MOST_MENUS:
        names = ", ".join(f"/{command.name}" for command in commands)
        raise ValueError(f"{names}: at most {_MOST_MENUS} are in the menus of messages")
    for command in commands:
        where = f"/{command.name} {command.menu!r}"
        if any(parameter.is_required for parameter in command.parameters):
            raise ValueError(f"{where}: a menu can't ask for what is required")
        if sum(other.menu == command.menu for other in commands) > 1:
            raise ValueError(f"{where}: two menu entries have this name")
        _check_text(where, command.menu, _LONGEST_MENU)


def _check_name(where: str, name: str) -> None:
    if not _NAME.fullmatch(name) or name != name.lower():
        raise ValueError(f"{where}: {name!r} is no name for Discord")


def _check_text(where: str, message: str, longest: int = _LONGEST) -> None:
    for language in LANGUAGES:
        length = len(translate(message, language))
        if not 1 <= length <= longest:
            raise ValueError(f"{where}: {length} characters in {language}, 1-{longest} allowed")

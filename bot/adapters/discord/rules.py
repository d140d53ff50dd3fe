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


def _check_groups(commands: Sequence[Command]) -> None:
    for word in {command.path[0] for command in commands}:
        members = [command for command in commands if command.path[0] == word]
        if len(members) > _MOST_IN_A_GROUP:
            raise ValueError(f"/{word}: more than {_MOST_IN_A_GROUP} commands in a group")
        if len(members) > 1 and any(command.path == (word,) for command in members):
            raise ValueError(f"/{word}: both a command and a group")


def _check_name(where: str, name: str) -> None:
    if not _NAME.fullmatch(name) or name != name.lower():
        raise ValueError(f"{where}: {name!r} is no name for Discord")


def _check_text(where: str, message: str) -> None:
    for language in LANGUAGES:
        length = len(translate(message, language))
        if not 1 <= length <= _LONGEST:
            raise ValueError(f"{where}: {length} characters in {language}, 1-{_LONGEST} allowed")

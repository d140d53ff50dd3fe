"""Routes about application commands, of everywhere or of one guild."""

from __future__ import annotations

from typing import Any

from .commands import check_command, check_commands, registered
from .errors import api_error, invalid_form
from .rest import Call, route
from .state import Payload

_GLOBAL = "/applications/{id}/commands"
_GUILD = "/applications/{id}/guilds/{id}/commands"


def _store(call: Call, place: tuple[str, ...]) -> dict[str, Payload]:
    """The commands of the guild in the path, or the global ones; 50001 for another's app."""
    if place[0] != call.state.bot_id:
        raise api_error(50001)
    return call.state.guild(place[1]).commands if len(place) > 1 else call.state.commands


def _same(one: Payload, other: Payload) -> bool:
    return one["name"] == other["name"] and one["type"] == (other.get("type") or 1)


def _register(call: Call, place: tuple[str, ...], command: Payload) -> Payload:
    """Registers or replaces by name and type: the id stays."""
    known = [one for one in _store(call, place).values() if _same(one, command)]
    command_id = known[0]["id"] if known else call.state.snowflake()
    made = registered(command, call.state.bot_id, command_id)
    return made | ({"guild_id": place[1]} if len(place) > 1 else {})


@route("GET", _GLOBAL)
@route("GET", _GUILD)
def listed(call: Call, *place: str) -> list[Payload]:
    return list(_store(call, place).values())


@route("PUT", _GLOBAL)
@route("PUT", _GUILD)
def replace_all(call: Call, *place: str) -> list[Payload]:
    """All or nothing: one bad command and none is changed."""
    store = _store(call, place)
    check_commands(call.body)
    made = [_register(call, place, command) for command in call.body]
    store.clear()
    store.update({one["id"]: one for one in made})
    return made


@route("POST", _GLOBAL)
@route("POST", _GUILD)
def add(call: Call, *place: str) -> Payload:
    _check(call.body)
    made = _register(call, place, call.body)
    _store(call, place)[made["id"]] = made
    return made


def _check(command: Payload) -> None:
    wrong: dict[str, Any] = check_command(command)
    if wrong:
        raise invalid_form(wrong)


def _one(call: Call, place: tuple[str, ...], command_id: str) -> Payload:
    command = _store(call, place).get(command_id)
    if command is None:
        raise api_error(10063)
    return command


@route("GET", _GLOBAL + "/{id}")
@route("GET", _GUILD + "/{id}")
def get(call: Call, *place: str) -> Payload:
    return _one(call, place[:-1], place[-1])


@route("PATCH", _GLOBAL + "/{id}")
@route("PATCH", _GUILD + "/{id}")
def change(call: Call, *place: str) -> Payload:
    command = _one(call, place[:-1], place[-1])
    _check(command | call.body)
    command |= call.body
    return command


@route("DELETE", _GLOBAL + "/{id}")
@route("DELETE", _GUILD + "/{id}")
def remove(call: Call, *place: str) -> None:
    _one(call, place[:-1], place[-1])
    del _store(call, place[:-1])[place[-1]]

"""A person's click or command, as the gateway tells it, and what the bot made of it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from . import commands
from .payloads import channel_json, public
from .permissions import ALL
from .state import Channel, File, Payload, State

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
CHAT, ON_USER, ON_MESSAGE = 1, 2, 3
_WITHOUT_CONTENT = {"deferred", "deferred_update"}


@dataclass(slots=True, eq=False)
class Interaction:
    """`responses` has one dict per call of the bot, in order; see `record` for its keys."""

    state: State
    id: str
    token: str
    type: int
    channel: Channel
    user_id: str
    name: str = ""
    started: float = field(default_factory=time.monotonic)
    callback: int | None = None
    original: Payload | None = None
    messages: dict[str, Payload] = field(default_factory=dict)
    responses: list[Payload] = field(default_factory=list)
    _read: int = 0

    async def response(self, timeout: float = 30) -> Payload:
        """The next response not yet taken by this method; deferrals are passed over."""

        def found() -> Payload | None:
            while self._read < len(self.responses):
                self._read += 1
                if self.responses[self._read - 1]["kind"] not in _WITHOUT_CONTENT:
                    return self.responses[self._read - 1]
            return None

        return await self.state.wait(found, timeout=timeout)

    def record(
        self, kind: str, *, message: Payload | None = None, files: Any = None, **more: Any
    ) -> None:
        """Adds a response: a copy of the message's fields, `kind`, `ephemeral`, `files`, `at`.

        The kinds: message, deferred, deferred_update, update, choices, modal, followup, edit,
        delete. `files` are (name, bytes, content type); `interaction` leads back here.
        """
        shown = public(self.state, message) if message is not None else {}
        uploaded: list[File] = list((files or {}).values())
        self.responses.append(
            shown
            | {
                "kind": kind,
                "ephemeral": bool(shown.get("flags", 0) & 1 << 6),
                "files": uploaded,
                "message": message,
                "interaction": self,
                "at": time.monotonic(),
            }
            | more
        )
        self.state.touch()


def start(
    state: State,
    kind: int,
    channel: Channel,
    user_id: str,
    details: Payload,
    *,
    locale: str,
    permissions: int | None,
    message: Payload | None = None,
) -> Interaction:
    """Dispatches INTERACTION_CREATE."""
    made = Interaction(state, state.snowflake(), secrets.token_urlsafe(32), kind, channel, user_id)
    made.name = details.get("name", "")
    state.interactions[made.token] = made
    body: Payload = {
        "id": made.id,
        "application_id": state.bot_id,
        "type": kind,
        "data": details,
        "channel_id": channel.id,
        "channel": channel_json(state, channel) | {"permissions": str(ALL)},
        "token": made.token,
        "version": 1,
        "locale": locale,
        "app_permissions": str(state.bot_permissions(channel)),
        "entitlements": [],
        "attachment_size_limit": state.upload_limit,
        "authorizing_integration_owners": {"0": channel.guild_id or "0"},
        "context": 0 if channel.guild_id else 1,
    }
    if message is not None:
        body["message"] = public(state, message)
    state.emit("INTERACTION_CREATE", body | _person(state, channel, user_id, permissions))
    return made


def _person(state: State, channel: Channel, user_id: str, permissions: int | None) -> Payload:
    if channel.guild_id is None:
        return {"user": state.users[user_id]}
    guild = state.guilds[channel.guild_id]
    if permissions is None:
        permissions = state.member_permissions(guild, user_id)
    return {
        "guild_id": guild.id,
        "guild": {"id": guild.id, "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": guild.members[user_id] | {"permissions": str(permissions)},
    }


def find_command(state: State, channel: Channel, name: str, kind: int) -> Payload:
    """The registered command; LookupError names what is registered instead."""
    guild = state.guilds.get(channel.guild_id or "")
    found = [*(guild.commands.values() if guild else ()), *state.commands.values()]
    for command in found:
        if command["name"] == name and command["type"] == kind:
            return command
    known = ", ".join(f"/{one['name']}" for one in found) or "nothing"
    raise LookupError(f"no command {name!r} is registered, only {known}")


def command_details(
    state: State,
    channel: Channel,
    path: list[str],
    values: Payload,
    *,
    focused: str | None = None,
) -> Payload:
    """The data of a slash command; ValueError where Discord's client would not send it."""
    command = find_command(state, channel, path[0], CHAT)
    steps: list[Payload] = [command]
    for name in path[1:]:
        inner = [one for one in steps[-1].get("options") or [] if one["name"] == name]
        if not inner:
            raise LookupError(f"/{' '.join(path)} is not registered")
        steps.append(inner[0])
    resolved: Payload = {}
    options = _options(state, channel, steps[-1], values, resolved, focused)
    for step in reversed(steps[1:]):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    details: Payload = {
        "id": command["id"],
        "name": command["name"],
        "type": CHAT,
        "options": options,
    }
    if "guild_id" in command:
        details["guild_id"] = command["guild_id"]
    return details | ({"resolved": resolved} if resolved else {})


def _options(
    state: State,
    channel: Channel,
    command: Payload,
    values: Payload,
    resolved: Payload,
    focused: str | None,
) -> list[Payload]:
    schema = {one["name"]: one for one in command.get("options") or []}
    unknown = set(values) - set(schema)
    if unknown:
        raise ValueError(f"{command['name']} has no option {', '.join(sorted(unknown))}")
    if focused is None:
        missing = [one for one in schema if schema[one].get("required") and one not in values]
        if missing:
            raise ValueError(f"{command['name']} needs {', '.join(missing)}")
    chosen = []
    for name, value in values.items():
        option = schema[name]
        if option["type"] in (commands.SUBCOMMAND, commands.GROUP):
            raise ValueError(f"{name} is a sub-command: put it in the command path")
        shape = {"name": name, "type": option["type"]}
        shape["value"] = _value(state, channel, option, value, resolved)
        if name == focused:
            shape["focused"] = True
        chosen.append(shape)
    return chosen


def _value(state: State, channel: Channel, option: Payload, value: Any, resolved: Payload) -> Any:
    if option["type"] == commands.ATTACHMENT:
        from .messages import upload

        attachment = upload(state, channel, value, {}) | {"ephemeral": True}
        resolved.setdefault("attachments", {})[attachment["id"]] = attachment
        return attachment["id"]
    if option["type"] in (commands.USER, commands.MENTIONABLE):
        resolve_user(state, channel, str(value), resolved)
        return str(value)
    if option["type"] == commands.CHANNEL:
        shown = channel_json(state, state.channels[str(value)]) | {"permissions": str(ALL)}
        resolved.setdefault("channels", {})[str(value)] = shown
        return str(value)
    if option["type"] == commands.ROLE:
        role = state.guilds[str(channel.guild_id)].roles[str(value)]
        resolved.setdefault("roles", {})[str(value)] = role
        return str(value)
    choices = {one["name"]: one["value"] for one in option.get("choices") or []}
    if choices and value not in choices.values():
        if value not in choices:
            raise ValueError(f"{value!r} is not one of the choices {list(choices)}")
        return choices[value]
    return value


def resolve_user(state: State, channel: Channel, user_id: str, resolved: Payload) -> None:
    resolved.setdefault("users", {})[user_id] = state.users[user_id]
    guild = state.guilds.get(channel.guild_id or "")
    member = guild and guild.members.get(user_id)
    if guild and member:
        part = {key: one for key, one in member.items() if key not in ("user", "deaf", "mute")}
        part["permissions"] = str(state.member_permissions(guild, user_id))
        resolved.setdefault("members", {})[user_id] = part

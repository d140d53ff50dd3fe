"""What people do with the bot's commands, buttons and forms."""

from __future__ import annotations

from typing import Any

from . import interactions
from .interactions import Interaction
from .posts import Posts
from .state import Channel, Payload
from .validation import each_component


class People(Posts):
    def commands(self, guild: str | None = None) -> list[Payload]:
        """The registered commands: the global ones, or those of one guild."""
        store = self.state.commands if guild is None else self.state.guilds[guild].commands
        return list(store.values())

    async def interact(
        self,
        channel: str,
        user: str,
        command_path: list[str] | str,
        options: Payload | None = None,
        *,
        locale: str = "en-US",
        permissions: int | None = None,
    ) -> Interaction:
        """Uses a slash command; an attachment option is (name, bytes, content type)."""
        place = self._at(channel, user)
        path = command_path.split() if isinstance(command_path, str) else command_path
        details = interactions.command_details(self.state, place, path, options or {})
        return interactions.start(
            self.state,
            interactions.COMMAND,
            place,
            user,
            details,
            locale=locale,
            permissions=permissions,
        )

    async def autocomplete(
        self,
        channel: str,
        user: str,
        command_path: list[str] | str,
        options: Payload,
        *,
        focused: str | None = None,
        locale: str = "en-US",
        timeout: float = 30,
    ) -> list[Payload]:
        """The choices offered for the focused option (by default the last one given)."""
        place = self._at(channel, user)
        path = command_path.split() if isinstance(command_path, str) else command_path
        focused = focused or list(options)[-1]
        details = interactions.command_details(self.state, place, path, options, focused=focused)
        made = interactions.start(
            self.state,
            interactions.AUTOCOMPLETE,
            place,
            user,
            details,
            locale=locale,
            permissions=None,
        )
        return (await made.response(timeout))["choices"]

    async def interact_message(
        self, channel: str, user: str, name: str, message_id: str, **more: Any
    ) -> Interaction:
        """Uses an entry of a message's context menu."""
        message = self._at(channel, user).log.by_id[message_id]
        resolved = {"messages": {message_id: interactions.public(self.state, message)}}
        return self._menu(
            channel, user, name, interactions.ON_MESSAGE, message_id, resolved, **more
        )

    async def interact_user(
        self, channel: str, user: str, name: str, target: str, **more: Any
    ) -> Interaction:
        """Uses an entry of a person's context menu."""
        resolved: Payload = {}
        interactions.resolve_user(self.state, self._at(channel, user), target, resolved)
        return self._menu(channel, user, name, interactions.ON_USER, target, resolved, **more)

    def _menu(
        self,
        channel: str,
        user: str,
        name: str,
        kind: int,
        target: str,
        resolved: Payload,
        *,
        locale: str = "en-US",
        permissions: int | None = None,
    ) -> Interaction:
        place = self._at(channel, user)
        command = interactions.find_command(self.state, place, name, kind)
        details = {
            "id": command["id"],
            "name": name,
            "type": kind,
            "target_id": target,
            "resolved": resolved,
        }
        return interactions.start(
            self.state,
            interactions.COMMAND,
            place,
            user,
            details,
            locale=locale,
            permissions=permissions,
        )

    async def click(
        self,
        channel: str,
        user: str,
        message: Payload | str,
        custom_id: str,
        *,
        values: list[str] | None = None,
        locale: str = "en-US",
        permissions: int | None = None,
    ) -> Interaction:
        """Presses a button (or picks `values` in a menu) of a message or of a response."""
        place = self._at(channel, user)
        target = self._stored(place, message)
        for part in each_component(target["components"]):
            if part.get("custom_id") == custom_id:
                break
        else:
            raise LookupError(f"the message has no component {custom_id!r}")
        if part.get("disabled"):
            raise ValueError(f"{custom_id!r} is disabled")
        details: Payload = {"custom_id": custom_id, "component_type": part["type"]}
        if values is not None:
            details["values"] = values
        made = interactions.start(
            self.state,
            interactions.COMPONENT,
            place,
            user,
            details,
            locale=locale,
            permissions=permissions,
            message=target,
        )
        made.original = target
        return made

    def _stored(self, channel: Channel, message: Payload | str) -> Payload:
        if isinstance(message, str):
            return channel.log.by_id[message]
        if "interaction" in message:
            return message["message"]
        return channel.log.by_id[message["id"]]

    async def submit_modal(
        self,
        channel: str,
        user: str,
        response: Payload,
        values: dict[str, str],
        *,
        locale: str = "en-US",
        permissions: int | None = None,
    ) -> Interaction:
        """Sends off the form of a modal response: custom id -> text."""
        modal = response["modal"]
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": key, "value": text}]}
            for key, text in values.items()
        ]
        return interactions.start(
            self.state,
            interactions.MODAL,
            self._at(channel, user),
            user,
            {"custom_id": modal["custom_id"], "components": rows},
            locale=locale,
            permissions=permissions,
        )

"""Commands as the page offers and runs them, and the buttons under their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.bodies import CommandBody, PersonaBody, PressBody
from bot.adapters.sandbox.files import FileStore
from bot.adapters.sandbox.inbound import PLATFORM, channel_of
from bot.adapters.sandbox.refusals import language_of, read, unknown_room
from bot.adapters.sandbox.wire import body_of, handed_over, shown_buttons, shown_file
from bot.cog import Command, Kind, Member, Parameter, Reply, Value
from bot.core.model import MessageId
from bot.core.ports import Clock
from bot.dispatch import Dispatcher, Invocation, Press
from bot.i18n import Language, pick, translate
from bot.store import sandbox as store
from bot.store.database import Database

REMEMBERED = 500  # messages of a room in whose writers a name is looked for


class Commands:
    def __init__(
        self,
        *,
        rooms: Mapping[str, str],
        dispatcher: Dispatcher,
        database: Database,
        files: FileStore,
        bell: Bell,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._dispatcher = dispatcher
        self._database = database
        self._files = files
        self._bell = bell
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/commands", self.list),
            web.post("/api/commands", self.run),
            web.post("/api/press", self.press),
        ]

    async def list(self, request: web.Request) -> web.Response:
        language = pick(request.query.get("language"))
        return web.json_response([described(command, language) for command in self._ours()])

    async def run(self, request: web.Request) -> web.Response:
        asked = await read(request, CommandBody)
        command, path, rest = match(asked.text, self._ours())
        named, rest = await self._named(command, asked, rest)
        reply = await self._dispatcher.run(
            Invocation(
                path=path,
                channel=channel_of(self._known(asked.room)),
                person=asked.persona.author,
                is_mod=asked.is_mod,
                locale=language_of(request),
                arguments=_attached(command, asked) | named,
                text=rest,
                reply_to=self._message(asked.room, asked.reply_to),
            )
        )
        return web.json_response(await self._answer(reply, asked.room, asked.persona, asked.text))

    async def press(self, request: web.Request) -> web.Response:
        asked = await read(request, PressBody)
        reply = await self._dispatcher.press(
            Press(
                action=asked.action,
                argument=asked.argument,
                channel=channel_of(self._known(asked.room)),
                person=asked.persona.author,
                is_mod=asked.is_mod,
                locale=language_of(request),
                message=self._message(asked.room, asked.message),
            )
        )
        if reply is None:
            return web.json_response(None)
        shown = await self._answer(reply, asked.room, asked.persona, "", reply_to=asked.message)
        return web.json_response(shown)

    def _ours(self) -> Sequence[Command]:
        return [
            command
            for command in self._dispatcher.commands
            if command.platforms is None or PLATFORM in command.platforms
        ]

    def _known(self, room: str) -> str:
        if room not in self._rooms:
            raise unknown_room()
        return room

    async def _named(
        self, command: Command | None, asked: CommandBody, rest: str
    ) -> tuple[dict[str, Value], str]:
        """Whoever is meant, and the text without their name: by it, or by what it replies to."""
        last = command.parameters[-1] if command and command.parameters else None
        if last is None or last.kind is not Kind.MEMBER or not (rest or asked.reply_to):
            return {}, rest
        async with self._database.reading() as connection:
            said = await store.writers(connection, asked.room, most=REMEMBERED)
        name = rest.strip(' "“”').removeprefix("@").casefold()
        meant = (
            one
            for one in said
            if (name and one.body["name"].casefold() == name)
            or (not name and str(one.id) == asked.reply_to)
        )
        for one in meant:
            return {last.name: Member(store.person_of(one.person), one.body["name"])}, ""
        return {}, rest

    def _message(self, room: str, id: str | None) -> MessageId | None:
        return MessageId(channel_of(room), id) if id else None

    async def _answer(
        self,
        reply: Reply,
        room: str,
        persona: PersonaBody,
        asked: str,
        *,
        reply_to: str | None = None,
    ) -> dict[str, Any] | None:
        """A private answer goes back to who asked; any other becomes a message of the room."""
        buttons = shown_buttons(reply.buttons)
        if reply.is_private or reply.is_secret:
            image = await self._files.keep(reply.image) if reply.image else None
            files = [shown_file(image)] if image else []
            files += [handed_over(reply.file)] if reply.file else []
            return {"text": reply.rich.to_json(), "files": files, "buttons": buttons}
        files = [await self._files.keep(file) for file in reply.files]
        body = body_of(name="", avatar="", text=reply.rich, files=files, reply_to=reply_to)
        async with self._database.transaction() as connection:
            await store.add(
                connection,
                room=room,
                person=None,
                is_ours=True,
                sent_at=self._clock.now(),
                body=body
                | {"buttons": buttons, "asked": asked, "asked_by": persona.name}
                | {"asker": store.person_key(persona.author.person)},
            )
        self._bell.ring()
        return None


def match(text: str, commands: Sequence[Command]) -> tuple[Command | None, tuple[str, ...], str]:
    """The command a line starts with (the longest path wins), its path, and what follows it."""
    words = text.strip().removeprefix("/").split()
    for command in sorted(commands, key=lambda command: -len(command.path)):
        if tuple(words[: len(command.path)]) == command.path:
            rest = text.strip().removeprefix("/").split(maxsplit=len(command.path))
            return (
                command,
                command.path,
                rest[len(command.path)] if len(rest) > len(command.path) else "",
            )
    return None, tuple(words[:1]), " ".join(words[1:])


def described(command: Command, language: Language) -> dict[str, Any]:
    return {
        "name": command.name,
        "describe": translate(command.describe, language),
        "menu": translate(command.menu, language) if command.menu else "",
        "is_for_mods": command.is_for_mods,
        "parameters": [_parameter(parameter, language) for parameter in command.parameters],
    }


def _parameter(parameter: Parameter, language: Language) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "kind": parameter.kind.name.lower(),
        "describe": translate(parameter.describe.text, language),
        "is_required": parameter.is_required,
        "choices": [
            {"value": choice.value, "label": translate(choice.label, language)}
            for choice in parameter.describe.choices
        ],
    }


def _attached(command: Command | None, asked: CommandBody) -> dict[str, Value]:
    """The first file goes to the command's first parameter that takes one."""
    if command is None or not asked.files:
        return {}
    takers = [p.name for p in command.parameters if p.kind is Kind.ATTACHMENT]
    return dict.fromkeys(takers[:1], asked.files[0].attachment)

"""A Discord channel, thread or forum post on the emulated Discord."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from tests.bridge.place import PATIENCE, Answer, Arrived, Piece, Talk, until
from tests.emulators.discord import DiscordEmulator

_MARKS = {"": "{}", "bold": "**{}**", "spoiler": "||{}||", "code": "`{}`", "link": "[{}]({})"}
_WRITTEN = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\|\|(?P<spoiler>.+?)\|\||`(?P<code>.+?)`"
    r"|\[(?P<link>.+?)\]\(<?(?P<address>\S+?)>?\)",
    re.DOTALL,
)
_QUOTE = re.compile(r"-# [^\n]*↩[^\n]*(?:\n|$)")
_JUMP = re.compile(r"https://discord\.com/channels/\d+/\d+/(\d+)")
_LOCALES = {"en": "en-US", "zh": "zh-CN"}
_INTEGER = 4
_PRIVATE_THREAD = 12
_MOD = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 13 | 1 << 10 | 1 << 11
_MEMBER = 1 << 10 | 1 << 11


class DiscordPlace:
    platform = "discord"
    limit = 2000

    def __init__(self, emulator: DiscordEmulator, guild: str, channel: str | None = None) -> None:
        self.emulator = emulator
        self.guild = guild
        self.channel = channel or emulator.add_channel(guild, "cats")
        self._people: dict[str, str] = {}

    def person(self, name: str) -> str:
        if name not in self._people:
            self._people[name] = self.emulator.add_user(name)
        return self._people[name]

    async def say(
        self,
        text: str | Sequence[Piece],
        *,
        by: str = "Sam",
        reply_to: str | None = None,
        files: Sequence[bytes] = (),
    ) -> str:
        said = await self.emulator.post(
            self.channel,
            self.person(by),
            text if isinstance(text, str) else _marked(text),
            reply_to=reply_to,
            attachments=[("cat.png", file, "image/png") for file in files],
        )
        return said["id"]

    async def edit(self, id: str, text: str) -> None:
        await self.emulator.edit(self.channel, id, text)

    async def delete(self, id: str) -> None:
        await self.emulator.delete(self.channel, id)

    async def react(self, id: str, emoji: str, *, by: str = "Sam", is_added: bool = True) -> None:
        give = self.emulator.react if is_added else self.emulator.unreact
        give(self._where(id), id, self.person(by), emoji)

    async def mirrored(self, id: str) -> list[str]:
        held = self.emulator.reactors(self._where(id), id)
        ours = [emoji for emoji, users in held.items() if self.emulator.state.bot_id in users]
        return [emoji.replace("\ufe0f", "") for emoji in ours]

    async def join(self, name: str) -> None:
        self.emulator.join(self.guild, self.person(name))

    async def ask(
        self,
        command: str,
        *,
        by: str = "",
        is_mod: bool = False,
        locale: str = "en",
        reply_to: str | None = None,
    ) -> Answer:
        assert reply_to is None, "a slash command replies to nothing"
        path, fields = _filled_in(self.emulator.commands(), command.split())
        asked = await self.emulator.interact(
            self.channel,
            self.person(by or ("Mod" if is_mod else "Member")),
            path,
            fields,
            locale=_LOCALES[locale],
            permissions=_MOD if is_mod else _MEMBER,
        )
        response = await asked.response(PATIENCE)
        files = tuple(self._file(one["url"]) for one in response.get("attachments", ()))
        return replace(_answer(response), files=files)

    async def ask_about(
        self, message: str, command: str, *, menu: str, locale: str = "en"
    ) -> Answer:
        asked = await self.emulator.interact_message(
            self.channel,
            self.person("Mod"),
            menu,
            message,
            locale=_LOCALES[locale],
            permissions=_MOD,
        )
        answer = await asked.response(PATIENCE)
        assert answer["ephemeral"]
        return _answer(answer)

    def link(self, message: str) -> str:
        return f"https://discord.com/channels/{self.guild}/{self.channel}/{message}"

    async def press(
        self,
        under: str | Answer,
        label: str,
        *,
        by: str = "Sam",
        is_mod: bool = False,
        locale: str = "en",
    ) -> Answer:
        if isinstance(under, Answer):
            channel, shown = self.channel, under.handle
        else:
            channel = self._where(under)
            shown = self.emulator.message(channel, under)
        pressed = await self.emulator.click(
            channel,
            self.person(by),
            shown,
            _buttons(shown)[label],
            locale=_LOCALES[locale],
            permissions=_MOD if is_mod else None,
        )
        answer = await pressed.response(PATIENCE)
        assert answer["ephemeral"]
        return _answer(answer)

    def _where(self, id: str) -> str:
        """The channel, or the thread of it, that shows this message."""
        channels = self.emulator.state.channels.values()
        return next(one.id for one in channels if id in one.log.by_id)

    async def say_about(self, post: str, text: str, *, by: str = "Sam") -> str:
        async def thread() -> bool:
            return post in self.emulator.state.channels

        await until(thread)
        return await self._under(post).say(text, by=by)

    async def arrived_about(self, post: str) -> list[Arrived]:
        return await self._under(post).arrived() if post in self.emulator.state.channels else []

    async def meet(self, words: str, *, by: str) -> Talk:
        """In the private thread that nobody but the two can see."""

        async def thread() -> list[DiscordPlace]:
            return [
                self._inside(one.id)
                for one in self.emulator.state.channels.values()
                if one.type == _PRIVATE_THREAD
                and one.parent_id == self.channel
                and self.person(by) in one.thread_members
                and any(words in said["content"] for said in one.log.by_id.values())
            ]

        return (await until(thread))[-1]

    def _inside(self, channel: str) -> DiscordPlace:
        place = DiscordPlace(self.emulator, self.guild, channel)
        place._people = self._people
        return place

    def _under(self, post: str) -> DiscordPlace:
        """The thread of a message has its id, and the same people."""
        return self._inside(self.emulator.channel(post)["id"])

    def written(self) -> list[dict[str, Any]]:
        """Discord's own words for what the bridge said."""
        return [
            message
            for message in self.emulator.messages(self.channel)
            if message.get("webhook_id") and "interaction_metadata" not in message
        ]

    async def arrived(self) -> list[Arrived]:
        return [self._arrived(message) for message in self.written()]

    def _arrived(self, message: dict[str, Any]) -> Arrived:
        content: str = message["content"]
        quote = _QUOTE.match(content)
        answered = _JUMP.search(quote[0]) if quote else None
        text = content[quote.end() :] if quote else content
        return Arrived(
            id=message["id"],
            author=message["author"]["username"],
            text=text,
            reply_to=answered[1] if answered else None,
            pieces=frozenset(_pieces(text)),
            files=tuple(self._file(one["url"]) for one in message["attachments"]),
            buttons=tuple(_buttons(message)),
        )

    def _file(self, address: str) -> bytes:
        return self.emulator.state.files[urlsplit(address).path][1]


def _answer(response: dict[str, Any]) -> Answer:
    return Answer(response["content"], tuple(_buttons(response)), response)


def _filled_in(
    commands: Sequence[dict[str, Any]], words: list[str]
) -> tuple[list[str], dict[str, Any]]:
    """The path, and the fields that Discord's client asks for; the last takes all that is left."""
    path: list[str] = []
    options = commands
    while step := next((o for o in options if words[:1] == [o["name"]] and o["type"] < 3), None):
        path, words, options = [*path, words[0]], words[1:], step.get("options") or []
    texts = [*words[: len(options) - 1], " ".join(words[len(options) - 1 :])] if words else []
    fields = {
        option["name"]: int(text) if option["type"] == _INTEGER else text
        for option, text in zip(options, texts, strict=False)
        if text
    }
    return path, fields


def _buttons(message: dict[str, Any]) -> dict[str, str]:
    """Custom ids by what is written on the buttons."""
    rows = message["components"]
    return {one["label"]: one["custom_id"] for row in rows for one in row["components"]}


def _marked(pieces: Sequence[Piece]) -> str:
    return "".join(_MARKS[piece.style].format(piece.words, piece.address) for piece in pieces)


def _pieces(content: str) -> Iterator[Piece]:
    for found in _WRITTEN.finditer(content):
        style = "link" if found["link"] else str(found.lastgroup)
        yield Piece(found[style], style, found["address"] or "")

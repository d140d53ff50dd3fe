"""A Discord channel, thread or forum post on the emulated Discord."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.bridge.place import Arrived, Piece
from tests.emulators.discord import DiscordEmulator

_MARKS = {"": "{}", "bold": "**{}**", "spoiler": "||{}||", "code": "`{}`", "link": "[{}]({})"}
_WRITTEN = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\|\|(?P<spoiler>.+?)\|\||`(?P<code>.+?)`"
    r"|\[(?P<link>.+?)\]\(<?(?P<address>\S+?)>?\)",
    re.DOTALL,
)
_QUOTE = re.compile(r"-# [^\n]*↩[^\n]*(?:\n|$)")
_JUMP = re.compile(r"https://discord\.com/channels/\d+/\d+/(\d+)")
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

    async def ask(self, command: str, *, is_mod: bool = False, locale: str = "en") -> str:
        asked = await self.emulator.interact(
            self.channel,
            self.person("Mod" if is_mod else "Member"),
            command,
            locale={"en": "en-US", "zh": "zh-CN"}[locale],
            permissions=_MOD if is_mod else _MEMBER,
        )
        return (await asked.response())["content"]

    async def press(self, id: str, label: str, *, by: str = "Sam", locale: str = "en") -> str:
        buttons = _buttons(self.emulator.message(self.channel, id))
        pressed = await self.emulator.click(
            self.channel,
            self.person(by),
            id,
            buttons[label],
            locale={"en": "en-US", "zh": "zh-CN"}[locale],
        )
        answer = await pressed.response()
        assert answer["ephemeral"]
        return answer["content"]

    async def say_about(self, post: str, text: str, *, by: str = "Sam") -> str:
        return await self._under(post).say(text, by=by)

    async def arrived_about(self, post: str) -> list[Arrived]:
        return await self._under(post).arrived()

    def _under(self, post: str) -> DiscordPlace:
        """The thread of a message has its id."""
        return DiscordPlace(self.emulator, self.guild, self.emulator.channel(post)["id"])

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

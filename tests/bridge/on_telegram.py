"""A Telegram group, or one of its topics, on the emulated Bot API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.bridge.place import Answer, Arrived, Piece, Talk, until
from tests.emulators.telegram import TelegramEmulator

_TYPES = {"bold": "bold", "spoiler": "spoiler", "code": "code", "link": "text_link"}
_STYLES = {kind: style for style, kind in _TYPES.items()}


class TelegramPlace:
    platform = "telegram"
    limit = 4096

    def __init__(
        self, emulator: TelegramEmulator, chat: int | None = None, topic: int | None = None
    ) -> None:
        self.emulator = emulator
        self.chat = emulator.add_chat("Cats") if chat is None else chat
        self.topic = topic
        self._people: dict[str, int] = {}
        self._held: dict[tuple[str, str], list[str]] = {}  # by message and person
        self._told: set[int] = set()  # messages that answer a press

    @property
    def channel(self) -> str:
        return f"{self.chat}/{self.topic}" if self.topic else str(self.chat)

    def person(self, name: str, locale: str = "en") -> int:
        key = f"{name}/{locale}"
        if key not in self._people:
            self._people[key] = self.emulator.add_user(name, language_code=locale)
        return self._people[key]

    async def say(
        self,
        text: str | Sequence[Piece],
        *,
        by: str = "Sam",
        reply_to: str | None = None,
        files: Sequence[bytes] = (),
    ) -> str:
        words, entities = (text, []) if isinstance(text, str) else _written(text)
        said = await self.emulator.post(
            self.chat,
            self.person(by),
            words,
            entities=entities,
            thread=self.topic,
            reply_to=int(reply_to) if reply_to else None,
            photo=files[0] if files else None,
        )
        return str(said["message_id"])

    async def edit(self, id: str, text: str) -> None:
        await self.emulator.edit(self.chat, int(id), text)

    async def delete(self, id: str) -> None:
        await self.emulator.delete(self.chat, int(id))

    async def react(self, id: str, emoji: str, *, by: str = "Sam", is_added: bool = True) -> None:
        """The bot is told as an administrator only."""
        self.emulator.set_status(self.chat, self.emulator.bot_id, "administrator")
        held = self._held.setdefault((id, by), [])
        bare = emoji.replace("\ufe0f", "")
        held.append(bare) if is_added else held.remove(bare)
        await self.emulator.react(self.chat, self.person(by), int(id), *held)

    async def mirrored(self, id: str) -> list[str]:
        return self.emulator.reactions(self.chat, int(id)).get(self.emulator.bot_id, [])

    async def join(self, name: str) -> None:
        await self.emulator.join(self.chat, self.person(name))

    async def ask(
        self,
        command: str,
        *,
        by: str = "",
        is_mod: bool = False,
        locale: str = "en",
        reply_to: str | None = None,
    ) -> Answer:
        asker = self.person(by or ("Mod" if is_mod else "Member"), locale)
        if is_mod:
            self.emulator.set_status(self.chat, asker, "administrator")
        word, *rest = command.split(maxsplit=1)
        typed = " ".join([word.replace("-", "_"), *rest])  # as Telegram's menu offers it
        asked = await self.emulator.post(
            self.chat,
            asker,
            f"/{typed}",
            thread=self.topic,
            reply_to=int(reply_to) if reply_to else None,
        )
        answer = await self._answer_to(asked["message_id"])
        return replace(_answer(answer), files=tuple(self._file(answer)))

    async def ask_about(
        self, message: str, command: str, *, menu: str, locale: str = "en"
    ) -> Answer:
        alone = self.open_private_chat("Mod", locale)
        before = len(alone._ours())
        asker = self.person("Mod", locale)
        self.emulator.set_status(self.chat, asker, "administrator")
        await self.emulator.post(
            self.chat, asker, f"/{command}", thread=self.topic, reply_to=int(message)
        )

        async def told() -> list[dict[str, Any]]:
            return alone._ours()[before:]

        return _answer((await until(told))[0])

    def link(self, message: str) -> str:
        topic = f"{self.topic}/" if self.topic else ""
        return f"https://t.me/c/{str(self.chat).removeprefix('-100')}/{topic}{message}"

    async def _answer_to(self, id: int, *, after: int = 0) -> dict[str, Any]:
        async def answer() -> list[dict[str, Any]]:
            return [m for m in self._ours() if _answered(m) == id and m["message_id"] > after]

        return (await until(answer))[0]

    def open_private_chat(self, name: str, locale: str = "en") -> TelegramPlace:
        """Where the bot and this person are alone: they have pressed "Start"."""
        person = self.person(name, locale)
        self.emulator.add_chat("", "private", user=person)
        alone = TelegramPlace(self.emulator, person)
        alone._people = self._people
        return alone

    async def arrived(self) -> list[Arrived]:
        return [self._arrived(m) for m in self._ours() if not self._is_answer(m)]

    async def press(
        self,
        under: str | Answer,
        label: str,
        *,
        by: str = "Sam",
        is_mod: bool = False,
        locale: str = "en",
    ) -> Answer:
        """What is short is told in a note, what has buttons in a message."""
        presser = self.person(by, locale)
        if is_mod:
            self.emulator.set_status(self.chat, presser, "administrator")
        post = int(under if isinstance(under, str) else under.handle)
        data = _buttons(self.emulator.message(self.chat, post) or {})[label]
        newest = self.emulator.messages(self.chat)[-1]["message_id"]
        query = await self.emulator.callback(self.chat, presser, post, data)

        async def note() -> list[dict[str, Any]]:
            answers = self.emulator.callback_answers
            return [one for one in answers if one["callback_query_id"] == query["id"]]

        noted = (await until(note))[0]
        if noted.get("text"):
            return Answer(noted["text"])
        told = await self._answer_to(post, after=newest)
        self._told.add(told["message_id"])
        return _answer(told)

    async def say_about(self, post: str, text: str, *, by: str = "Sam") -> str:
        return await self.say(text, by=by, reply_to=post)

    async def arrived_about(self, post: str) -> list[Arrived]:
        return [one for one in await self.arrived() if one.reply_to == post]

    async def meet(self, words: str, *, by: str) -> Talk:
        """In a topic of the forum; else in the private chat, where a link leads."""
        chat = self.emulator.state.chats[self.chat]

        async def introduction() -> list[dict[str, Any]]:
            said = self.emulator.sent(self.chat)
            return [one for one in said if words in (one.get("text") or "")]

        found = (await until(introduction))[-1]
        if chat.is_forum:
            return self._inside(self.chat, found["message_thread_id"])
        (link,) = _buttons(found).values()
        address, _, payload = link.partition("?start=")
        assert address == f"https://t.me/{self.emulator.state.bot['username']}"
        person = self.person(by)
        await self.emulator.post(person, person, f"/start {payload}")
        await until(lambda: _soon(self.emulator.sent(person)))
        return self._inside(person)

    def _inside(self, chat: int, topic: int | None = None) -> TelegramPlace:
        place = TelegramPlace(self.emulator, chat, topic)
        place._people = self._people
        return place

    def _ours(self) -> list[dict[str, Any]]:
        return self.emulator.sent(self.chat, self.topic)

    def _is_answer(self, message: dict[str, Any]) -> bool:
        if message["message_id"] in self._told:
            return True
        answered = self.emulator.message(self.chat, _answered(message) or 0) or {}
        return (answered.get("text") or "").startswith("/")

    def _arrived(self, message: dict[str, Any]) -> Arrived:
        text = message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or []
        author, rest = _signed(text, entities)
        answered = _answered(message)
        return Arrived(
            id=str(message["message_id"]),
            author=author,
            text=rest,
            reply_to=str(answered) if answered and answered != self.topic else None,
            pieces=frozenset(_pieces(text, entities)),
            files=tuple(self._file(message)),
            buttons=tuple(_buttons(message)),
            album=message.get("media_group_id", ""),
        )

    def _file(self, message: dict[str, Any]) -> list[bytes]:
        media = message.get("photo") or message.get("document") or message.get("animation")
        if media is None:
            return []
        largest = media[-1] if isinstance(media, list) else media
        stored = self.emulator.state.files.get(largest["file_id"])
        assert stored is not None
        return [stored.upload.content]


async def _soon(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return found


def _answer(message: dict[str, Any]) -> Answer:
    text = message.get("text") or message.get("caption") or ""
    return Answer(text, tuple(_buttons(message)), str(message["message_id"]))


def _buttons(message: dict[str, Any]) -> dict[str, str]:
    """Callback data, or an address, by what is written on the buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["text"]: one.get("callback_data") or one["url"] for row in rows for one in row}


def _answered(message: dict[str, Any]) -> int | None:
    return message.get("reply_to_message", {}).get("message_id")


def _written(pieces: Sequence[Piece]) -> tuple[str, list[dict[str, Any]]]:
    entities: list[dict[str, Any]] = []
    at = 0
    for piece in pieces:
        size = len(piece.words.encode("utf-16-le")) // 2
        if piece.style:
            address = {"url": piece.address} if piece.address else {}
            entities.append({"type": _TYPES[piece.style], "offset": at, "length": size} | address)
        at += size
    return "".join(piece.words for piece in pieces), entities


def _pieces(text: str, entities: list[dict[str, Any]]) -> list[Piece]:
    coded = text.encode("utf-16-le")
    return [
        Piece(
            coded[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le"),
            _STYLES[one["type"]],
            one.get("url", ""),
        )
        for one in entities
        if one["type"] in _STYLES
    ]


def _signed(text: str, entities: list[dict[str, Any]]) -> tuple[str, str]:
    """The author, whose name is the bold first line, and the rest."""
    name, _, rest = text.partition("\n")
    bold = [one for one in _pieces(text, entities) if one.style == "bold"]
    if not bold or bold[0].words != name or entities[0]["offset"] != 0:
        return "", text
    return name, re.sub(r"^↩ [^\n]*\n", "", rest)

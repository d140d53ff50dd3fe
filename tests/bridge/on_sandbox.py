"""A room of the sandbox, over its HTTP interface."""

from __future__ import annotations

import itertools
import zlib
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from tests.bridge.place import Answer, Arrived, Below, Piece, Talk, until

_numbers = itertools.count()


class SandboxPlace:
    platform = "sandbox"
    limit = 4000

    def __init__(self, room: str, port: Callable[[], int], http: aiohttp.ClientSession) -> None:
        """`port` answers where the page is now; it may change with every start."""
        self.channel = room
        self._port = port
        self._http = http

    async def say(
        self,
        text: str | Sequence[Piece],
        *,
        by: str = "Sam",
        reply_to: str | None = None,
        files: Sequence[bytes] = (),
    ) -> str:
        if not isinstance(text, str):
            raise TypeError("people of the sandbox write plain text")
        said = await self._call(
            "POST",
            self._messages,
            json={
                "key": f"k{next(_numbers)}",
                "persona": self._persona(by),
                "text": text,
                "reply_to": reply_to,
                "files": [await self._upload(file) for file in files],
            },
        )
        return said["id"]

    async def edit(self, id: str, text: str) -> None:
        body = {"persona": self._persona("Sam"), "text": text}
        await self._call("PATCH", f"{self._messages}/{id}", json=body)

    async def delete(self, id: str) -> None:
        body = {"persona": self._persona("Sam")}
        await self._call("DELETE", f"{self._messages}/{id}", json=body)

    async def react(self, id: str, emoji: str, *, by: str = "Sam", is_added: bool = True) -> None:
        body = {"persona": self._persona(by), "emoji": emoji, "is_added": is_added}
        await self._call("POST", f"{self._messages}/{id}/reactions", json=body)

    async def mirrored(self, id: str) -> list[str]:
        (message,) = [one for one in await self._shown() if one["id"] == id]
        found = [one["emoji"] for one in message["reactions"] if one["elsewhere"]]
        return [emoji.replace("\ufe0f", "") for emoji in found]

    async def join(self, name: str) -> None:
        body = {"key": f"k{next(_numbers)}", "persona": self._persona(name)}
        await self._call("POST", f"/api/rooms/{self.channel}/arrivals", json=body)

    async def ask(
        self,
        command: str,
        *,
        by: str = "",
        is_mod: bool = False,
        locale: str = "en",
        reply_to: str | None = None,
    ) -> Answer:
        body = {
            "room": self.channel,
            "persona": self._persona(by or ("Mod" if is_mod else "Member")),
            "text": f"/{command}",
            "is_mod": is_mod,
            "reply_to": reply_to,
        }
        answer = await self._call(
            "POST", "/api/commands", json=body, headers={"Accept-Language": locale}
        )
        if answer is None:
            answer = [one for one in await self._shown() if "asked" in one][-1]
        return _answer(answer)

    async def ask_about(
        self, message: str, command: str, *, menu: str, locale: str = "en"
    ) -> Answer:
        language = {"en": "en", "zh": "zh-CN"}[locale]
        listed = await self._call("GET", f"/api/commands?language={language}")
        (entry,) = [one for one in listed if one["menu"] and one["name"] == command]
        assert locale == "zh" or entry["menu"] == menu
        body = {
            "room": self.channel,
            "persona": self._persona("Mod"),
            "text": f"/{command}",
            "is_mod": True,
            "reply_to": message,
        }
        headers = {"Accept-Language": language}
        return _answer(await self._call("POST", "/api/commands", json=body, headers=headers))

    def link(self, message: str) -> str:
        return f"{self._address}/#{self.channel}/{message}"

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
            post, message = None, under.handle
        else:
            post = under
            (message,) = [one for one in await self._shown() if one["id"] == post]
        (button,) = [one for one in message["buttons"] if one["label"] == label]
        body = {
            "room": self.channel,
            "persona": self._persona(by),
            "action": button["action"],
            "argument": button["argument"],
            "is_mod": is_mod,
            "message": post,
        }
        headers = {"Accept-Language": locale}
        return _answer(await self._call("POST", "/api/press", json=body, headers=headers))

    async def say_about(self, post: str, text: str, *, by: str = "Sam") -> str:
        return await self.say(text, by=by, reply_to=post)

    async def arrived_about(self, post: str) -> list[Arrived]:
        return [one for one in await self.arrived() if one.reply_to == post]

    async def meet(self, words: str, *, by: str) -> Talk:
        async def post() -> list[str]:
            return [one.id for one in await self.arrived() if words in one.text]

        return Below(self, (await until(post))[-1])

    async def arrived(self) -> list[Arrived]:
        shown = [one for one in await self._shown() if one["is_ours"] and "asked" not in one]
        return [await self._arrived(one) for one in shown]

    async def _arrived(self, message: dict[str, Any]) -> Arrived:
        words, spans = message["text"]["text"], message["text"]["spans"]
        return Arrived(
            id=message["id"],
            author=message["name"],
            text=words,
            reply_to=message["reply_to"],
            pieces=frozenset(Piece(words[a:b], style, at) for a, b, style, at in spans),
            files=tuple([await self._download(file["url"]) for file in message["files"]]),
            buttons=tuple(button["label"] for button in message.get("buttons", ())),
        )

    async def _shown(self) -> list[dict[str, Any]]:
        state = await self._call("GET", "/api/state")
        page = next(one for one in state["rooms"] if one["id"] == self.channel)
        shown = page["messages"]
        while page["has_older"]:
            page = await self._call("GET", f"{self._messages}?before={shown[0]['id']}")
            shown = page["messages"] + shown
        return [one for one in shown if not one["is_deleted"]]

    async def _upload(self, content: bytes) -> Any:
        return await self._call("POST", "/api/files?name=cat.png", data=content)

    async def _download(self, path: str) -> bytes:
        async with self._http.get(self._address + path) as answer:
            return await answer.read()

    async def _call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any
    ) -> Any:
        origin = {"Origin": self._address} | (headers or {})
        async with self._http.request(
            method, self._address + path, headers=origin, **body
        ) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status != 204 else None

    def _persona(self, name: str) -> dict[str, str]:
        """Each room has its own people."""
        number = zlib.crc32(f"{self.channel}/{name}".encode())
        return {"id": f"p{number}", "name": name, "avatar": "cat"}

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self._port()}"

    @property
    def _messages(self) -> str:
        return f"/api/rooms/{self.channel}/messages"


def _answer(answer: dict[str, Any]) -> Answer:
    buttons = tuple(button["label"] for button in answer.get("buttons", ()))
    addresses = [file["url"].partition("base64,")[2] for file in answer.get("files", ())]
    files = tuple(b64decode(held) for held in addresses if held)  # those it holds itself
    return Answer(answer["text"]["text"], buttons, answer, files)

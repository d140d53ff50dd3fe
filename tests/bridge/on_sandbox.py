"""A room of the sandbox, over its HTTP interface."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from tests.bridge.place import Arrived, Piece

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
                "persona": _persona(by),
                "text": text,
                "reply_to": reply_to,
                "files": [await self._upload(file) for file in files],
            },
        )
        return said["id"]

    async def edit(self, id: str, text: str) -> None:
        body = {"persona": _persona("Sam"), "text": text}
        await self._call("PATCH", f"{self._messages}/{id}", json=body)

    async def delete(self, id: str) -> None:
        await self._call("DELETE", f"{self._messages}/{id}", json={"persona": _persona("Sam")})

    async def ask(self, command: str, *, is_mod: bool = False, locale: str = "en") -> str:
        body = {
            "room": self.channel,
            "persona": _persona("Mod" if is_mod else "Member"),
            "text": f"/{command}",
            "is_mod": is_mod,
        }
        answer = await self._call(
            "POST", "/api/commands", json=body, headers={"Accept-Language": locale}
        )
        if answer is not None:
            return answer["text"]["text"]
        public = [one for one in await self._shown() if "asked" in one]
        return public[-1]["text"]["text"]

    async def press(self, id: str, label: str, *, by: str = "Sam", locale: str = "en") -> str:
        (message,) = [one for one in await self._shown() if one["id"] == id]
        (button,) = [one for one in message["buttons"] if one["label"] == label]
        body = {
            "room": self.channel,
            "persona": _persona(by),
            "action": button["action"],
            "argument": button["argument"],
            "is_mod": False,
            "message": id,
        }
        headers = {"Accept-Language": locale}
        return (await self._call("POST", "/api/press", json=body, headers=headers))["text"]["text"]

    async def say_about(self, post: str, text: str, *, by: str = "Sam") -> str:
        return await self.say(text, by=by, reply_to=post)

    async def arrived_about(self, post: str) -> list[Arrived]:
        return [one for one in await self.arrived() if one.reply_to == post]

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

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self._port()}"

    @property
    def _messages(self) -> str:
        return f"/api/rooms/{self.channel}/messages"


def _persona(name: str) -> dict[str, str]:
    return {"id": f"p{zlib.crc32(name.encode())}", "name": name, "avatar": "cat"}

"""Translation services as they stand on the web, on loopback: the real protocols over real HTTP.

None of them uses the program's code, so that a mistake is not made twice.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

CERTIFICATE = Path(__file__).with_name("loopback.pem")  # nobody's: for 127.0.0.1 alone
WORDS = {
    "谢谢你。": "Thank you.",
    "我家的狗会游泳。": "My dog can swim.",
    "我有一只猫。": "I have a cat.",
    "今天天气很好。": "The weather is nice today.",
    "Thank you.": "谢谢你。",
    "I have a cat.": "我有一只猫。",
}

Reply = Callable[[], web.StreamResponse]


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    body: Any
    headers: dict[str, str]


class Service:
    """Answers JSON. `fail` makes the next answers something else, `hang` lets all wait."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.hung: asyncio.Event | None = None
        self.replies: list[Reply] = []
        self.address = ""

    def answer(self, path: str, body: Any) -> Any:
        raise NotImplementedError

    def fail(self, status: int, body: str = "", *, times: int = 1, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def reply() -> web.StreamResponse:
            return web.Response(status=status, text=body, headers=named)

        self.replies += [reply] * times

    def say(self, body: str) -> None:
        """The next answer is this text, whatever it is."""
        self.fail(200, body)

    def hang(self) -> None:
        self.hung = asyncio.Event()

    @property
    def bodies(self) -> list[Any]:
        return [one.body for one in self.asked if one.body is not None]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.body_exists else None
        self.asked.append(Asked(request.path, body, dict(request.headers)))
        if self.hung is not None:
            await self.hung.wait()
        if self.replies:
            return self.replies.pop(0)()
        return web.json_response(self.answer(request.path, body))

    @asynccontextmanager
    async def serving(self, *, is_secure: bool = False) -> AsyncGenerator[str, None]:
        """The address while it serves."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        secured: ssl.SSLContext | None = None
        if is_secure:
            secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            secured.load_cert_chain(CERTIFICATE)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secured)
        await site.start()
        port = runner.addresses[0][1]
        self.address = f"{'https' if is_secure else 'http'}://127.0.0.1:{port}"
        try:
            yield self.address
        finally:
            if self.hung is not None:
                self.hung.set()
            await runner.cleanup()


class LibreTranslate(Service):
    def __init__(self, *codes: str) -> None:
        super().__init__()
        self.codes = codes or ("en", "zh-Hans")

    def answer(self, path: str, body: Any) -> Any:
        if path == "/languages":
            others = {code: [other for other in self.codes if other != code] for code in self.codes}
            return [{"code": c, "name": c, "targets": targets} for c, targets in others.items()]
        assert path == "/translate"
        return {"translatedText": [WORDS.get(text, f"cat: {text}") for text in body["q"]]}


class DeepL(Service):
    def answer(self, path: str, body: Any) -> Any:
        assert path == "/v2/translate"
        return {
            "translations": [
                {"detected_source_language": "ZH", "text": WORDS.get(text, f"cat: {text}")}
                for text in body["text"]
            ]
        }


class ChatModel(Service):
    """A language model that translates what it knows, or says what the test tells it to."""

    def __init__(self, words: dict[str, str] | None = None) -> None:
        super().__init__()
        self.words = WORDS | (words or {})
        self.told: list[str] = []  # whole contents, said in turn
        self.obeys: Callable[[str], list[str]] | None = None  # makes answers of its instruction
        self.knows_schemas = True

    def answer(self, path: str, body: Any) -> Any:
        assert path == "/chat/completions"
        system, user = (message["content"] for message in body["messages"])
        if self.obeys is not None:
            self.answers(*self.obeys(system))
        content = self.told.pop(0) if self.told else self.translated(user)
        message = {"role": "assistant", "content": content}
        return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}

    def translated(self, content: str) -> str:
        items = json.loads(content)["items"]
        made = [
            {"id": item["id"], "translation": self.words.get(item["text"], item["text"])}
            for item in items
        ]
        return json.dumps({"items": made}, ensure_ascii=False)

    def answers(self, *translations: str) -> None:
        """The next answer's translations, as they are."""
        items = [{"id": at, "translation": text} for at, text in enumerate(translations, 1)]
        self.told.append(json.dumps({"items": items}, ensure_ascii=False))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if not self.knows_schemas and "response_format" in await request.json():
            self.fail(400, '{"error": {"message": "response_format is not supported"}}')
        return await super().handle(request)

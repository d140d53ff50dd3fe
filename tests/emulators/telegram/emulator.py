"""The emulator itself: the HTTP server a bot talks to, and what a test can see of it."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

import orjson
from aiohttp import web

from .crowd import Crowd
from .errors import ApiError, Json
from .faults import Fault, FloodLimits
from .methods import METHODS, command_scope
from .params import Params, read_params
from .state import State

_TOKEN = re.compile(r"\d+:[\w-]+")
_NOT_FOUND = ApiError(404, "Not Found")


class Request(NamedTuple):
    """A call the bot made; `time` is when it was answered, on time.perf_counter()."""

    method: str
    params: Json
    status: int
    time: float


class TelegramEmulator(Crowd):
    """A Bot API server on loopback, running in the current event loop.

    `async with TelegramEmulator() as emu:` starts it; `emu.api_base` is its address.
    """

    def __init__(
        self,
        port: int = 0,
        token: str = "123456:telegram-test-token",
        username: str = "catbridge_bot",
    ) -> None:
        super().__init__(State(username, int(token.partition(":")[0]), self._changed))
        self.token = token
        self.port = port
        self.requests: list[Request] = []
        self.rate_limits = False
        self.flood_limits = FloodLimits()
        self.upload_limit = 50 * 1024 * 1024
        self._faults: list[Fault] = []
        self._waiters: set[asyncio.Event] = set()
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Serves again, on the same port, after `stop`: an outage keeps chats and updates."""
        self._runner = web.ServerRunner(
            web.Server(self._serve, access_log=None), shutdown_timeout=0.05
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bot_id(self) -> int:
        return self.state.bot_id

    @property
    def privacy_mode(self) -> bool:
        return self.state.privacy_mode

    @privacy_mode.setter
    def privacy_mode(self, is_on: bool) -> None:
        self.state.privacy_mode = is_on

    @property
    def hears_bots(self) -> bool:
        """Bot-to-bot mode: whether messages of other bots reach this one."""
        return self.state.hears_bots

    @hears_bots.setter
    def hears_bots(self, is_on: bool) -> None:
        self.state.hears_bots = is_on

    @property
    def download_limit(self) -> int:
        return self.state.download_limit

    @download_limit.setter
    def download_limit(self, size: int) -> None:
        self.state.download_limit = size

    @property
    def pending_updates(self) -> int:
        return len(self.state.updates)

    @property
    def callback_answers(self) -> list[Json]:
        return self.state.callback_answers

    def message(self, chat: int, message_id: int) -> Json | None:
        """The message as it is now; None once it is deleted."""
        return self.state.chats[chat].messages.get(message_id)

    def messages(
        self, chat: int, thread: int | None = None, *, service: bool = False
    ) -> list[Json]:
        """Every message still there, in order; `service` adds joins, topics and the like."""
        return list(self._messages(chat, thread, service))

    def sent(self, chat: int, thread: int | None = None) -> list[Json]:
        """The bot's own messages, in order."""
        return [one for one in self._messages(chat, thread, False) if one.get("_by_bot")]

    def _messages(self, chat: int, thread: int | None, service: bool) -> Iterator[Json]:
        for message in self.state.chats[chat].messages.values():
            if "_service" in message and not service:
                continue
            if thread is None or message.get("message_thread_id") == thread:
                yield message

    def reactions(self, chat: int, message_id: int) -> dict[int, list[str]]:
        """Who reacted with what: emoji by user id, the bot's own included."""
        given = self.state.chats[chat].reactions.get(message_id, {})
        return {
            user: [one.get("emoji") or one.get("custom_emoji_id", "") for one in chosen]
            for user, chosen in given.items()
            if chosen
        }

    def commands(self, scope: Json | str | None = None, language_code: str = "") -> list[Json]:
        return self.state.commands.get((command_scope(scope), language_code), [])

    def fault(
        self,
        methods: str,
        *,
        status: int | None = None,
        description: str | None = None,
        retry_after: int = 1,
        when: str = "before",
        delay: float = 0.0,
        cut: bool = False,
        chat: int | None = None,
        times: int | None = 1,
        skip: int = 0,
    ) -> Fault:
        """Spoils the next `times` calls (None: every one) of methods that match the pattern.

        "before": nothing happens but the error, delay or cut. "after": the request takes effect,
        then the client gets them. With neither status nor cut a call is only slow.
        """
        pattern = re.compile(methods, re.IGNORECASE)
        is_after = {"before": False, "after": True}[when]
        fault = Fault(
            pattern, status, description, retry_after, is_after, delay, cut, chat, times, skip
        )
        self._faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        self._faults.clear()

    async def wait(self, condition: Callable[[], Any], timeout: float = 30) -> Any:
        """The first truthy value of `condition`, tried whenever something changes."""
        changed = asyncio.Event()
        self._waiters.add(changed)
        try:
            async with asyncio.timeout(timeout):
                while not (value := condition()):
                    await changed.wait()
                    changed.clear()
                return value
        finally:
            self._waiters.discard(changed)

    def _changed(self) -> None:
        for waiter in self._waiters:
            waiter.set()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/file/bot"):
            token, _, file_path = request.path.removeprefix("/file/bot").partition("/")
            return self._download(token, file_path)
        token, _, method = request.path.removeprefix("/bot").partition("/")
        params = Params({})
        try:
            self._authorise(token)
            params = await read_params(request, self.upload_limit)
            status, body = 200, await self._call(request, method, params)
        except ApiError as refusal:
            status, body = refusal.status, orjson.dumps(refusal.body())
        self.requests.append(Request(method, params.values, status, time.perf_counter()))
        self._changed()
        return web.Response(body=body, status=status, content_type="application/json")

    def _authorise(self, token: str) -> None:
        if token == self.token:
            return
        raise ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else _NOT_FOUND

    async def _call(self, request: web.BaseRequest, method: str, params: Params) -> bytes:
        handler = METHODS.get(method.lower())
        if handler is None:
            raise _NOT_FOUND
        fault = self._fault_for(method, params)
        if fault is not None and not fault.after:
            await _strike(fault, request)
        if self.rate_limits and method.lower().startswith("send"):
            self._spend(method, params)
        result = await handler(self.state, params)
        if fault is not None and fault.after:
            await _strike(fault, request)
        return orjson.dumps({"ok": True, "result": result})

    def _fault_for(self, method: str, params: Params) -> Fault | None:
        if not self._faults:
            return None
        chat = params.text("chat_id")
        return next((fault for fault in self._faults if fault.takes(method, chat)), None)

    def _spend(self, method: str, params: Params) -> None:
        if method.lower() == "sendchataction":
            return
        messages = len(params.json("media") or [0]) if method.lower() == "sendmediagroup" else 1
        self.flood_limits.spend(self.state.chat(params.chat).id, messages)

    def _download(self, token: str, path: str) -> web.Response:
        try:
            self._authorise(token)
            if (content := self.state.files.at(path)) is None:
                raise _NOT_FOUND
        except ApiError as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        return web.Response(body=content, content_type="application/octet-stream")


async def _strike(fault: Fault, request: web.BaseRequest) -> None:
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.cut and request.transport is not None:
        request.transport.close()
        raise ApiError(502, "Bad Gateway")
    if (error := fault.error()) is not None:
        raise error

"""The facade: starts and stops the emulator, and makes it misbehave."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Literal, Self

from aiohttp import web

from . import routes_commands as _commands  # noqa: F401  registers its routes
from . import routes_guilds as _guilds  # noqa: F401
from .faults import Fault
from .gateway import INTENTS, Gateway
from .people import People
from .rest import API, Request, RestServer
from .state import State


class DiscordEmulator(People):
    """`async with DiscordEmulator() as emu:` runs it in the current event loop."""

    def __init__(
        self,
        port: int = 0,
        token: str = "discord-test-token",
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.port = port
        self.token = token
        super().__init__(State(clock=clock))
        self.gateway = Gateway(self.state, token)
        self.rest = RestServer(self.state, self.gateway, token)
        self.state.emit_event = self.gateway.dispatch
        self.refuses_sockets = False  # an outage of the gateway alone
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        server = web.Server(self._serve, request_factory=_request, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        self.state.base_url = f"http://127.0.0.1:{self.port}"
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.gateway.drop(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if request.headers.get("Upgrade", "").lower() == "websocket":
            if self.refuses_sockets:
                return web.Response(status=503)
            return await self.gateway.serve(request)
        if path.startswith(API + "/"):
            return await self.rest.answer(request)
        file = self.state.files.get(path)
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file[1], headers={"Content-Type": file[2]})

    @property
    def api_base(self) -> str:
        return self.state.base_url + API

    @property
    def gateway_url(self) -> str:
        return self.gateway.url

    @property
    def requests(self) -> list[Request]:
        return self.rest.requests

    async def wait(self, condition: Callable[[], Any], timeout: float = 30) -> Any:
        """The first true value of `condition`; TimeoutError when it stays false."""
        return await self.state.wait(condition, timeout=timeout)

    def fault(
        self,
        method: str,
        path: str,
        *,
        status: int | None = None,
        json: Any = None,
        retry_after: float = 0.5,
        when: Literal["before", "after"] = "before",
        delay: float = 0.0,
        cut: bool = False,
        times: float = 1,
        skip: int = 0,
    ) -> Fault:
        """Spoils the next `times` requests (math.inf: all) whose path contains the pattern.

        "after" lets the request take effect first. Without status and cut it is only delayed.
        The path is without /api/v10 and the query; the method "*" means any.
        """
        order = Fault(
            method, re.compile(path), status, json, retry_after, when, delay, cut, times, skip
        )
        self.rest.faults.orders.append(order)
        return order

    def clear_faults(self) -> None:
        self.rest.faults.orders.clear()

    async def drop_gateway(self, code: int = 4000) -> None:
        """Closes the sockets; sessions stay and may resume. 1006 cuts without a close frame."""
        await self.gateway.drop(code)

    def ask_reconnect(self) -> None:
        """Opcode 7."""
        self.gateway.push_all({"op": 7, "d": None})

    def invalidate_sessions(self) -> None:
        """No session of now can be resumed; the live ones go on until their socket closes."""
        self.gateway.invalidate()

    def disallow_intents(self, *names: str) -> None:
        """IDENTIFY with one of these is closed with 4014; none lifts the ban."""
        self.gateway.disallowed = sum(INTENTS[name] for name in names)
        self.state.content_hidden = "message_content" in names
        self.state.members_hidden = "members" in names

    @property
    def deaf(self) -> bool:
        return self.gateway.deaf

    @deaf.setter
    def deaf(self, value: bool) -> None:
        self.gateway.deaf = value

    @property
    def connected(self) -> int:
        """How many sockets carry a session now."""
        return sum(one.connection is not None for one in self.gateway.sessions.values())

    @property
    def echo_first(self) -> bool:
        """Whether a REST call's events go out before its answer (default) or 10 ms after."""
        return self.rest.echo_first

    @echo_first.setter
    def echo_first(self, value: bool) -> None:
        self.rest.echo_first = value

    @property
    def rate_limits(self) -> bool:
        return self.rest.limits.active

    @rate_limits.setter
    def rate_limits(self, value: bool) -> None:
        self.rest.limits.active = value

    @property
    def upload_limit(self) -> int:
        return self.state.upload_limit

    @upload_limit.setter
    def upload_limit(self, value: int) -> None:
        self.state.upload_limit = value


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    # The size limit is ours to check, with Discord's answer.
    return web.BaseRequest(
        message, payload, protocol, writer, task, protocol._loop, client_max_size=1 << 30
    )

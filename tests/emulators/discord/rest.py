"""The REST side: reads a request, applies faults and limits, finds the route, answers."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from aiohttp import BodyPartReader, hdrs, web

from .errors import ApiError, api_error, not_found, unauthorized
from .faults import Fault, Faults
from .limits import RateLimited, RateLimits
from .state import File, Payload, State

if TYPE_CHECKING:
    from .gateway import Gateway

API = "/api/v10"
# The proxy that Discord stands behind; clients take a 429 without it for a ban.
_VIA = {"Via": "1.1 google"}


class _Fields(NamedTuple):
    method: str
    path: str
    body: Any
    status: int
    time: float


class Request(_Fields):
    """A recorded request: path without /api/v10, status 0 when the line was cut.

    It unpacks into five; the query and the uploaded files are attributes beside them.
    """

    query: Mapping[str, str]
    files: dict[int, File]


@dataclass(slots=True)
class Call:
    """What a route gets to see of a request."""

    state: State
    query: Mapping[str, str]
    body: Any = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)
    authorized: bool = False
    gateway_url: str = ""

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("1", "true")


Handler = Callable[..., Any]


class Route(NamedTuple):
    pattern: re.Pattern[str]
    handler: Handler
    bucket: str
    auth: bool


_ROUTES: dict[tuple[str, str], list[Route]] = {}
_PLACES = {"{id}": r"(\d+)", "{message}": r"(\d+|@original)"}


def route(
    method: str, path: str, *, bucket: str = "", auth: bool = True
) -> Callable[[Handler], Handler]:
    """Registers `handler(call, *parts of the path)`; None is answered as 204."""

    def register(handler: Handler) -> Handler:
        pattern = re.sub(r"\{\w+\}", lambda m: _PLACES.get(m[0], "([^/]+)"), path)
        entry = Route(re.compile(pattern + r"\Z"), handler, bucket or handler.__qualname__, auth)
        _ROUTES.setdefault((method, path.split("/")[1]), []).append(entry)
        return handler

    return register


def _find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    for entry in _ROUTES.get((method, path.split("/", 2)[1]), ()):
        match = entry.pattern.match(path)
        if match is not None:
            return entry, match.groups()
    raise not_found()


class RestServer:
    def __init__(self, state: State, gateway: Gateway, token: str) -> None:
        self.state = state
        self.gateway = gateway
        self.requests: list[Request] = []
        self.faults = Faults()
        self.limits = RateLimits()
        self.echo_first = True
        self._authorization = f"Bot {token}"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path.removeprefix(API)
        started = time.monotonic()
        call = Call(self.state, request.query, gateway_url=self.gateway.url)
        call.authorized = request.headers.get(hdrs.AUTHORIZATION) == self._authorization
        fault = self.faults.find(request.method, path)
        try:
            call.body, call.files = await _read(request)
            response, events = await self._respond(request.method, path, call, fault)
        except ApiError as error:
            response, events = _json(error.status, error.body(), {}), []
        record = Request(
            request.method, path, call.body, response.status if response else 0, started
        )
        record.query, record.files = dict(call.query), call.files
        self.requests.append(record)
        self.state.touch()
        if response is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if events:
            await response.prepare(request)
            await response.write_eof()
            asyncio.get_running_loop().call_later(0.01, self._release, events)
        return response

    async def _respond(
        self, method: str, path: str, call: Call, fault: Fault | None
    ) -> tuple[web.Response | None, list[tuple[str, Payload]]]:
        """The answer (None: cut the line) and the events that must follow it."""
        if fault is not None and fault.when == "before":
            await asyncio.sleep(fault.delay)
            if fault.cut or fault.status is not None:
                return _spoiled(fault, path), []
        with self.gateway.holding() as events:
            response = self._run(method, path, call)
        if events and (self.echo_first or fault is not None):
            self._release(events)
            events = []
            await self.gateway.settle()
            await asyncio.sleep(0)
        if fault is not None and fault.when == "after":
            await asyncio.sleep(fault.delay)
            if fault.cut or fault.status is not None:
                return _spoiled(fault, path), []
        return response, events

    def _release(self, events: list[tuple[str, Payload]]) -> None:
        for event, body in events:
            self.gateway.dispatch(event, body)

    def _run(self, method: str, path: str, call: Call) -> web.Response:
        headers: dict[str, str] = {}
        try:
            entry, parts = _find(method, path)
            if entry.auth and not call.authorized:
                raise unauthorized()
            headers = self._spend(entry, parts, call)
            result = entry.handler(call, *parts)
        except ApiError as error:
            return _json(error.status, error.body(), headers)
        except RateLimited as error:
            return _json(429, error.body, error.headers)
        return _json(204 if result is None else 200, result, headers)

    def _spend(self, entry: Route, parts: tuple[str, ...], call: Call) -> dict[str, str]:
        major = parts[0] if parts else ""
        channel_id = None
        if entry.bucket == "webhook":
            if major == self.state.bot_id:
                return {}
            webhook = self.state.webhooks.get(major, {})
            channel_id = call.query.get("thread_id") or webhook.get("channel_id")
        return self.limits.spend(entry.bucket, major, channel_id)


async def _read(request: web.BaseRequest) -> tuple[Any, dict[int, File]]:
    if not request.body_exists:
        return {}, {}
    if request.content_type.startswith("multipart/"):
        return await _read_form(request)
    raw = await request.read()
    if not raw:
        return {}, {}
    try:
        return orjson.loads(raw), {}
    except orjson.JSONDecodeError:
        raise api_error(50109) from None


async def _read_form(request: web.BaseRequest) -> tuple[Any, dict[int, File]]:
    """The payload_json (or the plain fields) and the files by their number."""
    body: dict[str, Any] = {}
    files: dict[int, File] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise api_error(50109)
        content = bytes(await part.read())
        name = part.name or ""
        if name == "payload_json":
            body |= orjson.loads(content)
        elif part.filename is None:
            body[name] = content.decode()
        else:
            kind = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
            number = re.search(r"\d+", name)
            files[int(number[0]) if number else len(files)] = (part.filename, content, kind)
    return body, files


def _spoiled(fault: Fault, path: str) -> web.Response | None:
    if fault.cut:
        return None
    return _json(fault.status or 500, fault.body(path), fault.headers())


def _json(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=_VIA | headers)
    if isinstance(body, str):
        return web.Response(status=status, text=body, content_type="text/html", headers=_VIA)
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        content_type="application/json",
        headers=_VIA | headers,
    )

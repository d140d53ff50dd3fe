"""The rooms' time, as the page shows it, and the buttons that move the demo's clock on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.bodies import AdvanceBody
from bot.adapters.sandbox.inbound import channel_of
from bot.adapters.sandbox.refusals import read
from bot.core.model import ChannelId
from bot.core.ports import Clock

Advance = Callable[[timedelta], Awaitable[None]]


class Timepiece:
    def __init__(
        self,
        *,
        rooms: Iterable[str],
        clock: Clock,
        zone_of: Callable[[ChannelId], str],
        advance: Advance | None,
        bell: Bell,
    ) -> None:
        """`advance` is None where the clock is real time, which nobody moves."""
        self._rooms = rooms
        self._clock = clock
        self._zone_of = zone_of
        self._advance = advance
        self._bell = bell
        self.moves = 0  # how often it was moved since the start

    def routes(self) -> list[web.RouteDef]:
        if self._advance is None:
            return []
        return [web.get("/api/clock", self.show), web.post("/api/clock", self.move)]

    def shown(self) -> dict[str, Any]:
        """`now` is milliseconds since 1970, `zones` an IANA name for each room."""
        return {
            "now": int(self._clock.now().timestamp() * 1000),
            "zones": {room: self._zone_of(channel_of(room)) for room in self._rooms},
            "can_move": self._advance is not None,
        }

    async def show(self, _request: web.Request) -> web.Response:
        return web.json_response(self.shown())

    async def move(self, request: web.Request) -> web.Response:
        """Answers once everything that became due has been done."""
        asked = await read(request, AdvanceBody)
        assert self._advance is not None
        await self._advance(timedelta(hours=asked.hours))
        self.moves += 1
        self._bell.ring()
        return web.json_response(self.shown())

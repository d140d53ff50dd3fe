"""Changes as they happen: a stream that a page can take up again where it was cut."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import orjson
from aiohttp import web

from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.doors import Doors
from bot.adapters.sandbox.timepiece import Timepiece
from bot.adapters.sandbox.wire import shown
from bot.store import sandbox as store
from bot.store.database import Database

HEARTBEAT = 15.0  # seconds; a page that hears nothing for longer connects again
BATCH = 200  # rows


class Events:
    def __init__(
        self, *, database: Database, doors: Doors, timepiece: Timepiece, bell: Bell
    ) -> None:
        self._database = database
        self._doors = doors
        self._timepiece = timepiece
        self._bell = bell
        self._closing = False

    def close(self) -> None:
        """End every stream; the pages come back by themselves."""
        self._closing = True
        self._bell.ring()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        # A page that has gone is noticed when it is written to.
        with self._bell.listening() as ear, suppress(ConnectionResetError):
            await self._follow(response, _place(request), ear, request.query.get("rooms"))
        return response

    async def _follow(
        self, response: web.StreamResponse, place: int, ear: asyncio.Event, stamp: str | None
    ) -> None:
        """`stamp` tells which rooms the page knows of; None where it does not ask for them."""
        if place > await self._end():
            await response.write(_event("reset", place, None))
            return
        await response.write(b"retry: 1000\n: hello\n\n")
        moves = self._timepiece.moves
        while not self._closing:
            ear.clear()
            if stamp is not None and stamp != self._doors.stamp:
                stamp = self._doors.stamp
                told = {"rooms": self._doors.shown(), "stamp": stamp}
                await response.write(_event("rooms", place, told))
                moves = -1  # a room that was linked lives in a zone now
            if moves != self._timepiece.moves:
                moves = self._timepiece.moves
                await response.write(_event("clock", place, self._timepiece.shown()))
            place = await self._send_after(response, place)
            if not await _rang(ear):
                await response.write(b": still here\n\n")

    async def _send_after(self, response: web.StreamResponse, place: int) -> int:
        while rows := await self._changes(place):
            place = rows[-1].revision
            await response.write(
                b"".join(_event("message", row.revision, shown(row)) for row in rows)
            )
        return place

    async def _changes(self, place: int) -> list[store.Stored]:
        async with self._database.reading() as connection:
            return await store.changed_since(connection, place, BATCH)

    async def _end(self) -> int:
        async with self._database.reading() as connection:
            return await store.last_revision(connection)


def _place(request: web.Request) -> int:
    given = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 15 else 0


def _event(name: str, number: int, content: object) -> bytes:
    return b"event: %s\nid: %d\ndata: %s\n\n" % (name.encode(), number, orjson.dumps(content))


async def _rang(ear: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await ear.wait()
    except TimeoutError:
        return False

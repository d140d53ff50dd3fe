"""The page's server.

GET    /                                 the page
GET    /page/…                           its parts
GET    /api/state                        rooms, their newest messages, limits
GET    /api/events?after=N&rooms=STAMP   every change after revision N, as server-sent events;
                                         and the rooms, where they are not those of the stamp
POST   /api/rooms                        {key, name, look}: a new room → all rooms
DELETE /api/rooms/{room}                 takes away a room that was made here → all rooms
GET    /api/rooms/{room}/messages?before=ID   older messages, or the newest
POST   /api/rooms/{room}/messages        {key, persona, text, reply_to, files} → 201 when durable
PATCH  /api/rooms/{room}/messages/{id}   {persona, text}
DELETE /api/rooms/{room}/messages/{id}   {persona, is_mod}
POST   /api/rooms/{room}/messages/{id}/reactions   {persona, emoji, is_added}
POST   /api/rooms/{room}/arrivals        {key, persona}: somebody new comes in
GET    /api/pictures                     every picture of the rooms, newest first
GET    /api/clock                        the demo's time; only where it can be moved
POST   /api/clock                        {hours}: move it on, and do what is due by then
POST   /api/files?name=…                 the bytes → {hash, name, mime, …}, for a message's `files`
GET    /files/{hash}/{name}              the bytes again
GET    /api/commands?language=…          what can be asked
POST   /api/commands                     {room, persona, text, is_mod, reply_to, files}
POST   /api/press                        {room, persona, action, argument, is_mod, message}

A persona is {id, name, avatar}. A refusal is {"error": a sentence in the language of
Accept-Language}.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

from bot.adapters.sandbox.bodies import (
    ArrivalBody,
    DeleteBody,
    EditBody,
    MessageBody,
    ReactionBody,
    said,
)
from bot.adapters.sandbox.doors import Doors
from bot.adapters.sandbox.files import FILE_LIMIT, FILES_PER_MESSAGE, FileStore
from bot.adapters.sandbox.gallery import pictures
from bot.adapters.sandbox.outbound import TEXT_LIMIT
from bot.adapters.sandbox.refusals import (
    Refusal,
    message_is_gone,
    misunderstood,
    read,
    unknown_room,
)
from bot.adapters.sandbox.rooms import Rooms
from bot.adapters.sandbox.timepiece import Timepiece
from bot.adapters.sandbox.wire import REACTIONS, shown
from bot.core.model import Attachment
from bot.i18n import N_
from bot.store import sandbox as store
from bot.store.database import Database

PAGE = Path(__file__).parent / "page"
SCREENFUL = 100  # messages


class Api:
    def __init__(
        self,
        *,
        doors: Doors,
        rooms: Rooms,
        database: Database,
        files: FileStore,
        timepiece: Timepiece,
        show_sample: bool,
    ) -> None:
        self._doors = doors
        self._rooms = rooms
        self._database = database
        self._files = files
        self._timepiece = timepiece
        self._show_sample = show_sample

    def routes(self) -> list[web.AbstractRouteDef]:
        room = "/api/rooms/{room}/messages"
        return [
            web.get("/", self.page),
            web.static("/page", PAGE),
            web.get("/api/state", self.state),
            web.get(room, self.older),
            web.post(room, self.post),
            web.patch(room + "/{id}", self.edit),
            web.delete(room + "/{id}", self.delete),
            web.post(room + "/{id}/reactions", self.react),
            web.post("/api/rooms/{room}/arrivals", self.welcome),
            web.get("/api/pictures", self.pictures),
        ]

    async def page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def state(self, _request: web.Request) -> web.Response:
        async with self._database.reading() as connection:
            revision = await store.last_revision(connection)
            shown_rooms, stamp = self._doors.shown(), self._doors.stamp
            rooms = [
                room | _screenful(await store.latest(connection, room["id"], limit=SCREENFUL + 1))
                for room in shown_rooms
            ]
        limits = {"text": TEXT_LIMIT, "file": FILE_LIMIT, "files": FILES_PER_MESSAGE}
        return web.json_response(
            {
                "revision": revision,
                "rooms": rooms,
                "stamp": stamp,
                "limits": limits,
                "reactions": REACTIONS,
                "clock": self._timepiece.shown(),
                "show_sample": self._show_sample,
            }
        )

    async def older(self, request: web.Request) -> web.Response:
        before = _number(request.query["before"]) if "before" in request.query else None
        async with self._database.reading() as connection:
            rows = await store.latest(
                connection, self._room(request), limit=SCREENFUL + 1, before=before
            )
        return web.json_response(_screenful(rows))

    async def post(self, request: web.Request) -> web.Response:
        room = self._room(request)
        asked = await read(request, MessageBody)
        row = await self._rooms.post(
            room,
            asked.persona.persona,
            asked.rich,
            key=asked.key,
            reply_to=asked.reply_to,
            files=[self._present(file.attachment) for file in asked.files],
        )
        return web.json_response(shown(row), status=201)

    async def edit(self, request: web.Request) -> web.Response:
        room, number = self._room(request), _message(request)
        asked = await read(request, EditBody)
        row = await self._rooms.rewrite(room, number, asked.persona.person, said(asked.text))
        return web.json_response(shown(row))

    async def delete(self, request: web.Request) -> web.Response:
        room, number = self._room(request), _message(request)
        asked = await read(request, DeleteBody)
        await self._rooms.remove(room, number, asked.persona.person, is_mod=asked.is_mod)
        return web.Response(status=204)

    async def react(self, request: web.Request) -> web.Response:
        room, number = self._room(request), _message(request)
        asked = await read(request, ReactionBody)
        row = await self._rooms.react(
            room, number, asked.persona.persona, asked.emoji, is_added=asked.is_added
        )
        return web.json_response(shown(row))

    async def welcome(self, request: web.Request) -> web.Response:
        room = self._room(request)
        asked = await read(request, ArrivalBody)
        row = await self._rooms.welcome(room, asked.persona.persona, key=asked.key)
        return web.json_response(shown(row), status=201)

    async def pictures(self, _request: web.Request) -> web.Response:
        async with self._database.reading() as connection:
            rows = await store.all_there(connection, self._doors)
        return web.json_response(pictures(rows, self._doors))

    def _room(self, request: web.Request) -> str:
        room = request.match_info["room"]
        if room not in self._doors:
            raise unknown_room()
        return room

    def _present(self, file: Attachment) -> Attachment:
        if self._files.path(file.source) is None:
            raise Refusal(422, N_("A picture got lost on the way. Attach it again."))
        return file


def _screenful(rows: list[store.Stored]) -> dict[str, Any]:
    return {
        "messages": [shown(row) for row in rows[-SCREENFUL:]],
        "has_older": len(rows) > SCREENFUL,
    }


def _message(request: web.Request) -> int:
    number = request.match_info["id"]
    if not _is_number(number):
        raise message_is_gone()
    return int(number)


def _number(text: str) -> int:
    if not _is_number(text):
        raise misunderstood()
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15

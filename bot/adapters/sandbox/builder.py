"""Makes rooms on the page, and takes away those that were made there."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain, count

from aiohttp import web

from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.bodies import RoomBody
from bot.adapters.sandbox.doors import Doors
from bot.adapters.sandbox.files import FileStore
from bot.adapters.sandbox.refusals import Refusal, read, unknown_room
from bot.core.pairing import clean_name
from bot.core.ports import Clock
from bot.i18n import N_
from bot.store import sandbox, sandbox_rooms
from bot.store.database import Connection, Database
from bot.store.sandbox_rooms import MadeRoom

MOST_ROOMS = 24  # open at once
MOST_ID = 32  # characters, before a number that tells rooms of one name apart

NO_NAME = N_("Give the room a name that people can read.")
TOO_MANY = N_("There are {most} rooms already. Remove one first.")
NOT_MADE_HERE = N_("Only rooms that were made on this page can be removed here.")
IN_A_RELAY = N_("This room is in the relay “{name}”. Take it out first, with “/relay leave”.")


class Builder:
    def __init__(
        self, *, doors: Doors, database: Database, files: FileStore, clock: Clock, bell: Bell
    ) -> None:
        self._doors = doors
        self._database = database
        self._files = files
        self._clock = clock
        self._bell = bell

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/rooms", self.make),
            web.delete("/api/rooms/{room}", self.remove),
        ]

    async def load(self) -> None:
        async with self._database.reading() as connection:
            self._doors.hold(await sandbox_rooms.all_there(connection))

    async def make(self, request: web.Request) -> web.Response:
        asked = await read(request, RoomBody)
        name = clean_name(asked.name)
        if not name:
            raise Refusal(422, NO_NAME)
        async with self._database.transaction() as connection:
            room = await sandbox_rooms.made_with(connection, asked.key)
            if room is None:
                room = MadeRoom(await self._free_id(connection, name), name, asked.look)
                await sandbox_rooms.add(connection, room, key=asked.key, now=self._clock.now())
            await self._changed(connection)
        return self._answer(room.id, status=201)

    async def remove(self, request: web.Request) -> web.Response:
        """What was said in it is erased here. Copies of it elsewhere stay."""
        room = request.match_info["room"]
        async with self._database.transaction() as connection:
            self._require_loose(room)
            files = await sandbox.files_in(connection, room)
            await sandbox.clear(connection, room, self._clock.now())
            await sandbox_rooms.remove(connection, room, self._clock.now())
            left = await sandbox.attached(connection)
            await self._changed(connection)
        await self._files.discard(files - left)
        return self._answer(room, status=200)

    def _require_loose(self, room: str) -> None:
        """Raises `Refusal` where it can't be removed."""
        if room not in self._doors:
            raise unknown_room()
        if room not in self._doors.made:
            raise Refusal(403, NOT_MADE_HERE)
        relay = self._doors.relay_of(room)
        if relay is not None:
            raise Refusal(409, IN_A_RELAY, name=relay.name)

    async def _free_id(self, connection: Connection, name: str) -> str:
        if len(self._doors) >= MOST_ROOMS:
            raise Refusal(409, TOO_MANY, most=MOST_ROOMS)
        return id_for(name, {*self._doors, *await sandbox_rooms.taken(connection)})

    async def _changed(self, connection: Connection) -> None:
        made = await sandbox_rooms.all_there(connection)
        self._database.after_commit(connection, lambda: self._doors.hold(made))
        self._database.after_commit(connection, self._bell.ring)

    def _answer(self, room: str, *, status: int) -> web.Response:
        content = {"room": room, "rooms": self._doors.shown(), "stamp": self._doors.stamp}
        return web.json_response(content, status=status)


def id_for(name: str, taken: Collection[str]) -> str:
    """What the address and the lists of relays call a room: its name as one word."""
    words = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
    stem = words[:MOST_ID].strip("-") or "room"
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(one for one in chain([stem], numbered) if one not in taken)

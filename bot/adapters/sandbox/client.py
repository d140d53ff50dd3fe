"""The sandbox: a web page with rooms that behave like a chat platform's channels.

It serves the page until it is cancelled. It must never answer a request that another site made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from bot.adapters.sandbox.api import Api
from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.builder import Builder
from bot.adapters.sandbox.commands import Commands
from bot.adapters.sandbox.doors import Doors
from bot.adapters.sandbox.events import Events
from bot.adapters.sandbox.files import FileStore
from bot.adapters.sandbox.guard import Guard, add_headers, check_binding
from bot.adapters.sandbox.inbound import PLATFORM
from bot.adapters.sandbox.outbound import SandboxChat
from bot.adapters.sandbox.refusals import BODY_LIMIT
from bot.adapters.sandbox.rooms import Rooms
from bot.adapters.sandbox.timepiece import Advance, Timepiece
from bot.adapters.sandbox.transfers import Transfers
from bot.core.errors import Misconfigured, Problem, Transient
from bot.core.model import ChannelId, Cursor, Relay, RelayChannel
from bot.core.ports import Clock
from bot.dispatch import Dispatcher
from bot.i18n import N_
from bot.intake import Intake
from bot.store import sandbox as store
from bot.store.database import Database, StoreUnavailable


class Sandbox:
    platform = PLATFORM

    def __init__(
        self,
        *,
        rooms: Sequence[RelayChannel],
        host: str,
        port: int,
        token: str | None,
        data_dir: Path,
        database: Database,
        intake: Intake,
        dispatcher: Dispatcher,
        clock: Clock,
        zone_of: Callable[[ChannelId], str] = lambda _channel: "UTC",
        advance: Advance | None = None,
        show_sample: bool = True,
        more_rooms: Sequence[str] = (),
        relays: Callable[[], Sequence[Relay]] = tuple,
    ) -> None:
        """`advance` moves the clock on, where it can be moved. `more_rooms` are for
        mods to link; `relays` answers those there are now, waiting ones too.

        Raises `Misconfigured` where other machines could reach the page without a token.
        """
        check_binding(host, token)
        self.host = host
        self.port = port  # 0: whichever is free, known once `ready` is set
        self.ready = asyncio.Event()
        self._doors = Doors(rooms, more_rooms, relays)
        self._database = database
        bell = self._bell = Bell()
        files = self._files = FileStore(data_dir / "sandbox" / "files")
        self._rooms = Rooms(database=database, intake=intake, clock=clock, bell=bell)
        timepiece = Timepiece(
            rooms=self._doors, clock=clock, zone_of=zone_of, advance=advance, bell=bell
        )
        self._builder = Builder(
            doors=self._doors, database=database, files=files, clock=clock, bell=bell
        )
        self._events = Events(database=database, doors=self._doors, timepiece=timepiece, bell=bell)
        self.chat = SandboxChat(
            rooms=self._doors,
            database=database,
            files=files,
            bell=bell,
            clock=clock,
            address=f"http://{_bracketed(host)}:{port}",
        )
        app = web.Application(
            middlewares=[Guard(token, lambda: self.port).middleware()], client_max_size=BODY_LIMIT
        )
        app.on_response_prepare.append(add_headers)
        api = Api(
            doors=self._doors,
            rooms=self._rooms,
            database=database,
            files=files,
            timepiece=timepiece,
            show_sample=show_sample,
        )
        commands = Commands(
            rooms=self._doors,
            dispatcher=dispatcher,
            database=database,
            files=files,
            bell=bell,
            clock=clock,
        )
        app.add_routes(api.routes())
        app.add_routes(self._builder.routes())
        app.add_routes([web.get("/api/events", self._events.stream)])
        app.add_routes(Transfers(files).routes())
        app.add_routes(commands.routes())
        app.add_routes(timepiece.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)

    async def run(self) -> None:
        """Serve until cancelled. Raises `Misconfigured` where the port is taken."""
        try:
            await self._builder.load()
            await self._open()
            await self._tidy()
            for room in self._doors:
                await self._rooms.catch_up(room)
            self.ready.set()
            await asyncio.Event().wait()
        finally:
            await self.aclose()

    def relays_changed(self) -> None:
        """Tell the pages."""
        self._bell.ring()

    @property
    def is_online(self) -> bool:
        return self.ready.is_set()

    async def problems(self, channel: ChannelId) -> Sequence[Problem]:
        return []

    async def newest(self, channel: ChannelId) -> Cursor | None:
        """What is written in a room is heard, and passed over, whether it is linked or not."""
        return None

    async def recent(self, channel: ChannelId, limit: int) -> Sequence[str]:
        """Raises `Transient`."""
        try:
            async with self._database.reading() as connection:
                rows = await store.latest(connection, channel.id, limit=limit)
        except StoreUnavailable as error:
            raise Transient("the room can't be read") from error
        return [row.body["text"]["text"] for row in rows if not row.is_ours]

    async def aclose(self) -> None:
        self._events.close()
        await self._runner.cleanup()

    async def _tidy(self) -> None:
        async with self._database.reading() as connection:
            kept = await store.attached(connection)
        await self._files.sweep(kept)

    async def _open(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        try:
            await site.start()
        except OSError as error:
            raise Misconfigured(_taken(self.host, self.port)) from error
        self.port = self._runner.addresses[0][1]


def _taken(host: str, port: int) -> Problem:
    return Problem(
        "sandbox.port",
        N_("{host}:{port} can't be opened; another program may be using it."),
        N_("Choose another port."),
        {"host": _bracketed(host), "port": port},
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host

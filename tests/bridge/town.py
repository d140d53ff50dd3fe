"""A bridge and the places it joins: the whole program in this process, on a real database."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import app
from bot.clock import SystemClock
from bot.cog import Cog
from bot.core.model import ChannelId, MessageId
from bot.core.ports import Translator
from bot.settings import COGS, Settings
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_sandbox import SandboxPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Place, until
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator

START_WITHIN, STOP_WITHIN = 20.0, 12.0  # seconds
RELAY = "cats"
LEAP = 3600.0  # seconds; longer than any wait for a channel to open again


class LeapingClock(SystemClock):
    """The real clock until it leaps."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self._ahead

    def advance(self, by: timedelta) -> None:
        self._ahead += by

    def wait_for(self, hour: int) -> None:
        """Until it is this hour in UTC."""
        now = self.now()
        then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        self.advance((then - now) % timedelta(days=1))


class Town:
    """Emulators start when the first place on them is asked for."""

    def __init__(self, folder: Path, migrated: Path, translator: Translator | None) -> None:
        self.folder = folder
        self.clock = LeapingClock()
        self.changes: dict[str, Any] = {}  # to the settings
        self.database_url = ""  # a migrated database; a SQLite file of the town's own without it
        self.options: dict[str, dict[str, Any]] = {}  # by channel: what the file says besides
        self.cogs: list[type[Cog]] = []  # besides those of the program
        self.stop_within = STOP_WITHIN
        self.without = {"daily_question"}  # it speaks at its hour, whatever a test is about
        self._translator = translator
        self._migrated = migrated
        self._stack = AsyncExitStack()
        self._discord: DiscordEmulator | None = None
        self._telegram: TelegramEmulator | None = None
        self.guild = ""
        self._http: aiohttp.ClientSession | None = None
        self._relays: dict[str, list[tuple[Place, str]]] = {}
        self._rooms = itertools.count()
        self._open_rooms: list[str] = []
        self._bridge: app.Bridge | None = None

    async def __aenter__(self) -> Self:
        # discord.py has these addresses in its classes, and an older town's bridge goes on.
        for kind, name in ((Route, "BASE"), (DiscordWebSocket, "DEFAULT_GATEWAY")):
            self._stack.callback(setattr, kind, name, getattr(kind, name))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def discord(self) -> DiscordEmulator:
        if self._discord is None:
            self._discord = await self._stack.enter_async_context(DiscordEmulator())
            self.guild = self._discord.add_guild("Cats")
        return self._discord

    async def telegram(self) -> TelegramEmulator:
        if self._telegram is None:
            self._telegram = await self._stack.enter_async_context(TelegramEmulator())
        return self._telegram

    async def place(
        self, platform: str, language: str = "en", *, relay: str = RELAY, in_guild: bool = True
    ) -> Place:
        """A new place there, linked with the others of its relay.

        On Discord in the town's guild, or in one of its own, which nobody else joins.
        """
        match platform:
            case "discord":
                emulator = await self.discord()
                guild = self.guild if in_guild else emulator.add_guild("Cats")
                place: Place = DiscordPlace(emulator, guild)
            case "telegram":
                place = TelegramPlace(await self.telegram())
            case _:
                if self._http is None:
                    self._http = await self._stack.enter_async_context(aiohttp.ClientSession())
                place = SandboxPlace(f"room{next(self._rooms)}", self._port, self._http)
        self.join(place, language, relay=relay)
        return place

    async def discord_place(self, channel: str = "", language: str = "en") -> DiscordPlace:
        place = DiscordPlace(await self.discord(), self.guild, channel or None)
        self.join(place, language)
        return place

    async def telegram_place(
        self, chat: int | None = None, topic: int | None = None, language: str = "en"
    ) -> TelegramPlace:
        place = TelegramPlace(await self.telegram(), chat, topic)
        self.join(place, language)
        return place

    async def unlinked(self, platform: str) -> Place:
        """A new place that is in no relay of the file."""
        place = await self.place(platform, relay="")
        del self._relays[""]
        if platform == "sandbox":
            self._open_rooms.append(place.channel)
        return place

    def join(self, place: Place, language: str = "en", *, relay: str = RELAY) -> None:
        self._relays.setdefault(relay, []).append((place, language))

    def settings(self) -> Settings:
        table: dict[str, Any] = {
            "data_dir": str(self.folder),
            "language": "en",
            "cogs": [name for name in COGS if name not in self.without],
            "relays": [
                {
                    "name": name,
                    "channels": [
                        {"platform": one.platform, "channel": one.channel, "language": language}
                        | self.options.get(one.channel, {})
                        for one, language in members
                    ],
                }
                for name, members in self._relays.items()
            ],
        }
        if self._discord is not None:
            table["discord"] = {"token": self._discord.token, "api_base": self._discord.api_base}
        if self._telegram is not None:
            base = self._telegram.api_base
            table["telegram"] = {"token": self._telegram.token, "api_base": base}
        if self._http is not None:
            table["sandbox"] = {"port": 0, "rooms": self._open_rooms}
        if self.database_url:
            table["database_url"] = self.database_url
        for section, values in self.changes.items():
            table[section] = table.get(section, {}) | values
        return Settings.model_validate(table)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[app.Bridge, None]:
        """The bridge, ready; asked to stop at the end. What it raises comes out here."""
        self._lay_database()
        async with app.assembled(
            self.settings(), clock=self.clock, translator=self._translator
        ) as bridge:
            self._bridge = bridge
            for cog in self.cogs:
                bridge.host.add_cog(cog(bridge.host))
            stop, ready = asyncio.Event(), asyncio.Event()
            serving = asyncio.create_task(bridge.serve(stop, ready.set))
            readiness = asyncio.create_task(ready.wait())
            try:
                await asyncio.wait(
                    {serving, readiness},
                    timeout=START_WITHIN,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if serving.done():
                    await serving
                assert ready.is_set(), f"the bridge was not ready within {START_WITHIN} s"
                yield bridge
            finally:
                readiness.cancel()
                stop.set()
                await asyncio.wait_for(serving, self.stop_within)

    def leap(self) -> None:
        """Let every waiting delivery come due, and look."""
        self.clock.advance(timedelta(seconds=LEAP))
        if self._bridge is not None:
            self._bridge.courier.wake()

    async def pass_time(self, by: timedelta) -> None:
        """Let it become so much later, and do all that is due by then."""
        self.clock.advance(by)
        assert self._bridge is not None
        await self._bridge.look_at_all()

    async def links(self, place: Place, post: str) -> None:
        """Wait until the bridge knows that what is said about this post is to be carried."""
        ref = MessageId(ChannelId(place.platform, place.channel), post)

        async def is_known() -> bool:
            return self._bridge is not None and bool(self._bridge.strandbook.at(ref, ref))

        await until(is_known)

    async def hears(self, platform: str, channel: str) -> None:
        """Wait until what is said there is carried on."""

        async def is_heard() -> bool:
            there = ChannelId(platform, channel)
            return self._bridge is not None and self._bridge.intake.is_bridged(there)

        await until(is_heard)

    def _lay_database(self) -> None:
        """An empty one with its tables: migrating takes longer than most tests."""
        database = self.folder / "catbridge.db"
        if not self.database_url and not database.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(self._migrated, database)

    def _port(self) -> int:
        assert self._bridge is not None
        return next(a.port for a in self._bridge.adapters if a.platform == "sandbox")  # type: ignore[attr-defined]

"""Discord as the program sees it: hears until it is cancelled, speaks until it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.adapters.discord.checks import Checks
from bot.adapters.discord.examination import Examination
from bot.adapters.discord.gateway import Gateway, intents
from bot.adapters.discord.inbound import PLATFORM, Us
from bot.adapters.discord.outbound import DiscordChat
from bot.adapters.discord.proxies import proxy_for
from bot.adapters.discord.rest import Rest
from bot.core.errors import DeliveryError, Misconfigured, Problem, Transient
from bot.core.model import ChannelId, Cursor, Joined, RelayChannel
from bot.core.ports import Clock
from bot.dispatch import Dispatcher
from bot.findings import broken, skew
from bot.i18n import N_
from bot.intake import Intake

log = structlog.get_logger(__name__)

_RETRY_START = 5.0  # seconds between two tries to reach Discord at the start
_TOKEN_REFUSED = 4004
_LOOK_WITHIN = 60.0


class Discord:
    """The adapter. `ready` is set once the gateway has let us in."""

    platform = PLATFORM

    def __init__(
        self,
        token: str,
        *,
        api_base: str | None,
        intake: Intake,
        dispatcher: Dispatcher,
        clock: Clock,
        upload_limit: int | None = None,
        catch_up_limit: int = 500,
        stand: Callable[[ChannelId, str | None], None] = lambda _channel, _reason: None,
    ) -> None:
        """`upload_limit`: bytes, where the servers accept more than Discord says.

        `stand` is told why a channel is closed to us; without a reason, that it may be open.
        """
        self._stand = stand
        self.ready = asyncio.Event()
        self._token = token
        self._intake = intake
        self._dispatcher = dispatcher
        self._clock = clock
        self._catch_up_limit = catch_up_limit
        self._rest = Rest(token, api_base)
        self._checks = Checks(self._rest)
        self._gateway: Gateway | None = None
        self.chat = DiscordChat(
            self._rest,
            clock=clock,
            upload_limit=upload_limit,
            server_limit=self._server_limit,
        )

    async def run(self) -> None:
        """Hear until cancelled. Raises `Misconfigured` for what the operator must mend."""
        await self._reach()
        me = await self._rest.me()
        with_members = await self._checks.has_members_intent()
        if not with_members and self._dispatcher.listens_to(Joined):
            log.warning(N_("Newcomers on Discord go unnoticed: Server Members Intent is off"))
        gateway = Gateway(
            us=Us(user_id=int(me["bot"]["id"]), application_id=int(me["id"])),
            with_members=with_members,
            intake=self._intake,
            dispatcher=self._dispatcher,
            rest=self._rest,
            clock=self._clock,
            catch_up_limit=self._catch_up_limit,
            stand=self._stand,
        )
        self._gateway = gateway
        try:
            async with gateway, asyncio.TaskGroup() as group:
                await self._log_in(gateway)
                group.create_task(gateway.ear.run(), name="discord ear")
                group.create_task(gateway.follow_sessions(), name="discord catch-up")
                group.create_task(gateway.sync(), name="discord commands")
                group.create_task(self._announce_ready(gateway), name="discord ready")
                group.create_task(self._connect(gateway), name="discord gateway")
        except* Misconfigured as wrong:
            raise Misconfigured.united(wrong) from None

    async def check(
        self, members: Sequence[RelayChannel], *, may_listen: bool = False
    ) -> list[Problem]:
        """Everything that is wrong here, worth knowing, or in order. Changes nothing."""
        found: list[Problem] = []
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                await self._look([member.channel for member in members], found)
        except (DeliveryError, discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            found.append(self._checks.unreachable())
        return found

    async def _look(self, channels: Sequence[ChannelId], found: list[Problem]) -> None:
        found += await self._checks.application(is_fresh=True)
        if any(problem.code != "discord.content" for problem in found):
            return
        found += skew("Discord", self._clock.now(), self._rest.server_time())
        if not await self._checks.has_members_intent():
            found.append(self._checks.no_members())
        async with self._logged_in() as client:
            examination = Examination(self._rest, client)
            found += await examination.commands(self._published())
            for channel in channels:
                found += await examination.channel(channel)
            found += await examination.scopes()
        if self._gateway is not None and not self._gateway.is_online:
            found.append(self._checks.is_away())
        if all(one.is_light or one.code.startswith("discord.channel.") for one in found):
            found.append(self._checks.in_order())

    @asynccontextmanager
    async def _logged_in(self) -> AsyncGenerator[discord.Client, None]:
        if self._gateway is not None and self._gateway.user is not None:
            yield self._gateway
            return
        await self._point_at_the_api()
        proxy = proxy_for(self._rest.api_base)
        async with discord.Client(intents=intents(with_members=False), proxy=proxy) as client:
            await client.login(self._token)
            yield client

    def _published(self) -> set[str] | None:
        if self._gateway is None:
            return None
        return {command.name for command in self._gateway.tree.get_commands()}

    async def problems(self, channel: ChannelId) -> Sequence[Problem]:
        if self._gateway is None:
            return [self._checks.unreachable()]
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                return broken(await Examination(self._rest, self._gateway).channel(channel))
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            return [self._checks.unreachable()]

    async def newest(self, channel: ChannelId) -> Cursor | None:
        """Discord's history goes back to the channel's beginning: this is where ours starts."""
        newest = await self._past(channel, 1)
        return Cursor(PLATFORM, channel.id, newest[0]["id"] if newest else "0")

    async def recent(self, channel: ChannelId, limit: int) -> Sequence[str]:
        past = await self._past(channel, limit)
        return [said["content"] for said in past if not said["author"].get("bot")]

    async def _past(self, channel: ChannelId, limit: int) -> list[dict[str, Any]]:
        path = f"/channels/{channel.id}/messages"
        return await self._rest.call("GET", path, query=f"limit={limit}")

    async def aclose(self) -> None:
        await self._rest.aclose()

    @property
    def is_online(self) -> bool:
        return self._gateway is not None and self._gateway.is_online

    def _server_limit(self, guild: str) -> int | None:
        found = self._gateway.get_guild(int(guild)) if self._gateway else None
        return found.filesize_limit if found else None

    async def _reach(self) -> None:
        while True:
            try:
                problems = await self._checks.application()
                if problems:
                    raise Misconfigured(*problems)
                await self._point_at_the_api()
                return
            except Transient as error:
                log.warning(N_("Discord can't be reached yet; trying again"), reason=error.reason)
                await self._clock.sleep(_RETRY_START)

    async def _point_at_the_api(self) -> None:
        """discord.py holds both addresses in its classes, and what it says of voice it lacks."""
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        gateway = await self._rest.call("GET", "/gateway")
        Route.BASE = self._rest.api_base
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway["url"])

    async def _log_in(self, gateway: Gateway) -> None:
        while True:
            try:
                await gateway.login(self._token)
                return
            except discord.LoginFailure:
                raise Misconfigured(self._checks.token_refused()) from None
            except (discord.DiscordServerError, aiohttp.ClientError, OSError) as error:
                log.warning(N_("Discord can't be reached yet; trying again"), reason=repr(error))
                await self._clock.sleep(_RETRY_START)

    async def _connect(self, gateway: Gateway) -> None:
        try:
            await gateway.connect()
        except discord.PrivilegedIntentsRequired:
            raise Misconfigured(self._checks.no_content()) from None
        except discord.ConnectionClosed as closed:
            if closed.code != _TOKEN_REFUSED:
                raise
            raise Misconfigured(self._checks.token_refused()) from None

    async def _announce_ready(self, gateway: Gateway) -> None:
        await gateway.wait_until_ready()
        self.ready.set()

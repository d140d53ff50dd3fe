"""The composition root: opens everything, runs it in one task group, closes it in order.

Stopping never loses a verdict: hearing ends first, what is being sent is settled, then all closes.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

import structlog

from bot.clock import SystemClock
from bot.closings import Closings
from bot.consign import Consignor
from bot.core.errors import Misconfigured
from bot.core.model import ChannelId, Posted
from bot.core.ports import Chat, Checks, Clock, Serves, Translator
from bot.deliver import Courier
from bot.dispatch import Dispatcher
from bot.doctor import Doctor
from bot.engines import chain_of, translator_of
from bot.health import Health
from bot.host import ProgramHost, load_cogs
from bot.i18n import N_
from bot.intake import Intake
from bot.mirror import MirrorKeeper
from bot.platforms import FollowsRelays, adapters_of
from bot.posts import OwnPosts, Pictures
from bot.preferences import StoredPreferences
from bot.premises import sole_user, upgraded
from bot.privacy import StoredPrivacy
from bot.recall import Recall
from bot.relaybook import Limits, Relaybook
from bot.schedule import Schedule
from bot.settings import HttpSettings, Settings
from bot.store.database import Database
from bot.store.journal import Journal
from bot.strandbook import Strandbook
from bot.translate.argos import list_packages
from bot.translate.chain import Chain
from bot.translate.packages import PackageInfo
from bot.translate.pipeline import Pipeline
from bot.upkeep import Upkeep
from bot.wordbook import StoredWordbook

log = structlog.get_logger(__name__)

SETTLE_WITHIN = 8.0  # seconds after a stop; the contract is to be gone within 10


class Bridge:
    """Everything assembled and open, not yet running."""

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        clock: Clock,
        chain: Chain,
        translator: Translator | None = None,
        is_beside: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_beside` answers whether another one runs, for which this one only prepares."""
        self.settings = settings
        self.database = database
        self.clock = clock
        self.chain = chain
        limits = Limits(settings.pairing.relays, settings.pairing.channels)
        self.relaybook = Relaybook(database, clock, limits)
        self.preferences = StoredPreferences(database)
        self.wordbook = StoredWordbook(database, self._wants, self._wake)
        if translator is None:
            translator = translator_of(settings, chain, self.relaybook.name, self.wordbook)
        self.strandbook = Strandbook(database, self.relaybook.language)
        self.relaybook.home = self.strandbook.home
        self.dispatcher = Dispatcher(self.relaybook.language, self._is_on)
        self.intake = Intake(
            database=database,
            relaybook=self.relaybook,
            clock=clock,
            wake=self._wake,
            announce=self.dispatcher.announce,
            strandbook=self.strandbook,
            listens_to=self.dispatcher.listens_to,
            renew=self.wordbook.renew,
            wake_mirrors=self._wake_mirrors,
        )
        self.relaybook.on_change = self._follow_relays
        self.relaybook.on_start = self.intake.begin
        self.pictures = Pictures(settings.data_dir / "pictures")
        checks: dict[str, Checks] = {}
        self.closings = Closings(
            database=database,
            clock=clock,
            relays=self.relaybook.all,
            strandbook=self.strandbook,
            checks=checks,
            wake=self._wake,
        )
        self.relaybook.on_look = self.closings.look
        self.adapters = adapters_of(
            settings,
            database=database,
            relaybook=self.relaybook,
            intake=self.intake,
            dispatcher=self.dispatcher,
            clock=clock,
            zone_of=self.zone,
            look_at_all=self.look_at_all,
            stand=self.closings.hear,
        )
        checks |= {one.platform: one for one in self.adapters if isinstance(one, Checks)}
        chats: dict[str, Chat] = {adapter.platform: adapter.chat for adapter in self.adapters}
        self.courier = Courier(
            database=database,
            chats=chats,
            consignor=Consignor(
                database=database,
                chats=chats,
                files={adapter.platform: adapter.chat for adapter in self.adapters},
                translator=translator,
                pictures=self.pictures,
                strandbook=self.strandbook,
                options_of=self.relaybook.options,
                community_of=self._community_of,
                may_learn=self._may_learn,
            ),
            journal=Journal(settings.data_dir / "attempts.log"),
            clock=clock,
            tell=self._tell,
            follow=self.closings.follow,
            is_quiet=self._is_quiet,
        )
        self.mirrors = MirrorKeeper(
            database=database,
            chats=chats,
            clock=clock,
            relay_of=self.relaybook.of,
            options_of=self.relaybook.options,
            is_quiet=self._is_quiet,
        )
        self.posts = OwnPosts(
            database=database,
            clock=clock,
            pictures=self.pictures,
            strandbook=self.strandbook,
            language_of=self.relaybook.language,
            wake=self._wake,
        )
        self.doctor = Doctor(
            settings=settings,
            database=database,
            clock=clock,
            relaybook=self.relaybook,
            preferences=self.preferences,
            adapters=self.adapters,
            serves=translator.serves if isinstance(translator, Serves) else _nowhere,
            packages=lambda: _packages(settings),
        )
        self.host = ProgramHost(
            clock=clock,
            relays=self.relaybook,
            preferences=self.preferences,
            posts=self.posts,
            privacy=StoredPrivacy(
                database=database,
                clock=clock,
                cogs=lambda: self.dispatcher.cogs,
                keep=settings.retention,
                chats=list(chats.values()),
                wake=self._wake,
                wipe=translator.wipe if isinstance(translator, Pipeline) else _nothing,
                rereads=[self.wordbook.load, self.strandbook.load],
                is_beside=is_beside,
            ),
            translator=translator,
            wordbook=self.wordbook,
            store=database,
            files={adapter.platform: adapter.chat for adapter in self.adapters},
            dispatcher=self.dispatcher,
            checks=checks,
            chats=chats,
            doctor=self.doctor.community,
            text_days=settings.retention.text_days,
        )
        self.recall = Recall(database, self.dispatcher, clock)
        self.upkeep = Upkeep(
            database,
            clock,
            settings.retention,
            pictures=self.pictures,
            passing_posts=self.dispatcher.passing_posts,
        )
        self.health = self._health(settings.http) if settings.http else None
        self.schedule: Schedule | None = None  # while it serves

    def _wake(self) -> None:
        self.courier.wake()

    def _wake_mirrors(self) -> None:
        self.mirrors.wake()

    async def _follow_relays(self) -> None:
        """Channels came or went: so do what their relays chose, and the talk under posts there."""
        relays = (*self.relaybook.all(), *self.relaybook.waiting())
        self.preferences.keep({relay.id for relay in relays})
        self.wordbook.keep({relay.id for relay in relays})
        await self.posts.reload()
        self.closings.relays_changed()
        for adapter in self.adapters:
            if isinstance(adapter, FollowsRelays):
                adapter.relays_changed()

    def _is_on(self, channel: ChannelId, cog: str) -> bool:
        relay = self.relaybook.of(channel)
        return relay is None or self.preferences.is_on(relay, cog)

    def _wants(self, community: int, cog: str) -> bool:
        relay = next((one for one in self.relaybook.all() if one.id == community), None)
        return relay is None or self.preferences.is_on(relay, cog)

    def _may_learn(self, channel: ChannelId) -> bool:
        return "learner" in self.settings.cogs and self._is_on(channel, "learner")

    def _community_of(self, channel: ChannelId) -> int | None:
        relay = self.relaybook.of(channel)
        return relay.id if relay else None

    def _is_quiet(self, channel: ChannelId) -> bool:
        here = self.clock.now().astimezone(ZoneInfo(self.zone(channel)))
        return self.relaybook.options(channel).is_quiet_at(here.time())

    def zone(self, channel: ChannelId) -> str:
        """The IANA zone in which this channel's side lives."""
        relay = self.relaybook.of(channel)
        language = self.relaybook.language(channel)
        return self.preferences.zone(relay, language) if relay and language else "UTC"

    async def look_at_all(self) -> None:
        """Do all that is due by now: after the clock was moved."""
        if self.schedule is not None:
            await self.schedule.look_at_all()
        self._wake()
        self._wake_mirrors()

    async def _tell(self, posted: Sequence[Posted]) -> None:
        await self.strandbook.load()
        for post in posted:
            self.dispatcher.announce(post)

    def _health(self, wanted: HttpSettings) -> Health:
        return Health(
            host=wanted.host,
            port=wanted.port,
            database=self.database,
            clock=self.clock,
            lanes=lambda: [str(m.channel) for r in self.relaybook.all() for m in r.channels],
            adapters=self.adapters,
            engines=self.chain.engines,
        )

    async def open(self) -> None:
        """Load what the store and the configuration say. Nothing is heard yet."""
        declared = [(relay.name, relay.relay_channels) for relay in self.settings.relays]
        await self.relaybook.declare(declared)
        await self.intake.load()
        await self.strandbook.load()  # before what is closed: threads are
        await self.closings.load()
        await self.courier.recover()
        await self.load()
        await self.recall.replay()

    async def load(self) -> None:
        """The cogs, and what communities have chosen."""
        await self.preferences.load()
        await self.wordbook.load()
        await self.strandbook.load()
        await load_cogs(self.settings.cogs, self.host, self.dispatcher)

    async def serve(self, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Run until `stop` is set. An adapter's `Misconfigured` ends it at once."""
        await self.upkeep.let_go()
        dailies = [*self.dispatcher.dailies(), *self.upkeep.dailies()]
        try:
            async with asyncio.TaskGroup() as group:
                hearing = [
                    group.create_task(self.intake.run(), name="intake"),
                    *(group.create_task(a.run(), name=a.platform) for a in self.adapters),
                ]
                if self.health is not None:
                    hearing.append(group.create_task(self.health.run(), name="health"))
                hearing.append(group.create_task(self.dispatcher.listen(), name="listeners"))
                hearing.append(group.create_task(self.recall.run(), name="recall"))
                hearing.append(group.create_task(self.mirrors.run(), name="mirrors"))
                saying = group.create_task(self.courier.run(), name="courier")
                for adapter in self.adapters:
                    await adapter.ready.wait()
                hearing.append(group.create_task(self.closings.run(), name="closings"))
                on_ready()
                repeatings = [*self.dispatcher.repeatings(), *self.closings.repeatings()]
                self.schedule = Schedule(self.database, self.clock, dailies, repeatings)
                async with self.schedule.running():
                    await stop.wait()
                self.schedule = None
                for task in hearing:
                    task.cancel()
                self.courier.stop()
                _, late = await asyncio.wait([saying], timeout=SETTLE_WITHIN)
                for task in late:
                    log.warning(N_("A send did not end in time; it is looked at on the next start"))
                    task.cancel()
        except* Misconfigured as wrong:
            raise Misconfigured.united(wrong) from None

    async def aclose(self) -> None:
        for adapter in self.adapters:
            await adapter.aclose()
        for cog in self.dispatcher.cogs:
            await cog.unload()


@asynccontextmanager
async def assembled(
    settings: Settings, *, clock: Clock | None = None, translator: Translator | None = None
) -> AsyncGenerator[Bridge, None]:
    """The bridge, open; everything is closed at the end. Raises `Misconfigured`."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        stack.enter_context(sole_user(settings.data_dir))
        database = Database(settings.database_url.get_secret_value())
        stack.push_async_callback(database.aclose)
        await upgraded(database)
        chain = chain_of(settings, database, clock) if translator is None else Chain(())
        await stack.enter_async_context(chain)
        bridge = Bridge(
            settings=settings, database=database, clock=clock, chain=chain, translator=translator
        )
        stack.push_async_callback(bridge.aclose)
        await bridge.open()
        yield bridge


async def run(
    settings: Settings, *, clock: Clock | None = None, on_ready: Callable[[], None] | None = None
) -> None:
    """Run the bridge until SIGTERM or SIGINT. Raises `Misconfigured`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with assembled(settings, clock=clock) as bridge:
        await bridge.serve(stop, on_ready or (lambda: None))


def _packages(settings: Settings) -> Sequence[PackageInfo]:
    return list_packages(settings.data_dir, package_dirs=settings.translate.package_dirs)


def _nowhere(_source: str, _target: str) -> bool:
    return False


def _nothing() -> None:
    """There is nothing to wipe."""

"""The composition root: opens everything, runs it in one task group, closes it in order.

Stopping never loses a verdict: hearing ends first, what is being sent is settled, then all closes.
"""

from __future__ import annotations

import asyncio
import fcntl
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog

from bot.checkup import Checkable, database_problem, findings
from bot.clock import ShiftableClock, SystemClock
from bot.consign import Consignor
from bot.core.errors import Misconfigured, Problem
from bot.core.model import ChannelId, Posted
from bot.core.ports import Chat, Clock, Translator
from bot.deliver import Courier
from bot.dispatch import Dispatcher
from bot.engine_checkup import engine_findings
from bot.engines import chain_of, translator_of
from bot.health import Health
from bot.host import ProgramHost, load_cogs
from bot.i18n import N_
from bot.intake import Intake
from bot.posts import OwnPosts, Pictures, Strandbook
from bot.preferences import StoredPreferences
from bot.recall import Recall
from bot.relaybook import Relaybook
from bot.schedule import Schedule
from bot.settings import HttpSettings, Settings
from bot.store.database import Database, StoreUnavailable
from bot.store.journal import Journal
from bot.store.migrate import upgrade
from bot.translate.chain import Chain
from bot.upkeep import Upkeep
from bot.wordbook import StoredWordbook

log = structlog.get_logger(__name__)

AT_ONCE = timedelta(hours=1)  # how far the demo's clock moves before it looks what is due
SETTLE_WITHIN = 8.0  # seconds after a stop; the contract is to be gone within 10


class Adapter(Protocol):
    """One platform: `run` hears until it is cancelled; `chat` speaks until `aclose`."""

    platform: str
    ready: asyncio.Event  # set once, when hearing begins

    @property
    def is_online(self) -> bool: ...
    @property
    def chat(self) -> Any: ...
    async def run(self) -> None: ...
    async def aclose(self) -> None: ...


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
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.chain = chain
        self.relaybook = Relaybook(database, clock)
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
        )
        self.pictures = Pictures(settings.data_dir / "pictures")
        self.adapters = adapters_of(self)
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
                community_of=self._community_of,
                may_learn=self._may_learn,
            ),
            journal=Journal(settings.data_dir / "attempts.log"),
            clock=clock,
            tell=self._tell,
        )
        self.host = ProgramHost(
            clock=clock,
            relays=self.relaybook,
            preferences=self.preferences,
            posts=OwnPosts(
                database=database,
                clock=clock,
                pictures=self.pictures,
                strandbook=self.strandbook,
                language_of=self.relaybook.language,
                wake=self._wake,
            ),
            translator=translator,
            wordbook=self.wordbook,
            store=database,
            files={adapter.platform: adapter.chat for adapter in self.adapters},
            dispatcher=self.dispatcher,
        )
        self.recall = Recall(database, self.dispatcher, clock)
        self.upkeep = Upkeep(database, clock, settings.retention)
        self.health = self._health(settings.http) if settings.http else None
        self.schedule: Schedule | None = None  # while it serves

    def _wake(self) -> None:
        self.courier.wake()

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
        await self.courier.recover()
        await self.preferences.load()
        await self.wordbook.load()
        await self.strandbook.load()
        await load_cogs(self.settings.cogs, self.host, self.dispatcher)
        await self.recall.replay()

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
                saying = group.create_task(self.courier.run(), name="courier")
                for adapter in self.adapters:
                    await adapter.ready.wait()
                on_ready()
                repeatings = self.dispatcher.repeatings()
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
        stack.enter_context(_sole_user(settings.data_dir))
        database = Database(settings.database_url.get_secret_value())
        stack.push_async_callback(database.aclose)
        await _upgraded(database)
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


async def check(settings: Settings) -> list[Problem]:
    """What would keep the bridge from working, each with its remedy.

    Nothing is said anywhere; the database is brought up to date, as a start would do.
    """
    database, clock = Database(settings.database_url.get_secret_value()), SystemClock()
    async with aclosing(database), chain_of(settings, database, clock) as chain:
        bridge = Bridge(settings=settings, database=database, clock=clock, chain=chain)
        bridge.relaybook.show([(relay.name, relay.relay_channels) for relay in settings.relays])
        try:
            found = await findings(settings, database, chain.serves)
            found += await engine_findings(chain)
            for adapter in bridge.adapters:
                found += await adapter.check() if isinstance(adapter, Checkable) else []
            return found
        finally:
            await bridge.aclose()


def adapters_of(bridge: Bridge) -> Sequence[Adapter]:
    """One for each platform that is switched on; the others are not even imported."""
    settings, adapters = bridge.settings, list[Adapter]()
    if settings.sandbox is not None:
        from bot.adapters.sandbox.client import Sandbox

        rooms = [
            member
            for relay in settings.relays
            for member in relay.relay_channels
            if member.channel.platform == "sandbox"
        ]
        token = settings.sandbox.token
        adapters.append(
            Sandbox(
                rooms=rooms,
                host=settings.sandbox.listen,
                port=settings.sandbox.port,
                token=token.get_secret_value() if token else None,
                data_dir=settings.data_dir,
                database=bridge.database,
                intake=bridge.intake,
                dispatcher=bridge.dispatcher,
                clock=bridge.clock,
                zone_of=bridge.zone,
                advance=_advance(bridge),
            )
        )
    if settings.discord.token is not None:
        from bot.adapters.discord.client import Discord

        adapters.append(
            Discord(
                settings.discord.token.get_secret_value(),
                api_base=settings.discord.api_base,
                intake=bridge.intake,
                dispatcher=bridge.dispatcher,
                clock=bridge.clock,
                catch_up_limit=settings.discord.catch_up_limit,
            )
        )
    if settings.telegram.token is not None:
        from bot.adapters.telegram.client import Telegram

        adapters.append(
            Telegram(
                settings.telegram.token.get_secret_value(),
                api_base=settings.telegram.api_base,
                intake=bridge.intake,
                dispatcher=bridge.dispatcher,
                clock=bridge.clock,
            )
        )
    return adapters


def _advance(bridge: Bridge) -> Callable[[timedelta], Awaitable[None]] | None:
    """Moves the clock on and does what is due by then; None where the clock is real time."""
    clock = bridge.clock
    if not isinstance(clock, ShiftableClock):
        return None

    async def advance(by: timedelta) -> None:
        """Hour by hour, so that a week holds seven daily questions, not one that came too late."""
        end = clock.now() + by
        while (left := end - clock.now()) > timedelta(0):
            clock.advance(min(left, AT_ONCE))
            await bridge.look_at_all()

    return advance


@contextmanager
def _sole_user(folder: Path) -> Iterator[None]:
    """Two programs on one data folder would both claim the same deliveries."""
    values = {"path": folder}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        reason = N_("{path} can't be written: {reason}.")
        remedy = N_("Name a folder this program may write to.")
        values |= {"reason": error.strerror}
        raise Misconfigured(Problem("data_dir", reason, remedy, values)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            reason = N_("Another Catbridge runs with {path}.")
            remedy = N_("Stop it first, or name another folder.")
            raise Misconfigured(Problem("data_dir", reason, remedy, values)) from error
        yield


async def _upgraded(database: Database) -> None:
    try:
        await upgrade(database)
    except StoreUnavailable as error:
        raise Misconfigured(database_problem(error)) from error

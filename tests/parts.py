"""What the tests of the core stand on: a held clock, rooms that remember, and a whole bridge.

Only ports are replaced. The database, the journal, the intake and the courier are the real ones.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text as sql

from bot.consign import Consignor
from bot.core.errors import FileUnavailable
from bot.core.model import (
    Attachment,
    Author,
    ChannelId,
    Copy,
    Event,
    File,
    Inbound,
    MessageId,
    Part,
    PersonId,
    Posted,
    RelayChannel,
    Translation,
)
from bot.core.ports import Capabilities, Chat, Checks
from bot.core.richtext import RichText
from bot.deliver import Courier
from bot.dispatch import Dispatcher
from bot.host import ProgramHost
from bot.intake import Intake
from bot.posts import OwnPosts, Pictures
from bot.preferences import StoredPreferences
from bot.privacy import StoredPrivacy
from bot.relaybook import Relaybook
from bot.settings import RetentionSettings
from bot.store import relays
from bot.store.database import Database
from bot.store.journal import Journal
from bot.strandbook import Strandbook
from bot.wordbook import StoredWordbook

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
EN = ChannelId("east", "en")
ZH = ChannelId("west", "zh")
ANN = Author(PersonId("east", "ann"), "Ann", "https://example.org/ann.png")
MEI = Author(PersonId("west", "mei"), "小梅")
LINKED = (RelayChannel(EN, "en"), RelayChannel(ZH, "zh"))


class HeldClock:
    """Time stands still until a test moves it; a sleep passes at once."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now
        self.step = 0.0  # seconds that pass with every look at it
        self.naps: list[float] = []

    def now(self) -> datetime:
        self.advance(self.step)
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        await asyncio.sleep(0.001)


@dataclass(slots=True)
class Shown:
    """One message as a room shows it."""

    channel: ChannelId
    id: str
    part: Part
    at: datetime


@dataclass(slots=True)
class _Fault:
    error: Exception
    takes_effect: bool
    channel: ChannelId | None


class Room:
    """A platform that can only be written to and read from: `Chat` and `Files`."""

    def __init__(self, platform: str, clock: HeldClock, can: Capabilities | None = None) -> None:
        self.platform = platform
        self.clock = clock
        self.can = can or Capabilities(2000, 2000, len, 1000, files_per_part=4)
        self.sent: list[Shown] = []  # everything that was ever sent, in order
        self.messages: dict[str, Shown] = {}  # what is there now
        self.files: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.on_send: Callable[[], None] = lambda: None  # called before a send takes effect
        self.on_sent: Callable[[], None] = lambda: None  # and after
        self._faults: dict[str, list[_Fault]] = {}

    def fail(
        self,
        error: Exception,
        *,
        on: str = "send",
        times: int = 1,
        takes_effect: bool = False,
        channel: ChannelId | None = None,
    ) -> None:
        """Raise `error` from the next calls, after they took effect or before."""
        faults = self._faults.setdefault(on, [])
        faults += [_Fault(error, takes_effect, channel)] * times

    def as_it_is(self, clock: HeldClock) -> Room:
        """The same room later, without its faults."""
        room = type(self)(self.platform, clock, self.can)
        room.sent, room.messages, room.files = [*self.sent], {**self.messages}, {**self.files}
        return room

    def texts(self, channel: ChannelId | None = None) -> list[str]:
        """What readers see now, oldest first."""
        shown = [one for one in self.messages.values() if channel in (None, one.channel)]
        return [one.part.text.text for one in shown]

    async def capabilities(self, channel: ChannelId) -> Capabilities:
        self._maybe_fail("capabilities", channel)
        return self.can

    async def send(self, channel: ChannelId, part: Part) -> str:
        self.calls.append("send")
        await self.open.wait()
        self.on_send()
        with self._faulty("send", channel):
            native_id = str(len(self.sent) + 1)
            shown = Shown(channel, native_id, part, self.clock.now())
            self.sent.append(shown)
            self.messages[native_id] = shown
            self.on_sent()
        return native_id

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        self._maybe_fail("fetch", None)
        content = self.files.get(attachment.source)
        if content is None:
            raise FileUnavailable("it is gone")
        if len(content) > limit:
            raise FileUnavailable("it is too large")
        return File(attachment.name, attachment.mime, attachment.kind, content)

    def _next_fault(self, what: str, channel: ChannelId | None) -> _Fault | None:
        for fault in self._faults.get(what, ()):
            if fault.channel in (None, channel):
                self._faults[what].remove(fault)
                return fault
        return None

    def _maybe_fail(self, what: str, channel: ChannelId | None) -> None:
        fault = self._next_fault(what, channel)
        if fault is not None:
            raise fault.error

    def _faulty(self, what: str, channel: ChannelId) -> _Effect:
        return _Effect(self._next_fault(what, channel))


class _Effect:
    """Raises its fault before the block, or after the block has taken effect."""

    def __init__(self, fault: _Fault | None) -> None:
        self._fault = fault

    def __enter__(self) -> None:
        if self._fault is not None and not self._fault.takes_effect:
            raise self._fault.error

    def __exit__(self, *_: object) -> None:
        if self._fault is not None:
            raise self._fault.error


class EditingRoom(Room):
    """One whose messages can be changed and deleted afterwards."""

    async def edit(self, channel: ChannelId, id: str, part: Part) -> None:
        self.calls.append("edit")
        with self._faulty("edit", channel):
            shown = self.messages[id]
            self.messages[id] = replace(shown, part=replace(part, files=shown.part.files))

    async def delete(self, channel: ChannelId, id: str) -> None:
        self.calls.append("delete")
        with self._faulty("delete", channel):
            self.messages.pop(id, None)


class RoomyRoom(EditingRoom):
    """One that opens rooms. It can't find one again: each time it opens another."""

    opened: list[tuple[ChannelId, str, tuple[PersonId, ...]]]

    def __init__(self, platform: str, clock: HeldClock, can: Capabilities | None = None) -> None:
        super().__init__(platform, clock, can)
        self.opened = []

    async def open_room(
        self, channel: ChannelId, title: str, people: Sequence[PersonId]
    ) -> ChannelId:
        with self._faulty("open_room", channel):
            self.opened.append((channel, title, tuple(people)))
            return ChannelId(self.platform, f"room-{len(self.opened)}")


class RecallingRoom(EditingRoom):
    """One that can look for what it may have shown, and link to it."""

    async def recall(self, channel: ChannelId, part: Part, since: datetime) -> str | None:
        self.calls.append("recall")
        self._maybe_fail("recall", channel)
        return next(
            (
                one.id
                for one in self.messages.values()
                if one.channel == channel and one.at >= since and one.part.text == part.text
            ),
            None,
        )

    def link(self, copy: Copy) -> str | None:
        return f"https://example.org/{copy.channel.id}/{copy.id}"

    def locate(self, text: str, channel: ChannelId) -> MessageId | None:
        found = re.fullmatch(r"https://(?:(\w+)\.)?example\.org/(\w+)/(\w+)|(\w+)", text)
        if found is None:
            return None
        if found[4]:
            return MessageId(channel, found[4]) if channel.platform == self.platform else None
        return MessageId(ChannelId(found[1] or self.platform, found[2]), found[3])


class Glossator:
    """A translator that writes "zh<hello>" and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.on_ask: Callable[[], None] = lambda: None
        self.label = ""
        self.ready = asyncio.Event()
        self.ready.set()

    async def translate(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Translation:
        self.asked.append((text.text, target))
        self.on_ask()
        await self.ready.wait()
        if self.label:
            return Translation(text, prior, target, label=self.label)
        return Translation(RichText(f"{target}<{text.text}>"), prior, target, engine="gloss")


@dataclass
class World:
    """A bridge between rooms, with nothing running until a test says so."""

    folder: Path
    database: Database
    clock: HeldClock
    chats: dict[str, Room]
    translator: Glossator
    relaybook: Relaybook
    announced: list[Event] = field(default_factory=list[Event])
    successors: list[World] = field(default_factory=list["World"])
    numbers: int = 0

    def __post_init__(self) -> None:
        self.kept_kinds: set[type[Event]] | None = None  # that cogs listen to; None: all
        self.strandbook = Strandbook(self.database, self.relaybook.language)
        self.relaybook.home = self.strandbook.home
        self.pictures = Pictures(self.folder / "pictures")
        self.preferences = StoredPreferences(self.database)
        self.wordbook = StoredWordbook(self.database)
        self.posted: list[Posted] = []
        self.intake = self.new_intake()
        self.relaybook.on_change = self._follow_relays
        self.relaybook.on_start = self.intake.begin
        self.courier = self.new_courier()

    @property
    def east(self) -> Room:
        return self.chats["east"]

    @property
    def west(self) -> Room:
        return self.chats["west"]

    async def _follow_relays(self) -> None:
        relays = (*self.relaybook.all(), *self.relaybook.waiting())
        self.preferences.keep({relay.id for relay in relays})
        self.wordbook.keep({relay.id for relay in relays})
        await self.strandbook.load()

    def new_intake(self) -> Intake:
        return Intake(
            database=self.database,
            relaybook=self.relaybook,
            clock=self.clock,
            wake=self._wake,
            announce=lambda event, happening: self.announced.append(event),
            strandbook=self.strandbook,
            listens_to=self._listens_to,
            renew=self.wordbook.renew,
        )

    def _listens_to(self, kind: type[Event]) -> bool:
        return self.kept_kinds is None or kind in self.kept_kinds

    def new_courier(self) -> Courier:
        """Another courier on the same database and journal: the next process after a kill."""
        chats: dict[str, Chat] = dict(self.chats)
        return Courier(
            database=self.database,
            chats=chats,
            consignor=Consignor(
                database=self.database,
                chats=chats,
                files=self.chats,
                translator=self.translator,
                pictures=self.pictures,
                strandbook=self.strandbook,
                options_of=self.relaybook.options,
            ),
            journal=Journal(self.folder / "attempts.log"),
            clock=self.clock,
            tell=self.tell,
            is_quiet=self.is_quiet,
        )

    def is_quiet(self, channel: ChannelId) -> bool:
        """Everybody's clock shows UTC."""
        return self.relaybook.options(channel).is_quiet_at(self.clock.at.time())

    def new_posts(self) -> OwnPosts:
        return OwnPosts(
            database=self.database,
            clock=self.clock,
            pictures=self.pictures,
            strandbook=self.strandbook,
            language_of=self.relaybook.language,
            wake=self._wake,
        )

    async def tell(self, posted: Sequence[Posted]) -> None:
        await self.strandbook.load()
        self.posted += posted

    def inbound(
        self,
        words: str,
        *,
        channel: ChannelId = EN,
        author: Author = ANN,
        id: str | None = None,
        reply_to: MessageId | None = None,
        attachments: tuple[Attachment, ...] = (),
        forwarded_from: str | None = None,
    ) -> Inbound:
        self.numbers += 1
        return Inbound(
            MessageId(channel, id or f"m{self.numbers}"),
            author,
            RichText(words),
            self.clock.now(),
            reply_to,
            attachments,
            forwarded_from,
        )

    async def hear(self, *events: Event) -> None:
        """Everything in one go, durable when it returns."""
        intake = asyncio.ensure_future(self.intake.run())
        hearing = asyncio.ensure_future(self.intake.hear(events))
        await asyncio.wait([intake, hearing], return_when=asyncio.FIRST_COMPLETED)
        if intake.done():
            hearing.cancel()
            return intake.result()
        intake.cancel()
        await asyncio.wait([intake])
        await hearing

    async def say(self, words: str, **how: object) -> MessageId:
        message = self.inbound(words, **how)  # pyright: ignore[reportArgumentType]
        await self.hear(message)
        return message.ref

    async def deliver(self, *, until: Callable[[], bool] | None = None) -> None:
        """Run the courier until nothing more is due, or until the test has what it waits for."""
        courier = self.courier
        await courier.recover()
        task = asyncio.create_task(courier.run())
        try:
            if until is None:
                await eventually(self._is_idle)
            else:
                await eventually(until)
        finally:
            courier.stop()
            await task
            self.courier = self.new_courier()

    def killed(self, folder: Path) -> World:
        """What a process that starts after a kill at this very moment finds.

        Only what is committed, journaled or shown is there. This world goes on untouched.
        """
        folder.mkdir()
        here, there = sqlite3.connect(self.folder / "bot.db"), sqlite3.connect(folder / "bot.db")
        with closing(here), closing(there):
            here.backup(there)
        if (self.folder / "attempts.log").exists():
            shutil.copy(self.folder / "attempts.log", folder)
        database = Database(f"sqlite+aiosqlite:///{folder / 'bot.db'}")
        clock = HeldClock(self.clock.now() + timedelta(seconds=30))
        next_one = World(
            folder=folder,
            database=database,
            clock=clock,
            chats={name: room.as_it_is(clock) for name, room in self.chats.items()},
            translator=Glossator(),
            relaybook=Relaybook(database, clock),
        )
        self.successors.append(next_one)
        return next_one

    async def states(self) -> list[str]:
        """Every row of the outbox in order."""
        rows = await self.query("SELECT state FROM outbox ORDER BY id")
        return [str(row[0]) for row in rows]

    async def query(self, statement: str) -> Sequence[Sequence[object]]:
        async with self.database.reading() as connection:
            return [tuple(row) for row in await connection.execute(sql(statement))]

    def _wake(self) -> None:
        self.courier.wake()

    async def _is_idle(self) -> bool:
        """Nothing is being sent, and no lane's head is due."""
        return not await self.query(
            "SELECT 1 FROM outbox o WHERE state = 'sending' OR (state = 'pending' AND due_at <= "
            f"{_microseconds(self.clock.now())} AND id = (SELECT min(id) FROM outbox h"
            " WHERE h.lane = o.lane AND h.state IN ('pending', 'sending')))"
        )


@asynccontextmanager
async def world_of(
    database: Database, folder: Path, *, channels: Sequence[RelayChannel] = LINKED
) -> AsyncIterator[World]:
    """A relay between `channels`: east edits, recalls and links; west edits."""
    clock = HeldClock()
    relaybook = Relaybook(database, clock)
    chats: dict[str, Room] = {
        "east": RecallingRoom("east", clock),
        "west": EditingRoom("west", clock),
    }
    async with database.transaction() as connection:
        await relays.declare(connection, [("main", channels)])
    await relaybook.reload()
    world = World(folder, database, clock, chats, Glossator(), relaybook)
    yield world
    for successor in world.successors:
        await successor.database.aclose()


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    """`work` beside the block; cancelled at its end."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def at(number: int, do: Callable[[], object]) -> Callable[[], None]:
    """Call `do` the `number`th time this is called."""
    count = 0

    def called() -> None:
        nonlocal count
        count += 1
        if count == number:
            do()

    return called


async def eventually(holds: Callable[[], bool | Awaitable[bool]], within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while True:
            held = holds()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.002)


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def host_of(world: World, dispatcher: Dispatcher) -> ProgramHost:
    """A program's host over a world's rooms."""
    return ProgramHost(
        clock=world.clock,
        relays=world.relaybook,
        preferences=world.preferences,
        posts=world.new_posts(),
        privacy=StoredPrivacy(
            database=world.database,
            clock=world.clock,
            cogs=lambda: dispatcher.cogs,
            keep=RetentionSettings(),
            chats=list(world.chats.values()),
            wake=world.courier.wake,
            rereads=[world.wordbook.load, world.strandbook.load],
        ),
        translator=world.translator,
        wordbook=world.wordbook,
        store=world.database,
        files=world.chats,
        dispatcher=dispatcher,
        checks={name: room for name, room in world.chats.items() if isinstance(room, Checks)},
        chats=dict(world.chats),
    )

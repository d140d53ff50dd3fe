"""A bridged group on an emulated Telegram, an adapter, and a record of what it heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from bot.adapters.telegram.client import Telegram
from bot.clock import SystemClock
from bot.cog import Button, Cog, Context, Describe, Member, Reply, command, on_button
from bot.core.model import ChannelId, Cursor, Event, Inbound, Part
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher
from tests.emulators.telegram import TelegramEmulator

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (40).to_bytes(4, "big") + (30).to_bytes(4, "big")


class HeldClock(SystemClock):
    """Waits for nothing, and remembers what it was asked to wait for."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


@dataclass
class Heard:
    """Stands where the intake does: what it was told is durable at once."""

    bridged: list[ChannelId] = field(default_factory=list)
    batches: list[list[Event]] = field(default_factory=list)
    offsets: list[str] = field(default_factory=list)
    stored: str | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def hear(self, events: Sequence[Event], *, cursors: Sequence[Cursor] = ()) -> None:
        self.batches.append(list(events))
        self.arrived.set()
        await self.gate.wait()
        self.offsets += [cursor.value for cursor in cursors]

    async def cursor(self, platform: str, stream: str) -> str | None:
        return self.stored

    def is_bridged(self, channel: ChannelId) -> bool:
        return channel in self.bridged

    def channels(self, platform: str) -> Sequence[ChannelId]:
        return self.bridged

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch]

    @property
    def texts(self) -> list[str]:
        return [event.text.text for event in self.events if isinstance(event, Inbound)]


class Parrot(Cog):
    name = "parrot"

    def __init__(self, host: Any) -> None:
        super().__init__(host)
        self.pressed: list[Context] = []

    @command("say", "Say it again")
    async def say(self, ctx: Context, words: Annotated[str, Describe("Words")] = "") -> Reply:
        said = f"{ctx.language} {ctx.is_mod} {words}"
        return Reply(said, buttons=(Button("Again", "again", "a:b"),), is_private=False)

    @command("greet", "Greet someone")
    async def greet(self, ctx: Context, who: Annotated[Member, Describe("Who")]) -> Reply:
        return Reply(f"hello {who.person.id}")

    @command("ban all", "Ban them", for_mods=True)
    async def ban(self, ctx: Context) -> Reply:
        return Reply("x" * 5000)

    @command("secret", "Tell a secret")
    async def secret(self, ctx: Context, size: Annotated[str, Describe("Size")] = "") -> Reply:
        again = Button("Again", "again", "x")
        return Reply(f"secret of {ctx.person.name} " * 20, buttons=(again,), is_secret=True)

    @on_button("whisper")
    async def whisper(self, ctx: Context, argument: str) -> Reply:
        return Reply(f"secret of {ctx.person.name} " * 20, is_secret=True)

    @on_button("again")
    async def again(self, ctx: Context, argument: str) -> Reply | None:
        self.pressed.append(ctx)
        if argument == "silent":
            return None
        return Reply(f"pressed {argument}", is_private=argument != "open")


@dataclass
class World:
    emulator: TelegramEmulator
    heard: Heard
    clock: HeldClock
    telegram: Telegram
    group: int
    ann: int

    @property
    def pressed(self) -> list[Context]:
        (parrot,) = self.telegram._dispatcher.cogs
        assert isinstance(parrot, Parrot)
        return parrot.pressed

    @property
    def channel(self) -> ChannelId:
        return ChannelId("telegram", str(self.group))

    async def until(self, condition: Callable[[], Any]) -> Any:
        async with asyncio.timeout(30):
            while not (found := condition()):  # noqa: ASYNC110 — a fake's state has no event
                await asyncio.sleep(0.005)
            return found

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.telegram.run())
        await asyncio.wait_for(self.telegram.ready.wait(), 30)
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def build(emulator: TelegramEmulator, heard: Heard, clock: HeldClock, token: str = "") -> Telegram:
    dispatcher = Dispatcher(lambda channel: None)
    host: Any = type("Host", (), {"clock": clock})()
    dispatcher.attach(host)
    dispatcher.add(Parrot(host))
    return Telegram(
        token or emulator.token,
        api_base=emulator.api_base,
        intake=heard,  # type: ignore[arg-type]
        dispatcher=dispatcher,
        clock=clock,
    )


def plain(text: str, **more: Any) -> Part:
    return Part(RichText(text), **more)

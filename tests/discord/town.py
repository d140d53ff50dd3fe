"""A bridge's Discord side against the emulated Discord, with ears in place of the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.discord.client import Discord
from bot.clock import SystemClock
from bot.core.model import Author, ChannelId, Cursor, Edited, Event, Part, PersonId
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher
from tests.emulators.discord import DiscordEmulator


@dataclass
class Ears:
    """What the intake is to an adapter: it keeps what it hears."""

    bridged: list[ChannelId] = field(default_factory=list)
    threads: list[ChannelId] = field(default_factory=list)  # under posts of ours
    events: list[Event] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    known: list[Edited] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def hear(self, events: Sequence[Event], *, cursors: Sequence[Cursor] = ()) -> None:
        if self.gate is not None:
            await self.gate.wait()
        self.events += events
        self.cursors |= {cursor.stream: cursor.value for cursor in cursors}

    async def cursor(self, platform: str, stream: str) -> str | None:
        return self.cursors.get(stream)

    async def last_known(self, channel: ChannelId) -> Sequence[Edited]:
        return [one for one in self.known if one.ref.channel == channel]

    def is_bridged(self, channel: ChannelId) -> bool:
        return channel in self.channels("discord")

    def is_thread_of_ours(self, channel: ChannelId) -> bool:
        return channel in self.threads

    def channels(self, platform: str) -> Sequence[ChannelId]:
        return [*self.bridged, *self.threads]

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def texts(self) -> list[str]:
        return [event.text.text for event in self.events if hasattr(event, "text")]


@dataclass
class Town:
    emu: DiscordEmulator
    guild: str
    channel: str
    ears: Ears
    discord: Discord

    @property
    def here(self) -> ChannelId:
        return ChannelId("discord", self.channel)

    async def say(self, text: str, **more: Any) -> str:
        return await self.discord.chat.send(self.here, part(text, **more))

    def shown(self) -> list[dict[str, Any]]:
        return self.emu.messages(self.channel)

    def contents(self) -> list[str]:
        return [message["content"] for message in self.shown()]

    def posts(self) -> int:
        return sum(
            r.method == "POST" and r.path.startswith("/webhooks/") for r in self.emu.requests
        )


def part(text: str, *, name: str | None = "小红", **more: Any) -> Part:
    author = Author(PersonId("telegram", "1"), name) if name is not None else None
    return Part(RichText(text), author=author, **more)


def adapter(
    emu: DiscordEmulator, ears: Ears, *, dispatcher: Dispatcher | None = None, **more: Any
) -> Discord:
    return Discord(
        more.pop("token", emu.token),
        api_base=more.pop("api_base", emu.api_base),
        intake=ears,  # type: ignore[arg-type]
        dispatcher=dispatcher or Dispatcher(lambda channel: None),
        clock=SystemClock(),
        **more,
    )


@asynccontextmanager
async def running(discord: Discord) -> AsyncIterator[asyncio.Task[None]]:
    """Hearing, and let in; stopped at the end."""
    task = asyncio.create_task(discord.run())
    waiting = asyncio.create_task(discord.ready.wait())
    await asyncio.wait({task, waiting}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if task.done():
            await task
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})
        await discord.aclose()

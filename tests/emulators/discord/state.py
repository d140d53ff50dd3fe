"""What the emulated Discord knows: guilds, channels, users, messages, webhooks and files."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import permissions
from .errors import api_error

Payload = dict[str, Any]
File = tuple[str, bytes, str]

EPOCH_MS = 1_420_070_400_000
TEXT, DM, VOICE, CATEGORY, NEWS, FORUM, MEDIA = 0, 1, 2, 4, 5, 15, 16
PUBLIC_THREAD, PRIVATE_THREAD = 11, 12
KINDS = {
    "text": TEXT,
    "voice": VOICE,
    "category": CATEGORY,
    "news": NEWS,
    "forum": FORUM,
    "media": MEDIA,
}


class MessageLog:
    """One channel's messages in posting order; ids only grow, so bisection finds any window."""

    def __init__(self) -> None:
        self.by_id: dict[str, Payload] = {}
        self._ids: list[int] = []

    def add(self, message: Payload) -> None:
        self.by_id[message["id"]] = message
        self._ids.append(int(message["id"]))

    def remove(self, message_id: str) -> Payload | None:
        message = self.by_id.pop(message_id, None)
        if message is not None:
            del self._ids[bisect_left(self._ids, int(message_id))]
        return message

    def window(
        self,
        limit: int,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> list[Payload]:
        """At most `limit` messages, newest first; with `after`, the oldest ones after that id."""
        ids = self._ids
        low, high = 0, len(ids)
        if around is not None:
            low = max(0, bisect_left(ids, around) - limit // 2)
            high = low + limit
        elif after is not None:
            low = bisect_right(ids, after)
            high = low + limit
        else:
            if before is not None:
                high = bisect_left(ids, before)
            low = max(0, high - limit)
        return [self.by_id[str(one)] for one in reversed(ids[low:high])]


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    type: int
    guild_id: str | None = None
    parent_id: str | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    rate_limit_per_user: int = 0
    owner_id: str | None = None
    archived: bool = False
    locked: bool = False
    created_at: str = ""
    starter_id: str | None = None
    recipient: str | None = None
    open: bool = True
    invitable: bool = True
    thread_members: set[str] = field(default_factory=set)
    bot_permissions: int | None = None
    log: MessageLog = field(default_factory=MessageLog)

    @property
    def is_thread(self) -> bool:
        return self.type in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def holds_messages(self) -> bool:
        return self.type not in (CATEGORY, FORUM, MEDIA)


@dataclass(slots=True)
class Guild:
    id: str
    name: str
    owner_id: str
    joined_at: str
    bot_inside: bool
    roles: dict[str, Payload] = field(default_factory=dict)
    members: dict[str, Payload] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    emojis: list[Payload] = field(default_factory=list)
    commands: dict[str, Payload] = field(default_factory=dict)


class State:
    """All of it, plus the two signals: `emit` for the gateway and `touch` for waiting tests."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.base_url = ""
        self.upload_limit = 10 * 1024 * 1024
        self.emit_event: Callable[[str, Payload], None] = lambda event, body: None
        self.users: dict[str, Payload] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.webhooks: dict[str, Payload] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[str, Payload] = {}
        self.interactions: dict[str, Any] = {}
        self.nonces: dict[tuple[str, str], Payload] = {}
        self.content_hidden = self.members_hidden = False
        self._last_ms = 0
        self._counter = 0
        self._pulses: list[asyncio.Future[None]] = []
        self.bot_id = self.snowflake()

    def snowflake(self) -> str:
        now = int(self.clock() * 1000) - EPOCH_MS
        if now > self._last_ms:
            self._last_ms, self._counter = now, 0
        else:
            self._counter += 1
            if self._counter > 0xFFF:
                self._last_ms, self._counter = self._last_ms + 1, 0
        return str(self._last_ms << 22 | self._counter)

    def now(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="microseconds")

    def touch(self) -> None:
        while self._pulses:
            pulse = self._pulses.pop()
            if not pulse.done():
                pulse.set_result(None)

    async def wait(self, condition: Callable[[], Any], *, timeout: float = 30) -> Any:
        """The first true value of `condition`, looked at after every change and every 50 ms."""
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the condition did not become true within {timeout} s")
            await self._next_pulse()
        return value

    async def _next_pulse(self) -> None:
        pulse = asyncio.get_running_loop().create_future()
        self._pulses.append(pulse)
        await asyncio.wait((pulse,), timeout=0.05)

    def emit(
        self, event: str, body: Payload, *, guild_id: str | None = None, channel: Any = None
    ) -> None:
        """Dispatches to the bot unless it cannot see where this happened."""
        if guild_id is not None and not self.guilds[guild_id].bot_inside:
            return
        if channel is not None and not self.bot_permissions(channel) & permissions.VIEW_CHANNEL:
            return
        self.emit_event(event, body)

    def bot_permissions(self, channel: Channel) -> int:
        if channel.guild_id is None:
            return permissions.ALL
        if not self.guilds[channel.guild_id].bot_inside:
            return 0
        if channel.is_thread and channel.parent_id in self.channels:
            channel = self.channels[channel.parent_id]
        granted = channel.bot_permissions
        return permissions.ALL if granted is None else granted

    def member_permissions(self, guild: Guild, user_id: str) -> int:
        if user_id == guild.owner_id:
            return permissions.ALL | permissions.ADMINISTRATOR
        granted = int(guild.roles[guild.id]["permissions"])
        for role in guild.members[user_id]["roles"]:
            granted |= int(guild.roles[role]["permissions"])
        return granted

    def channel(self, channel_id: str) -> Channel:
        """Raises 10003 for an unknown id and 50001 for a channel that the bot cannot see."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise api_error(10003)
        if not self.bot_permissions(channel) & permissions.VIEW_CHANNEL:
            raise api_error(50001)
        return channel

    def need(self, channel: Channel, bits: int) -> None:
        if self.bot_permissions(channel) & bits != bits:
            raise api_error(50013)

    def guild(self, guild_id: str) -> Guild:
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.bot_inside:
            raise api_error(10004)
        return guild

    def message(self, channel: Channel, message_id: str) -> Payload:
        message = channel.log.by_id.get(message_id)
        if message is None:
            raise api_error(10008)
        return message

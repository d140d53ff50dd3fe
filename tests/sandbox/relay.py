"""A stand-in for everything behind the sandbox: what is said in one room appears in the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.adapters.sandbox.client import Sandbox
from bot.core.model import (
    ChannelId,
    Copy,
    Cursor,
    Deleted,
    Edited,
    Event,
    Inbound,
    Joined,
    MessageId,
    Part,
    Reacted,
    RelayChannel,
    Step,
    Translation,
)
from bot.core.model import Relay as LinkedRooms
from bot.core.richtext import RichText

ENGLISH = RelayChannel(ChannelId("sandbox", "english"), "en")
CHINESE = RelayChannel(ChannelId("sandbox", "chinese"), "zh")
ROOMS = (ENGLISH, CHINESE)


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Relay:
    """Hears like the intake, and says it again in the other rooms, marked with their language."""

    def __init__(self) -> None:
        self.sandbox: Sandbox | None = None
        self.heard: list[Event] = []
        self.cursors: dict[tuple[str, str], str] = {}
        self.copies: dict[MessageId, list[Copy]] = {}
        self.originals: dict[MessageId, MessageId] = {}
        self.is_down = False
        self.on_pause: set[str] = set()  # ids of people
        self.linked: tuple[LinkedRooms, ...] = (LinkedRooms(1, "demo", ROOMS, from_file=True),)

    def relays(self) -> Sequence[LinkedRooms]:
        return self.linked

    async def hear(self, events: Sequence[Event], *, cursors: Sequence[Cursor] = ()) -> None:
        if self.is_down:
            raise ConnectionError("killed before the message was heard")
        self.cursors |= {(c.platform, c.stream): c.value for c in cursors}
        for event in events:
            self.heard.append(event)
            match event:
                case Inbound():
                    if event.author.person.id not in self.on_pause:
                        await self._say(event)
                case Edited():
                    await self._say_again(event)
                case Deleted():
                    await self._unsay(event)
                case Joined() | Reacted():
                    pass
                case _:
                    raise AssertionError(event)

    async def cursor(self, platform: str, stream: str) -> str | None:
        return self.cursors.get((platform, stream))

    async def _say(self, message: Inbound) -> None:
        assert self.sandbox
        for room in self._others(message.ref.channel):
            files = [
                await self.sandbox.chat.fetch(file, limit=1 << 30) for file in message.attachments
            ]
            part = Part(
                text=translated(message.text, room.language).text,
                author=message.author,
                reply_to=self._native(message.reply_to, room.channel),
                files=tuple(files),
                original=message.text or None,
                translation=translated(message.text, room.language),
                origins=(message.ref,),
            )
            native = await self.sandbox.chat.send(room.channel, part)
            self.copies.setdefault(message.ref, []).append(Copy(room.channel, native))
            self.originals[MessageId(room.channel, native)] = message.ref

    async def _say_again(self, edited: Edited) -> None:
        assert self.sandbox
        for copy in self.copies.get(edited.ref, ()):
            language = next(r.language for r in ROOMS if r.channel == copy.channel)
            part = Part(
                text=translated(edited.text, language).text,
                author=self._author(edited.ref),
                original=edited.text,
                translation=translated(edited.text, language),
                origins=(edited.ref,),
            )
            await self.sandbox.chat.edit(copy.channel, copy.id, part)

    async def _unsay(self, deleted: Deleted) -> None:
        assert self.sandbox
        for ref in deleted.refs:
            for copy in self.copies.get(ref, ()):
                await self.sandbox.chat.delete(copy.channel, copy.id)

    def _others(self, channel: ChannelId) -> list[RelayChannel]:
        return [
            room
            for relay in self.linked
            for room in relay.channels
            if room.channel != channel and any(one.channel == channel for one in relay.channels)
        ]

    def _author(self, ref: MessageId):
        return next(e.author for e in self.heard if isinstance(e, Inbound) and e.ref == ref)

    def _native(self, answered: MessageId | None, channel: ChannelId) -> str | None:
        if answered is None:
            return None
        original = self.originals.get(answered, answered)
        if original.channel == channel:
            return original.id
        return next((c.id for c in self.copies.get(original, ()) if c.channel == channel), None)


def translated(text: RichText, language: str) -> Translation:
    return Translation(
        text=RichText(f"[{language}] ") + text if text else text,
        source="en" if language == "zh" else "zh",
        target=language,
        engine="mirror",
        steps=(
            Step("language", "en" if language == "zh" else "zh", 0.08),
            Step("shield", "1 link, 2 emoji", 0.4),
            Step("sentences", "2", 0.05),
            Step("engine", "mirror 1, phrasebook 1: 2 of 2", 41.0),
            Step("checks", "number 1", 0.3),
        ),
    )

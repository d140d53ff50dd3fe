"""What the program does for cogs: the relays, what a community has chosen, and posts of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.core.model import (
    Button,
    ChannelId,
    ChannelOptions,
    Cursor,
    File,
    MessageId,
    PersonId,
    Posted,
    Relay,
    RelayChannel,
    Room,
)
from bot.core.ports import Wordbook
from bot.core.richtext import RichText


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """One destination's queue. `oldest_seconds` is the age of what has waited longest."""

    channel: ChannelId
    waiting: int
    oldest_seconds: float
    dead: int
    blocked_reason: str | None
    closed_seconds: float | None = None  # since when the channel takes nothing from us


class RelayBook(Protocol):
    """The relays in force, of two channels and more; and those that wait for a second channel.

    What changes them takes the connection of `changing`, and raises `Refused` where a rule says no.
    """

    def all(self) -> Sequence[Relay]: ...
    def waiting(self) -> Sequence[Relay]: ...
    def find(self, channel: ChannelId) -> Relay | None:
        """As `of`, among the waiting ones too."""
        ...

    def of(self, channel: ChannelId) -> Relay | None: ...
    def language(self, channel: ChannelId) -> str | None: ...
    def home(self, channel: ChannelId, /) -> ChannelId | None:
        """The channel in which this thread of ours hangs, or None."""
        ...

    async def pause(self, relay: Relay) -> None: ...
    async def resume(self, relay: Relay) -> None: ...
    async def look_again(self, relay: Relay) -> int:
        """At once, at its channels that are closed to the bot; how many they are."""
        ...

    async def status(self, relay: Relay) -> Sequence[LaneStatus]: ...

    def changing(self) -> AbstractAsyncContextManager[Any]:
        """A transaction for one change and all that is to happen with it."""
        ...

    async def create(
        self, connection: Any, name: str, first: RelayChannel, start: Cursor | None = None
    ) -> Relay: ...

    async def join(
        self,
        connection: Any,
        relay: int,
        member: RelayChannel,
        starts: Sequence[Cursor | None] = (),
    ) -> Relay:
        """The relay with this channel in it. Nothing older than `starts` will cross."""
        ...

    async def leave(self, connection: Any, relay: int, channel: ChannelId) -> Relay | None:
        """What is left of the relay: None where that was its last channel."""
        ...

    async def rename(self, connection: Any, relay: int, name: str) -> Relay: ...

    async def set_language(
        self, connection: Any, relay: int, channel: ChannelId, language: str
    ) -> Relay: ...

    async def set_options(
        self, connection: Any, channel: ChannelId, options: ChannelOptions
    ) -> None:
        """Of a relay of commands; the file says what holds for its own. Raises `Refused`."""
        ...


@dataclass(frozen=True, slots=True)
class Post:
    """Our own words to one channel, unasked: they go through its lane like everything else.

    `image` is the key that `Posts.keep` gave. `thread` is the title of a thread to open under it;
    where the platform has none, people reply to the post instead. `reply_to` is a native id there.
    A button's `action` is "cog.action": nobody else knows whose post it is.

    With a `room` it is said in a place of a few people's own; where there can be none, in the
    channel. `beside` is the key of another post there: where a few talk about that one apart from
    the channel, this is said among them.
    """

    text: RichText
    image: str | None = None
    buttons: tuple[Button, ...] = ()
    reply_to: str | None = None
    thread: str = ""
    room: Room | None = None
    beside: str = ""


class Posts(Protocol):
    """What we say of our own accord. `connection` is a transaction of `Host.store`: what is ordered
    in it is said if it commits, and at once. A key names one post in one channel for good."""

    async def say(self, connection: Any, channel: ChannelId, post: Post, *, key: str) -> bool:
        """False where something of this key was ordered there before; nothing is said again."""
        ...

    async def revise(self, connection: Any, channel: ChannelId, post: Post, *, key: str) -> None:
        """Show this instead, where the platform can edit. The image and the thread stay."""
        ...

    async def remove(self, connection: Any, channel: ChannelId, *, key: str) -> None: ...

    async def find(self, connection: Any, key: str) -> Sequence[Posted]:
        """Where it has been said so far."""
        ...

    async def named(self, connection: Any, ref: MessageId) -> str | None:
        """The key of this post of ours, or None."""
        ...

    async def open_strand(
        self, connection: Any, key: str, hangs_under: Mapping[ChannelId, str]
    ) -> None:
        """Link the talk under these posts (channel → key), as soon as each has been said."""
        ...

    async def close_strand(self, connection: Any, key: str) -> None: ...

    async def seat(
        self, connection: Any, key: str, channel: ChannelId, chat: ChannelId
    ) -> Sequence[str]:
        """From now on this post of `channel` is talked about in this private chat.

        Answers the keys of all open strands that have their place in the chat then, the latest
        first: what is said there belongs to that one, unless it replies to something of another.
        Answers none where the post is in no open strand, or has a room.
        """
        ...

    async def unseat(self, connection: Any, key: str, channel: ChannelId) -> None:
        """Forget the private chat: the post is talked about in its channel again."""
        ...

    async def strand_of(self, connection: Any, ref: MessageId) -> str | None:
        """The key of the strand in which this message was said, or None."""
        ...

    async def keep(self, content: bytes, *, name: str, mime: str) -> str:
        """Store a picture; its key, the same for the same content and name."""
        ...

    async def picture(self, key: str) -> File | None:
        """What was kept under this key, or None where it was discarded."""
        ...

    async def discard(self, key: str) -> None:
        """Delete a picture that was kept; posts that were said keep theirs."""
        ...


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that is kept about a person: `what` and `until` are catalogue entries.

    `cog` is the feature that keeps it, empty where it is the bridge itself.
    """

    what: str
    until: str
    count: int
    cog: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many copies of what a person wrote are to be deleted, and when that was asked for."""

    copies: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Copies that are deleted, that will be, and that the platform does not let us delete."""

    gone: int
    coming: int
    refused: int


class Privacy(Protocol):
    """What is kept about a person, in all communities of their platform."""

    days: Mapping[str, int]  # the values of a holding's entries

    async def holdings(self, person: PersonId) -> Sequence[Holding]: ...
    async def export(self, person: PersonId) -> Mapping[str, Any]:
        """All of it, as plain JSON."""
        ...

    async def erase(self, person: PersonId, name: str = "") -> Erased:
        """All of it, and the copies of what they wrote, in time. `name` is what they go by now."""
        ...

    async def finish(self) -> None:
        """Go on with what `erase` began."""
        ...

    async def taken_back(self, erased: Erased) -> TakenBack: ...
    async def pause(self, person: PersonId) -> None:
        """From now on nothing of theirs is relayed nor kept."""
        ...

    async def resume(self, person: PersonId) -> bool:
        """False where they were not on pause."""
        ...

    async def is_paused(self, person: PersonId) -> bool: ...


class Preferences(Protocol):
    """What a community has chosen: small JSON values under a cog's name, kept for each relay."""

    def get(self, relay: Relay, name: str, default: Any = None) -> Any: ...
    async def put(self, relay: Relay, name: str, value: Any) -> None: ...
    def is_on(self, relay: Relay, cog: str) -> bool: ...
    def zone(self, relay: Relay, language: str) -> str: ...


class Words(Wordbook, Protocol):
    """Communities' own words: their glossaries, and the corrections that mods have accepted."""

    def renew(self, connection: Any, community: int) -> None:
        """Once this transaction has committed, answer by what it wrote."""
        ...

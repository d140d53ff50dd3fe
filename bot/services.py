"""What the program does for cogs: the relays, what a community has chosen, and posts of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.core.model import Button, ChannelId, File, MessageId, Posted, Relay
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


class RelayBook(Protocol):
    """The relays in force."""

    def all(self) -> Sequence[Relay]: ...
    def of(self, channel: ChannelId) -> Relay | None: ...
    def language(self, channel: ChannelId) -> str | None: ...
    def home(self, channel: ChannelId, /) -> ChannelId | None:
        """The channel in which this thread of ours hangs, or None."""
        ...

    async def pause(self, relay: Relay) -> None: ...
    async def resume(self, relay: Relay) -> None: ...
    async def status(self, relay: Relay) -> Sequence[LaneStatus]: ...


@dataclass(frozen=True, slots=True)
class Post:
    """Our own words to one channel, unasked: they go through its lane like everything else.

    `image` is the key that `Posts.keep` gave. `thread` is the title of a thread to open under it;
    where the platform has none, people reply to the post instead. `reply_to` is a native id there.
    A button's `action` is "cog.action": nobody else knows whose post it is.
    """

    text: RichText
    image: str | None = None
    buttons: tuple[Button, ...] = ()
    reply_to: str | None = None
    thread: str = ""


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

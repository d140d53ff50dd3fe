"""What is heard and what is said, as plain values: the words every other module shares.

Ids are opaque here. Only the adapter of their platform may look inside one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.core.options import AttachmentKind, ChannelOptions
from bot.core.richtext import RichText


@dataclass(frozen=True, slots=True, order=True)
class ChannelId:
    """One place where people write: a channel, thread, topic, group or room."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"

    @staticmethod
    def parse(text: str) -> ChannelId:
        platform, _, native = text.partition(":")
        return ChannelId(platform, native)


@dataclass(frozen=True, slots=True, order=True)
class MessageId:
    channel: ChannelId
    id: str


@dataclass(frozen=True, slots=True, order=True)
class PersonId:
    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it. `avatar_url` must be readable by strangers and hold no secret, or be absent."""

    person: PersonId
    name: str
    avatar_url: str | None = None
    is_bot: bool = False
    is_us: bool = False  # our own account or webhook: an echo of what we said


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; `source` is a handle only its platform can open."""

    kind: AttachmentKind
    name: str
    source: str
    size: int = 0  # bytes; 0 where the platform does not say
    mime: str = "application/octet-stream"
    is_spoiler: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "name": self.name,
            "source": self.source,
            "size": self.size,
            "mime": self.mime,
            "spoiler": self.is_spoiler,
        }

    @staticmethod
    def from_json(stored: dict[str, Any]) -> Attachment:
        return Attachment(
            AttachmentKind(stored["kind"]),
            stored["name"],
            stored["source"],
            stored["size"],
            stored["mime"],
            stored["spoiler"],
        )


@dataclass(frozen=True, slots=True)
class Inbound:
    """A new message."""

    ref: MessageId
    author: Author
    text: RichText
    sent_at: datetime
    reply_to: MessageId | None = None
    attachments: tuple[Attachment, ...] = ()
    forwarded_from: str | None = None  # a display name


@dataclass(frozen=True, slots=True)
class Edited:
    """A message's new text. `edited_at` decides which of two edits is newer."""

    ref: MessageId
    text: RichText
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Deleted:
    refs: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class Migrated:
    """A channel goes on under another id (a Telegram group that became a supergroup)."""

    old: ChannelId
    new: ChannelId


@dataclass(frozen=True, slots=True)
class Missed:
    """Messages in `channel` that can no longer be read; `count` is None where unknown."""

    channel: ChannelId
    count: int | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Someone new can read and write in `channel`."""

    channel: ChannelId
    person: Author
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """Someone who could read and write in `channel` no longer can."""

    channel: ChannelId
    person: Author
    left_at: datetime


@dataclass(frozen=True, slots=True)
class Reacted:
    """`emoji` is the character itself, or ":name:" for a custom one."""

    ref: MessageId
    person: Author
    emoji: str
    is_added: bool = True


@dataclass(frozen=True, slots=True)
class Cleared:
    """A moderator took everybody's reactions from a message: all of them, or one emoji."""

    ref: MessageId
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji, and how many people hold it."""

    emoji: str
    people: int


@dataclass(frozen=True, slots=True)
class Posted:
    """Something of our own (`bot.posts`) was said.

    It is talked about in `thread`: one that was opened under it or, where it `is_apart`, a place of
    a few people's own, which is a room or a private chat.
    """

    key: str
    ref: MessageId
    thread: ChannelId | None = None
    home: ChannelId | None = None  # the channel it was ordered for, where it was said elsewhere
    is_apart: bool = False
    more: tuple[str, ...] = ()  # native ids of what did not fit into the first message

    @property
    def channel(self) -> ChannelId:
        return self.home or self.ref.channel


Event = Inbound | Edited | Deleted | Migrated | Missed | Joined | Left | Reacted | Cleared


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a stream of events has been heard: a Telegram offset, a channel's last message."""

    platform: str
    stream: str
    value: str


@dataclass(frozen=True, slots=True)
class RelayChannel:
    channel: ChannelId
    language: str  # en | zh | zh-Hant
    options: ChannelOptions = field(default_factory=ChannelOptions)


@dataclass(frozen=True, slots=True)
class Relay:
    """A named set of linked channels. `from_file` relays are read-only to commands."""

    id: int
    name: str
    channels: tuple[RelayChannel, ...]
    is_paused: bool = False
    from_file: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where one side talks about a strand: a thread, or the replies to `root` in `channel`."""

    channel: ChannelId
    language: str
    root: str | None = None  # the native id of the message it hangs under
    thread: ChannelId | None = None

    @property
    def lane(self) -> ChannelId:
        return self.thread or self.channel


@dataclass(frozen=True, slots=True)
class Strand:
    """One conversation beside the channels' own: under a question, between two buddies.

    What is said at one of its places is carried to the others, and nowhere else.
    """

    id: int
    key: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the pipeline did, for people who ask what happened. Holds no message text."""

    name: str
    detail: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Translation:
    """What the reader gets. `text` is the original where `engine` is None.

    `label` says why it is the original: "" (translated), "same-language", "nothing-to-translate",
    "no-model" or "failed".
    """

    text: RichText
    source: str  # the language found: en, zh, ja, und
    target: str
    engine: str | None = None
    label: str = ""
    steps: tuple[Step, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a community's glossary. `target` None: the words stay as they are."""

    source: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A translation with what else it could have been, for people who ask.

    `confidence` is between 0 and 1, None where no engine was sure of anything.
    """

    translation: Translation
    alternatives: tuple[str, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class File:
    """Bytes on their way out."""

    name: str
    mime: str
    kind: AttachmentKind
    content: bytes = field(repr=False)
    is_spoiler: bool = False

    @property
    def one_line_name(self) -> str:
        """The name as a request's header can carry it: without control characters."""
        return "".join(sign if sign.isprintable() else "_" for sign in self.name)


@dataclass(frozen=True, slots=True)
class Room:
    """A place for these people to be opened in a channel. `title` is no other room's there."""

    title: str
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """`action` reaches the `@on_button` of that name, of the same cog, with `argument`.

    "cb:cog.action:argument" must fit 64 bytes, the limit of Telegram's callback data. One that
    `opens_private` leads to the private chat with the bot and is pressed there, with at most 46
    bytes; where a platform has no such chats it is not shown.
    """

    label: str
    action: str
    argument: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    opens_private: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One native message to send: already translated, labelled and fitted to its destination.

    `author` is shown natively where the destination can (`Capabilities.shows_authors`); elsewhere
    the renderer has put the name into `text`. `reply_to` is the destination's own message id, set
    only where it can reply natively. One that `is_further` brings another file of its message: its
    text says no more than whose it is, and is left out where files stand together.
    """

    text: RichText
    author: Author | None = None
    reply_to: str | None = None
    files: tuple[File, ...] = ()
    original: RichText | None = None  # what was written, where `text` is a translation of it
    translation: Translation | None = None
    origins: tuple[MessageId, ...] = ()  # the messages this says again, where it is a copy
    is_silent: bool = False
    is_plain: bool = False  # the author's name without their picture
    buttons: tuple[Button, ...] = ()
    thread: str = ""  # the title of a thread to open under it, where the platform has threads
    is_further: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """One native message that we made: part `number` of what was said for an original."""

    channel: ChannelId
    id: str
    number: int = 0

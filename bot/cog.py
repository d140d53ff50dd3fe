"""What a cog may say: commands, listeners, daily jobs, replies and buttons, on any platform.

A closed vocabulary, so that every adapter can render all of it and no cog asks where it runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, ClassVar, Literal, Protocol

from bot.core.errors import Problem, Refused
from bot.core.model import (
    Attachment,
    Author,
    Button,
    ChannelId,
    Cursor,
    Deleted,
    File,
    Inbound,
    Joined,
    Left,
    MessageId,
    PersonId,
    Posted,
    Reacted,
    Relay,
)
from bot.core.ports import Clock, Translator
from bot.core.richtext import RichText
from bot.i18n import N_, Language, translate
from bot.parameters import Choice as Choice
from bot.parameters import Describe as Describe
from bot.parameters import Duration as Duration
from bot.parameters import Kind as Kind
from bot.parameters import Member as Member
from bot.parameters import Parameter as Parameter
from bot.parameters import Value as Value
from bot.parameters import parameters_of as parameters_of
from bot.services import Posts, Preferences, Privacy, RelayBook, Words

NOT_HERE = N_("This is our private chat. Write this in a channel of your community.")
NOT_LINKED = N_("This channel is in no relay. “/relay list” shows them all.")
NOT_YET = N_("“{name}” links only this channel so far. “/relay link” gives a code for another one.")

MAX_BUTTONS = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: text (already in the reader's language), a picture, a file, up to five buttons.

    `is_private` is seen by the asker alone where the platform can do that. `is_secret` must be
    seen by nobody else anywhere: where a channel can't whisper it is told in a private chat.
    """

    text: RichText | str
    image: File | None = None
    buttons: tuple[Button, ...] = ()
    is_private: bool = True
    is_secret: bool = False
    file: File | None = None

    def __post_init__(self) -> None:
        if len(self.buttons) > MAX_BUTTONS:
            raise ValueError(f"a reply holds at most {MAX_BUTTONS} buttons")
        if self.is_secret and not self.is_private:
            raise ValueError("what is secret is private too")

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(one for one in (self.image, self.file) if one is not None)

    @property
    def rich(self) -> RichText:
        return RichText(self.text) if isinstance(self.text, str) else self.text


class Host(Protocol):
    """What the program gives to cogs. `store` is a `bot.store.database.Database`."""

    clock: Clock
    relays: RelayBook
    preferences: Preferences
    posts: Posts
    privacy: Privacy
    translator: Translator
    text_days: int  # for which the words of messages are kept
    wordbook: Words

    @property
    def store(self) -> Any: ...
    def add_cog(self, cog: Cog) -> None: ...
    def cogs(self) -> Sequence[Cog]: ...
    def commands(self) -> Sequence[Command]: ...
    async def fetch(self, ref: MessageId, attachment: Attachment, *, limit: int) -> File: ...
    async def problems(self, channel: ChannelId) -> Sequence[Problem]: ...  # what breaks it
    async def findings(self, relay: Relay) -> Sequence[Problem]: ...  # what is in order, too
    async def newest(self, channel: ChannelId) -> Cursor | None:
        """Where hearing begins if nothing older is to be heard. Raises `DeliveryError`."""

    async def recent(self, channel: ChannelId, limit: int = 50) -> Sequence[str]:
        """What people last wrote there; nothing where it can't be read."""
        ...

    def link(self, ref: MessageId) -> str | None: ...
    def locate(self, text: str, channel: ChannelId) -> MessageId | None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, where, and in which language they read."""

    host: Host
    channel: ChannelId
    person: Author
    language: Language
    is_mod: bool = False
    reply_to: MessageId | None = None
    is_direct: bool = False  # in the private chat with the bot
    asked_in: ChannelId | None = None  # where the answer was asked for whose button is pressed here
    rights_unknown: bool = False  # whether this is a mod could not be looked up

    def t(self, message: str, **values: object) -> str:
        return translate(message, self.language, **values)

    def relay(self) -> Relay:
        """The community of this channel. Raises `Refused`."""
        found = self.host.relays.of(self.asked_in or self.channel)
        if found is not None:
            return found
        if self.is_direct:
            raise Refused(NOT_HERE)
        waiting = self.host.relays.find(self.channel)
        if waiting is not None:
            raise Refused(NOT_YET, name=waiting.name)
        raise Refused(NOT_LINKED)


@dataclass(frozen=True, slots=True)
class Command:
    """One command as the adapters render it. `path` is ("relay", "list") or ("help",)."""

    path: tuple[str, ...]
    describe: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., Awaitable[Reply]]
    is_for_mods: bool = False
    cooldown: float = 0.0  # seconds between two uses by one person
    platforms: frozenset[str] | None = None  # None: everywhere
    menu: str = ""  # a catalogue entry: its name in the menu of a message, where there is one

    @property
    def name(self) -> str:
        return " ".join(self.path)


@dataclass(frozen=True, slots=True)
class Pressable:
    """What a button of this action does."""

    action: str
    run: Callable[[Context, str], Awaitable[Reply | None]]
    is_for_mods: bool = False


Listener = Callable[..., Awaitable[None]]
LISTENS_TO: Mapping[str, type] = {
    "message": Inbound,
    "member_joined": Joined,
    "member_left": Left,
    "reaction": Reacted,
    "deleted": Deleted,
    "posted": Posted,
}


@dataclass(frozen=True, slots=True)
class Daily:
    """A job that runs once per local date, whatever restarts or clock changes do."""

    name: str
    at: time
    zone: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Repeating:
    """A look at what is due, every so often and at the start. It must not mind being run twice."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Mark:
    what: Literal["command", "listener", "button", "daily", "repeating"]
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


def command(
    name: str,
    describe: str,
    *,
    for_mods: bool = False,
    cooldown: float = 0.0,
    platforms: frozenset[str] | None = None,
    menu: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method a command; its annotated parameters after `ctx` are the command's.

    `describe` is a catalogue entry of 1-100 characters (Discord's limit for a description). `menu`
    offers it in the menu of a message too, under this catalogue entry of 1-32 characters: the
    message is then `ctx.reply_to`, and every parameter must have a default.
    """
    return _marked(
        "command",
        name=name,
        describe=describe,
        is_for_mods=for_mods,
        cooldown=cooldown,
        platforms=platforms,
        menu=menu,
    )


def listener(
    event: Literal["message", "member_joined", "member_left", "reaction", "deleted", "posted"],
) -> Callable[..., Any]:
    """Call a method with every such event, after it is durable; one after the other for a cog."""
    return _marked("listener", event=event)


def on_button(action: str, *, for_mods: bool = False) -> Callable[..., Any]:
    """Call a method with (ctx, argument) when a button of this action is pressed.

    One that is `for_mods` looks at who presses it, whoever it was shown to.
    """
    return _marked("button", action=action, is_for_mods=for_mods)


def daily(at: time, zone: str = "UTC") -> Callable[..., Any]:
    """Run a method once per local date of `zone` (an IANA name), at `at` or as soon after."""
    return _marked("daily", at=at, zone=zone)


def repeating(every: timedelta) -> Callable[..., Any]:
    """Run a method at the start and every so often: for what becomes due at times of its own."""
    return _marked("repeating", every=every)


def _marked(what: Any, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        method.__catbridge__ = _Mark(what, options)  # type: ignore[attr-defined]
        return method

    return mark


class Cog:
    """A named group of commands, listeners and daily jobs.

    `name` is the cog's key in buttons and settings; `group` puts all its commands under one word
    ("/relay list"), described by `describe`.
    """

    name: ClassVar[str]
    describe: ClassVar[str] = ""
    group: ClassVar[str | None] = None
    is_optional: ClassVar[bool] = False  # a community may switch it off
    title: ClassVar[str] = ""  # a catalogue entry: what people call it inside a sentence
    stores: ClassVar[str] = ""  # a catalogue entry: what it keeps about a person
    gathers: ClassVar[Sequence[type]] = ()  # `bot.store.happenings` that it reads in its own time
    # How the keys begin of posts that it neither changes nor says again after a year.
    passing_posts: ClassVar[Sequence[str]] = ()

    def __init__(self, host: Host) -> None:
        self.host = host

    async def load(self) -> None:
        """Called once before anything is heard; raising stops the start."""

    async def unload(self) -> None:
        """Called once after everything has stopped."""

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        """All that is kept about this person, as plain JSON."""
        return {}

    async def forget(self, person: PersonId) -> None:
        """Keep nothing about this person from here on."""

    def commands(self) -> Sequence[Command]:
        prefix = (self.group,) if self.group else ()
        return [
            Command(
                path=(*prefix, *str(options["name"]).split()),
                describe=options["describe"],
                parameters=parameters_of(method),
                run=method,
                is_for_mods=options["is_for_mods"],
                cooldown=options["cooldown"],
                platforms=options["platforms"],
                menu=options["menu"],
            )
            for method, options in self._having("command")
        ]

    def listeners(self, event: type) -> Sequence[Listener]:
        return [
            m for m, options in self._having("listener") if LISTENS_TO[options["event"]] is event
        ]

    def buttons(self) -> Sequence[Pressable]:
        return [
            Pressable(options["action"], method, options["is_for_mods"])
            for method, options in self._having("button")
        ]

    def button(self, action: str) -> Pressable | None:
        return next((one for one in self.buttons() if one.action == action), None)

    def dailies(self) -> Sequence[Daily]:
        return [
            Daily(f"{self.name}.{method.__name__}", options["at"], options["zone"], method)
            for method, options in self._having("daily")
        ]

    def repeatings(self) -> Sequence[Repeating]:
        return [
            Repeating(f"{self.name}.{method.__name__}", options["every"], method)
            for method, options in self._having("repeating")
        ]

    def _having(self, what: str) -> list[tuple[Any, Mapping[str, Any]]]:
        # Class order, not name order: commands are listed as they are written.
        found: dict[str, _Mark] = {}
        for kind in reversed(type(self).__mro__):
            for name, method in vars(kind).items():
                mark = getattr(method, "__catbridge__", None)
                if isinstance(mark, _Mark) and mark.what == what:
                    found[name] = mark
        return [(getattr(self, name), mark.options) for name, mark in found.items()]

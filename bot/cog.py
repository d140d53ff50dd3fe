"""What a cog may say: commands, listeners, daily jobs, replies and buttons, on any platform.

A closed vocabulary, so that every adapter can render all of it and no cog asks where it runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, Protocol, get_args, get_origin, get_type_hints

from bot.core.errors import Refused
from bot.core.model import (
    Attachment,
    Author,
    Button,
    ChannelId,
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
from bot.services import Posts, Preferences, RelayBook, Words

NOT_LINKED = N_("This channel is in no relay. “/relay list” shows them all.")

MAX_PARAMETERS = 4
MAX_BUTTONS = 5


@dataclass(frozen=True, slots=True)
class Member:
    """A person named in a command."""

    person: PersonId
    name: str


Duration = timedelta
Value = str | int | bool | Member | Duration | Attachment


class Kind(Enum):
    STR = str
    INT = int
    BOOL = bool
    MEMBER = Member
    DURATION = timedelta
    ATTACHMENT = Attachment


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a parameter's fixed values; `label` is a catalogue entry."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Describe:
    """Goes into a parameter's `Annotated`: its catalogue entry, bounds and fixed choices.

    `minimum` and `maximum` bound an int's value or a str's length in characters.
    """

    text: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Kind
    describe: Describe
    is_required: bool
    default: Value | None = None


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
    translator: Translator
    wordbook: Words

    @property
    def store(self) -> Any: ...
    def add_cog(self, cog: Cog) -> None: ...
    def cogs(self) -> Sequence[Cog]: ...
    def commands(self) -> Sequence[Command]: ...
    async def fetch(self, ref: MessageId, attachment: Attachment, *, limit: int) -> File: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, where, and in which language they read."""

    host: Host
    channel: ChannelId
    person: Author
    language: Language
    is_mod: bool = False
    reply_to: MessageId | None = None

    def t(self, message: str, **values: object) -> str:
        return translate(message, self.language, **values)

    def relay(self) -> Relay:
        """The community of this channel. Raises `Refused`."""
        found = self.host.relays.of(self.channel)
        if found is None:
            raise Refused(NOT_LINKED)
        return found


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


def on_button(action: str) -> Callable[..., Any]:
    """Call a method with (ctx, argument) when a button of this action is pressed."""
    return _marked("button", action=action)


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
    stores: ClassVar[str] = ""  # a catalogue entry: what it keeps about a person

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

    def button(self, action: str) -> Callable[[Context, str], Awaitable[Reply | None]] | None:
        return next(
            (m for m, options in self._having("button") if options["action"] == action), None
        )

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


def parameters_of(method: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Read a command's parameters from its annotations. Raises TypeError for one outside them."""
    hints = get_type_hints(method, include_extras=True)
    names = [
        p for p in inspect.signature(method).parameters.values() if p.name not in {"self", "ctx"}
    ]
    if len(names) > MAX_PARAMETERS:
        raise TypeError(f"{method.__qualname__}: at most {MAX_PARAMETERS} parameters")
    return tuple(_parameter(p, hints[p.name]) for p in names)


def _parameter(parameter: inspect.Parameter, hint: Any) -> Parameter:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{parameter.name}: say what it is with Annotated[type, Describe(…)]")
    kind, describe = get_args(hint)[:2]
    is_required = parameter.default is inspect.Parameter.empty
    options = [a for a in get_args(kind) if a is not type(None)]
    return Parameter(
        name=parameter.name,
        kind=Kind(options[0] if options else kind),
        describe=describe,
        is_required=is_required,
        default=None if is_required else parameter.default,
    )

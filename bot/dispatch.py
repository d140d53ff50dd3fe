"""Runs what people ask for: find → permit → parse → cool down → call → answer.

The cogs' error boundary: whatever a cog raises, the asker gets one sentence in their language.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import structlog

from bot.arguments import read_arguments
from bot.cog import Cog, Command, Context, Daily, Host, Repeating, Reply, Value
from bot.core.errors import Refused
from bot.core.model import (
    Author,
    ChannelId,
    Deleted,
    Event,
    Inbound,
    Joined,
    Left,
    MessageId,
    PersonId,
    Posted,
    Reacted,
)
from bot.i18n import N_, Language, pick, translate

log = structlog.get_logger(__name__)

UNKNOWN = N_("There is no command “/{name}”. “/help” lists them all.")
FOR_MODS = N_("Only moderators can use this command.")
UNSURE = N_(
    "I can't look up at the moment whether you are a moderator, so I take it that you are not. "
    "Please try again soon."
)
IN_PRIVATE = N_("This does nothing in a private chat. Write it in the group or channel itself.")
TOO_SOON = N_("Please wait {seconds} seconds before you use this again.")
BROKEN = N_("Something went wrong on our side. It has been written to the log; please try again.")
MOST_REMEMBERED = 10_000  # uses that are cooling down
OFF = N_("This is switched off here. The moderators can switch it on with “/community switch”.")
STALE = N_("This button no longer works.")


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as it was asked for: `arguments` already typed, and the others in `text`."""

    path: tuple[str, ...]
    channel: ChannelId
    person: Author
    is_mod: bool
    locale: str | None
    arguments: Mapping[str, Value] = field(default_factory=dict[str, Value])
    text: str | None = None
    reply_to: MessageId | None = None
    is_direct: bool = False  # in the private chat with the bot
    rights_unknown: bool = False  # whether this is a mod could not be looked up


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed. `action` is "cog.action" as it was rendered."""

    action: str
    argument: str
    channel: ChannelId
    person: Author
    is_mod: bool
    locale: str | None
    message: MessageId | None = None
    is_direct: bool = False
    asked_in: ChannelId | None = None  # of a button under an answer that was told in private
    rights_unknown: bool = False


Answer = TypeVar("Answer", Reply, Reply | None)


class Dispatcher:
    def __init__(
        self,
        language_of: Callable[[ChannelId], str | None],
        is_on: Callable[[ChannelId, str], bool] = lambda _channel, _cog: True,
    ) -> None:
        """`language_of` answers a channel's language, for people whose own is not known.

        `is_on` answers whether the community there wants a cog of this name.
        """
        self._language_of = language_of
        self._is_on = is_on
        self.on_listened: Callable[[Cog, Event | Posted, int | None], None] = lambda *_: None
        self._heard: dict[str, asyncio.Queue[Any]] = {}
        self._cogs: list[Cog] = []
        self._host: Host | None = None
        self._commands: dict[tuple[str, ...], Command] = {}
        self._cog_of: dict[tuple[str, ...], str] = {}
        self._last_use: dict[tuple[PersonId, tuple[str, ...]], float] = {}

    def attach(self, host: Host) -> None:
        self._host = host

    def add(self, cog: Cog) -> None:
        """Raises ValueError for a second cog or command of the same name."""
        if any(known.name == cog.name for known in self._cogs):
            raise ValueError(f"two cogs are named {cog.name}")
        for command in cog.commands():
            if command.path in self._commands:
                raise ValueError(f"two commands are named /{command.name}")
            self._commands[command.path] = command
            self._cog_of[command.path] = cog.name
        self._cogs.append(cog)
        self._heard[cog.name] = asyncio.Queue()

    @property
    def commands(self) -> Sequence[Command]:
        return list(self._commands.values())

    @property
    def cogs(self) -> Sequence[Cog]:
        return list(self._cogs)

    def dailies(self) -> Sequence[Daily]:
        return [job for cog in self._cogs for job in cog.dailies()]

    def repeatings(self) -> Sequence[Repeating]:
        return [job for cog in self._cogs for job in cog.repeatings()]

    def passing_posts(self) -> Sequence[str]:
        """How the keys of posts begin that may be forgotten after a year."""
        return [beginning for cog in self._cogs for beginning in cog.passing_posts]

    def find(self, words: Sequence[str]) -> tuple[Command, int] | None:
        """The longest command that `words` begin with, and how many words it took."""
        for length in range(min(len(words), 3), 0, -1):
            command = self._commands.get(tuple(word.lower() for word in words[:length]))
            if command is not None:
                return command, length
        return None

    async def run(self, invocation: Invocation) -> Reply:
        """Never raises: an error is a reply in the asker's language."""
        language = self.language(invocation.locale, invocation.channel)
        words = [*invocation.path, *(invocation.text or "").split()]
        found = self.find(words)
        if found is None:
            return self._unknown(words, language)
        command, length = found
        name = self._cog_of[command.path]
        if self._is_off(name, invocation.channel):
            return Reply(translate(OFF, language))
        refusal = self._refusal(command, invocation)
        if refusal is not None:
            return Reply(translate(refusal[0], language, **refusal[1]))
        context = self._context(invocation, language, reply_to=invocation.reply_to)

        async def call() -> Reply:
            arguments = dict(invocation.arguments)
            if invocation.text is not None:
                rest = _after_words(invocation.text, length - len(invocation.path))
                open_ones = [p for p in command.parameters if p.name not in arguments]
                arguments |= read_arguments(open_ones, rest)
            self._cool_down(command, invocation)
            return await command.run(context, **arguments)

        reply = await self._answer(call, context, command.name)
        return _qualified(reply, self._cog_of[command.path])

    async def press(self, press: Press) -> Reply | None:
        """Never raises. The cog's `@on_button` answers; None where it says nothing."""
        language = self.language(press.locale, press.channel)
        name, _, action = press.action.partition(".")
        cog = next((cog for cog in self._cogs if cog.name == name), None)
        button = cog.button(action) if cog else None
        if button is None:
            return Reply(translate(STALE, language))
        if self._is_off(name, press.asked_in or press.channel):
            return Reply(translate(OFF, language))
        if button.is_for_mods and not press.is_mod:
            return Reply(translate(_lacks(press), language))
        context = self._context(press, language, reply_to=press.message)
        reply = await self._answer(
            lambda: button.run(context, press.argument), context, press.action
        )
        return None if reply is None else _qualified(reply, name)

    def listens_to(self, kind: type) -> bool:
        return any(cog.listeners(kind) or kind in cog.gathers for cog in self._cogs)

    def announce(
        self, event: Event | Posted, happening: int | None = None, *, only: Cog | None = None
    ) -> None:
        """Hand an event to every cog that listens. `listen` passes it on in their own time.

        `happening` is its row, where it has one.
        """
        for cog in [only] if only else self._cogs:
            if cog.listeners(type(event)):
                self._heard[cog.name].put_nowait((event, happening))

    async def listen(self) -> None:
        """Run the cogs' listeners until cancelled, each cog's one after the other."""
        async with asyncio.TaskGroup() as group:
            for cog in self._cogs:
                group.create_task(self._listen(cog), name=f"cog {cog.name}")

    async def settle(self) -> None:
        """Wait until everything announced so far has been listened to."""
        for queue in self._heard.values():
            await queue.join()

    async def _listen(self, cog: Cog) -> None:
        queue = self._heard[cog.name]
        while True:
            event, happening = await queue.get()
            try:
                if self._wants(cog, event):
                    for listen in cog.listeners(type(event)):
                        await listen(event)
            except Exception:
                log.exception(N_("A listener failed by a mistake of ours"), cog=cog.name)
            finally:
                queue.task_done()
            self.on_listened(cog, event, happening)

    def _wants(self, cog: Cog, event: Event | Posted) -> bool:
        match event:
            case Deleted(refs):
                channel = refs[0].channel if refs else None
            case Joined() | Left():
                channel = event.channel
            case Posted():
                channel = event.channel
            case Inbound() | Reacted():
                channel = event.ref.channel
            case _:
                channel = None
        return channel is None or not cog.is_optional or self._is_on(channel, cog.name)

    async def _answer(
        self, call: Callable[[], Awaitable[Answer]], context: Context, what: str
    ) -> Answer | Reply:
        try:
            return await call()
        except Refused as refused:
            told = translate(refused.message, context.language, **refused.values)
            unsure = translate(UNSURE, context.language)
            return Reply(f"{told}\n{unsure}" if context.rights_unknown else told)
        except Exception:
            log.exception(N_("A command failed by a mistake of ours"), command=what)
            return Reply(translate(BROKEN, context.language))

    def _context(
        self, asked: Invocation | Press, language: Language, reply_to: MessageId | None
    ) -> Context:
        if self._host is None:
            raise RuntimeError("attach a host before running commands")
        return Context(
            host=self._host,
            channel=asked.channel,
            person=asked.person,
            language=language,
            is_mod=asked.is_mod,
            reply_to=reply_to,
            is_direct=asked.is_direct,
            asked_in=asked.asked_in if isinstance(asked, Press) else None,
            rights_unknown=asked.rights_unknown,
        )

    def _is_off(self, name: str, channel: ChannelId) -> bool:
        cog = next(cog for cog in self._cogs if cog.name == name)
        return cog.is_optional and not self._is_on(channel, name)

    def _refusal(
        self, command: Command, invocation: Invocation
    ) -> tuple[str, dict[str, Any]] | None:
        platform = invocation.channel.platform
        if command.platforms is not None and platform not in command.platforms:
            return UNKNOWN, {"name": command.name}
        if command.is_for_mods and not invocation.is_mod:
            return IN_PRIVATE if invocation.is_direct else _lacks(invocation), {}
        return None

    def _cool_down(self, command: Command, invocation: Invocation) -> None:
        """Raises `Refused` for a use too soon after the last one."""
        if self._host is None or not command.cooldown:
            return
        now = self._host.clock.now().timestamp()
        key = (invocation.person.person, command.path)
        left = self._last_use.get(key, float("-inf")) + command.cooldown - now
        if left > 0:
            raise Refused(TOO_SOON, seconds=max(2, round(left)))
        if len(self._last_use) >= MOST_REMEMBERED:
            self._last_use.clear()
        self._last_use[key] = now

    def _unknown(self, words: Sequence[str], language: Language) -> Reply:
        name = " ".join(words[:2])[:60]
        first = words[0].lower() if words else ""
        group = [command for command in self.commands if command.path[0] == first]
        if not group:
            return Reply(translate(UNKNOWN, language, name=name))
        lines = [f"/{c.name} — {translate(c.describe, language)}" for c in group]
        return Reply("\n".join(lines))

    def language(self, locale: str | None, channel: ChannelId) -> Language:
        """In which somebody with this locale is answered there."""
        return pick(locale, self._language_of(channel) or "en")


def _lacks(asked: Invocation | Press) -> str:
    return UNSURE if asked.rights_unknown else FOR_MODS


def _qualified(reply: Reply, cog: str) -> Reply:
    """Its buttons under their cog's name, as `press` looks for them."""
    buttons = tuple(
        button if "." in button.action else replace(button, action=f"{cog}.{button.action}")
        for button in reply.buttons
    )
    return replace(reply, buttons=buttons) if reply.buttons else reply


def _after_words(text: str, count: int) -> str:
    """What follows the first `count` words, its own spaces kept."""
    rest = text.strip()
    for _ in range(max(0, count)):
        rest = rest.split(maxsplit=1)[1] if len(rest.split(maxsplit=1)) > 1 else ""
    return rest

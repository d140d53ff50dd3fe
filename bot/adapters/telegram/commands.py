"""The cogs' commands in Telegram's words: menus, "/relay@bot list …", presses. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from telegram import CallbackQuery, Message

from bot.adapters.telegram import address, buttons
from bot.adapters.telegram.inbound import reply_to
from bot.adapters.telegram.media import attachments
from bot.adapters.telegram.people import author_of, person
from bot.adapters.telegram.wording import words_of
from bot.cog import Command, Kind, Member, Value
from bot.core.model import PersonId
from bot.core.richtext import RichText, Span, Style
from bot.dispatch import Invocation, Press
from bot.i18n import Language, translate

MENU_LANGUAGES: dict[str, Language] = {"": "en", "zh": "zh"}  # Telegram's code: ours
MAX_DESCRIPTION = 256
_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+|$)", re.ASCII)
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_OURS = address.PLATFORM + ":"

Find = Callable[[Sequence[str]], tuple[Command, int] | None]


def menu(commands: Iterable[Command], language: Language) -> list[dict[str, str]]:
    """One entry per first word. A group's says which words can follow."""
    groups: dict[str, list[Command]] = {}
    for command in commands:
        if command.platforms is None or address.PLATFORM in command.platforms:
            groups.setdefault(_typed(command.path[0]), []).append(command)
    return [
        {"command": word, "description": _description(group, language)[:MAX_DESCRIPTION]}
        for word, group in groups.items()
        if _NAME.fullmatch(word)
    ]


def _description(group: Sequence[Command], language: Language) -> str:
    if len(group) == 1:
        return translate(group[0].describe, language)
    return " · ".join(" ".join(command.path[1:]) for command in group if command.path[1:])


def _typed(word: str) -> str:
    """The word as Telegram takes it: its commands have no hyphens."""
    return word.lower().replace("-", "_")


@dataclass(frozen=True, slots=True)
class Reader:
    """Tells commands to this bot from what people say."""

    username: str
    us: int
    find: Find
    words: frozenset[str]

    def read(self, message: Message) -> Invocation | None:
        """The command, its asker not yet known as a mod; None for anything else."""
        if not (message.text or message.caption or "").startswith("/"):
            return None
        text = words_of(message)
        found = _COMMAND.match(text.text)
        if found is None or (found[2] or self.username).lower() != self.username.lower():
            return None
        is_private = message.chat.type == message.chat.PRIVATE
        word = self._word(found[1], is_private=is_private)
        if word is None:
            return None
        rest = text.cut(found.end())
        command = self.find([word, *rest.text.split()])
        arguments, left = _arguments(message, command[0], rest, self.us) if command else ({}, rest)
        return Invocation(
            path=(word,),
            channel=address.channel_of(message),
            person=author_of(message, self.us),
            is_mod=False,
            locale=message.from_user.language_code if message.from_user else None,
            arguments=arguments,
            text=left.text,
            reply_to=reply_to(message),
            is_direct=message.chat.type == message.chat.PRIVATE,
        )

    def _word(self, typed: str, *, is_private: bool) -> str | None:
        """A command's first word. Everyone's first message to a bot is "/start"."""
        known = {_typed(word): word for word in self.words}
        if is_private and typed == "start":
            return known.get("start", known.get("help"))
        return known.get(typed.lower())


def first_words(commands: Iterable[Command]) -> frozenset[str]:
    return frozenset(command.path[0] for command in commands)


def _arguments(
    message: Message, command: Command, text: RichText, us: int
) -> tuple[dict[str, Value], RichText]:
    """What nobody can type, a person or a file, and the text without it."""
    given: dict[str, Value] = {}
    for parameter in command.parameters:
        if parameter.kind is Kind.MEMBER and (mention := next(_mentions(text), None)):
            name = text.text[mention.start : mention.end]
            number = mention.value.removeprefix(_OURS)
            given[parameter.name] = Member(PersonId(address.PLATFORM, number), name)
            text = text.cut(0, mention.start) + text.cut(mention.end).stripped()
        elif parameter.kind is Kind.MEMBER and "@" not in text.text:
            given |= _answered_person(message, parameter.name, us)
        elif parameter.kind is Kind.ATTACHMENT:
            given |= _attached(message, parameter.name)
    return given, text


def _mentions(text: RichText) -> Iterator[Span]:
    return (s for s in text.spans if s.style is Style.MENTION and s.value.startswith(_OURS))


def _answered_person(message: Message, name: str, us: int) -> dict[str, Value]:
    if reply_to(message) is None or message.reply_to_message is None:
        return {}
    author = author_of(message.reply_to_message, us)
    return {name: Member(author.person, author.name)}


def _attached(message: Message, name: str) -> dict[str, Value]:
    answered = message.reply_to_message if reply_to(message) else None
    files = attachments(message) or (attachments(answered) if answered else ())
    return {name: files[0]} if files else {}


def pressed(query: CallbackQuery, us: int) -> Press | None:
    """The press, its person not yet known as a mod; None for a button that is not ours."""
    named = buttons.named(query.data or "")
    if named is None or query.message is None:
        return None
    action, argument = named
    return Press(
        action=action,
        argument=argument,
        channel=address.channel_of(query.message),
        person=person(query.from_user, us),
        is_mod=False,
        locale=query.from_user.language_code,
        message=address.ref_of(query.message),
        is_direct=query.message.chat.type == query.message.chat.PRIVATE,
    )

"""What somebody wants explained: a message that was heard, one of our copies, what a link to one
leads to, or words they typed.

Nothing here shows what was said elsewhere: a message is found in its own community alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.errors import Refused
from bot.core.language import base, detect
from bot.core.model import ChannelId, Copy, MessageId, Relay, Translation
from bot.core.richtext import RichText
from bot.core.shield import bare
from bot.i18n import N_
from bot.services import RelayBook
from bot.store import messages, translations
from bot.store.database import Connection
from bot.store.messages import Stored

MOST = 5  # originals of one bundle
UNKNOWN = N_("I don't know that message. You can write its words after the command instead.")
UNKNOWN_LINK = N_(
    "That link leads to no message of this channel that I know. You can write its words after the "
    "command instead."
)
LET_GO = N_("I no longer have the words of that message. You can write them after the command.")
NO_WORDS = N_("There are no words in that message.")
STALE = N_("This button no longer works.")
_ADDRESS = re.compile(r"<?(?:https?://\S+|[\w-]+(?:\.[A-Za-z][\w-]*)+/\S+)>?")
_OTHER = {"en": "zh", "zh": "en"}


@dataclass(frozen=True, slots=True)
class Subject:
    """`shown` is what readers of `target` were shown for it; `row` its row, if it was heard."""

    text: RichText
    source: str
    target: str
    row: int | None = None
    shown: Translation | None = None


def typed(text: str, home: str, relay: Relay | None, target: str = "") -> Subject:
    """Words that somebody typed where `home` is spoken; to the other side unless they say where."""
    words = RichText(text.strip())
    source = _source(words, home)
    return Subject(words, source, target or _target(source, home, relay))


def is_address(text: str) -> bool:
    """Whether it is a link and nothing else; a bare number is a number, not a message's id."""
    return _ADDRESS.fullmatch(text.strip()) is not None


async def linked(
    connection: Connection, book: RelayBook, ref: MessageId | None, here: ChannelId, home: str
) -> Sequence[Subject]:
    """What `ref` leads to, if readers of `here` were shown it. Raises `Refused`.

    Whether there is such a message elsewhere, in somebody's private room say, is not told either.
    """
    if ref is None:
        raise Refused(UNKNOWN_LINK)
    found = await _behind(connection, book, ref, here)
    copies = await messages.copies_of(connection, [message.id for message in found])
    shown = [m for m in found if _is_shown(m, copies.get(m.id, ()), here)]
    if not shown:
        raise Refused(UNKNOWN_LINK)
    return await _subjects(connection, book, _worded(shown), here, home)


async def replied(
    connection: Connection, book: RelayBook, ref: MessageId, home: str
) -> Sequence[Subject]:
    """The message itself, or what a copy of ours says again. Raises `Refused`."""
    found = await _behind(connection, book, ref, ref.channel)
    if not found:
        raise Refused(UNKNOWN)
    return await _subjects(connection, book, _worded(found), ref.channel, home)


async def again(
    connection: Connection, book: RelayBook, here: ChannelId, argument: str
) -> tuple[Subject, str]:
    """What a button of an explanation is about, and the language in it. Raises `Refused`."""
    number, _, language = argument.partition(".")
    if not number.isascii() or not number.isdigit() or not language:
        raise Refused(STALE)
    row = int(number[:18])
    message = (await messages.get(connection, [row])).get(row)
    if message is None or not _is_of(book, message, here):
        raise Refused(STALE)
    copies = await messages.copies_of(connection, [row])
    if not _is_shown(message, copies.get(row, ()), here):  # a made-up number opens no private room
        raise Refused(STALE)
    if message.is_deleted or not message.text:
        raise Refused(LET_GO)
    source = _source(message.text, book.language(message.ref.channel) or language)
    return Subject(message.text, source, language, row), language


async def _behind(
    connection: Connection, book: RelayBook, ref: MessageId, here: ChannelId
) -> list[Stored]:
    """The originals, as far as they are of the relay of `here`."""
    rows = await messages.originals_behind(connection, ref)
    rows = rows or list((await messages.ids_of(connection, [ref])).values())
    stored = (await messages.get(connection, rows[:MOST])).values()
    return [message for message in stored if _is_of(book, message, here)]


def _worded(found: Sequence[Stored]) -> list[Stored]:
    """Raises `Refused` where none has words."""
    worded = [m for m in found if m.text and not m.is_deleted]
    if not worded:
        raise Refused(NO_WORDS if any(m.attachments for m in found) else LET_GO)
    return worded


async def _subjects(
    connection: Connection, book: RelayBook, found: Sequence[Stored], here: ChannelId, home: str
) -> list[Subject]:
    known = await translations.load(connection, [message.id for message in found])
    relay = book.of(here)
    subjects: list[Subject] = []
    for message in found:
        source = _source(message.text, book.language(message.ref.channel) or home)
        target = _target(source, home, relay)
        shown = known.get((message.id, message.revision, target))
        subjects.append(Subject(message.text, source, target, message.id, shown))
    return subjects


def _is_of(book: RelayBook, message: Stored, here: ChannelId) -> bool:
    relay, home = book.of(message.ref.channel), book.of(here)
    return relay is not None and home is not None and relay.id == home.id


def _is_shown(message: Stored, copies: Sequence[tuple[Copy, int]], here: ChannelId) -> bool:
    return here in (message.ref.channel, *(copy.channel for copy, _ in copies))


def _source(text: RichText, prior: str) -> str:
    found = detect(bare(text), prior)
    return base(prior) if found == "und" else found


def _target(source: str, home: str, relay: Relay | None) -> str:
    """For the readers here, unless they can read it already: then for the other side's."""
    if base(source) != base(home):
        return home
    languages = [member.language for member in relay.channels] if relay else []
    others = (language for language in languages if base(language) != base(home))
    return next(others, _OTHER.get(base(home), "en"))

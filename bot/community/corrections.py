"""Corrections of translations: which message is meant, and what follows when a mod accepts one.

What is accepted is used for exactly that text, in that community, and leaves this machine never.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.errors import Refused
from bot.core.language import base, is_traditional
from bot.core.model import MessageId, PersonId, Relay, Step, Translation
from bot.core.richtext import RichText
from bot.i18n import N_
from bot.services import RelayBook, Words
from bot.store import corrections, glossary, messages, outbox, translations
from bot.store.corrections import Correction, Draft, State
from bot.store.database import Connection
from bot.store.glossary import Lesson
from bot.store.messages import Stored
from bot.store.outbox import Action
from bot.translate.script import simplified, traditional
from bot.wordbook import text_key

REPORT = "corrections.report"  # the action of a button under an explanation
LONGEST = 2_000  # characters of better words
MOST_OPEN = 200  # in a community
MOST_OWN = 5  # of one person's

NOT_OURS = N_("Reply to a translated message of mine with this.")
BUNDLED = N_("Several messages came as one here, so I can't tell which you mean.")
UNTRANSLATED = N_("That message was not translated.")
TOO_OLD = N_("I no longer have the words of that message.")
QUEUE_FULL = N_("The moderators have many corrections to look at. Please try again in some days.")
OWN_FULL = N_("{most} corrections of yours are waiting already. The moderators look at them first.")
NO_SUCH = N_("There is no correction No. {number} here.")
ACCEPTED_ALREADY = N_("No. {number} has been accepted already.")
REJECTED_ALREADY = N_("No. {number} has been rejected already.")
NO_WORDS = N_("Nobody has suggested better words yet: “/corrections fix {number}” takes yours.")
STALE = N_("This button no longer works.")


@dataclass(frozen=True, slots=True)
class Said:
    """A message as readers of `language` were shown it."""

    message: Stored
    language: str
    source_language: str
    shown: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was learnt. `row` is its row in the memory."""

    row: int
    original: str
    words: str


def argument_of(message: int, language: str) -> str:
    """The argument of a `REPORT` button for what readers of `language` were shown."""
    return f"{message}.{language}"


async def meant(connection: Connection, book: RelayBook, relay: Relay, copy: MessageId) -> Said:
    """What this copy of ours says. Raises `Refused`."""
    originals = await messages.originals_behind(connection, copy)
    language = book.language(copy.channel)
    if not originals or language is None:
        raise Refused(NOT_OURS)
    if len(originals) > 1:
        raise Refused(BUNDLED)
    return await said(connection, book, relay, originals[0], language)


async def reported(connection: Connection, book: RelayBook, relay: Relay, argument: str) -> Said:
    """What a `REPORT` button is about. Raises `Refused`."""
    number, _, language = argument.partition(".")
    if not number.isascii() or not number.isdigit() or not language:
        raise Refused(STALE)
    return await said(connection, book, relay, int(number[:18]), language)


async def said(
    connection: Connection, book: RelayBook, relay: Relay, row: int, language: str
) -> Said:
    message = (await messages.get(connection, [row])).get(row)
    home = book.of(message.ref.channel) if message else None
    if message is None or home is None or home.id != relay.id:
        raise Refused(NOT_OURS)
    if message.is_deleted or not message.text:
        raise Refused(TOO_OLD)
    known = await translations.load(connection, [row])
    translation = known.get((row, message.revision, language))
    if translation is None or translation.source == base(language):
        raise Refused(UNTRANSLATED)
    return Said(message, language, translation.source, translation.text.text)


async def report(
    connection: Connection,
    relay: Relay,
    said: Said,
    *,
    by: PersonId,
    name: str,
    words: str | None,
    now: datetime,
) -> int:
    """Put it into the moderators' queue; its number. Raises `Refused`.

    Better words are added to what the same person reported without any.
    """
    draft = Draft(
        relay=relay.id,
        message=said.message.id,
        author=said.message.author.person,
        source_language=said.source_language,
        language=said.language,
        original=said.message.text.text,
        shown=said.shown,
        reporter=by,
        name=name,
        suggested=words,
    )
    await corrections.lock(connection, relay.id)
    known = await corrections.same(connection, draft)
    if known is not None:
        if words is not None:
            await corrections.suggest(connection, known, words)
        return known
    if await corrections.count_open(connection, relay.id, by) >= MOST_OWN:
        raise Refused(OWN_FULL, most=MOST_OWN)
    if await corrections.count_open(connection, relay.id) >= MOST_OPEN:
        raise Refused(QUEUE_FULL)
    return await corrections.report(connection, draft, now)


async def accept(
    connection: Connection,
    wordbook: Words,
    relay: Relay,
    number: int,
    *,
    by: PersonId,
    words: str | None,
    now: datetime,
) -> Accepted:
    """Remember it for this text from now on, and show it where the text was shown.

    `words` are a mod's, in place of what was suggested. Raises `Refused`.
    """
    found = await still_open(connection, relay, number)
    better = words or found.suggested
    if better is None:
        raise Refused(NO_WORDS, number=number)
    await decide(connection, relay, number, State.ACCEPTED, by=by, now=now)
    target = base(found.language)
    lesson = Lesson(
        source_language=found.source_language,
        target_language=target,
        key=text_key(found.original),
        original=found.original,
        target=simplified(better) if target == "zh" else better,
        message=found.message,
        author=found.author,
    )
    row = await glossary.learn(connection, relay.id, lesson, by, now)
    wordbook.renew(connection, relay.id)
    await _show(connection, found, lesson.target, now)
    return Accepted(row, found.original, better)


async def decide(
    connection: Connection, relay: Relay, number: int, state: State, *, by: PersonId, now: datetime
) -> None:
    """Raises `Refused` where another mod was quicker."""
    if not await corrections.decide(connection, relay.id, number, state, by, now):
        await still_open(connection, relay, number)


async def still_open(connection: Connection, relay: Relay, number: int) -> Correction:
    """Raises `Refused`."""
    found = await corrections.get(connection, relay.id, number)
    if found is None:
        raise Refused(NO_SUCH, number=number)
    if found.state is not State.OPEN:
        is_accepted = found.state is State.ACCEPTED
        raise Refused(ACCEPTED_ALREADY if is_accepted else REJECTED_ALREADY, number=number)
    return found


async def _show(connection: Connection, correction: Correction, words: str, now: datetime) -> None:
    """In the copies of that message, while it still says the same."""
    row = correction.message
    message = (await messages.get(connection, [row])).get(row) if row is not None else None
    if message is None or message.is_deleted or message.text.text != correction.original:
        return
    lanes = await outbox.lanes_of(connection, message.id)
    corrected = [one for one in lanes if base(one.language) == base(correction.language)]
    known = await translations.load(connection, [message.id])
    revision = await messages.say_anew(connection, message.id)
    made = {
        language: translation
        for (_, shown, language), translation in known.items()
        if shown == message.revision
    }
    made |= {one.language: _corrected(correction, words, one.language) for one in corrected}
    await translations.save(
        connection, [((message.id, revision, language), one) for language, one in made.items()]
    )
    edits = [replace(one, action=Action.EDIT, revision=revision) for one in corrected]
    await outbox.enqueue(connection, edits, now)


def _corrected(correction: Correction, words: str, language: str) -> Translation:
    text = traditional(words) if is_traditional(language) else words
    return Translation(
        RichText(text),
        correction.source_language,
        language,
        engine="memory",
        steps=(Step("memory", "whole", 0.0),),
    )

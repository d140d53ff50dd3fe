"""Every table, and what it keeps about a person: how that is named, found, and erased.

A column of text or JSON that is neither in `KEPT` nor in `PLAIN` fails a test: nothing about people
may be stored that they can't see and erase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, PersonId
from bot.i18n import N_
from bot.store import asks, buddies, cats, corrections, glossary, questions, reactions, seats
from bot.store.sandbox import person_key
from bot.store.tables import metadata
from bot.store.whose import is_about

PLATFORM = "platform"
THROUGH_MESSAGES = "message_id"  # what is found by the message it belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one table keeps. `what` and `until` are catalogue entries; `what` is empty where it
    goes without saying; `cog` is the feature that
    keeps it.

    `person` is the column with the id; `names` what they are called there; `words` whatever else
    is theirs. `is_row_theirs`: to erase it is to delete the row.
    """

    what: str = ""
    until: str = ""
    cog: str = ""
    person: str = "person"
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    is_row_theirs: bool = False

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({PLATFORM, self.person, *self.names, *self.words})


ARCHIVED = N_("while it is open or archived, else 30 days")
FOR_GOOD = N_("until you erase it")
INACTIVE = N_("until you leave, at most 400 days")
KEPT: Mapping[str, Kept] = {
    "messages": Kept(
        what=N_("Messages you wrote in linked channels"),
        until=N_("their words {text_days} days, your name and id {ids_days} days"),
        person="author_id",
        names=("author_name",),
        words=("author_avatar", "content", "attachments", "forwarded_from"),
    ),
    "translations": Kept(person=THROUGH_MESSAGES, words=("content",)),
    "copies": Kept(
        what=N_("Copies of them on the other side"),
        until=N_("known for {ids_days} days"),
        person=THROUGH_MESSAGES,
        words=("native_id",),
    ),
    "happenings": Kept(
        what=N_("That you joined, left or reacted to a message"),
        until=N_("until every feature has heard of it, seconds; after a crash 1 day"),
        person="person_id",
        words=("payload",),
        is_row_theirs=True,
    ),
    "reactions": Kept(
        what=N_("Reactions you gave to messages in linked channels"),
        until=N_("until you take them back, at most {ids_days} days"),
        words=("emoji",),
        is_row_theirs=True,
    ),
    "posts": Kept(
        what=N_("Our private chat, where you talk with a buddy there"),
        until=N_("until that talk ends"),
        person="thread",
    ),
    "outbox": Kept(person=THROUGH_MESSAGES, words=("post", "parts")),
    "sandbox_messages": Kept(
        what=N_("Messages of yours on the sandbox page"), until=FOR_GOOD, words=("body",)
    ),
    "private_people": Kept(
        what=N_("That you are on pause, or were"),
        until=N_("until you resume, and {ids_days} days after that"),
    ),
    "erasures": Kept(
        what=N_("That you are being erased, and your names for that"),
        until=N_("until it is done"),
        words=("names",),
    ),
    "asks": Kept(
        cog="ask",
        what=N_("Questions you asked with “/ask”"),
        until=ARCHIVED,
        person="person_id",
        names=("person_name",),
        words=("texts", "words"),
    ),
    "ask_choices": Kept(
        cog="ask",
        what=N_("Answers of yours that were chosen"),
        until=N_("with their questions"),
        person="person_id",
        names=("person_name",),
        words=("texts",),
    ),
    "ask_drafts": Kept(
        cog="ask",
        what=N_("A question that waits for your decision"),
        until=N_("1 day"),
        person="person_id",
        names=("person_name",),
        words=("texts",),
    ),
    "question_suggestions": Kept(
        cog="daily_question",
        what=N_("Daily questions you suggested"),
        until=N_("your name until a moderator decides, at most 400 days"),
        names=("name",),
        words=("en", "zh"),
    ),
    "cat_receipts": Kept(
        cog="cat_tax",
        what=N_("Cat tax receipts"),
        until=FOR_GOOD,
        person="person_id",
        names=("person_name",),
        words=("native_id", "attachment", "sha256", "thumbnail", "stamp", "void_reason"),
    ),
    "cat_reactions": Kept(
        cog="cat_tax",
        what=N_("Reactions to pictures that paid the cat tax"),
        until=N_("with the receipt"),
        person="person_id",
        words=("emoji",),
    ),
    "cat_newcomers": Kept(
        cog="cat_tax",
        what=N_("That you joined, so that nobody asks you for the cat tax twice"),
        until=FOR_GOOD,
        person="person_id",
        names=("name",),
    ),
    "buddy_newcomers": Kept(
        cog="welcome_buddy",
        what=N_("What you told to find a buddy"),
        until=INACTIVE,
        names=("name",),
        words=("languages", "interests", "zone"),
    ),
    "buddy_volunteers": Kept(
        cog="welcome_buddy",
        what=N_("What you told as a buddy"),
        until=INACTIVE,
        names=("name",),
        words=("languages", "interests", "zone"),
    ),
    "buddy_matches": Kept(
        cog="welcome_buddy",
        what=N_("Introductions to buddies"),
        until=INACTIVE,
        person="newcomer_id",
        words=("seed", "facts", "outcome"),
    ),
    "buddy_blocks": Kept(
        cog="welcome_buddy",
        what=N_("People you don't want as a buddy, without their names"),
        until=FOR_GOOD,
        words=("other",),
    ),
    "glossary_terms": Kept(
        cog="glossary",
        what=N_("Terms you added to a glossary"),
        until=N_("that it was you, until you erase it; the term is the community's"),
        person="person_id",
    ),
    "corrections": Kept(
        cog="corrections",
        what=N_("Better translations you suggested"),
        until=N_("the words until a moderator decides, all of it at most 30 days"),
        person="person_id",
        names=("person_name",),
        words=(
            "original",
            "shown",
            "suggested",
            "author_platform",
            "author_id",
            "decider_platform",
            "decider_id",
        ),
    ),
    "translation_memory": Kept(
        cog="corrections",
        what=N_("Translations you accepted as a moderator"),
        until=N_("until a moderator removes them"),
        person="person_id",
        words=("original", "target", "author_platform", "author_id"),
    ),
    "learners": Kept(
        cog="learner",
        what=N_("In which channels you learn along"),
        until=N_("until “/learn off”, or 90 days without a message there"),
        person="person_id",
        is_row_theirs=True,
    ),
    "pairing_codes": Kept(
        cog="relays",
        what=N_("Codes you made to link channels"),
        until=N_("1 day after they have ended"),
        words=("code_hash",),
        is_row_theirs=True,
    ),
    "pairing_guesses": Kept(
        cog="relays",
        what=N_("Codes you typed that were wrong"),
        until=N_("1 day"),
        is_row_theirs=True,
    ),
}
# Nothing about a person is in these columns; where it is not plain why, the reason is told.
PLACES = "platform channel language lane room side state"
PLAIN: Mapping[str, str] = {
    "cursors": "stream value",
    "job_runs": "job local_date",
    "relays": "name",
    "relay_channels": "declared_as options",  # what moderators chose for a channel
    "preferences": "name value",  # what moderators chose for a community
    "strands": "key",  # names that cogs make of row numbers and dates
    "posts": "key native_id more",
    "happenings": "kind",
    "messages": "native_id reply_to",  # so that a message is not heard twice, nor a copy lost
    "translations": "source engine label steps",
    "reactions": "native_id",
    "mirrors": "native_id shown",  # what our own account put there
    "closed_lanes": "reason",  # the platform's words, or ours
    "outbox": "action prior reason",
    "sandbox_messages": "key",  # made by the page at random
    "sandbox_rooms": "room key name look",  # what the operator made on the page
    "skips": "native_id reason",  # ids of messages, and nobody with them
    "failed_attempts": "reason",
    "trials": "key",
    "ask_choices": "consent",
    "cat_receipts": "kind",
    "cat_weeks": "week picture shown",  # a collage goes with any of its pictures
    "engine_budgets": "engine day",
    "glossary_terms": "source_language target_language key source target",  # the community's words
    "corrections": "source_language",
    "translation_memory": "source_language target_language key",  # the key is a hash
    "comparisons": "topic salt results",  # medians of groups
    "comparison_answers": "currency day",  # nobody knows whose: see the module
    "comparison_answered": "person",  # a hash that its cog finds and erases while it is open
    "question_days": "local_date question en zh tags",
}


async def counts(connection: AsyncConnection, person: PersonId) -> dict[str, int]:
    """How many rows of each table are about this person; only tables with some."""
    found: dict[str, int] = {}
    for name in _present():
        rows = _rows(name, person).subquery()
        count = await connection.scalar(select(func.count()).select_from(rows))
        found |= {name: count} if count else {}
    return found


async def rows_of(
    connection: AsyncConnection, person: PersonId
) -> dict[str, list[dict[str, object]]]:
    """All of them, as plain JSON."""
    found: dict[str, list[dict[str, object]]] = {}
    for name in _present():
        rows = (await connection.execute(_rows(name, person))).mappings().all()
        found |= {name: [_plain(row) for row in rows]} if rows else {}
    return found


async def names_of(connection: AsyncConnection, person: PersonId) -> set[str]:
    """What they are called in all of these rows."""
    found: set[str] = set()
    for name in _present():
        for column in KEPT[name].names:
            rows = _rows(name, person).subquery()
            found |= set(await connection.scalars(select(rows.c[column]).distinct()))
    return {name for name in found if name}


async def erase(connection: AsyncConnection, person: PersonId) -> None:
    """What the community features keep, also of those that are not loaded any more."""
    for forget in (
        asks.forget,
        buddies.forget,
        cats.forget,
        corrections.forget,
        glossary.forget_adder,
        glossary.forget_learner,
        questions.forget,
        reactions.forget,
    ):
        await forget(connection, person)
    await seats.empty(connection, ChannelId(person.platform, person.id))
    for name in _present():
        if KEPT[name].is_row_theirs:
            table = metadata.tables[name]
            is_theirs = is_about(table, person, column=KEPT[name].person)
            await connection.execute(delete(table).where(is_theirs))


def _present() -> Sequence[str]:
    return [name for name in KEPT if name in metadata.tables]


def _rows(name: str, person: PersonId) -> Select[Any]:
    table, column = metadata.tables[name], KEPT[name].person
    if name == "sandbox_messages":
        return select(table).where(table.c.person == person_key(person))
    if name == "buddy_matches":
        return select(table).where(
            or_(
                table.c.newcomer_id.in_(_ids("buddy_newcomers", person)),
                table.c.volunteer_id.in_(_ids("buddy_volunteers", person)),
            )
        )
    if column == THROUGH_MESSAGES:
        return select(table).where(table.c.message_id.in_(_ids("messages", person)))
    return select(table).where(is_about(table, person, column=column))


def _ids(name: str, person: PersonId) -> Select[Any]:
    rows = _rows(name, person).subquery()
    return select(rows.c.id)


def _plain(row: RowMapping) -> dict[str, object]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }

"""What the correction queue says, and how a correction looks. Pure."""

from __future__ import annotations

from typing import Any

from bot.cog import Context
from bot.core.language import base
from bot.core.model import PersonId
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.store.corrections import Correction

NOW_SAY = N_("Now send “/correct” with your better words for: {shown}")
REPLY_FIRST = N_("Which message? Use “/correct” in a reply to one of my translations.")
NOTHING_SAID = N_("There are no words in that.")
TOO_SOON = N_("Please wait {seconds} seconds before the next correction.")
THANKS = N_("Thank you! The moderators will look at it (No. {number}).")
REPORTED = N_(
    "Thank you! The moderators will look at it (No. {number}). Know better words? Send them with"
    " “/correct” in the next ten minutes."
)

NONE_OPEN = N_("No correction is waiting.")
CARD = N_("Correction No. {number} ({count} waiting), from {name}")
SOMEBODY = N_("somebody")
ORIGINAL = N_("Written ({side}): {text}")
SHOWN = N_("Shown ({side}): {text}")
SUGGESTED = N_("Better: {text}")
NO_SUGGESTION = N_("No better words were suggested.")
ACCEPT, EDIT, REJECT, NEXT = N_("Accept it"), N_("Edit"), N_("Reject"), N_("Next ›")
HOW_TO_EDIT = N_("Send the better words like this: /corrections fix {number} better words")
ACCEPTED = N_("No. {number} is accepted. This text is translated like that from now on.")
REJECTED = N_("No. {number} is rejected, and what it said is erased.")
FOR_MODS = N_("Only moderators can decide about corrections.")

ADD_TERM = N_("Add to the glossary")
IN_GLOSSARY = N_("“{source}” is in the glossary now, as “{target}”.")
GLOSSARY_FULL = N_("A community's glossary holds up to {most} terms. Take some out first.")

NOTHING_LEARNT = N_("No correction has been accepted yet.")
LEARNT_HEADING = N_("Learned from corrections: {count} (page {page} of {pages})")
LESSON = N_("{number}. {original} → {target}")
EARLIER, LATER = N_("‹ Back"), N_("More ›")
UNLEARNT = N_("No. {number} is forgotten. The translator does that text itself again.")
NOT_LEARNT = N_("Nothing with No. {number} has been learned here.")

LANGUAGES = {"en": N_("English"), "zh": N_("Chinese")}
LONGEST_SHOWN = 100  # characters of a text in a list
LONGEST_ON_A_CARD = 600


def clipped(text: str, most: int = LONGEST_SHOWN) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def card(ctx: Context, found: Correction, count: int) -> RichText:
    name = found.name or ctx.t(SOMEBODY)
    lines = [
        ctx.t(ORIGINAL, side=_named(ctx, found.source_language), text=_on_card(found.original))
    ]
    lines.append(ctx.t(SHOWN, side=_named(ctx, found.language), text=_on_card(found.shown)))
    better = found.suggested
    lines.append(ctx.t(SUGGESTED, text=_on_card(better)) if better else ctx.t(NO_SUGGESTION))
    heading = ctx.t(CARD, number=found.id, count=count, name=name)
    return join([RichText.styled(heading, Style.BOLD), *map(RichText, lines)], "\n")


def exported(found: Correction, person: PersonId) -> dict[str, Any]:
    """What is kept about this person; other people's part in it is left out."""
    kept: dict[str, Any] = {
        "number": found.id,
        "state": found.state.value,
        "made_at": found.made_at.isoformat(),
    }
    if found.author == person:
        kept |= {"original": found.original, "translation": found.shown}
    if found.reporter == person:
        kept |= {"suggested": found.suggested}
    return kept


def _on_card(text: str) -> str:
    return text if len(text) <= LONGEST_ON_A_CARD else text[: LONGEST_ON_A_CARD - 1] + "…"


def _named(ctx: Context, language: str) -> str:
    known = LANGUAGES.get(base(language))
    return ctx.t(known) if known else language

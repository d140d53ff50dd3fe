"""What the translator did with a message, in lines that people read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.language import base
from bot.core.model import Translation
from bot.core.richtext import RichText
from bot.i18n import N_
from cogs._relay_lines import LANGUAGES
from cogs._trace_reader import Reader
from cogs._trace_story import Story

SAME = N_("{spoken}: the same language on both sides, carried as it is.")
IN_LANGUAGE = N_("{target}: translated from {source} by {engine} in {ms} ms.")
LABELS = {
    "same-language": N_("{target}: written in that language already, carried as it is."),
    "nothing-to-translate": N_("{target}: nothing in it to translate, carried as it is."),
    "no-model": N_(
        "{target}: no model translates {source}; the original was carried, with a note."
    ),
    "failed": N_("{target}: no good translation was found; the original was carried, with a note."),
}
LET_GO = N_("{target}: the words are no longer kept, nor how they were translated.")
NOT_YET = N_("{target}: not translated yet.")
KEPT = N_("Kept as it was: {kinds}.")
CAUGHT = N_("The checks found and mended: {faults}.")
CHECKED = N_("The checks found nothing wrong.")

KINDS = {
    "code": N_("code"),
    "link": N_("link"),
    "email": N_("e-mail address"),
    "domain": N_("web address"),
    "file": N_("file name"),
    "version": N_("version number"),
    "mention": N_("mention"),
    "hashtag": N_("hashtag"),
    "emoji": N_("emoji"),
    "kaomoji": N_("kaomoji"),
    "glossary": N_("glossary term"),
    "spoiler": N_("hidden text"),
}
FAULTS = {
    "empty": N_("an empty answer"),
    "echo": N_("the original repeated"),
    "script": N_("the wrong script"),
    "length": N_("an odd length"),
    "loop": N_("words in a loop"),
    "invented": N_("something invented"),
    "slots": N_("something lost that is kept as it was"),
    "number": N_("a wrong number"),
    "unit": N_("a wrong unit"),
}
_COUNTED = re.compile(r"([a-z][a-z -]*?) (\d+)(?:, |$)")


def languages(story: Story) -> list[tuple[str, str]]:
    """Each language it was to be read in, with the one it was written for."""
    return list(dict.fromkeys((j.sent.language, j.sent.prior) for j in story.journeys))


def made(story: Story, language: tuple[str, str], reader: Reader) -> list[RichText]:
    target, prior = language
    found = story.made.get(target)
    if prior == target:
        return [RichText(reader.t(SAME, spoken=reader.spoken(target)))]
    if found is None:
        message = NOT_YET if story.has_words else LET_GO
        return [RichText(reader.t(message, target=reader.spoken(target)))]
    return [RichText(line) for line in _translation(found, reader)]


def _translation(made: Translation, reader: Reader) -> list[str]:
    names = {"target": reader.spoken(made.target), "source": reader.spoken(_named(made.source))}
    if made.engine is None:
        message = LABELS.get(made.label, LABELS["failed"])
        return [reader.t(message, **names)]
    ms = round(sum(step.milliseconds for step in made.steps))
    lines = [reader.t(IN_LANGUAGE, **names, engine=reader.engine(made.engine), ms=ms)]
    for step in made.steps:
        counted = _counted(step.detail)
        if step.name == "shield" and counted:
            lines.append(reader.t(KEPT, kinds=_amounts(counted, KINDS, reader)))
        elif step.name == "checks" and counted:
            lines.append(reader.t(CAUGHT, faults=_amounts(counted, FAULTS, reader)))
        elif step.name == "checks":
            lines.append(reader.t(CHECKED))
    return lines


def _named(source: str) -> str:
    return source if source in LANGUAGES else base(source)


def _counted(detail: str) -> list[tuple[str, str]]:
    """ "3: emoji 2, link 1" names what there was, and how often."""
    return _COUNTED.findall(detail.partition(": ")[2] or detail)


def _amounts(counted: list[tuple[str, str]], names: Mapping[str, str], reader: Reader) -> str:
    return reader.listed([f"{reader.t(names.get(kind, kind))} × {n}" for kind, n in counted])

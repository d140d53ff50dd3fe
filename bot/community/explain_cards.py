"""How an explanation reads: what was written, what it means, how sure that is. Pure.

What was hidden behind a spoiler stays behind one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.community.explain_subject import Subject
from bot.consign import LABELS
from bot.core.language import base
from bot.core.model import Explanation, Translation
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, Language, translate
from bot.translate.lexicon import Note, notes
from bot.translate.pinyin import has_chinese, pinyin
from bot.translate.script import simplified_each, traditional
from bot.translate.units import unit_notes

LONG = 300  # characters; of longer texts pinyin and alternatives come when asked for
ALOUD = 1_000  # characters of which pinyin is shown at most

HINT = N_("Ask /explain about any message you don't understand.")
LANGUAGES = {
    "en": N_("English"),
    "zh": N_("Chinese"),
    "zh-Hant": N_("Traditional Chinese"),
}
ORIGINAL = N_("Original")
ORIGINAL_IN = N_("Original ({name})")
IN = N_("In {name}")
OR = N_("or: {words}")
WORDS = N_("Words to know")
UNITS = N_("Numbers and units")
NOTE = N_("• {term}: {meaning}")
NOTE_MORE = N_("• {term}: {meaning} ({more})")
LITERALLY = N_("word by word: {words}")
COMMA = N_(", ")
SEMICOLON = N_("; ")
SURE = N_("I'm sure of this.")
FAIRLY_SURE = N_("I'm fairly sure of this.")
UNSURE = N_("I'm not sure of this.")
GUESS = N_("This is a guess.")
BY = N_("Translated by {engine}.")
ENGINES = {
    "argos": N_("the model on this machine"),
    "memory": N_("a correction that a moderator accepted"),
    "phrasebook": N_("the phrasebook"),
    "shield": N_("rules for names and numbers"),
    "opencc": N_("a table of characters"),
    "deepl": "DeepL",
    "libretranslate": "LibreTranslate",
    "openai": N_("a language model"),
}
NOTHING = N_("There is nothing to translate in it.")
SURENESS = ((0.9, SURE), (0.5, FAIRLY_SURE), (0.3, UNSURE), (0.0, GUESS))  # from the first on


def is_long(subject: Subject) -> bool:
    return len(subject.text) > LONG


def settled(subject: Subject, found: Explanation) -> Explanation:
    """What was shown comes first, also where it would be said otherwise today."""
    shown, said = subject.shown, found.translation
    if shown is None or shown.engine is None or shown.text.text == said.text.text:
        return found
    others = (said.text.text, *found.alternatives) if said.engine else found.alternatives
    return Explanation(shown, tuple(o for o in others if o != shown.text.text))


def card(subject: Subject, found: Explanation, language: Language) -> RichText:
    """All of it. A long text goes without what buttons can bring."""
    name = LANGUAGES.get(base(subject.source))
    heading = ORIGINAL_IN if name else ORIGINAL
    values = {"name": translate(name, language)} if name else {}
    lines = [_heading(translate(heading, language, **values)), subject.text]
    comes_later = is_long(subject) and subject.row is not None
    if has_chinese(subject.text.text) and not comes_later:
        lines.append(aloud(subject))
    lines += _translated(subject, found, language)
    lines += _section(WORDS, _found(notes, subject), language)
    lines += _section(UNITS, _found(unit_notes, subject), language)
    lines += _doubts(found, language)
    return join(lines, "\n")


def translated(found: Translation, language: Language) -> RichText:
    """The translation alone, or why there is none."""
    if found.engine is None:
        return RichText(translate(LABELS.get(found.label, NOTHING), language))
    return found.text


def aloud(subject: Subject) -> RichText:
    text = subject.text.text
    said = pinyin(text[:ALOUD]) + ("…" if len(text) > ALOUD else "")
    return _as_hidden(subject, RichText.styled(said, Style.ITALIC))


def others(subject: Subject, words: Iterable[str], language: Language) -> list[RichText]:
    """The alternatives, one a line."""
    listed = (RichText(translate(OR, language, words=one)) for one in words)
    return [_as_hidden(subject, one) for one in listed]


def _translated(subject: Subject, found: Explanation, language: Language) -> list[RichText]:
    said = found.translation
    name = translate(LANGUAGES.get(subject.target, LANGUAGES["en"]), language)
    lines = [_heading(translate(IN, language, name=name)), translated(said, language)]
    is_learner = language == "en" and base(subject.target) == "zh"
    if is_learner and said.engine is not None and not is_long(subject):
        lines.append(aloud(Subject(said.text, "zh", "en")))
    if not is_long(subject):
        lines += others(subject, found.alternatives, language)
    return lines


def _found(look: Callable[[str, str], list[Note]], subject: Subject) -> list[Note]:
    """The tables are in Simplified; what was written in Traditional is shown as it was."""
    text = subject.text.text
    plain = simplified_each(text) if base(subject.source) == "zh" else text
    found: list[Note] = []
    for note in look(plain, subject.source):
        at = plain.find(note.term)
        found.append(replace(note, term=text[at : at + len(note.term)]) if at >= 0 else note)
    return found


def _section(title: str, found: list[Note], language: Language) -> list[RichText]:
    if not found:
        return []
    lines = [RichText(_note(note, language, is_read=title == WORDS)) for note in found]
    return [_heading(translate(title, language)), *lines]


def _note(note: Note, language: Language, *, is_read: bool) -> str:
    is_chinese = language != "en"
    meaning = note.meaning_zh if is_chinese else note.meaning_en
    term = note.term
    if is_read and has_chinese(term) and not is_chinese:
        term = f"{term} {pinyin(term)}"
    sounds = [translate(one, language) for one in note.register.split(",") if one]
    more = [translate(COMMA, language).join(sounds)] if sounds else []
    if note.literal and has_chinese(note.literal) == is_chinese:
        more.insert(0, translate(LITERALLY, language, words=note.literal))
    values = {"term": term, "meaning": meaning, "more": translate(SEMICOLON, language).join(more)}
    told = translate(NOTE_MORE if more else NOTE, language, **values)
    return traditional(told) if language == "zh-Hant" else told


def _doubts(found: Explanation, language: Language) -> list[RichText]:
    said = found.translation
    if said.engine is None:
        return []
    told: list[str] = []
    if found.confidence is not None:
        told.append(translate(sureness(found.confidence), language))
    engine = translate(ENGINES.get(said.engine, said.engine), language)
    told.append(translate(BY, language, engine=engine))
    return [RichText.styled((" " if language == "en" else "").join(told), Style.SMALL)]


def sureness(confidence: float) -> str:
    """In words: a number would look like more than is known."""
    return next(words for least, words in SURENESS if confidence >= least)


def _heading(words: str) -> RichText:
    return RichText.styled(words, Style.BOLD)


def _as_hidden(subject: Subject, line: RichText) -> RichText:
    is_hidden = any(span.style is Style.SPOILER for span in subject.text.spans)
    return line.wrapped(Style.SPOILER) if is_hidden else line

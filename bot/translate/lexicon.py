"""Chat words that an engine does not know: spelled out, answered whole, or explained.

Tables in `words/` hold them. Nothing here touches a mark (a private-use placeholder), reads
anything else, or takes longer than the text is long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.core.language import HAN, base
from bot.translate import openers
from bot.translate.finder import FOLD, Finder
from bot.translate.tables import rows

LONGEST = 80  # characters of a whole phrase, with what stands around it
WEAK = "weak"
CLEAR, SLANG, AMBIGUOUS = 1.0, 0.7, 0.55  # how often such words are understood, beside plain ones
_NONE = "-"
_UNIT = re.compile(f"[{HAN}]|[A-Za-z0-9]+(?:'[A-Za-z]+)?")

_LATIN_WORD = re.compile(r"[A-Za-z]+")
_FACE = re.compile(r"\s*(?::-?[()DPp]|;-?\)|<3|\^_?\^|[xX]D|T_T|Q[Aw]Q)\s*$")

_GAPS = re.compile(r"[\s,，、!！~～…]+")
_BESIDE_HAN = re.compile(rf"(?<=[{HAN}]) | (?=[{HAN}])")
_STRETCHED = re.compile(r"(.)\1\1|(\w\w)\2{3}")
_SYLLABLES = re.compile(r"(\w\w)\1{3,}")
_RUN = re.compile(r"(.)\1{3,}")
_LETTERS = re.compile(r"([^\W\d])\1{2,}")
_POINTS = frozenset("!！?？.。…~～,，、;；:：")
_NARROW = str.maketrans("！？。～，、；：", "!?.~,,;:")
_WIDE = str.maketrans("!?.~,;:", "！？。～，；：")


@dataclass(frozen=True, slots=True)
class Note:
    """One explanation. `literal`, `register` and `example` are empty where there is nothing."""

    term: str  # as it was written
    meaning_en: str
    meaning_zh: str
    literal: str = ""
    register: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Slang:
    """A line of slang.tsv."""

    terms: tuple[str, ...]
    language: str
    english: str
    chinese: str
    literal: str
    register: str
    is_weak: bool
    not_in: tuple[str, ...]
    example: str

    @property
    def is_chat(self) -> bool:
        """Whether it is said so in chats alone, and no plain word such as 朋友圈."""
        return self.language != "any" and "neutral" not in self.register


def expand(text: str, language: str) -> str:
    """`text` with its abbreviations and phonetic spellings as whole words."""
    pieces: list[str] = []
    at = 0
    is_shouted = text.isupper() and len(_LATIN_WORD.findall(text)) > 1
    for hit in _shorthand(base(language)).hits(text):
        found = text[hit.start : hit.end]
        if is_shouted or _has_its_case(found, hit.start):
            whole = hit.value.upper() if is_shouted else _cased(hit.value, found, hit.start)
            pieces += [text[at : hit.start], whole]
            at = hit.end
    return "".join([*pieces, text[at:]])


def phrase(text: str, source: str, target: str) -> str | None:
    """What a native would say for the whole of `text`; None where it is no known phrase.

    What stands around the words comes along: marks, emoji, and punctuation in the target's style.
    """
    table = _phrases().get((base(source), base(target)))
    if table is None or len(text) > LONGEST:
        return None
    face = _FACE.search(text)
    text, signs = (text[: face.start()], face.group()) if face else (text, "")
    start, end = 0, len(text)
    while start < end and _is_edge(text[start]):
        start += 1
    while end > start and _is_edge(text[end - 1]):
        end -= 1
    answer = next((table[key] for key in _keys(text[start:end]) if key in table), None)
    answer = answer or openers.greeting(text[start:end], source, target)
    if answer is None:
        return None
    tail = _restyled(text[end:], base(target))
    lead = _restyled(text[:start], base(target))
    if base(target) == "en":
        tail = f" {tail}" if tail and not tail[0].isspace() and tail[0] not in _POINTS else tail
        lead = f"{lead} " if lead and not lead[-1].isspace() and lead[-1] not in _POINTS else lead
    return lead + _ended(answer, tail) + signs


def opening(text: str, source: str, target: str) -> tuple[int, int]:
    """As `core.ports.Lexicon`."""
    return openers.opening(text, source, target)


def notes(text: str, language: str) -> list[Note]:
    """What a reader of the other language may not understand, each thing once, in order.

    A weak term, one that is an ordinary word too, counts only where little else is said.
    """
    told: dict[Slang, Note] = {}
    for term, known in _known(text, language):
        told.setdefault(known, _note(term, known))
    return list(told.values())


def clarity(text: str, language: str) -> float:
    """As `core.ports.Lexicon`: a weak term has several meanings. Signs such as 🙂 change none."""
    kinds = {known.is_weak for _, known in _known(text, language) if known.is_chat}
    return AMBIGUOUS if True in kinds else SLANG if kinds else CLEAR


def _known(text: str, language: str) -> Iterator[tuple[str, Slang]]:
    hits = list(_glossary(base(language)).hits(text))
    size = _units(text)
    is_chatty = size <= 5 and any(not hit.value.is_weak for hit in hits)
    for hit in hits:
        term, known = text[hit.start : hit.end], hit.value
        is_alone = size - _units(term) <= 1
        is_word = len(term) > 1 and any(character.isalnum() for character in term)
        if not known.is_weak or is_alone or (is_chatty and is_word):
            yield term, known


@cache
def slang() -> tuple[Slang, ...]:
    return tuple(
        Slang(
            tuple(terms.split("|")),
            language,
            english,
            chinese,
            literal,
            register,
            strength == WEAK,
            () if not_in == _NONE else tuple(not_in.split("|")),
            example,
        )
        for terms, language, english, chinese, literal, register, strength, not_in, example in rows(
            "slang"
        )
    )


@cache
def _glossary(language: str) -> Finder[Slang]:
    own = [s for s in slang() if s.language in {language, "any"}]
    guests = [s for s in slang() if s.language not in {language, "any"} and not s.is_weak]
    hidden = [(word, None) for s in slang() for word in s.not_in]
    named = [(term, s) for s in own for term in s.terms]
    strange = [(term, s) for s in guests for term in s.terms if _is_foreign(term, language)]
    return Finder([*named, *strange, *hidden])


def _is_foreign(term: str, language: str) -> bool:
    """Whether a term of another language is no word of this one: 内卷 or yyds in English."""
    if re.search(f"[{HAN}]", term):
        return language != "zh"
    letters = term.rstrip("+").lower()
    is_unspeakable = len(letters) > 2 and not set("aeiou") & set(letters)
    return letters.isascii() and not letters.isdigit() and (language == "zh" or is_unspeakable)


@cache
def _shorthand(language: str) -> Finder[str]:
    terms: list[tuple[str, str | None]] = []
    hidden: list[tuple[str, str | None]] = []
    for of, short, whole, not_in in rows("shorthand"):
        if of == language:
            terms += [(term, whole) for term in short.split("|")]
            hidden += [(word, None) for word in not_in.split("|") if word != _NONE]
    return Finder([*terms, *hidden])


@cache
def _phrases() -> dict[tuple[str, str], dict[str, str]]:
    tables: dict[tuple[str, str], dict[str, str]] = {("zh", "en"): {}, ("en", "zh"): {}}
    for chinese, english, direction in rows("phrases"):
        zh, en = chinese.split("|"), english.split("|")
        if direction in {"both", "zh>en"}:
            tables["zh", "en"].update((phrase_key(term), en[0]) for term in zh)
        if direction in {"both", "en>zh"}:
            tables["en", "zh"].update((phrase_key(term), zh[0]) for term in en)
    return tables


def phrase_key(term: str) -> str:
    """How a phrase is looked up: without case, commas, the last stop and stray blanks."""
    plain = _GAPS.sub(" ", term.translate(FOLD).lower()).strip(" .。?？")
    return _BESIDE_HAN.sub("", plain)


def _keys(core: str) -> Iterator[str]:
    """`core` as written, then ever less stretched: yesss, hahahahaha, 太好了了了."""
    if "\n" in core:
        return
    yield (written := phrase_key(core))
    if not _STRETCHED.search(written):
        return
    yield (key := _SYLLABLES.sub(r"\1\1\1", written))
    yield _RUN.sub(r"\1\1\1", key)
    yield _LETTERS.sub(r"\1\1", key)
    yield _LETTERS.sub(r"\1", key)


def _is_edge(character: str) -> bool:
    """Punctuation that a phrase may lose, a blank, an emoji or a mark."""
    if character in _POINTS or character.isspace():
        return True
    return unicodedata.category(character) in {"So", "Sk", "Cf", "Co", "Mn"}


def _restyled(points: str, target: str) -> str:
    if target == "en":
        return re.sub(r"(?:\.{2,}|…+|。{2,})", "...", points).translate(_NARROW)
    return re.sub(r"\.{2,}|…+", "……", points).translate(_WIDE)


def _ended(answer: str, tail: str) -> str:
    """`answer` loses its own mark to one in `tail`, but a question stays a question."""
    own, first = answer[-1], tail[:1]
    if not first or first not in _POINTS or own not in "?？!！…":
        return answer + tail
    if own == "…":
        return answer.rstrip("…") + tail
    if own in "!！" or first in "?？":
        return answer[:-1] + tail
    return answer + tail.lstrip(".。,，、;；:：") if first not in "!！~～…" else answer + tail


def _has_its_case(found: str, start: int) -> bool:
    """Two letters in capitals are rarely what they are in small ones: RN, BC, Ty."""
    may_be_upper = len(found) > 2 or not found.isascii() or (start == 0 and found.isalpha())
    return may_be_upper or found.islower()


def _cased(whole: str, found: str, start: int) -> str:
    starts_high = found[:1].isupper() and (start == 0 or not found.isupper())
    return whole[:1].upper() + whole[1:] if starts_high else whole


def _units(text: str) -> float:
    """Words of a text; a Han character is half a one."""
    return sum(1 if unit[0].isascii() else 0.5 for unit in _UNIT.findall(text))


def _note(term: str, known: Slang) -> Note:
    return Note(term, known.english, known.chinese, known.literal, known.register, known.example)

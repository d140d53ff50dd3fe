"""What may be a term of a community's glossary, and which way it is translated. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.core.errors import Refused
from bot.core.language import HAN
from bot.i18n import N_
from bot.store.glossary import Entry
from bot.translate.script import simplified

LONGEST = 100  # characters of a term
MOST = 2_000  # terms of a community
KEPT = frozenset({"", "=", "＝"})  # as a translation: the words stay as they are
BOTH = "both"
WAYS = {
    "zh-en": N_("Chinese → English"),
    "en-zh": N_("English → Chinese"),
    BOTH: N_("both ways"),
}

EMPTY = N_("the word itself is missing")
TOO_LONG = N_("longer than {most} characters")
UNSEEN = N_("a line break or a sign that can't be seen")
NO_WORD = N_("only punctuation, one letter or one digit")
NO_WAY = N_("the direction is none of: {ways}")

_HAN = re.compile(f"[{HAN}]")


def entries_of(source: str, target: str = "", way: str = "") -> list[Entry]:
    """One for each direction. Raises `Refused`, whose message says what is wrong in a few words."""
    word, said = _clean(source), _clean(target)
    if not word:
        raise Refused(EMPTY)
    if not _is_word(word):
        raise Refused(NO_WORD)
    kept = None if said in KEPT or said == word else said
    chosen = way.strip().casefold() or _way(word, kept)
    if chosen not in WAYS:
        raise Refused(NO_WAY, ways=tuple(WAYS))
    if chosen != BOTH:
        return [_entry(word, kept, chosen)]
    first = _way(word, kept)
    back = "-".join(reversed(first.split("-")))
    if kept is not None and not _is_word(kept):
        raise Refused(NO_WORD)
    turned = _entry(word, None, back) if kept is None else _entry(kept, word, back)
    return [_entry(word, kept, first), turned]


def key_of(word: str) -> str:
    """The same for a word in both scripts and in any case, as a text is searched for it."""
    return simplified(" ".join(word.lower().split()))[:200]


def way_of(entry: Entry) -> str:
    return f"{entry.source_language}-{entry.target_language}"


def is_short(text: str) -> bool:
    """Whether a text could be a term: a few words of one line, without a sentence's marks."""
    word = text.strip()
    if len(word) > LONGEST or not _is_word(word) or re.search(r"[\n,.!?;:，。！？；：]", word):
        return False
    return len(word) <= 6 if _HAN.search(word) else len(word.split()) <= 3


def _entry(source: str, target: str | None, way: str) -> Entry:
    read, written = way.split("-")
    return Entry(read, written, key_of(source), source, target)


def _way(source: str, target: str | None) -> str:
    """yyds is Chinese where its translation is Latin too."""
    if _HAN.search(source):
        return "zh-en"
    return "zh-en" if target is not None and not _HAN.search(target) else "en-zh"


def _clean(text: str) -> str:
    plain = unicodedata.normalize("NFC", text.strip())
    if any(not (sign.isprintable() or sign in "\t\u200d\u3000\u00a0") for sign in plain):
        raise Refused(UNSEEN)
    one_line = " ".join(plain.split())
    if len(one_line) > LONGEST:
        raise Refused(TOO_LONG, most=LONGEST)
    return one_line


def _is_word(word: str) -> bool:
    signs = [sign for sign in word if sign.isalnum()]
    is_named = bool(signs) and bool(re.search("[+#&]", word))  # C#, +1
    return len(signs) > 1 or is_named or bool(_HAN.search(word))

"""What people like, in either language: words of the same meaning are one interest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

MOST = 8
LONGEST = 30  # characters of one
_FILE = Path(__file__).parent / "interests.tsv"
_BREAKS = re.compile(r"[,，、;；\n]+")
_LANGUAGES = {
    "en": ("en", "english", "英语", "英文", "英語"),
    "zh": ("zh", "chinese", "mandarin", "中文", "汉语", "普通话", "國語", "漢語", "国语"),
    "yue": ("yue", "cantonese", "粤语", "广东话", "粵語", "廣東話"),
    "ja": ("ja", "japanese", "日语", "日文", "日語"),
    "ko": ("ko", "korean", "韩语", "韩文", "韓語"),
    "es": ("es", "spanish", "西班牙语", "西班牙語"),
    "fr": ("fr", "french", "法语", "法語"),
    "de": ("de", "german", "德语", "德語"),
}
_LANGUAGE_OF = {word: key for key, words in _LANGUAGES.items() for word in words}
LANGUAGES = tuple(_LANGUAGES)


@dataclass(frozen=True, slots=True)
class About:
    """What somebody says of themselves; empty where they said nothing."""

    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    zone: str | None = None


@cache
def _table() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Word → interest, and interest → its name in each language."""
    keys: dict[str, str] = {}
    names: dict[str, dict[str, str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        key, english, chinese, others = line.split("\t")
        names[key] = {"en": english, "zh": chinese}
        for word in (key, english, chinese, *others.split(",")):
            keys[word.strip().casefold()] = key
    return keys, names


def known(word: str) -> str:
    """The interest that this word means: one of the table's, or the word itself."""
    plain = " ".join(word.casefold().split())
    return _table()[0].get(plain, plain)


def name(interest: str, side: str) -> str | None:
    """What one of the table's is called; None for a word of somebody's own."""
    names = _table()[1].get(interest)
    return names[side if side in names else "en"] if names else None


def interests(text: str) -> tuple[str, ...]:
    """At most `MOST`, each once."""
    words = (word.strip()[:LONGEST].strip() for word in _BREAKS.split(text))
    return tuple(dict.fromkeys(known(word) for word in words if word))[:MOST]


def languages(text: str) -> tuple[str, ...] | None:
    """Their codes in a fixed order; None where one is not known."""
    words = [word for word in re.split(r"[\s,，、;；/+]+", text.casefold()) if word]
    found = {_LANGUAGE_OF.get(word) for word in words}
    return None if None in found else tuple(key for key in LANGUAGES if key in found)


def zone(text: str) -> str | None:
    """The time zone's proper name, however it was written."""
    wanted = "_".join(text.split()).casefold()
    return _zones().get(wanted)


def about(text: str) -> About:
    """All in one line, in any order: “cats, hiking, en zh, Europe/London”."""
    likes: list[str] = []
    spoken: Sequence[str] = ()
    place: str | None = None
    for piece in _BREAKS.split(text):
        if not piece.strip():
            continue
        if found := languages(piece):
            spoken = tuple(key for key in LANGUAGES if key in {*spoken, *found})
        elif there := zone(piece):
            place = there
        else:
            likes.append(piece)
    return About(interests("，".join(likes)), tuple(spoken), place)


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}

"""What names are made of: characters, surnames, English names, and what no name may be.

Read once from `names.tsv`; the first field of a line says what the line is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.community.sounds import Syllable, of_pinyin, toneless

SOURCE = Path(__file__).with_name("names.tsv")


@dataclass(frozen=True, slots=True)
class Character:
    """`feel` is f, m or n (either); `tags` say what it is about. A surname has no tags."""

    text: str
    traditional: str
    pinyin: str
    en: str
    zh: str
    tags: frozenset[str] = frozenset()
    feel: str = "n"

    @property
    def sound(self) -> Syllable:
        return of_pinyin(self.pinyin)


@dataclass(frozen=True, slots=True)
class Latin:
    """An English given name; `written` is how Chinese writes it by its sound."""

    text: str
    sounds: tuple[Syllable, ...]
    written: str
    en: str
    zh: str
    tags: frozenset[str]
    feel: str


@dataclass(frozen=True, slots=True)
class Namebook:
    surnames: tuple[Character, ...]
    given: tuple[Character, ...]
    english: Mapping[str, Latin]  # by the name in lower case
    readings: Mapping[str, str]  # character → pinyin without a tone
    never: frozenset[str]
    unlucky: tuple[tuple[str, ...], ...]  # syllables that together say something else
    famous: frozenset[str]
    leaders: frozenset[tuple[str, ...]]  # syllables: what only sounds like them counts too

    def is_unfit(self, name: tuple[Character, ...]) -> bool:
        """Rude or unlucky to the eye or the ear, or somebody else's."""
        text = "".join(each.text for each in name)
        if text in self.famous or self.never & set(text):
            return True
        heard = tuple(toneless(each.pinyin) for each in name)
        if heard in self.leaders:
            return True
        return any(
            heard[at : at + len(bad)] == bad
            for bad in self.unlucky
            for at in range(len(heard) - len(bad) + 1)
        )


@cache
def namebook() -> Namebook:
    by_kind: dict[str, list[list[str]]] = {}
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        kind, *fields = line.split("\t")
        by_kind.setdefault(kind, []).append(fields)
    readings: dict[str, str] = {}
    for sound, characters in by_kind["reading"]:
        for character in characters:
            readings.setdefault(character, sound)
    surnames = tuple(
        Character(text, traditional, pinyin, en, zh)
        for text, traditional, pinyin, en, zh in by_kind["surname"]
    )
    given = tuple(_character(fields) for fields in by_kind["given"])
    for known in (*surnames, *given):
        readings[known.text] = toneless(known.pinyin)
    leaders = by_kind["leaders"][0][0].split()
    return Namebook(
        surnames=surnames,
        given=given,
        english={fields[0].lower(): _latin(fields) for fields in by_kind["english"]},
        readings=readings,
        never=frozenset(by_kind["never"][0][0]),
        unlucky=tuple(tuple(sound.split()) for sound, _ in by_kind["unlucky"]),
        famous=frozenset((*by_kind["famous"][0][0].split(), *leaders)),
        leaders=frozenset(tuple(readings.get(sign, sign) for sign in name) for name in leaders),
    )


def _character(fields: list[str]) -> Character:
    text, traditional, pinyin, en, zh, tags, feel = fields
    return Character(text, traditional, pinyin, en, zh, frozenset(tags.split(",")), feel)


def _latin(fields: list[str]) -> Latin:
    text, sounds, written, en, zh, tags, feel = fields
    syllables = tuple(of_pinyin(each) for each in sounds.split())
    return Latin(text, syllables, written, en, zh, frozenset(tags.split(",")), feel)

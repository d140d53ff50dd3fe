"""Greetings that a message begins with, with the name or the crowd in them: "hi Anna," 大家好，.

A small model makes a friend of Anna's out of them. What is taken here ends at a pause: 你好漂亮 and
"good morning america is on" greet nobody. The words are in `words/openers.tsv`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.core.language import HAN, base
from bot.core.shield import MARK
from bot.translate.finder import FOLD
from bot.translate.pinyin import pinyin
from bot.translate.tables import cells, rows

LONGEST = 60  # characters of one greeting
HELLO = "好"
NEEDS_WHO, NEEDS_NAME, ALONE, ALONE_ZH = "who", "name", "alone", "alone zh"

_PAUSE = {
    "zh": re.compile(r"[，,、。！!？?~～…\s]|$"),
    "en": re.compile(r"\s*(?:[,!.?~…:]|$)|\s+[-–—]+\s"),
}
_AFTER = re.compile(r"\s*(?:[，,、。！!？?~～…:]+|[-–—]+(?=\s))?\s*")
# What so often follows without a comma, and never goes on with what was said before it.
_ASKS = {
    "zh": re.compile("我是|我叫|我想|我来|请问|有人|新人|初来"),
    "en": re.compile(
        r"\s+(?:how|what|what's|where|when|why|can|could|i|i'm|im|i've|we|any|anyone|just|let's"
        r"|lets|please|sorry|thanks)\b"
    ),
}
_TALKED_TO = {"everyone", "everybody", "guys", "folks", "y'all", "yall", "friends"}
_NAMES = {"name", "surname"}
_SOFT = frozenset("呀啊哇啦哦喔咯哈呢哟")
_BETWEEN = {"zh": re.compile(r"[，,\s]{0,2}"), "en": re.compile(r"(?:,\s?|\s)")}
_AND = re.compile(r"\s?(?:和|and|&)\s?(?=[A-Z])")
_CAPITAL = re.compile(r"[A-Z][a-z]{1,14}(?:['-][A-Z][a-z]+)?(?![A-Za-z0-9_'-])")
# Anna and Tom; Anna, Tom and Lily.
_SEVERAL = re.compile(
    rf"{_CAPITAL.pattern}(?:(?:,\s?|、){_CAPITAL.pattern}){{0,4}},?{_AND.pattern}{_CAPITAL.pattern}"
)
_TITLE = re.compile(r"\S+ [A-Z]")
# Capitals that are no names.
_NO_NAMES = re.compile(
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august"
    "|(?:septem|octo|novem|decem)ber|god|christmas|english|chinese|again",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opener:
    """`greeting` is its key, `who` those who are greeted. One may be missing."""

    end: int
    greeting: str = ""
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Greeting:
    chinese: str
    english: str
    to_many: str
    needs: str


@dataclass(frozen=True, slots=True)
class _Who:
    """Somebody who is called on: a crowd, a person, or a name, which has no word of its own."""

    kind: str
    chinese: str
    english: str
    is_alone: bool


def opening(text: str, source: str, target: str) -> tuple[int, int]:
    """Where a first greeting ends, and where what follows begins; zeros if there is none."""
    reader = _reader(base(source)) if _serves(source, target) else None
    found = reader.read(text[:LONGEST]) if reader else None
    if found is None:
        return 0, 0
    pause = _AFTER.match(text, found.end)
    return found.end, pause.end() if pause else found.end


def greeting(text: str, source: str, target: str) -> str | None:
    """What a native would say for `text`, if it is one greeting and nothing else."""
    if not _serves(source, target) or MARK.search(text):
        return None
    reader = _reader(base(source))
    found = reader.read(text) if len(text) <= LONGEST else None
    if found is None or found.end != len(text):
        return None
    known = reader.greetings.get(found.greeting)
    if base(target) == "zh":
        return _in_chinese(known, [(reader.called(one), one) for one in found.who])
    return _in_english(known, [(reader.called(one), one) for one in found.who])


def is_name(text: str, source: str) -> bool:
    """Whether `text` is a name that is known, and nothing else: 小明, Anna."""
    known = _reader(base(source)).called(text) if base(source) in _BETWEEN else None
    return known is not None and known.kind in _NAMES


def _serves(source: str, target: str) -> bool:
    return {base(source), base(target)} == {"zh", "en"}


class _Reader:
    """Reads the greetings of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.greetings: dict[str, _Greeting] = {}
        self._people: dict[str, _Who] = {}
        never: list[str] = []
        self._circled: list[tuple[str, str, str]] = []
        for kind, chinese, english, to_many, needs in rows("openers"):
            if kind == "never":
                never += cells(chinese if language == "zh" else english)
            else:
                self._learn(kind, cells(chinese), cells(english), to_many, needs)
        self._never = re.compile(rf"(?:{'|'.join(map(re.escape, never))})\b", re.IGNORECASE)
        self._lengths = sorted({len(key) for key in self.greetings}, reverse=True)
        circled = [before for before, _, _ in self._circled]
        self._starts = {key[:3] for key in (*self.greetings, *self._people, *circled)}
        self._widths = sorted({len(key) for key in self._people}, reverse=True)

    def read(self, text: str) -> Opener | None:
        """The longest greeting at the beginning that a pause ends."""
        if not self._may_begin(text) or self._never.match(text):
            return None
        found = [one for one in self._readings(text) if self._ends(text, one)]
        return max(found, key=lambda one: (one.end, bool(one.greeting)), default=None)

    def _may_begin(self, text: str) -> bool:
        """Most messages begin otherwise, and cost no more than this."""
        first = text[:3].translate(FOLD)
        if any(first[:length] in self._starts for length in (3, 2, 1)):
            return True
        return self._language == "zh" and ("A" <= text[:1] <= "Z" or bool(MARK.match(text)))

    def called(self, who: str) -> _Who | None:
        return self._people.get(_key(who))

    def _learn(self, kind: str, zh: list[str], en: list[str], to_many: str, needs: str) -> None:
        own, is_zh = (zh, True) if self._language == "zh" else (en, False)
        if kind == "greeting":
            known = _Greeting(zh[0], en[0], to_many, needs)
            for words in own:
                self.greetings.setdefault(_key(words), known)
            before, _, after = to_many.partition("{}")
            if is_zh and before and after:
                self._circled.append((before, after, _key(own[0])))
        else:
            own = [*zh, *en] if kind == "name" else own  # Anna is Anna in both
            is_alone = needs == ALONE or (is_zh and needs == ALONE_ZH)
            for words in own:
                known = _Who(kind, zh[0] if zh else words, en[0] if en else words, is_alone)
                self._people.setdefault(_key(words), known)

    def _readings(self, text: str) -> Iterator[Opener]:
        for key, end in self._greeted(text, 0):
            if self.greetings[key].needs == NEEDS_NAME:
                yield from self._introduced(text, key, end)
                continue
            if self.greetings[key].needs != NEEDS_WHO:
                yield Opener(end, key)
            between = _BETWEEN[self._language].match(text, end)
            if between:
                is_close = "," not in between.group() and not _TITLE.match(text[:end])
                yield from (
                    Opener(stop, key, who)
                    for who, stop in self._callings(text, between.end(), is_close=is_close)
                )
        for who, end in self._callings(text, 0, is_close=False):
            if self._may_stand_alone(who):
                yield Opener(end, "", who)
        if self._language == "zh":
            for who, end in self._callings(text, 0, is_close=True):
                yield from self._after(text, end, who)
        for before, after, key in self._circled:
            if text.startswith(before):
                for who, end in self._callings(text, len(before), is_close=True):
                    if text.startswith(after, end):
                        yield Opener(_softly(text, end + len(after)), key, who)

    def _introduced(self, text: str, key: str, end: int) -> Iterator[Opener]:
        """我是小明, "I'm Anna": a name and no other word, and in English one that is known."""
        start = end + (text[end : end + 1] == " ")
        for who, stop in self._callings(text, start, is_close=self._language == "zh"):
            known = self.called(who[0])
            is_name = known is None or known.kind in _NAMES
            if is_name and len(who) == 1 and not who[0].islower() and not MARK.match(who[0]):
                yield Opener(stop, key, who)

    def _after(self, text: str, end: int, who: tuple[str, ...]) -> Iterator[Opener]:
        """大家早上好, Anna 你好, 老师好."""
        between = _BETWEEN["zh"].match(text, end)
        start = between.end() if between else end
        for key, stop in self._greeted(text, start):
            if self.greetings[key].needs != NEEDS_NAME:
                yield Opener(stop, key, who)
        if text.startswith(HELLO, end):
            yield Opener(_softly(text, end + 1), _key("你好"), who)

    def _greeted(self, text: str, at: int) -> Iterator[tuple[str, int]]:
        for length in self._lengths:
            key = _key(text[at : at + length])
            if len(text) >= at + length and key in self.greetings:
                end = at + length
                yield key, _softly(text, end) if self._language == "zh" else end

    def _callings(
        self, text: str, at: int, *, is_close: bool
    ) -> Iterator[tuple[tuple[str, ...], int]]:
        """Whoever may be called on there; a name that nobody listed only where `is_close`."""
        if MARK.match(text, at):
            yield (text[at],), at + 1
        for width in self._widths:
            words = text[at : at + width]
            if len(words) == width and _key(words) in self._people:
                yield (words,), at + width
        name = _CAPITAL.match(text, at)
        if name and not _NO_NAMES.fullmatch(name.group()) and _key(name.group()) not in _hellos():
            if is_close or _key(name.group()) in self._people:
                yield (name.group(),), name.end()
            several = _SEVERAL.match(text, at)
            if several:
                yield tuple(_CAPITAL.findall(several.group())), several.end()

    def _may_stand_alone(self, who: tuple[str, ...]) -> bool:
        known = [self.called(one) for one in who]
        is_written = all(not one.islower() or one.lower() in _TALKED_TO for one in who)
        return is_written and all(one is not None and one.is_alone for one in known)

    def _ends(self, text: str, found: Opener) -> bool:
        pause = _PAUSE[self._language].match(text, found.end)
        if pause:
            return True
        if not found.greeting or not _ASKS[self._language].match(text.lower(), found.end):
            return False
        return self._language == "zh" or any(
            _key(one) in _TALKED_TO or MARK.match(one) for one in found.who
        )


@cache
def _reader(language: str) -> _Reader:
    return _Reader(language)


def spellings(language: str) -> Iterable[str]:
    """Every way of greeting that is understood."""
    return _reader(language).greetings


@cache
def _hellos() -> frozenset[str]:
    """Hello is nobody's name: Hello大家好."""
    listed = (cells(english) for kind, _, english, *_ in rows("openers") if kind == "greeting")
    return frozenset(_key(words) for each in listed for words in each)


def _key(words: str) -> str:
    return words.translate(FOLD).strip()


def _softly(text: str, end: int) -> int:
    return end + 1 if text[end : end + 1] in _SOFT and text[end : end + 1] else end


def _in_chinese(known: _Greeting | None, who: list[tuple[_Who | None, str]]) -> str:
    crowds = [one.chinese for one, _ in who if one is not None and one.kind == "many"]
    if crowds:
        return known.to_many.format(crowds[0]) if known else crowds[0]
    names = [one.chinese if one and one.kind == "one" else _name(said) for one, said in who]
    listed = " 和 ".join(["、".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    if known is None or not listed:
        return known.chinese if known else listed
    beside_han = "" if known.needs == NEEDS_NAME else "，"
    return f"{known.chinese}{beside_han if re.match(f'[{HAN}]', listed) else ' '}{listed}"


def _in_english(known: _Greeting | None, who: list[tuple[_Who | None, str]]) -> str:
    words = [_word(one, said) for one, said in who]
    listed = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    if known is None or not listed:
        said = known.english if known else listed
        return said[:1].upper() + said[1:]
    return f"{known.english}{', ' if ' ' in known.english else ' '}{listed}"


def _word(known: _Who | None, said: str) -> str:
    if known is not None and known.kind in {"many", "one"}:
        return known.english
    if not re.match(f"[{HAN}]", said):
        return said
    first, *others = (_toneless(pinyin(each)) for each in said)
    given = "".join(others)
    if known is not None and known.kind == "surname":
        return f"{first.capitalize()} {given.capitalize()}"
    return f"{first}{given}".capitalize()


def _name(said: str) -> str:
    return said if said != said.lower() else said.title()


def _toneless(said: str) -> str:
    plain = unicodedata.normalize("NFD", said)
    return "".join(one for one in plain if not unicodedata.combining(one)).strip()

"""A Chinese name for an English one and the other way round, by sound and meaning. Pure.

The same person gets the same names for the same name; nothing is remembered for that.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal, TypeVar

from bot.community.namebook import Character, Latin, Namebook, namebook
from bot.community.sounds import Syllable, joined, likeness, of_latin, of_pinyin, tone, toneless
from bot.core.errors import Refused
from bot.i18n import N_
from bot.translate.script import simplified

LONGEST = 40
LONGEST_HAN = 6
LONGEST_WORD = 16  # of a Latin name, whose first and last word count: it must fit a button
PER_PAGE = 3
PAGES = 8
WIDTH = 11  # how many characters are tried for one place
KEPT = 300  # names of one kind: enough that those of a page can differ

EMPTY = N_("I need a name in letters or Chinese characters, like Emma or 王小明.")
TOO_LONG = N_("That's too long. A name of up to 40 characters, please.")
TOO_MANY_HAN = N_("That's long for a Chinese name. Two to four characters work best, like 王小明.")
MIXED = N_("Letters or Chinese characters, please, not both in one name.")
FOREIGN = N_("I can only read Latin letters and Chinese characters. Try spelling it like Ivan.")

_COMPOUND = {
    *(
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "慕容",
        "司徒",
        "皇甫",
        "尉迟",
        "令狐",
        "东方",
        "南宫",
        "夏侯",
    ),
    *("端木", "公孙", "轩辕", "独孤", "百里", "宇文", "长孙", "西门"),
}
_UNACCENTED = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_ECHOES = 0.72  # from here on two syllables sound alike to the one whose name it is


@dataclass(frozen=True, slots=True)
class Asked:
    """A name as it was understood: Latin letters without accents, or Simplified characters."""

    script: Literal["latin", "han"]
    text: str


@dataclass(frozen=True, slots=True)
class ChineseName:
    """`echoes` are the characters that sound like the name asked about; `themes` are what both are
    about, each with the character that carries it."""

    characters: tuple[Character, ...]
    echoes: tuple[Character, ...]
    themes: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "".join(each.text for each in self.characters)


@dataclass(frozen=True, slots=True)
class EnglishName:
    """`echoes` and `themes` are of the characters of the name asked about."""

    name: Latin
    echoes: tuple[str, ...]
    themes: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return self.name.text


_Name = TypeVar("_Name", ChineseName, EnglishName, Latin)


@dataclass(frozen=True, slots=True)
class _Slot:
    """One place in a name: the sound it should have, if any, and the meanings it may have."""

    sound: Syllable | None
    tags: frozenset[str] = frozenset()


def read(text: str) -> Asked:
    """What somebody wrote as a name; emoji, digits and the like are left out.

    Raises `Refused` with one sentence.
    """
    whole = unicodedata.normalize("NFKC", text).strip()
    if len(whole) > LONGEST or len(text.strip()) > LONGEST:
        raise Refused(TOO_LONG)
    scripts = {_script(sign) for sign in whole if sign.isalpha()}
    if not scripts:
        raise Refused(EMPTY)
    if "other" in scripts:
        raise Refused(FOREIGN)
    if len(scripts) > 1:
        raise Refused(MIXED)
    if scripts == {"han"}:
        han = "".join(sign for sign in simplified(whole) if _script(sign) == "han")
        if len(han) > LONGEST_HAN:
            raise Refused(TOO_MANY_HAN)
        return Asked("han", han)
    plain = unicodedata.normalize("NFKD", whole.lower().translate(_UNACCENTED))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.findall(r"[a-z]+", re.sub(r"['’]", "", bare))
    if not words:
        raise Refused(FOREIGN)
    ends = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return Asked("latin", " ".join(word[:LONGEST_WORD].capitalize() for word in ends))


def chinese_names(asked: Asked, person: str, page: int) -> tuple[ChineseName, ...]:
    """Three for a Latin name: one by its whole sound, one by its given name's, one by meaning."""
    book, seed = namebook(), seed_of(asked, person)
    given, *family = asked.text.split()
    known = book.english.get(given.lower())
    sounds = _strong(known.sounds if known else of_latin(given))
    surname = _strong(of_latin(family[0]))[0] if family else None
    tags = known.tags if known else frozenset[str]()
    wished = tags or _wish(book, seed)
    whole = [surname, sounds[0]] if surname else sounds[:3]
    layouts = [
        [_Slot(whole[0]), *(_Slot(sound, tags) for sound in whole[1:])],
        [_Slot(surname), *(_Slot(sound, tags) for sound in sounds[:2])],
        [_Slot(surname), _Slot(None, wished), _Slot(sounds[-1], wished)],
    ]
    layouts = [slots if len(slots) > 1 else [*slots, _Slot(None, wished)] for slots in layouts]
    feel = known.feel if known else "n"
    rankings = [_ranked(book, slots, tags, feel, f"{seed}{at}") for at, slots in enumerate(layouts)]
    return _page(_dealt(rankings, _marks), page)


def english_names(asked: Asked, person: str, page: int) -> tuple[EnglishName, ...]:
    """Three for a Chinese name: one by sound, one by sound and meaning, one by meaning."""
    book, seed = namebook(), seed_of(asked, person)
    given = given_part(asked.text, book)
    known = [each for each in book.given if each.text in given]
    heard = [(sign, of_pinyin(book.readings[sign])) for sign in given if sign in book.readings]
    rankings: list[list[Latin]] = []
    for weight in (0.0, 0.25, 0.6):
        scores = {
            latin.text: _score(latin, heard, known, weight) + 0.12 * _chance(seed, latin.text)
            for latin in book.english.values()
        }
        order = sorted(book.english.values(), key=lambda latin: (-scores[latin.text], latin.text))
        rankings.append(order[: PER_PAGE * PAGES])
    dealt = _dealt(rankings, lambda latin: {latin.text[0], latin.written, latin.en})
    return _page([_explained(latin, heard, known) for latin in dealt], page)


def given_part(name: str, book: Namebook) -> str:
    """Without the surname; of a long nickname the last two characters."""
    if len(name) > 2 and name[:2] in _COMPOUND:
        return name[2:][-2:]
    has_surname = name[0] in {each.text for each in book.surnames} or len(name) == 3
    return name[1:][-2:] if has_surname and len(name) > 1 else name[-2:]


def seed_of(asked: Asked, person: str) -> str:
    return hashlib.sha256(f"{person}\n{asked.text}".encode()).hexdigest()


def spelled(name: Sequence[Character]) -> str:
    """A full name in pinyin: “Lín Xī'ān”."""
    given = joined(each.pinyin for each in name[1:])
    return f"{name[0].pinyin.capitalize()} {given.capitalize()}"


def _script(sign: str) -> str:
    name = unicodedata.name(sign, "")
    if name.startswith("LATIN"):
        return "latin"
    return "han" if name.startswith("CJK") else "other"


def _strong(sounds: Sequence[Syllable]) -> list[Syllable]:
    """The syllables that carry the name; never none."""
    strong = [sound for at, sound in enumerate(sounds) if at == 0 or not sound.is_weak]
    return strong or [of_pinyin("a")]


def _wish(book: Namebook, seed: str) -> frozenset[str]:
    """For a name whose meaning is not known: what this person's names shall be about."""
    every = sorted({tag for each in book.given for tag in each.tags})
    return frozenset(sorted(every, key=lambda tag: _chance(seed, tag))[:2])


def _chance(seed: str, what: str) -> float:
    """Evenly between 0 and 1, the same for the same two."""
    digest = hashlib.sha256(f"{seed}\n{what}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _ranked(
    book: Namebook, slots: Sequence[_Slot], tags: frozenset[str], feel: str, seed: str
) -> list[ChineseName]:
    """The names that fill these slots, best first; `tags` are those of the name asked about."""

    def fit(character: Character, slot: _Slot) -> float:
        score = likeness(character.sound, slot.sound) if slot.sound else 0.6
        score += (0.15 if slot.sound else 0.4) * bool(character.tags & slot.tags)
        score -= 0.4 * ({character.feel, feel} == {"f", "m"})
        return score + 0.15 * _chance(seed, character.text)

    def best(pool: Sequence[Character], slot: _Slot) -> list[tuple[float, Character]]:
        scored = [(fit(each, slot), each) for each in pool]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].text))[:WIDTH]

    pools = [best(book.given if at else book.surnames, slot) for at, slot in enumerate(slots)]
    scored = [
        (_harmony([each for _, each in choice]) + sum(s for s, _ in choice) / len(choice), choice)
        for choice in product(*pools)
    ]
    scored.sort(key=lambda pair: (-pair[0], "".join(each.text for _, each in pair[1])))
    names = (tuple(each for _, each in choice) for _, choice in scored)
    fit_ones = (name for name in names if not book.is_unfit(name))
    return [_judged(name, slots, tags) for name in islice(fit_ones, KEPT)]


def _harmony(name: Sequence[Character]) -> float:
    """What is lost where the characters don't go together."""
    sounds = {toneless(each.pinyin) for each in name}
    feels = {each.feel for each in name[1:]}
    lost = 0.1 * (len({tone(each.pinyin) for each in name}) == 1)
    return -lost - 0.5 * (len(sounds) < len(name)) - 0.3 * (feels >= {"f", "m"})


def _judged(
    name: tuple[Character, ...], slots: Sequence[_Slot], tags: frozenset[str]
) -> ChineseName:
    echoes = [
        each
        for each, slot in zip(name, slots, strict=True)
        if slot.sound and likeness(each.sound, slot.sound) >= _ECHOES
    ]
    return ChineseName(name, tuple(echoes), _themes(name, tags))


def _marks(name: ChineseName) -> set[str]:
    """What two names on one page should not have in common."""
    return {*name.text, *(toneless(each.pinyin) for each in name.characters[1:])}


def _dealt(rankings: Sequence[Sequence[_Name]], marks: Callable[[_Name], set[str]]) -> list[_Name]:
    """From each ranking in turn: nothing twice, and within a page as different as can be."""
    dealt: list[_Name] = []
    texts: set[str] = set()
    for _ in range(PAGES):
        taken: set[str] = set()
        for ranking in rankings:
            left = [each for each in ranking if each.text not in texts]
            chosen = next((each for each in left if not marks(each) & taken), None)
            chosen = chosen or next(iter(left), None)
            if chosen is None:
                return dealt[: len(dealt) // PER_PAGE * PER_PAGE]
            dealt.append(chosen)
            texts.add(chosen.text)
            taken |= marks(chosen)
    return dealt


def _page(dealt: Sequence[_Name], page: int) -> tuple[_Name, ...]:
    """After the last page comes the first."""
    pages = max(1, len(dealt) // PER_PAGE)
    start = page % pages * PER_PAGE
    return tuple(dealt[start : start + PER_PAGE])


def _score(
    latin: Latin, heard: Sequence[tuple[str, Syllable]], known: Sequence[Character], weight: float
) -> float:
    """`weight` is what a shared meaning counts."""
    strong = _strong(latin.sounds)
    score = 0.5
    if heard:
        first = likeness(heard[0][1], strong[0])
        last = max(likeness(heard[-1][1], sound) for sound in strong[-2:])
        score = first * 0.6 + last * 0.4
    score += weight * min(2, sum(1 for each in known if each.tags & latin.tags))
    feels = {each.feel for each in known} - {"n"}
    return score - 0.4 * (len(feels) == 1 and {*feels, latin.feel} == {"f", "m"})


def _explained(
    latin: Latin, heard: Sequence[tuple[str, Syllable]], known: Sequence[Character]
) -> EnglishName:
    echoes = [
        sign
        for sign, sound in heard
        if any(likeness(sound, other) >= _ECHOES for other in _strong(latin.sounds))
    ]
    return EnglishName(latin, tuple(echoes), _themes(known, latin.tags))


def _themes(name: Sequence[Character], tags: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((each.text, tag) for each in name for tag in sorted(each.tags & tags))

"""How names sound: syllables of pinyin and of Latin letters on one scale, and how alike they are.

A rough ear, not phonetics: enough to hear that “Anna” and “ān nà” go together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
_PINYIN = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)")
_FINALS = {
    **{"iao": ("ao", ""), "uai": ("ai", ""), "iang": ("a", "ng"), "uang": ("a", "ng")},
    **{"iong": ("o", "ng"), "ian": ("ie", "n"), "uan": ("a", "n"), "ang": ("a", "ng")},
    **{"eng": ("e", "ng"), "ing": ("i", "ng"), "ong": ("o", "ng"), "an": ("a", "n")},
    **{"en": ("e", "n"), "in": ("i", "n"), "un": ("e", "n"), "ün": ("ü", "n")},
    **{"ia": ("a", ""), "ie": ("ie", ""), "iu": ("ou", ""), "ua": ("a", ""), "uo": ("o", "")},
    **{"ui": ("ei", ""), "ue": ("ie", ""), "üe": ("ie", ""), "üan": ("ie", "n")},
    **{"ai": ("ai", ""), "ei": ("ei", ""), "ao": ("ao", ""), "ou": ("ou", ""), "er": ("e", "")},
    **{vowel: (vowel, "") for vowel in "aoeiuü"},
}
_MUFFLED = {"zh", "ch", "sh", "r", "z", "c", "s"}  # their “i” is hardly a vowel
HELPERS = {"er", "de", "te", "ke", "ge", "bo", "bu", "pu", "fu", "mu", "le", "ze", "ta", "wo"}
_CLOSE = {
    frozenset(pair.split()): alike
    for alike, pairs in {
        0.9: "sh x,zh j,r l",
        0.75: "ch q,s c,z zh,f w,j z,c q",
        0.6: "b p,d t,g k,s x,s sh,zh ch,j q,z s,z c,k q,g j,x q",
        0.4: "h f,n l,t c,y j,w h,m n,k h,r w",
    }.items()
    for pair in pairs.split(",")
}
_PLACE = {  # how open the mouth is, and how far back the tongue
    **{"i": (2.0, 0.0), "ü": (2.0, 0.6), "u": (2.0, 2.0), "ei": (1.3, 0.2), "ie": (1.2, 0.2)},
    **{"e": (1.0, 1.0), "o": (1.0, 1.9), "ou": (1.3, 1.9), "a": (0.0, 1.0), "ai": (0.5, 0.5)},
    **{"ao": (0.4, 1.5), "-": (1.6, 0.9)},
}
_DIGRAPHS = (
    *(("tch", "C"), ("sch", "S"), ("dge", "j"), ("ph", "f"), ("th", "s"), ("sh", "S")),
    *(("ch", "C"), ("ck", "k"), ("gh", ""), ("wh", "w"), ("wr", "r"), ("kn", "n"), ("qu", "kw")),
    *(("x", "ks"), ("q", "k"), ("v", "w"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("c", "k")),
)
_ONSETS = {"S": "sh", "C": "ch", "z": "z", "j": "zh"}
_VOWELS = {
    **{"ee": "i", "ea": "i", "ie": "i", "ey": "i", "ei": "ei", "ai": "ei", "ay": "ei", "y": "i"},
    **{"au": "ao", "aw": "ao", "ou": "ao", "ow": "ou", "oo": "u", "oa": "ou", "ue": "u"},
    **{"ew": "u", "oe": "ou", "eu": "u", "ae": "ei", "oi": "o", "oy": "o", "aa": "a"},
    **{"a": "a", "e": "ai", "i": "i", "o": "o", "u": "u"},
}


@dataclass(frozen=True, slots=True)
class Syllable:
    """`vowel` is one of `_PLACE`'s; "-" is hardly one. `coda` is "", "n" or "ng"."""

    onset: str
    vowel: str
    coda: str = ""
    is_weak: bool = False  # only there to carry a consonant


@cache
def toneless(pinyin: str) -> str:
    """Without its tone mark; ü stays."""
    marked = unicodedata.normalize("NFD", pinyin)
    return unicodedata.normalize("NFC", "".join(sign for sign in marked if sign not in _TONES))


@cache
def tone(pinyin: str) -> int:
    """1 to 4, or 0 where there is no mark."""
    marked = unicodedata.normalize("NFD", pinyin)
    return next((_TONES[sign] for sign in marked if sign in _TONES), 0)


def joined(syllables: Iterable[str]) -> str:
    """One word of pinyin: “xī” and “ān” are “xī'ān”."""
    word = ""
    for syllable in syllables:
        word += "'" if word and toneless(syllable)[:1] in {"a", "e", "o"} else ""
        word += syllable
    return word


@cache
def of_pinyin(syllable: str) -> Syllable:
    """Any letters are taken: what is no pinyin is heard as its first vowel."""
    bare = toneless(syllable).replace("v", "ü")
    found = _PINYIN.fullmatch(bare)
    initial, final = (found[1] or "", found[2]) if found else ("", bare)
    if initial in {"j", "q", "x", "y"} and final.startswith("u"):
        final = "ü" + final[1:]
    if initial in _MUFFLED and final == "i":
        return Syllable(initial, "-", is_weak=True)
    vowel, coda = _FINALS.get(final, ("", ""))
    if not vowel:
        vowel = next((sign for sign in final if sign in _PLACE), "-")
    if (initial == "y" and vowel in {"i", "ü"}) or (initial == "w" and vowel == "u"):
        initial = ""
    return Syllable(initial, vowel, coda, is_weak=bare in HELPERS)


@cache
def of_latin(word: str) -> tuple[Syllable, ...]:
    """The syllables of a word in plain Latin letters, heard as a Chinese ear splits them."""
    spelled = re.sub(r"[^a-z]", "", word.lower())
    for letters, sound in _DIGRAPHS:
        spelled = spelled.replace(letters, sound)
    spelled = re.sub(r"(?<=[^aeiouy])e$", "", spelled) if len(spelled) > 3 else spelled
    spelled = re.sub(r"([^aeiouy])\1", r"\1", spelled)
    heard: list[Syllable] = []
    # A y before a vowel is a consonant.
    for consonants, vowels in re.findall(r"((?:[^aeiouy]|y(?=[aeiou]))*)([aeiouy]*)", spelled):
        heard = _closed(heard, consonants, has_vowel=bool(vowels))
        onset = consonants[-1:] if vowels else ""
        heard += _open(_ONSETS.get(onset, onset), vowels)
    return tuple(heard)


@cache
def likeness(one: Syllable, other: Syllable) -> float:
    """1 for the same sound, 0 for nothing in common."""
    if one.onset == other.onset:
        onset = 1.0
    elif not one.onset or not other.onset:
        onset = 0.4 if {one.onset, other.onset} & {"y", "w", "h"} else 0.1
    else:
        onset = _CLOSE.get(frozenset((one.onset, other.onset)), 0.0)
    (height, back), (height2, back2) = _PLACE[one.vowel], _PLACE[other.vowel]
    vowel = max(0.0, 1 - ((height - height2) ** 2 + (back - back2) ** 2) ** 0.5 / 1.5)
    coda = 1.0 if one.coda == other.coda else 0.7 if one.coda and other.coda else 0.3
    return onset * 0.45 + vowel * 0.35 + coda * 0.2


def _closed(heard: list[Syllable], consonants: str, *, has_vowel: bool) -> list[Syllable]:
    """What stands between two vowels: it closes the first, or becomes weak syllables."""
    between = consonants[:-1] if has_vowel else consonants
    if between and between[0] in "nm" and heard and not heard[-1].coda and not heard[-1].is_weak:
        last = heard[-1]
        coda = "ng" if between[:2] == "ng" else "n"
        heard = [*heard[:-1], Syllable(last.onset, last.vowel, coda)]
        between = between[2:] if coda == "ng" else between[1:]
    weak = [_ONSETS.get(sign, sign) for sign in between if sign not in "rhw"]
    return [*heard, *(Syllable(onset, "-", is_weak=True) for onset in weak)]


def _open(onset: str, vowels: str) -> list[Syllable]:
    heard: list[Syllable] = []
    while vowels:
        pair = vowels[:2] if vowels[:2] in _VOWELS else vowels[:1]
        heard.append(Syllable(onset, _VOWELS[pair]))
        onset, vowels = "", vowels[len(pair) :]
    return heard

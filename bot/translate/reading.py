"""What one amount means: its value, whether it must come through, and how it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.translate import numerals
from bot.translate.numerals import HAN_DIGITS, SCALES

Keys = frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """`is_joined`: its values belong together, in this order: 3-2, 5 to 10."""

    keys: tuple[Keys, ...]
    is_firm: bool = True
    unit: str = ""
    said: str = ""
    is_joined: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """Each of `keys` must be met by the translation; any of a set will do.

    `said` is how the other language writes it, "" where only a translator can know. Each of
    `joined` are keys that must stay side by side, in this order.
    """

    start: int
    end: int
    kind: str
    keys: tuple[Keys, ...]
    is_firm: bool
    units: tuple[str, ...] = ()
    said: str = ""
    joined: tuple[tuple[Keys, ...], ...] = ()


def key(*values: Fraction | int | str) -> Keys:
    return frozenset(str(value) for value in values)


def value_of(text: str) -> Fraction | None:
    """2.5k, 3万5, 三千, 1,200 or "twelve thousand"."""
    plain = text.replace(",", "").replace("个", "").strip()
    scaled = re.fullmatch(r"(\d+(?:\.\d+)?)\s?([A-Za-z]+|[十百千万萬亿億]+)?", plain)
    if scaled and scaled[2] in SCALES:
        return Fraction(scaled[1]) * SCALES[scaled[2]]
    if scaled:
        scale = SCALES.get((scaled[2] or "").lower(), 1)
        return Fraction(scaled[1]) * scale
    return numerals.chinese(plain) if re.search(r"[^\x00-\x7f]", plain) else numerals.english(plain)


def keys_of(text: str) -> Keys:
    """The value, and for an m or b, which may be metres, also the bare number."""
    value = value_of(text)
    bare = re.fullmatch(r"([\d.,]+)\s?[mMbB]", text)
    return key(*(v for v in (value, bare and value_of(bare[1])) if v is not None))


def shown(text: str, target: str) -> str:
    """The number for readers of `target`: digits that were written stay as they are."""
    if re.fullmatch(r"[\d.,]+", text):
        return text
    value = value_of(text)
    if value is None:
        return ""
    return numerals.in_chinese(value) if target == "zh" else numerals.in_english(value)


def is_firm_number(text: str) -> bool:
    """Digits, or numerals that are no figure of speech: 二十五 and 三千, but not 三四 or 十."""
    if re.search(r"\d", text):
        return True
    if re.search("[A-Za-z]", text):
        value = value_of(text)
        return value is not None and value > 12
    are_digits = all(sign in HAN_DIGITS for sign in text)
    return len(text) > 1 and (len(text) > 3 or not are_digits)

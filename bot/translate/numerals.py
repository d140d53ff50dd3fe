"""Numbers written in words: 三万五, 一百零二, "twelve thousand", "half a million". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

HAN_DIGITS = "零〇一二两兩三四五六七八九"
HAN_ONES = "零一二三四五六七八九十"
HAN_UNITS = "十百千万萬亿億"
_DIGIT = dict(zip(HAN_DIGITS, (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_TOKEN = re.compile(rf"\d+(?:\.\d+)?|[{HAN_DIGITS}]|[{HAN_UNITS}]")

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = re.findall(
    r"\w+",
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
)
_ENGLISH = {
    **{word: at for at, word in enumerate(_ONES)},
    **{word: 20 + 10 * at for at, word in enumerate(_TENS)},
    **{word: at for at, word in enumerate(_ORDINALS)},
    **{f"{word[:-1]}ieth": 20 + 10 * at for at, word in enumerate(_TENS)},
}
SCALES = {
    **{"dozen": 12, "hundred": 100, "thousand": 1000, "grand": 1000, "million": 10**6},
    **{"billion": 10**9, "trillion": 10**12, "k": 1000, "K": 1000, "w": 10**4, "W": 10**4},
    **{"m": 10**6, "M": 10**6, "mil": 10**6, "b": 10**9, "B": 10**9, "bn": 10**9},
    **{"千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8},
    **{"百": 100, "十万": 10**5, "百万": 10**6, "千万": 10**7, "十亿": 10**9, "百亿": 10**10},
    **{"千亿": 10**11, "万亿": 10**12},
}
_WORD = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_SCALE = "(?:hundred|thousand|million|billion|trillion|dozen)s?"
_INITIALS = "".join(sorted({"a", "h", *(word[0] for word in _ENGLISH)}))
# A look at the first letter is cheaper than at forty words.
ENGLISH_NUMBER = (
    rf"(?=[{_INITIALS}])(?:(?:half a|an?|{_WORD})[ -]{_SCALE}|(?:{_WORD}))"
    rf"(?:(?:[ -]| and )(?:{_SCALE}|{_WORD})){{0,14}}"
)


def chinese(text: str) -> Fraction | None:
    """The value of a numeral such as 三千五, 1万2 or 二〇二四; None where it is none."""
    whole, point, part = text.replace("个", "").partition("点")
    if point:
        value, digits = chinese(whole), [_DIGIT.get(sign, 10) for sign in part]
        is_read = value is not None and digits and max(digits) < 10
        decimals = "".join(map(str, digits))
        return (value or 0) + Fraction(int(decimals), 10 ** len(decimals)) if is_read else None
    text = whole
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text or not tokens:
        return None
    if all(token in _DIGIT for token in tokens):
        return Fraction(int("".join(str(_DIGIT[token]) for token in tokens)))
    return _with_units(tokens)


def _with_units(tokens: Sequence[str]) -> Fraction | None:
    total, section = Fraction(0), Fraction(0)
    current: Fraction | None = None
    last = 1  # the unit that was said last: 三千五 is 3,500
    for token in tokens:
        if token in _SMALL:
            section += (Fraction(1) if current is None else current) * _SMALL[token]
            current, last = None, _SMALL[token]
        elif token in _LARGE:
            is_bare = current is None and not section and not total
            section += 1 if is_bare else current or 0
            total = (
                (total + section) * _LARGE[token]
                if _LARGE[token] > 10**4
                else total + section * _LARGE[token]
            )
            section, current, last = Fraction(0), None, _LARGE[token]
        elif current:
            return None  # 三四百: no one number
        else:
            current = Fraction(_DIGIT[token]) if token in _DIGIT else Fraction(token)
            last = 1 if token in "零〇" else last
    tail = current or Fraction(0)
    return total + section + (tail * last / 10 if last >= 100 and tail < 10 else tail)


def english(text: str) -> Fraction | None:
    """The value of "one hundred and twenty", "half a million" or "nineteen ninety-five"."""
    whole, point, part = text.lower().partition(" point ")
    if point:
        return _spoken(whole, part.split())
    total, section = Fraction(0), Fraction(0)
    for word in re.split(r"[\s-]+", text.lower()):
        scale = SCALES.get(word.removesuffix("s")) if word not in _ENGLISH else None
        if word in {"a", "an", "and"}:
            continue
        if word == "half":
            section = Fraction(1, 2)
        elif scale is not None:
            section = Fraction(section or 1) * scale
            total, section = (total + section, Fraction(0)) if scale > 100 else (total, section)
        elif word in _ENGLISH:
            section = _appended(section, _ENGLISH[word])
        else:
            return None
    return total + section


def _spoken(whole: str, part: Sequence[str]) -> Fraction | None:
    """One point two billion."""
    digits = [_ENGLISH.get(word, 10) for word in part if word not in SCALES]
    scale = SCALES.get(part[-1], 1)
    value = english(whole)
    if value is None or not digits or max(digits) > 9:
        return None
    decimals = "".join(map(str, digits))
    return (value + Fraction(int(decimals), 10 ** len(decimals))) * scale


def _appended(before: Fraction, number: int) -> Fraction:
    """Twenty, four is 24; nineteen, ninety is 1990, and then five more."""
    is_year = before and number >= 10 and before < 100
    return before * 100 + number if is_year else before + number


_TENS_OF_THOUSANDS = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)\s?[wW]")


def ten_thousands(text: str) -> Fraction | None:
    """The value of 100w, which is 100万 to whoever writes Chinese, where nothing else is said."""
    found = _TENS_OF_THOUSANDS.fullmatch(text)
    return Fraction(found[1]) * 10**4 if found else None


def grouped(value: Fraction) -> str:
    """30,000 or 12.5: digits as both languages read them."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{float(value):,.4f}".rstrip("0").rstrip(".")


def in_chinese(value: Fraction) -> str:
    """With 万 and 亿 where that is short, else digits."""
    for name, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if value >= size:
            scaled = value / size
            return f"{grouped(scaled)}{name}" if (scaled * 100).denominator == 1 else grouped(value)
    return f"{value.numerator}" if value.denominator == 1 else grouped(value)


def in_english(value: Fraction) -> str:
    """With million and billion where that is short, else digits."""
    for name, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if value >= size:
            scaled = value / size
            is_short = (scaled * 100).denominator == 1
            return f"{grouped(scaled)} {name}" if is_short else grouped(value)
    return grouped(value)


def ordinal_ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")

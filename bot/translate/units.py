"""Measures and big numbers, told in what the other side counts with. Never an exchange rate."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bot.core.language import base
from bot.translate.lexicon import Note, rows

MOST = 12  # of one text
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_SCALES = {
    **{"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12, "w": 10**4},
    **{"k": 1000, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12},
}
_DIGITS = {**{han: n for n, han in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_FEW = {"十": 10, "百": 100, "千": 1000}

# Each begins where no number could have begun before it, so that a text is walked along once.
_PLAIN = r"(?<![\d.,A-Za-z])(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?:\.\d{1,4})?(?!\d)"
_HAN_DIGITS = "零〇一二两三四五六七八九十百千万亿"
_HAN_NUMBER = (
    rf"(?<![{_HAN_DIGITS}\d.第斤])[一二两三四五六七八九十]"
    r"(?:[零〇一二三四五六七八九十百千万亿]|两(?=[百千万亿])){0,11}|半"
)
_SIGN = r"(?P<minus>零下|minus |(?<![\dA-Za-z)\]])-)?"
_MONEY = r"(?P<money>[$¥￥]|US\$)?[ ]?"
_ZH = (
    rf"{_SIGN}{_MONEY}(?P<number>{_PLAIN}|{_HAN_NUMBER})"
    r"[ ]?(?P<scale>万亿|[十百千万亿]|[kwKW](?![A-Za-z\d快]))?(?P<more>[多来])?"
    r"(?P<late>万亿|[万亿])?"
)
_EN = (
    rf"{_SIGN}{_MONEY}(?P<number>{_PLAIN}|(?<![A-Za-z])(?:{'|'.join(_WORDS)})(?![A-Za-z]))"
    r"(?:[ ]?(?P<scale>k|thousand|million|billion|trillion)(?![A-Za-z\d]))?"
)
_HEIGHT = re.compile(
    r"(?<![\d.'])(?P<feet>[3-8])(?:['’′]|[ -]?(?:ft|foot|feet)[. ]?)[ ]?(?P<inches>\d{1,2})"
    r"(?![\d.])(?:\"|”|″|'')?"
)
_FACTOR = re.compile(r"\{(-?[\d.]+)([+-][\d.]+)?\}")
_HOTTEST = {"degrees": 45, "fahrenheit": 120}


@dataclass(frozen=True, slots=True)
class Unit:
    """A line of units.tsv. `numbers` says which numbers it goes with."""

    numbers: str
    english: str
    chinese: str


def unit_notes(text: str, language: str) -> list[Note]:
    """“5斤” is 2.5 kg (5.5 lb), “30万” is 300,000, “$5” is in US dollars; at most `MOST`."""
    side = base(language)
    if side not in {"zh", "en"}:
        return []
    found: dict[str, Note] = {}
    if side == "en":
        found = {height.term: height for height in _heights(text)}
        text = _HEIGHT.sub(" ", text)
    pattern, units = _grammar(side)
    for match in pattern.finditer(text):
        if len(found) >= MOST:
            break
        if note := _noted(match, units):
            found[note.term] = note
    return list(found.values())[:MOST]


@cache
def _grammar(language: str) -> tuple[re.Pattern[str], dict[str, Unit]]:
    units: dict[str, Unit] = {}
    after: dict[str, str] = {}
    for of, written, numbers, not_before, english, chinese in rows("units"):
        if of == language:
            units |= dict.fromkeys(written.lower().split("|"), Unit(numbers, english, chinese))
            after |= dict.fromkeys(
                written.split("|"), "" if not_before == "-" else f"(?![{not_before}])"
            )
    named = "|".join(
        re.escape(word) + after[word] + ("(?![A-Za-z])" if word[-1].isascii() else "")
        for word in sorted(after, key=len, reverse=True)
    )
    start, half, flags = (_ZH, "(?P<half>半)?", 0) if language == "zh" else (_EN, "", re.IGNORECASE)
    return re.compile(rf"{start}(?:[ -]?(?P<unit>{named}){half})?", flags), units


def _noted(match: re.Match[str], units: dict[str, Unit]) -> Note | None:
    value = _value(match)
    unit = units.get((match["unit"] or "").lower())
    if value is None or (unit and not _goes_with(unit, match, value)):
        unit, value = None, None if match["unit"] else value
    if value is None:
        return None
    if unit is None:
        unit = _money(match["money"]) or _big(match, value)
    if unit is None:
        return None
    extra = "+" if match.groupdict().get("more") else ""
    return Note(
        match.group().strip(),
        _filled(unit.english, value, extra, english),
        _filled(unit.chinese, value, extra, chinese),
    )


def _goes_with(unit: Unit, match: re.Match[str], value: float) -> bool:
    if unit.numbers == "any":
        return True
    return match["number"][0].isdigit() and abs(value) <= _HOTTEST.get(unit.numbers, 10**15)


def _money(sign: str | None) -> Unit | None:
    if sign is None:
        return None
    if sign in "¥￥":
        return Unit("any", "{1} yuan (Chinese currency)", "{1} 元人民币")
    return Unit("any", "{1} US dollars", "{1} 美元")


def _big(match: re.Match[str], value: float) -> Unit | None:
    """A number by itself is worth a note where the two languages group it differently."""
    is_grouped = bool(match["scale"]) or bool(re.search("[万亿]", match.group()))
    is_small = value < 10_000 or match.string[match.end() : match.end() + 1] in {"火", "跑", "屏"}
    return Unit("any", "{1}", "{1}") if is_grouped and not is_small else None


def _value(match: re.Match[str]) -> float | None:
    number = _number(match["number"])
    if number is None:
        return None
    groups = match.groupdict()
    for scale in (groups.get("scale"), groups.get("late")):
        number *= _SCALES[scale.lower()] if scale else 1
    number += 0.5 if groups.get("half") else 0
    return -number if groups.get("minus") else number


def _number(written: str) -> float | None:
    if written[0].isdigit():
        return float(written.replace(",", ""))
    if written == "半":
        return 0.5
    return _WORDS.index(written.lower()) + 1 if written.isascii() else _han_number(written)


def _han_number(written: str) -> float | None:
    """三万五 is 35,000; None for digits that are only read out, as in a telephone number."""
    total = section = digit = 0
    step = 10
    for place, character in enumerate(written):
        if character in _DIGITS:
            if place and written[place - 1] in _DIGITS and written[place - 1] not in "零〇":
                return None
            digit = _DIGITS[character]
            step = step if written[place - 1 : place] not in {"零", "〇"} else 10
        elif character in _FEW:
            section, digit, step = section + (digit or 1) * _FEW[character], 0, _FEW[character]
        elif character == "亿":
            total, section, digit, step = (total + section + digit) * 10**8, 0, 0, 10**8
        else:
            total, section, digit, step = total + (section + digit) * 10**4, 0, 0, 10**4
    return float(total + section + digit * (step // 10 if step > 10 else 1))


def _heights(text: str) -> list[Note]:
    return [
        Note(match.group().strip(), f"{tall:.0f} cm", f"{tall:.0f} 厘米")
        for match in _HEIGHT.finditer(text)
        if int(match["inches"]) < 12
        for tall in [int(match["feet"]) * 30.48 + int(match["inches"]) * 2.54]
    ]


def _filled(template: str, value: float, extra: str, shown: Callable[[float], str]) -> str:
    return _FACTOR.sub(lambda m: shown(value * float(m[1]) + float(m[2] or 0)) + extra, template)


def english(number: float) -> str:
    """Three figures that count, and commas: 2.5, 68, 300,000."""
    return _rounded(number)


def chinese(number: float) -> str:
    """As English, but from ten thousand on by 万 and 亿: 30 万."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if abs(number) >= size:
            return f"{_rounded(number / size)} {name}"
    return _rounded(number)


def _rounded(number: float) -> str:
    size = abs(number)
    places = 0 if size >= 100 else 1 if size >= 10 else 2
    figures = f"{number:,.{places}f}"
    return figures.rstrip("0").rstrip(".") if "." in figures else figures

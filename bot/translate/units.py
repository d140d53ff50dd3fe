"""Measures and big numbers, told in what the other side counts with. Never an exchange rate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.core.language import base
from bot.translate.lexicon import Note
from bot.translate.tables import rows

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
_HEIGHTS = {
    "en": re.compile(
        r"(?<![\d.'])(?P<whole>[3-8])(?:['’′]|[ -]?(?:ft|foot|feet)[. ]?)[ ]?(?P<rest>\d{1,2})"
        r"(?![\d.])(?:\"|”|″|'')?"
    ),
    "zh": re.compile(
        r"(?<![\d.一二三四五六七八九十百])(?P<whole>[12一两])米"
        r"(?P<rest>\d{1,2}|[一二三四五六七八九]{1,2})(?![\d.米万千百十个])"
    ),
}
_READ = str.maketrans("一二两三四五六七八九", "1223456789")
_FACTOR = re.compile(r"\{(-?[\d.]+)([+-][\d.]+)?\}")
_RANGES = {"degrees": (-60, 45), "fahrenheit": (45, 120)}


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
    found = {written: _tall(written, size) for written, size in _heights(text, side)}
    text = _HEIGHTS[side].sub(" ", text)
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
    low, high = _RANGES.get(unit.numbers, (0, 10**15))
    return match["number"][0].isdigit() and low <= value <= high


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


def _heights(text: str, language: str) -> Iterator[tuple[str, float]]:
    """What was written, and how tall that is in centimeters: 5'10", 一米七五."""
    for match in _HEIGHTS[language].finditer(text):
        whole, rest = (part.translate(_READ) for part in match.group("whole", "rest"))
        if language == "zh":
            yield match.group(), int(whole) * 100 + int(rest.ljust(2, "0"))
        elif int(rest) < 12:
            yield match.group().strip(), int(whole) * 30.48 + int(rest) * 2.54


def _tall(written: str, centimeters: float) -> Note:
    feet, inches = divmod(round(centimeters / 2.54), 12)
    size = f"{centimeters:.0f}"
    return Note(written, f"{size} cm ({feet} ft {inches} in)", f"{size} 厘米")


def _filled(template: str, value: float, extra: str, shown: Callable[[float, bool], str]) -> str:
    def fill(factor: re.Match[str]) -> str:
        is_exact = factor[1] == "1" and not factor[2]
        return shown(value * float(factor[1]) + float(factor[2] or 0), is_exact) + extra

    filled = _FACTOR.sub(fill, template)
    return filled.replace("dollars", "dollar") if filled.startswith("1 US") else filled


def english(number: float, is_exact: bool) -> str:
    """Three figures that count, unless it is exact, and commas: 2.5, 68, 300,000."""
    return _rounded(number, is_exact)


def chinese(number: float, is_exact: bool) -> str:
    """As English, but from ten thousand on by 万 and 亿: 30 万."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if abs(number) >= size:
            return f"{_rounded(number / size, is_exact)} {name}"
    return _rounded(number, is_exact)


def _rounded(number: float, is_exact: bool) -> str:
    size = abs(number)
    if is_exact:
        figures = f"{number:,.4f}"
    elif size >= 1000:
        digits = len(str(int(size))) - 3
        figures = f"{round(number, -digits):,.0f}"
    else:
        figures = f"{number:,.{0 if size >= 100 else 1 if size >= 10 else 2}f}"
    return figures.rstrip("0").rstrip(".") if "." in figures else figures

"""Finds the amounts in a sentence of either language, by value: 3万 is 30,000, 晚上8点 is 8 p.m.

An amount that must come through is *firm*; "one", "a bit" and 一下 are none. Pure. What an amount
looks like is in `figures`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from bot.translate import measures, moments, quantities, ranges, vagueness
from bot.translate.figures import sought
from bot.translate.reading import Amount, Keys, Reading

# Every pattern is in simplified characters and ASCII digits.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0E, 0xFF1A)}
_WIDE |= str.maketrans(
    "個點塊號時間週禮億幾歲鐘雙紀後當錢兩噸頁場節盤裡約從與來內國東倫紐臺灣韓萬為數壓陽億萬",
    "个点块号时间周礼亿几岁钟双纪后当钱两吨页场节盘里约从与来内国东伦纽台湾韩万为数压阳亿万",
)
_DIGIT = re.compile(r"\d")
_GONE = "\ufffc"
_SMALL_HOURS = re.compile("凌晨|半夜")
_NIGHTLY = re.compile(
    r"凌晨|半夜|早|夜|晚|(?<![a-z])a\.?m\b|morning|night|dawn|early|late|hours|\b0\d:",
    re.IGNORECASE,
)
# 1000,000 is no number, and neither "3 one" nor half an hour and a half an amount.
_BROKEN = re.compile(
    r"(?<![\d.,])\d{4,},\d{3}(?!\d)|half an hour and a half|\d one[.!?]?$", re.IGNORECASE
)
_YEARS = re.compile(r"(?<![\d.])(?:(?:19|20)\d\d years?\b(?! (?:old|ago))|\d{5,}\s?年(?![前来后]))")
_MORE = re.compile(
    r"over|more|than|plus|above|odd|almost|some|about|around|several|\+|多|几|余|超|来|上|左右",
    re.IGNORECASE,
)
_UNCOUNTED = frozenset(("number", "measure"))
_BESIDE = 6  # characters between two amounts that share a unit: $5 to $10
Read = Callable[[re.Match[str], str], Reading | None]


def amounts(text: str, target: str = "en") -> list[Amount]:
    """All of them in order; `said` is for readers of `target`."""
    whole = rest = text.translate(_WIDE)
    found: list[Amount] = []
    for kind, pattern in sought(rest):
        for match in list(pattern.finditer(rest)):
            reading = _READERS[kind](match, target) if kind in _READERS else None
            if reading is not None:
                found.append(_amount(kind, match, reading))
            if reading is not None or kind not in _READERS:
                rest = _without(rest, *match.span())
    found.sort(key=lambda amount: amount.start)
    return ranges.joined(whole, found, target, partial(amounts, target=target))


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + _GONE * (end - start) + text[end:]


def _amount(kind: str, match: re.Match[str], reading: Reading) -> Amount:
    return Amount(
        *match.span(),
        kind,
        reading.keys,
        reading.is_firm,
        (reading.unit,) if reading.unit else (),
        reading.said,
        (reading.keys[-2:] if kind == "zh_date" else reading.keys,) if reading.is_joined else (),
    )


def fault(source: str, answer: str) -> str:
    """ "number" where an amount got lost or was made up, "unit" where its unit did, else ""."""
    wanted = amounts(source)
    if not any(amount.is_firm for amount in wanted) and not _DIGIT.search(answer):
        return ""  # most sentences
    given = amounts(answer)
    if _BROKEN.search(answer) and not _BROKEN.search(source):
        return "number"
    have = [key for amount in given for key in amount.keys]
    need = [key for amount in wanted if amount.is_firm for key in amount.keys]
    if not _are_met(need, have):
        return "number"
    if not ranges.are_kept(wanted, given, answer.translate(_WIDE)):
        return "number"
    known = [key for amount in wanted for key in amount.keys]
    plain = [a for a in given if a.is_firm and (need or _is_in_digits(answer, a))]
    if any(not _is_among(key, known) for amount in plain for key in amount.keys):
        return "number"
    if _SMALL_HOURS.search(answer) and not _NIGHTLY.search(source):
        return "unit"  # "at 2" is no 凌晨两点
    if _is_money_made_up(source, given):
        return "unit"
    if _are_mixed_up(wanted, given) or _is_year(source) != _is_year(answer):
        return "unit"
    if any(a.kind in {"odd", "plus"} and a.is_firm for a in wanted) and not _MORE.search(answer):
        return "number"
    return (
        ""
        if all(
            _is_counted(unit, wanted, answer) for unit in {unit for a in wanted for unit in a.units}
        )
        else "unit"
    )


def _is_year(text: str) -> bool | None:
    """Whether it counts years where it could have named one: 2024 years, 483920年."""
    return bool(_YEARS.search(text))


def _are_mixed_up(wanted: Sequence[Amount], given: Sequence[Amount]) -> bool:
    """A number that is kilos in one and pounds in the other, or is counted in nothing."""
    for amount in given:
        same = [w for w in wanted if any(_is_among(key, w.keys) for key in amount.keys)]
        are_clear = all(w.kind in _UNCOUNTED or w.units for w in same)
        units = {each for w in same for each in w.units}
        bodily = [unit for unit in amount.units if unit in measures.BODILY]
        if same and are_clear and any(not units & measures.alike(unit) for unit in bodily):
            return True
    return any(_is_swapped(unit, wanted, given) for unit in measures.MONEY)


def _is_money_made_up(source: str, given: Sequence[Amount]) -> bool:
    """3单元 is no 3 yuan: nothing in the source has a price."""
    paid = any(unit in measures.MONEY for amount in given for unit in amount.units)
    return paid and not measures.is_about_money(source)


def _is_swapped(unit: str, wanted: Sequence[Amount], given: Sequence[Amount]) -> bool:
    """Whether money has another number's name and that number the money's: 两美元三."""
    asked = [key for amount in wanted if unit in amount.units for key in amount.keys]
    told = [key for amount in given if unit in amount.units for key in amount.keys]
    return bool(asked and told) and not any(_is_among(key, asked) for key in told)


def _is_counted(unit: str, wanted: Sequence[Amount], answer: str) -> bool:
    """Named as often as there are amounts of it; those beside each other share the name."""
    ends = [-9, *(a.end for a in wanted if unit in a.units and a.is_firm)]
    starts = [a.start for a in wanted if unit in a.units and a.is_firm]
    groups = sum(start - end > _BESIDE for start, end in zip(starts, ends, strict=False))
    return measures.times_written(unit, answer) >= (
        groups if unit in measures.MONEY else min(groups, 1)
    )


def _is_in_digits(text: str, amount: Amount) -> bool:
    return bool(_DIGIT.search(text[amount.start : amount.end]))


def _are_met(need: Sequence[Keys], have: Sequence[Keys]) -> bool:
    """Each by one of its own."""
    left = list(have)
    for wanted in sorted(need, key=len):
        meets = next((at for at, key in enumerate(left) if key & wanted), None)
        if meets is None:
            return False
        del left[meets]
    return True


def _is_among(key: Keys, known: Sequence[Keys]) -> bool:
    return any(key & other for other in known)


_READERS: dict[str, Read] = {
    "phone": quantities.verbatim,
    "tag": quantities.verbatim,
    "code": quantities.verbatim,
    "watts": quantities.watts,
    "place": quantities.place,
    "part_of_week": moments.part_of_week,
    "odd": quantities.odd,
    "room": quantities.verbatim,
    "size": quantities.verbatim,
    "crowd": quantities.crowd,
    "share": quantities.share,
    "days": moments.days,
    "weekdays": moments.weekdays,
    "weekday": moments.weekday,
    "part_of_month": moments.part_of_month,
    "ish": moments.ish,
    "nine_to_five": moments.nine_to_five,
    "nth": quantities.nth,
    "tenths": quantities.tenths,
    "vague": vagueness.vague,
    "plus": quantities.plus,
    "per": quantities.per,
    "decade": moments.decade,
    "century": moments.century,
    "zone": moments.zone,
    "to_hour": moments.to_hour,
    "iso": moments.iso,
    "zh_date": moments.zh_date,
    "en_date": moments.en_date,
    "month": moments.month,
    "clock": moments.clock,
    "noon": moments.noon,
    "o_clock": moments.o_clock,
    "zh_hour": moments.zh_hour,
    "percent": quantities.percent,
    "discount": quantities.discount,
    "fraction": quantities.fraction,
    "and_half": quantities.and_half,
    "lasting": quantities.lasting,
    "half": quantities.half,
    "price": quantities.price,
    "split": quantities.split,
    "mao": quantities.mao,
    "feet": quantities.feet,
    "below": quantities.below,
    "measure": quantities.measure,
    "figure": quantities.figure,
    "ordinal": quantities.ordinal,
    "score": quantities.score,
    "times": quantities.times,
    "about": quantities.about,
    "spoken": quantities.words,
    "number": quantities.number,
    "han": quantities.han,
    "words": quantities.words,
}

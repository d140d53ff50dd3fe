"""Reads prices, measures, shares and plain numbers of either language."""

from __future__ import annotations

import re

from bot.translate import measures, numerals
from bot.translate.reading import Reading, is_firm_number, key, keys_of, shown, value_of


def verbatim(match: re.Match[str], target: str) -> Reading:
    """What nothing else says: a phone number, a room, a size."""
    return Reading((key(re.sub(r"\s", "", match.group())),), said=match.group())


def share(match: re.Match[str], target: str) -> Reading:
    """Two thirds; "a quarter" may also be a quarter of an hour."""
    bottom = {"quarter": 4}.get(match["b"].lower()) or value_of(match["b"].lower())
    top = 1 if match["a"].lower() == "a" else value_of(match["a"].lower())
    return Reading((key(f"f{top}/{bottom}"),), is_firm=False)


def percent(match: re.Match[str], target: str) -> Reading | None:
    value = value_of(match["n"] or match["h"] or match["e"])
    if value is None:
        return None
    return Reading((key(f"p{value}"),), said=f"{numerals.grouped(value)}%")


def discount(match: re.Match[str], target: str) -> Reading | None:
    value = value_of(match["n"].replace(".", ""))
    if value is None:
        return None
    paid = value * 10 if value < 10 else value
    off = numerals.grouped(100 - paid)
    return Reading((key(f"p{100 - paid}", f"p{paid}"),), said=f"{off}% off")


def fraction(match: re.Match[str], target: str) -> Reading | None:
    top, bottom = (value_of(match["a"] or match["c"]), value_of(match["b"] or match["d"]))
    if not top or not bottom:
        return None
    said = match.group() if match["c"] else f"{top}/{bottom}"
    return Reading((key(f"f{top}/{bottom}"),), said=said)


def half(match: re.Match[str], target: str) -> Reading:
    return Reading((key("f1/2", "p50"),), is_firm=False)


def price(match: re.Match[str], target: str) -> Reading:
    unit = measures.SIGNS[match["sign"].strip().upper()]
    written = shown(match["n"], target)
    is_plain = re.fullmatch(r"[\d.,]+", match["n"])
    said = match.group() if is_plain else f"{match['sign']}{written}"
    return Reading((keys_of(match["n"]),), unit=unit, said=said)


def split(match: re.Match[str], target: str) -> Reading | None:
    whole, part = value_of(match["a"]), value_of(match["b"])
    if whole is None or part is None:
        return None
    value = whole + part / (10 if part < 10 else 100)
    unit = "CNY" if match["u"] == "块" else "m"
    return Reading(
        (key(value),), unit=unit, said=measures.said(numerals.grouped(value), unit, target)
    )


def feet(match: re.Match[str], target: str) -> Reading:
    parts = [part for part in (match["a"], match["b"] or match["c"]) if part]
    said = "".join(f"{part}{name}" for part, name in zip(parts, ("英尺", "英寸"), strict=False))
    keys = tuple(key(part) for part in parts)
    return Reading(keys, said=said if target == "zh" else match.group())


def below(match: re.Match[str], target: str) -> Reading | None:
    """Less than nothing: -5℃, 零下5度."""
    value = value_of(match["n"])
    if value is None:
        return None
    in_words = f"零下{match['n']}度" if target == "zh" else f"minus {match['n']} degrees"
    is_worded = (match["u"] or "") in {"度", "degree", "degrees"}
    said = in_words if is_worded else f"-{match['n']}{match['u'] or ''}"
    return Reading((key(-value),), unit="deg" if match["u"] else "", said=said)


def measure(match: re.Match[str], target: str) -> Reading | None:
    count = match["n"] or match["e"]
    unit = measures.canonical(match["u"] or match["v"])
    value = value_of(count)
    if value is None:
        return None
    is_firm = is_firm_number(count)
    written = shown(count, target)
    if unit in measures.MONEY and target == "en" and written.isdigit():
        written = f"{int(written):,}"
    said = measures.said(written, unit, target)
    is_read = target == "en" or unit not in measures.MONEY
    if is_read and re.fullmatch(
        r"[\d.,]+\s?(?:[a-z/]{1,4}|[℃℉]|°[a-z]|㎡|m²)", match.group(), re.IGNORECASE
    ):
        said = match.group()  # 80 kg is read in both languages
    return Reading((keys_of(count),), is_firm, unit if is_firm else "", said)


def figure(match: re.Match[str], target: str) -> Reading:
    parts = re.findall(r"[\d.,]+", match.group())
    if re.search("[+×x*]", match.group()):  # a sum, or a size: nothing else says it
        return Reading((key(match.group()),), said=match.group())
    return Reading(tuple(keys_of(part) for part in parts if value_of(part)), said=match.group())


def ordinal(match: re.Match[str], target: str) -> Reading | None:
    written = match["n"] or match["h"]
    value = value_of(written)
    if value is None or value.denominator != 1:
        return None
    said = f"第{value}" if target == "zh" else f"{value}{_ending(value.numerator)}"
    return Reading((key(value),), is_firm_number(written), said=said)


def _ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def number(match: re.Match[str], target: str) -> Reading | None:
    keys = keys_of(match.group())
    return Reading((keys,), said=shown(match.group(), target)) if keys else None


def han(match: re.Match[str], target: str) -> Reading | None:
    value = numerals.chinese(match.group())
    if value is None:
        return None
    around = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() :]
    is_vague = around[0] in {"几", "数", "双", "初"} or around[1].startswith(("几", "来"))
    is_firm = is_firm_number(match.group()) and not is_vague
    return Reading((key(value),), is_firm, said=shown(match.group(), target))


def words(match: re.Match[str], target: str) -> Reading | None:
    value = numerals.english(match.group())
    if value is None:
        return None
    return Reading(
        (key(value),), is_firm_number(match.group()), said=shown(match.group().lower(), target)
    )

"""Joins amounts that are one: 5到10块, 10am-6pm, 3 lb 4 oz, Mon-Fri 9-5, 晚上8点（北京时间）.

Pure. Both ends of a range must come through, and stay together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.core.language import HAN
from bot.translate import measures
from bot.translate.numerals import HAN_DIGITS, HAN_UNITS
from bot.translate.reading import Amount, Keys, value_of

Reread = Callable[[str], list[Amount]]

_DASH = re.compile(r"\s?[-–—−~～－]\s?")
_HOURS = re.compile(rf"^(\d+){_DASH.pattern}(\d+)")
_TO = re.compile(r"\s?(?:[-–—−~～－到至]|\b(?:to|thru|through|until|till)\b)\s?", re.IGNORECASE)
_WORDED_TO = re.compile(r"\s?(?:[到至]|\bto\b)\s?", re.IGNORECASE)
_AND = re.compile(r"\s?(?:[和与]|\band\b)\s?", re.IGNORECASE)
_OR = re.compile(r"\s(?:or|或者?)\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
# In a translation a word may stand before or behind what joins: 3 days to 5, 从5美元涨到10美元.
_LOOSELY = re.compile(
    rf"\s?(?:(?:[a-z]{{1,8}}|[{HAN}]{{0,4}})\s?)?(?:[-–—−~～－:：/比至到或]|\b(?:to|thru|through|until|till|or|vs)\b)"
    rf"\s?[{HAN}]{{0,2}}",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\s?(?:on\s|from\s)?", re.IGNORECASE)
_YEAR_FIRST, _DAY_ALONE = re.compile(r"\d{4}年"), re.compile(r"\d{1,2}月\d{1,2}日")
_BEFORE_YEAR = re.compile(r",? ")
_TIMES = frozenset(("clock", "noon", "zh_hour", "o_clock", "to_hour"))
_DATES = frozenset(("zh_date", "en_date", "iso"))
_DAYS = frozenset(("number", "han"))
_WEEKLY = frozenset(("days", "weekday", "part_of_week"))
_PLAIN = frozenset(("number", "han", "words"))
_COUNTED = frozenset(("measure", "price", "percent", "noon", "clock", "zh_hour", "below", "number"))
_NUMBER = re.compile(rf"\s?(?:[\d,]+(?:\.\d+)?|[{HAN_DIGITS}{HAN_UNITS}]+)")
_SUFFIX = re.compile(rf"[\d,.:]+([^\d,.:{HAN_UNITS}千kKmMbB][^\d]*|)")
_COUNTED_IN = re.compile(
    r"\s?(?:[天个個周月年岁歲块元斤次小分秒点號号人条只家度米公楼件]|[a-z]{3})"
)


def joined(text: str, found: Sequence[Amount], target: str, reread: Reread) -> list[Amount]:
    """`found` in order, with those that belong together made one."""
    for join in (_compound, _priced, _range(reread, target), _of_year, _zoned, _dated):
        kept: list[Amount] = []
        for amount in found:
            whole = join(text, kept[-1], amount, target) if kept else None
            kept[-1:] = [*kept[-1:], amount] if whole is None else [whole]
        found = kept
    return list(found)


def are_kept(wanted: Sequence[Amount], given: Sequence[Amount], answer: str) -> bool:
    """Whether all that are joined on one side are so on the other."""
    chains = [chain for amount in given for chain in amount.joined]
    for a, b in pairwise(given):
        between = answer[a.end : b.start]
        if a.keys and b.keys and _LOOSELY.fullmatch(between):
            chains.append((a.keys[-1], b.keys[0]))
    wishes = [wish for amount in wanted if amount.is_firm for wish in amount.joined]
    return not _is_doubled(wishes, wanted, given) and all(
        any(_meets(wish, chain) for chain in chains) for wish in wishes
    )


def _is_doubled(
    wishes: Sequence[tuple[Keys, ...]], wanted: Sequence[Amount], given: Sequence[Amount]
) -> bool:
    """9到5号到5: an end of a range is said more often than it was."""
    asked = [keys for amount in wanted for keys in amount.keys]
    told = [keys for amount in given for keys in amount.keys]
    return any(
        sum(1 for keys in told if keys & end) > sum(1 for keys in asked if keys & end)
        for wish in wishes
        for end in wish
    )


def _meets(wanted: Sequence[Keys], chain: Sequence[Keys]) -> bool:
    size = len(wanted)
    return any(
        all(a & b for a, b in zip(wanted, chain[at : at + size], strict=True))
        for at in range(len(chain) - size + 1)
    )


def _merged(a: Amount, b: Amount, said: str, *, end: int = 0) -> Amount:
    return replace(
        a,
        end=end or b.end,
        keys=(*a.keys, *b.keys),
        is_firm=a.is_firm or b.is_firm,
        units=(*a.units, *(unit for unit in b.units if unit not in a.units)),
        said=said if a.said and b.said else "",
        joined=(*a.joined, *b.joined),
    )


def _compound(text: str, a: Amount, b: Amount, target: str) -> Amount | None:
    """3 lb 4 oz, 5公斤200克."""
    is_beside = re.fullmatch(r"\s?(?:and )?", text[a.end : b.start])
    is_whole = len(a.units) == len(b.units) == 1
    if not is_beside or not is_whole or (*a.units, *b.units) not in measures.PARTS:
        return None
    whole = _merged(a, b, f"{a.said}{'' if target == 'zh' else ' '}{b.said}")
    return replace(whole, units=a.units)  # 6 ft 2


def _priced(text: str, a: Amount, b: Amount, target: str) -> Amount | None:
    """$50/hr, 2.5元/斤."""
    if b.kind != "per" or a.end != b.start:
        return None
    return _merged(a, b, f"{a.said}{b.said}")


def _range(reread: Reread, target: str) -> Callable[[str, Amount, Amount, str], Amount | None]:
    def join(text: str, a: Amount, b: Amount, target: str) -> Amount | None:
        if not _are_ends(text, a, b):
            return None
        a, b = _alike(text, a, _as_day(a, b, target), reread)
        is_told = re.search(r"\b[tu][a-z]|[到至]", text[a.end : b.start], re.IGNORECASE)
        is_told = is_told or "-" in (a.said[:1], b.said[:1])
        dash = ("到" if target == "zh" else " to ") if is_told else "-"
        end, said = b.end, _from_to(a.said, b.said, dash)
        if a.kind == "zh_date" and b.kind in _DAYS:
            end += text[end : end + 1] in {"日", "号", "號"}
        if a.kind in _DATES and b.kind == "number" and target == "zh":
            said += "日"
        if _OR.fullmatch(text[a.end : b.start]) or a.kind == b.kind == "month":
            a = replace(a, is_firm=True)
        elif not (a.is_firm or b.is_firm):
            a = replace(a, is_firm=_is_counted(text, a, b))
        whole = _merged(a, b, said, end=end)
        kind = b.kind if a.kind in _PLAIN else a.kind
        return replace(whole, kind=kind, joined=((a.keys[-1], b.keys[0]),))

    return join


def _of_year(text: str, a: Amount, b: Amount, target: str) -> Amount | None:
    """May 1-5, 2025."""
    is_year = b.kind == "number" and re.fullmatch(r"(?:19|20)\d\d", text[b.start : b.end])
    if not is_year or a.kind != "en_date" or not a.joined:
        return None
    if not _BEFORE_YEAR.fullmatch(text[a.end : b.start]):
        return None
    said = f"{b.said}年{a.said}" if target == "zh" else f"{a.said}, {b.said}"
    return _merged(a, b, said)


def _as_day(date: Amount, b: Amount, target: str) -> Amount:
    """The 5th in "May 1st-5th" is a day."""
    if date.kind not in _DATES or b.kind != "ordinal":
        return b
    return replace(b, kind="number", said=b.said.removeprefix("第") if target == "zh" else b.said)


def _are_ends(text: str, a: Amount, b: Amount) -> bool:
    between = text[a.end : b.start]
    is_below = text[b.start : b.start + 1] in "-−" and not _WORDED_TO.fullmatch(between)
    if a.joined or b.joined or not a.keys or not b.keys or is_below:
        return False
    if a.kind in _DATES and b.kind == "ordinal":
        return b.said != "" and bool(_TO.fullmatch(between)) and text[b.start].isdigit()
    if a.kind in _DATES and b.kind in _DAYS:
        is_day = text[b.end : b.end + 1] in {"日", "号", "號"}
        is_dashed = b.kind == "number" and bool(_DASH.fullmatch(between))
        return bool(is_day and _TO.fullmatch(between)) or is_dashed
    is_between = _AND.fullmatch(between) and (
        _BETWEEN.search(text[max(0, a.start - 9) : a.start])
        or text[b.end :].lstrip().startswith("之间")
    )
    is_or = _OR.fullmatch(between) and _are_neighbors(text, a, b)
    return bool(is_between or is_or or _TO.fullmatch(between)) and _go_together(a.kind, b.kind)


def _are_neighbors(text: str, a: Amount, b: Amount) -> bool:
    """2 or 3."""
    low, high = value_of(text[a.start : a.end]), value_of(text[b.start : b.end])
    return a.kind in _PLAIN and low is not None and high == low + 1 and low > 1


def _go_together(a: str, b: str) -> bool:
    if a in _TIMES or a in _DATES:
        return (b in _TIMES and a in _TIMES) or (b in _DATES and a in _DATES)
    if a in _PLAIN:
        return b in _COUNTED or b == a
    return a == b or (a == "price" and b in {"number", "measure"}) or (a, b) == ("below", "measure")


def _alike(text: str, a: Amount, b: Amount, reread: Reread) -> tuple[Amount, Amount]:
    """What is told of one end goes for the other: 3-5pm, 20-30k, 10-15%, 晚上8点到10点."""
    first, second = text[a.start : a.end], text[b.start : b.end]
    head = _NUMBER.match(second)
    tail = second[head.end() :] if head else ""
    if b.kind == "number" and head:
        scale = re.search(r"(?:[十百千万亿]+|\s?[A-Za-z]+)$", second)
        tail = scale.group() if scale else ""
    low, high = _value(first), _value(head.group() if head else "")
    if a.kind in (_PLAIN | {"price"}) and tail and b.kind not in {"zh_hour", "clock"}:
        half = {"am": "pm", "pm": "am"}.get(next(iter(b.units), "")) if b.kind == "noon" else None
        is_same = low is None or high is None or low % 12 < high % 12 if half else True
        is_less = low is not None and high is not None and low < high
        if half and not is_same:
            tail = half
        if half or is_less:
            a = _as(a, reread(first + tail), is_scaled=b.kind in {"number", "noon"})
    if a.kind == "clock" and not a.units and b.kind in {"noon", "clock"} and b.units:
        low, high = _value(first.split(":")[0]), _value(re.split(r"\D", second)[0])
        if low is not None and high is not None and low % 12 <= high % 12:
            a = _as(a, reread(f"{first} {b.units[0]}"), is_scaled=True)
    if {a.kind, b.kind} <= {"zh_hour", "clock"}:
        b = _in_period(first, second, b, reread)
    if a.kind == "price" and b.kind == "number":
        b = _as(b, reread(re.sub(r"[\d.,].*", "", first) + second), is_scaled=False)
    return a, b


def _as(amount: Amount, read: Sequence[Amount], *, is_scaled: bool) -> Amount:
    """`amount` also with what `read` says of it."""
    if len(read) != 1 or len(read[0].keys) != len(amount.keys):
        return amount
    both = zip(amount.keys, read[0].keys, strict=True)
    keys = read[0].keys if is_scaled else tuple(one | other for one, other in both)
    return replace(amount, keys=keys, said=read[0].said, units=read[0].units or amount.units)


def _in_period(first: str, second: str, b: Amount, reread: Reread) -> Amount:
    period = re.match("[早上下中傍晚夜凌半][晨午上晚里间晨夜]", first)
    told = [first.removeprefix(period.group()) if period else first, second]
    hours = [_value(re.sub(r"[点點:].*", "", part)) for part in told]
    if not period or hours[0] is None or hours[1] is None or not hours[0] < hours[1] <= 12:
        return b
    return _as(b, reread(period.group() + second), is_scaled=True)


def _value(written: str) -> float | None:
    number = re.sub(r"^[^\d]*?(?=\d)", "", written.strip())
    value = value_of(number) if number else None
    return None if value is None else float(value)


def _from_to(a: str, b: str, dash: str) -> str:
    """5-10 yuan, 下午3点-5点: what both have is said once."""
    lead = re.match(r"[^\d]*", a)
    year = _YEAR_FIRST.match(b)
    if year and _DAY_ALONE.fullmatch(a):
        return f"{year.group()}{a}{dash}{b[year.end() :]}"
    before, after = _SUFFIX.fullmatch(a), _SUFFIX.fullmatch(b)
    if before and after and before[1] and before[1] == after[1]:
        return f"{a.removesuffix(before[1])}{dash}{b}"
    if before and after and before[1] and f"{before[1]}s" == after[1]:
        return f"{a.removesuffix(before[1])}{dash}{b}"
    if lead and lead.group() != "零下" and re.search(f"[{HAN}]", lead.group()):
        return f"{a}{dash}{b.removeprefix(lead.group())}"
    return f"{a}{dash}{b}"


def _is_counted(text: str, a: Amount, b: Amount) -> bool:
    """三到五天 is a number of days; "one to one" counts nothing."""
    low, high = value_of(text[a.start : a.end]), value_of(text[b.start : b.end])
    is_led = text[: a.start].endswith(("第", "初", "周", "期"))
    is_rising = low is not None and high is not None and low < high
    return is_rising and not is_led and bool(_COUNTED_IN.match(text[b.end :]))


def _zoned(text: str, a: Amount, b: Amount, target: str) -> Amount | None:
    """The time first in English, the zone first in Chinese, short names behind in both."""
    between, after = text[a.end : b.start], text[b.end : b.end + 1]
    is_opened = between.strip() in {"(", "（"} and after in {")", "）"}
    if "zone" not in {a.kind, b.kind} or not (is_opened or re.fullmatch(r"\s?的?", between)):
        return None
    time, zone = (b, a) if a.kind == "zone" else (a, b)
    if time.kind not in _TIMES | {"figure", "zone"} or (is_opened and a.kind == "zone"):
        return None
    is_name = not zone.said.isascii()
    said = f"{zone.said}{time.said}" if is_name else f"{time.said} {zone.said}"
    if is_opened and not is_name:
        said = f"{time.said} ({zone.said})"
    whole = _merged(a, b, said, end=b.end + is_opened)
    return replace(whole, kind=time.kind)


def _dated(text: str, a: Amount, b: Amount, target: str) -> Amount | None:
    """Days and their hours: Mon-Fri 9-5, 周六下午3点."""
    kinds = {a.kind, b.kind}
    days, hours = (a, b) if a.kind in _WEEKLY else (b, a)
    is_hours = hours.kind in _TIMES or (hours.kind == "figure" and _are_hours(hours))
    if not kinds & _WEEKLY or not is_hours or (days.kind == "weekday" and hours.kind == "figure"):
        return None
    if not _BESIDE.fullmatch(text[a.end : b.start]):
        return None
    told = hours.said
    if target == "zh" and hours.kind == "figure":
        told = _HOURS.sub(r"\1点-\2点", told)
    said = f"{days.said}{told}"
    if target == "en":
        said = f"{told} on {days.said}" if days.kind != "days" else f"{days.said}, {told}"
    whole = _merged(a, b, said)
    return replace(whole, kind="days")


def _are_hours(amount: Amount) -> bool:
    values = [value for keys in amount.keys for value in keys if value.isdigit()]
    return len(values) == 2 and all(int(value) <= 24 for value in values)

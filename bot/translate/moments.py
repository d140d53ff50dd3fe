"""Reads dates and times: 12月25号 is December 25, 晚上8点 is 8 p.m. and 20:00."""

from __future__ import annotations

import re

from bot.translate import calendars
from bot.translate.figures import MONTHS
from bot.translate.numerals import ordinal_ending
from bot.translate.reading import Keys, Reading, key, value_of

_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def iso(match: re.Match[str], target: str) -> Reading:
    return Reading(_date_keys(match[1], match[2], match[3]), said=match.group())


def _date_keys(year: str | None, month: str | None, day: str | None) -> tuple[Keys, ...]:
    keys = [key(_year(year))] if year and value_of(year) is not None else []
    keys += [key(f"m{value}")] if month and (value := value_of(month)) is not None else []
    keys += [key(value)] if day and (value := value_of(day)) is not None else []
    return tuple(keys)


def _year(written: str) -> int:
    """24年5月 is of 2024, and 98年5月 of 1998."""
    value = int(value_of(written) or 0)
    if not re.fullmatch(r"\d\d", written):
        return value
    return value + (2000 if value < 50 else 1900)


def zh_date(match: re.Match[str], target: str) -> Reading | None:
    year, month, day = match["year"] or match["only"], match["month"], match["day"]
    if not year and not month:
        return None
    keys = _date_keys(year, month, day)
    if match["edge"] and target == "en":
        said = {"初": "early ", "中": "mid-"}.get(match["edge"], "the end of ")
        return Reading(keys, said=f"{said}{_date(year, None, None, target)}")
    if match["until"]:
        return _some_days(match, keys, target)
    is_firm = bool(year or day or re.search(r"\d", match.group()) or len(month) > 1)
    return Reading(keys, is_firm, said=_date(year, month, day, target))


def _some_days(match: re.Match[str], keys: tuple[Keys, ...], target: str) -> Reading | None:
    """5月1-3号."""
    last = value_of(match["until"])
    if last is None:
        return None
    dash = match["to"] if match["to"] not in "至到" else " to " if target == "en" else "到"
    year, month, day = match.group("year", "month", "day")
    said = f"{_date(None, month, day, target)}{dash}{last}"
    said += (f", {_year(year)}" if year else "") if target == "en" else "日"
    if year and target == "zh":
        said = f"{_date(year, None, None, target)}{said}"
    return Reading((*keys, key(last)), said=said, is_joined=True)


def _date(year: str | None, month: str | None, day: str | None, target: str) -> str:
    values = [None if part is None else value_of(part) for part in (month, day)]
    m, d = (None if value is None else int(value) for value in values)
    y = None if year is None else _year(year)
    if target == "zh":
        parts = ((y, "年"), (m, "月"), (d, "日"))
        return "".join(f"{part}{name}" for part, name in parts if part is not None)
    named = _ENGLISH_MONTHS[m - 1] if m and m <= 12 else ""
    first = " ".join(str(part) for part in (named, d) if part)
    if not first:
        return str(y or "")
    return f"{first}{',' if d else ''} {y}" if y else first


def en_date(match: re.Match[str], target: str) -> Reading:
    month = match["m1"] or match["m2"] or match["m3"]
    day = re.sub(r"\D", "", match["d1"] or match["d2"] or "") or None
    year = match["y1"] or match["y2"] or match["y3"]
    number = str(MONTHS.index(month[:3].lower()) + 1)
    said = _date(year, number, day, "zh") if target == "zh" else match.group()
    return Reading(_date_keys(year, number, day), said=said)


def month(match: re.Match[str], target: str) -> Reading:
    number = MONTHS.index(match.group()[:3].lower()) + 1
    said = f"{number}月" if target == "zh" else match.group()
    return Reading((key(f"m{number}"),), is_firm=False, said=said)


_AFTERNOON = {"晚", "中午", "下午", "傍晚", "晚上", "夜里"}
_AT_NIGHT = {"晚", "晚上", "夜里"}
_IN_THE_MORNING = {"早", "早上", "早晨", "上午"}


def _hours(hour: int, minute: int) -> Keys:
    at = f"t{hour % 12 * 60 + minute}"
    return key(at) if minute else key(at, hour, hour % 12 or 12, (hour % 12) + 12)


def clock(match: re.Match[str], target: str) -> Reading:
    hour, minute = int(match["h"]), int(match["m"])
    period, noon = match["p"], match["noon"]
    said = match.group()
    if period and target == "en":
        said = f"{match['h']}:{match['m']}" + _side(hour, period)
    elif noon and target == "zh":
        said = f"{_period(hour, noon)}{hour % 12 or 12}:{match['m']}"
    return Reading((_hours(hour, minute),), unit=_half_of_day(hour, period, noon), said=said)


def _half_of_day(hour: int, period: str | None, noon: str | None) -> str:
    """ "am", "pm", or "" where nobody said."""
    if noon:
        return f"{noon[0].lower()}m"
    return "" if not period else "pm" if _is_late(hour, period) else "am"


def _is_late(hour: int, period: str) -> bool:
    """晚上12点 and 晚上1点 are after midnight, 上午12点 is noon."""
    if period in _AT_NIGHT:
        return 4 < hour < 12 or 12 < hour < 24
    if period in _IN_THE_MORNING:
        return hour == 12
    return period in _AFTERNOON and not (period == "中午" and hour in {10, 11})


def _side(hour: int, period: str | None) -> str:
    if not period or hour > 12:
        return ""
    return " p.m." if _is_late(hour, period) else " a.m."


def _period(hour: int, noon: str) -> str:
    at = hour % 12 + (12 if noon[0] in "pP" else 0)
    sides = ((5, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
    return next(name for end, name in sides if at < end)


def noon(match: re.Match[str], target: str) -> Reading | None:
    hour = int(match["h"])
    if not 1 <= hour <= 12:
        return None
    said = f"{_period(hour, match['noon'])}{hour}点" if target == "zh" else match.group()
    return Reading((_hours(hour, 0),), unit=_half_of_day(hour, None, match["noon"]), said=said)


def o_clock(match: re.Match[str], target: str) -> Reading | None:
    """Seven o'clock, half past 7, a quarter to 5 pm."""
    value = value_of(match["ph"] or match["h"])
    minutes = _minutes_past(match)
    if value is None or not 1 <= value <= 12 or minutes is None:
        return None
    at = (int(value) % 12 * 60 + minutes) % 720
    hour, minute = at // 60 or 12, at % 60
    said = match.group()
    if target == "zh":
        told = "半" if minute == 30 else f"{minute:02d}" if minute else ""
        period = _period(hour, match["noon"]) if match["noon"] else ""
        said = f"{period}{hour}点{told}"
    is_firm = bool(match["past"] or match["noon"]) or match["h"].isdigit()
    unit = _half_of_day(hour, None, match["noon"])
    return Reading((_hours(hour, minute),), is_firm, unit, said)


def _minutes_past(match: re.Match[str]) -> int | None:
    """Below 0 where the hour is still to come."""
    told = match["part"] or match["left"] or match["gone"]
    if told is None:
        return 0
    word = re.sub(r"^a | ?min(?:ute)?s?$", "", told.lower())
    value = {"half": 30, "quarter": 15}.get(word) or int(value_of(word) or 0)
    if not 0 < value < 60:
        return None
    return -value if match["left"] else value


def to_hour(match: re.Match[str], target: str) -> Reading | None:
    """差一刻三点 is 2:45."""
    told = match["m"] or match["m2"]
    before = 15 if told == "一刻" else value_of(told.lstrip("零"))
    hour = value_of(match["h"] or match["h2"])
    if before is None or hour is None or not 0 < before < 60:
        return None
    at = (int(hour) * 60 - int(before)) % 720
    said = f"{at // 60 or 12}:{at % 60:02d}"
    return Reading((key(f"t{at}"),), said=said)


def zh_hour(match: re.Match[str], target: str) -> Reading | None:
    value = value_of(match["h"])
    minute = 30 if match["half"] else 0
    if match["quarter"]:
        minute = 15 if match["quarter"][0] == "一" else 45
    elif match["m"]:
        minute = int(value_of(match["m"].lstrip("零")) or 0)
    if value is None or value > 24 or minute > 59:
        return None
    hour = int(value)
    side = _side(hour, match["p"])
    said = f"{hour}:{minute:02d}{side}" if minute or not side else f"{hour}{side}"
    is_firm = bool(match["p"] or minute or re.search(r"\d", match.group()))
    said = said if target == "en" else ""
    return Reading((_hours(hour, minute),), is_firm, _half_of_day(hour, match["p"], None), said)


_PARTS_OF_MONTH = {
    "初": "early",
    "上": "early",
    "中": "mid",
    "下": "late",
    "底": "late",
    "末": "late",
}
_PARTS_IN_CHINESE = {"early": "初", "mid": "中旬", "late": "底"}


def part_of_month(match: re.Match[str], target: str) -> Reading | None:
    """6月初, mid-August."""
    value = value_of(match["m"]) if match["m"] else MONTHS.index(match["e"][:3].lower()) + 1
    if value is None:
        return None
    word = (match["p"] or "").lower()
    late = "late" if "end" in word else "mid" if "mid" in word else "early"
    part = _PARTS_OF_MONTH[match["part"][0]] if match["part"] else word if word == "late" else late
    month, gap = int(value), "-" if part == "mid" else " "
    said = f"{month}月{_PARTS_IN_CHINESE[part]}"
    if target == "en":
        said = f"{part}{gap}{_ENGLISH_MONTHS[month - 1]}"
    return Reading((key(f"m{month}"), key(f"part {part}")), said=said)


def ish(match: re.Match[str], target: str) -> Reading:
    """10ish, 7:30ish."""
    hour, minute = int(match["h"]), int(match["m"] or 0)
    told = f"{hour}点半" if minute == 30 else f"{hour}:{minute:02d}" if minute else f"{hour}点"
    return Reading((_hours(hour, minute),), said=f"{told}左右" if target == "zh" else match.group())


def nine_to_five(match: re.Match[str], target: str) -> Reading | None:
    """早9晚5."""
    hours = [value_of(part) for part in match.group("a", "b")]
    keys = tuple(_hours(int(hour), 0) for hour in hours if hour is not None)
    said = f"{hours[0]} a.m. to {hours[1]} p.m."
    return Reading(keys, said=said if target == "en" else match.group(), is_joined=True)


def decade(match: re.Match[str], target: str) -> Reading | None:
    """80年代, the 80s, 90后, in his 40s."""
    value = value_of(match["n"] or match["h"] or match["e"])
    if value is None:
        return None
    number = f"{int(value):02d}"
    if match["age"]:
        said = f"{match['age']}{number}s" if target == "en" else f"{number}多岁"
        return Reading((key(f"s{number}", int(value)),), said=said)
    said = (
        f"{number}年代" if target == "zh" else f"post-{number}s" if match["h"] else f"the {number}s"
    )
    keys = key(f"s{number}", int(value)) if match["h"] else key(f"s{number}")
    return Reading((keys,), said=said)


def century(match: re.Match[str], target: str) -> Reading | None:
    value = value_of(match["n"] or match["e"])
    if value is None:
        return None
    number = int(value)
    said = f"{number}世纪" if target == "zh" else f"{number}{ordinal_ending(number)} century"
    return Reading((key(number),), said=said)


def weekdays(match: re.Match[str], target: str) -> Reading:
    """周二、四, 周六日, Sat and Sun."""
    if match["a"]:
        names = [sign for sign in match["a"] if re.match(calendars.DAY_SIGN, sign)]
    else:
        names = re.findall(calendars.DAY_IN_ENGLISH, match["c"], re.IGNORECASE)
    numbers = [calendars.day_number(name) for name in names]
    told = [calendars.day_said(number, target) for number in numbers]
    joint = " and " if target == "en" else "和"
    between = ", " if target == "en" else "、"
    said = joint.join([between.join(told[:-1]), told[-1]])
    return Reading(tuple(key(f"w{number}") for number in numbers), said=said)


_WEEKENDS = {"这": "this", "上": "last", "下": "next", "本": "this", "每": "every"}


def part_of_week(match: re.Match[str], target: str) -> Reading:
    """工作日, 下周末, "on weekends"."""
    if match["work"] or match["days"]:
        return Reading((key("weekdays"),), said="weekdays" if target == "en" else "工作日")
    if target == "zh":
        return Reading((key("weekends"),), said="周末")
    which = _WEEKENDS.get(match["which"] or "", "")
    return Reading((key("weekends"),), said=f"{which} weekend" if which else "weekends")


def weekday(match: re.Match[str], target: str) -> Reading:
    number = calendars.day_number(match["a"] or match["c"])
    return Reading((key(f"w{number}"),), said=calendars.day_said(number, target))


def days(match: re.Match[str], target: str) -> Reading:
    """周一到周五, Mon-Fri."""
    numbers = [
        calendars.day_number(n) for n in (match["a"] or match["c"], match["b"] or match["d"])
    ]
    said = (" to " if target == "en" else "到").join(calendars.day_said(n, target) for n in numbers)
    also = ["weekdays"] if numbers == [1, 5] else []
    return Reading(tuple(key(f"w{n}", *also) for n in numbers), said=said, is_joined=True)


def zone(match: re.Match[str], target: str) -> Reading:
    name = match.group().strip()
    return Reading((calendars.zone_keys(name),), said=calendars.zone_said(name, target))

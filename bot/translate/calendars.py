"""Days of the week and time zones, as both languages write them. Pure data."""

from __future__ import annotations

import re

_DAYS = (
    *(("一", "Monday"), ("二", "Tuesday"), ("三", "Wednesday"), ("四", "Thursday")),
    *(("五", "Friday"), ("六", "Saturday"), ("日", "Sunday")),
)
DAY_SIGN = "[一二三四五六日天]"
DAY_IN_CHINESE = "(?:周|週|星期|礼拜|禮拜)"
DAY_IN_ENGLISH = "(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:r?s)?|fri|sat(?:ur)?|sun)(?:days?)?"
_STARTS = [name[:3].lower() for _, name in _DAYS]

# As Chinese says it → as English does, and every short name that means it.
_ZONES: dict[str, tuple[str, tuple[str, ...]]] = {
    "北京时间": ("Beijing time", ()),
    "中国时间": ("China time", ()),
    "香港时间": ("Hong Kong time", ("HKT",)),
    "台北时间": ("Taipei time", ()),
    "台湾时间": ("Taiwan time", ()),
    "东京时间": ("Tokyo time", ()),
    "日本时间": ("Japan time", ("JST",)),
    "韩国时间": ("Korea time", ("KST",)),
    "新加坡时间": ("Singapore time", ("SGT",)),
    "美东时间": ("Eastern time", ("ET", "EST", "EDT")),
    "美西时间": ("Pacific time", ("PT", "PST", "PDT")),
    "美中时间": ("Central time", ("CT",)),
    "山地时间": ("Mountain time", ("MT", "MST", "MDT")),
    "美国时间": ("US time", ()),
    "纽约时间": ("New York time", ()),
    "洛杉矶时间": ("LA time", ()),
    "伦敦时间": ("London time", ()),
    "英国时间": ("UK time", ("BST",)),
    "巴黎时间": ("Paris time", ()),
    "柏林时间": ("Berlin time", ()),
    "莫斯科时间": ("Moscow time", ()),
    "悉尼时间": ("Sydney time", ("AEST", "AEDT")),
    "格林尼治时间": ("Greenwich time", ("GMT", "UTC")),
    "当地时间": ("local time", ()),
}
_OTHER_NAMES = {
    **{"东部时间": "美东时间", "美国东部时间": "美东时间", "太平洋时间": "美西时间"},
    **{"西部时间": "美西时间", "美国西部时间": "美西时间", "中部时间": "美中时间"},
    **{"beijing time": "北京时间", "us eastern time": "美东时间", "eastern": "美东时间"},
    **{"pacific": "美西时间", "los angeles time": "洛杉矶时间", "ny time": "纽约时间"},
    **{"us pacific time": "美西时间", "chinese time": "中国时间", "british time": "英国时间"},
    **{"east coast time": "美东时间", "west coast time": "美西时间"},
    **{name.lower(): chinese for chinese, (name, _) in _ZONES.items()},
}
_NAMES = sorted({*_ZONES, *_OTHER_NAMES} - {"eastern", "pacific"}, key=lambda name: -len(name))
_SHORT = (
    "EST|EDT|PST|PDT|CST|CDT|MST|MDT|GMT|UTC|BST|CEST|CET|EEST|EET|MSK|HKT|SGT|JST|KST|AEST|AEDT|ACST"
    "|NZST|NZDT"
)
_SHORTEST = r"(?:(?<=[\dm])\s|(?<=noon)\s|(?<=m\.)\s|(?<=\d))(?:[ECMP]T)"
ZONE = (
    rf"(?P<named>{'|'.join(_NAMES)})"
    rf"|(?-i:(?<![A-Za-z])(?P<short>{_SHORT})(?![A-Za-z]|\.\s?\d)(?:\s?[+-]\d{{1,2}}(?::?[0-5]0)?(?!\d))?)"
    rf"|(?-i:(?P<shortest>{_SHORTEST})(?![A-Za-z]))"
    rf"|(?<=[\dm]\s)(?P<loose>eastern|pacific)\b(?!\s(?:ocean|coast|europe))"
)


def day_number(written: str) -> int:
    """Monday is 1, in either language."""
    folded = written.replace("天", "日").lower()
    signs = [sign for sign, _ in _DAYS]
    return signs.index(folded) + 1 if folded in signs else _STARTS.index(folded[:3]) + 1


def day_said(number: int, target: str) -> str:
    sign, name = _DAYS[number - 1]
    return f"周{sign}" if target == "zh" else name


def zone_keys(written: str) -> frozenset[str]:
    """A name and what is short for it are met by each other, two short ones are not."""
    name = _OTHER_NAMES.get(written.lower(), written)
    if name in _ZONES:
        return frozenset((f"z{name}", *(f"z{short}" for short in _ZONES[name][1])))
    return frozenset(("z" + re.sub(r"\s", "", written),))


def zone_said(written: str, target: str) -> str:
    """Short names are the same everywhere."""
    name = _OTHER_NAMES.get(written.lower(), written)
    if name not in _ZONES:
        return written
    return name if target == "zh" else _ZONES[name][0]

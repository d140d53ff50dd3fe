"""Reads what is only roughly counted: 几十万, 上千, "several hundred", "thousands of"."""

from __future__ import annotations

import re

from bot.translate import numerals
from bot.translate.reading import Reading, key, value_of

_VAGUELY = {
    "tens of thousands": "万",
    "hundreds of thousands": "十万",
    "millions": "百万",
    "tens of millions": "千万",
    "hundreds of millions": "亿",
    "billions": "十亿",
    "dozens": "十",
    "several hundred": "百",
    "several thousand": "千",
    "hundreds": "百",
    "thousands": "千",
}
_MANY = {
    "成百上千": ("百", "hundreds or thousands"),
    "成千上万": ("万", "thousands upon thousands"),
}
_FEW = re.compile(r"(?:several|(?:quite )?a few) ")
_COUNTING = re.compile(r"[^\W\d_]")


def vague(match: re.Match[str], target: str) -> Reading:
    """几十万 are hundreds of thousands, several thousand are 几千, 上千 more than a thousand."""
    if match["over"]:
        value = value_of(f"一{match['over']}")
        said = (
            match.group() if target == "zh" or value is None else f"over {numerals.grouped(value)}"
        )
        return Reading((key(f"v{match['over']}", *([value] if value else [])),), said=said)
    if match["many"]:
        size, told = _MANY[match["many"]]
        return Reading((key(f"v{size}", "v千"),), said=_counting(match, told))
    size = match["n"] or _size(match["e"].lower())
    told = next(english for english, chinese in _VAGUELY.items() if chinese == size)
    if match["u"]:
        told = f"{told if told.startswith('several') else f'{told} of'} yuan"
    elif match["n"] and told.endswith("s"):
        told = f"{told} of" if match["who"] else _counting(match, told)
    told = f"{told} people" if match["who"] else told
    is_firm = match["n"] != "十"  # 几十年 are decades
    unit = "CNY" if match["u"] and is_firm else ""
    return Reading((key(f"v{size}"),), is_firm, unit, f"几{size}" if target == "zh" else told)


def _size(written: str) -> str:
    """Of "several hundred thousand": those are hundreds of thousands."""
    few = _FEW.match(written)
    if not few:
        return _VAGUELY[written]
    words = written[few.end() :]
    return _VAGUELY[f"{words.replace(' ', 's of ')}s"]


def _counting(match: re.Match[str], told: str) -> str:
    """With "of" where it goes on: 几十万人."""
    return f"{told} of" if _COUNTING.match(match.string, match.end()) else told

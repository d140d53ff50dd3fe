"""Chinese with full-width punctuation and no stray blanks, English with ASCII: the last touch."""

from __future__ import annotations

import re

from bot.core.language import HAN, LATIN
from bot.core.shield import MARK
from bot.translate.numerals import ordinal_ending

_WIDE = str.maketrans({",": "，", "!": "！", "?": "？", ":": "：", ";": "；", "(": "（", ")": "）"})
_NARROW = str.maketrans(
    {
        **{"，": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ", "、": ", "},
        **{"（": " (", "）": ") ", "【": "[", "】": "]", "～": "~", "\u3000": " "},
        **dict.fromkeys("“”「」『』《》", '"'),
        **dict.fromkeys("‘’", "'"),
    }
)
_CJK = rf"{HAN}，。！？：；、（）“”《》「」『』…"

_HAS_HAN = re.compile(f"[{HAN}]")
_IS_CJK = re.compile(f"[{_CJK}]")
_STARTS_WORD = re.compile(rf"[{LATIN}{HAN}0-9\"'(]")
_NARROW_EDGE = re.compile(r"(?<![.\w])([,!?:]) ?(?![\w.])")
_WIDE_EDGE = re.compile(r"[，。！？：；、～]")

_BLANK_IN_CJK = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK},!?:;)])")
_NARROW_IN_CJK = re.compile(rf"(?<=[{_CJK}])[,!?:;()]|[(](?=[{HAN}])")
_NARROW_BEFORE_HAN = re.compile(rf"(?<=[^\s{HAN}])[,;!?] +(?=[{HAN}])")
_NARROW_AFTER_WIDE = re.compile(r"(?<=[！？])[!?]")
# One bracket of a pair stands at Han, and the other doesn't: (143磅）.
_HALF_WIDE = re.compile(r" ?\(([^()（）\n]{1,200})）|（([^()（）\n]{1,200})\)")
_LAST_NARROW = re.compile(r"(?<=[^\s\d,!?:;])[,!?](?=\s*$)")
_CHINESE_STOP = re.compile(rf"(?<=[^\s.])\.$|(?<=[{HAN}])\.(?=\s*[{HAN}])")
_CHINESE_DOTS = re.compile(rf"(?<=[{_CJK}])(?:\.{{3,6}}|。{{3,}})")
_BLANK_AFTER_WIDE = re.compile(rf"(?<=[，。！？：；、])[^\S\n]+(?=[{LATIN}{HAN}0-9])")
_HAN_AT_LATIN = re.compile(rf"(?<=[{HAN}])(?=[{LATIN}])|(?<=[{LATIN}])(?=[{HAN}])")
_STRAIGHT_QUOTE = re.compile(r'\s*"\s*')

_DOTS = re.compile(r"…+|\.{2,}")
_BLANKS = re.compile(r"[^\S\n]{2,}")
_BLANK_BEFORE_STOP = re.compile(r"\s+(?=[,.!?;:)](?:\s|$|[,.!?;:)]))")
_STOP_IN_WORDS = re.compile(
    rf"(?<=[a-z])([.!?])(?=[A-Z][a-z'])|(?<=[{LATIN}])([,;!?])(?=[{LATIN}])"
)
_BLANK_BEFORE_QUOTE = re.compile(r"([!?.])\s+(?=[\"')](?:\s|$))")
_BLANK_AFTER_OPENING = re.compile(r"(?<=[(\[])\s+(?=\S)")
_ORDINAL = re.compile(r"(?<![\d.,])(\d{1,6})(?:st|nd|rd|th)\b")
_FIRST_LETTER = re.compile(r"^([\"'(]?)([a-z])(?=[a-z']*(?:[\s,.!?']|$))")


def tidy(text: str, target: str) -> str:
    """`text` is machine output, perhaps with marks in it, which are left alone."""
    if target == "zh":
        return _chinese(text)
    return _english(text) if target == "en" else text


def tidy_edge(text: str, target: str) -> str:
    """Stops and commas beside a mark; nothing else changes."""
    if target == "zh":
        return _NARROW_EDGE.sub(lambda m: m[1].translate(_WIDE), text)
    if target == "en":
        return _WIDE_EDGE.sub(lambda m: m[0].translate(_NARROW).strip(), text)
    return text


def joint(left: str, gap: str, right: str, target: str) -> str:
    """What stands between two neighbouring sentences where there was `gap`."""
    if not left or not right:
        return gap
    if target == "zh" and gap == " " and _IS_CJK.match(left[-1]) and _IS_CJK.match(right):
        return ""
    if target == "en" and not gap and not left[-1].isspace():
        is_mark = left[-1] == "," and MARK.match(right)
        return " " if is_mark or _STARTS_WORD.match(right) else gap
    return gap


def _chinese(text: str) -> str:
    text = _BLANK_IN_CJK.sub("", text.strip())
    text = _NARROW_IN_CJK.sub(_widened, text)
    text = _HALF_WIDE.sub(lambda m: f"（{m[1] or m[2]}）", text)
    text = _NARROW_BEFORE_HAN.sub(lambda m: m[0].strip().translate(_WIDE), text)
    text = _NARROW_AFTER_WIDE.sub(_widened, text)
    has_han = _HAS_HAN.search(text) is not None
    if has_han:
        text = _CHINESE_STOP.sub("。", _LAST_NARROW.sub(_widened, text))
    text = _CHINESE_DOTS.sub("……", text)
    text = _BLANK_AFTER_WIDE.sub("", text)
    return _HAN_AT_LATIN.sub(" ", _quoted(text)) if has_han else text


def _widened(found: re.Match[str]) -> str:
    return found[0].translate(_WIDE)


def _quoted(text: str) -> str:
    """Straight quotation marks in pairs become Chinese ones."""
    count = text.count('"')
    if not count or count % 2:
        return text
    sides = iter("“”" * count)
    return _STRAIGHT_QUOTE.sub(lambda _: next(sides), text)


def _english(text: str) -> str:
    text = _DOTS.sub("...", text.translate(_NARROW))
    text = _BLANKS.sub(" ", text).strip()
    text = _BLANK_BEFORE_STOP.sub("", text)
    text = _STOP_IN_WORDS.sub(r"\1\2 ", text)
    text = _BLANK_BEFORE_QUOTE.sub(r"\1", text)
    text = _BLANK_AFTER_OPENING.sub("", text)
    text = _ORDINAL.sub(lambda m: m[1] + ordinal_ending(int(m[1])), text)  # models say 3th
    return _FIRST_LETTER.sub(lambda m: m[1] + m[2].upper(), text)

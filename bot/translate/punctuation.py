"""Chinese with full-width punctuation and no stray blanks, English with ASCII: the last touch."""

from __future__ import annotations

import re

from bot.core.language import HAN, LATIN

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


def tidy(text: str, target: str) -> str:
    """`text` is machine output, perhaps with marks in it, which are left alone."""
    if target == "zh":
        return _chinese(text)
    return _english(text) if target == "en" else text


def tidy_edge(text: str, target: str) -> str:
    """Stops and commas beside a mark; nothing else changes."""
    if target == "zh":
        return re.sub(r"(?<![.\w])([,!?]) ?(?![\w.])", lambda m: m[1].translate(_WIDE), text)
    if target == "en":
        return re.sub(r"[，。！？：；、～]", lambda m: m[0].translate(_NARROW).strip(), text)
    return text


def joint(left: str, gap: str, right: str, target: str) -> str:
    """What stands between two neighbouring sentences where there was `gap`."""
    if not left or not right:
        return gap
    if (
        target == "zh"
        and gap == " "
        and re.match(f"[{_CJK}]", left[-1])
        and re.match(f"[{_CJK}]", right)
    ):
        return ""
    if (
        target == "en"
        and not gap
        and not left[-1].isspace()
        and re.match(rf"[{LATIN}{HAN}0-9\"'(]", right)
    ):
        return " "
    return gap


def _chinese(text: str) -> str:
    text = re.sub(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])", "", text.strip())
    text = re.sub(rf"(?<=[{_CJK}])\s+(?=[,!?:;)])", "", text)
    text = re.sub(rf"(?<=[{_CJK}])[,!?:;()]|[(](?=[{HAN}])", lambda m: m[0].translate(_WIDE), text)
    text = re.sub(
        rf"(?<=[^\s{HAN}])[,;!?] +(?=[{HAN}])", lambda m: m[0].strip().translate(_WIDE), text
    )
    text = re.sub(r"(?<=[！？])[!?]", lambda m: m[0].translate(_WIDE), text)
    if re.search(f"[{HAN}]", text):
        text = re.sub(r"(?<=[^\s\d,!?:;])[,!?](?=\s*$)", lambda m: m[0].translate(_WIDE), text)
        text = re.sub(rf"(?<=[^\s.])\.$|(?<=[{HAN}])\.(?=\s*[{HAN}])", "。", text)
    text = re.sub(rf"(?<=[{_CJK}])(?:\.{{3,6}}|。{{3,}})", "……", text)
    text = re.sub(rf"(?<=[，。！？：；、])[^\S\n]+(?=[{LATIN}{HAN}0-9])", "", text)
    text = _quoted(text)
    return re.sub(rf"(?<=[{HAN}])(?=[{LATIN}])|(?<=[{LATIN}])(?=[{HAN}])", " ", text)


def _quoted(text: str) -> str:
    """Straight quotation marks in pairs become Chinese ones."""
    if text.count('"') % 2 or not re.search(f"[{HAN}]", text):
        return text
    sides = iter("“”" * text.count('"'))
    return re.sub(r'\s*"\s*' if text.count('"') else '"', lambda _: next(sides), text)


def _english(text: str) -> str:
    text = re.sub(r"…+|\.{2,}", "...", text.translate(_NARROW))
    text = re.sub(r"[^\S\n]{2,}", " ", text).strip()
    text = re.sub(r"\s+(?=[,.!?;:)](?:\s|$|[,.!?;:)]))", "", text)
    text = re.sub(
        rf"(?<=[a-z])([.!?])(?=[A-Z][a-z'])|(?<=[{LATIN}])([,;!?])(?=[{LATIN}])", r"\1\2 ", text
    )
    text = re.sub(r"([!?.])\s+(?=[\"')](?:\s|$))", r"\1", text)
    return re.sub(
        r"^([\"'(]?)([a-z])(?=[a-z']*(?:[\s,.!?']|$))", lambda m: m[1] + m[2].upper(), text
    )

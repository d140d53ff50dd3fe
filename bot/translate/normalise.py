"""Writes a chat sentence the way an engine has learnt to read, and undoes what it added."""

from __future__ import annotations

import re

from bot.core.language import HAN

_STRETCHED_LATIN = re.compile(r"([A-Za-z])\1{3,}")
_STRETCHED_HAN = re.compile(rf"([{HAN}])\1{{3,}}")
_STRETCHED_MARK = re.compile(r"([!?！？。~～,，])\1+")
_WIDE = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | {0x3000: " "}
_ENDS = tuple(".!?。！？…~～:：,，;；、-—\"'”’」』)）]】*")
_STOPS = {"zh": "。", "en": "."}


def calm(text: str, language: str) -> str:
    """Without shouting, stretching and full-width Latin."""
    plain = text.translate(_WIDE)
    plain = _STRETCHED_MARK.sub(r"\1", plain)
    plain = _STRETCHED_HAN.sub(r"\1\1\1", _STRETCHED_LATIN.sub(r"\1\1", plain))
    return _lowered(plain) if language == "en" else plain


def capital(text: str, language: str) -> str:
    """An English sentence with its capital."""
    if language != "en":
        return text
    return re.sub(
        r"^([\"'(]?)([a-z])(?=[a-z']*[\s,.!?']|[a-z]+$)", lambda m: m[1] + m[2].upper(), text
    )


def with_stop(text: str, language: str) -> str:
    """`text` as a whole sentence: engines guess badly without the stop that chat leaves out."""
    return text if text.endswith(_ENDS) else text + _STOPS.get(language, "")


def without_stop(answer: str) -> str:
    """Takes back the stop that `with_stop` made the engine write."""
    return re.sub(r"(?<![.。…])(?<!\b[ap]\.m)[.。]$", "", answer.rstrip())


def _lowered(text: str) -> str:
    letters = re.findall(r"[A-Za-z]+", text)
    if len(letters) > 1 and sum(map(len, letters)) > 5 and all(word.isupper() for word in letters):
        return re.sub(r"\bi\b", "I", text.lower())
    return text

"""Finds the marks of Markdown that nobody has read: **so**, *so*, __so__, ~~so~~, always in pairs.

3*4*5, snake_case and a cheerful ~~ are none. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.language import HAN

Pair = tuple[int, int, int, int]  # where the opening begins and ends, and the closing

_STARRED = (
    r"(?<![A-Za-z0-9*\\])(?:"
    r"\*\*\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*\\])\*\*\*"
    r"|\*\*(?=[^\s*]|\*[^\s*])(?:[^*\n]|\*(?!\*)){1,300}?(?<=[^\s\\])\*\*"
    r"|\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*\\])\*"
    r")(?![A-Za-z0-9*])"
)
_UNDERLINED = (
    r"(?<![A-Za-z0-9_\\])__(?=[^\s_])(?:[^_\n]|_(?!_)){1,300}?(?<=[^\s\\])__(?![A-Za-z0-9_])"
    r"|(?<![\w\\])_(?=[^\s_])[^_\n]{1,300}(?<=[^\s_\\])_(?!\w)"
)
_STRUCK = r"~~(?=[^\s~])[^~\n]{1,300}(?<=[^\s~])~~"
_EMPHASIS = re.compile(
    rf"{_STARRED}|{_UNDERLINED}"
    rf"|(?<![\w~]){_STRUCK}(?:(?![\w~])|(?=[{HAN}]))|(?<=[{HAN}]){_STRUCK}(?=[{HAN}0-9])"
)
_DELIMITER = re.compile(r"\*{1,3}|_{1,2}|~~")
_DEEPEST = 3


def pairs(text: str) -> list[Pair]:
    """The outer before the inner."""
    return list(_pairs(text, 0, 0)) if any(sign in text for sign in "*_~") else []


def _pairs(text: str, offset: int, depth: int) -> Iterator[Pair]:
    for found in _EMPHASIS.finditer(text):
        delimiter = _DELIMITER.match(found.group())
        size = delimiter.end() if delimiter else 0
        start, end = offset + found.start(), offset + found.end()
        yield start, start + size, end - size, end
        if depth < _DEEPEST:
            inner = found.group()[size:-size]
            yield from _pairs(inner, start + size, depth + 1)

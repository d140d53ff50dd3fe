"""Says what is wrong with a translation, without knowing either language: "" where nothing is."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from bot.core.language import detect, han_share, is_translatable
from bot.core.patterns import PROTECTED
from bot.core.sentences import weight
from bot.translate import amounts

_HARMLESS = {"name"}  # an engine may know what a thing is called
_LOOP = re.compile(r"(?=(.{1,24}?)\1{3,})", re.DOTALL)
_LAUGH = re.compile(r"[哈呵嘿嘻呜6wahe!?！？。.…~～\s-]+", re.IGNORECASE)


def fault(source: str, answer: str, *, target: str) -> str:
    """`source` and `answer` without marks: a link or a name in the answer is the engine's own."""
    if not answer.strip():
        return "empty"
    if _folded(source) == _folded(answer):
        return "echo"
    if not _is_in(answer, target):
        return "script"
    if not _is_plausible_length(source, answer):
        return "length"
    if loops(answer) and not loops(source):
        return "loop"
    if any(found.lastgroup not in _HARMLESS for found in PROTECTED.finditer(answer)):
        return "invented"
    return amounts.fault(source, answer)


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _is_in(answer: str, target: str) -> bool:
    if not is_translatable(answer, target):
        return False
    if target == "en":
        return han_share(answer) <= 0.2
    return target != "zh" or detect(answer, "zh") != "ja"


def _is_plausible_length(source: str, answer: str) -> bool:
    before, after = weight(source), weight(answer)
    return after <= 5 * before + 12 and after >= before / 8 - 2


def loops(text: str) -> bool:
    """The same stretch four times over; laughter may."""
    text = text[:2000]
    if max(Counter(pairwise(text)).values(), default=0) < 3:
        return False  # in a loop two characters stand side by side three times at least
    found = _LOOP.search(text)
    return bool(found) and not _LAUGH.fullmatch(found.group(1))

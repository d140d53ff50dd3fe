"""Says what is wrong with a translation, without knowing either language: "" where nothing is."""

from __future__ import annotations

import re

from bot.core.language import detect, han_share, is_translatable
from bot.core.patterns import protected
from bot.core.sentences import weight
from bot.translate import amounts

_HARMLESS = {"name"}  # an engine may know what a thing is called
_LOOP = re.compile(r"(.)(?:\1{3}|(.{1,23}?)\1\2\1\2\1\2)", re.DOTALL)  # of 1 to 24 characters
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
    if any(found.lastgroup not in _HARMLESS for found in protected(answer)):
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
    found = _LOOP.search(text[:2000])
    return found is not None and not _LAUGH.fullmatch(found[1] + (found[2] or ""))

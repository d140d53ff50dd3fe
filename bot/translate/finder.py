"""Finds many terms in a text in one walk along it; a term inside a longer word is not found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

# As long as the text it is made from, so that places in one are places in the other.
FOLD = {
    **{code: code + 32 for code in range(ord("A"), ord("Z") + 1)},
    **{code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF41, 0xFF5B))},
    **{code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)},
    **dict.fromkeys(map(ord, "’‘＇"), "'"),
}
_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_JOINERS = frozenset("'-.&/:;@#=+")
_CURRENCY = frozenset("$¥￥€£#%-+")
# Before or after one of these a number is only a number.
_COUNTED = frozenset(
    "块元岁年月日号路楼层个斤两里米分秒点次人天名位只条张度倍万亿千百十件页班季期届家平亩克吨美刀"
)
_COUNTING = frozenset("第是为共到约有价花才号房编至满减")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    start: int
    end: int
    value: T


class Finder(Generic[T]):
    """Finds terms, the longest first, none inside a longer word.

    A term's last character may be stretched where it is written with a "+" behind it; with a "$"
    it is found at the end of the text only. A term whose value is None hides what it covers.
    """

    def __init__(self, terms: Iterable[tuple[str, T | None]]) -> None:
        # By their first two characters; those of one come last.
        self._at: dict[str, list[tuple[str, bool, bool, T | None]]] = {}
        known: set[str] = set()
        for term, value in terms:
            is_last, can_stretch = len(term) > 1 and term[-1] == "$", term[-1] == "+"
            key = (term[:-1] if is_last or can_stretch else term).translate(FOLD)
            if key not in known:
                known.add(key)
                self._at.setdefault(key[:2], []).append((key, can_stretch, is_last, value))
        for start, candidates in self._at.items():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
            if len(start) > 1:
                candidates.extend(self._at.get(start[0], ()))

    def hits(self, text: str) -> Iterator[Hit[T]]:
        folded = text.translate(FOLD)
        last, at = len(folded.rstrip()), 0
        while at < last:
            end = at + 1
            if at and folded[at] in _ALNUM and folded[at - 1] in _ALNUM:
                at = end  # inside a word nothing begins
                continue
            candidates = self._at.get(folded[at : at + 2]) or self._at.get(folded[at], ())
            for key, can_stretch, is_last, value in candidates:
                if not folded.startswith(key, at) or not _starts_word(folded, at, key):
                    continue
                stop = _stretched(folded, at + len(key)) if can_stretch else at + len(key)
                if (is_last and stop != last) or not _ends_word(folded, at, stop, key):
                    continue
                if value is not None:
                    yield Hit(at, stop, value)
                end = stop
                break
            at = end


def _stretched(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] == text[at - 1]:
        end += 1
    return end


def _starts_word(text: str, start: int, key: str) -> bool:
    """Looked at before the end, so that "hhhh…" is walked along once and not from each letter."""
    before = text[max(0, start - 2) : start]
    return key[0] not in _ALNUM or not before or not _joins(before[-1], before[:-1])


def _ends_word(text: str, start: int, end: int, key: str) -> bool:
    after = text[end : end + 2]
    if key[-1] in _ALNUM and after and _joins(after[0], after[1:]):
        return False
    return not key.isdigit() or not _is_plain_number(text, start, end)


def _joins(neighbor: str, beyond: str) -> bool:
    return neighbor in _ALNUM or neighbor in "@#" or (neighbor in _JOINERS and beyond in _ALNUM)


def _is_plain_number(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start].rstrip(), text[end : end + 3].lstrip()
    return bool(
        (before and (before[-1] in _COUNTING | _CURRENCY or before[-1] in _ALNUM))
        or (after and (after[0] in _COUNTED | _CURRENCY or after[0] in _ALNUM))
    )

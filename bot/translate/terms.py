"""A community's own words in a text: what a mod decided stays decided, whatever an engine says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.core.language import HAN
from bot.core.model import Term
from bot.core.shield import Guard
from bot.translate.direction import Direction
from bot.translate.script import simplified, traditional

_BLANK = re.compile(r"\s+")


def term_guards(
    text: str, terms: Sequence[Term], taken: Iterable[Guard], direction: Direction
) -> list[Guard]:
    """Guards for the terms in `text`, the longest first, outside what is protected already."""
    if not terms:
        return []
    pattern, targets = _compiled(tuple(terms))
    guards = [
        Guard(*m.span(), "term", _said(m, targets, direction)) for m in pattern.finditer(text)
    ]
    return list(_outside(guards, list(taken)))


@lru_cache(maxsize=64)
def _compiled(terms: tuple[Term, ...]) -> tuple[re.Pattern[str], dict[str, str | None]]:
    """Both scripts of Chinese words count as the same word; US is not us."""
    targets: dict[str, str | None] = {}
    spelled: dict[str, str] = {}
    for term in terms:
        for source in (term.source, simplified(term.source), traditional(term.source)):
            if _folded(source):
                targets.setdefault(_folded(source), term.target)
                spelled.setdefault(_folded(source), _BLANK.sub(" ", source).strip())
    longest_first = sorted(targets, key=lambda word: (-len(word), word))
    pattern = "|".join(_edged(spelled[word]) for word in longest_first) or r"(?!)"
    return re.compile(pattern, re.IGNORECASE), targets


def _edged(word: str) -> str:
    r"""Never \b: to Python a Han character beside a Latin one is the same word going on."""
    pattern = r"\s+".join(re.escape(part) for part in word.split(" "))
    if word.isascii() and word.isupper():
        pattern = f"(?-i:{pattern})"
    left = r"(?<![A-Za-z0-9_])" if re.match("[A-Za-z0-9_]", word) else ""
    right = r"(?![A-Za-z0-9_])" if re.search("[A-Za-z0-9_]$", word) else ""
    return f"{left}{pattern}{right}"


def _said(match: re.Match[str], targets: dict[str, str | None], direction: Direction) -> str | None:
    target = targets.get(_folded(match.group()))
    if target is None or not re.search(f"[{HAN}]", target):
        return target
    return direction.write(target)


def _folded(word: str) -> str:
    return _BLANK.sub(" ", word).strip().lower()


def _outside(guards: list[Guard], taken: list[Guard]) -> Iterator[Guard]:
    waiting = sorted(taken, key=lambda guard: guard.start)
    at = 0
    for guard in guards:
        while at < len(waiting) and waiting[at].end <= guard.start:
            at += 1
        if at == len(waiting) or waiting[at].start >= guard.end:
            yield guard

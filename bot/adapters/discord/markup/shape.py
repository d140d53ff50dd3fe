"""Bring spans into a shape that markdown can hold, without changing what a reader sees.

Blocks get whole lines, atoms are never cut, and a style steps round what would close it early.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.adapters.discord.markup.tokens import MARKS
from bot.core.richtext import RichText, Span, Style

ATOMS = frozenset({Style.CODE, Style.PRE, Style.EMOJI, Style.MENTION})
_RAW = frozenset({Style.CODE, Style.PRE, Style.EMOJI})
_STEP_ROUND = frozenset({Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKE})
_ADDRESS = re.compile(r"https?://[^\s<]+")


def shaped(rich: RichText) -> RichText:
    spaced = _with_whole_lines(rich)
    spans = [trimmed for span in spaced.spans if (trimmed := _trimmed(spaced.text, span))]
    spans = _merged(_small_lines(spaced.text, spans))
    spans = _whole_atoms(spaced.text, spans)
    spans = _stepped_round(spaced.text, spans)
    return RichText(spaced.text, tuple(sorted(spans)))


def without_edges(rich: RichText) -> tuple[str, RichText, str]:
    """The white space before and after, and what is between; an atom keeps its own."""
    atoms = [span for span in rich.spans if span.style in ATOMS]
    left = len(rich.text) - len(rich.text.lstrip())
    left = min([left, *(atom.start for atom in atoms)])
    right = max([len(rich.text.rstrip()), *(atom.end for atom in atoms)])
    return rich.text[:left], rich.cut(left, right), rich.text[max(left, right) :]


def _with_whole_lines(rich: RichText) -> RichText:
    """Line feeds where a quote or small print begins or ends inside a line."""
    for span in rich.spans:
        if span.style not in (Style.QUOTE, Style.SMALL):
            continue
        for place in (span.end, span.start):
            if _is_inside_line(rich.text, place):
                feed = RichText("\n")
                grown = rich.cut(0, place) + feed + rich.cut(place)
                return _with_whole_lines(grown)
    return rich


def _is_inside_line(text: str, place: int) -> bool:
    before = text[:place].rpartition("\n")[2].strip(" ")
    after = text[place:].partition("\n")[0].strip(" ")
    return bool(before and after)


def _trimmed(text: str, span: Span) -> Span | None:
    """Without white space at the edges, except what code is indented with."""
    blank = "\n" if span.style in (Style.CODE, Style.PRE) else None
    inside = text[span.start : span.end]
    start = span.end - len(inside.lstrip(blank))
    end = span.start + len(inside.rstrip(blank))
    return replace(span, start=start, end=end) if start < end else None


def _small_lines(text: str, spans: Iterable[Span]) -> list[Span]:
    """Small print is marked line by line."""
    lines: list[Span] = []
    for span in spans:
        if span.style is not Style.SMALL:
            lines.append(span)
            continue
        at = span.start
        for line in text[span.start : span.end].split("\n"):
            trimmed = _trimmed(text, replace(span, start=at, end=at + len(line)))
            lines.extend([trimmed] if trimmed else [])
            at += len(line) + 1
    return lines


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans of one style and value that touch become one; two atoms stay two."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.style, s.value, s.start, s.end)):
        last = merged[-1] if merged else None
        if last and _are_one(last, span):
            merged[-1] = replace(last, end=max(last.end, span.end))
        else:
            merged.append(span)
    return merged


def _are_one(first: Span, second: Span) -> bool:
    if (first.style, first.value) != (second.style, second.value):
        return False
    if first.style in ATOMS:
        return second.start < first.end
    return second.start <= first.end


def _whole_atoms(text: str, spans: list[Span]) -> list[Span]:
    """No span begins or ends inside an atom, and no atom overlaps another."""
    atoms: list[Span] = []
    for span in sorted(spans):
        if span.style in ATOMS and (not atoms or span.start >= atoms[-1].end):
            atoms.append(span)
    fences = [atom for atom in atoms if atom.style is Style.PRE]
    others = [span for span in spans if span.style not in ATOMS and not _is_broken(span, fences)]
    for atom in atoms:
        others = [_round_atom(text, span, atom) for span in others]
    return atoms + [span for span in others if span.start < span.end]


def _is_broken(span: Span, fences: list[Span]) -> bool:
    """A line of small print can't hold a fence."""
    return span.style is Style.SMALL and any(
        span.start < fence.end and fence.start < span.end for fence in fences
    )


def _round_atom(text: str, span: Span, atom: Span) -> Span:
    """An atom belongs to the styles that its first character, but for white space, carries."""
    if atom.start < span.start < atom.end:
        is_held = not text[atom.start : span.start].strip()
        return replace(span, start=atom.start if is_held else atom.end, end=max(span.end, atom.end))
    if atom.start < span.end < atom.end:
        return replace(span, end=atom.end)
    return span


def _stepped_round(text: str, spans: list[Span]) -> list[Span]:
    """Addresses and code are written raw: a mark inside them would end the style around them."""
    raw = [(found.start(), found.end()) for found in _ADDRESS.finditer(text)]
    raw += [(span.start, span.end) for span in spans if span.style in _RAW]
    for start, end in raw:
        stepped: list[Span] = []
        for span in spans:
            is_closed_early = span.style in _STEP_ROUND and MARKS[span.style] in text[start:end]
            stepped.extend(_around(span, start, end) if is_closed_early else [span])
        spans = stepped
    return spans


def _around(span: Span, start: int, end: int) -> list[Span]:
    if end <= span.start or span.end <= start:
        return [span]
    pieces = replace(span, end=min(span.end, start)), replace(span, start=max(span.start, end))
    return [piece for piece in pieces if piece.start < piece.end]

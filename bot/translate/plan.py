"""Takes a message apart into lines and sentences; what is not words keeps its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.core import sentences
from bot.core.richtext import RichText, Span, Style
from bot.core.shield import MARK, Guard, Held, collapse, guards, number

_MARGIN = re.compile(
    r"\s*(?:>\s?)*(?:[-*+–—>•·●▪◦]\s+|\d{1,3}[.)．]\s+|\d{1,3}、|[(（]\d{1,2}[)）]\s*|[•●▪◦])?"
)
_LEAD = re.compile(rf"\s*(?:{MARK.pattern}\s*)*")
_LEAD_PAUSE = re.compile(r"[,，:：、;；|·\s–—-]*")
_PAUSES = " .!?！？。…~～"
_WHOLE_LINE = {Style.QUOTE, Style.SMALL}
_ISLANDS = {Style.SPOILER: "spoiler", Style.LINK: "link"}
_DEEPEST = 4  # spoilers in links in spoilers…


@dataclass(frozen=True, slots=True)
class Sentence:
    """`body` is what may be translated; `lead` and `tail` stand before and after it as they are."""

    lead: str
    body: RichText
    tail: str


@dataclass(frozen=True, slots=True)
class Line:
    margin: str  # indentation and bullet
    sentences: tuple[Sentence, ...]
    end: str  # white space
    styles: tuple[Span, ...] = ()  # of the whole line


@dataclass(frozen=True, slots=True)
class Plan:
    lines: tuple[Line, ...]
    held: tuple[Held, ...]
    islands: dict[int, Line] = field(default_factory=dict[int, Line])  # by number of their mark

    def sentences(self) -> Iterator[Sentence]:
        for line in (*self.lines, *self.islands.values()):
            yield from line.sentences


def plan(text: RichText) -> Plan:
    held: list[Held] = []
    islands: dict[int, Line] = {}
    skeleton = collapse(text, guards(text), held)
    lines = tuple(_line(line, held, islands, depth=0) for line in skeleton.lines())
    return Plan(lines, tuple(held), islands)


def _line(line: RichText, held: list[Held], islands: dict[int, Line], *, depth: int) -> Line:
    start, stop = _inked(line.text)
    whole = tuple(span for span in line.spans if _covers(span, start, stop))
    rest = replace(line, spans=tuple(span for span in line.spans if span not in whole))
    rest = _set_apart(rest.cut(start, stop), held, islands, depth)
    return Line(
        line.text[:start],
        tuple(_sentences(rest, held)),
        line.text[stop:],
        _clipped(whole, start, stop),
    )


def _inked(text: str) -> tuple[int, int]:
    margin = _MARGIN.match(text)
    start = margin.end() if margin else 0
    return start, max(start, len(text.rstrip()))


def _covers(span: Span, start: int, stop: int) -> bool:
    return span.style in _WHOLE_LINE or (span.start <= start and span.end >= stop)


def _clipped(spans: tuple[Span, ...], start: int, stop: int) -> tuple[Span, ...]:
    return tuple(replace(span, start=0, end=stop - start) for span in spans)


def _set_apart(line: RichText, held: list[Held], islands: dict[int, Line], depth: int) -> RichText:
    """Spoilers and links inside a line become marks whose words are translated on their own."""
    found = _island_guards(line)
    first = len(held)
    skeleton = collapse(line, found, held, is_words=depth < _DEEPEST)
    for at in range(first, first + len(found)):
        held[at] = replace(held[at], content=_hidden(held[at].content))
        if depth < _DEEPEST:
            islands[at] = _line(held[at].content, held, islands, depth=depth + 1)
    return skeleton


def _island_guards(line: RichText) -> list[Guard]:
    found: list[Guard] = []
    for span in sorted(line.spans):
        if span.style not in _ISLANDS or span.start >= span.end:
            continue
        if found and span.start < found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, span.end))
        else:
            found.append(Guard(span.start, span.end, _ISLANDS[span.style]))
    return found


def _hidden(content: RichText) -> RichText:
    """A stretch that is partly a spoiler becomes one wholly."""
    others = tuple(span for span in content.spans if span.style is not Style.SPOILER)
    if len(others) == len(content.spans):
        return content
    return RichText(content.text, others).wrapped(Style.SPOILER)


def _sentences(line: RichText, held: list[Held]) -> Iterator[Sentence]:
    at = 0
    for piece in sentences.split(line.text):
        start = _body_start(piece, held)
        stop = max(start, _body_stop(piece, held))
        yield Sentence(piece[:start], line.cut(at + start, at + stop), piece[stop:])
        at += len(piece)


def _body_start(piece: str, held: list[Held]) -> int:
    lead = _LEAD.match(piece)
    if not lead or not MARK.search(lead.group()) or _has_island(lead.group(), held):
        return len(piece) - len(piece.lstrip())
    pause = _LEAD_PAUSE.match(piece, lead.end())
    return pause.end() if pause else lead.end()


def _body_stop(piece: str, held: list[Held]) -> int:
    stop = len(piece.rstrip())
    while stop:
        last = len(piece[:stop].rstrip(_PAUSES)) if piece[stop - 1] in _PAUSES else stop
        if not last or not MARK.match(piece[last - 1]):
            break
        mark = held[number(piece[last - 1])]
        if mark.is_words or (last < stop and mark.kind not in {"emoji", "kaomoji"}):
            break
        stop = len(piece[: last - 1].rstrip())
    return stop


def _has_island(lead: str, held: list[Held]) -> bool:
    return any(held[number(found)].is_words for found in MARK.findall(lead))

"""Keeps what must not be translated away from the engine, and puts it back byte for byte.

A protected stretch becomes one private character, a mark; the engine sees a slot ("<x1>") for a
mark inside a sentence and nothing for one at its edge. An answer in which a mark is not exactly
once is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core import emphasis
from bot.core.patterns import ADDRESSES, protected
from bot.core.richtext import RichText, Span, Style

_FIRST = 0xF0000
MARK = re.compile("[\U000f0000-\U000ffffd]")

_OPAQUE = {
    Style.CODE: "code",
    Style.PRE: "code",
    Style.MENTION: "mention",
    Style.EMOJI: "emoji",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """Code points [start, end) are protected. `said`: as in `Held`."""

    start: int
    end: int
    kind: str
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a mark stands for. `is_words`: its words are translated on their own.

    `said` is what a translation has there, where that is not the content itself.
    """

    content: RichText
    kind: str
    is_words: bool = False
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """One way of writing slots. `slot` is exact, `pattern` also finds it spaced or widened."""

    slot: str
    pattern: re.Pattern[str]
    first: int = 1  # of its numbers, which end at 9

    def mask(self, text: str) -> str | None:
        """`text` with its marks as slots, or None where they do not fit."""
        if len(MARK.findall(text)) > 10 - self.first or self.pattern.search(text):
            return None
        numbers = iter(range(self.first, 10))
        return MARK.sub(lambda _: self.slot.format(next(numbers)), text)

    def unmask(self, answer: str, marks: list[str]) -> str | None:
        """`answer` with the marks back, or None unless each came back exactly once."""
        found = sorted(int(slot) for slot in self.pattern.findall(answer))
        if found != list(range(self.first, self.first + len(marks))) or MARK.search(answer):
            return None
        return self.pattern.sub(lambda slot: marks[int(slot.group(1)) - self.first], answer)


_SLOT = re.compile(r"[<＜]\s?[xXｘ]\s?(\d+)\s?[>＞]")
_NUMBERS = Family("7{}", re.compile(r"(?<![\d.,])7([1-9])(?!\d|[.,]\d)"))
# Our models know <x1>…<x9>. Those that do not still copy numbers.
FAMILIES = (Family("<x{}>", _SLOT), Family("<x{}>", _SLOT, first=5), _NUMBERS)
# What other models may carry over; which of them they do is tried out.
CANDIDATES = (
    FAMILIES[0],
    Family("[{}]", re.compile(r"[\[［【]\s?(\d+)\s?[\]］】]")),
    Family("X{}", re.compile(r"(?<![A-Za-z0-9])[xX]\s?([1-9])(?![A-Za-z0-9])")),
    _NUMBERS,
)


def families(slots: Sequence[str]) -> list[Family]:
    """Those that write these slots, in this order; all that we know where none is named."""
    known = [*FAMILIES, *CANDIDATES[1:3]]
    named = dict.fromkeys(slots)
    return [family for slot in named for family in known if family.slot == slot] or [*FAMILIES]


def guards(text: RichText) -> list[Guard]:
    """What is protected in `text`, in order, without overlaps."""
    found = [
        Guard(span.start, span.end, _OPAQUE[span.style])
        for span in text.spans
        if span.style in _OPAQUE and span.start < span.end
    ]
    for match in protected(text.text):
        kind = match.lastgroup or ""
        end = match.start() + len(_trimmed(match.group())) if kind in ADDRESSES else match.end()
        found.append(Guard(match.start(), end, kind))
    kept = merged(found)
    marks = _emphasis(text.text, kept)
    return sorted([*kept, *marks], key=lambda guard: guard.start) if marks else kept


def _emphasis(text: str, kept: Sequence[Guard]) -> list[Guard]:
    """Both marks of each pair, where nothing else covers one of them."""
    ends = [0, *(guard.end for guard in kept)]
    starts = [guard.start for guard in kept]
    marks: list[Guard] = []
    for a, b, c, d in emphasis.pairs(text):
        if all(ends[bisect_right(starts, stop - 1)] <= start for start, stop in ((a, b), (c, d))):
            marks += [Guard(a, b, "emphasis"), Guard(c, d, "emphasis")]
    return marks


def merged(found: list[Guard]) -> list[Guard]:
    """Overlapping guards become one, of the kind of the first."""
    kept: list[Guard] = []
    for guard in sorted(found, key=lambda g: (g.start, -g.end)):
        if kept and guard.start < kept[-1].end:
            kept[-1] = replace(kept[-1], end=max(kept[-1].end, guard.end))
        else:
            kept.append(guard)
    return kept


def bare(text: RichText, protected: Sequence[Guard] | None = None) -> str:
    """The words alone: what language detection should look at. `protected` are its `guards`."""
    pieces: list[str] = []
    at = 0
    for guard in guards(text) if protected is None else protected:
        pieces.append(text.text[at : guard.start])
        at = guard.end
    return " ".join([*pieces, text.text[at:]])


def mark(number: int) -> str:
    return chr(_FIRST + number)


def number(character: str) -> int:
    return ord(character) - _FIRST


def collapse(
    text: RichText, found: list[Guard], held: list[Held], *, is_words: bool = False
) -> RichText:
    """`text` with a mark for each guard; what the marks stand for is appended to `held`."""
    pieces: list[str] = []
    at = 0
    for guard in found:
        pieces += [text.text[at : guard.start], mark(len(held))]
        held.append(Held(text.cut(guard.start, guard.end), guard.kind, is_words, guard.said))
        at = guard.end
    pieces.append(text.text[at:])
    return RichText("".join(pieces), tuple(_outside(text.spans, found)))


def expand(text: RichText, contents: Sequence[RichText] | Mapping[int, RichText]) -> RichText:
    """The opposite of `collapse`: each mark gives way to its content."""
    if not MARK.search(text.text):
        return RichText(text.text, united([*text.spans])) if text.spans else text
    pieces: list[str] = []
    inner: list[Span] = []
    ends: list[int] = []  # of each character of `text`, in the answer
    length = 0
    for character in text.text:
        piece = character
        if MARK.match(character):
            content = contents[number(character)]
            inner += [span.moved(length) for span in content.spans]
            piece = content.text
        pieces.append(piece)
        length += len(piece)
        ends.append(length)
    offsets = [0, *ends]
    moved = [replace(span, start=offsets[span.start], end=offsets[span.end]) for span in text.spans]
    return RichText("".join(pieces), united([*moved, *inner]))


def united(spans: list[Span]) -> tuple[Span, ...]:
    """Sorted, with overlapping spans of one style made one, and empty ones gone."""
    open_spans: dict[tuple[Style, str], Span] = {}
    kept: list[Span] = []
    for span in sorted(s for s in spans if s.start < s.end):
        key = (span.style, span.value)
        before = open_spans.get(key)
        if before is not None and span.start < before.end:
            open_spans[key] = replace(before, end=max(before.end, span.end))
        else:
            kept += [before] if before else []
            open_spans[key] = span
    return tuple(sorted([*kept, *open_spans.values()]))


def _outside(spans: tuple[Span, ...], found: list[Guard]) -> list[Span]:
    """The spans of what is left, moved to where it now is; a mark is one character."""
    starts = [guard.start for guard in found]
    saved = [0]
    for guard in found:
        saved.append(saved[-1] + guard.end - guard.start - 1)
    kept: list[Span] = []
    for span in spans:
        first, last = bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1) - 1
        starts_inside = first >= 0 and span.start < found[first].end
        ends_inside = last >= 0 and span.end <= found[last].end
        if span.start >= span.end or (starts_inside and ends_inside and first == last):
            continue
        start = (
            found[first].start - saved[first] if starts_inside else span.start - saved[first + 1]
        )
        end = found[last].start - saved[last] + 1 if ends_inside else span.end - saved[last + 1]
        kept.append(replace(span, start=start, end=end))
    return kept


def _trimmed(address: str) -> str:
    """Without the sentence's punctuation; a bracket stays where it was opened inside."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end and address[end - 1] in ".,;:!?'\")]*~":
        if address[end - 1] == ")":
            if surplus <= 0:
                break
            surplus -= 1
        end -= 1
    return address[:end] or address

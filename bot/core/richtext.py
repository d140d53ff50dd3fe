"""Text with formatting, in code points: what every platform's markup is read into and written from.

It must never hold a platform's own syntax, and every operation keeps spans inside the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Style(StrEnum):
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    CODE = "code"
    PRE = "pre"  # `value`: the language, or ""
    LINK = "link"  # `value`: the address behind the words
    QUOTE = "quote"
    SMALL = "small"  # a quieter line: Discord's -#; elsewhere italic or plain
    MENTION = "mention"  # the words already read "@name"; `value`: an opaque id or ""
    EMOJI = "emoji"  # a custom emoji; the words read ":name:"; `value`: an opaque id


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points [start, end) of the text carry `style`."""

    start: int
    end: int
    style: Style
    value: str = ""

    def moved(self, by: int) -> Span:
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class RichText:
    """Plain `text` and its `spans`, sorted by start; spans may nest or overlap."""

    text: str = ""
    spans: tuple[Span, ...] = ()

    @staticmethod
    def styled(text: str, style: Style, value: str = "") -> RichText:
        return RichText(text, (Span(0, len(text), style, value),) if text else ())

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __add__(self, other: RichText | str) -> RichText:
        tail = RichText(other) if isinstance(other, str) else other
        moved = tuple(span.moved(len(self.text)) for span in tail.spans)
        return RichText(self.text + tail.text, self.spans + moved)

    def cut(self, start: int, end: int | None = None) -> RichText:
        """The code points [start, end), with the parts of the spans that lie inside."""
        stop = len(self.text) if end is None else min(end, len(self.text))
        kept = tuple(
            Span(max(s.start, start) - start, min(s.end, stop) - start, s.style, s.value)
            for s in self.spans
            if max(s.start, start) < min(s.end, stop)
        )
        return RichText(self.text[start:stop], kept)

    def stripped(self) -> RichText:
        """Without white space at either end."""
        left = len(self.text) - len(self.text.lstrip())
        return self.cut(left, len(self.text.rstrip())) if self.text.strip() else RichText()

    def wrapped(self, style: Style, value: str = "") -> RichText:
        """The same, wholly under one more style."""
        if not self.text:
            return self
        return RichText(self.text, (Span(0, len(self.text), style, value), *self.spans))

    def lines(self) -> list[RichText]:
        """Split at line feeds, which are dropped."""
        pieces: list[RichText] = []
        start = 0
        for line in self.text.split("\n"):
            pieces.append(self.cut(start, start + len(line)))
            start += len(line) + 1
        return pieces

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "spans": [[s.start, s.end, s.style.value, s.value] for s in self.spans],
        }

    @staticmethod
    def from_json(stored: dict[str, Any]) -> RichText:
        spans = (Span(a, b, Style(style), value) for a, b, style, value in stored["spans"])
        return RichText(stored["text"], tuple(spans))


def join(pieces: Iterable[RichText], separator: str = "") -> RichText:
    """The pieces one after the other with `separator` between."""
    words: list[str] = []
    spans: list[Span] = []
    at = 0
    for number, piece in enumerate(pieces):
        if number and separator:
            words.append(separator)
            at += len(separator)
        words.append(piece.text)
        spans.extend(span.moved(at) for span in piece.spans)
        at += len(piece.text)
    return RichText("".join(words), tuple(spans))

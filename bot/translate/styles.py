"""Finds where a style belongs on the translation; one that can't be placed safely is dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.core.language import HAN
from bot.core.richtext import RichText, Span
from bot.core.shield import MARK


def stretches(body: RichText) -> list[str]:
    """The styled words of a sentence that would help to place their styles, once translated."""
    return [
        _words(body, span)
        for span in body.spans
        if not _is_whole(body, span) and _words(body, span)
    ]


def styled(body: RichText, answer: str, known: Mapping[str, str]) -> RichText:
    """`answer` with the styles of `body`; `known` translates stretches."""
    spans = (_placed(body, span, answer, known) for span in body.spans)
    return RichText(answer, tuple(sorted(span for span in spans if span)))


def _placed(body: RichText, span: Span, answer: str, known: Mapping[str, str]) -> Span | None:
    if _is_whole(body, span):
        return replace(span, start=0, end=len(answer))
    words = _words(body, span)
    for candidate in (words, known.get(words, "")):
        at = _only_place(candidate.strip(" .,!?，。！？、"), answer)
        if at:
            return replace(span, start=at[0], end=at[1])
    return None


def _only_place(words: str, answer: str) -> tuple[int, int] | None:
    """Where `words` stand in `answer`, if that is sure: once, whole, and not too short."""
    if len(words) < (2 if re.search(f"[{HAN}]", words) else 3):
        return None
    edge = "" if re.search(f"[{HAN}]", words) else r"\b"
    found = [
        m.span() for m in re.finditer(f"{edge}{re.escape(words)}{edge}", answer, re.IGNORECASE)
    ]
    return found[0] if len(found) == 1 else None


def _words(body: RichText, span: Span) -> str:
    return MARK.sub("", body.text[span.start : span.end]).strip()


def _is_whole(body: RichText, span: Span) -> bool:
    outside = body.text[: span.start] + body.text[span.end :]
    return not re.search(r"\w", MARK.sub("", outside))

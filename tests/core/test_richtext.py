"""Formatting stays on its words, whatever is cut, joined or stored."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.richtext import RichText, Span, Style, join
from tests.core.texts import rich_texts, styles_by_character

BOLD_MIDDLE = RichText("one two three", (Span(4, 7, Style.BOLD),))


def test_a_cut_keeps_the_part_of_a_span_that_lies_inside() -> None:
    assert BOLD_MIDDLE.cut(5, 9) == RichText("wo t", (Span(0, 2, Style.BOLD),))


def test_a_cut_drops_spans_that_lie_outside() -> None:
    assert BOLD_MIDDLE.cut(8) == RichText("three")


def test_a_span_keeps_its_value_through_a_cut() -> None:
    link = RichText.styled("read this", Style.LINK, "https://example.org/")
    assert link.cut(5).spans == (Span(0, 4, Style.LINK, "https://example.org/"),)


def test_stripping_moves_the_spans_with_their_words() -> None:
    text = RichText("  hi ", (Span(1, 5, Style.BOLD),))
    assert text.stripped() == RichText("hi", (Span(0, 2, Style.BOLD),))


def test_white_space_alone_strips_to_nothing() -> None:
    assert RichText(" \n\u3000", (Span(0, 3, Style.BOLD),)).stripped() == RichText()


def test_nothing_is_styled_where_there_are_no_words() -> None:
    assert RichText.styled("", Style.BOLD) == RichText()
    assert RichText().wrapped(Style.BOLD) == RichText()


def test_a_wrap_lies_around_the_styles_that_are_there() -> None:
    wrapped = BOLD_MIDDLE.wrapped(Style.QUOTE)
    assert wrapped.spans == (Span(0, 13, Style.QUOTE), Span(4, 7, Style.BOLD))


@given(rich_texts(), rich_texts())
def test_an_appended_text_keeps_its_styles(first: RichText, second: RichText) -> None:
    both = first + second
    assert both.cut(0, len(first)).text == first.text
    assert styles_by_character(both) == styles_by_character(first) + styles_by_character(second)


@given(st.lists(rich_texts(), max_size=4))
def test_joining_adds_the_separator_between_and_nothing_else(pieces: list[RichText]) -> None:
    joined = join(pieces, "\n\n")
    assert joined.text == "\n\n".join(piece.text for piece in pieces)
    kept = [styles for piece in pieces for styles in (*styles_by_character(piece), *GAP)]
    assert styles_by_character(joined) == kept[: len(joined)]


GAP: list[frozenset[tuple[Style, str]]] = [frozenset(), frozenset()]


@given(rich_texts())
def test_lines_are_cut_at_line_feeds_and_join_to_the_same_words(text: RichText) -> None:
    lines = text.lines()
    assert [line.text for line in lines] == text.text.split("\n")
    assert all("\n" not in line.text for line in lines)


@given(rich_texts(), st.integers(0, 40), st.integers(0, 40))
def test_spans_never_leave_the_text(text: RichText, start: int, end: int) -> None:
    cut = text.cut(start, end)
    assert cut.text == text.text[start:end]
    assert all(0 <= span.start < span.end <= len(cut) for span in cut.spans)


@given(rich_texts(), st.integers(0, 30))
def test_cutting_in_two_styles_every_character_as_before(text: RichText, at: int) -> None:
    halves = styles_by_character(text.cut(0, at)) + styles_by_character(text.cut(at))
    assert halves == styles_by_character(text)


@given(rich_texts())
def test_what_is_stored_is_read_back_the_same(text: RichText) -> None:
    assert RichText.from_json(orjson.loads(orjson.dumps(text.to_json()))) == text


@pytest.mark.parametrize(("words", "is_there"), [("", False), (" ", True), ("a", True)])
def test_a_text_is_there_where_it_has_characters(words: str, is_there: bool) -> None:
    assert bool(RichText(words)) is is_there

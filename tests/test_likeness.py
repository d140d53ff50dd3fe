"""Which questions are alike, and which words they are found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.community.likeness import ALIKE, coverage, index_words, likeness, stem, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do you make dumplings?", "how are dumplings making"),
        ("Do your cats sleep a lot?", "does your cat sleep"),
        ("你们过年吃什么？", "你们过年都吃什么呀"),
        ("为什么喝热水", "你们为什么都喝热水？"),
        ("ＨＯＷ　to cook Café rice", "cooking cafe rice"),
    ],
)
def test_the_same_question_in_other_words_is_alike(one: str, other: str) -> None:
    language = "en" if one.isascii() or "C" in one else "zh"
    assert likeness({language: one}, {language: other}) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is your favorite food?", "What is your favorite movie?"),
        ("How do you celebrate birthdays?", "How do you celebrate weddings?"),
        ("你最喜欢的食物是什么", "你最喜欢的电影是什么"),
        ("你们怎么过春节", "你们怎么过中秋节"),
        ("", "?"),
    ],
)
def test_another_question_is_not(one: str, other: str) -> None:
    language = "en" if one.isascii() else "zh"
    assert likeness({language: one}, {language: other}) < ALIKE


def test_one_language_is_enough() -> None:
    one = {"en": "What do people eat at New Year?", "zh": "你们过年吃什么？"}
    other = {"en": "At Spring Festival, which dishes are there?", "zh": "你们过年都吃什么"}
    assert likeness(one, other) >= ALIKE
    assert likeness(one, {"en": other["en"]}) < ALIKE


def test_what_is_only_common_words_still_has_terms() -> None:
    assert terms("What is it?") == {"what", "is", "it"}
    assert terms("是什么") == {"是什", "什么"}


def test_a_word_of_two_characters_stays_whole() -> None:
    assert terms("首都") == {"首都"}
    assert terms("我们的首都在哪里") == {"首"}  # what is left of it is looked for
    assert coverage(terms("首都"), index_words(["我们的首都在哪里"])) == 1.0


@pytest.mark.parametrize(
    "words", [("make", "makes", "making"), ("cat", "cats", "cat's"), ("baby", "babies")]
)
def test_forms_of_a_word_are_one(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@given(st.text(max_size=80))
def test_terms_are_safe_to_look_for_and_found_again(text: str) -> None:
    found = terms(text)
    assert all(term.isalnum() or term.replace("'", "").isalnum() for term in found)
    if found:
        assert coverage(found, index_words([text])) == 1.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_mutual_and_a_share(one: str, other: str) -> None:
    there = likeness({"en": one}, {"en": other})
    assert there == likeness({"en": other}, {"en": one})
    assert 0.0 <= there <= 1.0
    if terms(one):
        assert likeness({"zh": one}, {"zh": one}) == 1.0

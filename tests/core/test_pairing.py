"""What mods type to link channels comes to a code, a name or a language, or to nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pairing import (
    CODE_LENGTH,
    LETTERS,
    clean_code,
    clean_name,
    likely_language,
    new_code,
    read_language,
    shown_code,
)


def test_codes_are_not_made_twice() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000


@given(st.text(LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_that_is_shown_is_read_again(code: str) -> None:
    assert clean_code(shown_code(code)) == code
    assert clean_code(" ".join(code.lower())) == code


@given(st.text())
def test_a_cleaned_name_is_one_visible_line_that_calls_nobody(typed: str) -> None:
    name = clean_name(typed)
    assert "@" not in name
    assert name == " ".join(name.split())
    assert not [sign for sign in name if unicodedata.category(sign) in {"Cc", "Cf", "Cs"}]
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("en", "en"),
        ("English", "en"),
        (" EN ", "en"),
        ("中文", "zh"),
        ("zh_CN", "zh"),
        ("ｚｈ", "zh"),
        ("繁體", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("klingon", None),
        ("", None),
        ("zh" * 5000, None),
    ],
)
def test_a_language_is_known_by_its_names(typed: str, language: str | None) -> None:
    assert read_language(typed) == language


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["hello there", "你好", "see you"], "en"),
        (["你好", "在吗", "hello"], "zh"),
        (["你們好", "這個嗎"], "zh-Hant"),
        (["hello", "你好"], None),
        (["こんにちは", "123", "🐱"], None),
        ([], None),
    ],
)
def test_most_messages_tell_the_language(texts: list[str], language: str | None) -> None:
    assert likely_language(texts) == language

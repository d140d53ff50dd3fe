"""Sentences are set as their language sets them, whatever is filled in."""

from __future__ import annotations

import pytest

from bot.i18n import Language, aside, translate

GONE = "{name} has left the other side."
CODES = "“{value}” is not one of: {choices}."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("小雨", "小雨离开了对面。"),
        ("Sam", "Sam 离开了对面。"),
        ("小雨 Rain", "小雨 Rain 离开了对面。"),
        ("🐱", "🐱 离开了对面。"),
        ("{name}", "{name} 离开了对面。"),
        ("沙盒（英语）", "沙盒（英语）离开了对面。"),
    ],
)
def test_a_chinese_name_stands_in_a_chinese_sentence_without_spaces(name: str, said: str) -> None:
    assert translate(GONE, "zh", name=name) == said


def test_a_latin_word_in_a_chinese_sentence_has_its_spaces() -> None:
    assert translate("{name} likes {interests}.", "zh", name="Sam", interests="jazz") == (
        "Sam 喜欢 jazz。"
    )


def test_an_english_sentence_keeps_the_spaces_round_a_chinese_name() -> None:
    assert translate(GONE, "en", name="小雨") == "小雨 has left the other side."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“fr” is not one of: en, zh-Hant."),
        ("zh", "没有“fr”这个选项，可以选：en、zh-Hant。"),
        ("zh-Hant", "沒有「fr」這個選項，可以選：en、zh-Hant。"),
    ],
)
def test_words_are_listed_as_the_language_lists_them(language: Language, said: str) -> None:
    assert translate(CODES, language, value="fr", choices=("en", "zh-Hant")) == said
    assert translate(CODES, language, value="fr", choices=["en", "zh-Hant"]) == said


def test_brackets_are_the_readers() -> None:
    assert ("main" + aside("paused", "en"), "main" + aside("已暂停", "zh")) == (
        "main (paused)",
        "main（已暂停）",
    )

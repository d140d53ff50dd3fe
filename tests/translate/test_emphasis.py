"""Markdown that no platform has read: its marks stay in pairs around the translated words."""

from __future__ import annotations

import time

import pytest

from bot.core.emphasis import pairs
from bot.core.richtext import RichText
from bot.translate import lexicon
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Parrot, Says


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("this is **really** it", ["**really**"]),
        ("*one* and *two*", ["*one*", "*two*"]),
        ("__so__, _so_ and ~~so~~!", ["__so__", "_so_", "~~so~~"]),
        ("***both***", ["***both***"]),
        ("**bold *and* more**", ["**bold *and* more**", "*and*"]),
        ("这是**重点**，我*真的*去，__群规__", ["**重点**", "*真的*", "__群规__"]),
        ("原价~~100元~~现价80元", ["~~100元~~"]),
        ("~~50元~~现价35元", ["~~50元~~"]),
        ("3*4*5, 5 * 3 * 2, (a*b)*(c*d), 2**3**4", []),
        ("snake_case_name and a _private one", []),
        ("哈哈~~~今天好开心~~ 来嘛~~好不好~~", []),
        ("f*ck this sh*t, **** you ****, * item, 5* and 4*", []),
        ("an open **mark, and\nanother** one", []),
        ("", []),
    ],
)
def test_marks_count_in_pairs_around_words(text: str, found: list[str]) -> None:
    assert [text[a:d] for a, _, _, d in pairs(text)] == found


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("this is **really** important", "zh", "猫 **猫** 猫"),
        ("**Important notice**", "zh", "**猫**"),
        ("it was ~~cheap~~ and *very* nice", "zh", "猫 ~~猫~~ 猫 *猫* 猫"),
        ("***wow*** that is __big__", "zh", "猫 ***猫*** 猫 __猫__ 猫"),
        ("**bold and *other* words** here", "zh", "猫 **猫 *猫* 猫** 猫"),
        ("- **milk** is cold", "zh", "- 猫 **猫** 猫"),
        ("run `a * b` or **`x`** now", "zh", "猫 `a * b` 猫 **`x`** 猫"),
        ("这是**重点**内容", "en", "Cat **Cat** cat"),
        ("原价~~100元~~现价80元", "en", "Cat ~~100 yuan~~ cat 80 yuan cat"),
        ("**@小明** 你在吗", "en", "Cat **@小明** cat"),
        ("我觉得*Anna*很好", "en", "Cat *Anna* cat"),
        ("我喜欢**Taylor Swift**的歌", "en", "Cat **Taylor Swift** cat"),
    ],
)
async def test_marks_stay_around_the_translated_words(text: str, target: str, said: str) -> None:
    prior = "en" if target == "zh" else "zh"
    pipeline = Pipeline(Parrot(), lexicon=lexicon)
    answer = await pipeline.translate(RichText(text), target=target, prior=prior)
    assert answer.text.text == said


@pytest.mark.parametrize(
    "text", ["3*4*5 is snake_case_name, __init__ and ^_^", "5 * 3 * 2 -_- -_-", "a ** b ** c"]
)
async def test_what_is_no_markup_keeps_its_stars(text: str) -> None:
    answer = await Pipeline(Parrot()).translate(RichText(text), target="zh", prior="en")
    kept = [sign for sign in ("__init__", "snake_case_name", "^_^", "3*4*5") if sign in text]
    assert [sign for sign in kept if sign not in answer.text.text] == []


async def test_a_word_within_a_sentence_is_not_answered_like_a_message() -> None:
    engine = Says(**{"This is <x1> important": "这<x1>重要", "Really": "很"})
    text = RichText("this is **really** important")
    answer = await Pipeline(engine, lexicon=lexicon).translate(text, target="zh", prior="en")
    assert answer.text.text == "这**很**重要"


@pytest.mark.parametrize("unit", ["*", "**a", "*a ", "_a", " _a", "~~a", "**a *b", "__"])
def test_hostile_marks_are_searched_in_linear_time(unit: str) -> None:
    begin = time.perf_counter()
    pairs(unit * (100_000 // len(unit)))
    assert time.perf_counter() - begin < 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("这是**非常**重要的", "This is **very much** important"),
        ("**注意：**明天来", "**Attention:** tomorrow"),
        ("这是**安娜**说的", "This is **Anna** said"),
        ("**非常**", "**Very much**"),
    ],
)
async def test_english_words_between_marks_have_the_case_of_their_place(
    text: str, said: str
) -> None:
    engine = Says(
        **{"这是<x1>重要的": "This is <x1> important", "非常": "Very much", "明天来": "tomorrow"},
        **{"这是<x1>说的": "This is <x1> said", "安娜": "Anna", "注意：": "attention:"},
    )
    answer = await Pipeline(engine).translate(RichText(text), target="en", prior="zh")
    assert answer.text.text == said


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("I do **not** agree", "I do not agree"),
        ("我**不**同意", "我不同意"),
        ("**Don’t** do it, *please*", "Don’t do it, <x1>"),
        ("it is *so* ~~not~~ cheap", "It is <x1> not cheap"),
    ],
)
async def test_a_no_between_marks_is_read_with_what_it_denies(text: str, heard: str) -> None:
    engine = Parrot()
    source, target = ("zh", "en") if "我" in text else ("en", "zh")
    await Pipeline(engine).translate(RichText(text), target=target, prior=source)
    assert heard in [one.rstrip(".。") for one in engine.heard]


async def test_a_message_full_of_marks_is_taken_apart_in_linear_time() -> None:
    text = RichText(f"hello cat {'_a_ ' * 4_900}")
    begin = time.process_time()
    await Pipeline(Parrot()).translate(text, target="zh", prior="en")
    assert time.process_time() - begin < 2

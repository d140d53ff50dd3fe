"""A community's own words and corrections, and the phrases that chat always says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Term, Translation
from bot.core.richtext import RichText
from bot.core.shield import guards
from bot.translate.direction import Direction
from bot.translate.pipeline import Pipeline
from bot.translate.terms import term_guards
from tests.translate.engines import Book, Broken, Hostile, Parrot, Row, Says


async def said(pipeline: Pipeline, text: str, target: str = "en") -> Translation:
    prior = "en" if target.startswith("zh") else "zh"
    return await pipeline.translate(RichText(text), target=target, prior=prior, community=7)


class Phrases:
    """A lexicon of one phrase and one abbreviation."""

    def expand(self, text: str, language: str) -> str:
        return text.replace("tmrw", "tomorrow")

    def phrase(self, text: str, source: str, target: str) -> str | None:
        said = {"666": "awesome", "猫税": "pet tax", "谢谢": "thanks", "lol": "笑死"}
        return said.get(text)

    def opening(self, text: str, source: str, target: str) -> tuple[int, int]:
        return 0, 0

    def clarity(self, text: str, language: str) -> float:
        return 1.0


TERMS = [Term("cat tax", "猫税"), Term("cat"), Term("Mei", "小美"), Term("小 红 书", "RedNote")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cat tax paid", [("Cat tax", "猫税")]),
        ("CAT   TAX and cat", [("CAT   TAX", "猫税"), ("cat", None)]),
        ("category, bobcat, cat_tax", []),
        ("我的cat很可爱", [("cat", None)]),
        ("Mei's here, Meiling too", [("Mei", "小美")]),
        ("see https://a.com/cat and #cat", []),
    ],
)
def test_terms_are_found_whole_and_the_longest_first(
    text: str, found: list[tuple[str, str | None]]
) -> None:
    taken = guards(RichText(text))
    direction = Direction("en", "zh")
    listed = term_guards(text, TERMS, taken, direction)
    assert [(text[each.start : each.end], each.said) for each in listed] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("US and us", ["US"]),
        ("the  US", ["US"]),
        ("the IT crowd, it", ["IT"]),
        ("c# and C#", ["C#"]),
    ],
)
def test_a_term_in_capitals_is_found_in_capitals_alone(text: str, found: list[str]) -> None:
    terms = [Term("US", "美国"), Term("IT"), Term("C#")]
    listed = term_guards(text, terms, [], Direction("en", "zh"))
    assert [text[each.start : each.end] for each in listed] == found


@pytest.mark.parametrize("text", ["小红书很好玩", "小紅書很好玩"])
def test_a_chinese_term_is_found_anywhere_and_in_both_scripts(text: str) -> None:
    (found,) = term_guards(text, [Term("小红书", "RedNote")], [], Direction("zh", "en"))
    assert (found.start, found.end, found.said) == (0, 3, "RedNote")


@pytest.mark.parametrize(
    ("text", "target", "answer"),
    [
        ("我爱小红书。", "en", "Cat RedNote cat."),
        ("小红书", "en", "RedNote"),
        ("I love Mei.", "zh", "猫小美猫。"),
        ("I love Mei.", "zh-Hant", "貓小美貓。"),
        ("I love Tom.", "zh", "猫 Tom 猫。"),
        ("I love RED.", "zh-Hant", "貓紅書貓。"),
    ],
)
async def test_what_a_mod_decided_is_what_readers_see(text: str, target: str, answer: str) -> None:
    book = Book({"小红书": "RedNote", "Mei": "小美", "Tom": None, "RED": "红书"})
    assert (await said(Pipeline(Parrot(), wordbook=book), text, target)).text.text == answer


async def test_a_term_is_not_put_into_a_sentence_that_stays_as_it_was() -> None:
    book = Book({"小红书": "RedNote"})
    engine = Says(**{"你好": "Hello."})
    answer = await said(Pipeline(engine, wordbook=book), "你好。我爱小红书。")
    assert answer.text.text == "Hello. 我爱小红书。"


async def test_terms_are_a_communitys_own() -> None:
    pipeline = Pipeline(Parrot(), wordbook=Book({"小红书": "RedNote"}))
    answer = await pipeline.translate(RichText("小红书"), target="en", prior="zh", community=8)
    assert answer.text.text == "Cat"


async def test_a_remembered_correction_wins_over_everything() -> None:
    book = Book({"猫税": "cat tax"}, {"交猫税了！": "Cat tax: PAID", "猫税": "toll"})
    pipeline = Pipeline(Broken(), wordbook=book, lexicon=Phrases())
    whole = await said(pipeline, "交猫税了！")
    assert (whole.text.text, whole.engine) == ("Cat tax: PAID", "memory")
    part = await said(pipeline, "😂 交猫税了！ https://a.com/x")
    assert (part.text.text, part.engine) == ("😂 Cat tax: PAID https://a.com/x", "memory")


async def test_the_glossary_wins_over_the_phrasebook() -> None:
    pipeline = Pipeline(Broken(), wordbook=Book({"猫税": "cat tax"}), lexicon=Phrases())
    assert (await said(pipeline, "猫税")).text.text == "cat tax"


@pytest.mark.parametrize(
    ("text", "target", "answer"),
    [
        ("谢谢", "en", "thanks"),
        ("666", "en", "awesome"),
        ("谢谢 😂", "en", "thanks 😂"),
        ("lol", "zh", "笑死"),
    ],
)
async def test_a_phrase_needs_no_engine(text: str, target: str, answer: str) -> None:
    translation = await said(Pipeline(Broken(), lexicon=Phrases()), text, target)
    assert (translation.text.text, translation.engine) == (answer, "phrasebook")


async def test_abbreviations_are_written_out_for_the_engine_only() -> None:
    engine = Parrot()
    await said(Pipeline(engine, lexicon=Phrases()), "see you tmrw", "zh")
    assert engine.heard == ["See you tomorrow."]


async def test_another_glossary_asks_the_engine_again() -> None:
    engine, book = Parrot(), Book()
    pipeline = Pipeline(Row(engine), wordbook=book)
    for number in (1, 1, 2):
        book.number = number
        await said(pipeline, "你好。")
    assert len(engine.heard) == 2


PIECES = [
    "我爱",
    "小红书",
    "你好！",
    "猫税",
    "😂",
    "https://a.com/x",
    "3万",
    "，",
    "然后我们回家了。",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9), st.integers(0, 1_000_000))
@settings(max_examples=200, deadline=None)
async def test_terms_come_through_any_engine(pieces: list[str], seed: int) -> None:
    """Each as the mod wants it, or as it was where its sentence stays as it was."""
    book = Book({"小红书": "RedNote", "猫税": None})
    answer = await said(Pipeline(Hostile(seed), wordbook=book), "".join(pieces))
    whole = answer.text.text
    assert whole.count("RedNote") + whole.count("小红书") == pieces.count("小红书")
    assert whole.count("猫税") == pieces.count("猫税")

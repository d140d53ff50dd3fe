from __future__ import annotations

import pytest

from bot.core.model import Explanation
from bot.core.ports import Explains
from bot.core.richtext import RichText, Span, Style
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Book, Broken, Choosing, Parrot

GREETING = {"Good night": ["晚安。", "晚安！", "Good night", "好梦。", "好好睡。", "睡吧。"]}


async def explained(
    pipeline: Pipeline, text: RichText | str, target: str = "zh", community: int | None = None
) -> Explanation:
    rich = RichText(text) if isinstance(text, str) else text
    prior = "en" if target.startswith("zh") else "zh"
    return await pipeline.explain(rich, target=target, prior=prior, community=community)


def test_a_pipeline_explains() -> None:
    assert isinstance(Pipeline(Parrot()), Explains)


async def test_what_else_it_could_have_been_is_checked_and_different() -> None:
    found = await explained(Pipeline(Choosing(GREETING)), "Good night.")
    assert found.translation.text.text == "晚安。"
    assert found.alternatives == ("晚安！", "好梦。", "好好睡。")


async def test_alternatives_are_whole_messages_with_all_that_was_protected() -> None:
    answers = {"See you at <x1>": ["在<x1>见。", "<x1>见。", "<x2>见。", "看你。"]}
    found = await explained(Pipeline(Choosing(answers)), "😂 See you at 7pm. https://a.com/x")
    assert found.translation.text.text == "😂 在晚上7点见。 https://a.com/x"
    assert found.alternatives == ("😂 晚上7点见。 https://a.com/x",)


async def test_alternatives_are_in_the_readers_script() -> None:
    answers = {"Good night": ["晚安。", "好好睡觉吧。"]}
    found = await explained(Pipeline(Choosing(answers)), "Good night.", "zh-Hant")
    assert found.alternatives == ("好好睡覺吧。",)


@pytest.mark.parametrize(
    ("score", "confidence"),
    [(None, None), (0.0, 1.0), (-0.69, 0.55), (-5.0, 0.0)],
)
async def test_confidence_follows_the_engines_score(
    score: float | None, confidence: float | None
) -> None:
    found = await explained(Pipeline(Choosing(GREETING, score)), "Good night.")
    assert found.confidence == confidence


async def test_what_a_mod_decided_is_certain() -> None:
    book = Book(memory={"Good night.": "晚安喵。"})
    found = await explained(Pipeline(Broken(), wordbook=book), "Good night.", community=7)
    assert (found.translation.text.text, found.confidence) == ("晚安喵。", 1.0)


@pytest.mark.parametrize("text", ["晚安", "😂", ""])
async def test_where_nothing_was_translated_there_is_nothing_to_doubt(text: str) -> None:
    found = await explained(Pipeline(Parrot()), text)
    assert (found.translation.text.text, found.alternatives, found.confidence) == (text, (), None)


async def test_an_engine_that_fails_explains_no_less_than_it_translates() -> None:
    found = await explained(Pipeline(Broken()), "Good night.")
    assert (found.translation.label, found.alternatives, found.confidence) == ("failed", (), None)


async def test_the_steps_name_kinds_counts_checks_and_engines_but_no_words() -> None:
    text = RichText("Hi @Mei, see `secret` at 7pm!", (Span(3, 7, Style.BOLD),))
    found = await explained(Pipeline(Parrot()), text)
    steps = {step.name: step.detail for step in found.translation.steps}
    assert steps["shield"] == "2: code 1, mention 1"
    assert steps["engine"] == "parrot 1: 1 of 1"
    assert "number" in steps["checks"]
    assert not any(word in str(steps) for word in ("Mei", "secret", "7pm"))

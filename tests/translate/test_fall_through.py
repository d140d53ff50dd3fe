"""What becomes of a sentence that an engine answers badly, late, or not at all."""

from __future__ import annotations

import pytest

from bot.core.model import Translation
from bot.core.richtext import RichText
from bot.translate.pipeline import Pipeline
from tests.translate.engines import (
    Absent,
    Broken,
    Choosing,
    Hung,
    Miscounting,
    Parrot,
    Row,
    Says,
)


async def said(pipeline: Pipeline, text: str, target: str = "zh") -> Translation:
    prior = "en" if target == "zh" else "zh"
    return await pipeline.translate(RichText(text), target=target, prior=prior)


async def test_the_next_hypothesis_is_taken_where_the_first_is_wrong() -> None:
    engine = Choosing({"I have 25 cats": ["我有二十二只猫。", "我有猫。", "我有25只猫。"]})
    assert (await said(Pipeline(engine), "I have 25 cats.")).text.text == "我有25只猫。"


async def test_a_number_that_no_hypothesis_has_is_asked_for_as_a_slot() -> None:
    engine = Choosing({"I have 25 cats": ["我有52只猫。"], "I have <x1> cats": ["我有<x1>只猫。"]})
    assert (await said(Pipeline(engine), "I have 25 cats.")).text.text == "我有25只猫。"


async def test_a_sentence_that_is_too_much_at_once_goes_clause_by_clause() -> None:
    engine = Says(**{"You can do it": "你做得到。", "<x1> for <x2>": "<x1><x2>。"})
    answer = await said(Pipeline(engine), "You can do it, 200 degrees for 40 minutes.")
    assert answer.text.text == "你做得到，200度40分钟。"


async def test_a_little_word_between_two_marks_does_not_cost_the_rest() -> None:
    engine = Says(I_will_go="我会去。", Come_here="来这里。")
    answer = await said(Pipeline(engine), "I will go `a` for `b`!")
    assert answer.text.text == "我会去 `a` for `b`！"
    answer = await said(Pipeline(engine), "I will go `a` wherever you go `b`!")
    assert answer.label == "failed"


@pytest.mark.parametrize("is_chatty", [True, False])
async def test_a_model_of_chat_reads_it_as_it_is(is_chatty: bool) -> None:
    class Chatty(Parrot):
        def reads_chat(self, source: str, target: str) -> bool:
            return is_chatty

    engine = Chatty()
    await said(Pipeline(engine), "my CAT is here")
    assert engine.heard == (["my CAT is here"] if is_chatty else ["My CAT is here."])


@pytest.mark.parametrize("bad", [Broken(), Miscounting(), Miscounting(extra=1), Says(), Absent()])
async def test_the_next_engine_is_asked_where_one_fails(bad: Parrot) -> None:
    answer = await said(Pipeline(Row(bad, Says(Hello_there="你好。"))), "Hello there.")
    assert (answer.text.text, answer.engine) == ("你好。", "says")


async def test_each_sentence_goes_to_the_first_engine_that_does_well_with_it() -> None:
    first, second = Says(Hello="你好。", Good_night="晚安 https://evil.example"), Parrot()
    answer = await said(Pipeline(Row(first, second)), "Hello. Good night.")
    assert answer.text.text == "你好。猫。"
    assert second.heard == ["Good night."]
    steps = {step.name: step.detail for step in answer.steps}
    assert steps["engine"] == "parrot 1, says 1: 2 of 2"
    assert steps["checks"].startswith("invented")


@pytest.mark.parametrize("bad", [Broken(), Miscounting(), Miscounting(extra=1), Says()])
async def test_where_no_engine_does_well_the_original_is_shown_with_its_label(bad: Parrot) -> None:
    answer = await said(Pipeline(bad), "Hello there.")
    assert (answer.text.text, answer.engine, answer.label) == ("Hello there.", None, "failed")


async def test_an_engine_that_never_answers_holds_nothing_up() -> None:
    answer = await said(Pipeline(Hung(), patience=0.05), "Hello there.")
    assert (answer.text.text, answer.label) == ("Hello there.", "failed")


async def test_what_was_said_before_an_engine_hung_is_kept() -> None:
    first = Says(Hello="你好。", Good_night="")
    answer = await said(Pipeline(Row(first, Hung()), patience=0.05), "Hello. Good night.")
    assert answer.text.text == "你好。 Good night."


async def test_a_sentence_is_asked_once_and_then_remembered() -> None:
    engine = Parrot()
    pipeline = Pipeline(engine)
    first = await said(pipeline, "Hello there.")
    assert (await said(pipeline, "Hello there.")).text == first.text
    assert engine.heard == ["Hello there."]


async def test_wiping_forgets_every_sentence() -> None:
    engine = Parrot()
    pipeline = Pipeline(engine)
    await said(pipeline, "Hello there.")
    pipeline.wipe()
    await said(pipeline, "Hello there.")
    assert engine.heard == ["Hello there."] * 2


async def test_an_engine_that_is_paid_for_is_asked_twice_at_most_where_another_follows() -> None:
    class Elsewhere(Says):
        is_remote = True

    costly = Elsewhere()
    answer = await said(Pipeline(Row(costly, Parrot())), "I have 25 cats, see `a` and `b`.")
    assert costly.heard == [
        "I have 25 cats, see <x1> and <x2>.",
        "I have <x1> cats, see <x2> and <x3>.",
    ]
    assert answer.engine == "parrot"

from __future__ import annotations

import pytest

from bot.core.model import Explanation
from bot.core.ports import Explains
from bot.core.richtext import RichText, Span, Style
from bot.translate import lexicon
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


LONG = "We all had a lovely evening at home"


@pytest.mark.parametrize(
    ("score", "confidence"),
    [(None, None), (0.0, 0.85), (-0.4, 0.7), (-0.69, 0.41), (-5.0, 0.0)],
)
async def test_confidence_follows_the_engines_score_but_is_never_certain(
    score: float | None, confidence: float | None
) -> None:
    found = await explained(Pipeline(Choosing({LONG: ["晚安，今晚很开心。"]}, score)), LONG)
    assert found.confidence == confidence


async def sureness_of(answers: list[str], text: str = LONG, score: float = -0.4) -> float:
    engine = Choosing({lexicon.expand(text, "en"): answers}, score)
    found = await explained(Pipeline(engine, lexicon=lexicon), text)
    assert found.confidence is not None
    return found.confidence


async def test_alternatives_that_say_something_else_raise_doubts() -> None:
    alone = await sureness_of(["晚安，今晚很开心。"])
    alike = await sureness_of(["晚安，今晚很开心。", "晚安，今晚真开心。"])
    unlike = await sureness_of(["晚安，今晚很开心。", "大家都睡不着了！"])
    assert alone > alike > unlike


async def test_a_few_words_are_doubted_more_than_a_sentence() -> None:
    assert await sureness_of(["晚安。"], "Sleep till noon") < await sureness_of(["晚安。"])


async def test_slang_is_doubted_and_a_word_of_two_meanings_even_more() -> None:
    plain = await sureness_of(["那个电影很好。"], "That movie was good fun")
    slang = await sureness_of(["那个电影很好。"], "That movie was bussin fun")
    assert lexicon.clarity("mid", "en") < lexicon.clarity("bussin", "en") < 1
    assert slang < plain


@pytest.mark.parametrize("text", ["我们明天去公园。", "发朋友圈了", "好的🙂", "石灰常见"])
def test_plain_words_and_signs_are_clear(text: str) -> None:
    assert lexicon.clarity(text, "zh") == 1


async def test_a_phrase_is_surer_than_slang_and_a_word_of_two_meanings() -> None:
    async def known(text: str) -> float:
        found = await explained(Pipeline(Broken(), lexicon=lexicon), text, "en")
        assert found.translation.engine == "phrasebook"
        return found.confidence or 0

    plain, slang, several = await known("谢谢"), await known("yyds"), await known("下头")
    assert 1 > plain > slang > several


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

from __future__ import annotations

import time

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Translation
from bot.core.richtext import RichText, Span, Style
from bot.core.shield import guards
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Absent, Broken, Hostile, Parrot, Says


async def translated(
    text: RichText | str, target: str = "zh", engine: Parrot | None = None
) -> Translation:
    rich = RichText(text) if isinstance(text, str) else text
    prior = "en" if target.startswith("zh") else "zh"
    return await Pipeline(engine or Parrot()).translate(rich, target=target, prior=prior)


def words_under(said: Translation, style: Style) -> list[str]:
    return [said.text.text[s.start : s.end] for s in said.text.spans if s.style is style]


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("Hello there! 😂", "zh", "猫！ 😂"),
        ("你好！😂", "en", "Cat! 😂"),
        ("Hello\n\n  - again\n1. more", "zh", "猫\n\n  - 猫\n1. 猫"),
        ("@Bob, hello", "zh", "@Bob，猫"),
        ("I saw @Bob there.", "zh", "猫 @Bob 猫。"),
        ("看https://a.com/x看看", "en", "Cat https://a.com/x cat"),
        ("See https://a.com/x now", "zh", "猫 https://a.com/x 猫"),
        ("你好\r\n再见", "en", "Cat\r\nCat"),
        ("大家好！ Hello everyone!", "en", "Cat! Hello everyone!"),
        ("run `a b` now", "zh", "猫 `a b` 猫"),
        ("that is so me 😂😂 you are the best", "zh", "猫 😂😂 猫"),
        ("she sent me pics 😂 of her cats", "zh", "猫 😂 猫"),
        ("太像我了😂你们最好了", "en", "Cat 😂 Cat"),
        ("I ❤️ you", "zh", "猫 ❤️ 猫"),
        ("||he did it|| lol", "zh", "||猫|| 猫"),
        ("100w", "en", "1 million"),
        ("100w？", "en", "1 million?"),
        ("我说||剧透||小心", "en", "Cat ||Cat|| Cat"),
        ("* note *", "zh", "* 猫 *"),
        ("* 注意 *", "en", "* Cat *"),
        ("`a b` fails", "zh", "猫 `a b` 猫"),
        ("@Bob is here", "zh", "猫 @Bob 猫"),
        ("look at https://a.com/x", "zh", "猫 https://a.com/x 猫"),
        ("4、5个人", "en", "Cat 4-5 cat"),
    ],
)
async def test_only_the_words_change(text: str, target: str, said: str) -> None:
    assert (await translated(text, target)).text.text == said


@pytest.mark.parametrize(
    ("text", "target", "label"),
    [
        ("你好", "zh", "same-language"),
        ("Hello", "en", "same-language"),
        ("😂 https://example.com", "zh", "nothing-to-translate"),
        ("yyds", "en", "nothing-to-translate"),
        ("", "en", "nothing-to-translate"),
        ("привет", "zh", "no-model"),
        ("x" * 100_000, "zh", "failed"),
    ],
)
async def test_what_is_not_translated_is_the_original_with_a_reason(
    text: str, target: str, label: str
) -> None:
    said = await translated(text, target)
    assert (said.text.text, said.engine, said.label) == (text, None, label)


async def test_a_failing_engine_leaves_the_original_labelled() -> None:
    said = await translated("Hello there", engine=Broken())
    assert (said.text.text, said.engine, said.label) == ("Hello there", None, "failed")


async def test_a_missing_model_is_logged_once_with_what_to_do() -> None:
    pipeline = Pipeline(Absent())
    with structlog.testing.capture_logs() as logs:
        said = [
            await pipeline.translate(RichText("你好"), target="en", prior="zh") for _ in range(3)
        ]
    assert {each.label for each in said} == {"no-model"}
    assert [entry["remedy"] for entry in logs] == ["python -m bot models install zh-en"]


async def test_the_steps_tell_what_was_done_and_hold_no_words() -> None:
    said = await translated("Secret words, see https://a.com/x now")
    assert [step.name for step in said.steps] == [
        "language",
        "shield",
        "engine",
        "checks",
        "restore",
    ]
    assert said.steps[1].detail == "1: link 1"
    assert "ecret" not in str(said.steps)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Good evening",
        "I am your friend",
        "猫" * 400,
        "看 https://evil.example",
        "好的猫好的猫" * 9,
    ],
)
async def test_a_bad_answer_is_never_shown(answer: str) -> None:
    said = await translated("Good evening.", engine=Says(Good_evening=answer))
    assert (said.text.text, said.label) == ("Good evening.", "failed")


async def test_one_bad_sentence_does_not_take_the_others_with_it() -> None:
    engine = Says(Hello="你好。", Good_evening="")
    said = await translated("Hello. Good evening.", engine=engine)
    assert said.text.text == "你好。 Good evening."


async def test_traditional_readers_get_traditional_characters() -> None:
    engine = Says(Hello="这个软件。")
    assert (await translated("Hello.", "zh-Hant", engine)).text.text == "這個軟體。"
    said = await translated("这个软件 https://a.com/发 很好", "zh-Hant")
    assert (said.text.text, said.engine) == ("這個軟體 https://a.com/发 很好", "opencc")


async def test_the_engine_reads_simplified_characters() -> None:
    engine = Parrot()
    await translated("這個軟體。", "en", engine)
    assert engine.heard == ["这个软件。"]


async def test_shouting_and_stretching_are_calmed_before_the_engine() -> None:
    engine = Parrot()
    await translated("I AM SOOOOO HAPPY!!!!", "zh", engine)
    assert engine.heard == ["I am soo happy!"]


async def test_a_style_of_the_whole_line_stays_on_it() -> None:
    said = await translated(RichText.styled("Hello there. Bye.", Style.BOLD))
    assert words_under(said, Style.BOLD) == [said.text.text]


async def test_a_style_of_one_sentence_stays_on_that_sentence() -> None:
    engine = Says(Hello="你好。", Bye="再见。")
    said = await translated(RichText("Hello. Bye.", (Span(7, 11, Style.ITALIC),)), engine=engine)
    assert words_under(said, Style.ITALIC) == ["再见。"]


async def test_a_styled_word_is_found_again_by_its_translation() -> None:
    engine = Says(I_love_cats="我爱猫咪。", Cats="猫咪。")
    said = await translated(RichText("I love cats.", (Span(7, 11, Style.BOLD),)), engine=engine)
    assert words_under(said, Style.BOLD) == ["猫咪"]


async def test_a_style_that_has_no_sure_place_is_dropped_and_the_words_stay() -> None:
    engine = Says(I_love_cats="我爱猫咪。", Cats="小狗。")
    said = await translated(RichText("I love cats.", (Span(7, 11, Style.BOLD),)), engine=engine)
    assert (said.text.text, said.text.spans) == ("我爱猫咪。", ())


async def test_a_quoted_line_stays_quoted_and_the_answer_to_it_does_not() -> None:
    said = await translated(RichText("Hello\nBye", (Span(0, 5, Style.QUOTE),)))
    assert said.text.text == "猫\n猫"
    assert words_under(said, Style.QUOTE) == ["猫"]


async def test_the_words_of_a_link_are_translated_and_still_lead_there() -> None:
    text = RichText("Click here for more.", (Span(0, 10, Style.LINK, "https://a.com"),))
    said = await translated(text)
    assert words_under(said, Style.LINK) == ["猫"]
    assert said.text.spans[0].value == "https://a.com"


SECRET = "the butler"


@given(st.integers(0, 100_000), st.sampled_from(["zh", "zh-Hant"]), st.integers(0, 2))
@settings(max_examples=150, deadline=None)
async def test_a_spoiler_is_never_shown(seed: int, target: str, more: int) -> None:
    """The stretch is found by the code in it; words must stand hidden before that code."""
    before = "In the end it was "
    text = f"{before}{SECRET} `k9`{' really' * more}. Do you agree?"
    hidden = Span(len(before), len(before) + len(SECRET) + 5, Style.SPOILER)
    said = (
        await Pipeline(Hostile(seed)).translate(
            RichText(text, (hidden,)), target=target, prior="en"
        )
    ).text
    at = said.text.index("`k9`")
    covering = [s for s in said.spans if s.style is Style.SPOILER and s.start < at < s.end]
    assert len(covering) == 1
    assert said.text[covering[0].start : at].strip()
    assert covering[0].end - covering[0].start < len(said)
    assert SECRET not in said.text[: covering[0].start] + said.text[covering[0].end :]


async def test_a_spoiler_that_runs_into_a_link_hides_all_of_both() -> None:
    spans = (Span(7, 17, Style.SPOILER), Span(11, 23, Style.LINK, "https://a.com"))
    said = await translated(RichText("It was the butler Jones, he said.", spans))
    assert words_under(said, Style.SPOILER) == ["猫 猫 猫"]
    said = await translated(RichText("It was the butler Jones, he said.", spans), engine=Broken())
    assert words_under(said, Style.SPOILER) == ["the butler"]


async def test_a_link_never_touches_the_words_after_it() -> None:
    engine = Says(**{"See <x1> now": "现在看<x1>吧。"})
    said = await translated("See https://a.com/x now.", engine=engine)
    assert said.text.text == "现在看 https://a.com/x 吧。"


PROTECTED = [
    "https://example.com/猫?a=1&b=2",
    "@Bob",
    "👨‍👩‍👧",
    "👍🏽",
    "1️⃣",
    ":cat_tax:",
    "`x = 1`",
    "me@example.org",
    "#general",
    "report_final.pdf",
    "v2.0",
    "¯\\_(ツ)_/¯",
    "<x1>",
    "\x00",
    "@john_doe_99",
    "snake_case_name",
    "<@123456789012345678>",
    "<a:party_cat:123456789012345678>",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🇨🇳",
    "(｡･ω･｡)",
    "ヾ(≧▽≦*)o",
    "(๑•̀ㅂ•́)و✧",
    "(╬▔皿▔)╯",
    "(￣▽￣)",
    "ʕ•ᴥ•ʔ",
    "Σ(っ °Д °;)っ",
    "(ง •_•)ง",
    "#猫税#",
    "报告_最终版.pdf",
    "C++",
    "GPT-4",
    "iPhone15",
    "hunter2",
    "||",
]
WORDS = {
    "zh": ["I really like it", "see", "and then we went home", "Hello!", "what?", ",", "."],
    "en": ["我真的很喜欢", "看", "然后我们回家了", "你好！", "什么？", "，", "。"],
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, str]:
    target = draw(st.sampled_from(["zh", "en"]))
    piece = st.sampled_from([*WORDS[target], *PROTECTED])
    lines = draw(st.lists(st.lists(piece, max_size=9), min_size=1, max_size=3))
    return target, "\n".join(" ".join(line) for line in lines)


@given(messages(), st.integers(0, 1_000_000))
@settings(max_examples=300, deadline=None)
async def test_protected_spans_come_through_any_engine(message: tuple[str, str], seed: int) -> None:
    target, text = message
    prior = "en" if target == "zh" else "zh"
    said = await Pipeline(Hostile(seed)).translate(RichText(text), target=target, prior=prior)
    kept = sorted(text[g.start : g.end] for g in guards(RichText(text)))
    assert sorted(said.text.text[g.start : g.end] for g in guards(said.text)) == kept
    assert said.text.text.count("\n") == text.count("\n")


@given(st.text(max_size=400), st.sampled_from(["zh", "en", "zh-Hant"]), st.integers(0, 1000))
@settings(max_examples=200, deadline=None)
async def test_no_text_makes_it_raise(text: str, target: str, seed: int) -> None:
    said = await Pipeline(Hostile(seed)).translate(RichText(text), target=target, prior="und")
    assert said.target == target


@pytest.mark.parametrize(
    "text",
    [
        "😂" * 10_000,
        "hello 😂 " * 2_000,
        "a\x00b \ud800 c " * 1_500,
        "```" + "never closed " * 1_000,
        "(" * 19_000,
        "hello there, " * 1_500,
        "猫" * 20_000,
        "a." * 9_000,
        "x" * 100_000,
        " " * 19_999 + "a",
        "你好\n" * 6_000,
    ],
)
@pytest.mark.parametrize("target", ["zh", "en"])
async def test_hostile_messages_are_answered_in_time(text: str, target: str) -> None:
    begin = time.process_time()
    await translated(text, target)
    assert time.process_time() - begin < 5

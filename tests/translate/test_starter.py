"""The bundled models, from zip to sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.errors import EngineFailed, NoModel
from bot.core.richtext import RichText
from bot.translate.argos import ArgosEngine
from bot.translate.packages import STARTERS
from bot.translate.pipeline import Pipeline
from tests.translate.packages import package_folder


@pytest_asyncio.fixture
async def engine(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[ArgosEngine, None]:
    starters = sorted(STARTERS.glob("*.argosmodel"))  # named, so that no better model is taken
    place = tmp_path_factory.getbasetemp() / "starters"
    async with ArgosEngine(place, package_dirs=starters) as engine:
        yield engine


async def said(engine: ArgosEngine, text: str, target: str) -> str:
    prior = "en" if target.startswith("zh") else "zh"
    answer = await Pipeline(engine).translate(RichText(text), target=target, prior=prior)
    assert answer.label == ""
    return answer.text.text


async def test_a_cat_tax_reads_as_chinese(engine: ArgosEngine) -> None:
    answer = await said(engine, "Here is my orange cat, cat tax paid!", "zh")
    assert "橘猫" in answer
    assert answer.endswith("！")


async def test_thanks_for_it_read_as_english(engine: ArgosEngine) -> None:
    answer = await said(engine, "谢谢你的猫税！😂 https://example.com/猫", "en")
    assert answer.startswith("Thank you for")
    assert answer.endswith("! 😂 https://example.com/猫")


async def test_a_name_inside_a_sentence_is_still_there(engine: ArgosEngine) -> None:
    answer = await said(engine, "Thanks @Bob, see you tomorrow!", "zh")
    assert "@Bob" in answer
    assert "明天见" in answer


async def test_a_whole_message_keeps_its_shape(engine: ArgosEngine) -> None:
    text = "大家好！\n\n  - 我喜欢你的猫。\n  - 晚安。"
    assert [len(line) > 0 for line in (await said(engine, text, "en")).split("\n")] == [
        True,
        False,
        True,
        True,
    ]


async def test_the_models_never_say_which_way_they_translate(engine: ArgosEngine) -> None:
    answers = await engine.translate(["晚安。", "早上好。"], "zh", "en")
    assert not any("<" in answer for answer in answers)


async def test_a_line_too_long_for_the_model_is_still_answered(engine: ArgosEngine) -> None:
    assert (await engine.translate(["我喜欢猫，" * 200], "zh", "en"))[0]


async def test_odd_input_does_not_stop_the_engine(engine: ArgosEngine) -> None:
    odd = ["", " ", "\x00", "\ud800", "😂" * 300, "<2zh>", "</s>", "x" * 3000]
    assert len(await engine.translate(odd, "en", "zh")) == len(odd)


async def test_company_does_not_change_what_is_answered(engine: ArgosEngine) -> None:
    texts = ["Good night.", "I like your cat.", "Where are you from?", "Thanks!"]
    alone = [(await engine.translate([text], "en", "zh"))[0] for text in texts]
    together = await asyncio.gather(*(engine.translate([t], "en", "zh") for t in texts * 5))
    assert [each[0] for each in together] == alone * 5


async def test_a_pair_without_a_package_is_no_model(engine: ArgosEngine) -> None:
    assert engine.serves("zh", "en")
    assert not engine.serves("zh", "fr")
    with pytest.raises(NoModel):
        await engine.translate(["你好"], "zh", "fr")


async def test_after_its_end_the_engine_says_so(engine: ArgosEngine) -> None:
    await engine.translate(["Hello."], "en", "zh")
    await engine.aclose()
    with pytest.raises(EngineFailed):
        await engine.translate(["Hello."], "en", "zh")


async def test_a_broken_model_gives_way_to_the_next(tmp_path: Path) -> None:
    broken = package_folder(tmp_path / "packages" / "broken", "zh", "en")
    async with ArgosEngine(tmp_path, package_dirs=[broken.parent]) as engine:
        assert (await engine.translate(["晚安。"], "zh", "en"))[0]


async def test_a_broken_model_without_a_next_is_named(tmp_path: Path) -> None:
    broken = package_folder(tmp_path / "packages" / "broken", "xx", "yy")
    async with ArgosEngine(tmp_path, package_dirs=[broken]) as engine:
        with pytest.raises(EngineFailed, match="broken"):
            await engine.translate(["?"], "xx", "yy")

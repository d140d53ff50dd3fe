"""Amounts come through whatever an engine makes of them, or the sentence stays as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.richtext import RichText
from bot.translate.amounts import amounts, fault
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Hostile, Parrot


class Forgetful(Parrot):
    """Keeps slots, and gets every number wrong."""

    name = "forgetful"

    def answer(self, sentence: str, target: str) -> str:
        wrong = "八" if target == "zh" else "88"
        return (
            f"{wrong} {super().answer(sentence, target)}"
            if re.search(r"\d(?!>)|[十百千万亿]|twelve", sentence)
            else super().answer(sentence, target)
        )


class Deaf(Forgetful):
    """Loses the slots, too."""

    name = "deaf"

    def answer(self, sentence: str, target: str) -> str:
        return re.sub(r"<x\d>|\b7\d\b", "", super().answer(sentence, target))


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("我在北京工作，月薪3万。", "en", "Cat 30,000 cat."),
        ("房租2500块一个月。", "en", "Cat 2,500 yuan cat."),
        ("人口14亿。", "en", "Cat 1.4 billion cat."),
        ("晚上8点见。", "en", "Cat 8 p.m. cat."),
        ("12月25号是圣诞节。", "en", "Cat December 25 cat."),
        ("2024年1月15日。", "en", "January 15, 2024."),
        ("我重60公斤，身高1米75。", "en", "Cat 60 kg cat 1.75 m cat."),
        ("今天37℃！", "en", "Cat 37℃ cat!"),
        ("300刀？", "en", "$300?"),
        ("比分3:2。", "en", "Cat 3:2 cat."),
        ("电话是13800138000。", "en", "Cat 13800138000 cat."),
        ("50%的人和1/3的猫。", "en", "Cat 50% cat 1/3 cat."),
        ("看 v2.0 的2w粉丝。", "en", "Cat v2.0 cat 20,000 cat."),
        ("The rent is $2,500 and I make 3k.", "zh", "猫 $2,500 猫 3000 猫。"),
        ("See you at 7pm.", "zh", "猫晚上7点猫。"),
        ("On Nov 21, 2026 we meet.", "zh", "猫 2026年11月21日猫。"),
        ("It's 98°F outside.", "zh", "猫 98°F 猫。"),
        ("Call 555-123-4567!", "zh", "猫 555-123-4567 猫！"),
        ("Half a million people.", "zh", "猫 50万猫。"),
        ("He paid twelve thousand dollars.", "zh", "猫 1.2万美元猫。"),
        ("Only 3.5 billion people.", "zh", "猫 35亿猫。"),
    ],
)
async def test_an_engine_that_cannot_count_is_not_asked_to(
    text: str, target: str, said: str
) -> None:
    prior = "en" if target == "zh" else "zh"
    answer = await Pipeline(Forgetful()).translate(RichText(text), target=target, prior=prior)
    assert answer.text.text == said


async def test_where_slots_are_lost_too_the_pieces_around_are_translated() -> None:
    answer = await Pipeline(Deaf()).translate(
        RichText("我每个月存3万块钱。"), target="en", prior="zh"
    )
    assert answer.text.text == "Cat 30,000 yuan."


WORDS = {
    "zh": ["we paid", "for", "and then", "people came", "Hello!", "see you at"],
    "en": ["我们花了", "一共", "然后", "个人来了", "你好！", "我们约在"],
}
AMOUNTS = {
    "zh": [
        *("$2,500", "3k", "7pm", "19:30", "12.5%", "80 kg", "twenty-five", "Nov 21", "3-2"),
        *("1995", "half a million", "6'2\"", "1/2", "1st"),
        *("3-5 days", "10am-6pm", "Mon-Fri 9-5", "2h30m", "7pm EST", "3 lb 4 oz", "$50/hr"),
    ],
    "en": [
        *("3万", "2500块", "晚上8点", "19:30", "12.5%", "60公斤", "二十五", "12月25号", "3:2"),
        *("五折", "1米75", "第3名", "￥200", "百分之五十"),
        *("5到10块", "周一到周五", "七斤二两", "1小时20分", "晚上8点（北京时间）", "两三天"),
    ],
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, str]:
    target = draw(st.sampled_from(["zh", "en"]))
    pieces = st.sampled_from([*WORDS[target], *AMOUNTS[target]])
    return target, " ".join(draw(st.lists(pieces, min_size=1, max_size=7)))


@given(messages(), st.integers(0, 1_000_000))
@settings(max_examples=300, deadline=None)
async def test_amounts_come_through_any_engine(message: tuple[str, str], seed: int) -> None:
    target, text = message
    prior = "en" if target == "zh" else "zh"
    said = await Pipeline(Hostile(seed)).translate(RichText(text), target=target, prior=prior)
    assert fault(text, said.text.text) == ""
    told = [key for each in amounts(said.text.text) for key in each.keys]
    assert len(told) >= sum(len(each.keys) for each in amounts(text) if each.is_firm)

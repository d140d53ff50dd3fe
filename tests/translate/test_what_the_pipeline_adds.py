"""The bundled models alone drop links, names and numbers; the pipeline around them drops none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.core.richtext import RichText
from bot.core.sentences import split
from bot.core.shield import guards
from bot.translate import amounts, lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.pipeline import Pipeline

TO_CHINESE = [
    "check https://example.org/a?b=1&c=2 before you vote",
    "the form is at https://docs.example.com/d/1AbC_xYz, fill it in by 18:00",
    "my site example.com/cats got 12,480 views",
    "mail foo.bar+baz@example.co.uk and say @mei_92 sent you",
    "@Tom can you bring 3 chairs?",
    "hi @Anna, dinner at 7:30?",
    "post it in #daily-question please",
    "run `pip install -U catbridge` first",
    "open report_final_v2.pdf, page 47",
    "I paid $1,249.99 for a used phone",
    "my rent is €850 a month",
    "call me at 555-123-4567 after 9pm",
    "the train leaves at 6:05 am from platform 12",
    "we won 3-2 in overtime",
    "it's 98°F here, 37°C for you",
    "he's 1.85m tall and weighs 80kg",
    "12.5% of 4,200 people said no",
    "see you on 12/05 at 19:30",
    "there are 1.4 billion people there",
    "half a million people watched it",
    "I have 25 cats and 1 dog 🐕",
    "so funny 😂😂 I watched it 40 times",
    "version 3.12.1 fixes that bug",
    "room 407, second floor, ask for Mei 🙂",
    "bake it at 220°C for 35 minutes",
    "I slept 4 hours and drank 6 coffees",
    "my cat is 9 years old and weighs 11 pounds",
    "the code is `A7-99-XK`, valid 24 hours",
    "I live 30 miles from Chicago",
    "the score was 98 to 96 with 2.4 seconds left",
    "look at this: https://example.org/cat.png 😍",
    "I finished 7 of 12 chapters",
    "tickets are $45 each, 2 for $80",
    "ping me on @night_owl or at owl@example.org",
    "file a bug at https://example.com/issues/1024",
    "the meeting is 10am-11:30am, room B12",
    "that costs 3k a year",
    "I ran 10.5 km in 58 minutes",
    "1. milk 2L\n2. eggs 12",
    "||the killer is in chapter 21|| sorry",
]
TO_ENGLISH = [
    "投票前先看看 https://example.org/a?b=1&c=2",
    "表格在 https://docs.example.com/d/1AbC_xYz ，18:00前填好",
    "我的网站 example.com/cats 有12480次浏览",
    "发邮件到 foo.bar+baz@example.co.uk，就说是 @mei_92 介绍的",
    "@Tom 能带3把椅子来吗？",
    "@小梅 晚上7点半一起吃饭吗",
    "麻烦发到 #每日一问",
    "先运行 `pip install -U catbridge`",
    "打开 report_final_v2.pdf 第47页",
    "我花了1249.99元买了个二手手机",
    "房租每个月3500块",
    "晚上9点以后打我电话 13800138000",
    "火车早上6点05分从12站台开",
    "我们加时赛3比2赢了",
    "这里37度，你那边98华氏度",
    "他身高1米85，体重80公斤",
    "4200个人里有12.5%说不",
    "12月5号19:30见",
    "那里有14亿人",
    "有50万人看了直播",
    "我有25只猫和1只狗🐕",
    "太好笑了😂😂我看了40遍",
    "3.12.1版本修好了这个bug",
    "407房间，二楼，找小梅🙂",
    "220度烤35分钟",
    "我睡了4个小时，喝了6杯咖啡",
    "我家猫9岁了，11斤重",
    "验证码是 `A7-99-XK`，24小时内有效",
    "我住的地方离芝加哥30英里",
    "比分98比96，还剩2.4秒",
    "快看 https://example.org/cat.png 😍",
    "12章我看完了7章",
    "票45块一张，两张80块",
    "找我就发 owl@example.org 或者 @night_owl",
    "去 https://example.com/issues/1024 提个bug",
    "会议是10:00到11:30，在B12",
    "这个一年要3万",
    "我58分钟跑了10.5公里",
    "1. 牛奶2升\n2. 鸡蛋12个",
    "||凶手在第21章出现|| 不好意思",
]


@dataclass(frozen=True, slots=True)
class Said:
    """One message, and what became of it."""

    text: str
    alone: str
    whole: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[ArgosEngine]:
    async with ArgosEngine(tmp_path_factory.mktemp("models"), threads=2) as engine:
        yield engine


def lost(text: str, answer: str) -> list[str]:
    """What had to come through and did not: guarded stretches byte for byte, amounts by value."""
    wanted = Counter(text[each.start : each.end] for each in guards(RichText(text)))
    found = Counter(answer[each.start : each.end] for each in guards(RichText(answer)))
    fault = amounts.fault(text, answer)
    return [*(wanted - found), *([fault] if fault else [])]


async def said(engine: ArgosEngine, text: str, source: str, target: str) -> Said:
    """`alone` goes sentence by sentence, as Argos itself does it."""
    pipeline = Pipeline(engine, lexicon=lexicon)
    whole = await pipeline.translate(RichText(text), target=target, prior=source)
    alone = await engine.translate(split(text), source, target)
    return Said(text, " ".join(alone), whole.text.text)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("source", "target", "lines"),
    [("en", "zh", TO_CHINESE), ("zh", "en", TO_ENGLISH)],
    ids=["into Chinese", "into English"],
)
async def test_the_pipeline_keeps_what_the_engine_alone_drops(
    engine: ArgosEngine, source: str, target: str, lines: list[str]
) -> None:
    each = await asyncio.gather(*(said(engine, line, source, target) for line in lines))
    assert [(one.text, one.whole) for one in each if lost(one.text, one.whole)] == []
    dropped = [one for one in each if lost(one.text, one.alone)]
    assert len(dropped) >= len(lines) / 2, "a model this good needs other lines"
    untranslated = [one for one in each if one.whole == one.text]
    assert untranslated == []


def test_a_loss_is_seen() -> None:
    text = "@Tom see https://example.org/1 at 7pm"
    assert lost(text, text) == []
    assert lost(text, "@Tom 晚上7点看 https://example.org/1") == []
    assert lost(text, "@Tom 晚上8点看 https://example.org/1") != []
    assert lost(text, "晚上7点看 https://example.org/1") == ["@Tom"]
    assert "https://example.org/1" in lost(text, "@Tom 晚上7点看 https://example.org")

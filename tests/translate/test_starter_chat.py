"""Real messages through the bundled models: nothing mangled, whatever the wording."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from bot.core.model import Translation
from bot.core.richtext import RichText
from bot.core.shield import guards
from bot.translate import lexicon
from bot.translate.amounts import fault
from bot.translate.argos import ArgosEngine
from bot.translate.packages import STARTERS
from bot.translate.pipeline import Pipeline

# What is written, and what must be found in the translation as it stands here.
TO_CHINESE = [
    ("the rent is $2,500/month and I make 3k", ["$2,500"]),
    ("I paid 30,000 yuan for it", []),
    ("my rent went up 12.5% in 2024", ["12.5%"]),
    ("see you at 7pm", ["7点"]),
    ("meet at 19:30 on 12/05", ["19:30", "12/05"]),
    ("it's 98°F outside, like 37℃", ["98°F", "37℃"]),
    ("the temp is -5°C today", ["-5°C"]),
    ("he weighs 80 kg and is 1.85m tall", ["80", "1.85"]),
    ("it costs €19.99, or £15 in the UK", ["€19.99", "£15"]),
    ("half a million people", ["万"]),
    ("call me at 555-123-4567", ["555-123-4567"]),
    ("the score was 3-2", ["3-2"]),
    ("on Nov 21, 2026 we meet", ["21"]),
    ("we're open 10am-6pm every day", ["上午10点-晚上6点"]),
    ("30% off today", []),
    ("I weigh 150 lbs", ["150磅"]),
    ("what's 2+2?", ["2+2"]),
    ("the GDP grew 6.5% to $17.7 trillion", ["6.5%", "万亿"]),
    ("only 3.5 billion people", ["35亿"]),
    ("1/2 cup of sugar", ["1/2"]),
    ("he's 6'2\"", ["6英尺"]),
    ("I have a PS5, an iPhone 15 and 256GB left", ["PS5", "iPhone", "256G"]),
    ("COVID-19 cases went up", ["COVID-19"]),
    ("what does 加油 mean?", ["加油"]),
    ("this meme is too funny 哈哈哈", ["哈哈哈"]),
    ("I love 王菲 so much", ["王菲"]),
    ("@john_doe_99 can you look at #general ?", ["@john_doe_99", "#general"]),
    ("open report_final_v2.pdf and update v2.0 first", ["report_final_v2.pdf", "v2.0"]),
    ("run `npm install` first, then `npm start`", ["`npm install`", "`npm start`"]),
    ("I ❤️ you 👨‍👩‍👧‍👦 and 👍🏽 1️⃣ 🇨🇳", ["❤️", "👨‍👩‍👧‍👦", "👍🏽", "1️⃣", "🇨🇳"]),
    ("¯\\_(ツ)_/¯ I don't know <3", ["¯\\_(ツ)_/¯", "<3"]),
    ("mail me at foo.bar+baz@example.co.uk please", ["foo.bar+baz@example.co.uk"]),
    ("C++ and C# are languages", ["C++", "C#"]),
    ("||he did it|| lol", ["||"]),
    ("this is **really** important", ["这是**", "**重要"]),
    ("please read the __rules__ first (˶ᵔ ᵕ ᵔ˶)", ["__", "(˶ᵔ ᵕ ᵔ˶)"]),
    ("it takes 3-5 days", ["3-5天"]),
    ("see you at quarter to 5", ["4点45"]),
    ("take a 5 min break", ["5分钟"]),
    ("the stream is at 7pm EST", ["晚上7点 EST"]),
    ("I work Mon-Fri 9-5", ["周一到周五9点-5点"]),
    ("Mon-Fri 9-5 EST works for me", ["周一到周五9点-5点 EST"]),
    ("he is 6 ft 2 and the baby was 3 lb 4 oz", ["6英尺2英寸", "3磅4盎司"]),
    ("the movie is 2h30m long", ["2小时30分钟"]),
    ("1. milk\n2. eggs\n\n- bread", ["1. ", "2. ", "\n\n- "]),
]
TO_ENGLISH = [
    ("我在北京工作，月薪3万", ["30,000"]),
    ("月薪三万，房租五千", ["30,000", "5,000"]),
    ("房租2500块一个月", ["2,500 yuan"]),
    ("这个手机要5999元", ["5,999"]),
    ("晚上8点见", ["8"]),
    ("下午3点半开会", ["3:30"]),
    ("我们19:30在门口见", ["19:30"]),
    ("2024年1月15日", ["January 15, 2024"]),
    ("12月25号是圣诞节", ["December", "25"]),
    ("今天37℃，零下5度的时候更好", ["37℃"]),
    ("我重60公斤，身高1米75", ["60", "1.75"]),
    ("人口14亿", ["1.4 billion"]),
    ("打八折", ["20%"]),
    ("50%的人不知道", ["50%"]),
    ("2w粉丝", ["20,000"]),
    ("一共1234567元", ["1,234,567"]),
    ("电话是13800138000", ["13800138000"]),
    ("比分3:2", ["3:2"]),
    ("300刀", ["$300"]),
    ("一万二", ["12,000"]),
    ("这个meme太好笑了lol", ["meme", "lol"]),
    ("我的cat叫Mimi", ["cat", "Mimi"]),
    ("今天meeting好多，so tired", ["meeting", "so tired"]),
    ("收到，thanks", ["thanks"]),
    ("iPhone15多少钱？", ["iPhone15"]),
    ("看https://a.com/x看看", ["https://a.com/x"]),
    ("@小明 你好，@john_doe 也来", ["@小明", "@john_doe"]),
    ("#猫税# 来了 🐱", ["#猫税#", "🐱"]),
    ("请看 报告_最终版.pdf", ["报告_最终版.pdf"]),
    ("版本v2.0发布了", ["v2.0"]),
    ("(｡･ω･｡)好可爱ヾ(≧▽≦*)o", ["(｡･ω･｡)", "ヾ(≧▽≦*)o"]),
    ("先运行`npm install`，再运行`npm start`", ["`npm install`", "`npm start`"]),
    ("微信号abc_123，邮箱foo@example.com", ["abc_123", "foo@example.com"]),
    ("```\n代码\n```\n这是代码", ["```\n代码\n```\n"]),
    ("謝謝你的貓稅！花了一百二十塊", []),
    ("OK,没问题", ["OK, no problem"]),
    ("好开心(๑•̀ㅂ•́)و✧", ["(๑•̀ㅂ•́)و✧"]),
    ("密码是 hunter2!", ["hunter2"]),
    ("等了一个半小时", []),
    ("全场八折", ["20%"]),
    ("2w块", ["20,000"]),
    ("吃顿饭5到10块", ["5 to 10 yuan"]),
    ("周一到周五9点到18点上班", ["Monday to Friday, 9:00 to 18:00"]),
    ("今天20~25℃", ["20-25℃"]),
    ("买了七斤二两苹果", ["7.2 jin"]),
    ("三块五毛一个", ["3.5 yuan"]),
    ("开了1小时20分", ["1 hour 20 minutes"]),
    ("原价~~100元~~现价80元", ["~~100 yuan~~", "80 yuan"]),
]


@pytest_asyncio.fixture
async def pipeline(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[Pipeline, None]:
    starters = sorted(STARTERS.glob("*.argosmodel"))
    place = tmp_path_factory.getbasetemp() / "starters"
    async with ArgosEngine(place, package_dirs=starters) as engine:
        yield Pipeline(engine, lexicon=lexicon)


async def said(pipeline: Pipeline, text: str, target: str) -> Translation:
    prior = "en" if target == "zh" else "zh"
    return await pipeline.translate(RichText(text), target=target, prior=prior)


@pytest.mark.parametrize(("rows", "target"), [(TO_CHINESE, "zh"), (TO_ENGLISH, "en")])
async def test_nothing_is_mangled(
    pipeline: Pipeline, rows: list[tuple[str, list[str]]], target: str
) -> None:
    answers = await asyncio.gather(*(said(pipeline, text, target) for text, _ in rows))
    for (text, wanted), answer in zip(rows, answers, strict=True):
        whole = answer.text.text
        assert answer.label == "", text
        assert [each for each in wanted if each not in whole] == [], (text, whole)
        assert fault(text, whole) == "", (text, whole)
        kept = sorted(text[each.start : each.end] for each in guards(RichText(text)))
        found = sorted(whole[each.start : each.end] for each in guards(answer.text))
        assert [each for each in kept if each not in found] == [], (text, whole)


async def test_an_explanation_has_alternatives_and_a_confidence(pipeline: Pipeline) -> None:
    found = await pipeline.explain(RichText("我家的猫很喜欢吃鱼。"), target="en", prior="zh")
    assert found.translation.engine == "argos"
    assert found.alternatives
    assert found.translation.text.text not in found.alternatives
    assert found.confidence is not None
    assert 0 < found.confidence <= 1


async def test_the_engine_is_surer_of_what_it_knows(pipeline: Pipeline) -> None:
    known = await pipeline.explain(RichText("我很喜欢你家的猫。"), target="en", prior="zh")
    strange = await pipeline.explain(RichText("爷青结，蚌埠住了家人们。"), target="en", prior="zh")
    assert (known.confidence or 0) > (strange.confidence or 0)

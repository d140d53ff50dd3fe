"""Greetings with a name or a crowd in them are said as natives say them, and eat no meaning."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language import HAN
from bot.core.richtext import RichText
from bot.core.shield import MARK, mark
from bot.translate import lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.openers import greeting, opening, spellings
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Parrot

TO_CHINESE = [
    ("hi Anna", "你好 Anna"),
    ("Hello, Anna", "你好 Anna"),
    ("hello anna", "你好 Anna"),
    ("hi everyone", "大家好"),
    ("hi friends", "朋友们好"),
    ("hey guys", "嗨，大家"),
    ("hey there Tom", "嗨 Tom"),
    ("hey man", "嗨，兄弟"),
    ("Dear all", "大家好"),
    ("good morning everyone", "大家早上好"),
    ("Good morning, everyone", "大家早上好"),
    ("good morning Mei", "早上好 Mei"),
    ("morning folks", "大家早上好"),
    ("good afternoon class", "同学们下午好"),
    ("good evening ladies and gentlemen", "女士们先生们晚上好"),
    ("night girls", "姐妹们晚安"),
    ("good night, honey", "晚安，亲爱的"),
    ("Bye Tom", "拜拜 Tom"),
    ("bye all", "大家拜拜"),
    ("goodbye everyone", "大家再见"),
    ("see you tomorrow, Lily", "明天见 Lily"),
    ("see you later guys", "大家回见"),
    ("later guys", "大家回见"),
    ("see you next time everyone", "大家下次见"),
    ("thanks Tom and Anna", "谢谢 Tom 和 Anna"),
    ("Hi Anna, Tom and Lily", "你好 Anna、Tom 和 Lily"),
    ("thank you teacher", "谢谢，老师"),
    ("thanks so much everyone", "太感谢大家了"),
    ("thx bro", "谢谢，兄弟"),
    ("sorry everyone", "抱歉，大家"),
    ("Welcome back, Lily", "欢迎回来 Lily"),
    ("welcome everyone", "欢迎大家"),
    ("welcome newcomers", "欢迎新人们"),
    ("congrats Emma", "恭喜 Emma"),
    ("happy birthday, Grandma", "生日快乐，奶奶"),
    ("Happy New Year everyone", "大家新年快乐"),
    ("merry christmas all", "大家圣诞快乐"),
    ("happy mid-autumn festival, friends", "朋友们中秋快乐"),
    ("good luck everyone", "祝大家好运"),
    ("have a great weekend everyone", "大家周末愉快"),
    ("get well soon, Ben", "早日康复 Ben"),
    ("nice to meet you all", "很高兴认识你"),
    ("long time no see, old_friend", None),
    ("my name is Anna", "我是 Anna"),
    ("I'm Sam", "我是 Sam"),
]
TO_ENGLISH = [
    ("大家好", "Hi everyone"),
    ("大家好呀", "Hi everyone"),
    ("朋友们好", "Hi friends"),
    ("姐妹们早上好", "Good morning, girls"),
    ("早上好姐妹们", "Good morning, girls"),
    ("各位早", "Good morning, everyone"),
    ("早啊大家", "Good morning, everyone"),
    ("同学们下午好", "Good afternoon, class"),
    ("各位老师晚上好", "Good evening, teachers"),
    ("晚安各位", "Good night, everyone"),
    ("晚安，宝贝", "Good night, babe"),
    ("宝子们晚安啦", "Good night, everyone"),
    ("拜拜大家", "Bye everyone"),
    ("大家再见", "Goodbye everyone"),
    ("明天见各位", "See you tomorrow, everyone"),
    ("谢谢大家", "Thanks everyone"),
    ("谢谢老师", "Thanks teacher"),
    ("谢谢Anna和Tom", "Thanks Anna and Tom"),
    ("谢谢Anna、Tom和Lily", "Thanks Anna, Tom and Lily"),
    ("太感谢大家了", "Thank you so much, everyone"),
    ("抱歉各位", "Sorry everyone"),
    ("欢迎小明回来", "Welcome back, Xiaoming"),
    ("欢迎各位新人", "Welcome newcomers"),
    ("恭喜小红", "Congratulations Xiaohong"),
    ("小明生日快乐", "Happy birthday, Xiaoming"),
    ("祝大家好运", "Good luck, everyone"),
    ("大家辛苦了", "Thanks for your hard work, everyone"),
    ("妈，我回来了", "I'm back, Mom"),
    ("老师好", "Hi teacher"),
    ("Anna你好", "Hi Anna"),
    ("你好 Anna", "Hi Anna"),
    ("嗨，Anna", "Hey Anna"),
    ("早上好，Tom和Anna", "Good morning, Tom and Anna"),
    ("Momo早上好", "Good morning, Momo"),
    ("小王早", "Good morning, Xiao Wang"),
    ("老李，新年快乐", "Happy New Year, Lao Li"),
    ("韩梅梅你好", "Hi Han Meimei"),
    ("亲爱的，早安", "Good morning, dear"),
    ("我是小雨", "I'm Xiaoyu"),
    ("我叫Anna", "I'm Anna"),
    ("小明", "Xiaoming"),
    ("兄弟们", "Guys"),
]
NO_GREETINGS = [
    "hi-fi",
    "hello kitty",
    "Hello Kitty!",
    "hello world",
    "Hey Jude, don't make it bad",
    "good morning america is on",
    "Good Morning Vietnam",
    "good morning monday",
    "Morning is better for me",
    "morning, evening or night?",
    "thanks to you",
    "thanks god it's over",
    "hey there's a cat",
    "hey all i want is you",
    "hi everyone who came",
    "bye-laws, again",
    "welcome mats are sold out",
    "sorry state of affairs",
    "congratulations card",
    "see you at the airport",
    "I'm home",
    "I'm Done",
    "Friends, family and food",
    "Joy, hope and love",
    "boss, lunch",
    "dear me, what a day",
    "你好漂亮",
    "你好厉害啊",
    "你好像很累",
    "大家好厉害",
    "大家好像都睡了",
    "再见到你",
    "再见面的时候",
    "早上好像没课",
    "早上好冷",
    "早就知道了",
    "晚上好热",
    "晚安睡衣在打折",
    "谢谢你的猫",
    "拜托了，帮帮我",
    "小心，有车",
    "小雨，带伞",
    "小时候，我很瘦",
    "老实说，不太好",
    "我是老师",
    "我是小偷吗",
    "嗨翻了",
    "欢迎光临的牌子",
    "恭喜发财的歌",
]


def way(text: str) -> tuple[str, str]:
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in text)
    return ("zh", "en") if is_chinese else ("en", "zh")


@pytest.mark.parametrize(("text", "answer"), [*TO_CHINESE, *TO_ENGLISH])
def test_a_greeting_is_said_as_a_native_would(text: str, answer: str | None) -> None:
    assert greeting(text, *way(text)) == answer


@pytest.mark.parametrize("text", NO_GREETINGS)
def test_what_only_looks_like_a_greeting_is_none(text: str) -> None:
    assert opening(text, *way(text)) == (0, 0)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("hi Anna, how are you?", "how are you?"),
        ("hi friends, dinner at 7?", "dinner at 7?"),
        ("Good morning - any news?", "any news?"),
        ("hey guys what's up", "what's up"),
        ("hi everyone i'm new", "i'm new"),
        ("thanks everyone!! you rock", "you rock"),
        ("Guys, look at this", "look at this"),
        ("Tom, dinner is ready", "dinner is ready"),
        ("大家好，我是小雨", "我是小雨"),
        ("大家好 我是小雨", "我是小雨"),
        ("大家好我是新来的", "我是新来的"),
        ("你好请问厕所在哪", "请问厕所在哪"),
        ("小明，吃了吗", "吃了吗"),
        ("家人们，谁懂啊", "谁懂啊"),
        ("早上好呀~今天好冷", "今天好冷"),
        (f"hi {mark(0)}, look", "look"),
        (f"{mark(0)}早上好，吃了吗", "吃了吗"),
    ],
)
def test_what_follows_a_greeting_is_left_to_the_engine(text: str, rest: str) -> None:
    end, begin = opening(text, *way(text))
    assert 0 < end <= begin
    assert text[begin:] == rest


def test_there_are_enough_of_them_both_ways() -> None:
    assert len([*spellings("zh")]) >= 120
    assert len([*spellings("en")]) >= 120


@given(st.text(max_size=80), st.sampled_from([("zh", "en"), ("en", "zh"), ("ja", "zh")]))
def test_reading_a_greeting_never_fails(text: str, direction: tuple[str, str]) -> None:
    end, begin = opening(text, *direction)
    assert 0 <= end <= begin <= len(text)
    answer = greeting(text, *direction)
    assert answer is None or not MARK.search(answer)


@pytest.mark.parametrize("words", sorted(spellings("en")))
def test_every_english_greeting_has_a_chinese_answer(words: str) -> None:
    answer = greeting(f"{words} Anna", "en", "zh")
    assert answer is not None
    assert answer.endswith(" Anna")


@pytest.mark.parametrize("words", sorted(set(spellings("zh")) - {"亲爱的", "我是", "我叫"}))
def test_every_chinese_greeting_has_an_english_answer(words: str) -> None:
    answer = greeting(f"{words}，小明", "zh", "en")
    if words.startswith("我的名字"):
        assert answer is None
        return
    assert answer is not None
    assert "Xiaoming" in answer
    assert not re.search(f"[{HAN}]", answer)


async def said(text: str, engine: Parrot | None = None) -> str:
    source, target = way(text)
    pipeline = Pipeline(engine or Parrot(), lexicon=lexicon)
    found = await pipeline.translate(RichText(text), target=target, prior=source)
    return found.text.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hi Anna, look here", "你好 Anna，猫"),
        ("Hi Anna! Look here.", "你好 Anna！猫。"),
        ("hi @Tom, look here", "嗨 @Tom，猫"),
        ("hi @Tom how are you?", "嗨 @Tom，最近怎么样？"),
        ("hi Anna, good morning, look here", "你好 Anna，早上好，猫"),
        ("大家好，看这里", "Hi everyone, Cat"),
        ("大家好 我是小雨", "Hi everyone, I'm Xiaoyu"),
        ("大家好！看这里。", "Hi everyone! Cat."),
        ("Anna你好，看这里", "Hi Anna, Cat"),
        ("早上好，@Tom 看这里", "Good morning @Tom, Cat"),
        ("小雲，早安，看這裡", "Good morning, Xiaoyun, Cat"),
        ("大家好👋我是小美", "Hi everyone 👋 I'm Xiaomei"),
        ("hello everyone 👋 look here", "大家好 👋 猫"),
        ("爸，我到了！", "I'm here, Dad!"),
        ("Anna, Tom", "Anna，Tom"),
        ("Tom, Jerry: look here", "Tom，Jerry：猫"),
        ("hi，小明", "hi, Xiaoming"),
        ("@小明：你好", "@小明: Hello"),
        ("我是Anna的朋友", "Cat Anna cat"),
        ("OK的", "Cat"),
    ],
)
async def test_punctuation_and_case_are_right_around_it(text: str, answer: str) -> None:
    assert await said(text) == answer


async def test_the_engine_never_reads_the_greeting() -> None:
    engine = Parrot()
    await said("hi Anna, the cat is here", engine)
    assert engine.heard == ["The cat is here."]


async def test_a_whole_phrase_is_not_taken_apart() -> None:
    assert await said("no worries, thanks") == await said("No worries, thanks")
    assert await said("谢谢，不用了") == "No, thank you"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pipeline(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Pipeline]:
    async with ArgosEngine(tmp_path_factory.mktemp("models"), threads=2) as engine:
        yield Pipeline(engine, lexicon=lexicon)


@pytest.mark.asyncio(loop_scope="module")
async def test_with_the_models_that_come_with_us_they_read_well(pipeline: Pipeline) -> None:
    wanted = {
        "hi Anna, how are you?": "你好 Anna，最近怎么样？",
        "hi friends, dinner at 7?": "朋友们好，7点",
        "good morning everyone": "大家早上好",
        "Bye Tom, see you tomorrow!": "拜拜 Tom，明天见！",
        "大家好，我是小雨": "Hi everyone, I'm Xiaoyu",
        "小明，吃了吗": "Xiaoming, have you eaten?",
        "晚安各位": "Good night, everyone",
        "姐妹们早上好": "Good morning, girls",
    }

    async def one(text: str) -> str:
        source, target = way(text)
        found = await pipeline.translate(RichText(text), target=target, prior=source)
        return found.text.text

    answers = await asyncio.gather(*map(one, wanted))
    assert [
        (text, answer)
        for (text, begins), answer in zip(wanted.items(), answers, strict=True)
        if not answer.startswith(begins)
    ] == []

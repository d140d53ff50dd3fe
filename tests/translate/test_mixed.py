"""Messages in both languages at once: what the reader can read stays, the rest is translated."""

from __future__ import annotations

import pytest

from bot.core.language import dominant, is_foreign
from bot.core.richtext import RichText
from bot.core.shield import bare
from bot.translate.direction import Direction
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Parrot

# Twenty-six lines as people type them, with the channel's language, and whether a reader of the
# other language needs a translation.
STYLES = [
    ("hello everyone", "en", True),
    ("lol", "en", True),
    ("haha yes", "en", True),
    ("gg wp", "en", True),
    ("this meme is too funny 哈哈哈", "en", True),
    ("what does 加油 mean?", "en", True),
    ("how do you say 谢谢 in Chinese", "en", True),
    ("I love 王菲 so much", "en", True),
    ("大家好！ Hello everyone!", "en", True),
    ("OMG!!! 😂😂", "en", True),
    ("https://example.com/猫", "en", False),
    ("😂😂 @Bob 123", "en", False),
    ("(｡･ω･｡)", "en", False),
    ("大家好", "zh", True),
    ("謝謝你", "zh", True),
    ("哈哈", "zh", True),
    ("yyds", "zh", True),
    ("ni hao", "zh", True),
    ("我的cat叫Mimi", "zh", True),
    ("我爱看NBA", "zh", True),
    ("这个meme太好笑了lol", "zh", True),
    ("今天meeting好多，so tired", "zh", True),
    ("收到，thanks", "zh", True),
    ("ヾ(≧▽≦*)o 太好了", "zh", True),
    ("I love 王菲", "zh", False),
    ("666", "zh", False),
]


@pytest.mark.parametrize(("text", "prior", "is_needed"), STYLES)
def test_the_other_side_gets_a_translation_where_it_needs_one(
    text: str, prior: str, is_needed: bool
) -> None:
    reader = "zh" if prior == "en" else "en"
    found = dominant(bare(RichText(text)).split("，"), prior, reader)
    assert (found == prior) == is_needed


@pytest.mark.parametrize(
    ("text", "reader", "foreign"),
    [
        ("I love 王菲", "en", False),
        ("I said 你怎么还不来", "en", True),
        ("猫", "en", True),
        ("我的cat叫Mimi", "en", True),
        ("so tired", "zh", True),
        ("lol", "zh", False),
        ("这个meme太好笑了lol", "zh", False),
        ("我妈说 you should really get married", "zh", True),
        ("hello 123", "zh", False),
        ("", "en", False),
    ],
)
def test_a_word_of_the_other_language_is_a_guest_and_a_phrase_is_not(
    text: str, reader: str, foreign: bool
) -> None:
    assert is_foreign(text, reader) == foreign


@pytest.mark.parametrize(
    ("text", "source", "target", "guests"),
    [
        ("这个meme太好笑了lol", "zh", "en", ["meme", "lol"]),
        ("我在New York看NBA", "zh", "en", ["New York", "NBA"]),
        ("跑了5km和5 km", "zh", "en", []),
        ("他真是yyds", "zh", "en", []),
        ("what does 加油 mean", "en", "zh", ["加油"]),
        ("Bonjour 猫", "fr", "zh", []),
    ],
)
def test_guests_are_the_words_the_reader_knows(
    text: str, source: str, target: str, guests: list[str]
) -> None:
    found = Direction(source, target).guests(text)
    assert [text[guest.start : guest.end] for guest in found] == guests


@pytest.mark.parametrize(
    ("text", "target", "prior", "heard", "said"),
    [
        ("这个meme太好笑了lol", "en", "zh", ["这个<x1>太好笑了<x2>。"], "Cat meme cat lol cat"),
        ("我的cat叫Mimi", "en", "zh", ["我的<x1>叫<x2>。"], "Cat cat cat Mimi cat"),
        ("今天meeting好多，so tired", "en", "zh", ["今天<x1>好多。"], "Cat meeting cat, so tired"),
        ("今天meeting好多，so tired", "zh", "en", ["So tired."], "今天meeting好多，猫"),
        ("收到，thanks", "en", "zh", ["收到。"], "Cat, thanks"),
        ("what does 加油 mean?", "zh", "en", ["What does <x1> mean?"], "猫加油猫？"),
        ("what does 网络 mean?", "zh-Hant", "en", ["What does <x1> mean?"], "貓網路貓？"),
        ("this is fun 哈哈哈", "zh", "en", ["This is fun <x1>."], "猫哈哈哈猫"),
        (
            "my mom said 你怎么还不结婚 again",
            *("en", "zh"),
            ["<x1> 你怎么还不结婚 <x2>。"],
            "Cat my mom said cat again cat",
        ),
        ("Hello，大家好！", "en", "zh", ["大家好！"], "Hello, Cat!"),
        ("I love 王菲", "en", "zh", [], "I love 王菲"),
        ("let's go！冲冲冲", "en", "zh", ["冲冲冲。"], "let's go! Cat"),
        ("我爱你 and I love you", "zh", "en", ["And I love you."], "我爱你猫"),
        ("谢谢！ Thanks!", "en", "en", [], "谢谢！ Thanks!"),
    ],
)
async def test_a_mixed_message_becomes_the_readers(
    text: str, target: str, prior: str, heard: list[str], said: str
) -> None:
    engine = Parrot()
    answer = await Pipeline(engine).translate(RichText(text), target=target, prior=prior)
    assert (engine.heard, answer.text.text) == (heard, said)

from __future__ import annotations

import pytest

from bot.core.language import chinese_script, detect, is_translatable
from bot.core.richtext import RichText
from bot.core.shield import bare


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello everyone", "en"),
        ("大家好", "zh"),
        ("謝謝", "zh"),
        ("哈哈", "zh"),
        ("lol", "en"),
        ("haha yes", "en"),
        ("gg", "en"),
        ("我的cat叫Mimi", "zh"),
        ("我爱看NBA", "zh"),
        ("这个meme太好笑了lol", "zh"),
        ("I love 王菲", "en"),
        ("谢谢Anna和Tom", "zh"),
        ("谢谢Anna、Tom和Lily", "zh"),
        ("I went to 北京 last year", "en"),
        ("yyds", "zh"),
        ("ni hao", "zh"),
        ("wo ai ni", "zh"),
        ("可愛いですね", "ja"),
        ("ありがとう", "ja"),
        ("안녕하세요", "ko"),
        ("привет", "ru"),
        ("https://example.com/猫", "und"),
        ("😂😂 @Bob 123", "und"),
        ("(｡･ω･｡)", "und"),
        ("ヾ(≧▽≦*)o 太好了", "zh"),
        ("(๑•̀ㅂ•́)و✧", "und"),
        ("2w块", "zh"),
        ("8pm见", "zh"),
        ("175cm 65kg 男", "zh"),
        ("I ran 5k 加油", "en"),
        ("666", "und"),
        ("", "und"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert detect(bare(RichText(text)), "und") == language


@pytest.mark.parametrize("prior", ["zh", "en"])
def test_the_channel_decides_a_tie(prior: str) -> None:
    assert detect("开黑 valorant", prior) == prior


@pytest.mark.parametrize(
    ("text", "script"),
    [("這個軟體", "Hant"), ("这个软件", "Hans"), ("你好", ""), ("hello", "")],
)
def test_only_telling_characters_tell_the_script(text: str, script: str) -> None:
    assert chinese_script(text) == script


def test_words_of_another_script_are_nothing_to_translate() -> None:
    assert is_translatable("猫", "zh")
    assert not is_translatable("yyds", "zh")
    assert not is_translatable("123!", "en")

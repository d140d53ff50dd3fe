from __future__ import annotations

import pytest

from bot.translate.punctuation import tidy


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("你好, 世界!", "你好，世界！"),
        ("我去New York, 你呢?", "我去 New York，你呢？"),
        ("房间12B, 第3楼, 代码是4471#", "房间12B，第3楼，代码是4471#"),
        ("他说 \"好的\" 。", "他说“好的”。"),
        ("iPhone, iPad和Mac", "iPhone, iPad 和 Mac"),
        ("花了2,500块", "花了2,500块"),
        ("等等...", "等等……"),
        ("65 kg (143磅)", "65 kg（143磅）"),
    ],
)  # fmt: skip
def test_chinese_has_full_width_punctuation_and_no_stray_blanks(said: str, shown: str) -> None:
    assert tidy(said, "zh") == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Hello，world！", "Hello, world!"),
        ("He said “no”。", 'He said "no".'),
        ("I don't think..", "I don't think..."),
        ("well……", "Well..."),
        ("It costs 2,500 yuan .", "It costs 2,500 yuan."),
    ],
)
def test_english_has_ascii_punctuation(said: str, shown: str) -> None:
    assert tidy(said, "en") == shown

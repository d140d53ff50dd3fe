from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sentences import LONGEST, clauses, split, weight


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Hello. How are you?", ["Hello. ", "How are you?"]),
        ("Mr. Smith met Dr. Li. They talked.", ["Mr. Smith met Dr. Li. ", "They talked."]),
        ("It is 3.5 kg, e.g. heavy. Yes!", ["It is 3.5 kg, e.g. heavy. ", "Yes!"]),
        ("I live in the U.S. now. Nice.", ["I live in the U.S. now. ", "Nice."]),
        ("See p. 10, No. 5 vs. 3, vol. 2. OK.", ["See p. 10, No. 5 vs. 3, vol. 2. ", "OK."]),
        ("v2.0 is out! Get it.", ["v2.0 is out! ", "Get it."]),
        ("Wait... what?", ["Wait... what?"]),
        ("No way!!! Really?!", ["No way!!! ", "Really?!"]),
        ('"Really?" she said. OK.', ['"Really?" she said. ', "OK."]),
        ("1. Hello there.", ["1. Hello there."]),
        ("你好。你呢？", ["你好。", "你呢？"]),
        ("太好了！！！走吧。。。好", ["太好了！！！", "走吧。。。", "好"]),
        ("我……不知道。", ["我……", "不知道。"]),
        ("他说：“好的。”然后走了。", ["他说：“好的。”", "然后走了。"]),
        ("（真的吗？）是的。", ["（真的吗？）", "是的。"]),
        ("太棒了～ 我喜欢", ["太棒了～ ", "我喜欢"]),
        ("“去吗？不去。”他说。", ["“去吗？不去。”", "他说。"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, pieces: list[str]) -> None:
    assert split(text) == pieces


@given(st.text(alphabet="ab A.。!！?？…,，“”\"' ～)）\u4f60\u597d\n3", max_size=300))
def test_joining_the_sentences_gives_the_text_back(text: str) -> None:
    assert "".join(split(text)) == text


@pytest.mark.parametrize("text", ["好" * 500, "word " * 500, "a" * 2000, "好，" * 300, "!" * 900])
def test_nothing_is_longer_than_a_model_takes(text: str) -> None:
    pieces = split(text)
    assert "".join(pieces) == text
    assert all(weight(piece) <= LONGEST or set(piece) == {"!"} for piece in pieces)


def test_a_long_sentence_is_cut_at_its_commas() -> None:
    text = "我今天早上很早就起床了，" * 20
    assert all(piece.endswith("，") for piece in split(text))


def test_a_comma_inside_a_number_is_no_place_to_cut() -> None:
    assert clauses("He gained 100,000 fans, wow") == ["He gained 100,000 fans, ", "wow"]


@pytest.mark.parametrize("unit", [".", "。 ", "a. ", "“", "，", " ", "(", ". )"])
def test_hostile_lines_are_cut_in_linear_time(unit: str) -> None:
    begin = time.process_time()
    split(unit * 20_000)
    assert time.process_time() - begin < 2

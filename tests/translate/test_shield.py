from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import patterns
from bot.core.richtext import RichText, Span, Style
from bot.core.shield import FAMILIES, Family, Held, collapse, expand, guards, mark


def protected(text: RichText | str) -> list[str]:
    rich = RichText(text) if isinstance(text, str) else text
    return [rich.text[guard.start : guard.end] for guard in guards(rich)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("谢谢！https://example.com/猫", ["https://example.com/猫"]),
        ("看https://a.com/x看看", ["https://a.com/x"]),
        ("see https://a.com/x.", ["https://a.com/x"]),
        ("(https://a.com/b_(c))", ["https://a.com/b_(c)"]),
        ("去https://a.com，好吗", ["https://a.com"]),
        ("bilibili.com。好", ["bilibili.com"]),
        ("mail me@example.org!", ["me@example.org"]),
        ("@Bob: hi", ["@Bob"]),
        ("谢谢@小明 明天见", ["@小明"]),
        ("in #general, not #1", ["#general"]),
        ("#猫税# 来了", ["#猫税#"]),
        (":cat: at 10:30:45", [":cat:"]),
        ("👨‍👩‍👧👍🏽1️⃣🇺🇸", ["👨‍👩‍👧", "👍🏽", "1️⃣", "🇺🇸"]),
        ("ok ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", ["❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]),
        ("(╯°□°)╯︵ ┻━┻ no", ["(╯°□°)╯︵ ┻━┻"]),
        ("¯\\_(ツ)_/¯", ["¯\\_(ツ)_/¯"]),
        ("haha T_T :) (^_^)", ["T_T", ":)", "(^_^)"]),
        ("(see this) (好的) (1)", []),
        ("hello(^_^)bye (^_^) `code` and **it**", ["(^_^)", "(^_^)", "`code`", "**", "**"]),
        ("oh (no) (e.g., x) (a/b) (我 = 你) (90°C) (привет) (おはよう)", []),
        ("run `a b` now", ["`a b`"]),
        ("```py\nx = 1\n``` end", ["```py\nx = 1\n```"]),
        ("```never closed", ["```never closed"]),
        ("before\n```py\nx = 1", ["```py\nx = 1"]),
        ("no fence ``` here", []),
        ("open report.pdf and v2.0 or 1.2.3", ["report.pdf", "v2.0", "1.2.3"]),
        ("3.5 kg, U.S. and e.g. this", []),
        ("I wrote <x1> myself", ["<x1>"]),
        ("a\x00b\ud800c", ["\x00", "\ud800"]),
        ("@john_doe_99 hi @小明", ["@john_doe_99", "@小明"]),
        ("看报告_最终版.pdf和a.png", ["看报告_最终版.pdf", "a.png"]),
        ("版本v2.0发布了", ["v2.0"]),
        ("snake_case_name or _this_", ["snake_case_name", "_", "_"]),
        ("GPT-4, COVID-19 and iPhone15", ["GPT-4", "COVID-19", "iPhone15"]),
        ("C++, C# or AT&T", ["C++", "C#", "AT&T"]),
        ("gr8 m8, b4 u go 2nd", []),
        ("用YouTube看4K", ["YouTube", "4K"]),
        ("||spoiler|| here", ["||", "||"]),
        ("RMB200, 3 cats at 19:30", []),
        ("<a:cat:12345> <@!12> <#34> <@&56>", ["<a:cat:12345>", "<@!12>", "<#34>", "<@&56>"]),
        ("👩🏿‍🚀🏳️‍🌈🇨🇳🇺🇸", ["👩🏿‍🚀", "🏳️‍🌈", "🇨🇳", "🇺🇸"]),
    ],
)
def test_what_is_not_words_is_protected(text: str, kept: list[str]) -> None:
    assert protected(text) == kept


FACES = r"""
(˶ᵔ ᵕ ᵔ˶)  (╥﹏╥)  ｡ﾟ(ﾟ´Д｀ﾟ)ﾟ｡  ٩(ˊᗜˋ*)و  (ง •̀_•́)ง  ଘ(੭ˊᵕˋ)੭  ʕ•ᴥ•ʔ  (˘³˘)♥
Orz  QAQ  TAT  ^_^  :-P  (づ｡◕‿‿◕｡)づ  (っ˘ω˘ς )  (◍•ᴗ•◍)  (≧∇≦)/  (ﾉ◕ヮ◕)ﾉ*:･ﾟ✧
┬─┬ノ( º _ ºノ)  (ಥ_ಥ)  ಠ_ಠ  (；′⌒`)  (ToT)/~~~  ( ´ ▽ ` )ﾉ  (ᗒᗣᗕ)՞  (๑>؂<๑)
૮₍ ˶ᵔ ᵕ ᵔ˶ ₎ა  ₍^. .^₎⟆  /ᐠ｡ꞈ｡ᐟ\  ฅ^•ﻌ•^ฅ  (ฅ'ω'ฅ)  (♡˙︶˙♡)  (⁄ ⁄•⁄ω⁄•⁄ ⁄)
(´；ω；`)  (*´∀`)~♥  (๑•́ ₃ •̀๑)  (；´д｀)ゞ  ｡:ﾟ(｡ﾉω＼｡)ﾟ･｡  ( •̀ ω •́ )✧  (•ˋ _ ˊ•)
(￢_￢)  (⌒‿⌒)  (⌐■_■)  ლ(ಠ益ಠლ)  (¦3[▓▓]  (꒪⌓꒪)  (ノಠ益ಠ)ノ彡┻━┻  (^_−)☆  (；一_一)
(´▽`ʃ♡ƪ)  ( •_•)>⌐■-■  o(*￣▽￣*)ブ  (❁´◡`❁)  (✪ω✪)  (ಡωಡ)  d(`･∀･)b  (๑˃ᴗ˂)ﻭ
(´∩｡• ᵕ •｡∩`)  (っ◔◡◔)っ ♥  QvQ  -_-||  >﹏<  T^T  ;-;  ;_;  O.o  ¬_¬  qwq  ovo
T T  OTL  _(´ཀ`」 ∠)_  ᓚᘏᗢ  ദ്ദി(˵ •̀ ᴗ - ˵ ) ✧  ꒰ঌ(˶ˆᗜˆ˵)໒꒱  ⸜(｡˃ ᵕ ˂ )⸝♡
( ⸝⸝´꒳`⸝⸝)  (⓿_⓿)  (°∀°)ﾉ  ( ゜- ゜)つロ  φ(゜▽゜*)♪  >:(  \o/"""


@pytest.mark.parametrize("face", re.split(r" {2,}|\n", FACES.strip()))
def test_a_face_is_kept_whole_wherever_it_stands(face: str) -> None:
    texts = (f"好的{face}", f"nice {face}", f"今天好累 {face} 想睡觉", f"so {face} tired")
    assert [protected(text) for text in texts] == [[face]] * 4


def test_what_the_platform_marked_is_protected_whole() -> None:
    text = RichText(
        "hi @Bob Lee, x = 1", (Span(3, 11, Style.MENTION, "7"), Span(13, 18, Style.CODE))
    )
    assert protected(text) == ["@Bob Lee", "x = 1"]


def test_overlapping_protection_is_one() -> None:
    text = RichText("see https://a.com/x y", (Span(4, 21, Style.PRE),))
    assert protected(text) == ["https://a.com/x y"]


styles = st.sampled_from(list(Style))


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    words = st.sampled_from(
        ["你好", "cat ", "😂", "https://a.b/c ", "@Bob ", "\n", "`x`", "。", " "]
    )
    text = "".join(draw(st.lists(words, max_size=12)))
    spans: list[Span] = []
    for _ in range(draw(st.integers(0, 4)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        spans.append(Span(start, draw(st.integers(start + 1, len(text))), draw(styles)))
    return RichText(text, tuple(sorted(spans)))


@given(rich_texts())
def test_collapsing_then_expanding_keeps_text_and_covered_letters(text: RichText) -> None:
    held: list[Held] = []
    skeleton = collapse(text, guards(text), held)
    again = expand(skeleton, [each.content for each in held])
    assert again.text == text.text
    for style in Style:
        assert covered(text, style) <= covered(again, style)


def covered(text: RichText, style: Style) -> set[int]:
    return {at for s in text.spans if s.style is style for at in range(s.start, s.end)}


@pytest.mark.parametrize("family", FAMILIES)
def test_slots_come_back_where_they_were_put(family: Family) -> None:
    text = f"see {mark(0)} and {mark(1)}"
    masked = family.mask(text)
    assert masked is not None
    assert family.unmask(masked, [mark(0), mark(1)]) == text


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<x1>",
        "<x1> <x1> <x2>",
        "<x1> <x2> <x3>",
        "<x1> <x12>",
        "<x1> x2",
        f"<x1> <x2> {mark(0)}",
    ],
)
def test_slots_that_are_lost_or_doubled_are_noticed(answer: str) -> None:
    assert FAMILIES[0].unmask(answer, [mark(0), mark(1)]) is None


def test_a_number_that_was_written_is_no_slot() -> None:
    numbers = FAMILIES[-1]
    assert numbers.mask(f"71 cats saw {mark(0)}") is None
    assert numbers.unmask("看 3.71 和 171", [mark(0)]) is None


def test_a_slot_that_was_spaced_out_is_still_found() -> None:
    assert FAMILIES[0].unmask("看 < x1 >", [mark(0)]) == f"看 {mark(0)}"


@pytest.mark.parametrize(
    "unit",
    [
        "😂",
        "(",
        "(^",
        "｡ﾟ(",
        "(ﾟ",
        "･｡:",
        "ᐠ.",
        "T ",
        "**",
        "**a",
        "*a ",
        "_a_ ",
        "~~",
        "`",
        "```a ",
        "www.",
        "a.",
        "@",
        "#",
        ":a",
        "_",
        "^",
        "a-",
        "http://",
        "猫.",
    ],
)
def test_hostile_text_is_searched_in_linear_time(unit: str) -> None:
    begin = time.process_time()
    guards(RichText(unit * (100_000 // len(unit))))
    assert time.process_time() - begin < 3


NEAR_MISSES = [
    *"aboOrzuUwWxXDTQC猫 \n.,!?'，。！？、049_@:",
    "www",
    "com",
    "orz",
    "v1",
    "4K",
    "iPhone",
    "jpg",
    *("qwq", "OTL", "T T", "0v0", "D", "~~", "**"),
]


@given(st.lists(st.sampled_from(NEAR_MISSES), max_size=8).map("".join) | st.text(max_size=20))
def test_nothing_protected_is_passed_over_for_the_sake_of_speed(text: str) -> None:
    assert [m.span() for m in patterns.protected(text)] == [
        m.span() for m in patterns.PROTECTED.finditer(text)
    ]

"""Chat words are spelled out, answered and explained; ordinary words and marks are left."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.shield import mark
from bot.translate.lexicon import LONGEST, expand, notes, phrase, slang
from bot.translate.tables import rows
from bot.translate.units import unit_notes

MARKS = [mark(number) for number in (0, 1, 7, 200)]
CHAT = ["yyds", "lol", "u ", "8", "两", "斤", "万", "3", "哈", "h", "~", "。", "🙂", " ", "\n", "'"]
TALK = st.lists(st.sampled_from([*MARKS, *CHAT]) | st.text(max_size=5), max_size=20).map("".join)
LANGUAGES = st.sampled_from(["zh", "en", "zh-Hant", "ja", "und", ""])


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("u r so cute", "you are so cute"),
        ("ur so cute", "you're so cute"),
        ("is that ur cat", "is that your cat"),
        ("pls tell ppl, thx!", "please tell people, thanks!"),
        ("c u tmrw", "see you tomorrow"),
        ("idk rn", "I don't know right now"),
        ("Idk tbh", "I don't know to be honest"),
        ("btw, IDK", "by the way, I don't know"),
        ("IDK WHAT U MEAN", "I DON'T KNOW WHAT YOU MEAN"),
        ("gonna be l8, w8 4 me", "going to be late, wait 4 me"),
        ("i gotta go b4 nine", "I have to go before nine"),
        ("she's gotta see it", "she has to see it"),
        ("w/ my mom", "with my mom"),
        ("w/o sugar", "without sugar"),
        ("im here bc u asked", "I'm here because you asked"),
        ("i dont think thats right", "i don't think that's right"),
        ("wanna", "want to"),
    ],
)
def test_english_shorthand_is_spelled_out(text: str, whole: str) -> None:
    assert expand(text, "en") == whole


@pytest.mark.parametrize(
    "text",
    [
        "the U.S. is big",
        "R&B",
        "plan B",
        "I live in BC",
        "500 BC",
        "she is an RN",
        "see r/cats and u/name",
        "user_u r-value",
        "B4 paper",
        "tomato, bury, burn",
        "the @u handle",
        "yyds",
    ],
)
def test_what_only_looks_like_english_shorthand_stays(text: str) -> None:
    assert expand(text, "en") == text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("这家店yyds！", "这家店是最棒的！"),
        ("XSWL，太逗了", "笑死我了，太逗了"),
        ("u1s1，有点贵", "有一说一，有点贵"),
        ("酱紫啊", "这样子啊"),
        ("有木有猫", "有没有猫"),
        ("我木有钱", "我没有钱"),
        ("肿么办，灰常急", "怎么办，非常急"),
        ("这个歪果仁真逗", "这个外国人真逗"),
        ("两个孩纸", "两个孩子"),
        ("生快！", "生日快乐！"),
        ("hhhhhhh太逗", "哈哈哈太逗"),
        ("有点emo", "有点难过"),
        ("你造吗", "你知道吗"),
    ],
)
def test_chinese_shorthand_is_spelled_out(text: str, whole: str) -> None:
    assert expand(text, "zh") == whole


@pytest.mark.parametrize(
    "text",
    [
        "树木有很多",
        "石灰常见",
        "酱紫色的茄子",
        "学生快来",
        "改造吗",
        "我不造成影响",
        "他是滴滴司机",
        "反对伐木",
        "广阔以及美丽",
        "最爱豆腐",
        "xyydsx",
        "abc_yyds",
        "lol",
    ],
)
def test_what_only_looks_like_chinese_shorthand_stays(text: str) -> None:
    assert expand(text, "zh") == text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("你好", "Hello"),
        ("你好！", "Hello!"),
        ("否", "No"),
        ("没有", "No"),
        ("谢谢啦～", "Thanks~"),
        ("辛苦了", "Thanks for your hard work"),
        ("加油！！", "You've got this!!"),
        ("在吗", "You there?"),
        ("在吗？", "You there?"),
        ("在吗？？", "You there??"),
        ("真的假的！", "For real?!"),
        ("真的吗。", "Really?"),
        ("哈哈哈哈哈哈哈", "Hahaha"),
        ("233", "Haha"),
        ("233333", "Haha"),
        ("666", "Awesome"),
        ("YYDS", "The GOAT"),
        ("ＹＹＤＳ！", "The GOAT!"),
        ("晚安😊", "Good night 😊"),
        ("😊 晚安", "😊 Good night"),
        ("早", "Good morning"),
        ("好的……", "OK..."),
        ("我也是", "Me too"),
        ("不，谢谢", "No, thank you"),
        ("不 谢谢", "No, thank you"),
        ("抱抱", "Hugs"),
        ("88", "Bye-bye"),
        ("3Q", "Thanks"),
        ("么么哒", "Mwah"),
        ("新年快乐！", "Happy New Year!"),
        ("交猫税", "Pay the cat tax"),
        ("猫税已交！", "Cat tax paid!"),
        ("收到。", "Got it."),
        ("谢谢 :)", "Thanks :)"),
        (f"{mark(0)} 你好", f"{mark(0)} Hello"),
        (f"谢谢{mark(3)}", f"Thanks {mark(3)}"),
    ],
)
def test_a_chinese_phrase_has_an_english_answer(text: str, answer: str) -> None:
    assert phrase(text, "zh", "en") == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hello", "你好"),
        ("HELLO!", "你好！"),
        ("Hello???", "你好？？？"),
        ("no", "不"),
        ("no, thanks.", "不，谢谢。"),
        ("no thanks", "不，谢谢"),
        ("lol", "哈哈"),
        ("LMAOOOOO", "笑死"),
        ("hahahahahaha", "哈哈哈"),
        ("yesss", "是的"),
        ("goooood morning", "早上好"),
        ("gm", "早上好"),
        ("gn~", "晚安～"),
        ("ok...", "好的……"),
        ("np", "没问题"),
        ("brb", "马上回来"),
        ("omg!!!", "天哪！！！"),
        ("wtf", "搞什么啊"),
        ("wtf?!", "搞什么啊？！"),
        ("i don’t know", "不知道"),
        ("Me too", "我也是"),
        ("Happy birthday!", "生日快乐！"),
        ("cat tax paid", "猫税已交"),
        ("thx <3", "谢谢 <3"),
        ("thx 😊", "谢谢 😊"),
        ("hmm...", "嗯……"),
        ("I know, right?", "就是啊？"),
        (f"hey {mark(0)}!", f"嘿 {mark(0)}！"),
    ],
)
def test_an_english_phrase_has_a_chinese_answer(text: str, answer: str) -> None:
    assert phrase(text, "en", "zh") == answer


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("你好，我叫小明", "zh", "en"),
        ("他不在吗", "zh", "en"),
        ("880", "zh", "en"),
        ("100", "en", "zh"),
        ("hello world", "en", "zh"),
        ("no thanks to you", "en", "zh"),
        (f"he{mark(0)}llo", "en", "zh"),
        ("hello\nhello", "en", "zh"),
        ("", "en", "zh"),
        ("!!!", "en", "zh"),
        ("你好", "en", "zh"),
        ("你好", "zh", "ja"),
        ("yes" * LONGEST, "en", "zh"),
    ],
)
def test_anything_else_is_no_phrase(text: str, source: str, target: str) -> None:
    assert phrase(text, source, target) is None


def test_every_phrase_of_the_file_is_found_as_it_is_written() -> None:
    for chinese, english, direction in rows("phrases"):
        zh, en = chinese.split("|"), english.split("|")
        if direction != "en>zh":
            assert [term for term in zh if phrase(term, "zh", "en") is None] == []
        if direction != "zh>en":
            assert [term for term in en if phrase(term, "en", "zh") is None] == []


def test_no_phrase_says_yes_for_no() -> None:
    assert {phrase(word, "zh", "en") for word in ("否", "不", "不是", "不对", "没有")} == {"No"}
    assert {phrase(word, "en", "zh") for word in ("no", "nope", "nah")} == {"不"}


def terms(text: str, language: str) -> list[str]:
    return [note.term for note in notes(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("这家店yyds，下次还来", "zh", ["yyds"]),
        ("我被种草了", "zh", ["种草"]),
        ("呵呵", "zh", ["呵呵"]),
        ("真二", "zh", ["二"]),
        ("白月光", "zh", ["白月光"]),
        ("这操作66666", "zh", ["66666"]),
        ("996的公司别去", "zh", ["996"]),
        ("打工人打工魂", "zh", ["打工人"]),
        ("今天lowkey想吃火锅", "zh", ["lowkey"]),
        ("就这样吧🙂", "zh", ["🙂"]),
        ("嗯。", "zh", ["嗯", "。"]),
        ("ngl that was lowkey fun", "en", ["ngl", "lowkey"]),
        ("SLAYYYY", "en", ["SLAYYYY"]),
        ("so mid", "en", ["mid"]),
        ("bruh that movie was mid", "en", ["bruh", "mid"]),
        ("she ate", "en", ["she ate"]),
        ("打LOL打到半夜", "zh", ["LOL"]),
        ("it lives rent free in my head", "en", ["lives rent free"]),
        ("what does 内卷 mean", "en", ["内卷"]),
        ("she said yyds", "en", ["yyds"]),
        ("lol lol lol", "en", ["lol"]),
        ("no cap", "en", ["no cap"]),
    ],
)
def test_a_term_is_explained(text: str, language: str, found: list[str]) -> None:
    assert terms(text, language) == found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我二月十二号来", "zh"),
        ("电话是88881234", "zh"),
        ("花了88块", "zh"),
        ("坐666路公交", "zh"),
        ("上头条新闻了", "zh"),
        ("他在春天播种草莓和豆子", "zh"),
        ("饼干好吃", "zh"),
        ("去银行办事", "zh"),
        ("买了奶粉和面粉", "zh"),
        ("我昨天在图书馆看了一本很厚的书，今天还要去还", "zh"),
        ("今天哪儿也不想去", "zh"),
        ("一到月底，我就只吃土豆", "zh"),
        ("法官宣布他无罪", "zh"),
        ("这座楼为残疾人设有电梯", "zh"),
        ("照片仅供参考", "zh"),
        ("老铁锅用久了不粘", "zh"),
        ("他的手都酸了，飞机也起飞了", "zh"),
        ("I ate lunch at midnight", "en"),
        ("she ate three bowls of rice", "en"),
        ("I'm dead tired", "en"),
        ("can you pick me up at the airport", "en"),
        ("my alarm didn't go off", "en"),
        ("the car keys are locked in the trunk", "en"),
        ("this dish is too salty", "en"),
        ("the amid camid midst", "en"),
        ("room 666", "en"),
        ("the ship leaves at nine in the morning", "en"),
        ("they sell caps and flexible goats", "en"),
        ("We had tea with my aunt and her sick dog", "en"),
        ("my dear old friend lives in Ohio these days", "en"),
        ("emo music from the nineties", "en"),
    ],
)
def test_an_ordinary_word_is_not_explained(text: str, language: str) -> None:
    assert notes(text, language) == []


def test_a_note_tells_both_sides_what_is_meant() -> None:
    (note,) = notes("xswl，这猫成精了", "zh")
    assert (note.term, note.meaning_zh.startswith("“笑死我了”")) == ("xswl", True)
    assert "dying of laughter" in note.meaning_en
    assert note.literal
    assert note.example
    assert note.register == "internet"


def test_rude_words_and_false_friends_say_so() -> None:
    def register(text: str, language: str) -> str:
        return notes(text, language)[0].register

    assert "rude" in register("你个250", "zh")
    assert "rude" in register("戴绿帽子", "zh")
    assert "cold" in register("呵呵", "zh")
    assert "cold" in register("🙂", "zh")
    assert "rude" in register("小姐", "zh")
    assert "rude" in register("kys", "en")


def test_every_term_is_found_alone_in_its_language() -> None:
    hidden = [
        (entry.language, term)
        for entry in slang()
        for language in (["zh", "en"] if entry.language == "any" else [entry.language])
        for term in entry.terms
        if not notes(term.rstrip("+$") if len(term) > 1 else term, language)
    ]
    assert hidden == []


@given(TALK, LANGUAGES)
def test_expanding_never_fails_and_keeps_marks(text: str, language: str) -> None:
    expanded = expand(text, language)
    assert [c for c in expanded if c in MARKS] == [c for c in text if c in MARKS]


@given(TALK, st.sampled_from([("zh", "en"), ("en", "zh"), ("zh-Hant", "en"), ("ja", "zh")]))
def test_a_phrase_never_fails_and_keeps_marks(text: str, direction: tuple[str, str]) -> None:
    answer = phrase(text, *direction)
    if answer is not None:
        assert [c for c in answer if c in MARKS] == [c for c in text if c in MARKS]


@given(TALK, LANGUAGES)
def test_notes_are_about_what_was_written(text: str, language: str) -> None:
    for note in (*notes(text, language), *unit_notes(text, language)):
        assert note.term in text
        assert not set(note.term) & set(MARKS)


def calls(action: Callable[[], object]) -> int:
    """How many functions, ours and built in, `action` called: work without a clock."""
    count = 0

    def called(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(called)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece", ["h", "hhhz", "哈", "6", "lmaooo", "我在二月 ", "8.", "u", "u r ", "~", "笑死", "3万"]
)
@pytest.mark.parametrize("action", [expand, notes, unit_notes])
def test_the_work_grows_no_faster_than_the_text(
    piece: str, action: Callable[[str, str], object]
) -> None:
    short, long = (piece * (size // len(piece)) for size in (10_000, 100_000))
    for language in ("zh", "en"):
        action("", language)
        few, many = calls(lambda: action(short, language)), calls(lambda: action(long, language))  # noqa: B023
        assert many <= 11 * few + 200

"""Names by sound and meaning: always three different ones, the same for the same person."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.community.name_cards import THEMES, card, heading, shown
from bot.community.namebook import SOURCE, Character, namebook
from bot.community.naming import (
    EMPTY,
    FOREIGN,
    MIXED,
    PAGES,
    TOO_LONG,
    TOO_MANY_HAN,
    Asked,
    ChineseName,
    EnglishName,
    chinese_names,
    english_names,
    given_part,
    read,
    spelled,
)
from bot.community.sounds import joined, likeness, of_latin, of_pinyin, tone, toneless
from bot.core.errors import Refused

BOOK = namebook()
ANN = "east:ann"
SYLLABLE = re.compile(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+")
LATIN = st.text(st.characters(categories=["L"], max_codepoint=0x24F), min_size=1, max_size=40)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6)


def suggest(asked: Asked, person: str, page: int) -> tuple[ChineseName | EnglishName, ...]:
    find = chinese_names if asked.script == "latin" else english_names
    return find(asked, person, page)


def named(text: str, person: str = ANN, page: int = 0) -> list[str]:
    return [each.text for each in suggest(read(text), person, page)]


def characters(text: str) -> tuple[Character, ...]:
    """A full name out of the book."""
    by_text = {each.text: each for each in (*BOOK.given, *BOOK.surnames)}
    return tuple(by_text[sign] for sign in text)


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_is_refused_with_a_known_sentence(text: str) -> None:
    try:
        asked = read(text)
    except Refused as refused:
        told = refused.message
    else:
        assert len({each.text for each in suggest(asked, ANN, 0)}) == 3
        told = ""
    assert told in {"", EMPTY, TOO_LONG, TOO_MANY_HAN, MIXED, FOREIGN}


@given(LATIN | HAN, st.text(max_size=20), st.integers(0, 20))
@example("Ng", ANN, 0)
@example("Øystein", ANN, 7)
@example("的的", ANN, 1)
def test_three_different_names_and_always_the_same(text: str, person: str, page: int) -> None:
    try:
        asked = read(text)
    except Refused:
        return
    found = suggest(asked, person, page)
    assert len({each.text for each in found}) == 3
    assert suggest(asked, person, page) == found
    for each in found:
        for language in ("en", "zh", "zh-Hant"):
            assert card(each, asked, language).text.startswith(shown(each, language))


@given(LATIN)
def test_a_chinese_name_is_whole_and_decent(text: str) -> None:
    try:
        asked = read(text)
    except Refused:
        return
    surnames = {each.text for each in BOOK.surnames}
    for found in chinese_names(asked, ANN, 0):
        assert 2 <= len(found.text) <= 3
        assert found.text[0] in surnames
        assert not BOOK.is_unfit(found.characters)
        assert len(set(found.text)) == len(found.text)


@given(HAN | LATIN)
def test_what_was_read_reads_the_same_again_and_fits_a_button(text: str) -> None:
    try:
        asked = read(text)
    except Refused:
        return
    assert read(asked.text) == asked
    assert len(f"cb:names.tell:12345678012347~{asked.text}".encode()) <= 64


@pytest.mark.parametrize("name", ["Emma", "John Smith", "王小明", "Wojciech"])
def test_the_next_pages_show_others_and_then_it_starts_again(name: str) -> None:
    pages = [named(name, page=page) for page in range(PAGES)]
    every = [text for page in pages for text in page]
    assert [text for text, count in Counter(every).items() if count > 1] == []
    assert named(name, page=PAGES) == pages[0]


def test_two_people_of_one_name_get_names_of_their_own() -> None:
    everyone = {tuple(named("Emma", f"east:{number}")) for number in range(8)}
    assert len(everyone) > 4


@pytest.mark.parametrize(
    ("name", "sounds"),
    [("Emma", ["ai", "ma"]), ("Anna", ["an", "na"]), ("Lily", ["li", "li"])],
)
def test_one_of_three_sounds_like_the_name(name: str, sounds: list[str]) -> None:
    target = [of_pinyin(sound) for sound in sounds]

    def closeness(found: ChineseName) -> float:
        heard = [each.sound for each in found.characters]
        return max(
            min(likeness(one, two) for one, two in zip(heard[at:], target, strict=False))
            for at in range(len(heard) - len(target) + 1)
        )

    assert max(closeness(each) for each in chinese_names(read(name), ANN, 0)) > 0.7


def test_a_family_name_keeps_its_sound() -> None:
    for found in chinese_names(read("Emma Lee"), ANN, 0):
        assert likeness(found.characters[0].sound, of_pinyin("li")) > 0.7


def test_a_name_of_known_meaning_meets_its_meaning() -> None:
    found = chinese_names(read("Grace"), ANN, 0)
    assert any(each.themes for each in found)
    for each in found:
        carried = {(one.text, tag) for one in each.characters for tag in one.tags}
        assert set(each.themes) <= carried
        assert {theme for _, theme in each.themes} <= BOOK.english["grace"].tags


def test_english_names_follow_the_sound_and_the_meaning() -> None:
    by_sound, _, by_meaning = english_names(read("张伟"), ANN, 0)
    assert by_sound.echoes == ("伟",)
    assert by_meaning.themes


@pytest.mark.parametrize(
    ("name", "given"),
    [("王小明", "小明"), ("欧阳晨", "晨"), ("小梅", "小梅"), ("梅", "梅"), ("司马光明", "光明")],
)
def test_the_surname_is_told_from_the_given_name(name: str, given: str) -> None:
    assert given_part(name, BOOK) == given


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("  Zoë 🌸 ", "Zoe"),
        ("José María López", "Jose Lopez"),
        ("anna_99", "Anna"),
        ("O'Brien", "Obrien"),
        ("Ｅｍｍａ", "Emma"),
        ("王·小明✨", "王小明"),
        ("陳嘉怡", "陈嘉怡"),
    ],
)
def test_a_name_is_read_from_what_people_call_themselves(text: str, read_as: str) -> None:
    assert read(text).text == read_as


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "I need a name"),
        ("   ", "I need a name"),
        ("🐱🐱", "I need a name"),
        ("12345", "I need a name"),
        ("x" * 41, "That's too long."),
        ("Tom小王", "Letters or Chinese characters"),
        ("Иван", "I can only read"),
        ("さくら", "I can only read"),
        ("민준", "I can only read"),
        ("我是一只会飞的猫", "That's long for a Chinese name."),
    ],
)
def test_what_is_no_name_is_refused(text: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert refused.value.message.startswith(told)


@pytest.mark.parametrize("text", ["江泽民", "刘德华"])
def test_nobody_gets_a_famous_name(text: str) -> None:
    assert text in BOOK.famous


def test_what_only_sounds_like_a_leader_or_like_bad_luck_is_unfit() -> None:
    assert BOOK.is_unfit(characters("吴德"))  # “without virtue”
    assert BOOK.is_unfit(characters("林黛玉"))
    assert not BOOK.is_unfit(characters("林雅诗"))
    heard = next(iter(BOOK.leaders))
    sound_alike = tuple(Character("某", "某", sound, "", "") for sound in heard)
    assert BOOK.is_unfit(sound_alike)


@pytest.mark.parametrize(
    ("syllables", "word"),
    [(["xī", "ān"], "xī'ān"), (["ān", "nà"], "ānnà"), (["lì", "ěr"], "lì'ěr")],
)
def test_pinyin_is_joined_with_an_apostrophe_where_it_needs_one(
    syllables: list[str], word: str
) -> None:
    assert joined(syllables) == word


def test_a_name_is_spelled_with_capitals() -> None:
    assert spelled(characters("林安娜")) == "Lín Ānnà"


@pytest.mark.parametrize(
    ("word", "count"), [("Anna", 2), ("Grace", 1), ("Bianca", 3), ("Kate", 1), ("Maria", 3)]
)
def test_a_word_is_heard_in_its_syllables(word: str, count: int) -> None:
    assert len([each for each in of_latin(word) if not each.is_weak]) == count


@given(st.sampled_from(sorted(BOOK.readings.values())), st.sampled_from(["ma", "zhi", "xue", "er"]))
def test_likeness_is_fair(one: str, two: str) -> None:
    here, there = of_pinyin(one), of_pinyin(two)
    assert likeness(here, here) == pytest.approx(1)
    assert likeness(here, there) == likeness(there, here)
    assert 0 <= likeness(here, there) <= 1


def test_a_card_explains_every_character_in_the_readers_language() -> None:
    asked = read("Emma")
    found = chinese_names(asked, ANN, 0)[0]
    english, chinese = card(found, asked, "en").text, card(found, asked, "zh").text
    for each in found.characters:
        assert each.pinyin in english
        assert each.en in english
        assert each.zh in chinese
    assert "Emma" in heading(asked, "en")


def test_the_book_is_big_enough_and_sound() -> None:
    assert len(BOOK.given) >= 120
    assert len(BOOK.surnames) >= 60
    assert len(BOOK.english) >= 200
    for each in (*BOOK.given, *BOOK.surnames):
        assert SYLLABLE.fullmatch(each.pinyin), each
        assert tone(each.pinyin), each
        assert len(each.text) == len(each.traditional) == 1
        assert each.en.isascii(), each
        assert re.search(r"[\u4e00-\u9fff]", each.zh), each
        assert not re.search(r"[,;:]", each.zh), each
        assert not BOOK.never & set(each.text), each


def test_nothing_is_in_the_book_twice() -> None:
    lines = [line.split("\t") for line in SOURCE.read_text(encoding="utf-8").splitlines()]
    for kind in ("given", "surname", "english", "reading", "unlucky"):
        texts = Counter(fields[1] for fields in lines if fields[0] == kind)
        assert [text for text, count in texts.items() if count > 1] == [], kind


def test_the_table_of_readings_agrees_with_the_book() -> None:
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        kind, *fields = line.split("\t")
        if kind == "reading":
            for each in (*BOOK.given, *BOOK.surnames):
                if each.text in fields[1]:
                    assert (
                        toneless(each.pinyin).replace("ü", "v") == fields[0] or each.text in "柏娜"
                    )


def test_every_theme_can_be_named() -> None:
    used = {tag for each in BOOK.given for tag in each.tags}
    used |= {tag for each in BOOK.english.values() for tag in each.tags}
    assert used == set(THEMES)
    assert {each.feel for each in (*BOOK.given, *BOOK.english.values())} == {"f", "m", "n"}

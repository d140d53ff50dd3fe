"""The words we ship: enough of them, none twice, every cell filled and typeset for its language."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import bot.translate
from bot.translate.finder import FOLD
from bot.translate.lexicon import phrase_key, slang
from bot.translate.registers import REGISTERS
from bot.translate.tables import rows

WORDS = Path(bot.translate.__file__).with_name("words")
DOCS = Path(__file__).parents[2] / "docs"
FILES = {"slang": 9, "phrases": 3, "openers": 5, "shorthand": 4, "units": 6, "pinyin": 2}
HAN = "\u4e00-\u9fff"
LATIN_BESIDE_HAN = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")
HALF_WIDTH = re.compile(rf"(?<=[{HAN}])[,;:!?.()]|[,;:!?()](?=[{HAN}])")
FULL_WIDTH = re.compile("[，。！？；：（）、]")
SIGN = re.compile(r"[^\w\s]|T_T|[TQ][Aw][TQ]|xD", re.IGNORECASE)


def key(term: str) -> str:
    return (term.rstrip("+$") if len(term) > 1 else term).translate(FOLD)


def repeated(words: list[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


@pytest.mark.parametrize(("name", "columns"), FILES.items())
def test_every_line_is_full(name: str, columns: int) -> None:
    found = rows(name)
    assert [row for row in found if len(row) != columns or not all(row)] == []
    cells = [cell for row in found for cell in row]
    assert [c for c in cells if c != c.strip() or "||" in c or c[0] == "|" or c[-1] == "|"] == []


def test_there_is_slang_of_both_languages_and_enough_signs() -> None:
    of = Counter(entry.language for entry in slang())
    assert set(of) == {"zh", "en", "any"}
    assert of["zh"] >= 260
    assert of["en"] >= 220
    assert of["any"] >= 25
    assert of.total() >= 450


def test_no_slang_of_one_language_is_explained_twice() -> None:
    terms = [f"{entry.language} {key(term)}" for entry in slang() for term in entry.terms]
    assert repeated(terms) == []


def test_every_register_can_be_said_to_people() -> None:
    for entry in slang():
        registers = entry.register.split(",")
        assert set(registers) <= set(REGISTERS), entry
        assert 1 <= len(set(registers)) == len(registers) <= 3, entry
    used = {register for entry in slang() for register in entry.register.split(",")}
    assert used == set(REGISTERS)


def test_strength_is_one_of_two_words() -> None:
    assert {row[6] for row in rows("slang")} == {"strong", "weak"}


def test_what_hides_a_term_contains_it() -> None:
    for entry in slang():
        for word in entry.not_in:
            assert any(key(term) in key(word) for term in entry.terms), (entry.terms, word)


def test_an_example_shows_its_term() -> None:
    assert [
        entry.terms[0]
        for entry in slang()
        if not any(key(term) in entry.example.translate(FOLD) for term in entry.terms)
    ] == []


def test_chinese_is_typeset_as_chinese() -> None:
    cells = [entry.chinese for entry in slang()]
    cells += [entry.literal for entry in slang() if entry.language == "en"]
    assert [cell for cell in cells if LATIN_BESIDE_HAN.search(cell)] == []
    assert [cell for cell in cells if HALF_WIDTH.search(cell)] == []
    assert [cell for cell in cells if cell[-1] in "。.，"] == []


def test_chinese_explanations_are_written_in_chinese() -> None:
    assert [entry for entry in slang() if not re.search(f"[{HAN}]", entry.chinese)] == []


def test_english_has_no_full_width_punctuation() -> None:
    cells = [entry.english for entry in slang()]
    cells += [entry.literal for entry in slang() if entry.language != "en"]
    assert [cell for cell in cells if FULL_WIDTH.search(cell)] == []


def test_explanations_are_short() -> None:
    assert [entry.english for entry in slang() if len(entry.english) > 110] == []
    assert [entry.chinese for entry in slang() if len(entry.chinese) > 50] == []


def test_signs_are_signs() -> None:
    for entry in slang():
        if entry.language == "any":
            assert all(SIGN.search(term) for term in entry.terms), entry


def test_there_are_phrases_for_both_directions() -> None:
    directions = Counter(row[2] for row in rows("phrases"))
    assert set(directions) == {"both", "zh>en", "en>zh"}
    assert directions["both"] + directions["zh>en"] >= 350
    assert directions["both"] + directions["en>zh"] >= 350


@pytest.mark.parametrize(("column", "other"), [(0, "en>zh"), (1, "zh>en")])
def test_no_phrase_has_two_answers(column: int, other: str) -> None:
    keys = [
        phrase_key(term)
        for row in rows("phrases")
        if row[2] != other
        for term in row[column].split("|")
    ]
    assert repeated(keys) == []
    assert "" not in keys


def test_the_answer_of_a_phrase_is_typeset() -> None:
    for chinese, english, _ in rows("phrases"):
        zh, en = chinese.split("|")[0], english.split("|")[0]
        assert not HALF_WIDTH.search(zh), zh
        assert not re.search(f"[{HAN}]", en), en
        assert not FULL_WIDTH.search(en), en
        assert en[0].isupper() or en[0].isdigit() or len(en) <= 4, en


def test_there_is_enough_shorthand_and_none_twice() -> None:
    found = rows("shorthand")
    of = Counter(row[0] for row in found)
    assert set(of) == {"zh", "en"}
    assert min(of.values()) >= 150
    assert repeated([f"{row[0]} {key(term)}" for row in found for term in row[1].split("|")]) == []


def test_shorthand_is_replaced_by_something_else() -> None:
    for language, short, whole, _ in rows("shorthand"):
        assert whole not in short.split("|"), short
        assert language == "en" or re.search(f"[{HAN}]", whole), whole
        assert language == "zh" or whole.isascii(), whole


def test_units_have_numbers_to_fill_in() -> None:
    for row in rows("units"):
        assert row[2] in {"any", "digits", "degrees", "fahrenheit"}, row
        for cell in row[4:]:
            assert re.search(r"\{-?[\d.]+(?:[+-][\d.]+)?\}", cell), row
        assert not LATIN_BESIDE_HAN.search(row[5]), row


@pytest.mark.parametrize("document", ["words.md", "words.zh-CN.md"])
@pytest.mark.parametrize("name", FILES)
def test_the_handbook_explains_every_column(document: str, name: str) -> None:
    lines = (WORDS / f"{name}.tsv").read_text(encoding="utf-8").split("\n")
    assert lines[0].startswith("# ")
    assert "docs/words.md" in lines[0]
    assert lines[-1] == "", "the last line ends with a newline too"
    text = (DOCS / document).read_text(encoding="utf-8").split(f"\n## {name}.tsv\n")[1]
    told = text.split("\n## ")[0]
    assert [column for column in lines[1].split("\t") if f"`{column}`" not in told] == []

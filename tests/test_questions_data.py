"""The daily questions we ship: enough of them, none twice, and fit to be asked on a phone."""

import re
from collections import Counter
from pathlib import Path

import bot.community

SOURCE = Path(bot.community.__file__).with_name("questions.tsv")
TAGS = {
    *("food", "home", "work", "school", "money", "pets", "travel", "family", "friends", "fun"),
    *("language", "holidays", "city", "weather", "memories", "tech", "health", "nature"),
    *("shopping", "small-joys"),
}
MAX_ENGLISH = 200
MAX_CHINESE = 120
HALF_WIDTH = re.compile(r"[,;:!?]|(?<=[\u4e00-\u9fff])\.")
LATIN_BESIDE_HAN = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


def rows() -> list[list[str]]:
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == "", "the last line ends with a newline too"
    return [line.split("\t") for line in lines]


def column(index: int) -> list[str]:
    return [row[index] for row in rows()]


def test_every_line_has_four_full_fields():
    assert [row for row in rows() if len(row) != 4 or not all(row)] == []
    assert [row for row in rows() if [field.strip() for field in row] != row] == []


def test_there_are_questions_for_more_than_half_a_year():
    assert len(rows()) >= 200


def test_keys_are_short_slugs_and_unique():
    keys = column(0)
    assert [key for key in keys if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)] == []
    assert max(map(len, keys)) <= 32
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_no_text_is_asked_twice():
    for index in (2, 3):
        plain = Counter(re.sub(r"\W", "", text).lower() for text in column(index))
        assert [text for text, count in plain.items() if count > 1] == []


def test_every_question_has_one_or_two_known_tags():
    for row in rows():
        tags = row[1].split(",")
        assert 1 <= len(tags) <= 2, row
        assert len(set(tags)) == len(tags), row
        assert set(tags) <= TAGS, row


def test_every_tag_has_questions():
    used = Counter(tag for tags in column(1) for tag in tags.split(","))
    assert {tag: used[tag] for tag in TAGS if used[tag] < 5} == {}


def test_english_is_short_and_plain():
    for text in column(2):
        assert len(text) <= MAX_ENGLISH, text
        assert text.isascii(), text
        assert text[0].isupper() or text[0].isdigit(), text
        assert text.rstrip('"')[-1] in "?.!", text


def test_chinese_is_short_and_typeset_as_chinese():
    for text in column(3):
        assert len(text) <= MAX_CHINESE, text
        assert re.search(r"[\u4e00-\u9fff]", text), text
        assert re.search(r"[，。？！]", text), text
        assert text[-1] in "？。！", text
        assert not HALF_WIDTH.search(text), text
        assert not LATIN_BESIDE_HAN.search(text), text

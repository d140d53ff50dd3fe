"""Both languages are complete: every sentence of the code, in every catalogue, written well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
KEYWORDS = {"N_": None, "t": None, "translate": None, "Refused": None}
FOLDERS = ("en", "zh_CN", "zh_TW")
CHINESE = ("zh_CN", "zh_TW")
HAN = r"[\u3400-\u9fff]"
ILL_SET = {
    "no space between Han and Latin": re.compile(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}"),
    "ASCII punctuation beside Han": re.compile(rf"{HAN}[,.:;!?()]|[,;!?()]{HAN}"),
    "a space beside Chinese punctuation": re.compile(
        r"[，。；：！？、（）“”「」] |\s[，。；：！？、]"
    ),
    "ASCII quotation marks around Han": re.compile(rf"[\"']{HAN}|{HAN}[\"']"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
}
QUOTES_OF_THE_OTHER = {"zh_CN": "「」『』", "zh_TW": "“”‘’"}
MAINLAND_WORDS = re.compile(
    "消息|文件夾|服務器|信息|設置|網絡|默認|用戶|賬號|屏幕|視頻|軟件|程序|菜單|鏈接|回復|支持|令牌|命令(?!列)"
)
SIMPLIFIED = re.compile("[这个们来说时间没见发对学过还进运动问题为么话请输译语网页频录换联设]")


def written_in_code() -> set[str]:
    found: set[str] = set()
    for folder in ("bot", "cogs"):
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT / folder), method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def catalogue(folder: str) -> Catalog:
    with (ROOT / "locale" / folder / "LC_MESSAGES" / "bot.po").open("rb") as file:
        return read_po(file, locale=folder)


def entries(folder: str) -> Iterator[tuple[str, str]]:
    return ((str(entry.id), str(entry.string)) for entry in catalogue(folder) if entry.id)


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_the_template_holds_every_sentence_of_the_code() -> None:
    with (ROOT / "locale" / "bot.pot").open("rb") as file:
        template = {str(entry.id) for entry in read_po(file) if entry.id}
    assert template == written_in_code(), "run scripts/catalogues"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_catalogue_holds_every_sentence_of_the_code(folder: str) -> None:
    assert {entry for entry, _ in entries(folder)} == written_in_code(), "run scripts/catalogues"


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_waits_for_its_translation(folder: str) -> None:
    waiting = [
        entry.id for entry in catalogue(folder) if entry.id and (entry.fuzzy or not entry.string)
    ]
    assert waiting == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_obsolete_is_kept(folder: str) -> None:
    assert list(catalogue(folder).obsolete) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_both_sides_have_the_same_placeholders(folder: str) -> None:
    assert [
        entry
        for entry, sentence in entries(folder)
        if placeholders(entry) != placeholders(sentence)
    ] == []


def test_the_english_catalogue_says_what_the_code_says() -> None:
    assert [entry for entry, sentence in entries("en") if entry != sentence] == []


@pytest.mark.parametrize("fault", ILL_SET)
@pytest.mark.parametrize("folder", CHINESE)
def test_chinese_is_set_as_chinese(folder: str, fault: str) -> None:
    assert [sentence for _, sentence in entries(folder) if ILL_SET[fault].search(sentence)] == []


@pytest.mark.parametrize("folder", CHINESE)
def test_quotation_marks_are_the_readers_own(folder: str) -> None:
    foreign = set(QUOTES_OF_THE_OTHER[folder])
    assert [sentence for _, sentence in entries(folder) if foreign & set(sentence)] == []


def test_taiwan_reads_its_own_words() -> None:
    assert [s for _, s in entries("zh_TW") if MAINLAND_WORDS.search(s)] == []


def test_taiwan_reads_traditional_characters() -> None:
    assert [s for _, s in entries("zh_TW") if SIMPLIFIED.search(s)] == []


@pytest.mark.parametrize("folder", CHINESE)
def test_a_sentence_ends_as_its_original_does(folder: str) -> None:
    assert [s for entry, s in entries(folder) if entry.endswith(".") != s.endswith("。")] == []

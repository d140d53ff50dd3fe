"""What the page says: complete in every language, and every key in use."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import bot.translate
from bot.adapters.sandbox.api import PAGE
from cogs._trace_translation import FAULTS

TRANSLATE = Path(bot.translate.__file__).parent

STRINGS: dict[str, list[str]] = json.loads(
    (PAGE / "strings.js").read_text().split("export const STRINGS = ")[1].rstrip().rstrip(";")
)
SOURCE = "".join(p.read_text() for p in PAGE.glob("*.js") if p.name != "strings.js")
# Keys that the page puts together from a value.
BUILT = (
    "avatar-",
    "engine-",
    "fault-",
    "forward-",
    "kind-",
    "language-name-",
    "look-",
    "pictures-",
    "room-",
    "step-",
    "theme-",
    "untranslated-",
    "write-in-",
)


@pytest.mark.parametrize("key", STRINGS)
def test_a_sentence_is_there_in_every_language_with_the_same_placeholders(key: str):
    sentences = STRINGS[key]

    assert len(sentences) == 3
    assert all(sentences)
    assert len({tuple(sorted(re.findall(r"\{\w+\}", s))) for s in sentences}) == 1


def test_every_key_the_page_asks_for_exists():
    asked = set(re.findall(r'\bt\(\s*"([\w-]+)"', SOURCE))

    assert asked <= set(STRINGS)


def test_no_sentence_is_left_over():
    unused = [k for k in STRINGS if f'"{k}"' not in SOURCE and not k.startswith(BUILT)]

    assert unused == []


@pytest.mark.parametrize("module", ["checks", "amounts", "attempt"])
def test_whatever_the_checks_find_has_a_name(module: str):
    source = (TRANSLATE / f"{module}.py").read_text()
    found = re.findall(r'return "(\w+)"', source)

    assert found
    assert {f"fault-{name}" for name in found} <= set(STRINGS)
    assert set(found) <= set(FAULTS)


def test_chinese_and_latin_letters_are_parted_by_a_space():
    tight = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")

    assert [s for row in STRINGS.values() for s in row[1:] if tight.search(s)] == []


def test_the_page_never_builds_elements_from_text():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", SOURCE)
    assert not re.search(r"https?://(?!www\.w3\.org)[\w.]", SOURCE)

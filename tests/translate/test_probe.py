from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.shield import FAMILIES, families
from bot.translate.argos import ArgosEngine
from bot.translate.packages import STARTERS, unpacked
from bot.translate.packages import read as read_package
from bot.translate.probe import remember, remembered, tried


def only(pattern: str) -> Callable[[str], str]:
    """A model that says nothing but what matches."""
    return lambda question: "猫" + "".join(re.findall(pattern, question))


@pytest.mark.parametrize(
    ("keeps", "slots"),
    [
        (only(r"<x\d>"), ["<x{}>"]),
        (only(r"\[\d\]"), ["[{}]"]),
        (only(r"\bX\d\b"), ["X{}"]),
        (only(r"\b7\d\b|X\d"), ["X{}", "7{}"]),
        (only(r"nothing"), []),
        (lambda question: question, ["<x{}>", "[{}]", "X{}", "7{}"]),
    ],
)
async def test_the_slots_that_come_back_are_the_ones_to_use(
    keeps: Callable[[str], str], slots: list[str]
) -> None:
    async def ask(questions: list[str]) -> list[str]:
        return [keeps(question) for question in questions]

    assert await tried(ask, "en") == slots


def test_what_was_found_is_kept_for_each_package(tmp_path: Path) -> None:
    assert remembered(tmp_path, "zh-en 1.0 7") is None
    remember(tmp_path, "zh-en 1.0 7", ["7{}"])
    remember(tmp_path, "en-zh 1.0 7", [])
    assert remembered(tmp_path, "zh-en 1.0 7") == ["7{}"]
    assert remembered(tmp_path, "en-zh 1.0 7") == []
    assert remembered(tmp_path, "zh-en 1.1 7") is None


def test_a_file_that_is_no_list_of_slots_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "slots.json").write_text("[")
    assert remembered(tmp_path, "zh-en 1.0 7") is None


@pytest.mark.parametrize(
    ("slots", "first"), [(["7{}"], "7{}"), (["[{}]", "<x{}>"], "[{}]"), ([], "<x{}>")]
)
def test_the_families_are_in_the_order_of_their_slots(slots: list[str], first: str) -> None:
    assert families(slots)[0].slot == first
    assert families([]) == [*FAMILIES]


async def test_another_package_is_tried_out_once(tmp_path: Path) -> None:
    starter = next(path for path in STARTERS.glob("*.argosmodel") if "zh_en" in path.name)
    folder = unpacked(read_package(starter, "starter"), tmp_path / "cache")
    shutil.copytree(folder, tmp_path / "own" / "model-of-ours")
    async with ArgosEngine(tmp_path, package_dirs=[tmp_path / "own"]) as engine:
        first, again = await asyncio.gather(engine.slots("zh", "en"), engine.slots("zh", "en"))
        assert first == again
        assert first[0] == "<x{}>"
        (package,) = json.loads((tmp_path / "slots.json").read_text())
        assert package == engine.version("zh", "en")
        remember(tmp_path, package, ["7{}"])
        assert await engine.slots("zh", "en") == ["7{}"]


async def test_our_own_packages_need_no_trying(tmp_path: Path) -> None:
    async with ArgosEngine(tmp_path, package_dirs=sorted(STARTERS.glob("*"))) as engine:
        assert (await engine.slots("en", "zh"))[0] == "<x{}>"
    assert not (tmp_path / "slots.json").exists()

"""What may come of a piece is found among what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.translate.packages import STARTERS, read
from bot.translate.shortlist import Shortlist
from training import shortlist
from training.shortlist import Package, Texts

PAIRS = [("白猫", "white cat"), ("黑猫", "black cat"), ("白狗", "white dog"), ("狗", "dog")]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    (path,) = STARTERS.glob("translate-zh_en-*.argosmodel")
    return Package(path, tmp_path_factory.mktemp("package"))


def test_a_piece_allows_what_comes_of_it_before_what_only_stands_beside_it(package: Package):
    texts = _texts(package, PAIRS * shortlist.RARE)
    cat, white = (package.number[piece] for piece in ("▁cat", "▁white"))

    found = {piece: counts for piece, _, counts in shortlist._linked(texts, 8001)}
    said = dict(found[package.number["猫"]])

    assert said[cat] > 10 * said[white]


def test_slots_figures_and_a_copied_name_are_always_allowed(package: Package):
    always, listed = shortlist.shortlist(_texts(package, [("Tom的猫", "Tom's cat")]), package)

    assert {package.number[piece] for piece in ("<x1>", "<x9>", "7", ".", "，")} <= always
    tom = package.number["▁Tom"]
    assert tom in listed[tom]


def test_a_package_is_packed_anew_with_its_shortlist(package: Package, tmp_path: Path):
    shortlist._write(package, {5, 6}, {package.number["猫"]: [package.number["▁cat"]]})

    made = shortlist._packed(package, "9.1", tmp_path)

    assert read(made, "configured").version == "9.1"
    again = Package(made, tmp_path / "again")
    written = (again.place / "model/vmap.txt").read_text(encoding="utf-8")
    assert written == "\t<2en> <x1>\n猫\t▁cat\n"
    assert Shortlist.of(again.place / "model").covers(["猫"])


def _texts(package: Package, pairs: list[tuple[str, str]]) -> Texts:
    sources = [package.numbers(package.encoded(source)) for source, _ in pairs]
    answers = [sorted(set(package.numbers(package.encoded(target)))) for _, target in pairs]
    return Texts(sources, answers)

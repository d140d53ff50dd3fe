"""Our starters decode by a shortlist: what may come of a sentence hangs on that sentence alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.translate.argos import ArgosEngine, Model, list_packages
from bot.translate.packages import unpacked
from bot.translate.shortlist import Shortlist

CHAT = {
    "zh": [
        "猫好可爱！",
        "你今天吃了什么？",
        "我刚下班，累死了。",
        "周末去爬山吗？",
        "谢谢你的照片。",
    ],
    "en": ["The cat is so cute!", "What did you eat today?", "I just got off work.", "Thank you!"],
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    data = tmp_path_factory.mktemp("data")
    return {package.source: unpacked(package, data) for package in list_packages(data)}


@pytest.mark.parametrize("source", ["zh", "en"])
def test_everyday_sentences_are_covered_and_unseen_characters_are_not(
    folders: dict[str, Path], source: str
):
    shortlist = Shortlist.of(folders[source] / "model")
    encoded = Model(folders[source], threads=1)._encoded

    assert all(shortlist.covers(encoded(sentence)) for sentence in CHAT[source])
    assert not shortlist.covers([*encoded(CHAT[source][0]), "a piece that no model has"])


@pytest.mark.parametrize("source", ["zh", "en"])
def test_what_is_said_does_not_hang_on_the_company(folders: dict[str, Path], source: str):
    model = Model(folders[source], threads=2)
    sentences = CHAT[source] * 4

    alone = [model.translate([sentence])[0] for sentence in sentences]

    assert model.translate(sentences) == alone
    assert all(alone)


async def test_a_sentence_with_a_piece_that_no_list_knows_is_translated_all_the_same(
    folders: dict[str, Path], tmp_path: Path
):
    rest = _copied(folders["zh"], tmp_path)
    lines = (rest / "model/vmap.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("猫\t")]
    assert len(kept) == len(lines) - 1
    (rest / "model/vmap.txt").write_text("".join(kept), encoding="utf-8")

    async with ArgosEngine(tmp_path / "data", package_dirs=[rest]) as engine:
        (said,) = await engine.translate(["猫好可爱！"], "zh", "en")

    assert "cat" in said.lower()


def test_a_shortlist_that_is_no_text_makes_its_package_unusable(
    folders: dict[str, Path], tmp_path: Path
):
    rest = _copied(folders["zh"], tmp_path)
    (rest / "model/vmap.txt").write_bytes(b"\xff\xfe\t\xff")

    with pytest.raises((ValueError, RuntimeError)):
        Model(rest, threads=1)


async def test_a_package_without_a_shortlist_works_as_before(
    folders: dict[str, Path], tmp_path: Path
):
    rest = _copied(folders["en"], tmp_path)
    (rest / "model/vmap.txt").unlink()

    async with ArgosEngine(tmp_path / "data", package_dirs=[rest]) as engine:
        said = await engine.translate(CHAT["en"], "en", "zh")

    assert "猫" in said[0]
    assert all(said)


def _copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "package"))

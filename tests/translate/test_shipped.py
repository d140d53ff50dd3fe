"""The packages that come with Catbridge: whole, licensed, small, and read by Argos' own library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.translate.packages import STARTERS

LARGEST = 12 * 1024 * 1024  # bytes
# `install_from_path` would import stanza in the end; what it does before that is to unpack.
READ_BY_ARGOS = """
import json
from argostranslate import package
print(json.dumps([
    [p.from_code, p.to_code, p.package_version, p.target_prefix, p.get_readme()]
    for p in package.get_installed_packages()
]))
"""


def held(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(f"{path.stem}/{name}").decode()


def test_there_is_one_for_each_direction() -> None:
    assert [path.name.split("-")[1] for path in STARTERS] == ["en_zh", "zh_en"]


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_package_says_what_it_is_and_whose(path: Path) -> None:
    assert path.stat().st_size <= LARGEST
    metadata = json.loads(held(path, "metadata.json"))
    assert path.stem == f"{metadata['code']}-{metadata['package_version'].replace('.', '_')}"
    assert metadata["target_prefix"] == f"<2{metadata['to_code']}>"
    licence = held(path, "LICENSE.md")
    for named in ("CC BY-SA 4.0", "CC-CEDICT", "Tatoeba", "CC BY 2.0 FR"):
        assert named in licence
    assert len(licence.split("contributors:\n", 1)[1].split(", ")) > 500


def test_argos_own_library_reads_them(tmp_path: Path) -> None:
    for path in STARTERS:
        zipfile.ZipFile(path).extractall(tmp_path / "packages")
    ended = subprocess.run(
        [sys.executable, "-c", READ_BY_ARGOS],
        env={**os.environ, "ARGOS_PACKAGES_DIR": str(tmp_path / "packages"), "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found = {(source, target): rest for source, target, *rest in json.loads(ended.stdout)}
    assert set(found) == {("en", "zh"), ("zh", "en")}
    for (_, target), (_, prefix, readme) in found.items():
        assert prefix == f"<2{target}>"
        assert "<x1> to <x9>" in readme

"""Makes packages to install: the right shape, with nothing in them that could translate."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

STARTERS = sorted((Path(__file__).parents[2] / "bot/translate/starter").glob("*.argosmodel"))
(STARTER,) = (path for path in STARTERS if "zh_en" in path.name)


def metadata(source: str, target: str, version: str = "1.0") -> str:
    return json.dumps({"from_code": source, "to_code": target, "package_version": version})


def package_folder(folder: Path, source: str, target: str) -> Path:
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "model.bin").write_bytes(b"no model")
    (folder / "sentencepiece.model").write_bytes(b"no tokenizer")
    (folder / "metadata.json").write_text(metadata(source, target))
    return folder


def package_file(
    path: Path,
    *,
    pair: tuple[str, str] = ("xx", "yy"),
    version: str = "1.0",
    without: str = "",
    about: str | None = None,
) -> Path:
    root = f"translate-{pair[0]}_{pair[1]}-{version}"
    files = {
        "metadata.json": metadata(*pair, version) if about is None else about,
        "model/model.bin": "model",
        "sentencepiece.model": "tokenizer",
    }
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            if name != without:
                packed.writestr(f"{root}/{name}", content)
    return path

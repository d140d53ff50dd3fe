"""Argos packages on disk: where they are, what they serve, how one is unpacked, added and removed.

A package is a folder (or a zip of one) holding `metadata.json`, `model/` and a tokenizer.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import structlog

from bot.core.errors import Misconfigured, Problem

STARTERS = Path(__file__).parent / "starter"
TOKENIZERS = ("sentencepiece.model", "bpe.model")
_LARGEST = 4 << 30  # bytes, unpacked

log = structlog.get_logger(__name__)

Origin = Literal["configured", "installed", "argos", "starter"]


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """`path` is the unpacked folder, or the zip of a starter not yet unpacked."""

    source: str
    target: str
    version: str
    origin: Origin
    path: Path

    @property
    def pair(self) -> str:
        return f"{self.source}-{self.target}"


def unusable(path: Path, reason: str) -> Misconfigured:
    return Misconfigured(Problem(str(path), f"is no translation package: {reason}.", ""))


def read(path: Path, origin: Origin) -> PackageInfo:
    """Describe the package at `path`, a folder or a zip. Raises `Misconfigured`."""
    metadata = _zipped_metadata(path) if path.is_file() else _folder_metadata(path)
    try:
        source, target = str(metadata["from_code"]), str(metadata["to_code"])
    except (KeyError, TypeError):
        raise unusable(path, "metadata.json names no languages") from None
    return PackageInfo(source, target, str(metadata.get("package_version", "?")), origin, path)


def find(
    data_dir: Path, *, package_dirs: Sequence[Path] = (), argos_dirs: Sequence[Path] = ()
) -> list[PackageInfo]:
    """Every usable package, the preferred first: what the operator named, then what was installed
    here, by Argos' own tools, and last the bundled starters. Broken ones are logged."""
    places: list[tuple[Origin, Sequence[Path]]] = [
        ("configured", package_dirs),
        ("installed", [installed_dir(data_dir)]),
        ("argos", argos_dirs),
        ("starter", sorted(STARTERS.glob("*.argosmodel"))),
    ]
    return [
        package for origin, folders in places for package in _newest_first(_usable(folders, origin))
    ]


def installed_dir(data_dir: Path) -> Path:
    return data_dir / "packages"


def unpacked(package: PackageInfo, data_dir: Path) -> Path:
    """The package's folder; a zip is unpacked once and found again as long as it is the same."""
    if package.path.is_dir():
        return package.path
    into = data_dir / "packages-starter"
    folder = into / f"{package.path.stem}-{_fingerprint(package.path)}"
    return folder if folder.is_dir() else unpack(package.path, into, name=folder.name)


def unpack(archive: Path, into: Path, *, name: str = "") -> Path:
    """The folder of the package in `archive`, unpacked below `into` at once or not at all.

    `name`: what to call it there, instead of its own name.

    Raises `Misconfigured` where the file is no package, `OSError` where the disk refuses.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".unpacking-") as scratch:
        root = _extract(archive, Path(scratch))
        final = into / (name or root)
        read(Path(scratch) / root, "installed")
        if final.exists():
            final.rename(Path(scratch) / ".old")
        (Path(scratch) / root).rename(final)
    return final


def _usable(folders: Sequence[Path], origin: Origin) -> Iterator[PackageInfo]:
    for path in (path for folder in folders for path in _candidates(folder)):
        try:
            yield read(path, origin)
        except Misconfigured as broken:
            log.warning("package can't be used", reason=str(broken))


def _candidates(folder: Path) -> list[Path]:
    """What may be packages in `folder`: itself, or the folders that lie in it."""
    if folder.is_file() or (folder / "metadata.json").is_file():
        return [folder]
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _newest_first(packages: Iterable[PackageInfo]) -> list[PackageInfo]:
    return sorted(
        packages, key=lambda p: [int(n) for n in re.findall(r"\d+", p.version)], reverse=True
    )


def _fingerprint(archive: Path) -> str:
    with zipfile.ZipFile(archive) as packed:
        return f"{sum(member.CRC for member in packed.infolist()) & 0xFFFFFFFF:08x}"


def _extract(archive: Path, scratch: Path) -> str:
    try:
        with zipfile.ZipFile(archive) as packed:
            root = _root(archive, packed)
            if sum(member.file_size for member in packed.infolist()) > _LARGEST:
                raise unusable(archive, "it unpacks to more than 4 GB")
            packed.extractall(scratch)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as broken:
        raise unusable(archive, "the zip is broken") from broken
    return root


def _root(archive: Path, packed: zipfile.ZipFile) -> str:
    """The one folder everything lies in: nothing may point out of it."""
    roots: set[str] = set()
    for name in packed.namelist():
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or not path.parts:
            raise unusable(archive, "a file in it points outside")
        roots.add(path.parts[0])
    if len(roots) != 1:
        raise unusable(archive, "it holds no single folder")
    return roots.pop()


def _folder_metadata(path: Path) -> dict[str, Any]:
    if not (path / "metadata.json").is_file():
        raise unusable(path, "metadata.json is missing")
    if not (path / "model" / "model.bin").is_file():
        raise unusable(path, "model/model.bin is missing")
    if not any((path / name).is_file() for name in TOKENIZERS):
        raise unusable(path, "the tokenizer is missing")
    return _parsed(path, (path / "metadata.json").read_bytes())


def _zipped_metadata(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as packed:
            root = _root(path, packed)
            names = set(packed.namelist())
            if f"{root}/metadata.json" not in names:
                raise unusable(path, "metadata.json is missing")
            if f"{root}/model/model.bin" not in names:
                raise unusable(path, "model/model.bin is missing")
            return _parsed(path, packed.read(f"{root}/metadata.json"))
    except zipfile.BadZipFile as broken:
        raise unusable(path, "the file is no zip") from broken


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        metadata = json.loads(content)
    except ValueError:
        raise unusable(path, "metadata.json is not JSON") from None
    if not isinstance(metadata, dict):
        raise unusable(path, "metadata.json is not an object")
    return metadata

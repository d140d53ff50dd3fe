"""Argos packages on disk: where they are, what they serve, how one is unpacked, added and removed.

A package is a folder (or a zip of one) holding `metadata.json`, `model/` and a tokenizer.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import structlog

from bot.core.errors import Refused
from bot.i18n import N_

LACKING = N_("{file} is no translation package: {what} is missing.")
UNREADABLE = N_("{file} is no translation package: its metadata.json can't be read.")
DAMAGED = N_("{file} can't be unpacked: it is damaged, or not a zip.")
STRAY = N_("{file} is no translation package: not everything in it lies in one folder.")

STARTERS = Path(__file__).parent / "starter"
TOKENIZERS = ("sentencepiece.model", "bpe.model")
_LARGEST = 4 << 30  # bytes, unpacked

log = structlog.get_logger(__name__)

Origin = Literal["configured", "installed", "starter"]


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

    @property
    def identity(self) -> str:
        """Another one for another model, also where somebody exchanged only its weights."""
        weights = self.path / "model/model.bin" if self.path.is_dir() else self.path
        return f"{self.pair} {self.version} {weights.stat().st_size}"


def read(path: Path, origin: Origin) -> PackageInfo:
    """Describe the package at `path`, a folder or a zip. Raises `Refused`."""
    metadata = _zipped_metadata(path) if path.is_file() else _folder_metadata(path)
    try:
        source, target = str(metadata["from_code"]), str(metadata["to_code"])
    except (KeyError, TypeError):
        raise Refused(UNREADABLE, file=path) from None
    return PackageInfo(source, target, str(metadata.get("package_version", "?")), origin, path)


def find(
    data_dir: Path, *, package_dirs: Sequence[Path] = (), argos_dirs: Sequence[Path] = ()
) -> list[PackageInfo]:
    """Every usable package, the preferred first: what the operator named, then what was installed
    here, by Argos' own tools, and last the bundled starters. Broken ones are logged."""
    places: list[tuple[Origin, Sequence[Path]]] = [
        ("configured", package_dirs),
        ("installed", [installed_dir(data_dir)]),
        ("installed", argos_dirs),
        ("starter", sorted(STARTERS.glob("*.argosmodel"))),
    ]
    return [
        package for origin, folders in places for package in _newest_first(_usable(folders, origin))
    ]


def version_key(version: str) -> list[int]:
    """Sorts 1.10 after 1.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


def installed_dir(data_dir: Path) -> Path:
    return data_dir / "packages"


def unpacked(package: PackageInfo, data_dir: Path) -> Path:
    """The package's folder; a zip is unpacked once and found again as long as it is the same."""
    if package.path.is_dir():
        return package.path
    into = data_dir / "packages-starter"
    folder = into / f"{package.path.stem}-{_fingerprint(package.path)}"
    if not folder.is_dir():
        with suppress(FileExistsError):  # another process was faster
            unpack(package.path, into, name=folder.name)
    return folder


def unpack(archive: Path, into: Path, *, name: str = "") -> Path:
    """The folder of the package in `archive`, unpacked below `into` at once or not at all.

    With a `name` it is called that, and takes nobody's place. Raises `Refused` where the file is no
    package, `OSError` where the disk refuses or the place is taken.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".unpacking-") as scratch:
        root = _extract(archive, Path(scratch))
        final = into / (name or root)
        read(Path(scratch) / root, "installed")
        if final.exists() and not name:
            final.rename(Path(scratch) / ".old")
        (Path(scratch) / root).rename(final)
    return final


def _usable(folders: Sequence[Path], origin: Origin) -> Iterator[PackageInfo]:
    for path in (path for folder in folders for path in _candidates(folder)):
        try:
            yield read(path, origin)
        except Refused as broken:
            reason = broken.message.format(**broken.values)
            log.warning(N_("A translation package can't be used"), reason=reason)


def _candidates(folder: Path) -> list[Path]:
    """What may be packages in `folder`: itself, or the folders that lie in it."""
    if folder.is_file() or (folder / "metadata.json").is_file():
        return [folder]
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _newest_first(packages: Iterable[PackageInfo]) -> list[PackageInfo]:
    return sorted(packages, key=lambda package: version_key(package.version), reverse=True)


def _fingerprint(archive: Path) -> str:
    with zipfile.ZipFile(archive) as packed:
        return f"{sum(member.CRC for member in packed.infolist()) & 0xFFFFFFFF:08x}"


@contextmanager
def _opened(archive: Path) -> Generator[zipfile.ZipFile, None, None]:
    try:
        with zipfile.ZipFile(archive) as packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as broken:
        raise Refused(DAMAGED, file=archive) from broken


def _extract(archive: Path, scratch: Path) -> str:
    with _opened(archive) as packed:
        root = _root(archive, packed)
        if sum(member.file_size for member in packed.infolist()) > _LARGEST:
            raise Refused(DAMAGED, file=archive)
        packed.extractall(scratch)
    return root


def _root(archive: Path, packed: zipfile.ZipFile) -> str:
    """The one folder everything lies in: nothing may point out of it."""
    roots: set[str] = set()
    for name in packed.namelist():
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or not path.parts:
            raise Refused(STRAY, file=archive)
        roots.add(path.parts[0])
    if len(roots) != 1:
        raise Refused(STRAY, file=archive)
    return roots.pop()


def _folder_metadata(path: Path) -> dict[str, Any]:
    _check_parts(path, lambda part: (path / part).is_file())
    return _parsed(path, (path / "metadata.json").read_bytes())


def _zipped_metadata(path: Path) -> dict[str, Any]:
    with _opened(path) as packed:
        root = _root(path, packed)
        names = {name.removeprefix(f"{root}/") for name in packed.namelist()}
        _check_parts(path, lambda part: part in names)
        return _parsed(path, packed.read(f"{root}/metadata.json"))


def _check_parts(path: Path, is_there: Callable[[str], bool]) -> None:
    for part in ("metadata.json", "model/model.bin"):
        if not is_there(part):
            raise Refused(LACKING, file=path, what=part)
    if not any(is_there(tokenizer) for tokenizer in TOKENIZERS):
        raise Refused(LACKING, file=path, what=TOKENIZERS[0])


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        metadata = json.loads(content)
    except ValueError:
        raise Refused(UNREADABLE, file=path) from None
    if not isinstance(metadata, dict):
        raise Refused(UNREADABLE, file=path)
    return metadata

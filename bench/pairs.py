"""Reads a table of sources and references: a bad line is named, and the others count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

DIRECTIONS = ("zh-en", "en-zh")
SOURCE, REFERENCE = "source", "reference"


@dataclass(frozen=True, slots=True)
class Pair:
    source: str
    reference: str


class BadTable(Exception):
    """Nothing in the file can be scored; the message says why."""


def directions(path: Path, wanted: str | None) -> list[str]:
    """Those that the file can be scored in. Raises `BadTable`."""
    names = _names(path)
    if wanted is not None:
        return [wanted]
    if set(names) >= {"zh", "en"}:
        return [*DIRECTIONS]
    raise BadTable(f"{path} doesn't say which language is which: add --direction zh-en or en-zh")


def pairs(path: Path, direction: str, complain: Callable[[str], None]) -> Iterator[Pair]:
    """`complain` hears of every line that isn't counted."""
    names = _names(path)
    source, reference = _columns(names, direction)
    with path.open("rb") as file:
        numbered = enumerate(file, 1)
        if names:
            next(numbered)
        for number, line in numbered:
            fault, cells = _cells(line)
            fault = fault or _lacking(cells, {SOURCE: source, REFERENCE: reference})
            if fault:
                complain(f"{path}:{number}: {fault}")
            elif cells:
                yield Pair(cells[source], cells[reference])


def _names(path: Path) -> list[str]:
    """The first line's, or none where it is a pair already."""
    with path.open("rb") as file:
        first = file.readline().decode("utf-8", "replace").removeprefix("\ufeff")
    names = [cell.strip().casefold() for cell in first.split("\t")]
    return names if set(names) & {SOURCE, REFERENCE, "zh", "en"} else []


def _columns(names: list[str], direction: str) -> tuple[int, int]:
    """Raises `BadTable`."""
    if not names:
        return 0, 1
    for wanted in (tuple(direction.split("-")), (SOURCE, REFERENCE)):
        if set(names) >= set(wanted):
            return names.index(wanted[0]), names.index(wanted[1])
    listed = ", ".join(names)
    raise BadTable(f"the columns must be source and reference, or zh and en, not {listed}")


def _cells(line: bytes) -> tuple[str, list[str]]:
    """What is wrong with the line, and its cells; an empty line has neither."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8", []
    bare = text.removeprefix("\ufeff").rstrip("\r\n")
    return "", [cell.strip() for cell in bare.split("\t")] if bare.strip() else []


def _lacking(cells: list[str], columns: dict[str, int]) -> str:
    if not cells:
        return ""
    lacking = [name for name, at in columns.items() if at >= len(cells) or not cells[at]]
    return f"no {' and no '.join(lacking)}" if lacking else ""


def heads(listed: Iterator[Pair], size: int) -> Iterator[list[Pair]]:
    """In blocks, so that a file of any length is worked off as it is read."""
    for first in listed:
        block = [first]
        block += [pair for _, pair in zip(range(size - 1), listed, strict=False)]
        yield block

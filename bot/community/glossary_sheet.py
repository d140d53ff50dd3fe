"""A glossary as a spreadsheet saves it, in and out: tabs, commas or semicolons. Pure.

Nothing is guessed: a file is read whole, or every line of it that can't be read is named.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.community.glossary import MOST, entries_of, way_of
from bot.core.errors import Refused
from bot.i18n import N_
from bot.store.glossary import Entry

LARGEST = 1_000_000  # bytes
NAME, MIME = "glossary.csv", "text/csv"
HEADER = ("source", "target", "direction")

NOT_TEXT = N_("This is no text file in UTF-8 or UTF-16. In Excel, save it as “CSV UTF-8”.")
NO_LINES = N_("There is nothing in this file.")
TOO_MANY = N_("A community's glossary holds up to {most} terms; these are {count}.")
COLUMNS = N_("more than three columns")
TWICE = N_("the same as an earlier line")

_HEADINGS = frozenset({"source", "term", "原文", "词", "詞", "术语", "術語"})
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_Fault = tuple[str, tuple[tuple[str, object], ...]]  # a catalogue entry and its values


@dataclass(slots=True)
class Sheet:
    """What a file holds. `faults`: what is wrong → the numbers of the lines where it is."""

    entries: list[Entry] = field(default_factory=list[Entry])
    faults: dict[_Fault, list[int]] = field(default_factory=dict[_Fault, list[int]])


def read(content: bytes) -> Sheet:
    """Raises `Refused` where it is no such file at all."""
    lines = _text(content)
    rows = list(_rows(lines))
    if rows and rows[0][1][0].strip().casefold() in _HEADINGS:
        del rows[0]
    if not rows:
        raise Refused(NO_LINES)
    if len(rows) > MOST:
        raise Refused(TOO_MANY, most=MOST, count=len(rows))
    sheet, known = Sheet(), set[tuple[str, str]]()
    for number, cells in rows:
        try:
            found = _entries(cells, known)
        except Refused as refused:
            fault = (refused.message, tuple(sorted(refused.values.items())))
            sheet.faults.setdefault(fault, []).append(number)
            continue
        sheet.entries += found
        known |= {(way_of(entry), entry.key) for entry in found}
    return sheet


def write(entries: Iterable[Entry]) -> bytes:
    """Excel shows Chinese only after this mark at the start."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(HEADER)
    for entry in entries:
        table.writerow((entry.source, entry.target or "=", way_of(entry)))
    return codecs.BOM_UTF8 + written.getvalue().encode("utf-8", "replace")


def numbers(lines: Sequence[int]) -> str:
    """Line numbers as people read them: 2-4, 9."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(f"{one}" if one == last else f"{one}-{last}" for one, last in runs)


def _entries(cells: Sequence[str], known: set[tuple[str, str]]) -> list[Entry]:
    if any(cells[3:]):
        raise Refused(COLUMNS)
    source, target, way, *_ = [*cells, "", "", ""]
    found = entries_of(source, target, way)
    if any((way_of(entry), entry.key) in known for entry in found):
        raise Refused(TWICE)
    return found


def _text(content: bytes) -> str:
    coding = "utf-16" if content.startswith(_MARKS[1:]) else "utf-8-sig"
    try:
        text = content.decode(coding)
    except UnicodeDecodeError:
        raise Refused(NOT_TEXT) from None
    if "\0" in text:
        raise Refused(NOT_TEXT)
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not empty, with the number it begins at."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    announced = first.strip().casefold().removeprefix("sep=")
    is_announced = first.strip().casefold().startswith("sep=") and len(announced) == 1
    limiter = announced if is_announced else _limiter(first)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=limiter)
    begins = 1
    while True:
        try:
            cells = next(table, None)
        except csv.Error:
            raise Refused(NOT_TEXT) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells) and not (is_announced and begins == 1):
            yield begins, cells
        begins = table.line_num + 1


def _limiter(line: str) -> str:
    if "\t" in line:
        return "\t"
    return ";" if line.count(";") > line.count(",") else ","

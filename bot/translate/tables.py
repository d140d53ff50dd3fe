"""Reads the tables of words that anybody may edit."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "words"


def rows(name: str) -> list[list[str]]:
    """The lines of a file of `words/` below its comment and its header."""
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("# ")][1:]


def cells(written: str) -> list[str]:
    """The spellings of one cell; none for a dash."""
    return [] if written == "-" else written.split("|")

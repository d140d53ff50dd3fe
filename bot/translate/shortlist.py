"""Which sentences a model may decode by its shortlist: for each piece of the source, the pieces of
the target that may come of it (`training/shortlist.py`), so that fewer are weighed at each step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self


class Shortlist:
    def __init__(self, pieces: frozenset[str]) -> None:
        self._pieces = pieces

    @classmethod
    def of(cls, model: Path) -> Self:
        """Of a CTranslate2 model's folder; one that covers nothing where the model has none.

        Raises OSError and UnicodeDecodeError for a file that can't be read.
        """
        file = model / "vmap.txt"
        if not file.is_file():
            return cls(frozenset())
        with file.open(encoding="utf-8") as lines:
            return cls(frozenset(line.partition("\t")[0] for line in lines))

    def covers(self, sentence: Sequence[str]) -> bool:
        """Whether every piece is known: what may come of one never seen, no list says."""
        return self._pieces.issuperset(sentence)

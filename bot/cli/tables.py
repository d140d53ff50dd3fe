"""Tables on the terminal, and plain wide ones where the output goes elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from bot.i18n import Language, translate

WIDE = 240  # columns where the output is no terminal


def show(headings: Sequence[str], rows: Iterable[Sequence[str]], language: Language) -> None:
    table = Table(*(translate(heading, language) for heading in headings))
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else WIDE, markup=False, emoji=False).print(table)

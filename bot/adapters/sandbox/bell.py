"""Wakes everyone who watches the rooms; what changed they read themselves, so nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    def __init__(self) -> None:
        self._ears: set[asyncio.Event] = set()

    def ring(self) -> None:
        for ear in self._ears:
            ear.set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Clear the event before reading: a ring in between is then heard again."""
        ear = asyncio.Event()
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)

"""The real clock, and the demo's: real time that can be moved on, never back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ShiftableClock(SystemClock):
    """Ahead of the real clock by a lead that only grows; a restart finds it in the file `kept`.

    A sleep lasts as long as it says: only the due times in the database are reached sooner.
    """

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._lead = _read(kept)

    def now(self) -> datetime:
        return super().now() + self._lead

    def advance(self, by: timedelta) -> None:
        """Raises ValueError for a way back, OSError where the lead can't be kept."""
        if by < timedelta(0):
            raise ValueError("this clock only goes on")
        lead = self._lead + by
        unfinished = self._kept.with_name(f"{self._kept.name}.new")
        unfinished.write_text(str(int(lead.total_seconds())), encoding="ascii")
        unfinished.replace(self._kept)
        self._lead = lead


def _read(kept: Path) -> timedelta:
    """None at all where nobody has moved this clock yet."""
    text = kept.read_text(encoding="utf-8").strip() if kept.is_file() else ""
    return timedelta(seconds=int(text) if text.isdecimal() else 0)

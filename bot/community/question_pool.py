"""The questions that come with Catbridge, and what is said around one. Pure but for one file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.community.calendar import Question

_FILE = Path(__file__).parent / "questions.tsv"


@cache
def bundled() -> tuple[Question, ...]:
    """One a line: key, tags, English, Chinese."""
    rows = [line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if line]
    return tuple(Question(key, en, zh, tuple(tags.split(","))) for key, tags, en, zh in rows)


def own(number: int, en: str, zh: str) -> Question:
    """A member's own, approved."""
    return Question(f"own:{number}", en, zh)

"""When something is due in a zone, and which question's turn it is. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CATCH_UP = timedelta(hours=3)  # later than this, the day is left out


@dataclass(frozen=True, slots=True)
class Due:
    """A local date whose moment has come; `is_late` where it came too long ago."""

    day: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class Question:
    """`key` names it for good; `tags` say what it is about."""

    key: str
    en: str
    zh: str
    tags: tuple[str, ...] = ()

    def say(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def moment(day: date, at: time, zone: str) -> datetime:
    """In UTC: times of one zone are compared by their clocks' hands, which jump twice a year.

    An hour that the clocks leave out is taken as if they had not jumped; of one that they show
    twice, the first counts.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def last_due(now: datetime, at: time, zone: str) -> Due:
    """The latest local date whose moment is not in the future."""
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in (today + timedelta(days=1), today, today - timedelta(days=1)):
        due = moment(day, at, zone)
        if due <= now:
            return Due(day, now - due > CATCH_UP)
    raise AssertionError("a day has passed since the day before yesterday")


def choose(
    questions: Sequence[Question], used: Mapping[str, date], last_tags: Sequence[str], seed: str
) -> Question | None:
    """One that was never used, about something else than the last; else the one used longest ago.

    The same seed chooses the same question. `used` says when each key was asked last.
    """
    if not questions:
        return None
    ordered = sorted(questions, key=lambda question: question.key)
    fresh = [question for question in ordered if question.key not in used]
    if not fresh:
        return min(ordered, key=lambda question: (used[question.key], question.key))
    other = [question for question in fresh if not set(question.tags) & set(last_tags)]
    return random.Random(seed).choice(other or fresh)


def left(questions: Sequence[Question], used: Mapping[str, date]) -> int:
    return sum(1 for question in questions if question.key not in used)

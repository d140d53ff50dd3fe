"""The steps of one translation, for people who ask what happened. Holds no message text."""

from __future__ import annotations

import time
from collections import Counter

from bot.core.model import Step
from bot.core.shield import Held
from bot.translate.attempt import Attempt


class Trace:
    """Each step is timed from the end of the one before."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._since = time.perf_counter()

    def add(self, name: str, detail: str) -> None:
        now = time.perf_counter()
        self.steps.append(Step(name, detail, (now - self._since) * 1000))
        self._since = now


def kinds(held: tuple[Held, ...]) -> str:
    """What was shielded: kinds and counts."""
    counts = Counter(each.kind for each in held)
    return f"{len(held)}: {_counted(counts)}" if held else "0"


def sayers(attempt: Attempt, bodies: list[str]) -> str:
    """Who said how much: engines, phrasebook, memory."""
    counts = Counter([*attempt.engines.values(), *attempt.given.values()])
    done = sum(body in attempt.done for body in set(bodies))
    return f"{_counted(counts) or 'none'}: {done} of {len(set(bodies))}"


def faults(attempt: Attempt) -> str:
    return _counted(attempt.faults) or "ok"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))

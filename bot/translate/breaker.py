"""Leaves an engine alone that fails, and lets one request find out whether it is well again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.errors import EngineFailed
from bot.core.ports import Clock

MOST = 3  # failures in a row
REST = timedelta(seconds=30)  # doubled with every probe that fails
LONGEST = timedelta(minutes=15)
# Asking again soon can't help: somebody must mend it.
LASTING = frozenset({"certificate", "key", "missing", "quota"})


@dataclass(frozen=True, slots=True)
class Admission:
    is_probe: bool


@dataclass(slots=True)
class Breaker:
    """Closed: everybody may ask. Open: nobody, until its rest is over; then one, the probe.

    Whoever is admitted ends with `succeed`, `fail` or `leave`.
    """

    clock: Clock
    failures: int = 0
    until: datetime | None = None  # None: closed
    rest: timedelta = REST
    is_probing: bool = False

    @property
    def is_open(self) -> bool:
        return self.until is not None

    def admit(self) -> Admission | None:
        if self.until is None:
            return Admission(is_probe=False)
        if self.is_probing or self.clock.now() < self.until:
            return None
        self.is_probing = True
        return Admission(is_probe=True)

    def succeed(self) -> bool:
        """Answers whether it was open."""
        was_open = self.is_open
        self.failures, self.until, self.rest, self.is_probing = 0, None, REST, False
        return was_open

    def fail(self, admission: Admission, failure: EngineFailed) -> timedelta | None:
        """How long it rests now, where this failure opened it."""
        if self.is_open and not admission.is_probe:
            return None  # asked before it opened
        self.failures += 1
        says_when = failure.trouble in LASTING or failure.retry_after is not None
        if self.failures < MOST and not admission.is_probe and not says_when:
            return None
        rest = self._rest(failure)
        self.until, self.is_probing = self.clock.now() + rest, False
        self.rest = min(2 * self.rest, LONGEST)
        return rest

    def leave(self, admission: Admission) -> None:
        """It was not asked after all, or nobody waited for the answer."""
        if admission.is_probe:
            self.is_probing = False

    def _rest(self, failure: EngineFailed) -> timedelta:
        if failure.trouble in LASTING:
            return LONGEST
        if failure.retry_after is not None:
            return min(timedelta(seconds=failure.retry_after), LONGEST)
        return self.rest

"""What follows a failed attempt: when to try again, and when to give a message up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.errors import Blocked, DeliveryError, Rejected

FIRST_WAIT = 1.0  # seconds, doubled by each attempt
LONGEST_WAIT = 300.0
BLOCKED_WAIT = 60.0  # a closed channel is looked at again this often at first
BLOCKED_OFTEN = 10  # that many times; then ever more seldom
LONGEST_BLOCKED_WAIT = 900.0
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Again:
    """Try at `due_at`."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No later attempt can do better."""


def after(error: DeliveryError, *, attempts: int, now: datetime) -> Again | GiveUp:
    """`attempts` counts the failed ones, this one included.

    Only a message that is refused for what it is is ever given up: everything else waits, because
    what was accepted is not lost.
    """
    if isinstance(error, Rejected):
        return GiveUp()
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 16))
    if isinstance(error, Blocked):
        rarer = 2.0 ** min(max(0, attempts - BLOCKED_OFTEN), 16)
        return Again(now + timedelta(seconds=min(LONGEST_BLOCKED_WAIT, BLOCKED_WAIT * rarer)))
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        wait = min(LONGEST_RETRY_AFTER, max(0.0, float(asked)))
    return Again(now + timedelta(seconds=wait))

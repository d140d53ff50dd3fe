"""Findings as they are made, and those that every platform makes in the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.errors import Problem, Severity
from bot.i18n import N_

LARGEST_SKEW = timedelta(seconds=30)

AHEAD = N_("This machine's clock is {seconds} s ahead of {platform}'s.")
BEHIND = N_("This machine's clock is {seconds} s behind {platform}'s.")
SET_CLOCK = N_("Let the system keep time: timedatectl set-ntp true")


def warning(
    key: str, code: str, reason: str, remedy: str, values: Mapping[str, object] | None = None
) -> Problem:
    return Problem(key, reason, remedy, values or {}, Severity.WARNING, code)


def note(
    key: str,
    code: str,
    reason: str,
    remedy: str = "",
    values: Mapping[str, object] | None = None,
) -> Problem:
    return Problem(key, reason, remedy, values or {}, Severity.NOTE, code)


def in_order(
    key: str, code: str, reason: str, values: Mapping[str, object] | None = None
) -> Problem:
    return Problem(key, reason, "", values or {}, Severity.OK, code)


def broken(found: Sequence[Problem]) -> list[Problem]:
    """Those that keep something from working."""
    return [one for one in found if one.severity is Severity.BROKEN]


def skew(platform: str, here: datetime, there: datetime) -> list[Problem]:
    """Whether our clock goes wrong, by one that surely goes right."""
    lead = here - there
    if abs(lead) <= LARGEST_SKEW:
        return []
    values = {"seconds": round(abs(lead.total_seconds())), "platform": platform}
    reason = AHEAD if lead > timedelta(0) else BEHIND
    return [warning("clock", "clock.skew", reason, SET_CLOCK, values)]

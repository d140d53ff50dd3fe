"""What a look found, sorted for tests."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.errors import Problem


def wrong(listed: Iterable[Problem]) -> list[Problem]:
    """Those about which something is to be done."""
    return [one for one in listed if not one.is_light]


def codes(listed: Iterable[Problem]) -> list[str]:
    return [one.code for one in listed]


def found(listed: Iterable[Problem], code: str) -> Problem:
    """The one finding of this code."""
    (one,) = [one for one in listed if one.code == code]
    return one

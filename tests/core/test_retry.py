"""What follows a failed attempt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import Blocked, DeliveryError, Rejected, Transient, Uncertain
from bot.core.retry import (
    LONGEST_BLOCKED_WAIT,
    LONGEST_RETRY_AFTER,
    LONGEST_WAIT,
    Again,
    GiveUp,
    after,
)

NOW = datetime(2025, 1, 15, tzinfo=UTC)


def seconds(error: DeliveryError, attempts: int = 1) -> float:
    again = after(error, attempts=attempts, now=NOW)
    assert isinstance(again, Again)
    return (again.due_at - NOW).total_seconds()


def test_each_wait_is_twice_the_last_up_to_a_limit() -> None:
    waits = [seconds(Transient("busy"), attempts) for attempts in (1, 2, 3, 4, 10, 10_000)]
    assert waits == [1, 2, 4, 8, LONGEST_WAIT, LONGEST_WAIT]


@pytest.mark.parametrize("attempts", [1, 9])
def test_a_platform_that_names_a_time_is_obeyed(attempts: int) -> None:
    assert seconds(Transient("slow down", 7.5), attempts) == 7.5


@pytest.mark.parametrize(("asked", "waited"), [(-1, 0), (1e9, LONGEST_RETRY_AFTER)])
def test_an_absurd_time_is_bounded(asked: float, waited: float) -> None:
    assert seconds(Transient("slow down", asked)) == waited


def test_a_closed_channel_is_looked_at_every_minute_at_first_then_more_seldom() -> None:
    waits = [seconds(Blocked("kicked"), attempts) for attempts in (1, 2, 10, 11, 12, 100_000)]
    assert waits == [60, 60, 60, 120, 240, LONGEST_BLOCKED_WAIT]


def test_what_may_have_arrived_is_tried_again_as_soon_as_what_did_not() -> None:
    assert seconds(Uncertain("broken off"), 2) == seconds(Transient("busy"), 2) == 2


def test_only_a_message_refused_for_what_it_is_is_given_up() -> None:
    assert after(Rejected("too large"), attempts=1, now=NOW) == GiveUp()
    for error in (Transient("busy"), Blocked("kicked"), Uncertain("broken off")):
        assert isinstance(after(error, attempts=1_000_000, now=NOW), Again)

"""The clock that a demo moves on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import ShiftableClock

DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)


def lead(clock: ShiftableClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_it_is_the_real_time_until_it_is_moved(tmp_path: Path) -> None:
    assert abs(lead(ShiftableClock(tmp_path / "clock"))) < MOMENT


def test_moves_add_up(tmp_path: Path) -> None:
    clock = ShiftableClock(tmp_path / "clock")
    clock.advance(DAY)
    clock.advance(timedelta(hours=1))
    assert abs(lead(clock) - timedelta(hours=25)) < MOMENT


def test_a_restart_does_not_turn_time_back(tmp_path: Path) -> None:
    ShiftableClock(tmp_path / "clock").advance(DAY)
    again = ShiftableClock(tmp_path / "clock")
    assert abs(lead(again) - DAY) < MOMENT
    again.advance(DAY)
    assert abs(lead(ShiftableClock(tmp_path / "clock")) - 2 * DAY) < MOMENT


def test_it_never_goes_back(tmp_path: Path) -> None:
    clock = ShiftableClock(tmp_path / "clock")
    clock.advance(DAY)
    with pytest.raises(ValueError, match="only goes on"):
        clock.advance(-MOMENT)
    assert abs(lead(clock) - DAY) < MOMENT


def test_a_file_that_says_nothing_is_real_time(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("yesterday\n", encoding="utf-8")
    assert abs(lead(ShiftableClock(tmp_path / "clock"))) < MOMENT


def test_what_can_not_be_kept_does_not_happen(tmp_path: Path) -> None:
    clock = ShiftableClock(tmp_path / "missing" / "clock")
    with pytest.raises(FileNotFoundError):
        clock.advance(DAY)
    assert abs(lead(clock)) < MOMENT

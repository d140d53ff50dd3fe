"""What survives a kill beside the database: attempts, and what was answered."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import journal as module
from bot.store.journal import Journal, Trail
from tests.parts import NOW

LATER = NOW + timedelta(seconds=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attempts.log"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    journal.begin()
    yield journal
    journal.close()


def next_process(path: Path) -> dict[int, Trail] | None:
    return Journal(path).read()


def test_a_first_start_knows_nothing(path: Path) -> None:
    assert next_process(path) is None


def test_a_start_after_a_quiet_one_knows_that_nothing_was_attempted(
    journal: Journal, path: Path
) -> None:
    assert next_process(path) == {}


def test_an_attempt_without_an_answer_is_in_doubt(journal: Journal, path: Path) -> None:
    journal.attempt(7, NOW)
    assert next_process(path) == {7: Trail(attempted_at=NOW)}


def test_an_attempt_that_failed_is_in_no_doubt(journal: Journal, path: Path) -> None:
    journal.attempt(7, NOW)
    journal.failed(7)
    assert next_process(path) == {7: Trail()}


def test_an_answered_attempt_is_known_by_its_id(journal: Journal, path: Path) -> None:
    journal.attempt(7, NOW)
    journal.sent(7, 0, "abc", is_last=True)
    assert next_process(path) == {7: Trail({0: "abc"}, is_whole=True)}


def test_the_parts_that_arrived_are_told_from_the_one_in_doubt(
    journal: Journal, path: Path
) -> None:
    journal.attempt(7, NOW)
    journal.sent(7, 0, "abc", is_last=False)
    journal.attempt(7, LATER)
    assert next_process(path) == {7: Trail({0: "abc"}, attempted_at=LATER)}


def test_an_id_may_hold_spaces(journal: Journal, path: Path) -> None:
    journal.sent(7, 0, "a b  c", is_last=True)
    assert next_process(path) == {7: Trail({0: "a b  c"}, is_whole=True)}


def written(path: Path) -> list[str]:
    return path.read_text().splitlines(keepends=True)


@pytest.mark.parametrize("kept", range(1, 8))
def test_a_kill_after_any_line_loses_no_earlier_one(
    journal: Journal, path: Path, kept: int
) -> None:
    journal.attempt(1, NOW)
    journal.sent(1, 0, "one", is_last=False)
    journal.attempt(1, NOW)
    journal.sent(1, 1, "two", is_last=True)
    journal.attempt(2, LATER)
    journal.failed(2)
    expected: list[dict[int, Trail]] = [
        {},
        {1: Trail(attempted_at=NOW)},
        {1: Trail({0: "one"})},
        {1: Trail({0: "one"}, attempted_at=NOW)},
        {1: Trail({0: "one", 1: "two"}, is_whole=True)},
        {1: Trail({0: "one", 1: "two"}, is_whole=True), 2: Trail(attempted_at=LATER)},
        {1: Trail({0: "one", 1: "two"}, is_whole=True), 2: Trail()},
    ]
    path.write_text("".join(written(path)[:kept]))
    assert next_process(path) == expected[kept - 1]


def test_a_line_that_was_cut_short_counts_as_not_written(journal: Journal, path: Path) -> None:
    journal.attempt(1, NOW)
    before = path.stat().st_size
    journal.sent(1, 0, "one", is_last=True)
    whole = path.read_bytes()
    for size in range(before, len(whole)):
        path.write_bytes(whole[:size])
        assert next_process(path) == {1: Trail(attempted_at=NOW)}


@pytest.mark.parametrize("size", [0, 3, 10])
def test_a_journal_cut_in_its_first_line_is_not_trusted(
    journal: Journal, path: Path, size: int
) -> None:
    path.write_bytes(path.read_bytes()[:size])
    assert next_process(path) is None


def test_a_journal_from_before_the_machine_started_is_not_trusted(
    journal: Journal, path: Path
) -> None:
    journal.sent(1, 0, "one", is_last=True)
    path.write_text("".join(["boot another-start\n", *written(path)[1:]]))
    assert next_process(path) is None


def test_a_new_beginning_forgets_what_was_settled_before(journal: Journal, path: Path) -> None:
    journal.attempt(1, NOW)
    again = Journal(path)
    again.begin()
    again.close()
    assert next_process(path) == {}


def test_a_journal_that_grew_is_shortened_to_what_is_not_settled(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROTATE_AT", 500)
    for delivery in range(1, 21):
        journal.attempt(delivery, NOW)
        journal.sent(delivery, 0, f"id{delivery}", is_last=True)
    journal.sent(21, 0, "first", is_last=False)
    journal.attempt(21, LATER)
    journal.sent(22, 0, "first", is_last=False)
    journal.sent(22, 1, "last", is_last=True)
    journal.settled(range(1, 21))
    assert path.stat().st_size < 200
    journal.attempt(23, LATER)
    assert next_process(path) == {
        21: Trail({0: "first"}, attempted_at=LATER),
        22: Trail({0: "first", 1: "last"}, is_whole=True),
        23: Trail(attempted_at=LATER),
    }


def test_an_idle_journal_is_emptied_early(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROTATE_AT", 2000)
    for delivery in range(10):
        journal.sent(delivery, 0, "id", is_last=True)
    journal.settled(range(10))
    assert len(written(path)) == 1


def test_nothing_is_noted_once_it_is_closed(journal: Journal) -> None:
    journal.close()
    with pytest.raises(OSError, match="closed"):
        journal.attempt(1, NOW)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The kernel writes up to `size` and refuses the rest, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", range(0, 20, 3))
def test_a_line_that_the_disk_cut_short_harms_no_other(
    journal: Journal, path: Path, room: int
) -> None:
    journal.attempt(1, NOW)
    with files_no_larger_than(os.path.getsize(path) + room), pytest.raises(OSError):
        journal.attempt(2, NOW)
    journal.sent(1, 0, "one", is_last=True)
    assert next_process(path) == {1: Trail({0: "one"}, is_whole=True)}

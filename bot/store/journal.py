"""What was on the wire when the process died: an append-only file beside the database.

A database commit for every attempt would cost more than the attempt. A line written here survives
the process at once, so verdicts can reach the database in batches, and after a kill at most one
delivery per lane is in doubt: the one that was attempted and not yet answered. After a power cut
the file may lag behind the database; then every claimed delivery is in doubt.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROTATE_AT = 1 << 20  # bytes


@dataclass(slots=True)
class Trail:
    """What is known of one claimed delivery: parts delivered, and since when one is in doubt."""

    parts: dict[int, str] = field(default_factory=dict[int, str])
    attempted_at: datetime | None = None
    is_whole: bool = False
    place: str = ""  # the room or thread that was opened for it
    is_room: bool = False


class Journal:
    """Every method raises OSError where the disk refuses; then nothing must be sent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._live: dict[int, Trail] = {}
        self._size = 0
        self._file: int | None = None

    def read(self) -> dict[int, Trail] | None:
        """What the last process left; None where the file is missing or older than the machine's
        last start, so that any claimed delivery may have gone out."""
        return _read(self._path)

    def begin(self) -> None:
        """Start anew. Only once the database holds all that `read` answered."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._live.clear()
        self._rewrite()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def attempt(self, delivery: int, now: datetime) -> None:
        """The next part of `delivery` is about to go out."""
        self._append(f"a {delivery} {now.timestamp():.6f}\n")
        self._live.setdefault(delivery, Trail()).attempted_at = now

    def failed(self, delivery: int) -> None:
        """The attempt certainly was not delivered."""
        self._append(f"f {delivery} -\n")
        self._live.setdefault(delivery, Trail()).attempted_at = None

    def sent(self, delivery: int, part: int, *native_ids: str, is_last: bool) -> None:
        """From `part` on: those that were one album arrived together, and are noted together."""
        new = dict(enumerate(native_ids, part))
        last = part + len(native_ids) - 1 if is_last else None
        self._append(
            "".join(_sent_line(delivery, n, one, is_last=n == last) for n, one in new.items())
        )
        trail = self._live.setdefault(delivery, Trail())
        trail.parts |= new
        trail.attempted_at = None
        trail.is_whole = is_last

    def opened(self, delivery: int, place: str, *, is_room: bool) -> None:
        """It is said in this room, or has this thread: not every platform could find it again."""
        self._append(_opened_line(delivery, place, is_room=is_room))
        trail = self._live.setdefault(delivery, Trail())
        trail.place, trail.is_room = place, is_room

    def settled(self, deliveries: Iterable[int]) -> None:
        """The database knows: these lines are not needed any more."""
        for delivery in deliveries:
            self._live.pop(delivery, None)
        if self._size > ROTATE_AT or (not self._live and self._size > ROTATE_AT // 16):
            self._rewrite()

    def _append(self, line: str) -> None:
        if self._file is None:
            raise OSError("the journal is closed")
        whole = line.encode()
        written = os.write(self._file, whole)
        if written < len(whole):
            os.ftruncate(self._file, self._size)  # half a line would spoil the next
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._size += written

    def _rewrite(self) -> None:
        new = self._path.with_suffix(".new")
        lines = [f"boot {_boot_id()}\n", *_lines_of(self._live)]
        new.write_text("".join(lines), encoding="utf-8")
        os.replace(new, self._path)
        self.close()
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._size = os.fstat(self._file).st_size


def _sent_line(delivery: int, part: int, native_id: str, *, is_last: bool) -> str:
    return f"{'w' if is_last else 's'} {delivery} {part} {native_id}\n"


def _opened_line(delivery: int, place: str, *, is_room: bool) -> str:
    return f"{'r' if is_room else 't'} {delivery} {place}\n"


def _lines_of(live: dict[int, Trail]) -> Iterable[str]:
    for delivery, trail in live.items():
        if trail.place:
            yield _opened_line(delivery, trail.place, is_room=trail.is_room)
        for part, native_id in trail.parts.items():
            is_last = trail.is_whole and part == max(trail.parts)
            yield _sent_line(delivery, part, native_id, is_last=is_last)
        if trail.attempted_at is not None:
            yield f"a {delivery} {trail.attempted_at.timestamp():.6f}\n"


def _read(path: Path) -> dict[int, Trail] | None:
    if not path.exists():
        return None
    head, *lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    if head != f"boot {_boot_id()}":
        return None
    trails: dict[int, Trail] = {}
    for line in lines[:-1]:  # a last line without its end was never acted on
        kind, delivery, rest = line.split(" ", 2)
        trail = trails.setdefault(int(delivery), Trail())
        if kind in {"r", "t"}:
            trail.place, trail.is_room = rest, kind == "r"
            continue
        trail.attempted_at = datetime.fromtimestamp(float(rest), UTC) if kind == "a" else None
        if kind in {"s", "w"}:
            part, native_id = rest.split(" ", 1)
            trail.parts[int(part)] = native_id
            trail.is_whole = kind == "w"
    return trails


def _boot_id() -> str:
    """Differs after every start of the machine; containers that lack it trust no journal."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"unknown-{os.getpid()}"

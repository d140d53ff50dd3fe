"""One contender of a race, in a process of its own: it waits until it is asked for a run.

A line on stdin is a run's name, or the messages; the answer is one line of JSON on stdout. Standard
library only, because stock Argos runs in another environment.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Texts = dict[str, list[str]]  # direction → messages
Run = Callable[[], object]


def serve(take: Callable[[Texts], None], runs: Mapping[str, Run]) -> None:
    """`take` gets the messages first, and may prepare them; nothing else is said meanwhile."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # libraries print what they like
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, dict):
            take(asked)
            answer: object = "ready"
        else:
            answer = runs[asked]() if asked in runs else resident()
        print(json.dumps(answer), file=answers, flush=True)


def each_timed(calls: Iterable[Callable[[], object]]) -> list[float]:
    """Seconds of each call, one after the other."""
    times: list[float] = []
    for call in calls:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

"""Keeps what goes wrong inside an engine there: whatever it raises costs the next engine's turn.

This is the engines' boundary. What it logs is the kind of an error and its place, never its words:
an error of a library may quote the sentence that it choked on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TypeVar

import structlog

from bot.core.errors import EngineFailed, TranslationError
from bot.i18n import N_

MISHAP = N_("A translation engine broke in a way nobody expected; the next one takes over")

T = TypeVar("T")
_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs: no platform can be sent one

log = structlog.get_logger(__name__)


@contextmanager
def contained(engine: str) -> Iterator[None]:
    """Raises `TranslationError` for everything but the end of the memory or of the task."""
    try:
        yield
    except (TranslationError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 — the engines' boundary
        kind = type(error).__name__
        log.warning(MISHAP, engine=engine, error=kind, place=_place(error.__traceback__))
        raise EngineFailed(f"it raised {kind}") from None


def counted(answers: Sequence[T], wanted: int) -> Sequence[T]:
    """Raises `EngineFailed` where there are more or fewer."""
    if len(answers) != wanted:
        raise EngineFailed(f"{len(answers)} answers to {wanted} sentences")
    return answers


def texts(answers: Sequence[str], wanted: int) -> list[str]:
    """The answers, if they are `wanted` texts. Raises `EngineFailed`."""
    listed = list(counted(answers, wanted))
    if isinstance(answers, str) or not all(isinstance(answer, str) for answer in listed):
        raise EngineFailed("not all answers are texts")
    return [_HALVES.sub("", answer) for answer in listed]


def _place(traceback: TracebackType | None) -> str:
    """The innermost line, as file:line."""
    *_, (frame, line) = walk_tb(traceback)
    return f"{Path(frame.f_code.co_filename).name}:{line}"

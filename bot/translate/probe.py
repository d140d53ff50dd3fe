"""Tries out which slots a model carries over, once for each package, and remembers it on disk."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog

from bot.core.shield import CANDIDATES, FAMILIES, Family, mark

ENOUGH = 0.5  # of the probes; with less than that, pieces are the better way
_FILE = "slots.json"
_PROBES = {
    "zh": (
        "我和{0}一起去。",
        "你看到{0}了吗？",
        "这个{0}太好笑了。",
        "{0}是我的朋友。",
        "我的{0}叫{1}。",
        "请先看{0}，再看{1}。",
    ),
    "en": (
        "I went there with {0}.",
        "Did you see {0} yesterday?",
        "{0} is my friend.",
        "I really like {0} a lot.",
        "My {0} is called {1}.",
        "Look at {0} first and then at {1}.",
    ),
}

log = structlog.get_logger(__name__)

Ask = Callable[[list[str]], Awaitable[list[str]]]


async def tried(ask: Ask, source: str) -> list[str]:
    """The slots that the model keeps, the best first. Raises what `ask` raises."""
    if source not in _PROBES:
        return [family.slot for family in FAMILIES]
    marked = [probe.format(mark(0), mark(1)) for probe in _PROBES[source]]
    questions = [family.mask(text) or "" for family in CANDIDATES for text in marked]
    answers = await ask(questions)
    shares = {
        family.slot: _kept(family, marked, answers[at * len(marked) : (at + 1) * len(marked)])
        for at, family in enumerate(CANDIDATES)
    }
    good = [slot for slot, share in shares.items() if share >= ENOUGH]
    return sorted(good, key=lambda slot: -shares[slot])


def remembered(data_dir: Path, package: str) -> list[str] | None:
    """What was found for `package` before, or None."""
    found = _stored(data_dir).get(package)
    return [str(slot) for slot in found] if isinstance(found, list) else None


def remember(data_dir: Path, package: str, slots: Sequence[str]) -> None:
    stored = {**_stored(data_dir), package: list(slots)}
    data_dir.mkdir(parents=True, exist_ok=True)
    new = data_dir / f"{_FILE}.new"
    new.write_text(json.dumps(stored, indent=1, sort_keys=True), encoding="utf-8")
    new.replace(data_dir / _FILE)
    log.info("tried out which marks a translation package keeps", package=package, kept=slots)


def _kept(family: Family, marked: Sequence[str], answers: Sequence[str]) -> float:
    """The share of answers with every slot exactly once."""
    whole = [
        family.unmask(answer, [sign for sign in (mark(0), mark(1)) if sign in text]) is not None
        for text, answer in zip(marked, answers, strict=True)
    ]
    return sum(whole) / len(whole)


def _stored(data_dir: Path) -> dict[str, object]:
    try:
        stored = json.loads((data_dir / _FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}

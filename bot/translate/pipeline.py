"""A message from one language to another: what it holds besides words comes through untouched.

It never raises for what is in the text: the worst answer is the original, with a label saying why.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import structlog

from bot.core.errors import NoModel, TranslationError
from bot.core.language import (
    base,
    chinese_script,
    detect,
    dominant,
    is_traditional,
    is_translatable,
)
from bot.core.model import Step, Translation
from bot.core.ports import Engine
from bot.core.richtext import RichText
from bot.core.sentences import split
from bot.core.shield import MARK, Held, bare
from bot.i18n import N_
from bot.translate.attempt import Attempt, Direction
from bot.translate.compose import Composer
from bot.translate.plan import Plan, plan
from bot.translate.script import rewritten
from bot.translate.styles import stretches

LONGEST = 20_000  # characters; platforms carry 4,096

log = structlog.get_logger(__name__)


class Trace:
    """The steps of one translation, each timed from the end of the one before."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._since = time.perf_counter()

    def add(self, name: str, detail: str) -> None:
        now = time.perf_counter()
        self.steps.append(Step(name, detail, (now - self._since) * 1000))
        self._since = now


class Pipeline:
    """Implements `core.ports.Translator` on one engine."""

    def __init__(self, engine: Engine, *, longest: int = LONGEST) -> None:
        self._engine = engine
        self._longest = longest
        self._unserved: set[tuple[str, str]] = set()

    def serves(self, source: str, target: str) -> bool:
        return self._engine.serves(source, target)

    async def translate(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Translation:
        trace = Trace()
        if len(text) > self._longest:
            trace.add("language", "und: too long")
            return _original(text, "und", target, "failed", trace)
        words = bare(text)
        source = dominant(_sentences(words), prior, base(target))
        trace.add("language", source)
        if source == base(target):
            return _in_script(text, words, target, trace)
        if not is_translatable(words, source):
            return _original(text, source, target, "nothing-to-translate", trace)
        if not self._engine.serves(source, base(target)):
            self._say_no_model(source, base(target))
            return _original(text, source, target, "no-model", trace)
        return await self._translated(text, _direction(source, target, words), target, trace)

    async def _translated(
        self, text: RichText, direction: Direction, target: str, trace: Trace
    ) -> Translation:
        whole = plan(text)
        trace.add("shield", _kinds(whole.held))
        attempt = Attempt(self._engine, direction)
        bodies = _bodies(whole, direction)
        label = await self._attempt(attempt, bodies)
        trace.add("engine", f"{self._engine.name}: {len(attempt.done)} of {len(set(bodies))}")
        trace.add("checks", _faults(attempt))
        if not any(body in attempt.done for body in bodies):
            return _original(
                text, direction.source, target, label if bodies else "nothing-to-translate", trace
            )
        message = Composer(whole, attempt).message()
        trace.add("restore", "")
        steps = tuple(trace.steps)
        return Translation(message, direction.source, target, self._engine.name, "", steps)

    async def _attempt(self, attempt: Attempt, bodies: list[str]) -> str:
        """The label for the case that nothing came of it."""
        try:
            await attempt.run(bodies)
        except NoModel as missing:
            self._say_no_model(missing.source, missing.target)
            return "no-model"
        except TranslationError as failure:
            log.warning(
                N_("The translator failed; the original is relayed with a label"),
                engine=self._engine.name,
                reason=str(failure),
            )
        return "failed"

    def _say_no_model(self, source: str, target: str) -> None:
        if (source, target) in self._unserved:
            return
        self._unserved.add((source, target))
        remedy = f"python -m bot models install {source}-{target}"
        log.warning(
            N_("No model translates this pair; originals are relayed with a label"),
            source=source,
            target=target,
            remedy=remedy,
        )


def _sentences(words: str) -> Iterator[str]:
    for line in words.splitlines():
        yield from split(line)


def _direction(source: str, target: str, words: str) -> Direction:
    from_traditional = source == "zh" and chinese_script(words) == "Hant"
    return Direction(source, base(target), from_traditional, is_traditional(target))


def _in_script(text: RichText, words: str, target: str, trace: Trace) -> Translation:
    """The message is in the reader's language already, if perhaps not in their script."""
    wanted = "Hant" if is_traditional(target) else "Hans"
    if base(target) != "zh" or chinese_script(words) in {"", wanted}:
        return _original(text, base(target), target, "same-language", trace)
    message = rewritten(text, to_traditional=wanted == "Hant")
    trace.add("script", wanted)
    return Translation(message, "zh", target, "opencc", "", tuple(trace.steps))


def _original(text: RichText, source: str, target: str, label: str, trace: Trace) -> Translation:
    return Translation(text, source, target, None, label, tuple(trace.steps))


def _bodies(whole: Plan, direction: Direction) -> list[str]:
    """What the engine is to see: sentences in the source language, and their styled stretches."""
    bodies: list[str] = []
    for sentence in whole.sentences():
        words = MARK.sub(" ", sentence.body.text)
        if is_translatable(words, direction.source) and (
            detect(words, direction.source) == direction.source
        ):
            bodies += [sentence.body.text, *stretches(sentence.body)]
    return bodies


def _kinds(held: tuple[Held, ...]) -> str:
    counts = Counter(each.kind for each in held)
    named = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    return f"{len(held)}: {named}" if held else "0"


def _faults(attempt: Attempt) -> str:
    return ", ".join(f"{fault} {count}" for fault, count in sorted(attempt.faults.items())) or "ok"

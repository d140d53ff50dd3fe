"""Holds what /explain says of its sureness against the corpus' hold-out: a table of reliability.

A translation counts as right if its chrF2 is 45 or more (into Chinese, 30 or more, whose characters
match less often): most of those say what the reference says.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import sacrebleu

from bot.community.explain_cards import SURENESS
from bot.core.richtext import RichText
from bot.translate import lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.pipeline import Pipeline
from training.corpus import own

BLOCK = 32
RIGHT = {"en": 45.0, "zh": 30.0}
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: how sure /explain was of it, and how well it was said."""

    confidence: float
    chrf: float
    is_right: bool


async def main() -> int:
    _, held_out = own()
    found: list[Judged] = []
    with tempfile.TemporaryDirectory() as folder:
        async with ArgosEngine(Path(folder)) as engine:
            pipeline = Pipeline(engine, lexicon=lexicon)
            for target in RIGHT:
                pairs = [(p.zh, p.en) if target == "en" else (p.en, p.zh) for p in held_out]
                for at in range(0, len(pairs), BLOCK):
                    judged = (_judged(pipeline, *each, target) for each in pairs[at : at + BLOCK])
                    found += [each for each in await asyncio.gather(*judged) if each is not None]
    print(*_table(found), sep="\n")
    return 0


async def _judged(pipeline: Pipeline, source: str, reference: str, target: str) -> Judged | None:
    prior = "zh" if target == "en" else "en"
    found = await pipeline.explain(RichText(source), target=target, prior=prior)
    if found.confidence is None:
        return None
    chrf = sacrebleu.sentence_chrf(found.translation.text.text, [reference]).score
    return Judged(found.confidence, chrf, chrf >= RIGHT[target])


def _table(found: Sequence[Judged]) -> Iterator[str]:
    yield f"  {len(found)} messages of the hold-out, both ways"
    yield f"  {'confidence':28} messages  said  right  chrF2"
    for number in range(BINS):
        inside = [each for each in found if min(int(each.confidence * BINS), BINS - 1) == number]
        yield _row(f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}", inside)
    above = 1.01
    for least, words in SURENESS:
        yield _row(words, [each for each in found if least <= each.confidence < above])
        above = least


def _row(name: str, inside: Sequence[Judged]) -> str:
    if not inside:
        return f"  {name:28} {0:8}"
    said, right = mean(e.confidence for e in inside), mean(e.is_right for e in inside)
    chrf = mean(each.chrf for each in inside)
    return f"  {name:28} {len(inside):8} {said:5.2f} {right:6.2f} {chrf:6.1f}"

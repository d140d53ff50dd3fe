"""Scores the engine alone and the whole pipeline on a table of sources and references.

Usage: scripts/bench quality [FILE.tsv] [--direction zh-en|en-zh] [--packages FOLDER …]
It exits with 1 where the pipeline scores below the engine, with 2 where nothing can be scored.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.pairs import DIRECTIONS, BadTable, Pair, directions, heads, pairs
from bench.scoring import Scores, scores
from bot.core.richtext import RichText
from bot.core.sentences import split
from bot.translate import lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.pipeline import Pipeline

SAMPLE = Path(__file__).parent / "quality.sample.tsv"
BLOCK = 256  # messages on their way at once


async def main(arguments: Sequence[str] = ()) -> int:
    wanted = _wanted(arguments)
    try:
        outcomes = [
            await _direction(wanted.file, each, wanted.packages)
            for each in directions(wanted.file, wanted.direction)
        ]
    except (BadTable, OSError) as failure:
        print(failure, file=sys.stderr)
        return 2
    return max(outcomes)


def _wanted(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench quality", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--direction", choices=DIRECTIONS)
    parser.add_argument("--packages", type=Path, action="append", default=[])
    return parser.parse_args(arguments)


async def _direction(path: Path, direction: str, packages: Sequence[Path]) -> int:
    source, target = direction.split("-")
    skipped: list[str] = []

    def complain(fault: str) -> None:
        skipped.append(fault)
        print(fault, file=sys.stderr)

    listed = pairs(path, direction, complain)
    known, alone, whole = await _said(listed, source, target, packages)
    if not known:
        raise BadTable(f"{path} holds no pair that can be scored")
    print(f"{direction}: {len(known)} messages of {path.name}, {len(skipped)} lines left out")
    engine, pipeline = scores(known, alone, target), scores(known, whole, target)
    print(*_table(engine, pipeline, target), sep="\n")
    if pipeline.chrf < engine.chrf:
        print("  the pipeline scores below the engine")
        return 1
    return 0


async def _said(
    listed: Iterator[Pair], source: str, target: str, packages: Sequence[Path]
) -> tuple[list[Pair], list[str], list[str]]:
    """What was read, what the engine said, and what the pipeline made of it."""
    known: list[Pair] = []
    alone: list[str] = []
    whole: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        async with ArgosEngine(Path(name), package_dirs=packages) as engine:
            pipeline = Pipeline(engine, lexicon=lexicon)
            for block in heads(listed, BLOCK):
                known += block
                alone += await _alone(engine, block, source, target)
                whole += await _whole(pipeline, block, source, target)
    return known, alone, whole


async def _alone(engine: ArgosEngine, block: Sequence[Pair], source: str, target: str) -> list[str]:
    """Sentence by sentence, as Argos itself does it: nothing protected, nothing checked."""
    sentences = [split(pair.source) for pair in block]
    said = iter(await engine.translate([s for each in sentences for s in each], source, target))
    blank = "" if target == "zh" else " "
    return [blank.join(next(said) for _ in each) for each in sentences]


async def _whole(pipeline: Pipeline, block: Sequence[Pair], source: str, target: str) -> list[str]:
    texts = [RichText(pair.source) for pair in block]
    said = await asyncio.gather(
        *(pipeline.translate(text, target=target, prior=source) for text in texts)
    )
    return [each.text.text for each in said]


def _table(engine: Scores, pipeline: Scores, target: str) -> Iterator[str]:
    chrf = "chrF2++" if target != "zh" else "chrF2"
    yield f"  {'':32}  engine  pipeline"
    yield _row(f"{chrf} (decides)", engine.chrf, pipeline.chrf)
    if target == "zh":
        yield _row("chrF2++", engine.chrf_words, pipeline.chrf_words)
    yield _row(f"BLEU ({'13a' if target != 'zh' else 'zh'})", engine.bleu, pipeline.bleu)
    yield _row("protected spans kept, %", engine.spans, pipeline.spans, 100)
    yield _row("figures kept, %", engine.figures, pipeline.figures, 100)
    yield _row("amounts of the same value, %", engine.values, pipeline.values, 100)
    yield _row("in the wrong language, %", engine.wrong_language, pipeline.wrong_language, 100)
    yield _row("empty, %", engine.empty, pipeline.empty, 100)


def _row(name: str, engine: float | None, pipeline: float | None, times: int = 1) -> str:
    cells = ["-" if value is None else f"{value * times:.1f}" for value in (engine, pipeline)]
    return f"  {name:32}  {cells[0]:>6}  {cells[1]:>8}"

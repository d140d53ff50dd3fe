"""Our engine, and our whole pipeline on it, with 32 messages on their way at any time.

python -m bench.ours LONE DATA: nothing is remembered from one run to the next.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

from bench.serving import Texts, serve
from bot.core.richtext import RichText
from bot.core.sentences import split
from bot.translate import lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.pipeline import Pipeline

AT_ONCE = 32
LONE, DATA = int(sys.argv[1]), Path(sys.argv[2])

Say = Callable[[str, str], Awaitable[object]]  # direction, message


class Ours:
    def __init__(self) -> None:
        self._engine = ArgosEngine(DATA)
        self._pipeline = Pipeline(self._engine, lexicon=lexicon)
        self._texts: Texts = {}
        self._runner = asyncio.Runner()

    def take(self, texts: Texts) -> None:
        self._texts = texts
        for way in texts:
            self._runner.run(self._by_pipeline(way, texts[way][0]))

    def all(self, say: Say) -> float:
        return self._runner.run(self._all(say))

    def lone(self, say: Say) -> list[float]:
        self._pipeline.wipe()
        return self._runner.run(self._lone(say))

    async def _all(self, say: Say) -> float:
        self._pipeline.wipe()
        start = time.perf_counter()
        for way, listed in self._texts.items():
            waiting = iter(listed)
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(_each(way, waiting, say))
        return time.perf_counter() - start

    async def _lone(self, say: Say) -> list[float]:
        times: list[float] = []
        for way, listed in self._texts.items():
            for text in listed[:LONE]:
                start = time.perf_counter()
                await say(way, text)
                times.append(time.perf_counter() - start)
        return times

    async def _by_pipeline(self, way: str, text: str) -> object:
        source, target = way.split("-")
        return await self._pipeline.translate(RichText(text), target=target, prior=source)

    async def _by_engine(self, way: str, text: str) -> object:
        return await self._engine.translate(split(text), *way.split("-"))

    def runs(self) -> dict[str, Callable[[], object]]:
        return {
            "pipeline": partial(self.all, self._by_pipeline),
            "engine": partial(self.all, self._by_engine),
            "pipeline lone": partial(self.lone, self._by_pipeline),
            "engine lone": partial(self.lone, self._by_engine),
        }


async def _each(way: str, waiting: Iterator[str], say: Say) -> None:
    for text in waiting:
        await say(way, text)


if __name__ == "__main__":
    ours = Ours()
    serve(ours.take, ours.runs())

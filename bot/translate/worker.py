"""One thread for all translating: requests that wait for the same direction go together.

A lone request never waits for company, and a long one is served in slices so that others get in.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import structlog

from bot.core.errors import EngineFailed, TranslationError

log = structlog.get_logger(__name__)

SLICE = 32  # sentences of one request at a time
TOGETHER = 256  # sentences in one run

Pair = tuple[str, str]
Run = Callable[[Pair, list[str]], list[str]]


@dataclass(frozen=True, slots=True)
class _Job:
    pair: Pair
    sentences: list[str]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[list[str]]

    def settle(self, outcome: list[str] | TranslationError) -> None:
        self.loop.call_soon_threadsafe(self._settle, outcome)

    def _settle(self, outcome: list[str] | TranslationError) -> None:
        if self.answer.done():  # whoever asked has gone
            return
        if isinstance(outcome, TranslationError):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Worker:
    """`run` is called in the thread only; it answers with one text per sentence or raises."""

    def __init__(self, run: Run, name: str) -> None:
        self._run = run
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._is_closed = False

    async def ask(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        """Raises `TranslationError`."""
        answers: list[str] = []
        for at in range(0, len(sentences), SLICE):
            answers += await self._ask(pair, list(sentences[at : at + SLICE]))
        return answers

    async def aclose(self) -> None:
        """Ends the thread after the run it is in; what waits then fails."""
        if not self._is_closed:
            self._is_closed = True
            self._queue.put(None)
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    async def _ask(self, pair: Pair, sentences: list[str]) -> list[str]:
        if self._is_closed:
            raise EngineFailed("the translation worker has ended")
        if not self._thread.ident:
            self._thread.start()
        loop = asyncio.get_running_loop()
        job = _Job(pair, sentences, loop, loop.create_future())
        self._queue.put(job)
        return await job.answer

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            waiting, is_last = self._drain(first)
            for pair, jobs in _by_pair(waiting).items():
                self._serve(pair, jobs)
            if is_last:
                break
        for job in self._drain(None)[0]:
            job.settle(EngineFailed("the translation worker has ended"))

    def _drain(self, first: _Job | None) -> tuple[list[_Job], bool]:
        """What waits now, at most one run's worth, and whether the end was among it."""
        jobs = [first] if first else []
        while sum(len(job.sentences) for job in jobs) < TOGETHER:
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _serve(self, pair: Pair, jobs: list[_Job]) -> None:
        wanted = [job for job in jobs if not job.answer.cancelled()]
        if not wanted:
            return
        sentences = [sentence for job in wanted for sentence in job.sentences]
        try:
            answers = self._run(pair, sentences)
        except TranslationError as failure:
            _fail(wanted, failure)
            return
        except Exception as failure:  # a thread that ended would leave everyone waiting
            log.debug("the translator failed by a mistake of ours", exc_info=True)
            _fail(wanted, EngineFailed(f"internal error: {type(failure).__name__}"))
            return
        at = 0
        for job in wanted:
            job.settle(answers[at : at + len(job.sentences)])
            at += len(job.sentences)


def _by_pair(jobs: list[_Job]) -> dict[Pair, list[_Job]]:
    sorted_out: dict[Pair, list[_Job]] = {}
    for job in jobs:
        sorted_out.setdefault(job.pair, []).append(job)
    return sorted_out


def _fail(jobs: list[_Job], failure: TranslationError) -> None:
    for job in jobs:
        job.settle(failure)

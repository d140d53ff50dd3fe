from __future__ import annotations

import asyncio
import threading

import pytest

from bot.core.errors import EngineFailed
from bot.translate.worker import Pair, Worker

ZH_EN, EN_ZH = ("zh", "en"), ("en", "zh")


class Slow:
    """A run that waits to be let go, and remembers what went together."""

    def __init__(self) -> None:
        self.runs: list[tuple[Pair, list[str]]] = []
        self.started = threading.Event()
        self.go = threading.Event()

    def __call__(self, pair: Pair, sentences: list[str]) -> list[str]:
        self.runs.append((pair, list(sentences)))
        self.started.set()
        assert self.go.wait(30)
        return [sentence.upper() for sentence in sentences]

    async def until_started(self) -> None:
        assert await asyncio.to_thread(self.started.wait, 30)


async def test_what_waits_goes_together_and_everyone_gets_their_own() -> None:
    run = Slow()
    worker = Worker(run, "test")
    first = asyncio.create_task(worker.ask(ZH_EN, ["first"]))
    await run.until_started()
    rest = [asyncio.create_task(worker.ask(ZH_EN, [f"a{n}", f"b{n}"])) for n in range(20)]
    other = asyncio.create_task(worker.ask(EN_ZH, ["other"]))
    await asyncio.sleep(0.01)
    run.go.set()
    assert await first == ["FIRST"]
    assert [await each for each in rest] == [[f"A{n}", f"B{n}"] for n in range(20)]
    assert await other == ["OTHER"]
    assert [(pair, len(sentences)) for pair, sentences in run.runs] == [
        (ZH_EN, 1),
        (ZH_EN, 40),
        (EN_ZH, 1),
    ]
    await worker.aclose()


async def test_a_lone_request_goes_at_once() -> None:
    run = Slow()
    run.go.set()
    worker = Worker(run, "test")
    async with asyncio.timeout(10):
        assert await worker.ask(ZH_EN, ["hi"]) == ["HI"]
    await worker.aclose()


async def test_a_long_request_lets_others_in() -> None:
    run = Slow()
    worker = Worker(run, "test")
    order: list[str] = []
    long = asyncio.create_task(worker.ask(ZH_EN, ["x"] * 500))
    long.add_done_callback(lambda _: order.append("long"))
    await run.until_started()
    short = asyncio.create_task(worker.ask(ZH_EN, ["y"]))
    short.add_done_callback(lambda _: order.append("short"))
    await asyncio.sleep(0.01)
    run.go.set()
    assert len(await long) == 500
    assert order[0] == "short"
    await worker.aclose()


async def test_a_run_that_fails_fails_those_in_it_and_no_one_else() -> None:
    def run(pair: Pair, sentences: list[str]) -> list[str]:
        if pair == EN_ZH:
            raise EngineFailed("broken")
        return sentences

    worker = Worker(run, "test")
    with pytest.raises(EngineFailed, match="broken"):
        await worker.ask(EN_ZH, ["a"])
    assert await worker.ask(ZH_EN, ["a"]) == ["a"]
    await worker.aclose()


async def test_who_stops_waiting_does_not_hold_up_the_rest() -> None:
    run = Slow()
    worker = Worker(run, "test")
    first = asyncio.create_task(worker.ask(ZH_EN, ["first"]))
    await run.until_started()
    gone = asyncio.create_task(worker.ask(ZH_EN, ["gone"]))
    stays = asyncio.create_task(worker.ask(ZH_EN, ["stays"]))
    await asyncio.sleep(0.01)
    gone.cancel()
    first.cancel()
    await asyncio.sleep(0.01)
    run.go.set()
    assert await stays == ["STAYS"]
    assert run.runs[1] == (ZH_EN, ["stays"])
    await worker.aclose()


async def test_the_end_fails_what_waits_and_ends_the_thread() -> None:
    run = Slow()
    worker = Worker(run, "test-that-ends")
    first = asyncio.create_task(worker.ask(ZH_EN, ["first"]))
    await run.until_started()
    closing = asyncio.create_task(worker.aclose())
    await asyncio.sleep(0.01)
    run.go.set()
    await closing
    assert await first == ["FIRST"]
    with pytest.raises(EngineFailed):
        await worker.ask(ZH_EN, ["late"])
    assert not any(thread.name == "test-that-ends" for thread in threading.enumerate())


async def test_a_mistake_fails_one_request_and_not_those_that_follow() -> None:
    def run(_pair: Pair, sentences: list[str]) -> list[str]:
        return [str(1 / len(sentence)) for sentence in sentences]

    worker = Worker(run, "test")
    with pytest.raises(EngineFailed, match="ZeroDivisionError"):
        await worker.ask(ZH_EN, [""])
    async with asyncio.timeout(10):
        assert await worker.ask(ZH_EN, ["hi"]) == ["0.5"]
    await worker.aclose()

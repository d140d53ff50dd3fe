"""An engine that breaks in a way nobody expected costs its own turn, and tells the log no words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from bot.core.model import Translation
from bot.core.richtext import RichText
from bot.translate.chain import Chain, Limits, RemoteEngine
from bot.translate.mishap import MISHAP
from bot.translate.pipeline import Pipeline
from bot.translate.tally import Tally
from tests.parts import HeldClock
from tests.translate.engines import Choosing, Parrot, Row, Says

SECRET = "The secret is under the doormat."
ANSWER = "秘密在门垫下面。"
GOOD = Says(The_secret_is_under_the_doormat=ANSWER)


def undecodable() -> bytes:
    return SECRET.encode() + b"\xff"


MISTAKES: dict[str, Callable[[], object]] = {
    "RuntimeError": lambda: raising(RuntimeError(SECRET)),
    "KeyError": lambda: {}[SECRET],
    "UnicodeDecodeError": lambda: undecodable().decode(),
    "AttributeError": lambda: SECRET.nothing,  # type: ignore[attr-defined]
    "RecursionError": lambda: raising(RecursionError(SECRET)),
    "TimeoutError": lambda: raising(TimeoutError(SECRET)),
    "AssertionError": lambda: raising(AssertionError(SECRET)),
    "StopAsyncIteration": lambda: raising(StopAsyncIteration(SECRET)),
}
SHAPES: dict[str, Any] = {
    "nothing": None,
    "a number": 7,
    "a text": "猫",
    "numbers": [7],
    "nothings": [None],
    "bytes": [b"cat"],
    "a dictionary": {"translations": ["猫"]},
    "lists": [["猫"]],
    "none at all": [],
}


def raising(error: Exception) -> object:
    raise error


class Mistaken(Parrot):
    """Breaks when it is asked for `of`."""

    name = "mistaken"
    is_remote = False

    def __init__(self, mistake: Callable[[], object], of: str = "translate") -> None:
        super().__init__()
        self.tally = Tally()
        self._mistake = mistake
        self._of = of

    def _do(self, of: str) -> None:
        if of == self._of:
            self._mistake()

    def serves(self, source: str, target: str) -> bool:
        self._do("serves")
        return True

    def reads_chat(self, source: str, target: str) -> bool:
        self._do("reads_chat")
        return True

    def version(self, source: str, target: str) -> str:
        self._do("version")
        return "1"

    async def slots(self, source: str, target: str) -> Sequence[str]:
        self._do("slots")
        return []

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        self._do("translate")
        return ["" for _ in sentences]

    async def hypotheses(
        self, sentences: Sequence[str], source: str, target: str, count: int
    ) -> list[list[str]]:
        self._do("hypotheses")
        return [[] for _ in sentences]

    async def aclose(self) -> None:
        self.heard.append("closed")


class Shaped(Parrot):
    """Answers with something that is no list of texts."""

    name = "shaped"

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self._answer = answer

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        return self._answer


async def said(engine: Parrot | Row | Chain, text: str = SECRET) -> Translation:
    return await Pipeline(engine).translate(RichText(text), target="zh", prior="en")


def warned(logs: list[EventDict]) -> list[tuple[object, object]]:
    return [(entry["engine"], entry["error"]) for entry in logs if entry["event"] == MISHAP]


@pytest.mark.parametrize("kind", MISTAKES)
async def test_whatever_an_engine_raises_the_next_one_is_asked(kind: str) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await said(Row(Mistaken(MISTAKES[kind]), GOOD))
    assert (answer.text.text, answer.engine, answer.label) == (ANSWER, "says", "")
    assert warned(logs) == [("mistaken", kind)]
    assert "doormat" not in str(logs)
    assert "test_mishap.py:" in str(logs)


@pytest.mark.parametrize(
    "of", ["serves", "reads_chat", "version", "slots", "translate", "hypotheses"]
)
async def test_it_may_break_at_anything_it_is_asked_for(of: str) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await said(Row(Mistaken(MISTAKES["KeyError"], of), GOOD))
    assert (answer.text.text, answer.engine) == (ANSWER, "says")
    assert ("mistaken", "KeyError") in warned(logs)


@pytest.mark.parametrize("kind", MISTAKES)
async def test_where_it_was_the_last_the_original_is_shown_with_its_label(kind: str) -> None:
    answer = await said(Mistaken(MISTAKES[kind]))
    assert (answer.text.text, answer.engine, answer.label) == (SECRET, None, "failed")


@pytest.mark.parametrize("shape", SHAPES)
async def test_what_is_no_list_of_texts_is_no_answer(shape: str) -> None:
    answer = await said(Row(Shaped(SHAPES[shape]), GOOD))
    assert (answer.text.text, answer.engine) == (ANSWER, "says")
    alone = await said(Shaped(SHAPES[shape]))
    assert (alone.text.text, alone.label) == (SECRET, "failed")


async def test_half_a_character_in_an_answer_is_left_out() -> None:
    answer = await said(Says(**{SECRET.rstrip("."): "秘密在\ud83d门垫下面。"}))
    assert answer.text.text == ANSWER
    assert answer.text.text.encode()


@pytest.mark.parametrize("of", ["hypotheses", "scores"])
async def test_an_explanation_goes_without_what_an_engine_broke_at(of: str) -> None:
    class Half(Choosing):
        async def hypotheses(self, *asked: Any) -> list[list[str]]:
            return await super().hypotheses(*asked) if of != "hypotheses" else [[7]]  # type: ignore[list-item]

        async def scores(self, *asked: Any) -> list[float | None]:
            raise KeyError(SECRET)

    engine = Half({SECRET.rstrip("."): [ANSWER]}, -0.1)
    found = await Pipeline(engine).explain(RichText(SECRET), target="zh", prior="en")
    assert found.translation.text.text == ANSWER
    assert (found.alternatives, found.confidence) == ((), None)


@pytest.mark.parametrize("end", [MemoryError, asyncio.CancelledError])
async def test_the_end_of_the_memory_or_of_the_task_is_no_engines_mistake(
    end: type[BaseException],
) -> None:
    def ended() -> None:
        raise end

    with pytest.raises(end):
        await said(Row(Mistaken(ended), GOOD))


class Spare:
    async def spend(self, engine: str, characters: int, *, limit: int) -> bool:
        return True


class Faulty(Mistaken):
    slot_families: Sequence[str] = ()


async def test_a_service_that_breaks_again_and_again_is_left_alone() -> None:
    service = Faulty(MISTAKES["KeyError"])
    remote = RemoteEngine(service, limits=Limits(), purse=Spare(), clock=HeldClock())
    local = Mistaken(lambda: None)
    with structlog.testing.capture_logs() as logs:
        for number in range(9):
            await said(Chain([remote, local]), f"{SECRET} {number}")
    assert 0 < remote.tally.failures["answer"] < 9
    assert remote.tally.failures["resting"] > 0
    assert "doormat" not in str(logs)


async def test_a_chain_that_is_asked_directly_goes_on_too() -> None:
    class Local(Mistaken):
        async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
            return [ANSWER for _ in sentences]

    chain = Chain([Mistaken(MISTAKES["RuntimeError"]), Local(lambda: None)])
    assert await chain.translate([SECRET], "en", "zh") == [ANSWER]

"""Engines that stand in for a model: one that behaves, and one that does everything wrong."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Sequence

from bot.core.errors import EngineFailed, NoModel
from bot.core.model import Term

SLOT = re.compile(r"<x\d>|\b7[1-9]\b")


class Parrot:
    """Says something in the target language about every sentence, and copies slots in order."""

    name = "parrot"

    def __init__(self) -> None:
        self.heard: list[str] = []

    def serves(self, source: str, target: str) -> bool:
        return {source, target} == {"zh", "en"}

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        self.heard += sentences
        return [self.answer(sentence, target) for sentence in sentences]

    def answer(self, sentence: str, target: str) -> str:
        stop = sentence[-1] if sentence[-1] in "!?！？" else "。" if target == "zh" else "."
        words = "猫" if target == "zh" else "cat"
        slots = SLOT.findall(sentence)
        return " ".join([words, *(f"{slot} {words}" for slot in slots)]) + stop


class Hostile(Parrot):
    """Drops, doubles, reorders, spaces out and translates slots, and now and then answers badly."""

    name = "hostile"

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)
        self._tricks: list[Callable[[str], str]] = [
            lambda answer: answer,
            lambda answer: SLOT.sub("", answer),
            lambda answer: SLOT.sub(lambda m: m[0] * 2, answer),
            lambda answer: SLOT.sub(lambda m: f"{m[0][:-1]} {m[0][-1]}", answer),
            lambda answer: SLOT.sub(lambda m: m[0].replace("<", "< ").replace(">", " >"), answer),
            lambda answer: SLOT.sub("<x9>", answer),
            lambda answer: SLOT.sub("占位", answer),
            lambda answer: " ".join(reversed(answer.split(" "))),
            lambda answer: answer + " <x1> https://evil.example @everyone",
            lambda answer: answer.upper(),
            lambda answer: "",
            lambda answer: answer * 50,
            lambda answer: "\U000f0000\U000f0001" + answer,
            lambda answer: "<x1",
            lambda answer: SLOT.sub(lambda m: m[0].replace("<", "＜").replace("x", "Ｘ"), answer),
            lambda answer: SLOT.sub("猫1", answer),
            lambda answer: re.sub(r"\d", "", answer),
            lambda answer: re.sub(r"\d", "9", answer),
            lambda answer: answer + " 12:30, 5,000",
            lambda answer: answer.replace(" ", "\n"),
        ]

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        """Now and then it fails, or answers fewer or more sentences than it was asked."""
        answers = await super().translate(sentences, source, target)
        return self._chance.choice([answers] * 8 + [answers[1:], [*answers, "猫"]])

    def answer(self, sentence: str, target: str) -> str:
        if self._chance.random() < 0.02:
            raise EngineFailed("out of order")
        return self._chance.choice(self._tricks)(super().answer(sentence, target))


class Broken(Parrot):
    name = "broken"

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        raise EngineFailed("out of order")


class Absent(Parrot):
    name = "absent"

    def serves(self, source: str, target: str) -> bool:
        return False

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        raise NoModel(source, target)


class Says(Parrot):
    """Answers what it was told to; anything else it echoes."""

    name = "says"

    def __init__(self, **answers: str) -> None:
        super().__init__()
        self.answers = {key.replace("_", " "): value for key, value in answers.items()}

    def answer(self, sentence: str, target: str) -> str:
        return self.answers.get(sentence.rstrip(".!。"), sentence)


class Hung(Parrot):
    """Never answers."""

    name = "hung"

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        await asyncio.Event().wait()
        return []


class Miscounting(Parrot):
    """Answers one sentence too few, or `extra` too many."""

    name = "miscounting"

    def __init__(self, extra: int = -1) -> None:
        super().__init__()
        self._extra = extra

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        answers = await super().translate(sentences, source, target)
        return answers[: self._extra] if self._extra < 0 else [*answers, *answers[: self._extra]]


class Choosing(Says):
    """Answers what it was told to, and says more when it is asked for more."""

    name = "choosing"

    def __init__(self, answers: dict[str, list[str]], score: float | None = None) -> None:
        super().__init__()
        self.answers = {question: listed[0] for question, listed in answers.items()}
        self._listed = answers
        self._score = score

    async def hypotheses(
        self, sentences: Sequence[str], source: str, target: str, count: int
    ) -> list[list[str]]:
        return [self._listed.get(each.rstrip(".!。"), [])[:count] for each in sentences]

    async def scores(
        self, sentences: Sequence[str], answers: Sequence[str], source: str, target: str
    ) -> list[float | None]:
        return [self._score for _ in sentences]


class Row:
    """Several engines, to be asked one after the other."""

    name = "row"

    def __init__(self, *engines: Parrot) -> None:
        self.engines = engines

    def serves(self, source: str, target: str) -> bool:
        return any(engine.serves(source, target) for engine in self.engines)

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        return await self.engines[0].translate(sentences, source, target)


class Book:
    """A community's words, kept in two dictionaries."""

    def __init__(
        self, terms: dict[str, str | None] | None = None, memory: dict[str, str] | None = None
    ) -> None:
        self.listed = [Term(source, target) for source, target in (terms or {}).items()]
        self.memory = memory or {}
        self.number = 1

    def terms(self, community: int | None, source: str, target: str) -> Sequence[Term]:
        return self.listed if community == 7 else ()

    def remembered(self, community: int | None, source: str, target: str, text: str) -> str | None:
        return self.memory.get(text) if community == 7 else None

    def version(self, community: int | None) -> int:
        return self.number

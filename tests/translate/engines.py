"""Engines that stand in for a model: one that behaves, and one that does everything wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from bot.core.errors import EngineFailed, NoModel

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
        ]

    def answer(self, sentence: str, target: str) -> str:
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

"""Small culture tips, both ways: a different one each day for each person. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from bot.translate.script import traditional

SOURCE = Path(__file__).with_name("etiquette.tsv")


@dataclass(frozen=True, slots=True)
class Tip:
    """Its two texts are for different readers: neither translates the other."""

    key: str
    en: str
    zh: str

    def say(self, language: str) -> str:
        if language == "en":
            return self.en
        return traditional(self.zh) if language == "zh-Hant" else self.zh


@cache
def all_tips() -> tuple[Tip, ...]:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return tuple(Tip(*line.split("\t")) for line in lines)


def tip_for(person: str, day: date, tips: Sequence[Tip]) -> Tip:
    """Every tip once before any comes again, in an order of this person's own."""

    def place(tip: Tip) -> bytes:
        return hashlib.sha256(f"{person}\n{tip.key}".encode()).digest()

    return sorted(tips, key=place)[day.toordinal() % len(tips)]

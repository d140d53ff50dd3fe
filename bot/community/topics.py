"""What can be compared: each topic's question, and between which amounts an answer makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.community.amounts import Amount, Currency
from bot.translate.script import traditional

SOURCE = Path(__file__).with_name("comparisons.tsv")
WAGE = "hour-wage"


@dataclass(frozen=True, slots=True)
class Words:
    """The same in English and Chinese; each was written for itself."""

    en: str
    zh: str

    def say(self, language: str) -> str:
        if language == "en":
            return self.en
        return traditional(self.zh) if language == "zh-Hant" else self.zh


@dataclass(frozen=True, slots=True)
class Topic:
    """`items` follows a number: "3 coffees". `bounds` are in cents."""

    key: str
    label: Words
    question: Words
    items: Words
    bounds: Mapping[Currency, tuple[int, int]]

    def takes(self, amount: Amount) -> bool:
        low, high = self.bounds[amount.currency]
        return low <= amount.cents <= high


@cache
def topics() -> Mapping[str, Topic]:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return {topic.key: topic for topic in map(_topic, lines)}


def _topic(line: str) -> Topic:
    key, *fields = line.split("\t")
    words = [Words(en, zh) for en, zh in zip(fields[0:6:2], fields[1:6:2], strict=True)]
    usd_low, usd_high, cny_low, cny_high = (round(float(field) * 100) for field in fields[6:])
    return Topic(key, *words, bounds={"USD": (usd_low, usd_high), "CNY": (cny_low, cny_high)})

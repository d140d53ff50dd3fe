"""What many amounts come to: the median and the middle half of each group, or nothing. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.community.amounts import Amount, Currency

FEWEST = 3  # of fewer answers nothing is shown: they could be told apart


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one side's answers in one currency. Between `low` and `high` lies the middle half."""

    side: str
    count: int
    low: Amount
    median: Amount
    high: Amount

    def to_json(self) -> dict[str, Any]:
        cents = [amount.cents for amount in (self.low, self.median, self.high)]
        return {
            "side": self.side,
            "currency": self.median.currency,
            "count": self.count,
            "cents": cents,
        }

    @staticmethod
    def from_json(stored: dict[str, Any]) -> Spread:
        low, median, high = (Amount(cents, stored["currency"]) for cents in stored["cents"])
        return Spread(stored["side"], stored["count"], low, median, high)


def spreads(answers: Iterable[tuple[str, Amount]]) -> list[Spread]:
    """One for each side and currency of enough answers; the largest group of a side first."""
    groups: dict[tuple[str, Currency], list[int]] = defaultdict(list)
    for side, amount in answers:
        groups[side, amount.currency].append(amount.cents)
    found = [
        _spread(side, currency, sorted(cents))
        for (side, currency), cents in groups.items()
        if len(cents) >= FEWEST
    ]
    return sorted(found, key=lambda each: (each.side, -each.count, each.median.currency))


def quantile(ordered: Sequence[int], share: float) -> float:
    """Between two values in proportion; `ordered` is not empty."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def rounded(cents: float) -> int:
    """As people would say it: to the cent below 20, to ten below 100, to the whole above."""
    step = 1 if cents < 2_000 else 10 if cents < 10_000 else 100
    return round(cents / step) * step


def per_hour(wage: Spread, price: Spread) -> float | None:
    """How many of these an hour at the median wage buys; None across currencies."""
    if wage.median.currency != price.median.currency or not price.median.cents:
        return None
    return wage.median.cents / price.median.cents


def _spread(side: str, currency: Currency, ordered: Sequence[int]) -> Spread:
    low, median, high = (
        Amount(rounded(quantile(ordered, share)), currency) for share in (0.25, 0.5, 0.75)
    )
    return Spread(side, len(ordered), low, median, high)

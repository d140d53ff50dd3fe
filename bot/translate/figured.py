"""A sentence whose amounts have become marks, and what stands for them in the translation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.language import LATIN
from bot.core.shield import MARK, mark
from bot.translate.amounts import amounts
from bot.translate.direction import Direction

_FIRST = 60_000  # marks of amounts are numbered from here; no message has so many of its own
_WORDED = re.compile(rf"[{LATIN}0-9$€£¥]")
_RANGE = re.compile(r"\s?[-–—~～]\s?")
# Engines like to say once more what a price is counted in.
_PRICED = re.compile(r"(?:[$€£¥￥][\d.,]+[万亿千]?|元|yuan)$")
_CURRENCY = re.compile(r"^\s?(?:块钱?|美元|欧元|元|dollars?|bucks|euros?|yuan)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Figured:
    """`said` is what each mark of an amount becomes."""

    text: str
    said: Mapping[str, str] = field(default_factory=dict[str, str])

    def restored(self, answer: str) -> str:
        """`answer` with its amounts, and blanks where Latin would touch Latin."""
        if not self.said:
            return answer
        whole, was_amount = "", False
        for piece in re.split(f"({MARK.pattern})", answer):
            is_amount = piece in self.said
            written = self.said.get(piece, piece)
            if was_amount and _PRICED.search(whole):
                written = _CURRENCY.sub("", written)
            touches = _WORDED.match(whole[-1:]) and _WORDED.match(written[:1])
            whole += f" {written}" if touches and (is_amount or was_amount) else written
            was_amount = is_amount or (was_amount and not piece)
        return whole


def plainly(body: str) -> Figured:
    """As it is: the engine sees the numbers."""
    return Figured(body)


def figured(body: str, direction: Direction) -> Figured:
    """With a mark for each amount that must come through."""
    pieces: list[str] = []
    said: dict[str, str] = {}
    at = 0
    for amount in amounts(body, direction.target):
        if amount.is_firm and amount.said:
            between = body[at : amount.start]
            if said and _RANGE.fullmatch(between):
                said[mark(_FIRST + len(said) - 1)] += f"-{amount.said}"
                at = amount.end
                continue
            sign = mark(_FIRST + len(said))
            said[sign] = amount.said
            pieces += [body[at : amount.start], sign]
            at = amount.end
    return Figured("".join([*pieces, body[at:]]), said)

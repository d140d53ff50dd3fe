"""What an engine did since the start, in numbers: for /metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.errors import EngineFailed, Trouble


@dataclass(slots=True)
class Tally:
    sentences: int = 0
    characters: int = 0
    empty: int = 0  # sentences that came back empty: refused, leaked, not translated
    failures: dict[Trouble, int] = field(default_factory=dict[Trouble, int])

    def answered(self, sentences: Sequence[str], answers: Sequence[str]) -> None:
        self.sentences += len(sentences)
        self.characters += sum(map(len, sentences))
        self.empty += sum(not answer for answer in answers)

    def failed(self, failure: EngineFailed) -> None:
        self.failures[failure.trouble] = self.failures.get(failure.trouble, 0) + 1

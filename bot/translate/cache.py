"""What engines said lately, so that the same sentence is not asked twice. In memory only."""

from __future__ import annotations

from collections import OrderedDict

Key = tuple[str, ...]  # engine, model, languages, glossary, question

MOST = 20_000  # sentences
LARGEST = 16 << 20  # bytes


class Cache:
    """The least lately used goes first. It holds members' words: `wipe` forgets them all."""

    def __init__(self, *, most: int = MOST, largest: int = LARGEST) -> None:
        self._most = most
        self._largest = largest
        self._answers: OrderedDict[Key, str] = OrderedDict()
        self._bytes = 0
        self.hits = 0

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def bytes(self) -> int:
        return self._bytes

    def get(self, key: Key) -> str | None:
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
            self.hits += 1
        return answer

    def put(self, key: Key, answer: str) -> None:
        self._drop(key)
        self._answers[key] = answer
        self._bytes += _size(key, answer)
        while len(self._answers) > self._most or self._bytes > self._largest:
            self._drop(next(iter(self._answers)))

    def wipe(self) -> None:
        self._answers.clear()
        self._bytes = 0

    def _drop(self, key: Key) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self._bytes -= _size(key, answer)


def _size(key: Key, answer: str) -> int:
    """At most four bytes a character; the rest of an entry is small change."""
    return 4 * (sum(map(len, key)) + len(answer)) + 200

"""Gets sentences through an engine: with slots, with other slots, in pieces, or not at all.

Whatever the engine does, each mark of a sentence is in its outcome exactly once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.core import sentences
from bot.core.language import is_translatable
from bot.core.ports import Engine
from bot.core.shield import FAMILIES, MARK, Family
from bot.translate.checks import fault
from bot.translate.normalise import readable, with_stop, without_stop
from bot.translate.script import simplified, traditional

_PIECES = re.compile(f"({MARK.pattern})")
_EDGES = re.compile(r"([^\w\U000f0000-\U000ffffd]*)(.*?)(\s*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Direction:
    """From one language to another; `from_traditional` and `to_traditional` are about script."""

    source: str
    target: str
    from_traditional: bool = False
    to_traditional: bool = False

    def read(self, text: str) -> str:
        plain = simplified(text) if self.from_traditional else text
        return readable(plain, self.source)

    def write(self, text: str) -> str:
        return traditional(text) if self.to_traditional else text


@dataclass(slots=True)
class Attempt:
    """Sentences on their way: `done` holds what came back well, `faults` counts what did not."""

    engine: Engine
    direction: Direction
    done: dict[str, str] = field(default_factory=dict[str, str])
    faults: dict[str, int] = field(default_factory=dict[str, int])

    async def run(self, bodies: Iterable[str]) -> None:
        """Fill `done` for every body that can be translated. Raises `TranslationError`."""
        waiting = list(dict.fromkeys(bodies))
        for family in FAMILIES:
            waiting = await self._through_slots(waiting, family)
        await self._in_pieces(waiting)

    async def _through_slots(self, bodies: list[str], family: Family) -> list[str]:
        """Returns the bodies that still wait."""
        masked = {body: family.mask(self.direction.read(body)) for body in bodies}
        asked = {
            body: slots for body, slots in masked.items() if slots and self._is_new(body, family)
        }
        for (body, _), answer in zip(asked.items(), await self._ask(asked.values()), strict=True):
            self._judge(body, family.unmask(answer, MARK.findall(body)))
        return [body for body in bodies if body not in self.done]

    async def _in_pieces(self, bodies: list[str]) -> None:
        cut = {body: _pieces(body) for body in bodies}
        words = {
            piece: _core(piece) for pieces in cut.values() for piece in pieces if len(pieces) > 1
        }
        wanted = {
            piece: self.direction.read(core)
            for piece, core in words.items()
            if is_translatable(core, self.direction.source)
        }
        answers = dict(zip(wanted, await self._ask(wanted.values()), strict=True))
        good = {p: a for p, a in answers.items() if self._is_good(words[p], a)}
        for body, pieces in cut.items():
            asked = [piece for piece in pieces if piece in wanted]
            if asked and all(piece in good for piece in asked):
                self.done[body] = "".join(_put(piece, good.get(piece)) for piece in pieces)

    async def _ask(self, questions: Iterable[str]) -> list[str]:
        asked = list(questions)
        if not asked:
            return []
        source = self.direction.source
        whole = [with_stop(question, source) for question in asked]
        answers = await self.engine.translate(whole, source, self.direction.target)
        clean = [MARK.sub("", " ".join(answer.split())) for answer in answers]
        return [
            without_stop(answer) if len(whole[at]) > len(asked[at]) else answer
            for at, answer in enumerate(clean)
        ]

    def _is_new(self, body: str, family: Family) -> bool:
        return family is FAMILIES[0] or bool(MARK.search(body))

    def _judge(self, body: str, answer: str | None) -> None:
        if answer is None:
            self._count("slots")
        elif self._is_good(body, answer):
            self.done[body] = answer

    def _is_good(self, body: str, answer: str) -> bool:
        found = fault(MARK.sub(" ", body), MARK.sub(" ", answer), target=self.direction.target)
        if found:
            self._count(found)
        return not found

    def _count(self, found: str) -> None:
        self.faults[found] = self.faults.get(found, 0) + 1


def _pieces(body: str) -> list[str]:
    """Marks and what is between them; clauses where there are no marks."""
    if MARK.search(body):
        return [piece for piece in _PIECES.split(body) if piece]
    return sentences.clauses(body)


def _core(piece: str) -> str:
    return _parts(piece)[1]


def _put(piece: str, answer: str | None) -> str:
    lead, core, tail = _parts(piece)
    return f"{lead}{core if answer is None else answer}{tail}"


def _parts(piece: str) -> tuple[str, str, str]:
    found = _EDGES.fullmatch(piece)
    return (found[1], found[2], found[3]) if found else ("", piece, "")

"""Gets sentences through engines, rung by rung: as they are, other hypotheses, with their numbers
as slots, with other slots, in pieces, and then the next engine.

Whatever an engine does, each mark of a sentence is in its outcome exactly once, and each amount.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from bot.core import sentences
from bot.core.errors import TranslationError
from bot.core.language import is_translatable, is_worded
from bot.core.shield import MARK, Family
from bot.translate import amounts
from bot.translate.checks import fault
from bot.translate.direction import Direction
from bot.translate.figured import Figured, figured, plainly
from bot.translate.questions import Asked, Desk

_PIECES = re.compile(f"({MARK.pattern})")
_EDGES = re.compile(r"([^\w\U000f0000-\U000ffffd]*)(.*?)([\s,，、;；:：]*)", re.DOTALL)
MORE = 5  # hypotheses

View = Callable[[str], Figured]  # of a sentence


@dataclass(slots=True)
class Attempt:
    """Sentences on their way: `done` holds what came back well, `faults` counts what did not."""

    direction: Direction
    done: dict[str, str] = field(default_factory=dict[str, str])
    given: dict[str, str] = field(default_factory=dict[str, str])  # body → who said it: no engine
    engines: dict[str, str] = field(default_factory=dict[str, str])  # body → engine
    asked: dict[str, Asked] = field(default_factory=dict[str, Asked])
    faults: Counter[str] = field(default_factory=Counter[str])

    def give(self, body: str, answer: str, giver: str) -> None:
        """Known without an engine, and final."""
        self.done[body], self.given[body] = answer, giver

    async def run(self, bodies: Iterable[str], desks: Sequence[Desk]) -> None:
        """Fill `done` for every body that can be translated.

        Raises `TranslationError` where no engine answered anything.
        """
        view = cache(partial(figured, direction=self.direction))
        listed = list(dict.fromkeys(bodies))
        self._say_plainly(filter(_has_digit, listed), view)
        failure: TranslationError | None = None
        for desk in desks:
            waiting = [body for body in listed if body not in self.done]
            if not waiting:
                break
            try:
                await _Climb(self, desk, waiting, view).climb(
                    is_brief=desk.is_costly and desk is not desks[-1]
                )
            except TranslationError as error:
                failure = error
        self._say_plainly(listed, view)
        if failure is not None and not self.done:
            raise failure

    async def others(self, body: str, count: int) -> list[str]:
        """What else the engine would have said, if it is as good. Raises `TranslationError`."""
        asked = self.asked.get(body)
        if asked is None or body not in self.done:
            return []
        (answers,) = await asked.desk.hypotheses([asked.question], count)
        others = [replace(asked, answer=answer) for answer in answers]
        return [other.sentence() or "" for other in others if not self.fault(body, other)]

    def fault(self, body: str, asked: Asked) -> str:
        """What is wrong with the answer for `body`, "" where nothing is.

        Words are judged without their amounts: 200度 would make Chinese of an English echo.
        """
        marked = asked.marked()
        if marked is None:
            return "slots"
        whole = asked.view.restored(marked)
        words, target = _bare(asked.view.text), self.direction.target
        is_told = MARK.search(marked) and _is_small(words) and not is_worded(_bare(marked))
        found = "" if is_told else fault(words, _bare(marked), target=target)
        if found or (asked.view.text == body and marked == whole):
            return found
        return amounts.fault(_bare(body), _bare(whole))

    def _say_plainly(self, bodies: Iterable[str], view: View) -> None:
        """What is nothing but amounts, names and the like needs no engine."""
        for body in bodies:
            if body in self.done:
                continue
            seen = view(body)
            is_wordless = not is_translatable(MARK.sub(" ", seen.text), self.direction.source)
            if is_wordless and MARK.search(seen.text):
                self.done[body] = seen.restored(seen.text)


class _Climb:
    """One engine's rungs, for the sentences that wait."""

    def __init__(self, attempt: Attempt, desk: Desk, bodies: Sequence[str], view: View) -> None:
        self._attempt = attempt
        self._desk = desk
        self._direction = attempt.direction
        self._bodies = bodies
        self._figured = view

    async def climb(self, *, is_brief: bool) -> None:
        """Briefly where every rung is paid for, and there is another engine.

        Raises `TranslationError`.
        """
        first, *others = await self._desk.families()
        await self._through(first, plainly)
        if not self._waiting():
            return  # most messages
        await self._otherwise()
        if is_brief:
            await self._through(first, self._figured)
            return
        for family in (first, *others):
            await self._through(family, self._figured)
        await self._apart(first, sentences.clauses)
        await self._apart(first, _between_marks)

    def _waiting(self) -> list[str]:
        return [body for body in self._bodies if body not in self._attempt.done]

    async def _through(self, family: Family, view: View) -> None:
        views = {body: view(body) for body in self._waiting()}
        if not views:
            return
        masked = {body: family.mask(self._direction.read(v.text)) for body, v in views.items()}
        questions = {b: q for b, q in masked.items() if q and self._is_new(b, q)}
        answers = await self._desk.ask(questions.values())
        for (body, question), answer in zip(questions.items(), answers, strict=True):
            asked = Asked(self._desk, views[body], family, question, answer)
            self._count(self._judged(body, asked))

    def _is_new(self, body: str, question: str) -> bool:
        before = self._attempt.asked.get(body)
        return before is None or before.question != question or before.desk is not self._desk

    async def _otherwise(self) -> None:
        """Further hypotheses for the questions that were just answered badly."""
        waiting = {b: self._attempt.asked[b] for b in self._waiting() if b in self._attempt.asked}
        questions = [asked.question for asked in waiting.values()]
        listed = await self._desk.hypotheses(questions, MORE)
        for (body, asked), answers in zip(waiting.items(), listed, strict=True):
            for answer in answers:
                if body not in self._attempt.done:
                    self._judged(body, replace(asked, answer=answer))

    def _judged(self, body: str, asked: Asked) -> str:
        """The fault, "" where the answer is good and taken."""
        self._attempt.asked[body] = asked
        found = self._attempt.fault(body, asked)
        if not found:
            self._attempt.done[body] = asked.sentence() or ""
            self._attempt.engines[body] = self._desk.engine.name
        return found

    def _count(self, found: str) -> None:
        if found:
            self._attempt.faults[found] += 1

    async def _apart(self, family: Family, cut: Callable[[str], list[str]]) -> None:
        """Each stretch on its own; the marks and pauses between them stay where they are."""
        listed = {body: cut(self._figured(body).text) for body in self._waiting()}
        listed = {body: pieces for body, pieces in listed.items() if len(pieces) > 1}
        said = await self._stretches(family, dict.fromkeys(p for ps in listed.values() for p in ps))
        for body, pieces in listed.items():
            if _is_enough(said, pieces):
                joined = "".join(_put(piece, said.get(piece)) for piece in pieces)
                self._attempt.done[body] = self._figured(body).restored(joined)
                self._attempt.engines[body] = self._desk.engine.name
                self._attempt.asked.pop(body, None)

    async def _stretches(self, family: Family, pieces: Iterable[str]) -> dict[str, str | None]:
        """What became of those that hold words of the language: None where it was no good."""
        cores = {piece: _parts(piece)[1] for piece in pieces}
        masked = {
            piece: family.mask(self._direction.read(core))
            for piece, core in cores.items()
            if is_translatable(MARK.sub(" ", core), self._direction.source)
        }
        questions = {piece: question for piece, question in masked.items() if question}
        answers = await self._desk.ask(questions.values())
        said: dict[str, str | None] = dict.fromkeys(masked)
        for (piece, question), answer in zip(questions.items(), answers, strict=True):
            asked = Asked(self._desk, Figured(cores[piece]), family, question, answer)
            found = self._attempt.fault(cores[piece], asked)
            self._count(found)
            said[piece] = None if found else asked.sentence()
        return said


def _bare(text: str) -> str:
    return MARK.sub(" ", text)


def _has_digit(body: str) -> bool:
    return bool(MARK.search(body) or re.search(r"\d", body))


def _between_marks(text: str) -> list[str]:
    return [piece for piece in _PIECES.split(text) if piece]


def _is_enough(said: Mapping[str, str | None], pieces: Sequence[str]) -> bool:
    """All came back well, but perhaps for a word such as "for" between two marks."""
    asked = [piece for piece in pieces if piece in said]
    lost = [piece for piece in asked if said[piece] is None]
    return len(lost) < len(asked) and all(_is_small(piece) for piece in lost)


def _is_small(piece: str) -> bool:
    return bool(re.fullmatch(r"\W*[A-Za-z]{1,5}\W*", piece))


def _put(piece: str, answer: str | None) -> str:
    lead, core, tail = _parts(piece)
    return f"{lead}{core if answer is None else answer}{tail}"


def _parts(piece: str) -> tuple[str, str, str]:
    found = _EDGES.fullmatch(piece)
    return (found[1], found[2], found[3]) if found else ("", piece, "")

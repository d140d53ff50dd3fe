"""Where questions are put to one engine: what it said lately is not asked again, and an answer
that answers something else is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.ports import Engine, Hypothesizes, KnowsSlots, ReadsChat, Scores, Versioned
from bot.core.shield import MARK, Family, families
from bot.translate.cache import Cache
from bot.translate.figured import Figured
from bot.translate.mishap import contained, counted, texts
from bot.translate.normalise import capital, with_stop, without_stop


@dataclass(frozen=True, slots=True)
class Skills:
    """What an engine can do besides translating: itself, or None where it can't."""

    hypothesizes: Hypothesizes | None
    reads_chat: ReadsChat | None
    knows_slots: KnowsSlots | None
    scores: Scores | None
    versioned: Versioned | None

    @staticmethod
    def of(engine: Engine) -> Skills:
        """To be kept: whether an object fits a protocol is a slow question."""
        return Skills(
            engine if isinstance(engine, Hypothesizes) else None,
            engine if isinstance(engine, ReadsChat) else None,
            engine if isinstance(engine, KnowsSlots) else None,
            engine if isinstance(engine, Scores) else None,
            engine if isinstance(engine, Versioned) else None,
        )


@dataclass(slots=True)
class Desk:
    """One engine, one direction: whatever goes wrong in the engine ends here.

    `stamp` tells its answers from another engine's of that name, and from those given while the
    community's words were others.
    """

    engine: Engine
    skills: Skills
    source: str
    target: str
    cache: Cache
    stamp: str = ""
    _order: list[Family] = field(default_factory=list[Family])

    @property
    def is_costly(self) -> bool:
        """Somebody counts its characters."""
        return bool(getattr(self.engine, "is_remote", False))

    async def families(self) -> list[Family]:
        """The slots to try, in order. Raises `TranslationError`."""
        if not self._order:
            with contained(self.engine.name):
                self._order = families(await self._slots())
        return self._order

    async def ask(self, questions: Iterable[str]) -> list[str]:
        """One answer a question, in order. Raises `TranslationError`."""
        asked = list(questions)
        if not asked:
            return []
        with contained(self.engine.name):
            return await self._asked(asked)

    async def hypotheses(self, questions: Iterable[str], count: int) -> list[list[str]]:
        """Raises `TranslationError`."""
        asked = list(questions)
        if not asked or self.skills.hypothesizes is None:
            return [[] for _ in asked]
        with contained(self.engine.name):
            return await self._hypotheses(self.skills.hypothesizes, asked, count)

    async def score(self, question: str, answer: str) -> float | None:
        """How likely the engine thinks its answer. Raises `TranslationError`."""
        if self.skills.scores is None:
            return None
        with contained(self.engine.name):
            whole = [self._whole(question)]
            (score,) = await self.skills.scores.scores(whole, [answer], *self._pair)
            return None if score is None else float(score)

    async def _asked(self, asked: Sequence[str]) -> list[str]:
        stem = self._stem()
        known = {question: self.cache.get((*stem, question)) for question in asked}
        new = [question for question, answer in known.items() if answer is None]
        said = dict(zip(new, await self._answers(new), strict=True))
        stem = self._stem() if new else stem  # a model that was loaded has a version of its own
        for question, answer in said.items():
            if answer:
                self.cache.put((*stem, question), answer)
        return [said.get(question) or known[question] or "" for question in asked]

    async def _answers(self, questions: Sequence[str]) -> list[str]:
        if not questions:
            return []
        whole = [self._whole(question) for question in questions]
        said = await self.engine.translate(whole, self.source, self.target)
        answers = texts(said, len(questions))
        return [_clean(*each) for each in zip(answers, questions, whole, strict=True)]

    async def _hypotheses(
        self, engine: Hypothesizes, asked: Sequence[str], count: int
    ) -> list[list[str]]:
        whole = [self._whole(question) for question in asked]
        said = await engine.hypotheses(whole, *self._pair, count)
        listed = [texts(answers, len(answers)) for answers in counted(said, len(asked))]
        return [
            [_clean(answer, question, sentence) for answer in answers]
            for question, sentence, answers in zip(asked, whole, listed, strict=True)
        ]

    def _whole(self, question: str) -> str:
        """As the engine reads best: a sentence like those it has learnt from."""
        chatty = self.skills.reads_chat
        if chatty is not None and chatty.reads_chat(*self._pair):
            return question
        return with_stop(capital(question, self.source), self.source)

    async def _slots(self) -> Sequence[str]:
        if self.skills.knows_slots is not None:
            return await self.skills.knows_slots.slots(*self._pair)
        return getattr(self.engine, "slot_families", ())

    @property
    def _pair(self) -> tuple[str, str]:
        return self.source, self.target

    def _stem(self) -> tuple[str, ...]:
        """What the keys of all answers begin with that the engine would give now."""
        versioned = self.skills.versioned
        version = "" if versioned is None else versioned.version(*self._pair)
        return (self.engine.name, version, self.source, self.target, self.stamp)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of whom for a sentence seen like `view`, and what came back."""

    desk: Desk
    view: Figured
    family: Family
    question: str
    answer: str

    def marked(self) -> str | None:
        """The answer with the marks of `view`, or None unless each is in it exactly once."""
        return self.family.unmask(self.answer, MARK.findall(self.view.text))

    def sentence(self) -> str | None:
        """And with its amounts."""
        marked = self.marked()
        return None if marked is None else self.view.restored(marked)


def _clean(answer: str, question: str, whole: str) -> str:
    """On one line, without marks of its own and without the stop that we asked for."""
    plain = MARK.sub("", " ".join(answer.split()))
    return without_stop(plain) if len(whole) > len(question) else plain

"""A message from one language to another: what it holds besides words comes through untouched.

It never raises for what is in the text: the worst answer is the original, with a label saying why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from bot.core.errors import EngineFailed, NoModel, TranslationError
from bot.core.language import base, chinese_script, dominant, is_traditional
from bot.core.model import Explanation, Term, Translation
from bot.core.ports import Chained, Engine, Lexicon, Wordbook
from bot.core.richtext import RichText
from bot.core.sentences import clauses, split
from bot.core.shield import MARK, bare, expand, guards, number
from bot.i18n import N_
from bot.translate.attempt import Attempt
from bot.translate.cache import Cache
from bot.translate.compose import Composer
from bot.translate.direction import Direction, Unspoken, direction
from bot.translate.doubt import alternatives, confidence
from bot.translate.mishap import contained
from bot.translate.numerals import ten_thousands
from bot.translate.plan import Plan, plan
from bot.translate.questions import Desk, Skills
from bot.translate.script import rewritten
from bot.translate.styles import stretches
from bot.translate.trace import Trace, faults, kinds, sayers

LONGEST = 20_000  # characters; platforms carry 4,096
PATIENCE = 40.0  # seconds for one message, whatever its engines do

MayAsk = Callable[[Engine, int | None], bool]  # an engine about a community's words

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    """A message in hand: everything about it but the outcome, which is in `attempt`."""

    text: RichText
    plan: Plan
    attempt: Attempt
    bodies: list[str]
    target: str
    trace: Trace


class Pipeline:
    """Implements `core.ports.Translator` and `Explains` on one engine, or on a chain of them."""

    def __init__(
        self,
        engine: Engine,
        *,
        wordbook: Wordbook | None = None,
        lexicon: Lexicon | None = None,
        may_ask: MayAsk = lambda engine, community: True,
        longest: int = LONGEST,
        patience: float = PATIENCE,
    ) -> None:
        self._engine = engine
        engines = engine.engines if isinstance(engine, Chained) else (engine,)
        self._engines = [(each, Skills.of(each)) for each in engines]
        self._wordbook = wordbook
        self._lexicon = lexicon or Unspoken()
        self._may_ask = may_ask
        self._longest = longest
        self._patience = patience
        self._cache = Cache()
        self._unserved: set[tuple[str, str]] = set()

    def serves(self, source: str, target: str) -> bool:
        return self._engine.serves(source, target)

    async def translate(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Translation:
        done = await self._work(text, target, prior, community)
        return done if isinstance(done, Translation) else _outcome(done)

    async def explain(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Explanation:
        """As `translate`, with what else it could have been and how likely it is right."""
        done = await self._work(text, target, prior, community)
        if isinstance(done, Translation):
            return Explanation(done, confidence=1.0 if done.engine else None)
        said = _outcome(done)
        if said.engine is None:
            return Explanation(said)
        return await self._doubted(done, said)

    def wipe(self) -> None:
        """Forget every sentence: they are members' words."""
        self._cache.wipe()

    async def _work(
        self, text: RichText, target: str, prior: str, community: int | None
    ) -> Translation | _Work:
        """What needs no plan is answered at once."""
        trace = Trace()
        if len(text) > self._longest:
            trace.add("language", "und: too long")
            return _original(text, "und", target, "failed", trace)
        protected = guards(text)
        words = bare(text, protected)
        source = self._source(words, prior, base(target))
        trace.add("language", source)
        if source == base(target):
            return _in_script(text, words, target, trace)
        way = direction(source, target, words, self._lexicon)
        remembered = self._remembered(community, way, text.text)
        if remembered is not None:
            trace.add("memory", "whole")
            steps = tuple(trace.steps)
            return Translation(RichText(remembered), source, target, "memory", "", steps)
        whole = plan(text, way, self._terms(community, way), protected)
        return await self._translated(text, whole, way, target, community, trace)

    def _source(self, words: str, prior: str, reader: str) -> str:
        """Numbers that are words, such as 666, are in the language of their channel."""
        if base(prior) == "zh" and reader == "en" and ten_thousands(words.strip(_AROUND)):
            return "zh"
        source = dominant(_stretches(words), prior, reader)
        if source != "und" or base(prior) == reader:
            return source
        said = self._lexicon.phrase(words.strip(), base(prior), reader)
        return source if said is None else base(prior)

    async def _translated(
        self,
        text: RichText,
        whole: Plan,
        way: Direction,
        target: str,
        community: int | None,
        trace: Trace,
    ) -> Translation | _Work:
        trace.add("shield", kinds(whole.held))
        attempt = Attempt(way)
        bodies = _bodies(whole, way)
        self._recall(whole, attempt, bodies, community)
        waiting = [body for body in bodies if body not in attempt.done]
        label = await self._attempt(attempt, waiting, community) if waiting else "failed"
        trace.add("engine", sayers(attempt, bodies))
        trace.add("checks", faults(attempt))
        if not any(body in attempt.done for body in bodies):
            label = label if bodies else "nothing-to-translate"
            return _original(text, way.source, target, label, trace)
        return _Work(text, whole, attempt, bodies, target, trace)

    def _recall(
        self, whole: Plan, attempt: Attempt, bodies: list[str], community: int | None
    ) -> None:
        """What a mod has decided, then what is always said like this, before any engine."""
        contents = [held.content for held in whole.held]
        for body in bodies:
            plain = expand(RichText(body), contents).text if MARK.search(body) else body
            remembered = self._remembered(community, attempt.direction, plain)
            if remembered is not None:
                attempt.give(body, remembered, "memory")
                continue
            is_whole = not MARK.search(body) and body not in whole.parts
            phrase = attempt.direction.phrase(body) if is_whole else None
            if phrase is not None:
                attempt.give(body, phrase, "phrasebook")

    def _remembered(self, community: int | None, way: Direction, text: str) -> str | None:
        if self._wordbook is None:
            return None
        said = self._wordbook.remembered(community, way.source, way.target, text)
        return None if said is None else way.write(said)

    def _terms(self, community: int | None, way: Direction) -> Sequence[Term]:
        if self._wordbook is None:
            return ()
        return self._wordbook.terms(community, way.source, way.target)

    async def _attempt(self, attempt: Attempt, bodies: list[str], community: int | None) -> str:
        """The label for the case that nothing came of it."""
        way = attempt.direction
        desks = self._desks(way, community)
        try:
            async with asyncio.timeout(self._patience):
                await attempt.run(bodies, desks)
        except NoModel:
            desks = []
        except TimeoutError:
            self._say_failed(f"no answer within {self._patience:g} s")
        except TranslationError as failure:
            self._say_failed(str(failure))
        if desks or all(body in attempt.done for body in bodies):
            return "failed"
        self._say_no_model(way.source, way.target)
        return "no-model"

    def _desks(self, way: Direction, community: int | None) -> list[Desk]:
        stamp = "" if self._wordbook is None else str(self._wordbook.version(community))
        return [
            Desk(each, skills, way.source, way.target, self._cache, f"{place} {stamp}")
            for place, (each, skills) in enumerate(self._engines)
            if self._may_ask(each, community) and _serves(each, way)
        ]

    async def _doubted(self, done: _Work, said: Translation) -> Explanation:
        try:
            async with asyncio.timeout(self._patience):
                words = said.text.text
                others = await alternatives(done.attempt, done.plan, done.bodies, words)
                sure = await confidence(done.attempt, done.bodies, words, others)
        except (TimeoutError, TranslationError):
            return Explanation(said)
        return Explanation(said, others, sure)

    def _say_failed(self, reason: str) -> None:
        log.warning(
            N_("The translator failed; the original is relayed with a label"),
            engine=self._engine.name,
            reason=reason,
        )

    def _say_no_model(self, source: str, target: str) -> None:
        if (source, target) in self._unserved:
            return
        self._unserved.add((source, target))
        remedy = f"python -m bot models install {source}-{target}"
        log.warning(
            N_("No model translates this pair; originals are relayed with a label"),
            source=source,
            target=target,
            remedy=remedy,
        )


_AROUND = " .!?。！？~～"


def _serves(engine: Engine, way: Direction) -> bool:
    """One that can't even say so serves nothing."""
    try:
        with contained(engine.name):
            return engine.serves(way.source, way.target)
    except EngineFailed:
        return False


def _stretches(words: str) -> Iterator[str]:
    for line in words.splitlines():
        for sentence in split(line):
            yield from clauses(sentence)


def _outcome(done: _Work) -> Translation:
    way, attempt = done.attempt.direction, done.attempt
    message = Composer(done.plan, attempt).message()
    done.trace.add("restore", "")
    sayer = next(iter([*attempt.engines.values(), *attempt.given.values()]), "shield")
    return Translation(message, way.source, done.target, sayer, "", tuple(done.trace.steps))


def _in_script(text: RichText, words: str, target: str, trace: Trace) -> Translation:
    """The message is in the reader's language already, if perhaps not in their script."""
    wanted = "Hant" if is_traditional(target) else "Hans"
    if base(target) != "zh" or chinese_script(words) in {"", wanted}:
        return _original(text, base(target), target, "same-language", trace)
    message = rewritten(text, to_traditional=wanted == "Hant")
    trace.add("script", wanted)
    return Translation(message, "zh", target, "opencc", "", tuple(trace.steps))


def _original(text: RichText, source: str, target: str, label: str, trace: Trace) -> Translation:
    return Translation(text, source, target, None, label, tuple(trace.steps))


def _bodies(whole: Plan, way: Direction) -> list[str]:
    """What the engine is to see: sentences to be translated, and their styled stretches."""
    bodies: list[str] = []
    for sentence in whole.sentences():
        body = sentence.body.text
        words = MARK.sub(" ", body)
        if body in whole.parts and way.is_guest(words):
            continue
        if way.wants(words):
            bodies += [body, *stretches(sentence.body)]
        elif way.phrase(body) is not None or _is_decided(body, whole):
            bodies.append(body)
    return bodies


def _is_decided(body: str, whole: Plan) -> bool:
    """Whether a mod's own word is in it."""
    return any(whole.held[number(found)].said is not None for found in MARK.findall(body))

"""Engines in the operator's order, each with its deadline, its day's characters and its breaker.

Where one fails the next is asked. What an engine may not do here is hold a message up for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol, Self

import structlog

from bot.core.errors import EngineFailed, NoModel, TranslationError
from bot.core.ports import Clock, Engine
from bot.i18n import N_
from bot.translate.breaker import Admission, Breaker
from bot.translate.mishap import contained, texts
from bot.translate.tally import Tally

RESTS = N_("A translation engine fails and is left alone for a while; the next one takes over")
SPENT = N_("A translation engine has used up its characters for today; the next one takes over")

log = structlog.get_logger(__name__)


class Purse(Protocol):
    """The characters that engines may still be sent today."""

    async def spend(self, engine: str, characters: int, *, limit: int) -> bool:
        """Take them from today's `limit`; False where they are not left, and none are taken."""
        ...


class Counted(Engine, Protocol):
    """What a chain is made of."""

    tally: Tally

    @property
    def is_remote(self) -> bool:
        """Whether what it is asked leaves this machine."""
        ...

    async def aclose(self) -> None: ...


class Service(Engine, Protocol):
    """An engine on another machine, as bare as its protocol."""

    slot_families: Sequence[str]  # the slots it keeps best

    def version(self, source: str, target: str) -> str: ...
    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """`characters` a day, 0 for no limit. `seconds` for one message."""

    characters: int = 0
    seconds: float | None = None


class RemoteEngine:
    """Implements `core.ports.Engine`, `KnowsSlots` and `Versioned` on a service."""

    is_remote = True

    def __init__(self, engine: Service, *, limits: Limits, purse: Purse, clock: Clock) -> None:
        self.name = engine.name
        self.tally = Tally()
        self.breaker = Breaker(clock)
        self._engine = engine
        self._limits = limits
        self._purse = purse
        self._is_spent = False

    def serves(self, source: str, target: str) -> bool:
        return self._engine.serves(source, target)

    def version(self, source: str, target: str) -> str:
        return self._engine.version(source, target)

    async def slots(self, source: str, target: str) -> Sequence[str]:
        return self._engine.slot_families

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        admission = self.breaker.admit()
        if admission is None:
            raise self._counted(EngineFailed("left alone after failures", trouble="resting"))
        try:
            answers = await self._translated([_readable(s) for s in sentences], source, target)
        except EngineFailed as failure:
            self._rest(admission, failure)
            raise self._counted(failure) from None
        finally:
            self.breaker.leave(admission)
        if self.breaker.succeed():
            log.info("a translation engine works again", engine=self.name)
        return answers

    async def try_out(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        """As `translate`, whatever came before. Raises `TranslationError`."""
        return await self._translated(list(sentences), source, target)

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def _translated(self, sentences: list[str], source: str, target: str) -> list[str]:
        await self._spend(sum(map(len, sentences)))
        try:
            async with asyncio.timeout(self._limits.seconds):
                answers = await self._asked(sentences, source, target)
        except TimeoutError:
            reason = f"no answer within {self._limits.seconds:g} s"
            raise EngineFailed(reason, trouble="slow") from None
        self.tally.answered(sentences, answers)
        return answers

    async def _asked(self, sentences: list[str], source: str, target: str) -> list[str]:
        with contained(self.name):
            said = await self._engine.translate(sentences, source, target)
            return texts(said, len(sentences))

    async def _spend(self, characters: int) -> None:
        limit = self._limits.characters
        is_left = not limit or await self._purse.spend(self.name, characters, limit=limit)
        if not (is_left or self._is_spent):
            log.warning(SPENT, engine=self.name, limit=limit)
        self._is_spent = not is_left
        if not is_left:
            raise EngineFailed("no characters left for today", trouble="budget")

    def _rest(self, admission: Admission, failure: EngineFailed) -> None:
        if failure.trouble == "budget":
            return
        rest = self.breaker.fail(admission, failure)
        if rest is not None:
            seconds = rest.total_seconds()
            log.warning(RESTS, engine=self.name, reason=str(failure), seconds=seconds)

    def _counted(self, failure: EngineFailed) -> EngineFailed:
        self.tally.failed(failure)
        return failure


class Chain:
    """`engines` in order, for whoever judges answers and asks the next; itself an `Engine` too.

    As an engine it asks for each sentence until one says something.
    """

    def __init__(self, engines: Sequence[Counted]) -> None:
        self.engines = tuple(engines)
        self.name = engines[0].name if len(engines) == 1 else "chain"

    @property
    def local(self) -> tuple[Counted, ...]:
        """Those that send nothing anywhere."""
        return tuple(engine for engine in self.engines if not engine.is_remote)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        async with AsyncExitStack() as stack:
            for engine in self.engines:
                stack.push_async_callback(engine.aclose)

    def serves(self, source: str, target: str) -> bool:
        return any(engine.serves(source, target) for engine in self.engines)

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        answers = [""] * len(sentences)
        failure: TranslationError = NoModel(source, target)
        for engine in self.engines:
            waiting = [at for at, answer in enumerate(answers) if not answer]
            if not waiting or not engine.serves(source, target):
                continue
            try:
                with contained(engine.name):
                    asked = [sentences[at] for at in waiting]
                    said = texts(await engine.translate(asked, source, target), len(asked))
            except TranslationError as error:
                failure = error
                continue
            for at, answer in zip(waiting, said, strict=True):
                answers[at] = answer
        if sentences and not any(answers):
            raise failure
        return answers


def _readable(text: str) -> str:
    """Half a surrogate pair is no character: JSON can't carry it."""
    return text.encode("utf-8", "replace").decode()

"""LibreTranslate: somebody's server, or one of your own, with the languages that it says it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.errors import EngineFailed, NoModel
from bot.core.ports import Clock
from bot.translate.batches import batches
from bot.translate.exchange import Exchange

MOST, CHARACTERS = 40, 2000  # of one request; public servers refuse more characters
FRESH = timedelta(hours=1)  # how long a list of languages is believed
CODES = {"zh": ("zh-Hans", "zh", "zh-CN"), "en": ("en",)}  # newer servers say zh-Hans

Targets = Mapping[str, frozenset[str]]


class LibreTranslateEngine:
    """Implements `core.ports.Engine`."""

    name = "libretranslate"
    slot_families: Sequence[str] = ("7{}", "<x{}>")  # its models are Argos': they copy numbers

    def __init__(
        self, url: str, *, clock: Clock, timeout_seconds: float, api_key: str | None = None
    ) -> None:
        self._url = url
        self._exchange = Exchange(url, timeout_seconds=timeout_seconds)
        self._key = {"api_key": api_key} if api_key else {}
        self._clock = clock
        self._targets: Targets = {}
        self._asked_at: datetime | None = None

    def serves(self, source: str, target: str) -> bool:
        """While the server's word is missing or old, also what every one of them is there for."""
        is_usual = self._is_stale and {source, target} == {"zh", "en"}
        return is_usual or self._pair(source, target) is not None

    def version(self, source: str, target: str) -> str:
        return self._url  # nobody can tell what stands behind it

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        await self._learn()
        pair = self._pair(source, target)
        if pair is None:
            raise NoModel(source, target)
        answers: list[str] = []
        for batch in batches(sentences, most=MOST, characters=CHARACTERS):
            answers += await self._said(batch, *pair)
        return answers

    async def aclose(self) -> None:
        await self._exchange.aclose()

    async def _said(self, batch: list[str], source: str, target: str) -> list[str]:
        asked = {"q": batch, "source": source, "target": target, "format": "text", **self._key}
        answer = await self._exchange.post("/translate", asked)
        said = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(said, list) or len(said) != len(batch):
            raise EngineFailed("not one translation for each text")
        return [text if isinstance(text, str) else "" for text in said]

    async def _learn(self) -> None:
        if self._is_stale:
            self._targets = _targets(await self._exchange.get("/languages"))
            self._asked_at = self._clock.now()

    @property
    def _is_stale(self) -> bool:
        return self._asked_at is None or self._clock.now() - self._asked_at >= FRESH

    def _pair(self, source: str, target: str) -> tuple[str, str] | None:
        for known in CODES.get(source, (source,)):
            for wanted in CODES.get(target, (target,)):
                if wanted != known and wanted in self._targets.get(known, ()):
                    return known, wanted
        return None


def _targets(answer: Any) -> Targets:
    """Code → what it can be translated to. Old servers name no targets: all are meant."""
    if not isinstance(answer, list):
        raise EngineFailed("not a list of languages")
    languages = [one for one in answer if isinstance(one, dict) and one.get("code")]
    codes = frozenset(str(one["code"]) for one in languages)
    return {
        str(one["code"]): frozenset(map(str, one["targets"])) if "targets" in one else codes
        for one in languages
    }

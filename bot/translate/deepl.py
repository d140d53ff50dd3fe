"""DeepL, with its tags for what must not be touched."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from bot.core.errors import EngineFailed, NoModel
from bot.translate.batches import batches
from bot.translate.exchange import Exchange

MOST, CHARACTERS = 50, 20_000  # of one request; DeepL takes 50 texts and 128 KiB
FREE, PRO = "https://api-free.deepl.com", "https://api.deepl.com"
SOURCES = {
    "ar": "AR",
    "el": "EL",
    "en": "EN",
    "ja": "JA",
    "ko": "KO",
    "ru": "RU",
    "zh": "ZH",
}
TARGETS = {"en": "EN-US", "zh": "ZH-HANS"}

_SLOT = re.compile(r"<x(\d)>")
_TAG = re.compile(r"""<x id=["'](\d)["']\s*(?:/>|>\s*</x>)""")


class DeepLEngine:
    """Implements `core.ports.Engine`."""

    name = "deepl"
    slot_families: Sequence[str] = ("<x{}>",)

    def __init__(
        self, key: str, *, model: str, timeout_seconds: float, api_base: str | None = None
    ) -> None:
        self.address = api_base or (FREE if key.endswith(":fx") else PRO)
        headers = {"Authorization": f"DeepL-Auth-Key {key}"}
        self._exchange = Exchange(self.address, timeout_seconds=timeout_seconds, headers=headers)
        self._model = model

    def serves(self, source: str, target: str) -> bool:
        return source in SOURCES and target in TARGETS and source != target

    def version(self, source: str, target: str) -> str:
        return self._model

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        if not self.serves(source, target):
            raise NoModel(source, target)
        answers: list[str] = []
        for batch in batches(sentences, most=MOST, characters=CHARACTERS):
            answers += await self._said(batch, source, target)
        return answers

    async def aclose(self) -> None:
        await self._exchange.aclose()

    async def _said(self, batch: list[str], source: str, target: str) -> list[str]:
        asked: dict[str, Any] = {
            "text": batch,
            "source_lang": SOURCES[source],
            "target_lang": TARGETS[target],
            "formality": "prefer_less",  # among friends, where the language has a way to say it
            "model_type": self._model,
            "split_sentences": "0",
        }
        has_slots = any(_SLOT.search(text) for text in batch)
        if has_slots:
            asked |= {"text": [_tagged(text) for text in batch], "tag_handling": "xml"}
        texts = _texts(await self._exchange.post("/v2/translate", asked))
        if len(texts) != len(batch):
            raise EngineFailed("not one translation for each text")
        return [_untagged(text) for text in texts] if has_slots else texts


def _texts(answer: Any) -> list[str]:
    said = answer.get("translations") if isinstance(answer, dict) else None
    if not isinstance(said, list):
        raise EngineFailed("no translations in the answer")
    texts = [one.get("text") if isinstance(one, dict) else "" for one in said]
    return [text if isinstance(text, str) else "" for text in texts]


def _tagged(text: str) -> str:
    """Slots as empty elements, everything else as XML text."""
    pieces = _SLOT.split(text)  # text and slot numbers in turns
    return "".join(
        f'<x id="{piece}"/>' if at % 2 else html.escape(piece, quote=False)
        for at, piece in enumerate(pieces)
    )


def _untagged(text: str) -> str:
    pieces = _TAG.split(text)
    return "".join(
        f"<x{piece}>" if at % 2 else html.unescape(piece) for at, piece in enumerate(pieces)
    )

"""Any server that speaks OpenAI's chat protocol: the company's own, or one in your cellar.

What it answers is judged before anybody reads it; what fails comes back empty.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.core.errors import EngineFailed, NoModel
from bot.translate.batches import batches
from bot.translate.candor import evasion
from bot.translate.exchange import Exchange
from bot.translate.framing import LANGUAGES, SCHEMA, Question

MOST, CHARACTERS = 20, 4000  # of one request; models lose count of more
TARGETS = frozenset({"en", "zh"})
_STRICT: Mapping[str, Any] = {
    "temperature": 0,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "translations", "strict": True, "schema": SCHEMA},
    },
}

log = structlog.get_logger(__name__)


class OpenAIEngine:
    """Implements `core.ports.Engine`."""

    name = "openai"
    slot_families: Sequence[str] = ("<x{}>",)

    def __init__(
        self, api_base: str, *, model: str, timeout_seconds: float, key: str | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._exchange = Exchange(api_base, timeout_seconds=timeout_seconds, headers=headers)
        self._model = model
        self._options = _STRICT

    def serves(self, source: str, target: str) -> bool:
        return source in LANGUAGES and target in TARGETS and source != target

    def version(self, source: str, target: str) -> str:
        return self._model

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        if not self.serves(source, target):
            raise NoModel(source, target)
        answers: list[str] = []
        for batch in batches(sentences, most=MOST, characters=CHARACTERS):
            answers += await self._said(Question(batch, source, target, secrets.token_hex(4)))
        return answers

    async def aclose(self) -> None:
        await self._exchange.aclose()

    async def _said(self, question: Question) -> list[str]:
        content = _content(await self._completion(question))
        found = question.answers(content)
        faults = [
            evasion(
                sentence,
                answer,
                target=question.target,
                rules=question.rules,
                number=question.number,
            )
            for sentence, answer in zip(question.sentences, found, strict=True)
        ]
        if any(faults):
            log.debug(
                "a language model did something else", faults=dict(Counter(filter(None, faults)))
            )
        return ["" if fault else answer for answer, fault in zip(found, faults, strict=True)]

    async def _completion(self, question: Question) -> Any:
        asked = {"model": self._model, "messages": question.messages}
        try:
            return await self._exchange.post("/chat/completions", {**asked, **self._options})
        except EngineFailed as failure:
            if failure.trouble != "refused" or not self._options:
                raise
        # Not every server knows schemas, nor every model a temperature.
        answer = await self._exchange.post("/chat/completions", asked)
        self._options = {}
        return answer


def _content(answer: Any) -> str:
    """What the model wrote; "" where it declined or was stopped."""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    if not isinstance(message, dict):
        raise EngineFailed("no message in the answer")
    content = message.get("content")
    return content if isinstance(content, str) else ""

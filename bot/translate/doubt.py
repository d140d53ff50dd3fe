"""How likely a translation is right, and what else it could have been.

What an engine thinks of itself is far too good: the numbers here are measured against the corpus'
hold-out, by `scripts/bench doubt`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp
from statistics import mean

from bot.core.sentences import weight
from bot.core.shield import MARK
from bot.translate.attempt import Attempt
from bot.translate.compose import Composer
from bot.translate.plan import Plan

MOST = 3  # alternatives
_WRONG, _RIGHT = 0.27, 0.84  # mean probabilities of a piece: hardly ever right, nearly always
_AT_MOST = 0.85  # of an engine's answers that it has no doubt of, so many are right
_PHRASE = 0.95  # what always means the same may not mean it here
_SHORT, _SHORTNESS = 6.0, 0.7  # in Han characters; nothing around it says what is meant
_DISAGREEMENT = 0.5  # what is lost where the alternatives have nothing in common with the answer


async def alternatives(
    attempt: Attempt, plan: Plan, bodies: list[str], said: str
) -> tuple[str, ...]:
    """Distinct other messages, checked and restored like the first. Raises `TranslationError`."""
    listed = {body: await attempt.others(body, MOST + 2) for body in dict.fromkeys(bodies)}
    found: list[str] = []
    for rank in range(MOST + 2):
        done = {
            body: (listed.get(body, [])[rank : rank + 1] or [answer])[0]
            for body, answer in attempt.done.items()
        }
        message = Composer(plan, replace(attempt, done=done)).message().text
        if message != said and message not in found:
            found.append(message)
    return tuple(found[:MOST])


async def confidence(
    attempt: Attempt, bodies: list[str], said: str, others: Sequence[str]
) -> float | None:
    """Between 0 and 1, by the length of the sentences; None where an engine doesn't say.

    Raises `TranslationError`.
    """
    weights, total = 0, 0.0
    agreement = 1 - _DISAGREEMENT * (1 - _likeness(said, others))
    for body in dict.fromkeys(bodies):
        sure = _given(attempt, body) if body in attempt.given else await _sure(attempt, body)
        if body not in attempt.done or sure is None:
            return None
        weights += len(body)
        total += len(body) * (sure if body in attempt.given else sure * agreement)
    return round(total / weights, 2) if weights else None


def _likeness(said: str, others: Sequence[str]) -> float:
    """How much of the answer is in the alternatives, from 0 to 1."""
    if not others:
        return 1.0
    pairs = _pairs(said)
    return mean(_shared(pairs, _pairs(one)) for one in others)


def _pairs(text: str) -> Counter[str]:
    return Counter(map("".join, pairwise(f" {text} ")))


def _shared(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / (one.total() + other.total())


def _given(attempt: Attempt, body: str) -> float:
    """What a mod decided is certain; a phrase is as good as it is clear."""
    if attempt.given[body] == "memory":
        return 1.0
    return _PHRASE * attempt.direction.clarity(body)


async def _sure(attempt: Attempt, body: str) -> float | None:
    asked = attempt.asked.get(body)
    if asked is None:  # put together from pieces, or nothing but amounts
        return 1.0 if body in attempt.done and body not in attempt.engines else None
    score = await asked.desk.score(asked.question, asked.answer)
    return None if score is None else _calibrated(score) * _legibility(attempt, body)


def _calibrated(score: float) -> float:
    return max(0.0, min(_AT_MOST, (exp(score) - _WRONG) / (_RIGHT - _WRONG)))


def _legibility(attempt: Attempt, body: str) -> float:
    """How far what the engine read could be understood at all."""
    words = MARK.sub("", body)
    shortness = _SHORTNESS if weight(words) < _SHORT else 1.0
    return shortness * attempt.direction.clarity(attempt.direction.read(words))

"""How sure an engine was of a message, and what else it could have said."""

from __future__ import annotations

from dataclasses import replace
from math import exp

from bot.core.ports import Scores
from bot.translate.attempt import Attempt
from bot.translate.compose import Composer
from bot.translate.plan import Plan

MOST = 3  # alternatives
_WRONG, _RIGHT = 0.2, 0.75  # mean probabilities of a piece


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


async def confidence(attempt: Attempt, bodies: list[str]) -> float | None:
    """Between 0 and 1, by the length of the sentences; None where an engine doesn't say.

    Raises `TranslationError`.
    """
    weights, total = 0, 0.0
    for body in dict.fromkeys(bodies):
        sure = 1.0 if body in attempt.given else await _sure(attempt, body)
        if body not in attempt.done or sure is None:
            return None
        weights += len(body)
        total += len(body) * sure
    return round(total / weights, 2) if weights else None


async def _sure(attempt: Attempt, body: str) -> float | None:
    asked = attempt.asked.get(body)
    if asked is None:  # put together from pieces, or nothing but amounts
        return 1.0 if body in attempt.done and body not in attempt.engines else None
    engine = asked.desk.engine
    if not isinstance(engine, Scores):
        return None
    whole = [asked.desk.whole(asked.question)]
    (score,) = await engine.scores(whole, [asked.answer], asked.desk.source, asked.desk.target)
    return None if score is None else _calibrated(score)


def _calibrated(score: float) -> float:
    """Of our models' answers, those under the first are mostly wrong, over the second right."""
    return max(0.0, min(1.0, (exp(score) - _WRONG) / (_RIGHT - _WRONG)))

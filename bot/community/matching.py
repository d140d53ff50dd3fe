"""Who is introduced to whom: the assignment of least cost over all newcomers and free places. Pure.

What is not known of somebody costs the average of what is known of the others, never nothing: who
says little about themselves is neither first nor last.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import lap
import numpy as np

from bot.core.model import PersonId

AWAKE = (8, 23)  # hours of the day
LOAD = 25.0  # an open match more weighs more than everything below together, for any capacity to 5
IDLE, OVERLAP, INTERESTS, LANGUAGES = 2.0, 1.0, 1.0, 0.5
LONG_IDLE = 30.0  # days after which waiting longer makes no difference
MOST = LOAD + IDLE + OVERLAP + INTERESTS + LANGUAGES  # that one pair can cost
TIE = 1e-6
UNKNOWN = 0.5  # where nothing is known of anybody


@dataclass(frozen=True, slots=True)
class Person:
    """`zone` is None, `languages` and `interests` are empty where they are not known."""

    person: PersonId
    side: str
    zone: str | None = None
    languages: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seeker:
    who: Person
    since: datetime


@dataclass(frozen=True, slots=True)
class Helper:
    """`idle_since` is when they got somebody last, or began; `asked_at` when somebody was proposed
    to them last, whatever came of it."""

    who: Person
    capacity: int
    load: int
    idle_since: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Why these two: None and empty where it is not known."""

    hours: int | None
    interests: tuple[str, ...]
    languages: tuple[str, ...]
    days: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(stored: dict[str, Any]) -> Facts:
        return Facts(
            stored["hours"],
            tuple(stored["interests"]),
            tuple(stored["languages"]),
            stored["days"],
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places in the lists that were given."""

    seeker: int
    helper: int
    facts: Facts


def assign(
    seekers: Sequence[Seeker],
    helpers: Sequence[Helper],
    *,
    apart: Collection[frozenset[PersonId]],
    now: datetime,
    seed: str,
) -> list[Pair]:
    """As many as can be, those who have waited longest first, at the least cost.

    `apart` are pairs that are never made. The same seed decides the same way between equals.
    """
    prices = costs(seekers, helpers, apart=apart, now=now, seed=seed)
    places = [
        (number, place)
        for number, helper in enumerate(helpers)
        for place in range(helper.load, min(helper.capacity, helper.load + len(seekers)))
    ]
    if not seekers or not places:
        return []
    width = len(places) + len(seekers)
    by_wait = sorted(range(len(seekers)), key=lambda n: seekers[n].since)
    patience = 2 * MOST * len(seekers)  # serving one who waited longer outweighs all other costs
    unserved = 2 * patience * (len(seekers) + 1)
    never = 3 * unserved
    matrix = np.empty((len(seekers), width))
    for row in range(len(seekers)):
        for column, (helper, place) in enumerate(places):
            price = prices[row][helper]
            used = place / helpers[helper].capacity
            matrix[row, column] = never if price is None else price + LOAD * used
        rank = len(seekers) - by_wait.index(row)
        matrix[row, len(places) :] = unserved + patience * rank  # stays unmatched
    chosen = lap.lapjv(matrix, extend_cost=True, return_cost=False)[0]
    return [
        Pair(row, places[column][0], facts(seekers[row].who, helpers[places[column][0]], now))
        for row, column in enumerate(int(number) for number in chosen)
        if column < len(places)
    ]


def costs(
    seekers: Sequence[Seeker],
    helpers: Sequence[Helper],
    *,
    apart: Collection[frozenset[PersonId]],
    now: datetime,
    seed: str,
) -> list[list[float | None]]:
    """What each pair costs beside the helper's load; None where it must not be."""
    may = [[_may(s.who, h.who, apart) for h in helpers] for s in seekers]
    noise = random.Random(seed)
    parts: list[tuple[float, Callable[[Person, Helper], float | None]]] = [
        (IDLE, lambda _, helper: 1 - min(_rested_days(helper, now), LONG_IDLE) / LONG_IDLE),
        (OVERLAP, lambda who, helper: _asleep(who, helper.who, now)),
        (INTERESTS, lambda who, helper: _strange(who, helper.who)),
        (LANGUAGES, lambda who, helper: _wordless(who, helper.who)),
    ]
    total = [[noise.random() * TIE for _ in helpers] for _ in seekers]
    for weight, part in parts:
        found = [
            [part(s.who, h) if may[i][j] else None for j, h in enumerate(helpers)]
            for i, s in enumerate(seekers)
        ]
        given = [value for row in found for value in row if value is not None]
        average = sum(given) / len(given) if given else UNKNOWN
        for i, row in enumerate(found):
            for j, value in enumerate(row):
                total[i][j] += weight * (average if value is None else value)
    return [
        [price if may[i][j] else None for j, price in enumerate(row)] for i, row in enumerate(total)
    ]


def facts(seeker: Person, helper: Helper, now: datetime) -> Facts:
    shared = tuple(one for one in seeker.interests if one in helper.who.interests)
    hours = None
    if seeker.zone and helper.who.zone:
        hours = int(overlap(seeker.zone, helper.who.zone, now))
    return Facts(hours, shared, _shared_languages(seeker, helper.who), int(idle_days(helper, now)))


def idle_days(helper: Helper, now: datetime) -> float:
    return max(0.0, (now - helper.idle_since) / timedelta(days=1))


def _rested_days(helper: Helper, now: datetime) -> float:
    """Who declined is not asked again before the others, though they have nobody still."""
    since = max(helper.idle_since, helper.asked_at or helper.idle_since)
    return max(0.0, (now - since) / timedelta(days=1))


def overlap(one: str, other: str, now: datetime) -> float:
    """Hours of this day in which both are awake."""
    return _overlap(_offset(one, now), _offset(other, now))


def _offset(zone: str, now: datetime) -> int:
    """Minutes ahead of UTC."""
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    return round(ahead.total_seconds() / 60)


@cache
def _overlap(one: int, other: int) -> float:
    def is_awake(minute: int, offset: int) -> bool:
        return AWAKE[0] * 60 <= (minute + offset) % 1440 < AWAKE[1] * 60

    quarters = range(0, 1440, 15)
    return sum(is_awake(m, one) and is_awake(m, other) for m in quarters) / 4


def _may(seeker: Person, helper: Person, apart: Collection[frozenset[PersonId]]) -> bool:
    is_other = seeker.side != helper.side and seeker.person != helper.person
    return is_other and frozenset({seeker.person, helper.person}) not in apart


def _asleep(seeker: Person, helper: Person, now: datetime) -> float | None:
    if seeker.zone is None or helper.zone is None:
        return None
    return 1 - overlap(seeker.zone, helper.zone, now) / (AWAKE[1] - AWAKE[0])


def _strange(seeker: Person, helper: Person) -> float | None:
    if not seeker.interests or not helper.interests:
        return None
    return 0.5 ** len({*seeker.interests} & {*helper.interests})


def _wordless(seeker: Person, helper: Person) -> float | None:
    """A helper who did not say which languages they know may know more than their side's."""
    if not helper.languages:
        return None
    return 0.5 ** len(_shared_languages(seeker, helper))


def _shared_languages(seeker: Person, helper: Person) -> tuple[str, ...]:
    theirs = {*seeker.languages, seeker.side}
    return tuple(one for one in sorted({*helper.languages, helper.side}) if one in theirs)

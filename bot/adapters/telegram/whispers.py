"""Answers for one person's eyes that wait until they open the private chat. Kept in memory only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cog import Reply
from bot.core.model import PersonId
from bot.core.ports import Clock

KEPT_FOR = timedelta(minutes=10)
MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Kept:
    person: PersonId
    reply: Reply
    until: datetime


class Whispers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def keep(self, person: PersonId, reply: Reply) -> str:
        """The token that brings it back, to this person, once."""
        now = self._clock.now()
        self._kept = {token: one for token, one in self._kept.items() if one.until > now}
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        token = secrets.token_urlsafe(16)
        self._kept[token] = _Kept(person, reply, now + KEPT_FOR)
        return token

    def take(self, token: str, person: PersonId) -> Reply | None:
        kept = self._kept.get(token)
        if kept is None or kept.person != person or kept.until <= self._clock.now():
            return None
        del self._kept[token]
        return kept.reply

"""Answers for one person's eyes that wait until they open the private chat. Kept in memory only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cog import Reply
from bot.core.model import ChannelId, MessageId, PersonId
from bot.core.ports import Clock

KEPT_FOR = timedelta(minutes=10)
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Whisper:
    """An answer, and the channel in which it was asked for."""

    reply: Reply
    asked_in: ChannelId


@dataclass(frozen=True, slots=True)
class _Kept:
    person: PersonId
    whisper: Whisper
    until: datetime


class Whispers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asked_in: dict[MessageId, ChannelId] = {}  # of those that were told

    def keep(self, person: PersonId, whisper: Whisper) -> str:
        """The token that brings it back, to this person, once."""
        now = self._clock.now()
        self._kept = {token: one for token, one in self._kept.items() if one.until > now}
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        token = secrets.token_urlsafe(16)
        self._kept[token] = _Kept(person, whisper, now + KEPT_FOR)
        return token

    def take(self, token: str, person: PersonId) -> Whisper | None:
        kept = self._kept.get(token)
        if kept is None or kept.person != person or kept.until <= self._clock.now():
            return None
        del self._kept[token]
        return kept.whisper

    def told(self, message: MessageId, asked_in: ChannelId) -> None:
        """In this message of the private chat; its buttons belong to the channel's community."""
        while len(self._asked_in) >= MOST:
            del self._asked_in[next(iter(self._asked_in))]
        self._asked_in[message] = asked_in

    def asked_in(self, message: MessageId | None) -> ChannelId | None:
        return self._asked_in.get(message) if message else None

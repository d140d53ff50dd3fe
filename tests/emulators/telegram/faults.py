"""Failures a test orders, and Telegram's flood limits."""

import math
import re
import time
from collections import deque
from dataclasses import dataclass, field

from .errors import ApiError, too_many

_DESCRIPTIONS = {
    400: "Bad Request: something is wrong",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of matching methods, after `skip` good ones."""

    methods: re.Pattern[str]
    status: int | None
    description: str | None
    retry_after: int
    after: bool
    delay: float
    cut: bool
    chat: int | None
    times: int | None
    skip: int
    hits: int = 0

    def takes(self, method: str, chat: str) -> bool:
        if self.times == 0 or not self.methods.fullmatch(method):
            return False
        if self.chat is not None and chat != str(self.chat):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        self.hits += 1
        return True

    def error(self) -> ApiError | None:
        if self.status is None:
            return None
        if self.status == 429:
            flood = too_many(self.retry_after)
            return ApiError(429, self.description or flood.description, **flood.parameters)
        description = self.description or _DESCRIPTIONS.get(self.status, "Error")
        return ApiError(self.status, description)

    def cancel(self) -> None:
        self.times = 0


@dataclass(slots=True)
class FloodLimits:
    """Published limits: a message a second per chat, 20 a minute per group, 30 a second in all."""

    per_chat_per_second: float = 1.0
    chat_burst: int = 5
    per_group_per_minute: int = 20
    overall_per_second: int = 30
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)

    def spend(self, chat: int, messages: int = 1) -> None:
        """Counts messages to a chat, or raises 429 with the seconds to wait and counts nothing."""
        now = time.monotonic()
        wait = _excess(self._all, now, 1.0, self.overall_per_second, messages)
        if chat < 0:
            group = self._groups.setdefault(chat, deque())
            wait = max(wait, _excess(group, now, 60.0, self.per_group_per_minute, messages))
        tokens, seen = self._chats.get(chat, (float(self.chat_burst), now))
        tokens = min(self.chat_burst, tokens + (now - seen) * self.per_chat_per_second)
        wait = max(wait, (min(messages, self.chat_burst) - tokens) / self.per_chat_per_second)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        self._chats[chat] = (tokens - messages, now)
        self._all.extend([now] * messages)
        if chat < 0:
            self._groups[chat].extend([now] * messages)


def _excess(times: deque[float], now: float, window: float, most: int, messages: int) -> float:
    while times and times[0] <= now - window:
        times.popleft()
    surplus = len(times) + messages - most
    if surplus <= 0:
        return 0.0
    return times[min(surplus, len(times)) - 1] + window - now if times else window

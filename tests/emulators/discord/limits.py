"""Rate limits: buckets with Discord's headers, and the limits that no header shows."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

_FREE = {
    "X-RateLimit-Limit": "10000",
    "X-RateLimit-Remaining": "9999",
    "X-RateLimit-Reset-After": "1.000",
}

# Bucket name -> requests per seconds, for one channel or one webhook.
_BUCKETS = {
    "webhook": (5, 2.0),
    "messages": (5, 5.0),
    "edit": (5, 5.0),
    "delete": (5, 1.0),
    "reactions": (1, 0.25),
}
_GLOBAL = (50, 1.0)
# Discord counts a channel's webhook messages together and tells nobody.
_HIDDEN = (30, 60.0)


@dataclass(slots=True)
class _Window:
    limit: int
    seconds: float
    started: float = -math.inf
    used: int = 0

    def left(self, now: float) -> int:
        if now - self.started >= self.seconds:
            self.started, self.used = now, 0
        return self.limit - self.used

    def reset_after(self, now: float) -> float:
        return max(0.001, self.started + self.seconds - now)


class RateLimited(Exception):
    """A request over a limit, with the 429 answer it gets."""

    def __init__(self, retry_after: float, scope: str, headers: dict[str, str]) -> None:
        super().__init__(scope)
        self.headers = headers | {
            "Retry-After": str(math.ceil(retry_after)),
            "X-RateLimit-Scope": scope,
        }
        if scope == "global":
            self.headers["X-RateLimit-Global"] = "true"
        self.body: dict[str, Any] = {
            "message": "You are being rate limited.",
            "retry_after": round(retry_after, 3),
            "global": scope == "global",
        }


class RateLimits:
    def __init__(self) -> None:
        self.active = False
        self._windows: dict[tuple[str, str], _Window] = {}

    def spend(self, bucket: str, major: str, channel_id: str | None) -> dict[str, str]:
        """Counts one request and gives its headers; raises RateLimited when one is too many."""
        free = _FREE | {"X-RateLimit-Bucket": f"b-{bucket}"}
        free["X-RateLimit-Reset"] = f"{time.time() + 1:.3f}"
        if not self.active:
            return free
        now = time.monotonic()
        everything = self._window("global", "", *_GLOBAL)
        if everything.left(now) <= 0:
            raise RateLimited(everything.reset_after(now), "global", {})
        visible = self._window(bucket, major, *_BUCKETS[bucket]) if bucket in _BUCKETS else None
        if visible is not None and visible.left(now) <= 0:
            raise RateLimited(visible.reset_after(now), "user", _shown(visible, bucket, major, now))
        hidden = self._window("hidden", channel_id, *_HIDDEN) if channel_id else None
        if hidden is not None and hidden.left(now) <= 0:
            headers = _shown(visible, bucket, major, now) if visible else free
            raise RateLimited(hidden.reset_after(now), "shared", headers)
        for window in (everything, visible, hidden):
            if window is not None:
                window.used += 1
        return _shown(visible, bucket, major, now) if visible else free

    def _window(self, bucket: str, major: str, limit: int, seconds: float) -> _Window:
        return self._windows.setdefault((bucket, major), _Window(limit, seconds))


def _shown(window: _Window, bucket: str, major: str, now: float) -> dict[str, str]:
    reset_after = window.reset_after(now)
    return {
        "X-RateLimit-Limit": str(window.limit),
        "X-RateLimit-Remaining": str(window.left(now)),
        "X-RateLimit-Reset": f"{time.time() + reset_after:.3f}",
        "X-RateLimit-Reset-After": f"{reset_after:.3f}",
        "X-RateLimit-Bucket": f"b-{bucket}",
    }

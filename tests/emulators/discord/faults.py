"""Misbehaviour on order: errors, delays and cut connections for requests that a test names."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

_BAD_GATEWAY = "<html><head><title>{0}</title></head><body>cloudflare</body></html>"
_MISSING = {403: {"message": "Missing Permissions", "code": 50013}}


@dataclass(slots=True)
class Fault:
    """One order; `hits` counts the requests that it spoiled."""

    method: str
    path: re.Pattern[str]
    status: int | None
    json: Any
    retry_after: float
    when: Literal["before", "after"]
    delay: float
    cut: bool
    times: float
    skip: int
    hits: int = 0

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is spoiled; consumes one of `skip` or `times`."""
        if self.hits >= self.times or self.method not in ("*", method):
            return False
        if not self.path.search(path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.hits += 1
        return True

    def headers(self) -> dict[str, str]:
        if self.status != 429:
            return {}
        return {
            "Retry-After": str(math.ceil(self.retry_after)),
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": f"{self.retry_after:.3f}",
            "X-RateLimit-Scope": "user",
        }

    def body(self, path: str) -> Any:
        """JSON, or the HTML page that Cloudflare answers for a 5xx of its own."""
        if self.json is not None:
            return self.json
        if self.status == 429:
            message = "You are being rate limited."
            return {"message": message, "retry_after": self.retry_after, "global": False}
        if self.status in (502, 503, 504):
            return _BAD_GATEWAY.format(self.status)
        if self.status == 404:
            return _unknown(path)
        plain = {"message": f"{self.status}: Internal Server Error", "code": 0}
        return _MISSING.get(self.status or 0, plain)


def _unknown(path: str) -> dict[str, Any]:
    if "/messages/" in path:
        return {"message": "Unknown Message", "code": 10008}
    if path.startswith("/webhooks/"):
        return {"message": "Unknown Webhook", "code": 10015}
    return {"message": "Unknown Channel", "code": 10003}


class Faults:
    """The orders in force, the oldest first."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def find(self, method: str, path: str) -> Fault | None:
        return next((one for one in self.orders if one.takes(method, path)), None)

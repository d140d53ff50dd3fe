"""Who may talk to the page's server: this machine's own browser, or whoever holds the token.

A web site open in the same browser must neither read a room nor write into one, so the Host and
Origin of every request are checked (against DNS rebinding and forged requests).
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.adapters.sandbox.refusals import Refusal, answer
from bot.core.errors import Misconfigured, Problem
from bot.i18n import N_
from bot.store.database import StoreUnavailable

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
YEAR = 365 * 24 * 3600

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def check_binding(host: str, token: str | None) -> None:
    """Raises `Misconfigured` where strangers could reach the page without a token."""
    if host in LOOPBACK or token:
        return
    raise Misconfigured(
        Problem(
            "sandbox.listen",
            N_("{host} can be reached from other machines, and no token is set."),
            N_("Set sandbox.token, or listen on 127.0.0.1."),
            {"host": host},
        )
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """`port` answers the port we really listen on."""

    token: str | None
    port: Callable[[], int]

    def middleware(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                self._check(request)
                if self._brings_token(request):
                    return self._welcome(request)
                return await handler(request)
            except Refusal as refusal:
                return answer(request, refusal)
            except StoreUnavailable:
                return answer(request, _busy())

        return guard

    def _check(self, request: web.Request) -> None:
        if not self._is_known(request) or not _is_same_origin(request):
            raise Refusal(403, N_("This page only answers the address it was opened at."))

    def _is_known(self, request: web.Request) -> bool:
        if self.token:
            given = request.cookies.get(self._cookie) or request.query.get("token", "")
            return hmac.compare_digest(given.encode(), self.token.encode())
        address = _address(request.host)
        return address is not None and address[0] in LOOPBACK and address[1] == self.port()

    def _brings_token(self, request: web.Request) -> bool:
        return self.token is not None and request.method == "GET" and "token" in request.query

    def _welcome(self, request: web.Request) -> web.Response:
        """Move the token out of the address, where it would be seen and shared."""
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            self._cookie,
            self.token or "",
            max_age=YEAR,
            httponly=True,
            samesite="Strict",
            secure=request.secure,
        )
        return response

    @property
    def _cookie(self) -> str:
        return f"catbridge-{self.port()}"  # cookies don't tell one port of a host from another


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache")


def _is_same_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    is_elsewhere = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
    return not is_elsewhere or (request.method == "GET" and request.path == "/")


def _address(host: str) -> tuple[str | None, int | None] | None:
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname, parts.port or 80
    except ValueError:
        return None


def _busy() -> Refusal:
    return Refusal(503, N_("Nothing can be saved at the moment. Try again soon."))

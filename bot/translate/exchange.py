"""One question to a translation service over HTTP, answered with JSON or with `EngineFailed`.

No error and no log line may hold what was asked, what was answered, or a key.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from bot.core.errors import EngineFailed, Trouble

LARGEST = 4 * 2**20  # bytes of one answer
_TROUBLES: Mapping[int, Trouble] = {
    401: "key",
    402: "quota",
    403: "key",
    404: "missing",
    429: "busy",
    456: "quota",  # DeepL's own
    503: "busy",
    529: "busy",
}


class Exchange:
    """One service. The session opens on first use; `aclose` closes it."""

    def __init__(
        self, address: str, *, timeout_seconds: float, headers: Mapping[str, str] | None = None
    ) -> None:
        self._address = address.rstrip("/")
        self._headers = dict(headers or {})
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str) -> Any:
        """Raises `EngineFailed`."""
        return await self._ask("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Raises `EngineFailed`."""
        return await self._ask("POST", path, orjson.dumps(body))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        try:
            status, headers, content = await self._answer(method, path, body)
        except aiohttp.ClientSSLError as error:
            raise EngineFailed(type(error).__name__, trouble="certificate") from None
        except TimeoutError:
            seconds = self._timeout.total
            raise EngineFailed(f"no answer within {seconds:g} s", trouble="slow") from None
        except (aiohttp.ClientError, OSError) as error:
            raise EngineFailed(type(error).__name__, trouble="unreachable") from None
        if status != 200:
            raise _refusal(status, headers, content)
        return _parsed(content)

    async def _answer(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Content-Type": "application/json"} if body else {}
        # A redirection would take the key and the text to a server that nobody named.
        async with self._opened().request(
            method, f"{self._address}{path}", data=body, headers=headers, allow_redirects=False
        ) as answer:
            content = bytearray()
            async for block in answer.content.iter_any():
                content += block
                if len(content) > LARGEST:
                    raise EngineFailed("the answer has no end")
            return answer.status, answer.headers, bytes(content)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # OpenSSL's default places, which SSL_CERT_FILE moves.
                connector=aiohttp.TCPConnector(ssl=ssl.create_default_context()),
                headers=self._headers,
                timeout=self._timeout,
                trust_env=True,  # HTTPS_PROXY, HTTP_PROXY, NO_PROXY
            )
        return self._session


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError:
        raise EngineFailed("the answer is no JSON") from None


def _refusal(status: int, headers: Mapping[str, str], content: bytes) -> EngineFailed:
    trouble = _TROUBLES.get(status) or _by_hundreds(status)
    if b'"insufficient_quota"' in content:  # OpenAI says it with 429
        trouble = "quota"
    return EngineFailed(f"status {status}", trouble=trouble, retry_after=_seconds(headers))


def _by_hundreds(status: int) -> Trouble:
    if status >= 500:
        return "server"
    return "refused" if status >= 400 else "missing"  # it has moved


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After, where it is a number; the few that send a date are asked again by our rule."""
    asked = headers.get("Retry-After", "").strip()
    return float(asked) if asked.isascii() and asked.isdigit() else None

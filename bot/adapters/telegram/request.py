"""python-telegram-bot's transport port on aiohttp; it says whether a failed request went out.

Nothing it raises or logs may hold an address: the bot's token is in every one.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram.failures import NotSent, TooLarge

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
WRITE_SECONDS = 20.0
UPLOAD_SECONDS = 120.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_BEFORE_WRITING = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class Request(BaseRequest):
    """One session for sending, polling and files. Opens on first use; `shutdown` closes it."""

    __slots__ = ("_session", "date")

    def __init__(self) -> None:
        self.date: str | None = None  # of the last answer, by the server's clock
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to do before the first request."""

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        uploads = bool(request_data and request_data.contains_files)
        read, connect = (
            _seconds(read_timeout, READ_SECONDS),
            _seconds(connect_timeout, CONNECT_SECONDS),
        )
        write = _seconds(write_timeout, UPLOAD_SECONDS if uploads else WRITE_SECONDS)
        timeout = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
        body, headers = _body(request_data)
        try:
            # Not aiohttp's own limit for the whole: where the task is cancelled at that moment, as
            # after a standstill, aiohttp forgets the cancellation.
            async with (
                asyncio.timeout(_total(read, write, connect)),
                self._opened(url).request(
                    method, url, data=body, headers=headers, timeout=timeout
                ) as response,
            ):
                self.date = response.headers.get("Date", self.date)
                return _readable(response.status, await response.read())
        except _BEFORE_WRITING as error:
            raise NotSent(f"can't reach Telegram: {type(error).__name__}") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"no answer from Telegram: {type(error).__name__}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            return orjson.loads(payload)
        except ValueError:
            raise TelegramError("Telegram's answer is no JSON") from None

    def _opened(self, url: str) -> aiohttp.ClientSession:
        if self._session is None:
            # OpenSSL's default places, which SSL_CERT_FILE moves.
            connector = aiohttp.TCPConnector(limit=0, ssl=ssl.create_default_context())
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(
                connector=connector, headers=headers, proxy=_proxy(url)
            )
        return self._session


def _proxy(url: str) -> str | None:
    """The environment's proxy for this server; aiohttp's trust_env would ask a thread each time."""
    server = urlsplit(url)
    if proxy_bypass(server.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get(server.scheme) or proxies.get("all")


def _readable(status: int, payload: bytes) -> tuple[int, bytes]:
    """Leaves refusals to python-telegram-bot, but for the one that comes from before Telegram."""
    if status == 413:
        raise TooLarge("the file is too large for this server")
    return status, payload


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return urlencode(data.json_parameters).encode(), FORM
    # Quoted, "猫.pdf" would arrive as "%E7%8C%AB.pdf": Telegram takes names as they are.
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def _seconds(given: Any, default: float) -> float | None:
    return default if given is BaseRequest.DEFAULT_NONE else given


def _total(*limits: float | None) -> float | None:
    """aiohttp can't limit writing alone: the whole must end when all three could have."""
    return None if None in limits else sum(limit for limit in limits if limit is not None)

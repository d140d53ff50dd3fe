"""Thin calls to Discord's REST API, each answered or failed with a `DeliveryError`.

discord.py repeats a request by itself after a 5xx or a reset connection, when the first may have
taken effect. What must not be posted twice goes through here: one request, one verdict.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson

from bot.adapters.discord.proxies import proxy_for
from bot.core.errors import Blocked, DeliveryError, Gone, Rejected, Transient, Uncertain
from bot.core.model import File
from bot.i18n import N_

OFFICIAL = "https://discord.com/api/v10"
USER_AGENT = "DiscordBot (Catbridge, 0.1)"

_CONNECT, _ANSWER = 10.0, 30.0  # seconds
_SLOWEST_UPLOAD = 50_000  # bytes a second; Discord answers only after the last one
_LONGEST_PAUSE = 0.25  # seconds a call waits for its bucket; beyond that the caller bundles
_CLOUDFLARE_BAN = 60.0
_ROUNDING = 0.02  # seconds; asked right at the end of a limit, Discord still says no
_CLOSED = {
    30007: N_("the channel has as many webhooks as Discord allows"),
    220001: N_("a forum takes posts only inside a thread"),
}


class UnknownWebhook(Blocked):
    """Somebody deleted it, or its token is another one now."""


class UnknownMessage(Rejected):
    pass


class UnknownEmoji(Rejected):
    """Discord has no such reaction, or it is not there."""


class ReactionsFull(Rejected):
    """The message has twenty kinds of them."""


class UnknownChannel(Gone):
    """It was deleted."""


class ThreadExists(Rejected):
    """A thread hangs under the message already."""


class ThreadArchived(Blocked):
    """It sleeps: only a new message wakes it by itself."""


class Unauthorized(Blocked):
    """The bot's token is wrong."""


class Rest:
    """One session, opened by the first call; `aclose` ends it."""

    def __init__(self, token: str, api_base: str | None = None) -> None:
        self.api_base = (api_base or OFFICIAL).rstrip("/")
        self._authorization = {"Authorization": f"Bot {token}", "User-Agent": USER_AGENT}
        self._anonymous = {"User-Agent": USER_AGENT}
        self._proxy = proxy_for(self.api_base)
        self._session: aiohttp.ClientSession | None = None
        self._free_at: dict[str, float] = {}
        self._date: str | None = None
        self._me: Mapping[str, Any] | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=_timeout(()), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def me(self, *, is_fresh: bool = False) -> Mapping[str, Any]:
        """Our application: "id", "flags" and the account "bot"; asked once, or again if fresh."""
        me = None if is_fresh else self._me
        if me is None:
            account = await self.call("GET", "/users/@me")
            application = await self.call("GET", "/applications/@me")
            me = self._me = {**application, "bot": account}
        return me

    def server_time(self) -> datetime:
        """Discord's clock at the last answer, in whole seconds."""
        return parsedate_to_datetime(self._date) if self._date else datetime.now(UTC)

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        files: Sequence[File] = (),
        query: str = "",
        is_repeatable: bool = True,
        with_token: bool = True,
        bucket: str = "",
        patience: float = _LONGEST_PAUSE,
    ) -> Any:
        """`is_repeatable`: doing it twice does no harm, so nothing about it is `Uncertain`.

        `bucket` names what shares a limit; `patience` is how long to wait for it, in seconds.
        """
        bucket = bucket or f"{method} {'/'.join(path.split('/', 3)[:3])}"
        await self._wait_for(bucket, patience)
        headers = dict(self._authorization if with_token else self._anonymous)
        content: bytes | aiohttp.FormData | None = None
        if files:
            content = _form(body, files)
        elif body is not None:
            content = orjson.dumps(body)
            headers["Content-Type"] = "application/json"
        url = f"{self.api_base}{path}?{query}" if query else f"{self.api_base}{path}"
        status, answered, payload = await self._request(
            method, url, headers, content, _timeout(files), is_repeatable=is_repeatable
        )
        self._note(bucket, status, answered, payload)
        if status < 300:
            return payload
        raise _error(status, payload, answered, is_repeatable=is_repeatable)

    async def _request(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        content: Any,
        timeout: aiohttp.ClientTimeout,
        *,
        is_repeatable: bool,
    ) -> tuple[int, Mapping[str, str], Any]:
        try:
            async with self.session.request(
                method, url, data=content, headers=headers, proxy=self._proxy, timeout=timeout
            ) as answer:
                return answer.status, answer.headers, _parsed(await answer.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Transient("Discord can't be reached") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if is_repeatable:
                raise Transient("the connection to Discord broke") from error
            raise Uncertain("the connection to Discord broke during a send") from error

    async def _wait_for(self, bucket: str, patience: float) -> None:
        now = asyncio.get_running_loop().time()
        pause = max(self._free_at.get(bucket, 0.0), self._free_at.get("", 0.0)) - now
        if pause > patience:
            raise Transient("rate limited", pause)
        if pause > 0:
            await asyncio.sleep(pause)

    def _note(self, bucket: str, status: int, headers: Mapping[str, str], payload: Any) -> None:
        self._date = headers.get("Date", self._date)
        pause = 0.0
        if status == 429:
            pause = _retry_after(headers, payload)
            bucket = "" if isinstance(payload, dict) and payload.get("global") else bucket
        elif headers.get("X-RateLimit-Remaining") == "0":
            pause = float(headers.get("X-RateLimit-Reset-After", 0)) + _ROUNDING
        if pause:
            self._free_at[bucket] = asyncio.get_running_loop().time() + pause


def _timeout(files: Sequence[File]) -> aiohttp.ClientTimeout:
    upload = sum(len(file.content) for file in files) / _SLOWEST_UPLOAD
    return aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT, sock_read=_ANSWER + upload)


def _form(body: Any, files: Sequence[File]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", orjson.dumps(body).decode(), content_type="application/json")
    for number, file in enumerate(files):
        name = f"SPOILER_{file.one_line_name}" if file.is_spoiler else file.one_line_name
        form.add_field(
            f"files[{number}]", file.content, filename=name, content_type=file.mime or None
        )
    return form


def _parsed(content: bytes) -> Any:
    """JSON, or None: Cloudflare answers in HTML."""
    try:
        return orjson.loads(content) if content else None
    except orjson.JSONDecodeError:
        return None


def _retry_after(headers: Mapping[str, str], payload: Any) -> float:
    if isinstance(payload, dict) and "retry_after" in payload:
        return float(payload["retry_after"])
    return float(headers.get("Retry-After", 1))


def _error(
    status: int, payload: Any, headers: Mapping[str, str], *, is_repeatable: bool
) -> DeliveryError:
    code = payload.get("code", 0) if isinstance(payload, dict) else 0
    reason = f"Discord answered {status} ({code})"
    if status == 429:
        return Transient("rate limited", _retry_after(headers, payload))
    if status >= 500:
        # A gateway's 502 or 504 says nothing about what the server behind it did.
        return Transient(reason) if is_repeatable else Uncertain(reason)
    if code in (10015, 50027):
        return UnknownWebhook("the webhook is gone")
    if code == 10008:
        return UnknownMessage("the message is gone")
    if code == 10014:
        return UnknownEmoji("unknown emoji")
    if code == 30010:
        return ReactionsFull("the message has 20 kinds of reactions")
    if code == 10003:
        return UnknownChannel(N_("the channel is gone"))
    if code == 160004:
        return ThreadExists("the message has a thread already")
    if code == 50083:
        return ThreadArchived("the thread is archived")
    if code == 40005 or status == 413:
        return Rejected("too large")
    if code == 160005:
        return Gone(N_("the thread is locked"))
    if code in _CLOSED:
        return Blocked(_CLOSED[code])
    if status == 401:
        return Unauthorized("the bot's token is refused")
    if status == 403 and payload is None:
        return Transient(reason, _CLOUDFLARE_BAN)
    return Blocked(_closed(code, reason)) if status in (403, 404) else Rejected(reason)


def _closed(code: int, reason: str) -> str:
    return {
        50001: N_("the bot can't see the channel"),
        50013: N_("the bot lacks a permission in the channel"),
    }.get(code, reason)

"""The Bot API by name: what python-telegram-bot sends, answered with Telegram's own JSON.

Its typed methods parse the sent message again (0.18 ms against 0.03 ms), and one update that it
can't read would spoil all that came with it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from telegram import Bot, InputFile

from bot.adapters.telegram.request import Request
from bot.core.model import File

OFFICIAL = "https://api.telegram.org"
POLL_SECONDS = 25
POLL_GRACE = 10.0

# At DEBUG python-telegram-bot logs addresses, which hold the token, and the text of messages.
logging.getLogger("telegram").setLevel(logging.INFO)


class Api(Bot):
    """`base` is the server's address without the "/bot<token>" that ends it."""

    def __init__(self, token: str, base: str | None) -> None:
        server = (base or OFFICIAL).rstrip("/").removesuffix("/bot")
        self._transport = Request()
        super().__init__(
            token,
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=self._transport,
            get_updates_request=self._transport,
        )

    async def call(self, method: str, parameters: dict[str, Any]) -> Any:
        """The `result` of `method`; None values are left out. Raises `TelegramError`."""
        return await self.do_api_request(method, parameters)

    async def poll(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Updates from `offset` on, waited for up to `timeout` seconds."""
        wait = parameters["timeout"] + POLL_GRACE
        return await self.do_api_request("getUpdates", parameters, read_timeout=wait)

    @property
    def server_time(self) -> datetime | None:
        """Telegram's clock at the last answer, in whole seconds."""
        date = self._transport.date
        return parsedate_to_datetime(date) if date else None

    async def download(self, path: str) -> bytes:
        """The file that getFile found at `path`."""
        return await self._transport.retrieve(f"{self.base_file_url}/{path}", read_timeout=60)

    async def aclose(self) -> None:
        await self._transport.shutdown()

    @classmethod
    def _warn(cls, message: Any, *_: Any, **__: Any) -> None:
        """Silent: calling by name, against which python-telegram-bot warns, is our purpose."""


def upload(file: File, *, attach: bool = False) -> InputFile:
    """`attach`: as a part of another value, which leads to it by name."""
    sent = InputFile(file.content, filename=file.one_line_name, attach=attach)
    sent.mimetype = file.mime
    return sent

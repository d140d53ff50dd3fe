"""The long poll: what Telegram has, in order, confirmed only by asking for what follows.

It waits longer after each failure, and ends only where no waiting helps.
"""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.adapters.telegram import failures
from bot.adapters.telegram.api import POLL_SECONDS, Api
from bot.adapters.telegram.batch import ends_in_album
from bot.core.errors import Misconfigured, Problem
from bot.core.ports import Clock
from bot.i18n import N_

log = structlog.get_logger(__name__)

MOST_UPDATES = 100
ALBUM_SECONDS = 0.3
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
CONTESTED_FOR = timedelta(minutes=5)
CONFLICTS = 8  # in a row: about a minute, more than the last run's poll can outlive it
UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "message_reaction",  # told to administrators only
    "chat_member",  # likewise
    "my_chat_member",
)

REFUSED_TOKEN = Problem(
    "telegram.token",
    N_("Telegram refuses this token."),
    N_("Copy it again from @BotFather (/mybots, the bot, API Token) into TELEGRAM_TOKEN."),
    code="telegram.token",
)
ANOTHER_INSTANCE = Problem(
    "telegram.token",
    N_("Another program is reading this bot's messages."),
    N_("Stop the other one, or make a bot of its own for this one with @BotFather."),
    code="telegram.conflict",
)


class Polling:
    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self.is_online = True  # until a request fails
        self._has_webhook = True  # perhaps: asked once, it costs nothing
        self._failures = 0
        self._conflicts = 0
        self._contested_at: datetime | None = None

    @property
    def is_contested(self) -> bool:
        """Whether somebody else has read our updates lately: two who read take turns."""
        contested = self._contested_at
        return contested is not None and self._clock.now() - contested < CONTESTED_FOR

    async def next(self, offset: int | None) -> list[dict[str, Any]]:
        """Updates from `offset` on, or none where it failed. Raises `Misconfigured`."""
        try:
            await self._drop_webhook()
            updates = await self._ask(offset, POLL_SECONDS)
            if ends_in_album(updates):
                await asyncio.sleep(ALBUM_SECONDS)
                updates = await self._ask(offset, 0)
        except TelegramError as error:
            await self._recover(error)
            return []
        self._failures = self._conflicts = 0
        self.is_online = True
        return updates

    async def _drop_webhook(self) -> None:
        """A webhook would keep updates from us; what waits there stays."""
        if self._has_webhook:
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
            self._has_webhook = False

    async def _ask(self, offset: int | None, wait: int) -> list[dict[str, Any]]:
        return await self._api.poll(
            {"offset": offset, "timeout": wait, "limit": MOST_UPDATES, "allowed_updates": UPDATES}
        )

    async def _recover(self, error: TelegramError) -> None:
        self.is_online = False
        if isinstance(error, InvalidToken):
            raise Misconfigured(REFUSED_TOKEN) from None
        if isinstance(error, Conflict):
            self._contest(error)
        wait = self._wait(error)
        log.warning(
            N_("Telegram can't be read; trying again"),
            reason=error.message,
            retry_in=round(wait, 1),
        )
        await self._clock.sleep(wait)

    def _contest(self, error: Conflict) -> None:
        self._conflicts += 1
        if self._conflicts > 1:  # a single one may be the last run's
            self._contested_at = self._clock.now()
        if self._conflicts >= CONFLICTS:
            raise Misconfigured(ANOTHER_INSTANCE) from None
        self._has_webhook = "webhook" in error.message.lower()

    def _wait(self, error: TelegramError) -> float:
        if isinstance(error, RetryAfter):
            return failures.retry_after(error)
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        return random.uniform(ceiling / 2, ceiling)

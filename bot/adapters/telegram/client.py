"""The Telegram adapter: its life, and the loop that hears. What it confirms is durable already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.adapters.telegram import address, commands
from bot.adapters.telegram.answers import Answers
from bot.adapters.telegram.api import Api
from bot.adapters.telegram.batch import Batch
from bot.adapters.telegram.checkup import Checkup
from bot.adapters.telegram.newcomers import Newcomers
from bot.adapters.telegram.outbound import Outbound
from bot.adapters.telegram.polling import MOST_UPDATES, REFUSED_TOKEN, Polling
from bot.adapters.telegram.standing import closed_for
from bot.core.errors import Misconfigured, Problem
from bot.core.model import ChannelId, Cursor, RelayChannel
from bot.core.ports import Clock
from bot.dispatch import Dispatcher
from bot.i18n import N_
from bot.intake import Intake

log = structlog.get_logger(__name__)

STREAM = "updates"
START_WAIT = 5.0  # seconds between two tries to reach Telegram at the start


class Telegram:
    platform = address.PLATFORM

    def __init__(
        self,
        token: str,
        *,
        api_base: str | None,
        intake: Intake,
        dispatcher: Dispatcher,
        clock: Clock,
        stand: Callable[[ChannelId, str | None], None] = lambda _channel, _reason: None,
    ) -> None:
        """`stand` is told why a channel is closed to us; without a reason, that it may be open."""
        self._stand = stand
        self._api = Api(token, api_base)
        self._intake = intake
        self._dispatcher = dispatcher
        self._clock = clock
        self.chat = Outbound(self._api, intake)
        self.ready = asyncio.Event()
        self._polling: Polling | None = None
        self._answers = Answers(self._api, self.chat, dispatcher, clock)

    async def run(self) -> None:
        """Hear until cancelled. Raises `Misconfigured` where only the operator can help."""
        reader = await self._introduce()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish_commands(), name="telegram menus")
                tasks.create_task(self._learn_names(), name="telegram names")
                await self._listen(reader, tasks)
        except BaseExceptionGroup as group:
            # Tasks report their own failures: what ends the group is the loop's alone.
            raise group.exceptions[0] from None

    async def aclose(self) -> None:
        await self._api.aclose()

    @property
    def is_online(self) -> bool:
        return self._polling is not None and self._polling.is_online

    async def check(
        self, members: Sequence[RelayChannel], *, may_listen: bool = False
    ) -> list[Problem]:
        return await self._checkup().all(members, may_listen=may_listen)

    async def problems(self, channel: ChannelId) -> Sequence[Problem]:
        return await self._checkup().channel(channel)

    def _checkup(self) -> Checkup:
        return Checkup(self._api, self._clock, self._polling)

    async def newest(self, channel: ChannelId) -> Cursor | None:
        """There is one stream for all chats: it moves on whether they are linked or not."""
        return None

    async def recent(self, channel: ChannelId, limit: int) -> Sequence[str]:
        """Telegram shows bots nothing of the past."""
        return []

    async def _introduce(self) -> commands.Reader:
        """Learn who we are; waits for a network that is not there yet."""
        while True:
            try:
                us = await self._api.call("getMe", {})
                break
            except InvalidToken:
                raise Misconfigured(REFUSED_TOKEN) from None
            except TelegramError as error:
                log.warning(N_("Telegram can't be reached yet; trying again"), reason=error.message)
                await self._clock.sleep(START_WAIT)
        log.info("connected to Telegram", bot=us["username"])
        words = commands.first_words(self._dispatcher.commands)
        return commands.Reader(us["username"], us["id"], self._dispatcher.find, words)

    async def _listen(self, reader: commands.Reader, tasks: asyncio.TaskGroup) -> None:
        polling = self._polling = Polling(self._api, self._clock)
        stored = await self._intake.cursor(self.platform, STREAM)
        heard_to = int(stored) if stored else None
        newcomers = Newcomers()
        self.ready.set()
        confirmed = None
        while True:
            updates = await polling.next(confirmed)
            batch = Batch(reader, self._intake.channels(self.platform), newcomers)
            batch.read([update for update in updates if not _is_repeat(update, heard_to)])
            if batch.offset is not None:
                await self._hear(batch, batch.offset)
                self._answer(batch, reader, tasks)
                heard_to = batch.offset
            # An offset forgets every lower number, and after a silent week Telegram may count
            # from a lower one: it is sent only while there is something to confirm.
            confirmed = heard_to if updates else None

    async def _hear(self, batch: Batch, offset: int) -> None:
        """Durable when it returns; the offset moves with the last of the events."""
        for chat in batch.chats.values():
            self.chat.note_chat(chat.id, username=chat.username, is_forum=bool(chat.is_forum))
        *migrated, rest = batch.runs()
        for events in migrated:
            await self._intake.hear(events)
        cursor = Cursor(self.platform, STREAM, str(offset))
        await self._intake.hear(rest, cursors=[cursor])
        channels = self._intake.channels(self.platform)  # after a group has moved
        for change in batch.standings:
            for channel in address.in_chat(channels, change.chat.id):
                self._stand(channel, closed_for(change))

    def _answer(self, batch: Batch, reader: commands.Reader, tasks: asyncio.TaskGroup) -> None:
        for message, invocation in batch.asked:
            tasks.create_task(_guarded(self._answers.command(message, invocation)))
        for message, press in batch.opened:
            tasks.create_task(_guarded(self._answers.open(message, press)))
        for query in batch.pressed:
            press = commands.pressed(query, reader.us)
            tasks.create_task(_guarded(self._answers.press(query, press)))

    async def _publish_commands(self) -> None:
        """Members' menus hold what members may use; administrators' hold everything."""
        everything = self._dispatcher.commands
        scopes = {
            "default": [command for command in everything if not command.is_for_mods],
            "all_chat_administrators": everything,
        }
        for scope, shown in scopes.items():
            for code, language in commands.MENU_LANGUAGES.items():
                menu = {
                    "commands": commands.menu(shown, language),
                    "scope": {"type": scope},
                    "language_code": code or None,
                }
                await self._try("setMyCommands", menu)

    async def _learn_names(self) -> None:
        """Public names of the bridged chats, which links to messages use."""
        for chat in address.chats(self._intake.channels(self.platform)):
            found = await self._try("getChat", {"chat_id": chat})
            if found:
                name, is_forum = found.get("username"), bool(found.get("is_forum"))
                self.chat.note_chat(chat, username=name, is_forum=is_forum)

    async def _try(self, method: str, parameters: dict[str, object]) -> dict[str, Any]:
        """The answer, or nothing where it failed: the bridge works without."""
        try:
            answer = await self._api.call(method, parameters)
        except TelegramError as error:
            log.warning(N_("Telegram refused a request"), method=method, reason=error.message)
            return {}
        return answer if isinstance(answer, dict) else {}


def _is_repeat(update: dict[str, Any], heard_to: int | None) -> bool:
    """Heard before, and not yet confirmed when the connection or the program ended."""
    return heard_to is not None and heard_to - MOST_UPDATES <= update["update_id"] < heard_to


async def _guarded(answer: Awaitable[None]) -> None:
    """An answer that fails must not stop the loop that hears."""
    try:
        await answer
    except Exception:
        log.exception(N_("An answer failed by a mistake of ours"))

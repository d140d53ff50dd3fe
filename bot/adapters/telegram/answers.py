"""Answers to commands and presses: asks who may moderate, runs them, replies in the same place."""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram import CallbackQuery, Chat, ChatMember, Message
from telegram.error import TelegramError

from bot.adapters.telegram import markup
from bot.adapters.telegram.api import Api
from bot.adapters.telegram.outbound import CAPTION_LIMIT, TEXT_LIMIT, Outbound
from bot.cog import Reply
from bot.core.errors import DeliveryError, Transient
from bot.core.model import ChannelId, Part
from bot.core.ports import Clock
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.i18n import N_

log = structlog.get_logger(__name__)

ALERT_LIMIT = 200
PATIENCE = 60.0  # seconds; who asked is gone after that
_MODS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class Answers:
    def __init__(self, api: Api, chat: Outbound, dispatcher: Dispatcher, clock: Clock) -> None:
        self._api = api
        self._chat = chat
        self._dispatcher = dispatcher
        self._clock = clock

    async def command(self, message: Message, invocation: Invocation) -> None:
        is_mod = await self._is_mod_speaking(message)
        reply = await self._dispatcher.run(replace(invocation, is_mod=is_mod))
        await self._say(invocation.channel, reply, str(message.message_id))

    async def press(self, query: CallbackQuery, press: Press | None) -> None:
        """Always answers the press: the button shows a clock until then."""
        reply = await self._pressed(query, press) if press else None
        alert = _alert(reply)
        note = {"text": alert, "show_alert": True} if alert else {}
        try:
            await self._api.call("answerCallbackQuery", {"callback_query_id": query.id, **note})
        except TelegramError as error:
            log.info("a press was answered too late", reason=error.message)
        if reply and press and not alert:
            await self._say(press.channel, reply, press.message.id if press.message else None)

    async def _pressed(self, query: CallbackQuery, press: Press) -> Reply | None:
        is_mod = bool(query.message) and await self._is_mod(query.message.chat, query.from_user.id)
        return await self._dispatcher.press(replace(press, is_mod=is_mod))

    async def _is_mod_speaking(self, message: Message) -> bool:
        """Only admins can speak as the chat itself."""
        if message.sender_chat:
            return message.sender_chat.id == message.chat.id
        return bool(message.from_user) and await self._is_mod(message.chat, message.from_user.id)

    async def _is_mod(self, chat: Chat, user: int) -> bool:
        if chat.type == Chat.PRIVATE:
            return False
        asked = {"chat_id": chat.id, "user_id": user}
        try:
            member = await self._api.call("getChatMember", asked)
        except TelegramError as error:
            log.warning(
                N_("A member's rights can't be looked up; they count as none"),
                chat=chat.id,
                reason=error.message,
            )
            return False
        return member["status"] in _MODS

    async def _say(self, channel: ChannelId, reply: Reply, to: str | None) -> None:
        try:
            for part in parts_of(reply, to):
                await self._send(channel, part)
        except DeliveryError as error:
            log.warning(N_("An answer could not be sent"), channel=channel, reason=error.reason)

    async def _send(self, channel: ChannelId, part: Part) -> None:
        try:
            await self._chat.send(channel, part)
        except Transient as error:
            if error.retry_after is None or error.retry_after > PATIENCE:
                raise
            await self._clock.sleep(error.retry_after)
            await self._chat.send(channel, part)


def parts_of(reply: Reply, to: str | None) -> list[Part]:
    """The messages that say it: the first as a reply, the last with its buttons.

    Nobody can be whispered to in a group.
    """
    text, files = reply.rich, [Part(RichText(), files=(file,)) for file in reply.files]
    if files and markup.measure(text) <= CAPTION_LIMIT:
        parts = [replace(files[0], text=text), *files[1:]]
    else:
        parts = [*files, *(Part(piece) for piece in markup.pieces(text, TEXT_LIMIT))]
    parts[0] = replace(parts[0], reply_to=to)
    parts[-1] = replace(parts[-1], buttons=reply.buttons)
    return [replace(part, is_silent=reply.is_private) for part in parts]


def _alert(reply: Reply | None) -> str:
    """What a press can be told for the presser's eyes alone, or nothing."""
    if reply is None or not reply.is_private or reply.files or reply.buttons:
        return ""
    return reply.rich.text if markup.measure(reply.rich) <= ALERT_LIMIT else ""

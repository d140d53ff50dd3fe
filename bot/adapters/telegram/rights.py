"""Who may moderate a chat, looked up at the moment when it matters: nothing is remembered.

The owner, administrators, and those whom only administrators can be: the group that speaks for an
anonymous one, and the channel that the group is linked to.
"""

from __future__ import annotations

import structlog
from telegram import Chat, ChatMember, Message
from telegram.error import TelegramError

from bot.adapters.telegram.api import Api
from bot.i18n import N_

log = structlog.get_logger(__name__)

UNKNOWN = N_("A member's rights can't be looked up; they count as none")
_MODS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class Rights:
    """Answers are None where Telegram could not be asked: that counts as no right."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def of_speaker(self, message: Message) -> bool | None:
        chat, speaker = message.chat, message.sender_chat
        if speaker is None:
            return bool(message.from_user) and await self.of(chat, message.from_user.id)
        if speaker.id == chat.id or message.is_automatic_forward:
            return True
        # Anybody may speak as a channel of their own, but as this one only its administrators.
        return speaker.type == Chat.CHANNEL and await self._is_linked(chat, speaker.id)

    async def of(self, chat: Chat, user: int) -> bool | None:
        if chat.type == Chat.PRIVATE:
            return False
        asked = {"chat_id": chat.id, "user_id": user}
        try:
            member = await self._api.call("getChatMember", asked)
        except TelegramError as error:
            return _unknown(chat, error)
        return member["status"] in _MODS

    async def _is_linked(self, chat: Chat, channel: int) -> bool | None:
        try:
            found = await self._api.call("getChat", {"chat_id": chat.id})
        except TelegramError as error:
            return _unknown(chat, error)
        return found.get("linked_chat_id") == channel


def _unknown(chat: Chat, error: TelegramError) -> None:
    log.warning(UNKNOWN, chat=chat.id, reason=error.message)

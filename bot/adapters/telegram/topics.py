"""Topics of our own in a forum: opened once each, for a post or for a few people."""

from __future__ import annotations

from bot.adapters.telegram import address
from bot.adapters.telegram.api import Api
from bot.core.errors import Rejected
from bot.core.model import ChannelId

TITLE_LIMIT = 128


class Topics:
    """Which chats are forums is learned from what Telegram says of them in passing."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._forums: dict[int, bool] = {}

    def note(self, chat: int, *, is_forum: bool) -> None:
        self._forums[chat] = is_forum

    def plain(self) -> set[int]:
        """The chats that are known to have none."""
        return {chat for chat, is_forum in self._forums.items() if not is_forum}

    async def open(self, channel: ChannelId, title: str) -> ChannelId:
        """Raises `Rejected` where there are no topics, else `TelegramError`."""
        chat = address.chat_of(channel)
        if chat not in self._forums:
            found = await self._api.call("getChat", {"chat_id": chat})
            self.note(chat, is_forum=bool(found.get("is_forum")))
        if not self._forums[chat]:
            raise Rejected("the group has no topics")
        name = " ".join(title.split())[:TITLE_LIMIT].rstrip()
        made = await self._api.call("createForumTopic", {"chat_id": chat, "name": name})
        return address.channel(chat, made["message_thread_id"])

"""One getUpdates answer, read: the events to make durable, and what to answer after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update

from bot.adapters.telegram import inbound, links
from bot.adapters.telegram.commands import Reader
from bot.adapters.telegram.newcomers import Newcomers
from bot.core.model import ChannelId, Event, Inbound, Joined, Left, Migrated
from bot.dispatch import Invocation, Press
from bot.i18n import N_

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Batch:
    """`offset` is the one to ask for next; None where nothing came."""

    reader: Reader
    channels: Sequence[ChannelId]
    newcomers: Newcomers
    events: list[Event] = field(default_factory=list[Event])
    asked: list[tuple[Message, Invocation]] = field(default_factory=list)
    opened: list[tuple[Message, Press]] = field(default_factory=list)  # followed a link of ours
    pressed: list[CallbackQuery] = field(default_factory=list)
    chats: dict[int, Chat] = field(default_factory=dict[int, Chat])
    standings: list[ChatMemberUpdated] = field(default_factory=list[ChatMemberUpdated])  # of ours
    offset: int | None = None
    _albums: dict[str, int] = field(default_factory=dict[str, int])

    def read(self, updates: Sequence[dict[str, Any]]) -> None:
        """An update that can't be read is skipped: asked for again, it would come for ever."""
        for raw in updates:
            number = raw["update_id"]
            try:
                self._take(Update.de_json(raw, None))
            except Exception as error:  # noqa: BLE001 — whatever it is, its text stays out of the log
                log.error(
                    N_("An update from Telegram can't be read and is skipped"),
                    update=number,
                    error=type(error).__name__,
                )
            self.offset = number + 1

    def runs(self) -> list[list[Event]]:
        """The events, cut after each migration: what follows is heard under the new id."""
        runs: list[list[Event]] = [[]]
        for event in self.events:
            runs[-1].append(event)
            if isinstance(event, Migrated):
                runs.append([])
        return runs

    def _take(self, update: Update) -> None:
        message = inbound.new_message(update)
        if update.effective_chat:
            self.chats[update.effective_chat.id] = update.effective_chat
        if update.callback_query:
            self.pressed.append(update.callback_query)
        elif update.my_chat_member:
            _log_standing(update.my_chat_member)
            self.standings.append(update.my_chat_member)
        elif message and (press := links.press_in(message, self.reader.us)):
            self.opened.append((message, press))
        elif message and (invocation := self.reader.read(message)):
            self.asked.append((message, invocation))
        elif not self._is_command(update):
            self._hear(update)

    def _is_command(self, update: Update) -> bool:
        """A command that was edited is not run again, nor relayed."""
        edited = update.edited_message or update.edited_channel_post
        return edited is not None and self.reader.read(edited) is not None

    def _hear(self, update: Update) -> None:
        events = inbound.events_of(update, us=self.reader.us, channels=self.channels)
        album = inbound.album_of(update)
        at = self._albums.get(album, -1) if album else -1
        known = self.events[at] if at >= 0 else None
        if isinstance(known, Inbound) and events and isinstance(events[0], Inbound):
            self.events[at] = inbound.merged(known, events[0])
            return
        if album:
            self._albums[album] = len(self.events)
        self.events += [
            e for e in events if not isinstance(e, Joined | Left) or self.newcomers.is_news(e)
        ]


def ends_in_album(updates: Sequence[dict[str, Any]]) -> bool:
    """Whether more of the last message may be on its way: an album comes in pieces."""
    last = updates[-1] if updates else {}
    message = last.get("message") or last.get("channel_post") or {}
    return "media_group_id" in message


def _log_standing(change: ChatMemberUpdated) -> None:
    status = change.new_chat_member.status
    log.info("our standing in a chat changed", chat=change.chat.id, status=str(status))

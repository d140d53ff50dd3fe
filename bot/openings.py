"""Opens the room or the thread of a post, and notes it at once: never a second one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.consign import Consignment
from bot.core.errors import Blocked, DeliveryError, Rejected
from bot.core.model import ChannelId
from bot.core.ports import Chat, Rooms, Threads
from bot.faultpoint import reach
from bot.i18n import N_
from bot.posts import room_of
from bot.store import posts
from bot.store.journal import Journal

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Progress:
    """What of one attempt has arrived, and since when a part of it is in doubt."""

    ids: list[str]
    doubted_since: datetime | None = None
    opened: posts.Opened | None = None  # for a post
    beside: ChannelId | None = None  # the place of a few in which a post is being said


@dataclass(frozen=True, slots=True)
class Opener:
    channel: ChannelId
    chat: Chat
    journal: Journal

    async def room(self, one: Consignment, progress: Progress) -> ChannelId | None:
        """Where it is said apart from the channel; None where it is said in the channel itself."""
        if one.opened is not None and one.opened.is_room:
            return one.opened.place
        progress.beside = one.beside
        wanted, is_begun = room_of(one.delivery), progress.ids or progress.doubted_since
        if wanted is None or is_begun or not isinstance(self.chat, Rooms):
            return one.beside
        try:
            room = await self.chat.open_room(self.channel, wanted.title, wanted.people)
        except (Rejected, Blocked) as error:
            self._do_without(error)
            return None
        self._note(one, progress, room, is_room=True)
        return room

    async def thread(self, one: Consignment, progress: Progress, title: str) -> ChannelId | None:
        """None where there can't be one: the post stands without it, and people reply to it."""
        if one.opened is not None:
            return one.opened.place
        if not title or not isinstance(self.chat, Threads):
            return None
        try:
            thread = await self.chat.open_thread(self.channel, progress.ids[0], title)
        except (Rejected, Blocked) as error:
            self._do_without(error)
            return None
        self._note(one, progress, thread, is_room=False)
        return thread

    def _do_without(self, error: DeliveryError) -> None:
        values = {"lane": str(self.channel), "reason": error.reason}
        if isinstance(error, Blocked):
            log.warning(N_("A post stands without its thread: none can be opened there"), **values)
        else:
            log.info("no thread can be opened there", **values)

    def _note(
        self, one: Consignment, progress: Progress, place: ChannelId, *, is_room: bool
    ) -> None:
        """So that neither another attempt nor the next process opens a second one."""
        reach("opened")
        progress.opened = posts.Opened(key_of(one), self.channel, place, is_room)
        try:
            self.journal.opened(one.delivery.id, str(place), is_room=is_room)
        except OSError as error:  # it is there all the same: the verdict will say so
            log.error(N_("The journal can't be written"), reason=error.strerror)


def key_of(one: Consignment) -> str:
    """The name of the post that this is."""
    return (one.delivery.post or {})["key"]

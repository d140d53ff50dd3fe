"""Sends parts one after the other on one lane, and notes what has arrived before anything else.

What was in doubt is looked for first, where the platform can do that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.consign import Consignor
from bot.core.errors import DeliveryError, Uncertain
from bot.core.model import ChannelId, MessageId, Part
from bot.core.ports import Albums, Chat, Clock, Recalls
from bot.faultpoint import reach
from bot.i18n import N_
from bot.openings import Progress
from bot.store.journal import Journal

log = structlog.get_logger(__name__)

UNFINISHED = 0  # parts that are not all of a delivery: after a kill it is carried out again


@dataclass(frozen=True, slots=True)
class Voice:
    """`is_quiet` answers whether nobody is to be disturbed now; `taken` holds the native ids that
    stand for something already."""

    channel: ChannelId
    chat: Chat
    consignor: Consignor
    journal: Journal
    clock: Clock
    is_quiet: Callable[[], bool]
    taken: set[str]

    async def say_all(
        self, deliveries: Sequence[int], parts: Sequence[Part], progress: Progress, *, of: int
    ) -> list[str]:
        ids: list[str] = []
        while len(ids) < len(parts):
            ids += await self.say(deliveries, parts[len(ids) :], progress, of=of)
        return ids

    async def say(
        self, deliveries: Sequence[int], parts: Sequence[Part], progress: Progress, *, of: int
    ) -> list[str]:
        """Send the next of `of` parts for these deliveries, with those that stand beside it.

        Or find it where it was sent before.
        """
        number = len(progress.ids)
        found = await self._found(parts[0], progress)
        ids = [found] if found else await self._attempt(deliveries, parts, progress)
        if not found:
            reach("answered")
            progress.doubted_since = None
        self.taken.update(ids)
        progress.ids += ids
        try:
            for delivery in deliveries:
                self.journal.sent(delivery, number, *ids, is_last=len(progress.ids) == of)
        except OSError as error:  # it has arrived all the same: the verdict will say so
            log.error(N_("The journal can't be written"), reason=error.strerror)
        reach("journaled")
        return ids

    async def _found(self, part: Part, progress: Progress) -> str | None:
        if progress.doubted_since is None or not isinstance(self.chat, Recalls):
            return None
        found = await self.chat.recall(self.channel, part, progress.doubted_since)
        if found is None or found in self.taken or found in progress.ids:
            return None
        is_anothers = await self.consignor.is_known(MessageId(self.channel, found))
        return None if is_anothers else found  # the same words may have been said before

    async def _attempt(
        self, deliveries: Sequence[int], parts: Sequence[Part], progress: Progress
    ) -> list[str]:
        now = self.clock.now()
        for delivery in deliveries:
            self.journal.attempt(delivery, now)
        reach("attempted")
        progress.doubted_since = progress.doubted_since or now  # until it is answered
        try:
            return await self._send_first(parts)
        except Uncertain:
            raise
        except DeliveryError:
            progress.doubted_since = None
            for delivery in deliveries:
                self.journal.failed(delivery)
            raise

    async def _send_first(self, parts: Sequence[Part]) -> list[str]:
        first = replace(parts[0], is_silent=parts[0].is_silent or self.is_quiet())
        count = self.chat.together(parts) if isinstance(self.chat, Albums) else 1
        if count > 1 and isinstance(self.chat, Albums):
            return await self.chat.send_album(self.channel, [first, *parts[1:count]])
        return [await self.chat.send(self.channel, first)]

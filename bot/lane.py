"""One lane's run: its claimed deliveries, one after the other, each ending in a verdict.

Nothing overtakes: after a delivery that must be tried again, the rest of the run is given back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.consign import Consignment, Consignor
from bot.core import retry
from bot.core.errors import Blocked, DeliveryError, Rejected, Transient, Uncertain
from bot.core.model import ChannelId, Copy, Part, Translation
from bot.core.ports import Chat, Clock, Deletes, Edits, Recalls
from bot.i18n import N_
from bot.store.journal import Journal
from bot.store.messages import Stored
from bot.store.outbox import Action, Delivery, Order, State, Verdict
from bot.verdicts import Ruling, Verdicts

log = structlog.get_logger(__name__)

UNDELIVERED = N_("A message from here could not be delivered to {channel}: {reason}")
MISTAKES = 5  # a delivery that fails by our own mistake is tried this often


@dataclass(slots=True)
class Progress:
    """What of one delivery has arrived."""

    ids: list[str]
    doubted_since: datetime | None = None


@dataclass(slots=True)
class LaneRun:
    channel: ChannelId
    chat: Chat
    consignor: Consignor
    verdicts: Verdicts
    journal: Journal
    clock: Clock
    stopping: asyncio.Event
    sent: dict[int, list[tuple[Copy, int]]] = field(
        default_factory=dict[int, list[tuple[Copy, int]]]
    )

    async def run(self, deliveries: Sequence[Delivery]) -> list[int]:
        """Work through them; answer the ids that were not touched and are to be given back."""
        consignments = await self.consignor.load(deliveries)
        translating = [asyncio.create_task(self.consignor.translate(one)) for one in consignments]
        try:
            for number, one in enumerate(consignments):
                if self.stopping.is_set():
                    return [delivery.id for delivery in deliveries[number:]]
                if not await asyncio.shield(self._rule(one, translating[number])):
                    return [delivery.id for delivery in deliveries[number + 1 :]]
        finally:
            for task in translating:
                task.cancel()
        return []

    async def _rule(self, one: Consignment, translating: asyncio.Task[Translation | None]) -> bool:
        """Carry one delivery out and give its verdict; False where it must be tried again first.

        The boundary: a native failure, already turned into ours, becomes a verdict here.
        """
        delivery = one.delivery
        progress = Progress(list(delivery.parts))
        translation = None
        try:
            translation = await translating
            ruling = await self._perform(one, translation, progress)
        except DeliveryError as error:
            ruling = self._failed(one, error, progress)
        except OSError as error:
            ruling = self._failed(one, Transient(f"journal: {error.strerror}"), progress)
        except Exception as error:
            log.exception("delivery failed by a mistake of ours", delivery=delivery.id)
            reason = f"internal error: {type(error).__name__}"
            is_last = delivery.attempts + 1 >= MISTAKES
            ruling = self._failed(one, (Rejected if is_last else Transient)(reason), progress)
        if translation is not None and one.message is not None and one.known is None:
            key = (one.message.id, one.message.revision, delivery.language)
            ruling = replace(ruling, translation=(key, translation))
        self.verdicts.give(ruling)
        return ruling.verdict.state is not State.PENDING

    async def _perform(
        self, one: Consignment, translation: Translation | None, progress: Progress
    ) -> Ruling:
        match one.delivery.action:
            case Action.SEND | Action.POST:
                return await self._send(one, translation, progress)
            case Action.EDIT:
                return await self._edit(one, translation)
            case Action.DELETE:
                return await self._delete(one)

    async def _send(
        self, one: Consignment, translation: Translation | None, progress: Progress
    ) -> Ruling:
        delivery, message = one.delivery, one.message
        if delivery.action is Action.SEND and (message is None or message.is_deleted):
            return Ruling(Verdict(delivery.id, State.DROPPED))
        can = await self.chat.capabilities(self.channel)
        parts = await self.consignor.render(self._with_answer(one), translation, can)
        for number in range(len(progress.ids), len(parts)):
            native_id = await self._say(one, parts[number], number, len(parts), progress)
            progress.ids.append(native_id)
        if message is None:
            return Ruling(Verdict(delivery.id, State.SENT))
        return Ruling(
            Verdict(delivery.id, State.SENT), copies=self._remember(message, progress.ids)
        )

    async def _say(
        self, one: Consignment, part: Part, number: int, of: int, progress: Progress
    ) -> str:
        delivery = one.delivery
        if number == len(delivery.parts) and delivery.uncertain_since and self._recalls:
            found = await self._recalls.recall(self.channel, part, delivery.uncertain_since)
            if found is not None:
                return found
        now = self.clock.now()
        self.journal.attempt(delivery.id, now)
        try:
            native_id = await self.chat.send(self.channel, part)
        except Uncertain:
            progress.doubted_since = delivery.uncertain_since or now
            raise
        except DeliveryError:
            self.journal.failed(delivery.id)
            raise
        self.journal.sent(delivery.id, number, native_id, is_last=number + 1 == of)
        return native_id

    async def _edit(self, one: Consignment, translation: Translation | None) -> Ruling:
        delivery, message = one.delivery, one.message
        shown = self._copies(one)
        if message is None or message.is_deleted or not shown or not isinstance(self.chat, Edits):
            return Ruling(Verdict(delivery.id, State.DROPPED))
        if all(revision >= message.revision for _, revision in shown):
            return Ruling(Verdict(delivery.id, State.DROPPED))
        can = await self.chat.capabilities(self.channel)
        parts = await self.consignor.render(
            self._with_answer(one), translation, can, with_files=False
        )
        ids = [copy.id for copy, _ in shown]
        for native_id, part in zip(ids, parts, strict=False):
            await self.chat.edit(self.channel, native_id, part)
        ids += [await self.chat.send(self.channel, part) for part in parts[len(ids) :]]
        if isinstance(self.chat, Deletes):
            for surplus in ids[len(parts) :]:
                await self.chat.delete(self.channel, surplus)
        return Ruling(
            Verdict(delivery.id, State.SENT),
            copies=self._remember(message, ids[: len(parts)]),
            replaces=((message.id, self.channel),),
        )

    async def _delete(self, one: Consignment) -> Ruling:
        delivery, message = one.delivery, one.message
        if message is None or not isinstance(self.chat, Deletes):
            return Ruling(Verdict(delivery.id, State.DROPPED))
        for copy, _ in self._copies(one):
            await self.chat.delete(self.channel, copy.id)
        self.sent.pop(message.id, None)
        return Ruling(Verdict(delivery.id, State.SENT), replaces=((message.id, self.channel),))

    def _remember(self, message: Stored, ids: Sequence[str]) -> tuple[tuple[int, Copy, int], ...]:
        copies = [Copy(self.channel, native_id, number) for number, native_id in enumerate(ids)]
        self.sent[message.id] = [(copy, message.revision) for copy in copies]
        return tuple((message.id, copy, message.revision) for copy in copies)

    def _copies(self, one: Consignment) -> list[tuple[Copy, int]]:
        """Those made earlier in this run come first: the database may not know them yet."""
        made = self.sent.get(one.message.id) if one.message is not None else None
        return list(one.copies) if made is None else made

    def _with_answer(self, one: Consignment) -> Consignment:
        if one.answered is None or one.answered_copy is not None:
            return one
        made = self.sent.get(one.answered.id)
        return replace(one, answered_copy=made[0][0].id) if made else one

    def _failed(self, one: Consignment, error: DeliveryError, progress: Progress) -> Ruling:
        delivery = one.delivery
        attempts = delivery.attempts + 1
        now = self.clock.now()
        what_next = retry.after(error, attempts=attempts, now=now)
        details = {"delivery": delivery.id, "lane": str(self.channel), "reason": error.reason}
        if isinstance(what_next, retry.GiveUp):
            log.error("delivery given up", **details)
            verdict = Verdict(
                delivery.id, State.DEAD, attempts, parts=tuple(progress.ids), reason=error.reason
            )
            return Ruling(verdict, notices=self._notices(one, error))
        if isinstance(error, Blocked) and delivery.attempts == 0:
            log.error("lane waits until its channel opens again", **details)
        else:
            log.warning("delivery will be tried again", attempts=attempts, **details)
        verdict = Verdict(
            delivery.id,
            State.PENDING,
            attempts=attempts,
            due_at=what_next.due_at,
            uncertain_since=progress.doubted_since,
            parts=tuple(progress.ids),
            reason=error.reason,
        )
        return Ruling(verdict)

    def _notices(self, one: Consignment, error: DeliveryError) -> tuple[Order, ...]:
        if one.message is None or one.delivery.action is not Action.SEND:
            return ()
        values = {"channel": str(self.channel), "reason": error.reason}
        origin = one.message.ref.channel
        post = {"message": UNDELIVERED, "values": values}
        return (Order(origin, Action.POST, one.delivery.prior, post=post),)

    @property
    def _recalls(self) -> Recalls | None:
        return self.chat if isinstance(self.chat, Recalls) else None

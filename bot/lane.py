"""One lane's run: its claimed deliveries, one after the other, each ending in a verdict.

Nothing overtakes: after a delivery that must be tried again, the rest of the run is given back.
Under pressure (the platform asked us to slow down) consecutive texts go out as one message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile

import structlog

from bot.consign import Consignment
from bot.core import retry
from bot.core.errors import Blocked, DeliveryError, Rejected, Transient, Unwelcome
from bot.core.model import ChannelId, Translation
from bot.i18n import N_
from bot.openings import Progress
from bot.speaker import Speaker
from bot.store.outbox import Action, Delivery, Order, State, Verdict
from bot.verdicts import Ruling, Verdicts

log = structlog.get_logger(__name__)

CLOSED = N_(
    "This message did not arrive: the other one has closed the private chat with the bot. From now "
    "on what you write here appears as replies in their channel."
)
UNDELIVERED = N_("A message from here could not be delivered to {channel}: {reason}")
MISTAKES = 5  # a delivery that fails by our own mistake is tried this often

Translating = asyncio.Task[Translation | None]


@dataclass(slots=True)
class LaneRun:
    speaker: Speaker
    verdicts: Verdicts
    stopping: asyncio.Event
    is_pressed: bool = False
    bundled: set[int] = field(default_factory=set[int])  # messages bundled in this run

    async def run(self, deliveries: Sequence[Delivery]) -> list[int]:
        """Work through them; answer the ids that were not touched and are to be given back."""
        ones = await self.speaker.consignor.load(deliveries)
        translating = [asyncio.create_task(self.speaker.consignor.translate(o)) for o in ones]
        done = 0
        try:
            while done < len(ones) and not self.stopping.is_set():
                if self._waits_for_bundle(ones[done]):
                    break
                count = await self._count_together(ones[done:], translating[done:])
                group, tasks = ones[done : done + count], translating[done : done + count]
                done += count
                if not await asyncio.shield(self._rule(group, tasks)):
                    break
        finally:
            for task in translating:
                task.cancel()
        return [one.delivery.id for one in ones[done:]]

    async def _rule(self, group: Sequence[Consignment], tasks: Sequence[Translating]) -> bool:
        """Carry deliveries out and give their verdicts; False where the lane must wait first.

        The boundary: a native failure, already turned into ours, becomes a verdict here.
        """
        first = group[0].delivery
        progress = Progress(list(first.parts), first.uncertain_since)
        translations: list[Translation | None] = []
        barred: str | None = None
        try:
            translations = [
                await _translated(one, task) for one, task in zip(group, tasks, strict=True)
            ]
            if len(group) == 1:
                rulings = [await self.speaker.perform(group[0], translations[0], progress)]
            else:
                rulings = await self.speaker.send_together(group, translations, progress)
                self.bundled.update(one.message.id for one in group if one.message)
        except DeliveryError as error:
            barred = error.reason if isinstance(error, Blocked) else None
            rulings = self._failures(group, error, progress)
        except OSError as error:
            rulings = self._failures(group, Transient(f"journal: {error.strerror}"), progress)
        except Exception as error:
            log.exception(N_("A delivery failed by a mistake of ours"), delivery=first.id)
            reason = f"internal error: {type(error).__name__}"
            is_last = first.attempts + 1 >= MISTAKES
            failure = (Rejected if is_last else Transient)(reason)
            rulings = self._failures(group, failure, progress)
        for one, ruling, translation in zip(
            group, rulings, translations or [None] * len(group), strict=True
        ):
            settled = _with_translation(one, ruling, translation)
            self.verdicts.give(replace(settled, lane=self.speaker.channel, barred=barred))
        return rulings[0].verdict.state is not State.PENDING

    async def _count_together(
        self, ones: Sequence[Consignment], tasks: Sequence[Translating]
    ) -> int:
        """How many of these, from the first on, go out as one message."""
        doubted = ones[0].delivery.uncertain_since
        if doubted is not None:
            # What was attempted as one message is looked for, or sent again, as one; an edit may
            # have made it too long for that.
            whole = _leading(_was_attempted(one, doubted) for one in ones)
            return whole if await self._fits(ones[:whole], tasks[:whole]) else 1
        if not self.is_pressed:
            return 1
        low, high = 1, max(1, _leading(_may_be_bundled(one) for one in ones))
        while low < high:
            middle = (low + high + 1) // 2
            if await self._fits(ones[:middle], tasks[:middle]):
                low = middle
            else:
                high = middle - 1
        return low

    async def _fits(self, ones: Sequence[Consignment], tasks: Sequence[Translating]) -> bool:
        """Whether these can be one message; what fails fails again in `_rule`, with a verdict."""
        if len(ones) < 2:
            return False
        try:
            return await self.speaker.fits_together(ones, [await task for task in tasks])
        except Exception as error:
            log.debug("nobody can tell what fits", reason=type(error).__name__, exc_info=True)
            return False

    def _waits_for_bundle(self, one: Consignment) -> bool:
        """An edit of something bundled in this run needs what only the next run can load."""
        is_change = one.delivery.action in {Action.EDIT, Action.DELETE}
        return is_change and one.message is not None and one.message.id in self.bundled

    def _failures(
        self, group: Sequence[Consignment], error: DeliveryError, progress: Progress
    ) -> list[Ruling]:
        if isinstance(error, Transient) and error.retry_after is not None:
            self.is_pressed = True
        if isinstance(error, Rejected) and len(group) > 1:
            self.is_pressed = False
            error = Transient(error.reason, 0.0)
        return [self._failed(one, error, progress) for one in group]

    def _failed(self, one: Consignment, error: DeliveryError, progress: Progress) -> Ruling:
        delivery = one.delivery
        attempts = delivery.attempts + 1
        closed = self._closed(error, progress)
        if closed is not None and progress.beside is not None:
            error = Transient(error.reason, 0.0)  # it goes on in the channel
        what_next = retry.after(error, attempts=attempts, now=self.speaker.clock.now())
        details = {
            "delivery": delivery.id,
            "lane": str(self.speaker.channel),
            "reason": error.reason,
        }
        if isinstance(what_next, retry.GiveUp):
            log.error(N_("A message was refused and is given up"), **details)
            verdict = Verdict(
                delivery.id, State.DEAD, attempts, parts=tuple(progress.ids), reason=error.reason
            )
            is_send = delivery.action is Action.SEND
            copies = self.speaker.remember(one, progress.ids) if is_send else ()
            notices = self._notices(one, error)
            return Ruling(verdict, copies=copies, notices=notices, closed=closed)
        if isinstance(error, Transient) and error.retry_after is not None:
            log.info("delivery waits for a rate limit", seconds=error.retry_after, **details)
        elif isinstance(error, Blocked) and delivery.attempts == 0:
            log.error(
                N_("A channel is closed to the bot: its messages wait until that is mended"),
                **details,
            )
        else:
            log.warning(
                N_("A delivery failed and will be tried again"), attempts=attempts, **details
            )
        verdict = Verdict(
            delivery.id,
            State.PENDING,
            attempts=attempts,
            due_at=what_next.due_at,
            uncertain_since=progress.doubted_since,
            parts=tuple(progress.ids),
            reason=error.reason,
        )
        return Ruling(verdict, opened=progress.opened, closed=closed)

    def _closed(self, error: DeliveryError, progress: Progress) -> ChannelId | None:
        """The private chat that its person has closed."""
        if not isinstance(error, Unwelcome):
            return None
        return progress.beside or self.speaker.channel

    def _notices(self, one: Consignment, error: DeliveryError) -> tuple[Order, ...]:
        if one.message is None or one.delivery.action is not Action.SEND:
            return ()
        values = {"channel": str(self.speaker.channel), "reason": error.reason}
        origin = one.message.ref.channel
        post = {"message": UNDELIVERED, "values": values}
        if isinstance(error, Unwelcome):
            post = {"message": CLOSED, "values": {}}
        return (Order(origin, Action.POST, one.delivery.prior, post=post),)


def _may_be_bundled(one: Consignment) -> bool:
    delivery, message = one.delivery, one.message
    return (
        delivery.action is Action.SEND
        and not delivery.parts
        and delivery.uncertain_since is None
        and message is not None
        and not message.is_deleted
        and not message.attachments
    )


def _was_attempted(one: Consignment, at: datetime) -> bool:
    is_there = one.message is not None and not one.message.is_deleted
    return one.delivery.uncertain_since == at and is_there


def _leading(claims: Iterable[bool]) -> int:
    """How many are true before the first that is not."""
    return sum(1 for _ in takewhile(bool, claims))


async def _translated(one: Consignment, task: Translating) -> Translation | None:
    """A translator that fails by a mistake costs the translation, not the message."""
    try:
        return await task
    except Exception:
        log.exception(N_("A translation failed by a mistake of ours"), delivery=one.delivery.id)
    if one.message is None:
        return None
    delivery = one.delivery
    return Translation(one.message.text, delivery.prior, delivery.language, label="failed")


def _with_translation(one: Consignment, ruling: Ruling, translation: Translation | None) -> Ruling:
    if translation is None or one.message is None or one.known is not None:
        return ruling
    key = (one.message.id, one.message.revision, one.delivery.language)
    return replace(ruling, translation=(key, translation))

"""Carries one claimed delivery out on one lane: send, edit, delete, or several texts as one.

It raises `DeliveryError`; what that means for the queue is decided in `bot.lane`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import structlog

from bot.consign import Consignment, Consignor
from bot.core.errors import Gone, Rejected, Unwelcome
from bot.core.model import ChannelId, Copy, MessageId, Part, Posted, Translation
from bot.core.ports import Chat, Clock, Deletes, Edits
from bot.core.render import bundle
from bot.core.richtext import RichText
from bot.i18n import N_, pick
from bot.leftovers import without_files
from bot.openings import Opener, Progress, key_of
from bot.posts import is_named
from bot.store.journal import Journal
from bot.store.outbox import Action, State, Verdict
from bot.verdicts import Ruling
from bot.voice import UNFINISHED, Voice

log = structlog.get_logger(__name__)

Known = list[tuple[Copy, int]]


@dataclass(slots=True)
class Speaker:
    channel: ChannelId
    chat: Chat
    consignor: Consignor
    journal: Journal
    clock: Clock
    is_quiet: Callable[[], bool] = lambda: False  # whether nobody is to be disturbed now
    sent: dict[int, Known] = field(default_factory=dict[int, Known])  # made in this run
    taken: set[str] = field(default_factory=set[str])  # native ids that stand for something
    posted: dict[str, Posted] = field(default_factory=dict[str, Posted])  # said in this run
    told: dict[int, RichText] = field(default_factory=dict[int, RichText])  # in the lane's language

    @property
    def _voice(self) -> Voice:
        return Voice(
            self.channel,
            self.chat,
            self.consignor,
            self.journal,
            self.clock,
            self.is_quiet,
            self.taken,
        )

    async def perform(
        self, one: Consignment, translation: Translation | None, progress: Progress
    ) -> Ruling:
        match one.delivery.action:
            case Action.POST if is_named(one.delivery):
                return await self._post(one, progress)
            case Action.EDIT | Action.DELETE if is_named(one.delivery):
                return await self._change_post(one, progress)
            case Action.SEND | Action.POST:
                return await self._send(one, translation, progress)
            case Action.EDIT if one.companions:
                return await self._rewrite_bundle(one, progress)
            case Action.EDIT:
                return await self._edit(one, translation, progress)
            case Action.DELETE if _is_shared(one):
                return await self._rewrite_bundle(one, progress)
            case Action.DELETE:
                return await self._delete(one)

    async def send_together(
        self,
        several: Sequence[Consignment],
        translations: Sequence[Translation | None],
        progress: Progress,
    ) -> list[Ruling]:
        """Several texts as one message; each of them is mapped to it."""
        part = await self._bundled(several, translations)
        if part is None:
            raise Rejected("too long together")
        ids = await self._voice.say([one.delivery.id for one in several], [part], progress, of=1)
        return [
            Ruling(Verdict(one.delivery.id, State.SENT), copies=self.remember(one, ids))
            for one in several
        ]

    async def fits_together(
        self, several: Sequence[Consignment], translations: Sequence[Translation | None]
    ) -> bool:
        return await self._bundled(several, translations) is not None

    async def _bundled(
        self, several: Sequence[Consignment], translations: Sequence[Translation | None]
    ) -> Part | None:
        can = replace(await self.chat.capabilities(self.channel), replies=False)
        for one, translation in zip(several, translations, strict=True):
            self._tell(one, translation)
        said = [
            await self.consignor.said(self._with_answer(one), translation, can)
            for one, translation in zip(several, translations, strict=True)
        ]
        return bundle(said, can)

    async def _send(
        self, one: Consignment, translation: Translation | None, progress: Progress
    ) -> Ruling:
        delivery, message = one.delivery, one.message
        if delivery.action is Action.SEND and (message is None or message.is_deleted):
            return Ruling(
                Verdict(delivery.id, State.DROPPED), copies=self.remember(one, progress.ids)
            )
        self._tell(one, translation)
        can = await self.chat.capabilities(self.channel)
        parts = await self.consignor.render(self._with_answer(one), translation, can)
        await self._say_what_is_taken(one, parts, progress, of=len(parts))
        return Ruling(Verdict(delivery.id, State.SENT), copies=self.remember(one, progress.ids))

    async def _say_what_is_taken(
        self, one: Consignment, parts: Sequence[Part], progress: Progress, *, of: int
    ) -> None:
        """The parts that are left, without files that are refused."""
        parts = list(parts)
        while len(progress.ids) < len(parts):
            left = parts[len(progress.ids) :]
            try:
                await self._voice.say([one.delivery.id], left, progress, of=of)
            except Rejected as error:
                parts[len(progress.ids)] = await self._without_files(one, left[0], error)

    async def _without_files(self, one: Consignment, part: Part, refused: Rejected) -> Part:
        """A file that is refused costs itself, not the words beside it, nor other files."""
        delivery, can = one.delivery, await self.chat.capabilities(self.channel)
        bare = without_files(part, can, pick(delivery.language)) if part.files else None
        if bare is None or isinstance(refused, Unwelcome):
            raise refused
        log.warning(
            N_("A file was refused: its message goes on without it"),
            delivery=delivery.id,
            lane=str(self.channel),
            reason=refused.reason,
        )
        return bare

    async def _post(self, one: Consignment, progress: Progress) -> Ruling:
        """Say it, in its room, or open its thread; both are found again after a kill."""
        opener = Opener(self.channel, self.chat, self.journal)
        room = await opener.room(one, progress)
        there = replace(self, channel=room) if room else self
        with _within(self.channel, there.channel):
            can = await there.chat.capabilities(there.channel)
            parts = await self.consignor.render(one, None, can)
            if room is not None:
                parts[0] = _in_room(parts[0])
            left = parts[len(progress.ids) :]
            await there._voice.say_all([one.delivery.id], left, progress, of=len(parts))
        first, *more = progress.ids
        posted = Posted(key_of(one), MessageId(there.channel, first), room, more=tuple(more))
        if room is not None:
            posted = replace(posted, home=self.channel, is_apart=True)
        else:
            thread = await opener.thread(one, progress, parts[0].thread)
            posted = replace(posted, thread=thread)
        self.posted[posted.key] = posted
        return Ruling(
            Verdict(one.delivery.id, State.SENT), posted=posted, language=one.delivery.language
        )

    async def _change_post(self, one: Consignment, progress: Progress) -> Ruling:
        """Show a post anew, or take it back; nothing is left to do where it never appeared."""
        delivery, shown = one.delivery, self.posted.get(key_of(one)) or one.post
        if shown is not None and shown.ref.channel != self.channel:
            inside = replace(self, channel=shown.ref.channel)
            with _within(self.channel, inside.channel):
                return await inside._change_post(one, progress)
        if shown is not None and delivery.action is Action.DELETE:
            if isinstance(self.chat, Deletes):
                for native_id in (*reversed(shown.more), shown.ref.id):
                    await self.chat.delete(self.channel, native_id)
                return Ruling(Verdict(delivery.id, State.SENT), removed=shown)
        elif shown is not None and isinstance(self.chat, Edits):
            return await self._revise_post(one, shown, progress)
        return Ruling(Verdict(delivery.id, State.DROPPED))

    async def _revise_post(self, one: Consignment, shown: Posted, progress: Progress) -> Ruling:
        """`progress` counts the messages that are new: an earlier attempt may have added some."""
        assert isinstance(self.chat, Edits)
        can = await self.chat.capabilities(self.channel)
        parts = await self.consignor.render(one, None, can)
        ids = [shown.ref.id, *shown.more, *progress.ids]
        for native_id, part in zip(ids, parts, strict=False):
            await self.chat.edit(self.channel, native_id, part)
        ids += await self._voice.say_all(
            [one.delivery.id], parts[len(ids) :], progress, of=UNFINISHED
        )
        if isinstance(self.chat, Deletes):
            for surplus in reversed(ids[len(parts) :]):
                await self.chat.delete(self.channel, surplus)
        now = self.posted[shown.key] = replace(shown, more=tuple(ids[1 : len(parts)]))
        return Ruling(Verdict(one.delivery.id, State.SENT), resized=now)

    async def _edit(
        self, one: Consignment, translation: Translation | None, progress: Progress
    ) -> Ruling:
        """`progress` counts the parts that are new: an earlier attempt may have added some."""
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
        if len(parts) != len(shown) and any(part.files for part in parts):
            whole = await self.consignor.render(self._with_answer(one), translation, can)
            if len(whole) != len(shown):
                if _files_in(whole) < _files_in(parts):
                    verdict = Verdict(delivery.id, State.DROPPED, reason="its files are gone")
                    return Ruling(verdict)
                return await self._say_anew(one, whole, shown, progress)
            parts = whole  # one of its files did not come over then, either
        ids = [*(copy.id for copy, _ in shown), *progress.ids]
        for native_id, part in zip(ids, parts, strict=False):
            if not part.is_further:
                await self.chat.edit(self.channel, native_id, part)
        ids += await self._voice.say_all([delivery.id], parts[len(ids) :], progress, of=UNFINISHED)
        if isinstance(self.chat, Deletes):
            for surplus in ids[len(parts) :]:
                await self.chat.delete(self.channel, surplus)
        return Ruling(
            Verdict(delivery.id, State.SENT),
            copies=self.remember(one, ids[: len(parts)]),
            replaces=((message.id, self.channel),),
        )

    async def _say_anew(
        self, one: Consignment, parts: Sequence[Part], shown: Known, progress: Progress
    ) -> Ruling:
        """Its words moved under its files or out from there, and files can't be moved.

        Nothing is taken away before all of it is there again.
        """
        assert one.message is not None
        await self._say_what_is_taken(one, parts, progress, of=UNFINISHED)
        if isinstance(self.chat, Deletes):
            for copy, _ in shown:
                try:
                    await self.chat.delete(self.channel, copy.id)
                except Rejected as error:  # too old for that; what stands for it now is the new
                    log.info("an old copy stays", lane=str(self.channel), reason=error.reason)
        return Ruling(
            Verdict(one.delivery.id, State.SENT),
            copies=self.remember(one, progress.ids),
            replaces=((one.message.id, self.channel),),
        )

    async def _rewrite_bundle(self, one: Consignment, progress: Progress) -> Ruling:
        """Show the bundle as it now is: one of its messages was edited, or deleted."""
        delivery, message, shown = one.delivery, one.message, one.copies
        if message is None or not shown or not isinstance(self.chat, Edits):
            return Ruling(Verdict(delivery.id, State.DROPPED))
        left = [each for each in one.companions if each.message and not each.message.is_deleted]
        if not all(each.message and each.message.text for each in left):
            return await self._outdated(one)
        part = await self._together(left)
        if part is None:
            others = [each for each in left if each.message != message]
            return await self._take_out(one, others, progress)
        await self.chat.edit(self.channel, shown[0][0].id, part)
        return Ruling(
            Verdict(delivery.id, State.SENT),
            copies=() if message.is_deleted else self.remember(one, [shown[0][0].id]),
            replaces=((message.id, self.channel),),
        )

    async def _outdated(self, one: Consignment) -> Ruling:
        """The words beside it were let go: an edit comes too late, but what is deleted must go."""
        if one.delivery.action is Action.DELETE:
            return await self._delete(one)
        return Ruling(Verdict(one.delivery.id, State.DROPPED, reason="its words were let go"))

    async def _take_out(
        self, one: Consignment, others: Sequence[Consignment], progress: Progress
    ) -> Ruling:
        """An edit made the bundle too long: its message leaves the others and is said anew."""
        assert one.message is not None
        assert isinstance(self.chat, Edits)
        part = await self._together(others)
        if part is not None:
            await self.chat.edit(self.channel, one.copies[0][0].id, part)
        can = await self.chat.capabilities(self.channel)
        parts = await self.consignor.render(one, await self.consignor.translate(one), can)
        left = parts[len(progress.ids) :]
        await self._voice.say_all([one.delivery.id], left, progress, of=UNFINISHED)
        return Ruling(
            Verdict(one.delivery.id, State.SENT),
            copies=self.remember(one, progress.ids),
            replaces=((one.message.id, self.channel),),
        )

    async def _together(self, several: Sequence[Consignment]) -> Part | None:
        return await self._bundled(several, [await self.consignor.translate(o) for o in several])

    async def _delete(self, one: Consignment) -> Ruling:
        delivery, message = one.delivery, one.message
        if message is None or not isinstance(self.chat, Deletes):
            return Ruling(Verdict(delivery.id, State.DROPPED))
        for copy, _ in self._copies(one):
            await self.chat.delete(self.channel, copy.id)
        self.sent.pop(message.id, None)
        return Ruling(Verdict(delivery.id, State.SENT), replaces=((message.id, self.channel),))

    def remember(self, one: Consignment, ids: Sequence[str]) -> tuple[tuple[int, Copy, int], ...]:
        """These are the message's parts here. Those of an earlier attempt may show older words."""
        delivery, message = one.delivery, one.message
        if message is None:
            return ()
        is_send = delivery.action is Action.SEND
        known = [
            (
                Copy(self.channel, native_id, number),
                delivery.revision if is_send and number < len(delivery.parts) else message.revision,
            )
            for number, native_id in enumerate(ids)
        ]
        self.sent[message.id] = known
        return tuple((message.id, copy, revision) for copy, revision in known)

    def _tell(self, one: Consignment, translation: Translation | None) -> None:
        if one.message is not None and translation is not None:
            self.told[one.message.id] = translation.text

    def _copies(self, one: Consignment) -> Known:
        """Those made earlier in this run come first: the database may not know them yet."""
        made = self.sent.get(one.message.id) if one.message is not None else None
        return list(one.copies) if made is None else made

    def _with_answer(self, one: Consignment) -> Consignment:
        if one.answered is None:
            return one
        made = self.sent.get(one.answered.id)
        return replace(
            one,
            answered_text=self.told.get(one.answered.id, one.answered_text),
            answered_copy=one.answered_copy or (made[0][0].id if made else None),
        )


@contextmanager
def _within(lane: ChannelId, place: ChannelId) -> Generator[None]:
    """A place of a few that is gone must not keep the whole channel waiting for it."""
    try:
        yield
    except Gone as error:
        if place == lane:
            raise
        raise Rejected(error.reason) from error


def _files_in(parts: Sequence[Part]) -> int:
    return sum(len(part.files) for part in parts)


def _in_room(part: Part) -> Part:
    """Without what leads from the channel to a place apart, and what only the channel knows."""
    buttons = tuple(button for button in part.buttons if not button.opens_private)
    return replace(part, buttons=buttons, reply_to=None, thread="")


def _is_shared(one: Consignment) -> bool:
    """Whether its bundle still says something of another message."""
    others = (each.message for each in one.companions)
    return any(other is not None and not other.is_deleted for other in others)

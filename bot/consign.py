"""From claimed rows to what their destinations will show: load once, translate once, render.

It only reads. What it learns (a new translation) goes back with the verdict.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.asides import aside
from bot.core.errors import FileUnavailable, Transient
from bot.core.model import (
    Attachment,
    Button,
    ChannelId,
    ChannelOptions,
    Copy,
    File,
    MessageId,
    Part,
    Posted,
    Translation,
)
from bot.core.ports import Capabilities, Chat, Files, Links, Translator
from bot.core.render import Quote, Said, render
from bot.core.richtext import RichText
from bot.i18n import N_, pick, translate
from bot.leftovers import left_behind, not_brought
from bot.posts import Pictures, is_named
from bot.posts import parts as post_parts
from bot.store import learners, messages, posts, private, translations
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.messages import Stored
from bot.store.outbox import Action, Delivery
from bot.strandbook import Strandbook

LEARNING = timedelta(days=7)  # somebody learns in a channel so long after they wrote there
RECENT = 200  # translations kept for the lanes that come after the first

FILE_TRIES = 5  # failures after which a message goes on without its file
# The press is heard by the relays' cog, which finds the original by the copy it is under.
ORIGINAL_BUTTON = Button("原文 / Original", "relays.original")
LABELS = {
    "no-model": N_("not translated: no model is installed for this pair of languages"),
    "failed": N_("not translated: the translator found no good answer"),
}


@dataclass(frozen=True, slots=True)
class Consignment:
    """A delivery with all the store knows of it. `answered` is the message it replies to."""

    delivery: Delivery
    message: Stored | None
    known: Translation | None = None
    copies: tuple[tuple[Copy, int], ...] = ()  # in this lane
    answered: Stored | None = None
    answered_text: RichText | None = None
    answered_copy: str | None = None  # the native id of `answered` in this lane
    root: str | None = None  # what its strand hangs under in this lane, where that is no thread
    has_learners: bool = False  # who read it in this lane
    post: Posted | None = None  # where the post that is to be changed has been said
    opened: posts.Opened | None = None  # what an earlier attempt opened for a post
    beside: ChannelId | None = None  # where a few talk about the post it is to be said beside
    companions: tuple[Consignment, ...] = ()  # all of the bundle it is in, itself too


@dataclass(frozen=True, slots=True)
class _Place:
    opened: posts.Opened | None = None
    beside: ChannelId | None = None


@dataclass(slots=True)
class _Making:
    """A translation that several lanes may wait for; it ends when nobody does."""

    task: asyncio.Future[Translation]
    waiting: int = 0


class Consignor:
    def __init__(
        self,
        *,
        database: Database,
        chats: Mapping[str, Chat],
        files: Mapping[str, Files],
        translator: Translator,
        pictures: Pictures,
        strandbook: Strandbook,
        options_of: Callable[[ChannelId], ChannelOptions],
        community_of: Callable[[ChannelId], int | None] = lambda _: None,
        may_learn: Callable[[ChannelId], bool] = lambda _: True,
    ) -> None:
        """`community_of` answers the relay whose own words count where a message was written,
        `may_learn` whether the community of a channel lets people learn there.

        `options_of` answers what was chosen for a lane.
        """
        self._options_of = options_of
        self._may_learn = may_learn
        self._community_of = community_of
        self._pictures = pictures
        self._strandbook = strandbook
        self._database = database
        self._chats = chats
        self._files = files
        self._translator = translator
        self._making: dict[translations.Key, _Making] = {}
        self._made: dict[translations.Key, Translation] = {}  # perhaps not in the database yet

    async def load(self, deliveries: Sequence[Delivery]) -> list[Consignment]:
        """One reading for all of them."""
        ids = [d.message for d in deliveries if d.message is not None]
        changed = [
            d.message
            for d in deliveries
            if d.message is not None and d.action in {Action.EDIT, Action.DELETE}
        ]
        async with self._database.reading() as connection:
            bundles = await messages.bundles_of(connection, changed)
            ids += [member for members in bundles.values() for member in members]
            stored = await messages.get(connection, ids)
            made = await translations.load(connection, ids)
            copies = await messages.copies_of(connection, ids)
            refs = [message.reply_to for message in stored.values() if message.reply_to]
            answered = await messages.originals_of(connection, refs)
            other_ids = set(answered.values())
            others = await messages.get(connection, other_ids)
            other_copies = await messages.copies_of(connection, other_ids)
            other_texts = await translations.load(connection, other_ids)
            authors = {one.author.person for one in (*stored.values(), *others.values())}
            silent = (await private.pauses(connection, authors)).now
            learning = await learners.last_seen(connection, [self._home(d) for d in deliveries])
            said = [
                await posts.at(connection, d.post["key"], d.lane)
                if is_named(d) and d.post and d.action is not Action.POST
                else None
                for d in deliveries
            ]
            places = [await _place(connection, delivery) for delivery in deliveries]
        found: list[Consignment] = []
        for delivery, post, place in zip(deliveries, said, places, strict=True):
            message = stored.get(delivery.message) if delivery.message is not None else None
            if message is None:
                found.append(
                    Consignment(delivery, None, post=post, opened=place.opened, beside=place.beside)
                )
                continue
            if message.author.person in silent:  # what has not crossed by now never does
                message = replace(message, is_deleted=True)
            one = Consignment(
                delivery,
                message,
                made.get((message.id, message.revision, delivery.language)),
                _in_lane(copies.get(message.id, ()), delivery.lane),
                root=self._root(message, delivery.lane),
                has_learners=self._is_learnt_from(message, learning.get(self._home(delivery))),
            )
            other = others.get(answered[message.reply_to]) if message.reply_to in answered else None
            if other is not None and other.author.person not in silent and not other.is_forgotten:
                text = other_texts.get((other.id, other.revision, delivery.language))
                one = replace(
                    one,
                    answered=other,
                    answered_text=text.text if text else other.text,
                    answered_copy=_native_id(other, other_copies.get(other.id, ()), delivery.lane),
                )
            found.append(one)
        return [self._among_companions(one, bundles, stored, made) for one in found]

    def _home(self, delivery: Delivery) -> ChannelId:
        return self._strandbook.home(delivery.lane) or delivery.lane

    def _is_learnt_from(self, message: Stored, seen: datetime | None) -> bool:
        """By the message's own time: a retry days later says the same as the first try."""
        return seen is not None and seen > message.sent_at - LEARNING

    def _root(self, message: Stored, lane: ChannelId) -> str | None:
        strand = self._strandbook.get(message.strand) if message.strand else None
        places = strand.places if strand else ()
        return next((place.root for place in places if place.lane == lane == place.channel), None)

    async def is_known(self, ours: MessageId) -> bool:
        """Whether this message of ours stands for something already. Raises `Transient`."""
        try:
            async with self._database.reading() as connection:
                return ours in await messages.originals_of(connection, [ours])
        except StoreUnavailable as error:
            raise Transient("the database can't be read") from error

    def _among_companions(
        self,
        one: Consignment,
        bundles: Mapping[MessageId, Sequence[int]],
        stored: Mapping[int, Stored],
        made: Mapping[translations.Key, Translation],
    ) -> Consignment:
        delivery = one.delivery
        if delivery.action not in {Action.EDIT, Action.DELETE} or len(one.copies) != 1:
            return one
        members = bundles.get(MessageId(delivery.lane, one.copies[0][0].id), ())
        if len(members) < 2:
            return one
        companions = [
            Consignment(
                replace(delivery, message=member),
                stored[member],
                made.get((member, stored[member].revision, delivery.language)),
            )
            for member in members
            if member in stored
        ]
        return replace(one, companions=tuple(companions))

    async def translate(self, consignment: Consignment) -> Translation | None:
        """What was known, or a new one; None where nothing needs translating."""
        delivery, message = consignment.delivery, consignment.message
        if message is None or consignment.known is not None:
            return consignment.known
        if not message.text or delivery.prior == delivery.language:
            return None
        key = (message.id, message.revision, delivery.language)
        if key in self._made:
            return self._made[key]
        making = self._making.get(key)
        if making is None:
            asked = self._translator.translate(
                message.text,
                target=delivery.language,
                prior=delivery.prior,
                community=self._community_of(message.ref.channel),
            )
            making = self._making[key] = _Making(asyncio.ensure_future(asked))
        making.waiting += 1
        try:
            made = await asyncio.shield(making.task)
        finally:
            making.waiting -= 1
            if not making.waiting:
                self._making.pop(key, None)
                making.task.cancel()
        self._made[key] = made
        while len(self._made) > RECENT:
            del self._made[next(iter(self._made))]
        return made

    async def render(
        self,
        consignment: Consignment,
        translation: Translation | None,
        can: Capabilities,
        *,
        with_files: bool = True,
    ) -> list[Part]:
        """The parts; without files their places stay empty, so that numbers agree with a send.

        Raises `DeliveryError` where a file can't be read now but may be later.
        """
        if is_named(consignment.delivery):
            return await post_parts(consignment.delivery, can, self._pictures)
        if consignment.message is None:
            reply_to = (consignment.delivery.post or {}).get("reply_to") if can.replies else None
            return [Part(text=post_text(consignment.delivery), reply_to=reply_to)]
        return render(await self.said(consignment, translation, can, with_files=with_files), can)

    async def said(
        self,
        consignment: Consignment,
        translation: Translation | None,
        can: Capabilities,
        *,
        with_files: bool = True,
    ) -> Said:
        """What the reader is to get, not yet cut into parts. There must be a message."""
        delivery, message = consignment.delivery, consignment.message
        assert message is not None
        reader, options = pick(delivery.language), self._options_of(delivery.lane)
        label = LABELS.get(translation.label) if translation else None
        notes = [translate(label, reader)] if label else []
        files: list[File] = []
        for attachment in message.attachments:
            if not options.carries(attachment.kind):
                continue
            try:
                files.append(await self._file(delivery, message.ref, attachment, can, with_files))
            except FileUnavailable as error:
                notes.append(not_brought(attachment.name, error.reason, reader))
        notes += left_behind(message.attachments, options, reader)
        heading = ""
        if message.forwarded_from:
            heading = translate(N_("Forwarded from {name}"), reader, name=message.forwarded_from)
        is_translated = translation is not None and translation.engine is not None
        return Said(
            author=message.author,
            text=translation.text if translation else message.text,
            notes=tuple(notes),
            aside=await self._aside(consignment, translation),
            heading=heading,
            quote=None if can.replies and consignment.answered_copy else self._quote(consignment),
            reply_to=(consignment.answered_copy or consignment.root) if can.replies else None,
            files=tuple(files),
            original=message.text if is_translated else None,
            translation=translation,
            ref=message.ref,
            is_plain=options.names == "plain",
            shows_original=options.original == "spoiler",
            buttons=(ORIGINAL_BUTTON,) if is_translated and options.original == "button" else (),
        )

    async def _aside(self, consignment: Consignment, translation: Translation | None) -> str:
        message = consignment.message
        if message is None or translation is None or translation.engine is None:
            return ""
        if not consignment.has_learners or not self._may_learn(consignment.delivery.lane):
            return ""
        return await aside(message.text, translation)

    def _quote(self, consignment: Consignment) -> Quote | None:
        answered = consignment.answered
        if answered is None:
            return None
        link = None
        chat = self._chats[consignment.delivery.lane.platform]
        if consignment.answered_copy and isinstance(chat, Links):
            link = chat.link(Copy(consignment.delivery.lane, consignment.answered_copy))
        return Quote(answered.author.name, consignment.answered_text or RichText(), link)

    async def _file(
        self,
        delivery: Delivery,
        ref: MessageId,
        attachment: Attachment,
        can: Capabilities,
        with_files: bool,
    ) -> File:
        if attachment.size > can.file_limit:
            raise FileUnavailable(N_("it is larger than this channel accepts"))
        if not with_files:
            return File(attachment.name, attachment.mime, attachment.kind, b"")
        files = self._files.get(ref.channel.platform)
        if files is None:  # switched off since the message was heard
            raise FileUnavailable(N_("it can't be downloaded now"))
        try:
            return await files.fetch(attachment, limit=can.file_limit)
        except Transient:
            if delivery.attempts < FILE_TRIES:
                raise
            raise FileUnavailable(N_("it can't be downloaded now")) from None


def post_text(delivery: Delivery) -> RichText:
    """A post in its channel's language: `post` holds a catalogue entry and its values."""
    post = delivery.post or {}
    return RichText(translate(post["message"], pick(delivery.language), **post.get("values", {})))


async def _place(connection: Connection, delivery: Delivery) -> _Place:
    """Where a post of a cog is to be said, if not simply in its channel."""
    if delivery.post is None or delivery.action is not Action.POST or not is_named(delivery):
        return _Place()
    opened = await posts.opened_for(connection, delivery.post["key"], delivery.lane)
    key = delivery.post.get("beside")
    other = await posts.at(connection, key, delivery.lane) if key else None
    return _Place(opened, other.thread if other and other.is_apart else None)


def _in_lane(copies: Iterable[tuple[Copy, int]], lane: ChannelId) -> tuple[tuple[Copy, int], ...]:
    return tuple((copy, revision) for copy, revision in copies if copy.channel == lane)


def _native_id(message: Stored, copies: Iterable[tuple[Copy, int]], lane: ChannelId) -> str | None:
    if message.ref.channel == lane:
        return message.ref.id
    return next((copy.id for copy, _ in copies if copy.channel == lane), None)

"""The open strands, kept in memory for every message heard: where each has its places.

A private chat may be the place of several strands at a time (`bot.services.Posts.seat`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.core.model import ChannelId, Inbound, MessageId, Place, Strand
from bot.store import posts, seats
from bot.store.database import Connection, Database

MOST_CLOSED = 1000  # threads: who still writes in an older one finds out by the silence
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Told:
    """Messages by the strand they belong to, and those that are for one that has ended."""

    strands: dict[MessageId, Strand] = field(default_factory=dict[MessageId, Strand])
    too_late: list[Inbound] = field(default_factory=list[Inbound])


class Strandbook:
    def __init__(self, database: Database, language_of: Callable[[ChannelId], str | None]) -> None:
        self._database = database
        self._language_of = language_of
        self._by_id: dict[int, Strand] = {}
        self._by_root: dict[MessageId, Strand] = {}
        self._by_thread: dict[ChannelId, list[Strand]] = {}  # the latest that was seated first
        self._chats: set[ChannelId] = set()  # private ones in which something was seated
        self._ended: dict[ChannelId, str] = {}  # chats whose latest strand has, and their language
        self._closed: dict[ChannelId, ChannelId] = {}  # threads where that is not known yet
        self._loading = asyncio.Lock()  # what was read last must be what is kept

    async def load(self) -> None:
        """Raises `StoreUnavailable`."""
        async with self._loading, self._database.reading() as connection:
            self._keep(await posts.roots(connection), await seats.ended_seats(connection))
            closed = await posts.closed_threads(connection, most=MOST_CLOSED)
            self._closed = {t: home for t, home in closed if t not in self._by_thread}

    def _keep(self, found: Sequence[posts.Root], ended: Sequence[seats.Seat]) -> None:
        strands = self._strands(found)
        roots: list[tuple[MessageId, int]] = []
        threads: dict[ChannelId, list[tuple[datetime, int]]] = {}
        for row, _, post, seated_at in found:
            if self._language_of(post.channel) is None:
                continue
            ids = (post.ref.id, *post.more) if post.ref.id else ()
            roots += [(MessageId(post.ref.channel, one), row) for one in ids]
            if post.thread:
                threads.setdefault(post.thread, []).append((seated_at or _LONG_AGO, row))
        latest = {thread: max(seats) for thread, seats in threads.items()}
        self._by_id = strands
        self._by_root = {ref: strands[row] for ref, row in roots}
        self._by_thread = {
            thread: [strands[row] for _, row in sorted(seats, reverse=True)]
            for thread, seats in threads.items()
        }
        ends = {chat for chat, _, _ in ended}
        self._chats = ends | {p.thread for _, _, p, since in found if p.thread and since}
        self._ended = {
            chat: self._language_of(home) or "en"
            for chat, home, seated_at in ended
            if chat not in latest or latest[chat][0] < seated_at
        }

    def _strands(self, found: Sequence[posts.Root]) -> dict[int, Strand]:
        strands: dict[int, Strand] = {}
        for row, key, post, _ in found:
            language = self._language_of(post.channel)
            if language is not None:
                place = Place(post.channel, language, post.ref.id or None, post.thread)
                known = strands.get(row, Strand(row, key, ()))
                strands[row] = replace(known, places=(*known.places, place))
        return strands

    def __bool__(self) -> bool:
        return bool(self._by_id or self._ended)

    def get(self, id: int) -> Strand | None:
        return self._by_id.get(id)

    def at(self, ref: MessageId, reply_to: MessageId | None) -> Strand | None:
        """By the thread it was said in, or the post it replies to."""
        here = self._by_thread.get(ref.channel)
        if here:
            return here[0]
        return self._by_root.get(reply_to) if reply_to else None

    async def sort(self, connection: Connection, heard: Sequence[Inbound]) -> Told:
        """By the thread it was said in, by the post it replies to, or by what was said there."""
        told = Told()
        if not self:
            return told
        unsure = {m.ref: m.reply_to for m in heard if m.reply_to and not self._is_sure(m)}
        known = await posts.strands_of(connection, list(unsure.values()))
        for message in heard:
            answered = known.get(unsure.get(message.ref) or message.ref)
            strand = self._strand(message, answered)
            if strand is not None:
                told.strands[message.ref] = await self._as_it_is(connection, strand)
            elif message.ref.channel in self._chats:
                told.too_late.append(message)
        return told

    async def _as_it_is(self, connection: Connection, strand: Strand) -> Strand:
        """With the places that were committed since the last `load`: what is said while the other
        side is being told must reach it too."""
        return self._strands(await posts.roots(connection, strand.id)).get(strand.id, strand)

    def _is_sure(self, message: Inbound) -> bool:
        """Its place says whose it is. In a private chat, what it replies to does."""
        here = message.ref.channel
        if here in self._chats:
            return False
        return here in self._by_thread or message.reply_to in self._by_root

    def _strand(self, message: Inbound, answered: int | None) -> Strand | None:
        """`answered` is the strand of what it replies to, where its place does not say all."""
        strand = self._by_id.get(answered) if answered is not None else None
        if message.ref.channel not in self._chats:
            return self.at(message.ref, message.reply_to) or strand
        here = self._by_thread.get(message.ref.channel, [])
        if answered is not None:
            return strand if strand in here else None
        return None if message.ref.channel in self._ended else here[0]

    def farewell(self, chat: ChannelId) -> str | None:
        """The language of the strand that has ended in this chat, where nobody was told so yet."""
        return self._ended.get(chat)

    def closed(self, thread: ChannelId) -> ChannelId | None:
        """The channel of this thread of ours whose talk is over, where nobody was told so yet."""
        return self._closed.get(thread)

    def threads(self, platform: str) -> Sequence[ChannelId]:
        return [thread for thread in self._by_thread if thread.platform == platform]

    def places(self) -> Sequence[ChannelId]:
        """All threads of ours whose talk is carried, and private chats."""
        return list(self._by_thread)

    def home(self, thread: ChannelId, strand: Strand | None = None) -> ChannelId | None:
        """The channel in which this thread of ours hangs, for this strand where it has several."""
        strand = strand or next(iter(self._by_thread.get(thread, ())), None)
        places = strand.places if strand else ()
        return next((place.channel for place in places if place.thread == thread), None)

    def of(self, thread: ChannelId) -> Strand | None:
        return next(iter(self._by_thread.get(thread, ())), None)

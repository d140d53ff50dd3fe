"""The way into the sandbox's rooms: a relayed part becomes a message of the page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.files import FILE_LIMIT, FILES_PER_MESSAGE, FileStore
from bot.adapters.sandbox.inbound import PLATFORM
from bot.adapters.sandbox.wire import body_of_part
from bot.core.errors import Blocked, Rejected, Transient
from bot.core.model import Attachment, ChannelId, Copy, File, MessageId, Part, Reaction
from bot.core.ports import Capabilities, Clock
from bot.store import sandbox as store
from bot.store.database import Database, StoreUnavailable

TEXT_LIMIT = 4000  # characters
_ID = re.compile(r"\d{1,18}", re.ASCII)
_LINK = re.compile(r"https?://\S*/#([^\s/]{1,200})/(\d{1,18})", re.ASCII)
KEPT = ("files", "reply_to", "reactions", "elsewhere")  # what an edit leaves as it is


@dataclass(frozen=True, slots=True)
class SandboxChat:
    """`address` is where the page is opened, without a slash at its end."""

    rooms: Mapping[str, str]  # name → language
    database: Database
    files: FileStore
    bell: Bell
    clock: Clock
    address: str
    platform: str = PLATFORM
    reaction_pace: float = 0.0

    async def capabilities(self, channel: ChannelId) -> Capabilities:
        return Capabilities(
            text_limit=TEXT_LIMIT,
            caption_limit=TEXT_LIMIT,
            measure=len,
            file_limit=FILE_LIMIT,
            files_per_part=FILES_PER_MESSAGE,
            shows_authors=True,
            replies=True,
        )

    async def send(self, channel: ChannelId, part: Part) -> str:
        if channel.id not in self.rooms:
            raise Blocked("there is no such room")
        if any(len(file.content) > FILE_LIMIT for file in part.files):
            raise Rejected("a file is too large")
        try:
            return await self._write(channel, part)
        except (OSError, StoreUnavailable) as error:
            raise Transient("the room can't be written") from error

    async def edit(self, channel: ChannelId, id: str, part: Part) -> None:
        try:
            await self._rewrite(channel, id, part)
        except StoreUnavailable as error:
            raise Transient("the room can't be written") from error

    async def delete(self, channel: ChannelId, id: str) -> None:
        try:
            async with self.database.transaction() as connection:
                if await store.find(connection, channel.id, int(id)):
                    await store.remove(connection, int(id), self.clock.now())
        except StoreUnavailable as error:
            raise Transient("the room can't be written") from error
        self.bell.ring()

    async def react(
        self,
        channel: ChannelId,
        id: str,
        wanted: Sequence[Reaction],
        shown: Sequence[str],
        *,
        is_sure: bool,
    ) -> Sequence[str]:
        """Everything at once, counted: the page has no limits."""
        elsewhere = {one.emoji: one.people for one in wanted}
        try:
            async with self.database.transaction() as connection:
                row = await store.find(connection, channel.id, int(id))
                if row is None:
                    raise Rejected("the message is gone")
                await store.show_elsewhere(connection, row, elsewhere)
        except StoreUnavailable as error:
            raise Transient("the room can't be written") from error
        self.bell.ring()
        return [*elsewhere]

    async def recall(self, channel: ChannelId, part: Part, since: datetime) -> str | None:
        wanted = (part.author.name if part.author else "", part.text.to_json())
        try:
            async with self.database.reading() as connection:
                rows = await store.ours_since(connection, channel.id, since)
        except StoreUnavailable as error:
            raise Transient("the room can't be read") from error
        found = (row for row in rows if (row.body["name"], row.body["text"]) == wanted)
        row = next(found, None)
        return str(row.id) if row else None

    def link(self, copy: Copy) -> str | None:
        return f"{self.address}/#{copy.channel.id}/{copy.id}"

    def locate(self, text: str, channel: ChannelId) -> MessageId | None:
        """Whatever the host: the page may be reached by several names."""
        found = _LINK.fullmatch(text)
        if found is None:
            is_here = channel.platform == PLATFORM
            return MessageId(channel, text) if is_here and _ID.fullmatch(text) else None
        room = unquote(found[1])
        return MessageId(ChannelId(PLATFORM, room), found[2]) if room in self.rooms else None

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        return await self.files.fetch(attachment, limit=limit)

    async def discard(self, sources: Collection[str]) -> None:
        async with self.database.reading() as connection:
            shown = await store.attached(connection)
        await self.files.discard(set(sources) - shown)
        self.bell.ring()  # what showed them is gone from the rooms

    async def _write(self, channel: ChannelId, part: Part) -> str:
        files = [await self.files.keep(file) for file in part.files]
        person = part.author.person if part.author else None
        async with self.database.transaction() as connection:
            drawn = None if part.is_plain else person
            known = await store.last_of(connection, drawn) if drawn else None
            avatar = known.body["avatar"] if known else ""
            row = await store.add(
                connection,
                room=channel.id,
                person=person,
                is_ours=True,
                sent_at=self.clock.now(),
                body=body_of_part(part, avatar=avatar, files=files),
            )
        self.bell.ring()
        return str(row.id)

    async def _rewrite(self, channel: ChannelId, id: str, part: Part) -> None:
        async with self.database.transaction() as connection:
            row = await store.find(connection, channel.id, int(id))
            if row is None:
                raise Rejected("the message is gone")
            new = body_of_part(part, avatar=row.body["avatar"], files=())
            kept = {key: row.body[key] for key in KEPT if key in row.body}
            await store.change(connection, row.id, body=new | kept, now=self.clock.now())
        self.bell.ring()

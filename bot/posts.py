"""What we say of our own accord: ordered with the rows that caused it, said through the lanes.

A post is named by its cog, so that it is said once, found again, changed and taken back. Talk under
posts can be linked: a strand is carried between their threads, or between the replies to them.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import Any

import structlog

from bot.core.model import (
    AttachmentKind,
    Button,
    ChannelId,
    File,
    MessageId,
    Part,
    PersonId,
    Posted,
    Room,
)
from bot.core.ports import Capabilities, Clock
from bot.core.render import split
from bot.core.richtext import RichText
from bot.i18n import N_
from bot.services import Post
from bot.store import outbox, posts, seats
from bot.store.database import Connection, Database, StoreUnavailable
from bot.store.outbox import Action, Delivery, Order
from bot.strandbook import Strandbook

log = structlog.get_logger(__name__)

RETRY_LOAD = 1.0  # seconds
MOST_BYTES = 64  # of what a button brings back, on Telegram
MOST_BYTES_IN_A_LINK = 46  # of what a link into a private chat does


class Pictures:
    """Files of ours by the hash of their content, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, content: bytes, *, name: str, mime: str) -> str:
        key = f"{hashlib.sha256(content).hexdigest()}{PurePath(name).suffix}"
        await asyncio.to_thread(self._write, key, content)
        return f"{key}|{mime}|{name}"

    def _write(self, key: str, content: bytes) -> None:
        """Whole on the disk before anything that is committed names it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # Of a name of its own: two may keep the same picture at the same time.
        with NamedTemporaryFile(dir=self._folder, suffix=".new", delete=False) as unfinished:
            unfinished.write(content)
            unfinished.flush()
            os.fsync(unfinished.fileno())
        Path(unfinished.name).rename(self._folder / key)

    async def load(self, key: str) -> File | None:
        """None where it has been forgotten since."""
        stored, mime, name = key.split("|", 2)
        if not re.fullmatch(r"[0-9a-f]{64}(\.\w+)?", stored):
            return None
        try:
            content = await asyncio.to_thread((self._folder / stored).read_bytes)
        except FileNotFoundError:
            return None
        return File(name, mime, AttachmentKind.IMAGE, content)

    async def sweep(self, needed: Collection[str], *, before: datetime) -> int:
        """Delete what was kept before then and nobody needs; how many that were."""
        stored = {key.split("|", 1)[0] for key in needed}
        return await asyncio.to_thread(self._sweep, stored, before.timestamp())

    def _sweep(self, stored: Collection[str], before: float) -> int:
        if not self._folder.is_dir():
            return 0
        gone = [
            file
            for file in self._folder.iterdir()
            if file.name not in stored and file.stat().st_mtime < before
        ]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)

    async def forget(self, key: str) -> None:
        stored = key.split("|", 1)[0]
        await asyncio.to_thread((self._folder / stored).unlink, missing_ok=True)


class OwnPosts:
    """`bot.cog.Posts`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        pictures: Pictures,
        strandbook: Strandbook,
        language_of: Callable[[ChannelId], str | None],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._pictures = pictures
        self._strandbook = strandbook
        self._language_of = language_of
        self._wake = wake

    async def say(
        self, connection: Connection, channel: ChannelId, post: Post, *, key: str
    ) -> bool:
        now = self._clock.now()
        if not await posts.order(connection, key, channel, now):
            return False
        await self._enqueue(connection, channel, Action.POST, to_json(post, key))
        return True

    async def revise(
        self, connection: Connection, channel: ChannelId, post: Post, *, key: str
    ) -> None:
        await self._enqueue(connection, channel, Action.EDIT, to_json(post, key))

    async def remove(self, connection: Connection, channel: ChannelId, *, key: str) -> None:
        await self._enqueue(connection, channel, Action.DELETE, {"key": key})

    async def find(self, connection: Connection, key: str) -> Sequence[Posted]:
        return await posts.find(connection, key)

    async def named(self, connection: Connection, ref: MessageId) -> str | None:
        return await posts.named(connection, ref)

    async def open_strand(
        self, connection: Connection, key: str, hangs_under: Mapping[ChannelId, str]
    ) -> None:
        await posts.open_strand(connection, key, dict(hangs_under), self._clock.now())
        self._database.after_commit(connection, self._reload)

    async def close_strand(self, connection: Connection, key: str) -> None:
        await posts.close_strand(connection, key, self._clock.now())
        self._database.after_commit(connection, self._reload)

    async def seat(
        self, connection: Connection, key: str, channel: ChannelId, chat: ChannelId
    ) -> Sequence[str]:
        found = await seats.seat(connection, key, channel, chat, self._clock.now())
        self._database.after_commit(connection, self._reload)
        return found

    async def unseat(self, connection: Connection, key: str, channel: ChannelId) -> None:
        await seats.unseat(connection, key, channel)
        self._database.after_commit(connection, self._reload)

    async def strand_of(self, connection: Connection, ref: MessageId) -> str | None:
        found = await posts.strands_of(connection, [ref])
        keys = await posts.strand_keys(connection, found.values())
        return keys.get(found[ref]) if ref in found else None

    async def keep(self, content: bytes, *, name: str, mime: str) -> str:
        return await self._pictures.keep(content, name=name, mime=mime)

    async def picture(self, key: str) -> File | None:
        return await self._pictures.load(key)

    async def discard(self, key: str) -> None:
        await self._pictures.forget(key)

    async def _reload(self) -> None:
        """What caused it is committed: it must not fail for that."""
        while True:
            try:
                return await self._strandbook.load()
            except StoreUnavailable as error:
                log.error(N_("The database can't be read: deliveries wait"), reason=error.reason)
                await self._clock.sleep(RETRY_LOAD)

    async def _enqueue(
        self, connection: Connection, channel: ChannelId, action: Action, post: dict[str, Any]
    ) -> None:
        language = self._language_of(channel) or "en"
        order = Order(channel, action, language, post=post)
        await outbox.enqueue(connection, [order], self._clock.now())
        self._database.after_commit(connection, self._wake)


def to_json(post: Post, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "text": post.text.to_json(),
        "image": post.image,
        "buttons": [_checked(button) for button in post.buttons],
        "reply_to": post.reply_to,
        "thread": post.thread,
        "room": _room_to_json(post.room) if post.room else None,
        "beside": post.beside,
    }


def _room_to_json(room: Room) -> dict[str, Any]:
    return {
        "title": room.title,
        "people": [[person.platform, person.id] for person in room.people],
    }


def room_of(delivery: Delivery) -> Room | None:
    """The room that a post asks for."""
    stored = (delivery.post or {}).get("room")
    if not stored:
        return None
    return Room(stored["title"], tuple(PersonId(*person) for person in stored["people"]))


def _checked(button: Button) -> list[Any]:
    """Raises ValueError for what no press could bring back to its cog."""
    if "." not in button.action:
        raise ValueError(f"a post's button names its cog: {button.action} must be cog.action")
    if len(f"cb:{button.action}:{button.argument}".encode()) > MOST_BYTES:
        raise ValueError(f"{button.action}: its argument is too long")
    in_a_link = len(f"{button.action}:{button.argument}".encode())
    if button.opens_private and in_a_link > MOST_BYTES_IN_A_LINK:
        raise ValueError(f"{button.action}: its argument is too long for a link")
    return [button.label, button.action, button.argument, button.style, button.opens_private]


async def parts(delivery: Delivery, can: Capabilities, pictures: Pictures) -> list[Part]:
    """The native messages that show a post; buttons are under the first, which can be changed."""
    post = delivery.post or {}
    text = RichText.from_json(post["text"])
    image = await pictures.load(post["image"]) if post.get("image") else None
    files = (image,) if image and len(image.content) <= can.file_limit else ()
    # The picture is always in the first message, so that a change knows which holds what.
    limit = can.caption_limit if post.get("image") else can.text_limit
    said = [Part(piece) for piece in split(text, limit, can) or [text]]
    said[0] = replace(
        said[0],
        files=files,
        buttons=tuple(Button(*button) for button in post.get("buttons", ())),
        reply_to=post.get("reply_to") if can.replies else None,
        thread=post.get("thread") or "",
    )
    return said


def is_named(delivery: Delivery) -> bool:
    """A post of a cog, not one of the bridge's own notices."""
    return delivery.message is None and bool((delivery.post or {}).get("key"))

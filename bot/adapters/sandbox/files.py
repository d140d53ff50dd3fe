"""Files of the rooms, kept under the hash of their content."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote

from bot.core.errors import FileUnavailable
from bot.core.model import Attachment, AttachmentKind, File
from bot.i18n import N_

FILE_LIMIT = 20 * 1024 * 1024  # bytes
FILES_PER_MESSAGE = 10
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
PLAYED = frozenset({"video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav"})
_HASH = re.compile(r"[0-9a-f]{64}")


class FileStore:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def save(self, content: bytes) -> str:
        """Answers the hash once the bytes would survive a power cut."""
        name = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(_write, self._folder / name, content)
        return name

    def path(self, hash: str) -> Path | None:
        """Where the bytes of `hash` lie; None for what is no hash or isn't here."""
        if not _HASH.fullmatch(hash):
            return None
        path = self._folder / hash
        return path if path.is_file() else None

    async def sweep(self, kept: Collection[str]) -> None:
        """Delete what no message shows any more."""
        await asyncio.to_thread(_sweep, self._folder, kept)

    async def discard(self, hashes: Collection[str]) -> None:
        for path in filter(None, map(self.path, hashes)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        path = self.path(attachment.source)
        if path is None:
            raise FileUnavailable(N_("it isn't there any more"))
        if path.stat().st_size > limit:
            raise FileUnavailable(N_("it is larger than this channel accepts"))
        content = await asyncio.to_thread(path.read_bytes)
        return File(
            attachment.name, attachment.mime, attachment.kind, content, attachment.is_spoiler
        )

    async def keep(self, file: File) -> Attachment:
        """Store a file on its way into a room."""
        source = await self.save(file.content)
        return Attachment(
            file.kind, file.name, source, len(file.content), file.mime, file.is_spoiler
        )


def kind_of(mime: str) -> AttachmentKind:
    if mime == "image/gif":
        return AttachmentKind.ANIMATION
    if mime in SHOWN:
        return AttachmentKind.IMAGE
    return {"video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}.get(
        mime.partition("/")[0], AttachmentKind.FILE
    )


def address_of(attachment: Attachment) -> str:
    return f"/files/{attachment.source}/{quote(attachment.name, safe='')}"


def _sweep(folder: Path, kept: Collection[str]) -> None:
    for path in folder.glob("*"):
        if path.name not in kept:
            path.unlink()


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.part")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)

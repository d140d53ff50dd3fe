"""Pictures and other files on their way between the page and the store."""

from __future__ import annotations

import mimetypes

from aiohttp import web

from bot.adapters.sandbox.files import FILE_LIMIT, PLAYED, SHOWN, FileStore, kind_of
from bot.adapters.sandbox.refusals import Refusal, misunderstood
from bot.adapters.sandbox.wire import shown_file
from bot.core.model import Attachment
from bot.i18n import N_

FOREVER = "private, max-age=31536000, immutable"  # an address names its content
LOCKED = "default-src 'none'; sandbox"


class Transfers:
    def __init__(self, files: FileStore) -> None:
        self._files = files

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/files", self.upload),
            web.get("/files/{hash}/{name}", self.download),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        name = request.query.get("name", "").strip()[:200] or "file"
        if request.content_type.startswith(("multipart/", "application/x-www-form-urlencoded")):
            raise misunderstood()
        content = await _receive(request)
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        source = await self._files.save(content)
        file = Attachment(kind_of(mime), name, source, len(content), mime)
        return web.json_response(shown_file(file), status=201)

    async def download(self, request: web.Request) -> web.StreamResponse:
        path = self._files.path(request.match_info["hash"])
        if path is None:
            raise Refusal(404, N_("This file isn't there any more."))
        mime = mimetypes.guess_type(request.match_info["name"])[0] or "application/octet-stream"
        is_safe = mime in SHOWN | PLAYED
        return web.FileResponse(
            path,
            headers={
                "Content-Type": mime if is_safe else "application/octet-stream",
                "Content-Disposition": "inline" if is_safe else "attachment",
                "Content-Security-Policy": LOCKED,
                "Cache-Control": FOREVER,
            },
        )


async def _receive(request: web.Request) -> bytes:
    """Raises `Refusal` as soon as it is too large."""
    received = bytearray()
    if (request.content_length or 0) > FILE_LIMIT:
        raise _too_large()
    async for piece in request.content.iter_chunked(256 * 1024):
        received += piece
        if len(received) > FILE_LIMIT:
            raise _too_large()
    if not received:
        raise Refusal(422, N_("This file is empty."))
    return bytes(received)


def _too_large() -> Refusal:
    limit = FILE_LIMIT // (1024 * 1024)
    return Refusal(413, N_("A file may have at most {limit} MB."), limit=limit)

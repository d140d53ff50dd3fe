"""What people attached on Discord, read back; addresses expire and are asked for anew."""

from __future__ import annotations

import aiohttp

from bot.adapters.discord.proxies import proxy_for
from bot.adapters.discord.rest import Rest
from bot.core.errors import Blocked, FileUnavailable, Rejected, Transient
from bot.core.model import Attachment, File
from bot.i18n import N_

GONE = N_("it can no longer be downloaded")
TOO_LARGE = N_("it is larger than this channel accepts")

_CHUNK = 64 * 1024


class Downloads:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        """Raises `Transient` where a later try may do better, else `FileUnavailable`."""
        content = await self._read(attachment.source, limit)
        if content is None:
            content = await self._read(await self._renewed(attachment.source), limit)
        if content is None:
            raise FileUnavailable(GONE)
        return File(
            attachment.name, attachment.mime, attachment.kind, content, attachment.is_spoiler
        )

    async def _read(self, address: str, limit: int) -> bytes | None:
        """None where the address has expired."""
        try:
            async with self._rest.session.get(address, proxy=proxy_for(address)) as answer:
                if answer.status == 429 or answer.status >= 500:
                    raise Transient(f"a file answered {answer.status}")
                if answer.status != 200:
                    return None
                return await _at_most(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient("a file could not be read") from error

    async def _renewed(self, address: str) -> str:
        body = {"attachment_urls": [address]}
        try:
            answer = await self._rest.call("POST", "/attachments/refresh-urls", body=body)
        except (Blocked, Rejected) as error:
            raise FileUnavailable(GONE) from error
        renewed = answer["refreshed_urls"][0].get("refreshed")
        if not renewed:
            raise FileUnavailable(GONE)
        return renewed


async def _at_most(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise FileUnavailable(TOO_LARGE)
    return bytes(content)

"""One gateway connection: an ordered outbox, and the transport compression that was asked for."""

from __future__ import annotations

import asyncio
import zlib
from collections import deque
from collections.abc import Callable

from aiohttp import ClientConnectionError, web

_ZSTD_BLOCK = 1 << 16


def _zlib_stream() -> Callable[[bytes], bytes]:
    context = zlib.compressobj(1)
    return lambda raw: context.compress(raw) + context.flush(zlib.Z_SYNC_FLUSH)


def _zstd_stream() -> Callable[[bytes], bytes]:
    """A zstd frame of raw blocks: a valid stream that needs no zstd library (RFC 8878, 3.1.1)."""
    # Magic number; no checksum, no dictionary, no content size; a window of 128 KiB.
    header = [b"\x28\xb5\x2f\xfd\x00\x38"]

    def compress(raw: bytes) -> bytes:
        parts = [header.pop()] if header else []
        for start in range(0, len(raw), _ZSTD_BLOCK):
            block = raw[start : start + _ZSTD_BLOCK]
            parts += [(len(block) << 3).to_bytes(3, "little"), block]
        return b"".join(parts)

    return compress


_COMPRESSIONS = {"zlib-stream": _zlib_stream, "zstd-stream": _zstd_stream}


class Connection:
    """Sends what is pushed, in order, from its own task; `push` never waits."""

    def __init__(self, socket: web.WebSocketResponse, compression: str | None) -> None:
        self.socket = socket
        self._compress = _COMPRESSIONS[compression]() if compression else None
        self._outbox: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self.closed_by_us = False

    def push(self, frame: bytes) -> None:
        self._outbox.append(frame)
        self._wake.set()

    async def write(self) -> None:
        """Runs as long as the connection; a client that is gone ends it quietly."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._outbox:
                    await self._send(self._outbox[0])
                    self._outbox.popleft()
        except ClientConnectionError:
            self._outbox.clear()

    async def _send(self, frame: bytes) -> None:
        if self._compress is None:
            await self.socket.send_str(frame.decode())
        else:
            await self.socket.send_bytes(self._compress(frame))

    async def settle(self) -> None:
        """Lets the outbox run empty; a client that does not read is not waited for."""
        for _ in range(20):
            if not self._outbox:
                return
            await asyncio.sleep(0)

    async def close(self, code: int, reason: str = "") -> None:
        """Closes with this code; 1006 cuts the line without a close frame."""
        self.closed_by_us = True
        await self.settle()
        if code == 1006:
            transport = self.socket._req.transport if self.socket._req else None
            if transport is not None:
                transport.abort()
            return
        await self.socket.close(code=code, message=reason.encode())

"""The bot's update queue and its long poll: an update stays until a higher offset confirms it."""

import asyncio
from collections import deque
from itertools import islice

import orjson

from .errors import ApiError, Json

_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


class UpdateQueue:
    def __init__(self) -> None:
        self.allowed: list[str] = []
        self.webhook = ""
        self._queue: deque[tuple[int, bytes]] = deque()
        self._last_id = 418_000_000
        self._poller: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def push(self, kind: str, event: Json) -> None:
        """Queues the event as it is now; the client's `allowed_updates` at this moment decide."""
        if kind not in self.allowed if self.allowed else kind in _ON_REQUEST:
            return
        self._last_id += 1
        self._queue.append((self._last_id, orjson.dumps({"update_id": self._last_id, kind: event})))
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def count_from(self, number: int) -> None:
        """The next update gets this number: after a week without any, Telegram picks a new one."""
        self._last_id = number - 1

    def waiting(self) -> list[int]:
        """The numbers of what is not confirmed."""
        return [number for number, _ in self._queue]

    def drop(self) -> None:
        self._queue.clear()

    async def poll(
        self, *, offset: int, limit: int, timeout: float, allowed: list[str] | None
    ) -> bytes:
        """A JSON array of at most `limit` updates, waiting `timeout` seconds for the first.

        A second poll ends the first one with 409.
        """
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self.interrupt()
        if allowed is not None:
            self.allowed = allowed
        self._confirm(offset)
        if not self._queue and timeout > 0:
            await self._first(timeout)
        return b"[%s]" % b",".join(update for _, update in islice(self._queue, limit))

    @property
    def is_awaited(self) -> bool:
        """Whether somebody's poll waits now."""
        return self._poller is not None

    def interrupt(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(
                ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            )

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._queue) > -offset:
                self._queue.popleft()
        while self._queue and self._queue[0][0] < offset:
            self._queue.popleft()

    async def _first(self, timeout: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait([poller], timeout=timeout)
            if poller.done():
                poller.result()
        finally:
            poller.cancel()
            if self._poller is poller:
                self._poller = None

"""The one webhook per channel that speaks with people's names, made when first needed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bot.adapters.discord.rest import Rest
from bot.core.errors import Blocked
from bot.core.model import ChannelId

NAME = "Catbridge"

THREADS = frozenset({10, 11, 12})
MOST = 15  # in one channel, which its threads share
_WRITABLE = frozenset({0, 2, 5, 13})
_FORUMS = frozenset({15, 16})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a channel's messages go: `parent` holds the webhook, `thread` the messages."""

    guild: str
    parent: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    token: str
    application: str | None

    @property
    def path(self) -> str:
        return f"/webhooks/{self.id}/{self.token}"


class Webhooks:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._places: dict[str, Place] = {}
        self._known: dict[str, Webhook] = {}
        self._locks = defaultdict[str, asyncio.Lock](asyncio.Lock)

    def known_place(self, channel: ChannelId) -> Place | None:
        return self._places.get(channel.id)

    async def place(self, channel: ChannelId) -> Place:
        """Raises `DeliveryError`: `Blocked` where no message can be."""
        place = self._places.get(channel.id)
        if place is None:
            place = _place(await self._rest.call("GET", f"/channels/{channel.id}"))
            self._places[channel.id] = place
        return place

    async def of(self, place: Place) -> Webhook:
        """The webhook of the place's channel, found again or made. Raises `DeliveryError`."""
        async with self._locks[place.parent]:
            if place.parent not in self._known:
                found = await self._found(place.parent)
                self._known[place.parent] = found or await self._made(place.parent)
            return self._known[place.parent]

    def forget(self, place: Place, webhook: Webhook) -> None:
        if self._known.get(place.parent) == webhook:
            del self._known[place.parent]

    async def _found(self, parent: str) -> Webhook | None:
        me = await self._rest.me()
        listed = await self._rest.call("GET", f"/channels/{parent}/webhooks")
        ours = (one for one in listed if one.get("token") and is_ours(one, me))
        return next((_webhook(one) for one in ours), None)

    async def _made(self, parent: str) -> Webhook:
        path = f"/channels/{parent}/webhooks"
        return _webhook(await self._rest.call("POST", path, body={"name": NAME}))


def is_ours(webhook: Any, me: Any) -> bool:
    owner = webhook.get("application_id") or (webhook.get("user") or {}).get("id")
    return owner in (me["id"], me["bot"]["id"])


def _webhook(native: Any) -> Webhook:
    return Webhook(native["id"], native["token"], native.get("application_id"))


def _place(native: Any) -> Place:
    kind, guild = native["type"], native.get("guild_id")
    if kind in _FORUMS:
        raise Blocked("a forum takes posts only inside a thread; bridge one of its threads")
    if guild is None or kind not in _WRITABLE | THREADS:
        raise Blocked("this kind of channel takes no messages")
    if kind in THREADS:
        return Place(guild, native["parent_id"], native["id"])
    return Place(guild, native["id"])

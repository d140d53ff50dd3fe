"""The rooms that are open now, each with its language and what links it: both change as it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.adapters.sandbox.inbound import channel_of
from bot.core.model import Relay, RelayChannel
from bot.store.sandbox_rooms import MadeRoom

PLAIN = "plain"
FROM_FILE = {"name": "", "from_file": True, "is_paused": False, "is_waiting": False}


class Doors(Mapping[str, str]):
    """Room → language. A room that nobody has linked yet counts as English."""

    def __init__(
        self,
        rooms: Sequence[RelayChannel],
        more: Sequence[str],
        relays: Callable[[], Sequence[Relay]],
    ) -> None:
        """`rooms` are those of the configuration's relays, `more` are for mods to link."""
        self._of_file = {one.channel.id: one.language for one in rooms}
        self._more = tuple(more)
        self._relays = relays
        self._made: Mapping[str, MadeRoom] = {}

    def __getitem__(self, room: str) -> str:
        return self._now()[room]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def hold(self, made: Iterable[MadeRoom]) -> None:
        """These are the rooms made on the page."""
        self._made = {room.id: room for room in made}

    @property
    def made(self) -> Mapping[str, MadeRoom]:
        return self._made

    def relay_of(self, room: str) -> Relay | None:
        channel = channel_of(room)
        holders = (
            relay for relay in self._relays() if any(m.channel == channel for m in relay.channels)
        )
        return next(holders, None)

    def shown(self) -> list[dict[str, Any]]:
        """The rooms as JSON for the page: `relay` is null where nothing links one."""
        return [self._shown(room, language) for room, language in self._now().items()]

    @property
    def stamp(self) -> str:
        """Another one whenever `shown` is."""
        return hashlib.sha256(json.dumps(self.shown()).encode()).hexdigest()[:16]

    def _now(self) -> Mapping[str, str]:
        linked = {
            member.channel.id: member.language
            for relay in self._relays()
            for member in relay.channels
            if member.channel == channel_of(member.channel.id)
        }
        unlinked = dict.fromkeys((*self._more, *self._made), "en")
        return self._of_file | unlinked | self._of_file | linked

    def _shown(self, room: str, language: str) -> dict[str, Any]:
        relay, made = self.relay_of(room), self._made.get(room)
        is_named = made is not None or not (room in self._of_file or (relay and relay.from_file))
        if relay is not None:
            links: dict[str, Any] | None = _links(relay)
        else:
            links = FROM_FILE if room in self._of_file else None
        return {
            "id": room,
            "name": (made.name if made else room) if is_named else "",
            "look": made.look if made else PLAIN,
            "is_made": made is not None,
            "language": language if links else None,
            "relay": links,
        }


def _links(relay: Relay) -> dict[str, Any]:
    return {
        "name": relay.name,
        "from_file": relay.from_file,
        "is_paused": relay.is_paused,
        "is_waiting": len(relay.channels) < 2,
    }

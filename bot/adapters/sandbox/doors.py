"""The rooms that are open now, with their languages: mods link rooms while the page runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.adapters.sandbox.inbound import channel_of
from bot.core.model import ChannelId


class Doors(Mapping[str, str]):
    """Room → language. A room that nobody has linked yet counts as English."""

    def __init__(
        self,
        opened: Mapping[str, str],
        *,
        linked: Callable[[], Sequence[ChannelId]],
        language_of: Callable[[ChannelId], str | None],
    ) -> None:
        """`opened` are those of the configuration, whether somebody links them or not."""
        self._opened = opened
        self._linked = linked
        self._language_of = language_of

    def __getitem__(self, room: str) -> str:
        if room not in self._opened and channel_of(room) not in self._linked():
            raise KeyError(room)
        return self._language_of(channel_of(room)) or self._opened.get(room, "en")

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._opened, *(channel.id for channel in self._linked())]))

    def __len__(self) -> int:
        return sum(1 for _ in self)

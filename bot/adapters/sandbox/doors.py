"""The rooms that are open now, with their languages: mods link rooms while the page runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.core.model import RelayChannel


class Doors(Mapping[str, str]):
    """Room → language. A room that nobody has linked yet counts as English."""

    def __init__(
        self, opened: Mapping[str, str], linked: Callable[[], Sequence[RelayChannel]]
    ) -> None:
        """`opened` are those of the configuration, whether somebody links them or not."""
        self._opened = opened
        self._linked = linked

    def __getitem__(self, room: str) -> str:
        return self._now()[room]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, str]:
        return {**self._opened, **{one.channel.id: one.language for one in self._linked()}}

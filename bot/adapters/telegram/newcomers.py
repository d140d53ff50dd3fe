"""One event for everyone who joins or leaves, of the one or two updates in which Telegram tells it.

A group's service message tells of most of them, but not in large groups, nor where admins hid it; a
`chat_member` update tells of all, also after a join request was approved, but only to admins.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.core.model import Joined, Left

SAME = timedelta(minutes=1)  # both updates carry the server's time of one and the same coming
MOST_REMEMBERED = 10_000


class Newcomers:
    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str], tuple[type, datetime]] = OrderedDict()

    def is_news(self, event: Joined | Left) -> bool:
        key = (event.channel.id, event.person.person.id)
        at = event.joined_at if isinstance(event, Joined) else event.left_at
        kind, known = self._last.get(key, (None, at))
        if kind is type(event) and abs(at - known) < SAME:
            return False
        self._last[key] = (type(event), at)
        self._last.move_to_end(key)
        if len(self._last) > MOST_REMEMBERED:
            self._last.popitem(last=False)
        return True

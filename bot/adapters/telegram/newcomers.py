"""One event for everyone who joins, of the one or two updates in which Telegram tells it.

A group's service message tells of most joins, but not in large groups, nor where admins hid it; a
`chat_member` update tells of all, also after a join request was approved, but only to admins.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.core.model import Joined

SAME_JOIN = timedelta(minutes=1)  # both updates carry the server's time of one and the same join
MOST_REMEMBERED = 10_000


class Newcomers:
    def __init__(self) -> None:
        self._joined: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def is_news(self, event: Joined) -> bool:
        key = (event.channel.id, event.person.person.id)
        known = self._joined.get(key)
        if known is not None and abs(event.joined_at - known) < SAME_JOIN:
            return False
        self._joined[key] = event.joined_at
        if len(self._joined) > MOST_REMEMBERED:
            self._joined.popitem(last=False)
        return True

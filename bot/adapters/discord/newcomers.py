"""Who has joined and may not write yet: they accept the server's rules first.

Discord tells of that with GUILD_MEMBER_UPDATE, which discord.py passes on only for members it keeps
in memory. Keeping all of them for this would be too much, so the few that wait are kept here.
"""

from __future__ import annotations

from collections import OrderedDict

import discord
import orjson

MOST_WAITING = 10_000  # a raid must not fill the memory
_UPDATE = '"GUILD_MEMBER_UPDATE"'


class Newcomers:
    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[int, int], discord.Member] = OrderedDict()

    def wait(self, member: discord.Member) -> None:
        self._waiting[member.guild.id, member.id] = member
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)

    def forget(self, guild: int, person: int) -> bool:
        """Whether they were waiting: then they never came in."""
        return self._waiting.pop((guild, person), None) is not None

    def accepted(self, received: str) -> discord.Member | None:
        """Whom this gateway payload lets in, once."""
        if not self._waiting or _UPDATE not in received:
            return None
        payload = orjson.loads(received)
        change = payload["d"]
        if payload["t"] != "GUILD_MEMBER_UPDATE" or change.get("pending", False):
            return None
        return self._waiting.pop((int(change["guild_id"]), int(change["user"]["id"])), None)

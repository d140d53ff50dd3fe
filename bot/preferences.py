"""What each community has chosen: kept in memory, written through to the store."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.core.language import base
from bot.core.model import Relay
from bot.store import preferences
from bot.store.database import Database

SIDES = ("en", "zh")  # both scripts of Chinese are one side: `base` of a language
_ZONES = {"zh": "Asia/Shanghai", "en": "America/New_York"}


class StoredPreferences:
    """`bot.cog.Preferences`. A relay is a community; the names are "cog.what"."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values: dict[tuple[int, str], Any] = {}

    async def load(self) -> None:
        async with self._database.reading() as connection:
            self._values = await preferences.load(connection)

    def keep(self, relays: Collection[int]) -> None:
        """Drop what relays that are gone had chosen: their numbers are given out again."""
        self._values = {key: value for key, value in self._values.items() if key[0] in relays}

    def get(self, relay: Relay, name: str, default: Any = None) -> Any:
        value = self._values.get((relay.id, name))
        return default if value is None else value

    async def put(self, relay: Relay, name: str, value: Any) -> None:
        async with self._database.transaction() as connection:
            await preferences.put(connection, relay.id, name, value)
        self._values[relay.id, name] = value

    def is_on(self, relay: Relay, cog: str) -> bool:
        return bool(self.get(relay, f"{cog}.is_on", default=True))

    def zone(self, relay: Relay, language: str) -> str:
        """The IANA zone in which this side lives."""
        own = base(language)
        return self.get(relay, f"community.zone.{own}", _ZONES.get(own, "UTC"))

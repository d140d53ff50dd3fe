"""Looks at everything that must be right for messages to cross, and says what it saw.

For the operator all of it, for a community what concerns its relay. Looking changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bot import checkup, standing
from bot.core.errors import Problem
from bot.core.model import Relay
from bot.core.ports import Checkable, Clock
from bot.findings import in_order, note
from bot.i18n import N_
from bot.preferences import StoredPreferences
from bot.relaybook import Relaybook
from bot.settings import Settings
from bot.store.database import Database, StoreUnavailable
from bot.translate.packages import PackageInfo

RUNS = N_("Catbridge is running.")
RESTS = N_("Catbridge is not running with this folder: nothing crosses.")
RUN = N_("Start it: python -m bot run")
SWITCHED_ON = N_("This platform is switched on.")
READABLE = ("database.ok", "database.readonly")


class Watched(Protocol):
    platform: str


class Doctor:
    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        clock: Clock,
        relaybook: Relaybook,
        preferences: StoredPreferences,
        adapters: Sequence[Watched],
        serves: Callable[[str, str], bool],
        packages: Callable[[], Sequence[PackageInfo]],
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._relaybook = relaybook
        self._preferences = preferences
        self._adapters = adapters
        self._serves = serves
        self._packages = packages

    async def community(self, relay: Relay) -> list[Problem]:
        """While the bridge runs: what concerns this relay."""
        return [in_order("program", "program.running", RUNS), *await self._look([relay])]

    async def everything(self, *, is_running: bool) -> list[Problem]:
        """Before a start, or beside the program that is running in another process."""
        state = (
            in_order("program", "program.running", RUNS)
            if is_running
            else note("program", "program.stopped", RESTS, RUN)
        )
        relays = [*self._relaybook.all(), *self._relaybook.waiting()]
        return [state, *await self._look(relays, is_all=True, may_listen=not is_running)]

    async def _look(
        self, relays: Sequence[Relay], *, is_all: bool = False, may_listen: bool = False
    ) -> list[Problem]:
        database = await checkup.stored(self._database)
        found = [checkup.disk(self._settings.data_dir), database]
        found += checkup.machine(self._zones(relays))
        found += checkup.models(checkup.pairs_of(relays), self._serves, self._packages())
        members = [member for relay in relays for member in relay.channels]
        for adapter in self._adapters:
            there = [one for one in members if one.channel.platform == adapter.platform]
            if not there and not is_all:
                continue
            if isinstance(adapter, Checkable):
                found += await adapter.check(there, may_listen=may_listen)
            else:
                found.append(in_order(adapter.platform, f"{adapter.platform}.ok", SWITCHED_ON))
        if database.code in READABLE:
            found += await self._standing(relays)
        return found

    async def _standing(self, relays: Sequence[Relay]) -> list[Problem]:
        try:
            return await standing.of_relays(self._database, relays, self._clock.now())
        except StoreUnavailable as error:
            return [checkup.database_problem(error)]

    def _zones(self, relays: Sequence[Relay]) -> set[str]:
        return {
            self._preferences.zone(relay, member.language)
            for relay in relays
            for member in relay.channels
        }

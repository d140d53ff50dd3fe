"""What is done while nothing is heard and said: also beside a bridge that runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from bot.app import Bridge
from bot.checkup import stored
from bot.clock import SystemClock
from bot.core.errors import Problem
from bot.core.ports import Clock
from bot.doctor import READABLE
from bot.engine_checkup import engine_findings
from bot.engines import chain_of
from bot.premises import is_in_use
from bot.settings import Settings
from bot.store.database import Database


async def check(settings: Settings, *, clock: Clock | None = None) -> list[Problem]:
    """What keeps the bridge from working, what is worth knowing, and what is in order.

    Nothing is said anywhere, and nothing is changed: not the database either.
    """
    database = Database(settings.database_url.get_secret_value(), is_shown=True)
    now = clock or SystemClock()
    async with aclosing(database), chain_of(settings, database, now, is_shown=True) as chain:
        bridge = Bridge(settings=settings, database=database, clock=now, chain=chain)
        bridge.relaybook.show([(relay.name, relay.relay_channels) for relay in settings.relays])
        try:
            if (await stored(database)).code in READABLE:
                await bridge.relaybook.show_also()
                await bridge.preferences.load()
            found = await bridge.doctor.everything(is_running=is_in_use(settings.data_dir))
            return found + await engine_findings(chain)
        finally:
            await bridge.aclose()


@asynccontextmanager
async def idle(settings: Settings) -> AsyncGenerator[Bridge, None]:
    """The bridge with its cogs, hearing and saying nothing: also beside one that runs."""
    database, clock = Database(settings.database_url.get_secret_value()), SystemClock()
    async with aclosing(database), chain_of(settings, database, clock) as chain:
        bridge = Bridge(
            settings=settings,
            database=database,
            clock=clock,
            chain=chain,
            is_beside=lambda: is_in_use(settings.data_dir),
        )
        await bridge.relaybook.reload()
        await bridge.load()
        try:
            yield bridge
        finally:
            await bridge.aclose()

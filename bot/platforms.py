"""The platforms that are switched on, each as the program sees it: hears, speaks, is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from bot.clock import ShiftableClock
from bot.core.model import ChannelId
from bot.core.ports import Clock
from bot.dispatch import Dispatcher
from bot.intake import Intake
from bot.relaybook import Relaybook
from bot.settings import Settings
from bot.store.database import Database

AT_ONCE = timedelta(hours=1)  # how far the demo's clock moves before it looks what is due


class Adapter(Protocol):
    """One platform: `run` hears until it is cancelled; `chat` speaks until `aclose`."""

    platform: str
    ready: asyncio.Event  # set once, when hearing begins

    @property
    def is_online(self) -> bool: ...
    @property
    def chat(self) -> Any: ...
    async def run(self) -> None: ...
    async def aclose(self) -> None: ...


@runtime_checkable
class FollowsRelays(Protocol):
    """An adapter that shows which channels are linked."""

    def relays_changed(self) -> None: ...


def adapters_of(
    settings: Settings,
    *,
    database: Database,
    relaybook: Relaybook,
    intake: Intake,
    dispatcher: Dispatcher,
    clock: Clock,
    zone_of: Callable[[ChannelId], str],
    look_at_all: Callable[[], Awaitable[None]],
    stand: Callable[[ChannelId, str | None], None],
) -> Sequence[Adapter]:
    """One for each platform that is switched on; the others are not even imported.

    `look_at_all` does what is due; `stand` is told why a channel is closed to us, or, without a
    reason, that it may be open again.
    """
    adapters = list[Adapter]()
    if settings.sandbox is not None:
        from bot.adapters.sandbox.client import Sandbox

        rooms = [
            member
            for relay in settings.relays
            for member in relay.relay_channels
            if member.channel.platform == "sandbox"
        ]
        token = settings.sandbox.token
        adapters.append(
            Sandbox(
                rooms=rooms,
                host=settings.sandbox.listen,
                port=settings.sandbox.port,
                token=token.get_secret_value() if token else None,
                data_dir=settings.data_dir,
                database=database,
                intake=intake,
                dispatcher=dispatcher,
                clock=clock,
                zone_of=zone_of,
                advance=_advance(clock, look_at_all),
                more_rooms=settings.sandbox.rooms,
                relays=lambda: (*relaybook.all(), *relaybook.waiting()),
            )
        )
    if settings.discord.token is not None:
        from bot.adapters.discord.client import Discord

        adapters.append(
            Discord(
                settings.discord.token.get_secret_value(),
                api_base=settings.discord.api_base,
                intake=intake,
                dispatcher=dispatcher,
                clock=clock,
                catch_up_limit=settings.discord.catch_up_limit,
                stand=stand,
            )
        )
    if settings.telegram.token is not None:
        from bot.adapters.telegram.client import Telegram

        adapters.append(
            Telegram(
                settings.telegram.token.get_secret_value(),
                api_base=settings.telegram.api_base,
                intake=intake,
                dispatcher=dispatcher,
                clock=clock,
                stand=stand,
            )
        )
    return adapters


def _advance(
    clock: Clock, look_at_all: Callable[[], Awaitable[None]]
) -> Callable[[timedelta], Awaitable[None]] | None:
    """Moves the clock on and does what is due by then; None where the clock is real time."""
    if not isinstance(clock, ShiftableClock):
        return None

    async def advance(by: timedelta) -> None:
        """Hour by hour, so that a week holds seven daily questions, not one that came too late."""
        end = clock.now() + by
        while (left := end - clock.now()) > timedelta(0):
            clock.advance(min(left, AT_ONCE))
            await look_at_all()

    return advance

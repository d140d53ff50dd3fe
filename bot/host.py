"""What cogs are given, and how they are found and loaded."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from bot.cog import Cog, Command, RelayBook
from bot.core.ports import Clock
from bot.dispatch import Dispatcher


class ProgramHost:
    """The `Host` of the running program."""

    def __init__(self, *, clock: Clock, relays: RelayBook, dispatcher: Dispatcher) -> None:
        self.clock = clock
        self.relays = relays
        self._dispatcher = dispatcher

    def add_cog(self, cog: Cog) -> None:
        self._dispatcher.add(cog)

    def commands(self) -> Sequence[Command]:
        return self._dispatcher.commands


async def load_cogs(names: Sequence[str], host: ProgramHost, dispatcher: Dispatcher) -> None:
    """Load each cog by its module's `setup`; one that fails stops the start."""
    dispatcher.attach(host)
    for name in names:
        await import_module(f"cogs.{name}").setup(host)
    for cog in dispatcher.cogs:
        await cog.load()

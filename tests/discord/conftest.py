from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.model import ChannelId
from tests.discord.town import Ears, Town, adapter
from tests.emulators.discord import DiscordEmulator


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """A server with one bridged channel. Nothing is heard until a test starts it."""
    async with DiscordEmulator() as emu:
        guild = emu.add_guild()
        channel = emu.add_channel(guild, "english")
        ears = Ears([ChannelId("discord", channel)])
        discord = adapter(emu, ears)
        yield Town(emu, guild, channel, ears, discord)
        await discord.aclose()

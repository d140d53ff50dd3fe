"""The emulated Telegram that these tests talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.model import ChannelId
from tests.emulators.telegram import TelegramEmulator
from tests.telegram.world import Heard, HeldClock, World, build


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with TelegramEmulator() as emulator:
        group, ann = emulator.add_chat("猫"), emulator.add_user("Ann", language_code="en")
        heard, clock = Heard([ChannelId("telegram", str(group))]), HeldClock()
        telegram = build(emulator, heard, clock)
        yield World(emulator, heard, clock, telegram, group, ann)
        await telegram.aclose()

"""Two banks and the program between them; one pair for each module, warmed up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.crash.river import Banks, build
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def warm_banks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Banks]:
    async with DiscordEmulator() as discord, TelegramEmulator() as telegram:
        banks = build(discord, telegram, tmp_path_factory.mktemp("river"))
        await banks.warm_up()
        yield banks


@pytest.fixture
def banks(warm_banks: Banks) -> Banks:
    warm_banks.begin()
    return warm_banks

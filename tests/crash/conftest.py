"""Two banks and the program between them; one pair for each module, warmed up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.crash.river import Banks, build
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.postgres import Server


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def warm_banks_on_postgresql(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Banks]:
    folder = tmp_path_factory.mktemp("river")
    async with (
        DiscordEmulator() as discord,
        TelegramEmulator() as telegram,
        postgres.database() as url,
    ):
        banks = build(discord, telegram, folder, url)
        await banks.warm_up()
        yield banks


@pytest.fixture
def banks_on_postgresql(warm_banks_on_postgresql: Banks) -> Banks:
    warm_banks_on_postgresql.begin()
    return warm_banks_on_postgresql

"""The whole bridge on PostgreSQL: it carries, remembers, and is alone there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import app
from bot.core.errors import Misconfigured
from bot.core.ports import Translator
from bot.store import engines
from tests.bridge.place import arrival, arrivals, shows
from tests.bridge.town import Town
from tests.postgres import Server

pytestmark = pytest.mark.databases("postgresql")


@pytest.fixture
async def town(
    tmp_path: Path, migrated: Path, translator: Translator, database_url: str
) -> AsyncIterator[Town]:
    async with Town(tmp_path / "data", migrated, translator) as town:
        town.database_url = database_url
        yield town


async def test_a_message_crosses_and_is_answered_and_edited_after_a_restart(town: Town) -> None:
    here, there = await town.place("discord"), await town.place("telegram")
    async with town.running():
        first = await here.say("who has a caat?")
        copy = await arrival(there)
    async with town.running():
        await here.edit(first, "who has a cat?")
        await shows(there, "who has a cat?")
        await here.say("nobody?", reply_to=first)
        assert (await arrivals(there, 2))[1].reply_to == copy.id


async def test_the_bridge_outlives_its_database_server(town: Town, postgres: Server) -> None:
    here, there = await town.place("telegram"), await town.place("discord")
    async with town.running():
        await here.say("one")
        await shows(there, "one")
        postgres.stop()
        await here.say("two")
        await asyncio.sleep(1.5)  # at least one try without it
        postgres.start()
        await here.say("three")
        await shows(there, "one", "two", "three")


async def test_a_second_bridge_on_the_same_database_says_so_and_ends(
    town: Town, tmp_path: Path, translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = engines.SERVER_SETTINGS | {"lock_timeout": "100"}
    monkeypatch.setattr(engines, "SERVER_SETTINGS", settings)
    await town.place("telegram")
    await town.place("discord")
    async with town.running():
        elsewhere = town.settings().model_copy(update={"data_dir": tmp_path / "elsewhere"})
        with pytest.raises(Misconfigured, match="Another Catbridge runs with this database"):
            async with app.assembled(elsewhere, translator=translator):
                pass
    async with app.assembled(elsewhere, translator=translator):
        pass

"""The cat tax's rounds: what stays of those who were asked, and of names without an end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.model import Author, Joined, Left, PersonId
from bot.core.ports import Capabilities
from bot.store.database import Database
from tests.parts import ANN, EN, ZH, EditingRoom, RecallingRoom, world_of
from tests.test_cogs_cat_tax import SUNDAY_IN_CHINA, Town, picture

BO = Author(PersonId("east", "4711"), "Bo")


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    async with world_of(database, tmp_path) as world:
        can = Capabilities(4000, 1000, len, 10**7, files_per_part=4, replies=True)
        world.chats["east"] = RecallingRoom("east", world.clock, can)
        world.chats["west"] = EditingRoom("west", world.clock, can)
        world.courier = world.new_courier()
        yield await Town(world).start()


async def join(town: Town, person: Author) -> None:
    await town.hear(Joined(EN, person, town.world.clock.now()))
    await town.pass_time(180)


@pytest.mark.databases("sqlite", "postgresql")
async def test_who_has_left_meanwhile_is_not_asked_until_they_come_back(town: Town) -> None:
    now = town.world.clock.now()
    for event in (Joined(EN, BO, now), Left(EN, BO, now)) * 2:
        await town.hear(event)
    await town.pass_time(180)
    assert town.said(EN) == []
    await join(town, BO)
    assert "Bo" in town.said(EN)[-1].part.text.text


@pytest.mark.databases("sqlite", "postgresql")
async def test_who_asked_to_be_forgotten_is_no_more_in_the_names_of_posts(town: Town) -> None:
    await join(town, BO)
    assert "Bo" in town.said(EN)[-1].part.text.text
    await town.cog.forget(BO.person)
    assert not [
        row for row in await town.world.query("SELECT key FROM posts") if "4711" in str(row)
    ]


async def test_who_was_forgotten_is_welcomed_anew(town: Town) -> None:
    await join(town, BO)
    await town.cog.forget(BO.person)
    await join(town, BO)
    assert len(town.said(EN)) == 2


async def test_a_week_of_long_names_is_one_message_with_its_picture(town: Town) -> None:
    colours = ("red", "green", "blue", "orange", "black", "white", "brown", "pink", "gray")
    endless = replace(ANN, name="Ann of the very long name " * 8)
    for colour in colours:
        await town.bring(picture(colour), author=endless)
    before = len(town.said(ZH))
    await town.until(SUNDAY_IN_CHINA)
    (shown,) = town.said(ZH)[before:]
    assert shown.part.files

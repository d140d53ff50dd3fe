"""A restart changes nothing: what was said before it is still answered, edited and deleted."""

from __future__ import annotations

import pytest

from tests.bridge.place import arrival, arrivals, shows
from tests.bridge.town import Town

PAIRS = [("discord", "telegram"), ("telegram", "discord")]
pytestmark = pytest.mark.parametrize("platforms", PAIRS, ids="-to-".join)


async def test_a_reply_after_a_restart_finds_its_message(
    town: Town, platforms: tuple[str, str]
) -> None:
    here, there = [await town.place(platform) for platform in platforms]
    async with town.running():
        first = await here.say("who has a cat?")
        copy = await arrival(there)
    async with town.running():
        await here.say("nobody?", reply_to=first)
        assert (await arrivals(there, 2))[1].reply_to == copy.id


async def test_an_edit_after_a_restart_changes_the_old_copy(
    town: Town, platforms: tuple[str, str]
) -> None:
    here, there = [await town.place(platform) for platform in platforms]
    async with town.running():
        said = await here.say("tpyo")
        copy = await arrival(there)
    async with town.running():
        await here.edit(said, "typo")
        await shows(there, "typo")
        assert (await arrival(there)).id == copy.id


async def test_nothing_is_said_twice_after_a_restart(
    town: Town, platforms: tuple[str, str]
) -> None:
    here, there = [await town.place(platform) for platform in platforms]
    async with town.running():
        await here.say("before")
        await shows(there, "before")
    async with town.running():
        await here.say("after")
        await shows(there, "before", "after")

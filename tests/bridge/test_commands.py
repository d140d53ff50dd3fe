"""Commands on every platform: in the asker's language, and for mods where they are for mods."""

from __future__ import annotations

import pytest

from tests.bridge.conftest import PLATFORMS
from tests.bridge.place import Place, arrivals, shows
from tests.bridge.town import Town

pytestmark = pytest.mark.parametrize("platform", PLATFORMS)


async def two_places(town: Town, platform: str) -> tuple[Place, Place]:
    return await town.place(platform), await town.place(platform)


@pytest.mark.parametrize(
    ("locale", "about"), [("en", "I carry messages"), ("zh", "我在这个频道和对面的频道之间传话")]
)
async def test_help_speaks_the_askers_language(
    town: Town, platform: str, locale: str, about: str
) -> None:
    here, _ = await two_places(town, platform)
    async with town.running():
        assert about in await here.ask("help", locale=locale)


async def test_help_shows_mods_what_is_theirs(town: Town, platform: str) -> None:
    here, _ = await two_places(town, platform)
    async with town.running():
        assert "/relay pause" in await here.ask("help", is_mod=True)
        assert "/relay pause" not in await here.ask("help")


@pytest.mark.parametrize(
    ("locale", "refusal"), [("en", "Only moderators"), ("zh", "只有管理员才能使用")]
)
async def test_a_member_may_not_pause_a_relay(
    town: Town, platform: str, locale: str, refusal: str
) -> None:
    here, there = await two_places(town, platform)
    async with town.running():
        assert refusal in await here.ask("relay pause", locale=locale)
        await here.say("still carried")
        await shows(there, "still carried")


async def test_a_mod_sees_what_is_linked(town: Town, platform: str) -> None:
    here, there = await two_places(town, platform)
    async with town.running():
        listed = await here.ask("relay list", is_mod=True)
    assert "cats" in listed
    assert there.channel in listed


@pytest.mark.parametrize(
    ("locale", "state"), [("en", "everything has arrived"), ("zh", "全部送达")]
)
async def test_a_mod_sees_how_it_goes(town: Town, platform: str, locale: str, state: str) -> None:
    here, _ = await two_places(town, platform)
    async with town.running():
        assert state in await here.ask("relay status", is_mod=True, locale=locale)


async def test_what_is_said_during_a_pause_stays_where_it_is(town: Town, platform: str) -> None:
    here, there = await two_places(town, platform)
    async with town.running():
        assert "paused" in await here.ask("relay pause", is_mod=True)
        await here.say("between us")
        assert "runs again" in await here.ask("relay resume", is_mod=True)
        await here.say("for everyone")
        await shows(there, "for everyone")


async def test_a_pause_outlives_a_restart(town: Town, platform: str) -> None:
    here, there = await two_places(town, platform)
    async with town.running():
        await here.ask("relay pause", is_mod=True)
    async with town.running():
        await here.say("between us")
        await here.ask("relay resume", is_mod=True)
        await here.say("for everyone")
        await shows(there, "for everyone")


async def test_commands_and_their_answers_are_not_carried(town: Town, platform: str) -> None:
    here, there = await two_places(town, platform)
    async with town.running():
        await here.ask("help")
        await here.ask("relay pause", is_mod=True)
        await here.ask("relay resume", is_mod=True)
        await here.say("hello")
        await shows(there, "hello")
        await arrivals(here, 0)

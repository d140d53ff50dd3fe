"""Commands on every platform: in the asker's language, and for mods where they are for mods."""

from __future__ import annotations

import pytest

from tests.bridge.conftest import PLATFORMS, Pair
from tests.bridge.place import arrivals, shows
from tests.bridge.town import Town

on_every_platform = pytest.mark.parametrize(
    "platforms", [(one, one) for one in PLATFORMS], ids=PLATFORMS, indirect=True
)
in_one_bridge = pytest.mark.asyncio(loop_scope="session")


@on_every_platform
@in_one_bridge
@pytest.mark.parametrize(
    ("locale", "about"), [("en", "I carry messages"), ("zh", "我在这个频道和对面的频道之间传话")]
)
async def test_help_speaks_the_askers_language(pair: Pair, locale: str, about: str) -> None:
    assert about in (await pair.source.ask("help", locale=locale)).text


@on_every_platform
@in_one_bridge
async def test_help_shows_mods_what_is_theirs(pair: Pair) -> None:
    assert "(for moderators)" in (await pair.source.ask("help", is_mod=True)).text
    assert "（管理员专用）" in (await pair.source.ask("help", is_mod=True, locale="zh")).text
    assert "(for moderators)" not in (await pair.source.ask("help")).text


@on_every_platform
@in_one_bridge
@pytest.mark.parametrize(
    ("locale", "refusal"), [("en", "Only moderators"), ("zh", "只有管理员才能使用")]
)
async def test_a_member_may_not_pause_a_relay(pair: Pair, locale: str, refusal: str) -> None:
    assert refusal in (await pair.source.ask("relay pause", locale=locale)).text
    await pair.source.say("still carried")
    await shows(pair.destination, "still carried")


@on_every_platform
@in_one_bridge
@pytest.mark.parametrize(
    ("locale", "state"), [("en", "everything has arrived"), ("zh", "全部送达")]
)
async def test_a_mod_sees_how_it_goes(pair: Pair, locale: str, state: str) -> None:
    assert state in (await pair.source.ask("relay status", is_mod=True, locale=locale)).text


@on_every_platform
@in_one_bridge
async def test_what_is_said_during_a_pause_stays_where_it_is(pair: Pair) -> None:
    assert "paused" in (await pair.source.ask("relay pause", is_mod=True)).text
    await pair.source.say("between us")
    assert "runs again" in (await pair.source.ask("relay resume", is_mod=True)).text
    await pair.source.say("for everyone")
    await shows(pair.destination, "for everyone")


@on_every_platform
@in_one_bridge
async def test_commands_and_their_answers_are_not_carried(pair: Pair) -> None:
    await pair.source.ask("help")
    await pair.source.ask("relay pause", is_mod=True)
    await pair.source.ask("relay resume", is_mod=True)
    await pair.source.say("hello")
    await shows(pair.destination, "hello")
    await arrivals(pair.source, 0)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_mod_sees_what_is_linked(town: Town, platform: str) -> None:
    here, there = await town.place(platform), await town.place(platform)
    async with town.running():
        listed = (await here.ask("relay list", is_mod=True)).text
    assert "cats" in listed
    assert there.channel in listed


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_pause_outlives_a_restart(town: Town, platform: str) -> None:
    here, there = await town.place(platform), await town.place(platform)
    async with town.running():
        await here.ask("relay pause", is_mod=True)
    async with town.running():
        await here.say("between us")
        await here.ask("relay resume", is_mod=True)
        await here.say("for everyone")
        await shows(there, "for everyone")

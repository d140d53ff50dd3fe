"""Reactions cross: every platform to every, and what each of them allows the bridge to show."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.bridge.conftest import PAIRS, Pair
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Place, arrival, shows, until
from tests.bridge.town import Town

HEART, UP = "❤️", "👍"
EVERYTHING_BUT_REACTING = 1 << 10 | 1 << 11 | 1 << 13 | 1 << 15 | 1 << 16 | 1 << 29
EACH_ONCE = [one for number, one in enumerate(PAIRS) if one[::-1] not in PAIRS[:number]]


async def shown(place: Place, id: str, *emoji: str) -> None:
    bare = [one.replace("\ufe0f", "") for one in emoji]

    async def are_there() -> bool:
        return await place.mirrored(id) == bare

    await until(are_there)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platforms", EACH_ONCE, ids="-to-".join, indirect=True)
async def test_reactions_cross_both_ways_until_they_are_taken_back(pair: Pair) -> None:
    said = await pair.source.say("who has a cat?")
    copy = await arrival(pair.destination)
    await pair.source.react(said, HEART)
    await pair.destination.react(copy.id, UP, by="Mei")
    await shown(pair.destination, copy.id, HEART)
    await shown(pair.source, said, UP)
    await pair.source.react(said, HEART, is_added=False)
    await pair.destination.react(copy.id, UP, by="Mei", is_added=False)
    await shown(pair.destination, copy.id)
    await shown(pair.source, said)


async def discord_and_telegram(town: Town) -> tuple[DiscordPlace, TelegramPlace]:
    return await town.discord_place(), await town.telegram_place()


async def test_telegram_shows_the_most_held_that_it_has(town: Town) -> None:
    there, here = await discord_and_telegram(town)
    async with town.running():
        said = await there.say("look")
        copy = await arrival(here)
        for emoji, people in {"🐙": 3, "🔥": 1, "👍🏽": 2}.items():
            for number in range(people):
                await there.react(said, emoji, by=f"Reader {number}")
        await shown(here, copy.id, UP)
        for number in range(2):
            await there.react(said, "👍🏽", by=f"Reader {number}", is_added=False)
        await shown(here, copy.id, "🔥")
        await there.react(said, "🔥", by="Reader 0", is_added=False)
        await shown(here, copy.id)


async def test_telegram_shows_what_the_group_offers(town: Town) -> None:
    there, here = await discord_and_telegram(town)
    here.emulator.state.chats[here.chat].available_reactions = ["👎", "🔥"]
    async with town.running():
        said = await there.say("look")
        copy = await arrival(here)
        await there.react(said, HEART)
        await there.react(said, HEART, by="Mei")
        await there.react(said, "🔥")
        await shown(here, copy.id, "🔥")


async def test_a_group_that_offers_no_reactions_is_left_in_peace(town: Town) -> None:
    there, here = await discord_and_telegram(town)
    here.emulator.state.chats[here.chat].available_reactions = []
    async with town.running():
        said = await there.say("look")
        copy = await arrival(here)
        await there.react(said, HEART)
        asked = here.emulator.requests
        await here.emulator.wait(lambda: [o for o in asked if o.method == "setMessageReaction"])
        await there.say("and on it goes")
        await shows(here, "look", "and on it goes")
        assert await here.mirrored(copy.id) == []


async def test_telegrams_laughter_is_another_one(town: Town) -> None:
    place, here = await town.place("sandbox"), await town.telegram_place()
    async with town.running():
        said = await place.say("look")
        copy = await arrival(here)
        await place.react(said, "😂")
        await shown(here, copy.id, "🤣")


async def test_telegram_is_given_the_time_it_asks_for(town: Town) -> None:
    there, here = await discord_and_telegram(town)
    here.emulator.fault("setMessageReaction", status=429, retry_after=2)
    async with town.running():
        said = await there.say("look")
        copy = await arrival(here)
        await there.react(said, HEART)
        await shown(here, copy.id, HEART)
    calls = [one for one in here.emulator.requests if one.method == "setMessageReaction"]
    assert calls[1].time - calls[0].time >= 1.95


async def test_many_reactions_go_at_discords_pace(town: Town) -> None:
    there, place = await town.discord_place(), await town.place("sandbox")
    there.emulator.rate_limits = True
    async with town.running():
        said = [await there.say(f"cat {number}") for number in range(2)]
        await shows(place, "cat 0", "cat 1")
        for copy in await place.arrived():
            for emoji in ("❤️", "😂", "🐱", "👍"):
                await place.react(copy.id, emoji)
        for one in said:
            await until(lambda one=one: _count(there, one, 4))
    assert not [one for one in there.emulator.requests if one.status == 429]


async def _count(place: Place, id: str, wanted: int) -> bool:
    return len(await place.mirrored(id)) == wanted


async def test_a_message_with_twenty_kinds_takes_no_more(town: Town) -> None:
    here, there = await town.discord_place(), await town.discord_place()
    kinds = [chr(0x1F400 + number) for number in range(19)]
    async with town.running():
        said = await here.say("look")
        copy = await arrival(there)
        for emoji in kinds:
            await there.react(copy.id, emoji, by="Mei")
        await here.react(said, UP)
        await shown(there, copy.id, UP)
        await here.react(said, "🔥")
        await until(lambda: _refused(there))
        await here.react(said, UP, is_added=False)
        await shown(there, copy.id, "🔥")


async def _refused(place: DiscordPlace) -> bool:
    return any(one.method == "PUT" and one.status == 400 for one in place.emulator.requests)


async def test_without_the_right_to_react_the_messages_go_on(town: Town) -> None:
    here, there = await town.telegram_place(), await town.discord_place()
    there.emulator.set_permissions(there.channel, EVERYTHING_BUT_REACTING)
    async with town.running():
        said = await here.say("look")
        copy = await arrival(there)
        await here.react(said, HEART)
        tried = there.emulator.requests
        await there.emulator.wait(lambda: [o for o in tried if o.method == "PUT"])
        await here.say("and on it goes")
        await shows(there, "look", "and on it goes")
        assert await there.mirrored(copy.id) == []


async def test_another_bots_reaction_stays_where_it_is(town: Town) -> None:
    there, place = await town.discord_place(), await town.place("sandbox")
    robot = there.emulator.add_user("Robot", bot=True)
    async with town.running():
        said = await there.say("look")
        copy = await arrival(place)
        there.emulator.react(there.channel, said, robot, HEART)
        await there.react(said, UP)
        await shown(place, copy.id, UP)


async def test_a_moderator_who_clears_a_message_clears_its_copies(town: Town) -> None:
    there, place = await town.discord_place(), await town.place("sandbox")
    async with town.running():
        said = await there.say("look")
        copy = await arrival(place)
        for emoji in (UP, HEART, "🔥"):
            await there.react(said, emoji)
        await until(lambda: _count(place, copy.id, 3))
        there.emulator.clear_reactions(there.channel, said, HEART)
        await until(lambda: _count(place, copy.id, 2))
        there.emulator.clear_reactions(there.channel, said)
        await shown(place, copy.id)


async def test_a_restart_in_between_loses_none(town: Town) -> None:
    there, here = await discord_and_telegram(town)
    async with town.running():
        said = await there.say("look")
        copy = await arrival(here)
        await there.react(said, HEART)
        await until(lambda: _is_noted(town))
    assert await here.mirrored(copy.id) == []
    async with town.running():
        await shown(here, copy.id, HEART)


async def _is_noted(town: Town) -> bool:
    with closing(sqlite3.connect(town.folder / "catbridge.db")) as store:
        return bool(store.execute("SELECT 1 FROM mirrors").fetchall())

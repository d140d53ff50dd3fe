"""A relay of more than two channels: everybody hears everybody, once, each in their language."""

from __future__ import annotations

import re

from tests.bridge.place import Place, arrival, arrivals, shows, until
from tests.bridge.town import Town

PLATFORMS = ("discord", "telegram", "sandbox")


async def test_everybody_hears_everybody_once(town: Town) -> None:
    places = [await town.place(platform) for platform in PLATFORMS]
    async with town.running():
        for place in places:
            await place.say(f"from {place.platform}")
            for other in places:
                if other is not place:
                    await heard(other, f"from {place.platform}")
        for place in places:
            others = [other.platform for other in places if other is not place]
            await shows(place, *(f"from {platform}" for platform in others))


async def heard(place: Place, text: str) -> None:
    async def is_there() -> bool:
        return text in [one.text for one in await place.arrived()]

    await until(is_there)


async def test_each_side_reads_its_own_language(town: Town) -> None:
    here = await town.place("sandbox", "zh")
    english, chinese = await town.place("telegram", "en"), await town.place("discord", "zh")
    async with town.running():
        await here.say("我很喜欢你的猫。")
        assert re.search("cat", (await arrival(english)).text)
        await shows(chinese, "我很喜欢你的猫。")


async def test_a_reply_across_three_platforms_finds_each_ones_copy(town: Town) -> None:
    discord, telegram, sandbox = [await town.place(platform) for platform in PLATFORMS]
    async with town.running():
        asked = await discord.say("who has a cat?")
        on_telegram, on_sandbox = await arrival(telegram), await arrival(sandbox)
        await telegram.say("me", reply_to=on_telegram.id)
        assert (await arrival(discord)).reply_to == asked
        assert (await arrivals(sandbox, 2))[1].reply_to == on_sandbox.id

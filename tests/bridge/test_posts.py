"""Posts of our own on every platform: their buttons, and the talk under them."""

from __future__ import annotations

import pytest

from bot.i18n import translate
from bot.intake import CLOSED
from tests.bridge.conftest import PLATFORMS, Pair
from tests.bridge.parties import Parties
from tests.bridge.place import Arrived, Place, arrival, until
from tests.bridge.town import Town

in_one_bridge = pytest.mark.asyncio(loop_scope="session")
two_platforms = pytest.mark.parametrize(
    "platforms",
    [("discord", "telegram"), ("telegram", "discord")],
    ids="-to-".join,
)


async def asked(here: Place, there: Place) -> tuple[Arrived, Arrived]:
    """A question in both places, and the program knows of both."""
    assert (await here.ask("party")).text == "asked"

    async def known() -> bool:
        return (await here.ask("asked")).text == "2"

    await until(known)
    return await arrival(here), await arrival(there)


async def told(place: Place, about: Arrived) -> list[tuple[str, str]]:
    """What is there to read about it, once there is something."""

    async def found() -> list[tuple[str, str]]:
        return [(one.author, one.text) for one in await place.arrived_about(about.id)]

    return await until(found)


@in_one_bridge
async def test_a_post_appears_with_its_button_in_every_place(pair: Pair) -> None:
    for post in await asked(pair.source, pair.destination):
        assert (post.text, post.buttons) == ("Who comes?", ("I do",))


@in_one_bridge
async def test_a_press_is_answered_and_the_button_goes_everywhere(pair: Pair) -> None:
    posts = await asked(pair.source, pair.destination)
    told = await pair.source.press(posts[0].id, "I do", by="Sam")
    assert told.text == "cake for Sam"
    for place, post in zip((pair.source, pair.destination), posts, strict=True):

        async def changed(place: Place = place) -> Arrived | None:
            one = await arrival(place)
            return one if one.text == "Sam comes." else None

        now = await until(changed)
        assert now is not None
        assert (now.id, now.buttons) == (post.id, ())


@in_one_bridge
async def test_talk_about_a_post_reaches_the_talk_about_it_on_the_other_side(pair: Pair) -> None:
    here, there = await asked(pair.source, pair.destination)
    await pair.source.say_about(here.id, "with my cat?", by="Sam")
    assert await told(pair.destination, there) == [("Sam", "with my cat?")]
    await pair.destination.say_about(there.id, "of course", by="Mei")
    assert await told(pair.source, here) == [("Mei", "of course")]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_button_works_after_a_restart(town: Town, platform: str) -> None:
    town.cogs.append(Parties)
    here, there = await town.place(platform), await town.place(platform)
    async with town.running():
        post, _ = await asked(here, there)
    async with town.running():
        assert (await here.press(post.id, "I do", by="Sam")).text == "cake for Sam"


@two_platforms
async def test_talk_about_a_post_goes_on_after_a_restart(
    town: Town, platforms: tuple[str, str]
) -> None:
    town.cogs.append(Parties)
    here, there = [await town.place(platform) for platform in platforms]
    async with town.running():
        mine, theirs = await asked(here, there)
    await here.say_about(mine.id, "is anybody there?", by="Sam")
    async with town.running():
        assert await told(there, theirs) == [("Sam", "is anybody there?")]


async def test_who_writes_in_a_thread_that_is_closed_is_told_so(town: Town) -> None:
    town.cogs.append(Parties)
    here, there = await town.place("discord"), await town.place("telegram", "zh")
    async with town.running():
        post, _ = await asked(here, there)
        assert (await here.ask("party-over")).text == "over"
        await here.say_about(post.id, "too late?", by="Sam")
        ((_, answer),) = await told(here, post)
    assert answer == translate(CLOSED, "en")

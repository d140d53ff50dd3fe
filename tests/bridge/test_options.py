"""What mods, or the file, chose for a channel, as it looks on every platform."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.bridge.conftest import PLATFORMS
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_sandbox import SandboxPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import PNG, Arrived, Piece, Place, arrival, arrivals, shows, until
from tests.bridge.test_pairing import link
from tests.bridge.town import Town

FROM = {"discord": "telegram", "telegram": "sandbox", "sandbox": "discord"}
LIKES, LIKED = "我喜欢猫", "cat"
LONG = "我喜欢猫。" * 60  # more than a note on Telegram can hold
BUTTON = "原文 / Original"
SILENT = 1 << 12

to_each = pytest.mark.parametrize("there", PLATFORMS)


async def two(
    town: Town, there: str, languages: tuple[str, str] = ("zh", "en"), **options: Any
) -> tuple[Place, Place]:
    """A place on another platform, and one on this, for which the file says `options`."""
    town.without |= {"welcome_buddy", "cat_tax"}  # they greet whoever comes
    one = await town.place(FROM[there], languages[0])
    other = await town.place(there, languages[1])
    town.options[other.channel] = options
    return one, other


@to_each
async def test_the_original_is_under_a_spoiler(town: Town, there: str) -> None:
    here, place = await two(town, there, original="spoiler")
    async with town.running():
        await here.say(LIKES)
        shown = await arrival(place)
    assert LIKED in shown.text
    assert Piece(LIKES, "spoiler") in shown.pieces


@to_each
async def test_a_button_shows_the_original_also_after_a_restart(town: Town, there: str) -> None:
    here, place = await two(town, there, original="button")
    async with town.running():
        await here.say(LIKES)
        shown = await arrival(place)
        assert LIKES not in shown.text
        assert shown.buttons == (BUTTON,)
    async with town.running():
        told = await place.press(shown.id, BUTTON, by="Reader")
        assert told.text == LIKES
        await arrivals(place, 1)  # nobody else was told


async def test_a_long_original_is_told_in_private_on_telegram(town: Town) -> None:
    here, place = await two(town, "telegram", original="button")
    assert isinstance(place, TelegramPlace)
    async with town.running():
        alone = place.open_private_chat("Reader")
        await here.say(LONG)
        shown = await arrival(place)
        told = await place.press(shown.id, BUTTON, by="Reader")
        assert told.text == "I told you in private."
        assert alone.emulator.sent(alone.chat)[-1]["text"] == LONG
        await arrivals(place, 1)


@to_each
async def test_a_button_says_when_the_original_is_gone(town: Town, there: str) -> None:
    here, place = await two(town, there, original="button")
    async with town.running():
        await here.say(LIKES)
        shown = await arrival(place)
    town.clock.advance(timedelta(days=4))
    async with town.running():
        told = await place.press(shown.id, BUTTON, by="Reader")
    assert told.text.startswith("The original is not kept any more: words go after 2 days")


@pytest.mark.parametrize(("names", "has_picture"), [("full", True), ("plain", False)])
async def test_plain_names_have_no_picture_on_discord(
    town: Town, names: str, has_picture: bool
) -> None:
    here = await town.place("discord", in_guild=False)
    there = await town.place("discord")
    assert isinstance(there, DiscordPlace)
    town.options[there.channel] = {"names": names}
    async with town.running():
        await here.say("hello")
        assert (await arrival(there)).author == "Sam"
        (written,) = there.written()
    assert (written["author"]["avatar"] is not None) is has_picture


@pytest.mark.parametrize(("names", "picture"), [("full", "cat"), ("plain", "")])
async def test_plain_names_have_no_picture_on_the_page(
    town: Town, names: str, picture: str
) -> None:
    here, there = await town.place("sandbox"), await town.place("sandbox")
    assert isinstance(there, SandboxPlace)
    town.options[there.channel] = {"names": names}
    async with town.running():
        await here.say("hello")
        assert (await arrival(there)).author == "Sam"
        (shown,) = await there._shown()
    assert shown["avatar"] == picture


async def test_plain_names_are_names_on_telegram(town: Town) -> None:
    here, there = await two(town, "telegram", ("en", "en"), names="plain")
    async with town.running():
        await here.say("hello")
        shown = await arrival(there)
    assert (shown.author, shown.text) == ("Sam", "hello")


@to_each
async def test_a_file_that_does_not_cross_is_named(town: Town, there: str) -> None:
    here, place = await two(town, there, ("en", "en"), attachments=["voice"])
    async with town.running():
        await here.say("look", files=[PNG])
        shown = await arrival(place)
    assert shown.files == ()
    assert shown.text.splitlines()[0] == "look"
    assert "[not carried over here: picture]" in shown.text


def is_silent(place: Place, shown: Arrived) -> bool:
    if isinstance(place, DiscordPlace):
        return bool(place.emulator.message(place.channel, shown.id)["flags"] & SILENT)
    assert isinstance(place, TelegramPlace)
    sent = [one for one in place.emulator.requests if one.method == "sendMessage"]
    found = next(one for one in sent if shown.text in one.params["text"])
    return str(found.params.get("disable_notification")).lower() == "true"


@pytest.mark.parametrize("there", ["discord", "telegram"])
async def test_nothing_makes_a_sound_in_quiet_hours(town: Town, there: str) -> None:
    """New York is four or five hours behind UTC."""
    quiet = {"quiet_from": "21:30", "quiet_to": "09:30"}
    here, place = await two(town, there, ("en", "en"), **quiet)
    town.clock.wait_for(4)
    async with town.running():
        await here.say("good night")
        (night,) = await arrivals(place, 1)
        town.clock.wait_for(17)
        await here.say("good day")
        _, day = await arrivals(place, 2)
    assert is_silent(place, night)
    assert not is_silent(place, day)


@to_each
async def test_a_channel_that_only_receives_is_not_heard(town: Town, there: str) -> None:
    here, place = await two(town, there, ("en", "en"), mode="read")
    async with town.running():
        await place.say("only here")
        await here.say("hello")
        await shows(place, "hello")
        await shows(here)


@to_each
async def test_a_channel_that_only_sends_shows_nothing(town: Town, there: str) -> None:
    here, place = await two(town, there, ("en", "en"), mode="write")
    async with town.running():
        await here.say("only here")
        await place.say("hello")
        await shows(here, "hello")
        await shows(place)


async def leave(place: Place, name: str) -> None:
    if isinstance(place, DiscordPlace):
        place.emulator.leave(place.guild, place.person(name))
    elif isinstance(place, TelegramPlace):
        await place.emulator.leave(place.chat, place.person(name))


@to_each
async def test_who_comes_and_goes_is_told_on_the_other_side(town: Town, there: str) -> None:
    here, place = await two(town, there, ("en", "en"), join_lines=True)
    lines = ["👋 Wanda has joined on the other side."]
    async with town.running() as bridge:
        await here.join("Wanda")
        await until_heard(town, bridge, 1)
        await shows(place, *lines)
        if not isinstance(here, SandboxPlace):  # nobody leaves the page
            await leave(here, "Wanda")
            await until_heard(town, bridge, 2)
            await shows(place, *lines, "Wanda has left the other side.")


async def until_heard(town: Town, bridge: Any, count: int) -> None:
    """Until that many comings are known, and the next look at them is over."""

    async def heard() -> bool:
        async with bridge.database.reading() as connection:
            row = await connection.exec_driver_sql(
                "SELECT count(DISTINCT kind) FROM happenings WHERE kind IN ('joined', 'left')"
            )
            return row.scalar_one() >= count or bool(await lines_said(connection, count))

    await until(heard)
    await town.pass_time(timedelta(seconds=30))


async def lines_said(connection: Any, count: int) -> bool:
    said = await connection.exec_driver_sql(
        "SELECT count(*) FROM posts WHERE key LIKE 'relays.comings:%'"
    )
    return said.scalar_one() >= count


async def test_other_bots_cross_until_they_write_without_an_end(town: Town) -> None:
    there = await town.telegram_place()
    here = await town.discord_place()
    town.options[here.channel] = {"bots": True}
    here._people["News"] = here.emulator.add_user("News", bot=True)
    async with town.running():
        for number in range(12):
            await here.say(f"news {number}", by="News")
        await here.say("hello", by="Sam")
        await shows(there, *(f"news {number}" for number in range(10)), "hello")
        (told,) = await arrivals(here, 1)
    assert "Bots' messages stay here until Catbridge is started again." in told.text


async def test_other_bots_stay_where_they_are(town: Town) -> None:
    there = await town.telegram_place()
    here = await town.discord_place()
    here._people["News"] = here.emulator.add_user("News", bot=True)
    async with town.running():
        await here.say("news", by="News")
        await here.say("hello", by="Sam")
        await shows(there, "hello")


@to_each
async def test_mods_choose_with_a_command_and_with_buttons(town: Town, there: str) -> None:
    here, place = await town.unlinked(FROM[there]), await town.unlinked(there)
    async with town.running():
        await link(here, place, ("zh", "en"))
        told = await place.ask("relay options original spoiler", is_mod=True)
        assert told.text == "Done. The original stands below the translation, under a spoiler."
        await here.say(LIKES)
        _, shown = await arrivals(place, 2)
        assert Piece(LIKES, "spoiler") in shown.pieces
        listed = await place.ask("relay options", is_mod=True)
        assert "original: The original stands below" in listed.text.replace("`", "")
        offered = await place.press(listed, "Original", by="Mod", is_mod=True)
        assert offered.buttons == ("Hidden", "Under a spoiler", "Behind a button")

"""Mods link places of every two platforms by a code, and what is written next crosses."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.bridge.conftest import PLATFORMS
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Place, arrivals, until
from tests.bridge.town import Town

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
TWO = [(one, other) for one in PLATFORMS for other in PLATFORMS if one != other]
VIEW, SEND = 1 << 10, 1 << 11


async def coded(place: Place) -> str:
    """The code, from wherever its mod was told it."""
    if isinstance(place, TelegramPlace):
        alone = place.open_private_chat("Mod")
        told = (await place.ask("relay link", is_mod=True)).text
        assert told == "I told you in private."
        words = alone.emulator.sent(alone.chat)[-1]["text"]
    else:
        words = (await place.ask("relay link", is_mod=True)).text
    found = CODE.search(words)
    assert found, words
    return found[0]


async def link(one: Place, other: Place, languages: tuple[str, str] = ("en", "zh")) -> None:
    await one.ask(f"relay create Cats {languages[0]}", is_mod=True)
    code = await coded(one)
    told = await other.ask(f"relay join {code} {languages[1]}", is_mod=True)
    assert "Done: this channel is in “Cats” now." in told.text
    for place in (one, other):
        await greeted(place)


async def greeted(place: Place) -> None:
    (hello,) = await arrivals(place, 1)
    assert "👋 “Cats” links this channel with" in hello.text
    assert re.search("[\u4e00-\u9fff]", hello.text) or "Simplified" in hello.text


async def reads(place: Place, text: str) -> None:
    async def is_there() -> bool:
        return text in [one.text for one in await place.arrived()]

    await until(is_there)


@pytest.mark.parametrize(("one", "other"), TWO, ids="-to-".join)
async def test_what_is_written_after_joining_crosses_translated(
    town: Town, one: str, other: str
) -> None:
    here, there = await town.unlinked(one), await town.unlinked(other)
    async with town.running():
        await here.say("before")
        await there.say("以前")
        await link(here, there)
        await here.say("hello")
        (_, crossed) = await arrivals(there, 2)
        assert re.search("[\u4e00-\u9fff]", crossed.text), crossed
        await there.say("谢谢")
        (_, crossed) = await arrivals(here, 2)
        assert "hank" in crossed.text


@pytest.mark.parametrize(("one", "other"), TWO[:3], ids="-to-".join)
async def test_a_link_is_there_after_a_restart(town: Town, one: str, other: str) -> None:
    here, there = await town.unlinked(one), await town.unlinked(other)
    async with town.running():
        await link(here, there, ("en", "en"))
    async with town.running():
        await here.say("still here")
        await reads(there, "still here")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_language_is_chosen_with_a_button(town: Town, platform: str) -> None:
    here = await town.unlinked("sandbox" if platform != "sandbox" else "telegram")
    there = await town.unlinked(platform)
    async with town.running():
        await here.ask("relay create Cats en", is_mod=True)
        code = await coded(here)
        asked = await there.ask(f"relay join {code}", is_mod=True)
        assert set(asked.buttons) == {"English", "Simplified Chinese", "Traditional Chinese"}
        refused = await there.press(asked, "English", by="Passer-by")
        assert refused.text == "Only moderators can use this command."
        done = await there.press(asked, "English", by="Mod", is_mod=True)
        assert "Done: this channel is in “Cats” now." in done.text
        await here.say("hello")
        await reads(there, "hello")


async def test_discord_s_past_tells_which_language_is_likely(town: Town) -> None:
    here = await town.unlinked("discord")
    for words in ("今天吃什么", "我也不知道", "那就火锅吧"):
        await here.say(words)
    async with town.running():
        asked = await here.ask("relay create Cats", is_mod=True)
    assert asked.buttons[0] == "Simplified Chinese"
    assert "(Simplified Chinese)" in asked.text


async def test_what_the_bot_may_not_do_on_discord_is_told_on_the_other_side(town: Town) -> None:
    here, there = await town.unlinked("discord"), await town.unlinked("sandbox")
    assert isinstance(here, DiscordPlace)
    async with town.running():
        await here.ask("relay create Cats en", is_mod=True)
        code = await coded(here)
        here.emulator.set_permissions(here.channel, VIEW | SEND)
        told = (await there.ask(f"relay join {code} en", is_mod=True)).text
        assert f"Discord {here.channel}: The bot lacks these permissions: Manage Webhooks" in told
        assert "Read Message History" in told
        here.emulator.set_permissions(here.channel, None)
        assert "Done" in (await there.ask(f"relay join {code} en", is_mod=True)).text


async def test_telegram_s_privacy_mode_is_told_before_a_group_is_linked(town: Town) -> None:
    here, there = await town.unlinked("sandbox"), await town.unlinked("telegram")
    assert isinstance(there, TelegramPlace)
    there.emulator.privacy_mode = True
    async with town.running():
        await here.ask("relay create Cats en", is_mod=True)
        code = await coded(here)
        told = (await there.ask(f"relay join {code} en", is_mod=True)).text
        assert "this channel: Privacy mode hides this group's messages from the bot." in told
        there.emulator.privacy_mode = False
        assert "Done" in (await there.ask(f"relay join {code} en", is_mod=True)).text


async def test_a_topic_is_linked_and_its_group_is_not(town: Town) -> None:
    emulator = await town.telegram()
    forum = emulator.add_chat("Cats", forum=True)
    topic = TelegramPlace(emulator, forum, emulator.add_topic(forum, "English"))
    there = await town.unlinked("sandbox")
    async with town.running():
        await there.ask("relay create Cats en", is_mod=True)
        told = await topic.ask(f"relay join {await coded(there)} en", is_mod=True)
        assert "Done" in told.text
        await TelegramPlace(emulator, forum).say("in General")
        await topic.say("in the topic")
        await reads(there, "in the topic")
        assert "in General" not in [one.text for one in await there.arrived()]


async def test_a_discord_thread_is_linked(town: Town) -> None:
    emulator = await town.discord()
    thread = emulator.add_thread(emulator.add_channel(town.guild, "cats"), "English")
    here, there = DiscordPlace(emulator, town.guild, thread), await town.unlinked("sandbox")
    async with town.running():
        await link(there, here, ("en", "en"))
        await there.say("hello")
        await reads(here, "hello")
        await here.say("hi")
        await reads(there, "hi")


async def test_a_private_chat_on_telegram_is_refused_with_the_reason(town: Town) -> None:
    here, group = await town.unlinked("sandbox"), await town.unlinked("telegram")
    assert isinstance(group, TelegramPlace)
    alone = group.open_private_chat("Mod")
    async with town.running():
        await here.ask("relay create Cats en", is_mod=True)
        told = await alone.ask(f"relay join {await coded(here)} en", by="Mod")
    assert told.text == (
        "This does nothing in a private chat. Write it in the group or channel itself."
    )


async def test_a_code_finds_no_mod_who_never_wrote_to_the_bot(town: Town) -> None:
    here = await town.unlinked("telegram")
    async with town.running():
        await here.ask("relay create Cats en", is_mod=True)
        told = (await here.ask("relay link", is_mod=True)).text
    assert told.startswith("I can tell you that in private only.")
    assert not CODE.search(told)


async def test_of_two_platforms_with_one_code_one_is_linked(town: Town) -> None:
    here = await town.unlinked("sandbox")
    rivals = [await town.unlinked("discord"), await town.unlinked("telegram")]
    async with town.running():
        await here.ask("relay create Cats en", is_mod=True)
        code = await coded(here)
        answers = await asyncio.gather(
            *(rival.ask(f"relay join {code} en", is_mod=True) for rival in rivals)
        )
    told = sorted(one.text for one in answers)
    assert told[0].startswith("Done")
    assert told[1] == "This code has been used already. “/relay link” makes a new one."


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_codes_and_names_that_will_not_do_are_refused(town: Town, platform: str) -> None:
    here = await town.unlinked(platform)
    async with town.running():
        told = await here.ask(f"relay create {'x' * 1000} en", is_mod=True)
        assert told.text == "That name is too long: at most 50 characters."
        if platform != "discord":  # where one is chosen from a menu
            told = await here.ask("relay create Cats klingon", is_mod=True)
            assert "“klingon”" in told.text
        told = await here.ask("relay join ABCDEFGH en", is_mod=True)
        assert told.text.startswith("No such code.")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_channel_leaves_and_comes_back(town: Town, platform: str) -> None:
    here = await town.unlinked("sandbox" if platform != "sandbox" else "telegram")
    there = await town.unlinked(platform)
    async with town.running():
        await link(here, there, ("en", "en"))
        asked = await there.ask("relay leave", is_mod=True)
        await there.press(asked, "Leave the relay", by="Mod", is_mod=True)
        _, goodbye = await arrivals(here, 2)
        assert "has left “Cats”" in goodbye.text
        await there.say("alone")
        await here.say("also alone")
        again = await there.ask(f"relay join {await coded(here)} en", is_mod=True)
        assert "Done" in again.text
        await here.say("together")
        await reads(there, "together")
        await there.say("again")
        await reads(here, "again")
        everything = [one.text for one in (*await here.arrived(), *await there.arrived())]
    assert "alone" not in everything
    assert "also alone" not in everything


async def test_what_was_said_while_the_bot_was_away_after_the_link_crosses(town: Town) -> None:
    """The first catch-up goes back to the link, and no further."""
    here, there = await town.unlinked("discord"), await town.unlinked("sandbox")
    await here.say("long before")
    async with town.running():
        await here.say("before")
        await link(here, there, ("en", "en"))
    await here.say("after")
    async with town.running():
        await reads(there, "after")
        texts = [one.text for one in await there.arrived()]
    assert not {"before", "long before"} & set(texts)

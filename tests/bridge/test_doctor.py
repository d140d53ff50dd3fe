"""/doctor on every platform: mods are told in private why nothing crosses; nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bridge.conftest import PLATFORMS
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Place, arrivals, until
from tests.bridge.town import Town

VIEW, SEND = 1 << 10, 1 << 11


async def told(place: Place, *, locale: str = "en") -> str:
    """What the doctor tells a mod, wherever that may be."""
    if not isinstance(place, TelegramPlace):
        answer = await place.ask("doctor", is_mod=True, locale=locale)
        more = await follow_ups(place)
        return "\n".join([answer.text, *more])
    alone = place.open_private_chat("Mod", locale)
    before = len(alone.emulator.sent(alone.chat))
    answer = await place.ask("doctor", is_mod=True, locale=locale)
    assert len(answer.text) < 40

    async def letters() -> list[str]:
        return [sent["text"] for sent in alone.emulator.sent(alone.chat)[before:]]

    return "\n".join(await until(letters))


async def follow_ups(place: Place) -> list[str]:
    """A long answer goes on in messages that the asker alone sees."""
    if not isinstance(place, DiscordPlace):
        return []
    said = place.emulator.messages(place.channel)
    return [one["content"] for one in said if one.get("interaction_metadata")]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_bridge_in_order_is_explained_on_every_platform(town: Town, platform: str) -> None:
    other = "telegram" if platform != "telegram" else "discord"
    here, there = await town.place(platform), await town.place(other, "zh")
    async with town.running():
        await here.say("hello")
        await arrivals(there, 1)
        story = await told(here)
    assert "❌" not in story
    assert "✅ In order" in story
    assert "Nothing is broken." in story
    assert "this channel: Last heard" in story
    assert "Translation: Models translate: en-zh, zh-en." in story


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_only_mods_may_ask(town: Town, platform: str) -> None:
    here = await town.place(platform)
    await town.place("sandbox", "zh")
    async with town.running():
        answer = await here.ask("doctor")
    assert answer.text == "Only moderators can use this command."


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_channel_in_no_relay_is_told_so(town: Town, platform: str) -> None:
    here = await town.unlinked(platform)
    async with town.running():
        answer = await here.ask("doctor", is_mod=True)
    assert "This channel is in no relay" in answer.text


async def test_rights_lost_on_discord_are_told_on_the_other_side(town: Town) -> None:
    here, there = await town.place("sandbox"), await town.discord_place(language="zh")
    async with town.running():
        there.emulator.set_permissions(there.channel, VIEW | SEND)
        story = await told(here)
    assert "❌ Broken" in story
    assert f"Discord {there.channel}: The bot lacks these permissions: Manage Webhooks" in story
    assert "Nothing is broken." not in story


async def test_privacy_mode_is_told_with_its_remedy(town: Town) -> None:
    here, there = await town.place("sandbox"), await town.telegram_place(language="zh")
    async with town.running():
        there.emulator.privacy_mode = True
        story = await told(here)
    assert f"Telegram {there.channel}: Privacy mode hides" in story
    assert "/setprivacy" in story


async def test_looking_leaves_the_running_bridge_alone(town: Town) -> None:
    here, there = await town.place("telegram"), await town.place("discord")
    async with town.running():
        for number in range(3):
            await told(here)
            town.clock.advance(timedelta(seconds=11))
            await here.say(f"message {number}")
            await arrivals(there, number + 1)
    emulator = await town.telegram()
    assert all(one.status == 200 for one in emulator.requests if one.method == "getUpdates")


async def test_a_paused_relay_and_three_silent_days_explain_silence(town: Town) -> None:
    here, there = await town.place("sandbox"), await town.place("sandbox", "zh")
    async with town.running():
        await here.say("hello")
        await arrivals(there, 1)
        await here.ask("relay pause", is_mod=True)
        town.clock.advance(timedelta(days=4))
        story = await told(here)
    assert "cats: The relay is paused: nothing crosses." in story
    assert "this channel: Nothing was heard here for 4 days." in story


async def test_other_communities_are_not_looked_at(town: Town) -> None:
    here, _ = await town.place("sandbox"), await town.place("sandbox", "zh")
    other = await town.place("discord", relay="dogs")
    await town.place("telegram", "zh", relay="dogs")
    async with town.running():
        story = await told(here)
    assert other.channel not in story
    assert "Telegram" not in story
    assert town.settings().discord.token is not None


async def test_no_secret_and_no_place_of_the_machine_is_told(town: Town) -> None:
    here, there = await town.place("discord"), await town.place("telegram", "zh")
    async with town.running():
        await town.telegram()
        (await town.telegram()).fault("getChat", status=400, times=None)
        story = await told(here)
    assert f"Telegram {there.channel}" in story
    for emulator in (await town.discord(), await town.telegram()):
        assert emulator.token not in story
    assert str(town.folder) not in story

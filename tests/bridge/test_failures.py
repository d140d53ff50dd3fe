"""What a platform refuses, delays or loses: accepted messages wait, arrive once, and in order."""

from __future__ import annotations

import re

import pytest

from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Place, arrivals, shows, until
from tests.bridge.town import Town

SAID = ["one", "two", "three"]
VIEW_ALONE = 1 << 10


async def discord_and_sandbox(town: Town) -> tuple[DiscordPlace, Place]:
    return await town.discord_place(), await town.place("sandbox")


async def telegram_and_sandbox(town: Town) -> tuple[TelegramPlace, Place]:
    return await town.telegram_place(), await town.place("sandbox")


async def say_all(place: Place) -> None:
    for text in SAID:
        await place.say(text)


async def words(place: Place) -> list[str]:
    """What arrived, however it was put together."""
    return re.findall("|".join(SAID), "\n".join(one.text for one in await place.arrived()))


async def all_arrive(place: Place, within: float = 30.0) -> None:
    async def complete() -> bool:
        return await words(place) == SAID

    await until(complete, within)


async def test_discord_is_given_the_time_it_asks_for(town: Town) -> None:
    there, here = await discord_and_sandbox(town)
    there.emulator.fault("POST", "^/webhooks/", status=429, retry_after=0.5)
    async with town.running():
        await say_all(here)
        await all_arrive(there)


async def test_telegram_is_given_the_time_it_asks_for(town: Town) -> None:
    there, here = await telegram_and_sandbox(town)
    there.emulator.fault("sendMessage", status=429, retry_after=1)
    async with town.running():
        await say_all(here)
        await all_arrive(there)
    sent = [one for one in there.emulator.requests if one.method == "sendMessage"]
    assert sent[1].time - sent[0].time >= 0.95


@pytest.mark.parametrize("failure", [{"status": 502}, {"cut": True}])
async def test_discord_gets_a_message_once_though_its_answer_was_lost(
    town: Town, failure: dict[str, int | bool]
) -> None:
    there, here = await discord_and_sandbox(town)
    async with town.running():
        await here.say("first")
        await shows(there, "first")
        there.emulator.fault("POST", "^/webhooks/", when="after", **failure)  # type: ignore[arg-type]
        await say_all(here)
        await all_arrive(there)


async def test_the_same_words_twice_are_two_messages_on_discord(town: Town) -> None:
    """What is looked for after a lost answer must not be the one before."""
    there, here = await discord_and_sandbox(town)
    async with town.running():
        await here.say("meow")
        await shows(there, "meow")
        there.emulator.fault("POST", "^/webhooks/", cut=True)  # before it took effect
        await here.say("meow")
        await shows(there, "meow", "meow")


@pytest.mark.parametrize("failure", [{"status": 502}, {"cut": True}])
async def test_telegram_gets_a_message_at_most_twice_if_its_answer_was_lost(
    town: Town, failure: dict[str, int | bool]
) -> None:
    there, here = await telegram_and_sandbox(town)
    there.emulator.fault("sendMessage", when="after", **failure)  # type: ignore[arg-type]
    async with town.running():
        await say_all(here)

        async def complete() -> bool:
            return await words(there) in (SAID, ["one", *SAID])

        await until(complete)


@pytest.mark.parametrize("failure", [{"status": 500}, {"cut": True}])
async def test_what_telegram_never_got_is_sent_again(
    town: Town, failure: dict[str, int | bool]
) -> None:
    there, here = await telegram_and_sandbox(town)
    there.emulator.fault("sendMessage", **failure)  # type: ignore[arg-type]
    async with town.running():
        await say_all(here)
        await all_arrive(there)


async def test_an_outage_of_telegram_only_delays(town: Town) -> None:
    there, here = await telegram_and_sandbox(town)
    async with town.running():
        await there.emulator.stop()
        await say_all(here)
        await there.emulator.start()
        await all_arrive(there)


async def test_an_edit_that_failed_is_made_later(town: Town) -> None:
    there, here = await discord_and_sandbox(town)
    async with town.running():
        said = await here.say("tpyo")
        await shows(there, "tpyo")
        there.emulator.fault("PATCH", "^/webhooks/", status=500)
        await here.edit(said, "typo")
        await shows(there, "typo")


async def test_a_message_refused_for_what_it_is_holds_nobody_up(town: Town) -> None:
    there, here = await telegram_and_sandbox(town)
    there.emulator.fault("sendMessage", status=400, description="Bad Request: strange message")
    async with town.running():
        await here.say("strange")
        await here.say("plain")
        await shows(there, "plain")
        told = (await arrivals(here, 1))[0].text
    assert "could not be delivered" in told


async def test_a_telegram_group_that_threw_the_bot_out_gets_everything_later(town: Town) -> None:
    there, here = await telegram_and_sandbox(town)
    async with town.running():
        there.emulator.bot_status(there.chat, "kicked")
        await say_all(here)
        await until(lambda: _waits(here, len(SAID)))
        there.emulator.bot_status(there.chat, "member")
        town.leap()
        await all_arrive(there)


async def test_a_discord_server_that_threw_the_bot_out_gets_everything_later(town: Town) -> None:
    there, here = await discord_and_sandbox(town)
    async with town.running():
        there.emulator.kick_bot(there.guild)
        await say_all(here)
        await until(lambda: _waits(here, len(SAID)))
        there.emulator.add_bot(there.guild)
        town.leap()
        await all_arrive(there)


async def test_a_missing_permission_holds_messages_back_until_it_is_given(town: Town) -> None:
    there, here = await discord_and_sandbox(town)
    there.emulator.set_permissions(there.channel, VIEW_ALONE)
    async with town.running():
        await say_all(here)
        await until(lambda: _waits(here, len(SAID)))
        there.emulator.set_permissions(there.channel, None)
        town.leap()
        await all_arrive(there)


async def test_a_deleted_channel_keeps_its_queue_and_holds_up_no_other(town: Town) -> None:
    gone, here = await discord_and_sandbox(town)
    there = await town.place("sandbox")
    async with town.running():
        gone.emulator.delete_channel(gone.channel)
        await say_all(here)

        async def complete() -> bool:
            """Beside the line that tells of the channel."""
            return [one.text for one in await there.arrived() if one.text in SAID] == SAID

        await until(complete)
        await until(lambda: _waits(here, len(SAID)))


async def test_a_queue_outlives_a_restart(town: Town) -> None:
    there, here = await telegram_and_sandbox(town)
    there.emulator.bot_status(there.chat, "kicked")
    async with town.running():
        await say_all(here)
        await until(lambda: _waits(here, len(SAID)))
    there.emulator.bot_status(there.chat, "member")
    town.leap()
    async with town.running():
        await all_arrive(there)


async def _waits(place: Place, count: int) -> bool:
    return f"{count} waiting" in (await place.ask("relay status", is_mod=True)).text

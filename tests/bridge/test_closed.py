"""Channels that are closed to the bot: the others are told once, with what mends it, and once more.

What waits meanwhile is kept, through a restart too, and goes over when the channel is open again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.core.model import ChannelId
from bot.store import lanes
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.parties import Parties
from tests.bridge.place import Place, arrival, shows, until
from tests.bridge.test_posts import asked
from tests.bridge.town import Town

VIEW_ALONE = 1 << 10
NO_LONGER = "does not reach"
AGAIN = "again."
SAID = ("one", "two", "three")


@dataclass(frozen=True, slots=True)
class Loss:
    """A way to lose a channel, and the way back. `mends` is what people are told to do."""

    there: DiscordPlace | TelegramPlace
    lose: Callable[[], None]
    mend: Callable[[], None]
    mends: str


async def telegram_kick(town: Town) -> Loss:
    there = await town.telegram_place()
    return Loss(
        there,
        lambda: there.emulator.bot_status(there.chat, "kicked"),
        lambda: there.emulator.bot_status(there.chat, "administrator"),
        "Add @",
    )


async def telegram_mute(town: Town) -> Loss:
    there = await town.telegram_place()
    return Loss(
        there,
        lambda: there.emulator.bot_status(there.chat, "restricted", can_send_messages=False),
        lambda: there.emulator.bot_status(there.chat, "administrator"),
        "Allow it in the group's permissions",
    )


async def discord_kick(town: Town) -> Loss:
    there = await town.discord_place()
    return Loss(
        there,
        lambda: there.emulator.kick_bot(there.guild),
        lambda: there.emulator.add_bot(there.guild),
        "invite the bot to its server",
    )


async def discord_rights(town: Town) -> Loss:
    there = await town.discord_place()

    def lose() -> None:
        """A webhook that is there goes on speaking without any right."""
        there.emulator.set_permissions(there.channel, VIEW_ALONE)
        for webhook in there.emulator.webhooks(there.channel):
            there.emulator.delete_webhook(webhook["id"])

    return Loss(
        there,
        lose,
        lambda: there.emulator.set_permissions(there.channel, None),
        "Manage Webhooks",
    )


LOSSES = (telegram_kick, discord_kick, discord_rights)
each_loss = pytest.mark.parametrize("lost", LOSSES, ids=[one.__name__ for one in LOSSES])
Losing = Callable[[Town], Awaitable[Loss]]


async def told(place: Place, words: str) -> list[str]:
    return [one.text for one in await place.arrived() if words in one.text]


async def is_told(place: Place, words: str) -> str:
    return (await until(lambda: told(place, words)))[0]


async def are_told(place: Place, words: str, times: int) -> None:
    async def so_often() -> bool:
        return len(await told(place, words)) == times

    await until(so_often)


async def waits(place: Place, count: int) -> bool:
    return f"{count} waiting" in (await place.ask("relay status", is_mod=True)).text


@each_loss
async def test_the_others_are_told_once_and_how_to_mend_it(town: Town, lost: Losing) -> None:
    loss = await lost(town)
    here, third = await town.place("sandbox"), await town.place("sandbox")
    async with town.running():
        loss.lose()
        for text in SAID:
            await here.say(text)
        for place in (here, third):
            assert loss.mends in await is_told(place, NO_LONGER)
        for _ in range(3):
            town.leap()
            await here.say("more")
            await shows_last(third, "more")
        for place in (here, third):
            assert len(await told(place, NO_LONGER)) == 1


@each_loss
async def test_a_restart_in_the_middle_tells_nobody_again_and_loses_nothing(
    town: Town, lost: Losing
) -> None:
    loss, here = await lost(town), await town.place("sandbox")
    async with town.running():
        loss.lose()
        for text in SAID:
            await here.say(text)
        await is_told(here, NO_LONGER)
    async with town.running():
        town.leap()
        await until(lambda: waits(here, len(SAID)))
        loss.mend()
        town.leap()
        assert "3 messages waited" in await is_told(here, AGAIN)
        await shows(loss.there, *SAID)
        assert len(await told(here, NO_LONGER)) == 1
    async with town.running():
        await here.say("four")
        await shows(loss.there, *SAID, "four")
        assert len(await told(here, AGAIN)) == 1


@each_loss
async def test_a_second_loss_is_told_as_the_first(town: Town, lost: Losing) -> None:
    loss, here = await lost(town), await town.place("sandbox")
    async with town.running():
        for number in (1, 2):
            loss.lose()
            await here.say(f"word {number}")
            await are_told(here, NO_LONGER, number)
            loss.mend()
            town.leap()
            await are_told(here, AGAIN, number)
        await shows(loss.there, "word 1", "word 2")


@pytest.mark.parametrize("lost", [telegram_kick, telegram_mute, discord_kick])
async def test_a_kick_is_told_before_anybody_writes_and_so_is_the_return(
    town: Town, lost: Losing
) -> None:
    loss, here = await lost(town), await town.place("sandbox")
    async with town.running():
        loss.lose()
        assert loss.mends in await is_told(here, NO_LONGER)
        loss.mend()
        assert "Nothing had to wait" in await is_told(here, AGAIN)


async def test_only_channels_that_write_there_are_told(town: Town) -> None:
    loss = await telegram_kick(town)
    here, reader = await town.place("sandbox"), await town.place("sandbox")
    town.options[reader.channel] = {"mode": "read"}
    async with town.running():
        loss.lose()
        await is_told(here, NO_LONGER)
        loss.mend()
        await is_told(here, AGAIN)
        await here.say("more")
        await shows_last(reader, "more")
        assert not await told(reader, NO_LONGER)
        assert not await told(reader, AGAIN)


@each_loss
async def test_what_the_platform_says_of_a_right_that_came_back_is_tried_at_once(
    town: Town, lost: Losing
) -> None:
    loss, here = await lost(town), await town.place("sandbox")
    async with town.running():
        loss.lose()
        await here.say("one")
        await is_told(here, NO_LONGER)
        loss.mend()
        assert "One message waited" in await is_told(here, AGAIN)
        await shows(loss.there, "one")


async def test_what_was_noticed_before_a_kill_is_told_after_it_once(town: Town) -> None:
    loss, here = await telegram_kick(town), await town.place("sandbox")
    loss.lose()
    lane = ChannelId("telegram", loss.there.channel)
    async with town.running() as bridge:
        await is_told(here, NO_LONGER)
        async with bridge.database.transaction() as connection:
            await lanes.open_again(connection, lane)
            await lanes.close(connection, lane, "kicked", bridge.clock.now())  # and killed here
    for _ in range(2):
        async with town.running():
            await are_told(here, NO_LONGER, 2)


async def test_a_closed_group_that_becomes_a_supergroup_is_told_to_be_open(town: Town) -> None:
    emulator = await town.telegram()
    there = await town.telegram_place(emulator.add_chat("Cats", "group"))
    here = await town.place("sandbox")
    async with town.running():
        emulator.bot_status(there.chat, "kicked")
        await is_told(here, NO_LONGER)
        emulator.set_status(there.chat, emulator.bot_id, "administrator")  # nobody tells us
        moved = TelegramPlace(emulator, await emulator.migrate(there.chat))
        await here.say("one")
        await shows(moved, "one")
        await town.pass_time(timedelta(minutes=6))
        await is_told(here, AGAIN)


async def test_nobody_hears_of_a_channel_that_has_left(town: Town) -> None:
    loss, here = await telegram_kick(town), await town.place("sandbox")
    third = await town.place("sandbox")
    async with town.running():
        loss.lose()
        await here.say("one")
        await is_told(here, NO_LONGER)
    town._relays["cats"] = [(here, "en"), (third, "en")]
    async with town.running():
        shown = (await here.ask("relay status", is_mod=True)).text
        assert "closed to the bot" not in shown
        loss.mend()
        await here.say("two")
        await shows_last(third, "two")
        assert not await told(here, AGAIN)


async def test_resume_looks_at_once_where_nobody_tells_of_the_right(town: Town) -> None:
    loss, here = await telegram_kick(town), await town.place("sandbox")
    assert isinstance(loss.there, TelegramPlace)
    async with town.running():
        loss.lose()
        await here.say("one")
        await is_told(here, NO_LONGER)
        bot = loss.there.emulator.bot_id
        loss.there.emulator.set_status(loss.there.chat, bot, "member")
        assert "look again at once" in (await here.ask("relay resume", is_mod=True)).text
        await is_told(here, AGAIN)
        await shows(loss.there, "one")
        assert "not paused" in (await here.ask("relay resume", is_mod=True)).text


async def test_the_status_shows_a_closed_channel(town: Town) -> None:
    loss, here = await discord_kick(town), await town.place("sandbox")
    async with town.running():
        loss.lose()
        await is_told(here, NO_LONGER)
        shown = (await here.ask("relay status", is_mod=True)).text
        assert "closed to the bot for 0 min" in shown


async def test_a_deleted_channel_can_be_taken_out_from_another_one(town: Town) -> None:
    gone, here, third = (
        await town.unlinked("discord"),
        await town.unlinked("sandbox"),
        await town.unlinked("sandbox"),
    )
    assert isinstance(gone, DiscordPlace)
    await town.place("sandbox", relay="another")
    await town.place("sandbox", relay="another")
    async with town.running():
        await here.ask("relay create cats en", is_mod=True)
        for place in (gone, third):
            code = (await here.ask("relay link", is_mod=True)).text.split("/relay join ")[1][:14]
            await place.ask(f"relay join {code.split()[0].strip('“”`.')} en", is_mod=True)
        open_one = await here.ask(f"relay leave {third.channel}", is_mod=True)
        assert "No channel of this relay" in open_one.text
        gone.emulator.delete_channel(gone.channel)
        assert "no longer" in await is_told(here, NO_LONGER)
        asked = await here.ask(f"relay leave {gone.channel}", is_mod=True)
        await here.press(asked, "Leave the relay", is_mod=True)
        assert gone.channel not in (await here.ask("relay list", is_mod=True)).text


async def test_a_revoked_webhook_is_made_anew_without_a_word(town: Town) -> None:
    there, here = await town.discord_place(), await town.place("sandbox")
    async with town.running():
        await here.say("one")
        await shows(there, "one")
        for webhook in there.emulator.webhooks(there.channel):
            there.emulator.delete_webhook(webhook["id"])
        await here.say("two")
        await shows(there, "one", "two")
        assert not await told(here, NO_LONGER)


async def test_a_group_that_became_a_supergroup_is_followed_without_a_word(town: Town) -> None:
    emulator = await town.telegram()
    there = await town.telegram_place(emulator.add_chat("Cats", "group"))
    here = await town.place("sandbox")
    async with town.running():
        await here.say("one")
        await shows(there, "one")
        moved = TelegramPlace(emulator, await emulator.migrate(there.chat))
        await here.say("two")
        await shows(moved, "two")
        assert not await told(here, NO_LONGER)


async def told_about(place: Place, post: str, words: str) -> list[str]:
    return [one.text for one in await place.arrived_about(post) if words in one.text]


@pytest.mark.parametrize("platform", ["discord", "sandbox"])
async def test_who_talks_with_people_in_a_topic_is_told_that_it_is_closed_and_when_it_is_not(
    town: Town, platform: str
) -> None:
    town.cogs.append(Parties)
    emulator = await town.telegram()
    there = await town.telegram_place(emulator.add_chat("Cats", "supergroup", forum=True))
    emulator.bot_status(there.chat, "administrator", can_manage_topics=True)
    here = await town.place(platform)
    topics = emulator.state.chats[there.chat].topics
    async with town.running():
        await there.ask("party")
        post = (await arrival(here)).id
        (topic,) = await until(lambda: opened(there))
        await until(lambda: are_known(here))
        kept = topics.pop(topic)
        for words in SAID:
            await here.say_about(post, words, by="Sam")
        (closed,) = await until(lambda: told_about(here, post, NO_LONGER))
        assert closed.startswith("⚠️ What is written in this conversation does not reach Telegram")
        assert "closed or was deleted" in closed
        for _ in range(3):
            town.leap()
            await there.say("in the channel")
        await shows_last(here, "in the channel")
        topics[topic] = kept
        town.leap()
        (again,) = await until(lambda: told_about(here, post, AGAIN))
        assert "3 messages waited" in again
        inside = [one["text"] for one in emulator.sent(there.chat, topic)][1:]
        assert [text.splitlines()[-1] for text in inside] == [*SAID]
        assert len(await told_about(here, post, NO_LONGER)) == 1
        assert not await told(there, NO_LONGER)


async def are_known(place: Place) -> bool:
    """Both posts, so that talk about them is carried."""
    return (await place.ask("asked")).text == "2"


async def opened(place: TelegramPlace) -> list[int]:
    """The forum's topics besides the one that it always has, once there is one with a link."""
    topics = place.emulator.state.chats[place.chat].topics
    return [one for one in topics if place.emulator.sent(place.chat, one)]


async def test_a_thread_that_was_deleted_is_told_of_once_also_after_a_restart(town: Town) -> None:
    town.cogs.append(Parties)
    there, here = await town.discord_place(), await town.place("telegram")
    async with town.running():
        thread, post = [one.id for one in await asked(there, here)]
        await here.say_about(post, "first", by="Sam")
        await until(lambda: there.arrived_about(thread))
        there.emulator.delete_channel(thread)
        await here.say_about(post, "who comes?", by="Sam")
        (closed,) = await until(lambda: told_about(here, post, NO_LONGER))
        assert "Discord (English)" in closed
    async with town.running():
        town.leap()
        await here.say_about(post, "really nobody?", by="Sam")
        await here.say("in the channel")
        await shows_last(there, "in the channel")
        assert len(await told_about(here, post, NO_LONGER)) == 1


async def shows_last(place: Place, text: str) -> None:
    async def last() -> bool:
        arrived = await place.arrived()
        return bool(arrived) and arrived[-1].text == text

    await asyncio.wait_for(until(last), 10)

"""What only Discord has: webhooks and their names, pings, threads, forums, bulk deletions, and a
gateway that forgets.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.bridge.on_discord import DiscordPlace
from tests.bridge.place import Place, arrival, arrivals, shows, until
from tests.bridge.town import Town

VIEW, SEND = 1 << 10, 1 << 11
NAMES = [
    ("猫" * 100, "猫" * 80),
    ("Discord Mods and Clyde", None),
    ("everyone", None),
    ("\u200b\u2060", "Catbridge"),
]


async def two_places(town: Town) -> tuple[DiscordPlace, Place]:
    return await town.discord_place(), await town.place("sandbox")


async def test_every_name_is_made_one_that_discord_takes(town: Town) -> None:
    """Chinese names are cut by characters, and forbidden words stay readable."""
    there, here = await town.discord_place(), await town.telegram_place()
    async with town.running():
        for name, _ in NAMES:
            await here.say("hello", by=name)
        found = await arrivals(there, len(NAMES))
    shown = [one.author for one in found]
    assert all(1 <= len(name) <= 80 for name in shown)
    assert [name for name, (_, wanted) in zip(shown, NAMES, strict=True) if wanted] == [
        wanted for _, wanted in NAMES if wanted
    ]
    assert shown[1].replace("\u200a", "") == "Discord Mods and Clyde"


async def test_an_edit_pings_nobody_either(town: Town) -> None:
    there, here = await two_places(town)
    async with town.running():
        said = await here.say("hello")
        await arrival(there)
        await here.edit(said, "@everyone hello")
        (written,) = await until(lambda: _edited(there))
    assert written["_edit_allowed_mentions"]["parse"] == []
    assert not written["mention_everyone"]


async def _edited(place: DiscordPlace) -> list[dict[str, Any]]:
    return [one for one in place.written() if one["edited_timestamp"]]


async def test_a_channel_keeps_its_one_webhook(town: Town) -> None:
    there, here = await two_places(town)
    for text in ("first", "second"):
        async with town.running():
            await here.say(text)
            await arrivals(there, 1 if text == "first" else 2)
    assert len(there.emulator.webhooks(there.channel)) == 1


async def test_a_webhook_that_somebody_deleted_is_made_again(town: Town) -> None:
    there, here = await two_places(town)
    async with town.running():
        await here.say("first")
        await arrival(there)
        there.emulator.delete_webhook(there.emulator.webhooks(there.channel)[0]["id"])
        await here.say("second")
        await shows(there, "first", "second")


async def test_other_webhooks_are_not_taken_for_ours(town: Town) -> None:
    there, here = await two_places(town)
    there.emulator.add_webhook(there.channel, "Catbridge")
    async with town.running():
        await here.say("hello")
        await shows(there, "hello")


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_thread_is_a_channel_of_its_own(town: Town, kind: str) -> None:
    discord = await town.discord()
    parent = discord.add_channel(town.guild, "cats", kind)
    thread = discord.add_thread(parent, "my cat")
    there, here = await town.discord_place(thread), await town.place("sandbox")
    async with town.running():
        await here.say("hello")
        copy = await arrival(there)
        await there.say("hi", reply_to=copy.id)
        assert (await arrival(here)).text == "hi"
        first = await here.say("look")
        await here.say("up there", reply_to=first)
        assert (await arrivals(there, 3))[2].reply_to == (await there.arrived())[1].id
        await here.edit(first, "looked")
        await shows(there, "hello", "looked", "up there")


async def test_a_thread_that_sleeps_is_woken(town: Town) -> None:
    discord = await town.discord()
    thread = discord.add_thread(discord.add_channel(town.guild, "cats"), "old", archived=True)
    there, here = await town.discord_place(thread), await town.place("sandbox")
    async with town.running():
        await here.say("hello")
        await shows(there, "hello")


async def test_a_bulk_deletion_deletes_all_of_it(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        said = [await here.say(str(number)) for number in range(5)]
        await arrivals(there, 5)
        await here.emulator.delete(here.channel, *said[:4])
        await shows(there, "4")


async def test_what_was_said_while_the_bridge_was_down_arrives(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        await here.say("before")
        await shows(there, "before")
    for number in range(3):
        await here.say(f"meanwhile {number}")
    async with town.running():
        await here.say("after")
        await shows(there, "before", "meanwhile 0", "meanwhile 1", "meanwhile 2", "after")


async def test_what_nobody_can_catch_up_with_is_owned_up_to(town: Town) -> None:
    here, there = await two_places(town)
    town.changes["discord"] = {"catch_up_limit": 5}
    async with town.running():
        await here.say("before")
        await shows(there, "before")
    for number in range(12):
        await here.say(f"meanwhile {number}")
    async with town.running():
        _, owned_up, *rest = await arrivals(there, 7)
    assert "7 messages" in owned_up.text
    assert "were missed" in owned_up.text
    assert [one.text for one in rest] == [f"meanwhile {number}" for number in range(7, 12)]


async def test_the_past_of_a_new_channel_stays_there(town: Town) -> None:
    here, there = await two_places(town)
    await here.say("long ago")
    async with town.running():
        await here.say("now")
        await shows(there, "now")


async def test_a_lost_session_loses_no_message(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        await here.say("before")
        await shows(there, "before")
        here.emulator.deaf = True
        await here.say("lost by the gateway")
        here.emulator.deaf = False
        here.emulator.invalidate_sessions()
        await here.emulator.drop_gateway(4000)
        await here.say("after")
        await shows(there, "before", "lost by the gateway", "after")


async def test_a_broken_connection_that_resumes_brings_each_message_once(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        await here.say("before")
        await shows(there, "before")
        await here.emulator.drop_gateway(1006)
        await here.say("while broken")

        async def is_back() -> bool:
            return here.emulator.connected > 0

        await until(is_back)
        await here.say("after")
        await shows(there, "before", "while broken", "after")


async def test_the_first_words_in_a_new_channel_are_heard(town: Town) -> None:
    """Said after the session began, while the channel's past is still being looked up."""
    here, there = await two_places(town)
    here.emulator.fault("GET", f"/channels/{here.channel}/messages", delay=0.7)
    async with town.running():
        await here.say("first words")
        await shows(there, "first words")


async def test_edits_and_deletions_while_the_bridge_was_down_are_followed(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        await here.say("stays")
        gone, typo = await here.say("goes"), await here.say("tpyo")
        await shows(there, "stays", "goes", "tpyo")
    await here.delete(gone)
    await here.edit(typo, "typo")
    async with town.running():
        await shows(there, "stays", "typo")
        await here.say("after")
        await shows(there, "stays", "typo", "after")
    async with town.running():  # once, and no more
        await here.say("last")
        await shows(there, "stays", "typo", "after", "last")


async def test_an_edit_that_a_lost_session_swallowed_is_followed(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        said = await here.say("tpyo")
        await shows(there, "tpyo")
        here.emulator.deaf = True
        await here.edit(said, "typo")
        here.emulator.deaf = False
        here.emulator.invalidate_sessions()
        await here.emulator.drop_gateway(4000)
        await shows(there, "typo")


async def test_a_hidden_past_deletes_nothing(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        await here.say("one")
        await here.say("two")
        await shows(there, "one", "two")
    here.emulator.set_permissions(here.channel, VIEW | SEND)
    async with town.running():
        await here.say("three")
        await shows(there, "one", "two", "three")

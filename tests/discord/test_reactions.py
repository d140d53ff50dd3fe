"""Our account's reactions, over the real protocol: given one by one, taken back, and no others."""

from __future__ import annotations

import pytest

from bot.core.errors import Blocked, Rejected
from bot.core.model import Cleared, Reacted, Reaction
from tests.discord.town import Town, running
from tests.emulators.discord import permissions

MOST = 20


@pytest.fixture
def bob(town: Town) -> str:
    return town.emu.add_user("Bob")


async def said(town: Town, by: str) -> str:
    return (await town.emu.post(town.channel, by, "look"))["id"]


async def react(
    town: Town, message: str, emoji: str, shown: str = "", *, is_sure: bool = True
) -> list[str]:
    wanted = [Reaction(one, 1) for one in emoji.split()]
    chat = town.discord.chat
    return [*await chat.react(town.here, message, wanted, shown.split(), is_sure=is_sure)]


def ours(town: Town, message: str) -> list[str]:
    held = town.emu.reactors(town.channel, message)
    return [emoji for emoji, users in held.items() if town.emu.bot_id in users]


def calls(town: Town) -> list[str]:
    return [one.method for one in town.emu.requests if "/reactions/" in one.path]


async def test_only_the_difference_is_asked_for(town: Town, bob: str) -> None:
    message = await said(town, bob)
    assert await react(town, message, "👍 ❤️") == ["👍", "❤️"]
    assert await react(town, message, "❤️ 🔥", "👍 ❤️") == ["❤️", "🔥"]
    assert ours(town, message) == ["❤️", "🔥"]
    assert calls(town) == ["PUT", "PUT", "DELETE", "PUT"]


async def test_in_doubt_all_of_it_is_asked_for(town: Town, bob: str) -> None:
    message = await said(town, bob)
    assert await react(town, message, "👍", "👍 🔥", is_sure=False) == ["👍"]
    assert ours(town, message) == ["👍"]


async def test_what_people_give_is_left_alone(town: Town, bob: str) -> None:
    message = await said(town, bob)
    town.emu.react(town.channel, message, bob, "👍")
    await react(town, message, "👍")
    await react(town, message, "", "👍")
    assert town.emu.reactors(town.channel, message) == {"👍": [bob]}


async def test_what_discord_does_not_know_is_left_out(town: Town, bob: str) -> None:
    message = await said(town, bob)
    assert await react(town, message, "what 👍") == ["👍"]
    assert ours(town, message) == ["👍"]


async def test_a_full_message_keeps_what_it_has(town: Town, bob: str) -> None:
    message = await said(town, bob)
    await react(town, message, "👍")
    for number in range(MOST - 1):
        town.emu.react(town.channel, message, bob, chr(0x1F400 + number))
    assert await react(town, message, "🔥 🎉 👍", "👍") == ["👍"]
    assert await react(town, message, "🔥 👍", "👍", is_sure=False) == ["👍"]
    assert ours(town, message) == ["👍"]
    assert await react(town, message, "🔥", "👍") == ["🔥"]


async def test_a_right_that_lacks_closes_it_and_a_message_that_is_gone_is_refused(
    town: Town, bob: str
) -> None:
    message = await said(town, bob)
    town.emu.set_permissions(town.channel, permissions.ALL & ~permissions.ADD_REACTIONS)
    with pytest.raises(Blocked):
        await react(town, message, "👍")
    with pytest.raises(Rejected):
        await react(town, "1", "👍")


async def test_a_sleeping_thread_is_not_woken(town: Town, bob: str) -> None:
    thread = town.emu.add_thread(town.channel, "topic")
    message = (await town.emu.post(thread, bob, "look"))["id"]
    town.emu.edit_channel(thread, archived=True)
    place = type(town.here)("discord", thread)
    with pytest.raises(Blocked):
        await town.discord.chat.react(place, message, [Reaction("👍", 1)], [], is_sure=True)


async def test_many_wait_for_their_turn(town: Town, bob: str) -> None:
    town.emu.rate_limits = True
    message = await said(town, bob)
    kinds = "👍 ❤️ 🔥 🎉 👀"
    assert await react(town, message, kinds) == kinds.split()
    assert [one.status for one in town.emu.requests if one.method == "PUT"] == [204] * 5


async def test_our_own_are_not_heard_and_a_moderators_clearing_is(town: Town, bob: str) -> None:
    async with running(town.discord):
        message = await said(town, bob)
        await react(town, message, "👍")
        town.emu.react(town.channel, message, bob, "❤️")
        town.emu.clear_reactions(town.channel, message, "❤️")
        town.emu.clear_reactions(town.channel, message)
        await town.emu.wait(lambda: len(town.ears.of(Cleared)) == 2)
    assert [one.emoji for one in town.ears.of(Reacted)] == ["❤️"]
    assert [(one.ref.id, one.emoji) for one in town.ears.of(Cleared)] == [
        (message, "❤️"),
        (message, ""),
    ]

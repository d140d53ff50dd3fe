"""Private threads of a few: opened without a word in the channel, and found again."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.errors import Blocked, DeliveryError, Rejected
from bot.core.model import Button, ChannelId, PersonId
from tests.discord.town import Town, adapter, part, running
from tests.emulators.discord import permissions

TITLE = "Ned · Mei #7"
IN_PRIVATE = Button("Talk in private", "buddy.private", "7", opens_private=True)


async def opened(town: Town, *people: str, title: str = TITLE) -> str:
    who = [PersonId("discord", one) for one in people]
    return (await town.discord.chat.open_room(town.here, title, who)).id


def threads(town: Town) -> list[Any]:
    return [one for one in town.emu.state.channels.values() if one.is_thread]


async def test_a_room_is_a_private_thread_of_its_people(town: Town) -> None:
    ned = town.emu.add_user("Ned")
    town.emu.add_member(town.guild, ned)
    elsewhere = PersonId("telegram", "5")
    people = [PersonId("discord", ned), elsewhere]
    room = await town.discord.chat.open_room(town.here, TITLE, people)
    (thread,) = threads(town)
    assert (thread.id, thread.name, thread.type, thread.parent_id) == (
        room.id,
        TITLE,
        12,
        town.channel,
    )
    assert not thread.invitable
    assert thread.thread_members == {town.emu.bot_id, ned}
    assert town.shown() == []


async def test_what_is_said_in_a_room_is_heard_and_answered_there(town: Town) -> None:
    ned = town.emu.add_user("Ned")
    town.emu.add_member(town.guild, ned)
    room = await opened(town, ned)
    here = ChannelId("discord", room)
    await town.discord.chat.send(here, part("Meet Mei!", name=None))
    town.ears.threads.append(here)
    async with running(adapter(town.emu, town.ears)):
        await town.emu.post(room, ned, "hello Mei")
        await town.emu.wait(lambda: "hello Mei" in town.ears.texts())
    (said, _) = town.emu.messages(room)
    assert said["content"] == "Meet Mei!"
    assert town.shown() == []


async def test_the_next_run_finds_the_room_again(town: Town) -> None:
    ned = town.emu.add_user("Ned")
    town.emu.add_member(town.guild, ned)
    room = await opened(town)
    again = adapter(town.emu, town.ears)
    found = await again.chat.open_room(town.here, TITLE, [PersonId("discord", ned)])
    await again.aclose()
    assert found.id == room
    (thread,) = threads(town)
    assert ned in thread.thread_members


async def test_rooms_of_other_names_and_threads_of_others_are_not_taken_for_it(town: Town) -> None:
    town.emu.add_thread(town.channel, TITLE)
    first = await opened(town, title="Ned · Mei #6")
    assert await opened(town) not in {first, None}
    assert len(threads(town)) == 3


@pytest.mark.parametrize(
    ("lacking", "refusal"),
    [("CREATE_PRIVATE_THREADS", Blocked), ("SEND_MESSAGES_IN_THREADS", Blocked)],
)
async def test_a_room_needs_its_permissions(
    town: Town, lacking: str, refusal: type[DeliveryError]
) -> None:
    ned = town.emu.add_user("Ned")
    town.emu.add_member(town.guild, ned)
    town.emu.set_permissions(town.channel, permissions.ALL & ~getattr(permissions, lacking))
    with pytest.raises(refusal):
        await opened(town, ned)


@pytest.mark.parametrize("kind", ["news", "voice"])
async def test_some_channels_hold_no_rooms(town: Town, kind: str) -> None:
    town.channel = town.emu.add_channel(town.guild, "elsewhere", kind)
    with pytest.raises(Rejected):
        await opened(town)


async def test_a_thread_holds_no_room(town: Town) -> None:
    town.channel = town.emu.add_thread(town.channel, "cats")
    with pytest.raises(Rejected):
        await opened(town)


async def test_a_button_into_private_is_not_shown(town: Town) -> None:
    await town.say("Meet!", name=None, buttons=(IN_PRIVATE,))
    (message,) = town.shown()
    assert message["components"] == []

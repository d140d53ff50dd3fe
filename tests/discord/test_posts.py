"""Posts of our own on Discord: their buttons, the presses of them, and the threads under them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.cog import Cog, Context, Reply, on_button
from bot.core.errors import Blocked, Rejected, Transient
from bot.core.model import Button, ChannelId, MessageId
from bot.dispatch import Dispatcher
from tests.discord.town import Town, adapter, part, running
from tests.emulators.discord import permissions

ME = Button("Me", "door.knock", "7", "primary")
MANY = tuple(Button(f"{number}", "door.knock", f"{number}") for number in range(7))
NOTHING: dict[str, list[str]] = {"parse": []}


class Door(Cog):
    """Answers as its button's argument says."""

    name = "door"

    def __init__(self, host: Any) -> None:
        super().__init__(host)
        self.heard: list[Context] = []

    @on_button("knock")
    async def knock(self, ctx: Context, argument: str) -> Reply | None:
        self.heard.append(ctx)
        if argument == "silent":
            return None
        return Reply(f"{ctx.language} {argument}", is_private=argument != "open")


@asynccontextmanager
async def serving(town: Town) -> AsyncIterator[Door]:
    host: Any = type("Host", (), {"clock": SystemClock()})()
    dispatcher = Dispatcher(lambda channel: "en")
    dispatcher.attach(host)
    door = Door(host)
    dispatcher.add(door)
    async with running(adapter(town.emu, town.ears, dispatcher=dispatcher)):
        yield door


def labels(message: dict[str, Any]) -> list[list[str]]:
    return [[one["label"] for one in row["components"]] for row in message["components"]]


async def test_buttons_stand_under_a_post_five_in_a_row(town: Town) -> None:
    await town.say("Who? @everyone", name=None, buttons=MANY)
    (message,) = town.shown()
    assert labels(message) == [["0", "1", "2", "3", "4"], ["5", "6"]]
    assert message["_allowed_mentions"] == NOTHING
    assert message["application_id"] == town.emu.bot_id


async def test_an_edit_changes_the_buttons_and_takes_them_away(town: Town) -> None:
    native = await town.say("Who?", name=None, buttons=(ME,))
    changed = part("Bob?", name=None, buttons=MANY[:2])
    await town.discord.chat.edit(town.here, native, changed)
    (message,) = town.shown()
    assert (message["content"], labels(message)) == ("Bob?", [["0", "1"]])
    assert message["_edit_allowed_mentions"] == NOTHING
    await town.discord.chat.edit(town.here, native, part("Bob.", name=None))
    assert (message["content"], message["components"]) == ("Bob.", [])


async def test_a_post_with_buttons_is_found_again_by_the_next_run(town: Town) -> None:
    since = datetime.now(UTC)
    native = await town.say("Who?", name=None, buttons=(ME,))
    again = adapter(town.emu, town.ears)
    found = await again.chat.recall(town.here, part("Who?", name=None, buttons=(ME,)), since)
    assert found == native
    await again.aclose()


async def press(town: Town, channel: str, message: str, button: Button, **more: Any) -> Any:
    user = town.emu.add_user("bob", "Bob")
    custom_id = f"cb:{button.action}:{button.argument}"
    return await town.emu.click(channel, user, message, custom_id, **more)


async def test_a_press_reaches_the_cog_with_its_post_and_is_answered_in_private(
    town: Town,
) -> None:
    native = await town.say("Who?", name=None, buttons=(ME,))
    async with serving(town) as door:
        pressed = await press(town, town.channel, native, ME, locale="zh-CN")
        answer = await pressed.response()
    assert (answer["content"], answer["ephemeral"]) == ("zh 7", True)
    (ctx,) = door.heard
    assert ctx.reply_to == MessageId(town.here, native)
    assert (ctx.channel, ctx.person.name, ctx.is_mod) == (town.here, "Bob", False)


async def test_a_press_may_be_answered_for_all_to_see_or_not_at_all(town: Town) -> None:
    openly, silent = Button("A", "door.knock", "open"), Button("B", "door.knock", "silent")
    native = await town.say("Who?", name=None, buttons=(openly, silent))
    async with serving(town):
        answer = await (await press(town, town.channel, native, openly)).response()
        assert not answer["ephemeral"]
        pressed = await press(town, town.channel, native, silent)
        await town.emu.wait(lambda: pressed.responses)
    assert [one["kind"] for one in pressed.responses] == ["deferred_update"]


async def test_a_press_in_a_thread_is_one_there(town: Town) -> None:
    thread = town.emu.add_thread(town.channel, "topic")
    there = ChannelId("discord", thread)
    native = await town.discord.chat.send(there, part("Who?", name=None, buttons=(ME,)))
    async with serving(town) as door:
        answer = await (await press(town, thread, native, ME)).response()
    assert answer["content"] == "en 7"
    assert door.heard[0].reply_to == MessageId(there, native)


async def test_a_thread_is_opened_under_a_post_with_a_title_that_fits(town: Town) -> None:
    native = await town.say("Who?", name=None)
    thread = await town.discord.chat.open_thread(town.here, native, "猫 \n" * 60)
    assert thread == ChannelId("discord", native)
    shown = town.emu.channel(thread.id)
    assert shown["name"] == ("猫 " * 50).strip()
    assert shown["parent_id"] == town.channel


async def test_a_thread_that_is_there_is_found(town: Town) -> None:
    native = await town.say("Who?", name=None)
    first = await town.discord.chat.open_thread(town.here, native, "one")
    assert await town.discord.chat.open_thread(town.here, native, "two") == first
    assert town.emu.channel(first.id)["name"] == "one"


async def test_an_opening_that_broke_off_is_tried_again_and_finds_its_thread(town: Town) -> None:
    native = await town.say("Who?", name=None)
    town.emu.fault("POST", "/threads$", cut=True, when="after")
    with pytest.raises(Transient):
        await town.discord.chat.open_thread(town.here, native, "one")
    found = await town.discord.chat.open_thread(town.here, native, "one")
    assert found == ChannelId("discord", native)


async def test_where_no_thread_can_be_the_answer_is_certain(town: Town) -> None:
    voice = ChannelId("discord", town.emu.add_channel(town.guild, "talk", "voice"))
    native = await town.discord.chat.send(voice, part("Who?", name=None))
    with pytest.raises(Rejected):
        await town.discord.chat.open_thread(voice, native, "one")
    native = await town.say("Who?", name=None)
    denied = permissions.ALL & ~permissions.CREATE_PUBLIC_THREADS
    town.emu.set_permissions(town.channel, denied)
    with pytest.raises(Blocked, match="permission"):
        await town.discord.chat.open_thread(town.here, native, "one")


async def asleep(town: Town) -> tuple[ChannelId, str]:
    """An archived thread of somebody else's, and a message of ours in it."""
    thread = ChannelId("discord", town.emu.add_thread(town.channel, "old"))
    native = await town.discord.chat.send(thread, part("one"))
    town.emu.edit_channel(thread.id, archived=True)
    return thread, native


def is_asleep(town: Town, thread: ChannelId) -> bool:
    return town.emu.channel(thread.id)["thread_metadata"]["archived"]


async def test_sending_wakes_a_thread(town: Town) -> None:
    thread, _ = await asleep(town)
    await town.discord.chat.send(thread, part("two"))
    assert not is_asleep(town, thread)


async def test_a_change_in_a_sleeping_thread_wakes_it_and_happens(town: Town) -> None:
    thread, native = await asleep(town)
    await town.discord.chat.edit(thread, native, part("uno"))
    assert [one["content"] for one in town.emu.messages(thread.id)] == ["uno"]
    town.emu.edit_channel(thread.id, archived=True)
    await town.discord.chat.delete(thread, native)
    assert town.emu.messages(thread.id) == []


async def test_a_locked_thread_is_left_alone(town: Town) -> None:
    thread, native = await asleep(town)
    town.emu.edit_channel(thread.id, locked=True)
    town.emu.set_permissions(town.channel, permissions.ALL & ~permissions.MANAGE_THREADS)
    with pytest.raises(Blocked):
        await town.discord.chat.edit(thread, native, part("uno"))

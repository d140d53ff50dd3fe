"""The Telegram adapter hears: over HTTP, from an emulated Bot API server."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import Misconfigured
from bot.core.model import Joined, Left, Migrated, Reacted
from tests.telegram.world import PNG, World, build


def polls(world: World) -> bool:
    poller = world.emulator.state.updates._poller
    return poller is not None and not poller.done()


def joins(world: World) -> list[Joined]:
    return [event for event in world.heard.events if isinstance(event, Joined)]


async def test_what_people_say_is_heard(world: World) -> None:
    async with world.running():
        await world.emulator.post(world.group, world.ann, "你好 😀")
        await world.until(lambda: world.heard.texts == ["你好 😀"])


async def test_nothing_is_confirmed_before_it_is_durable(world: World) -> None:
    world.heard.gate.clear()
    async with world.running():
        await world.emulator.post(world.group, world.ann, "hi")
        await world.until(lambda: world.heard.texts)
        await asyncio.sleep(0.05)
        assert world.emulator.pending_updates == 1
        world.heard.gate.set()
        await world.until(lambda: world.emulator.pending_updates == 0)


async def test_what_waited_is_heard_in_one_go_with_its_cursor(world: World) -> None:
    for number in range(30):
        await world.emulator.post(world.group, world.ann, str(number))
    async with world.running():
        await world.until(lambda: len(world.heard.texts) == 30)
        await world.until(lambda: world.heard.offsets)
    assert len(world.heard.batches) == 1
    assert len(world.heard.offsets) == 1


async def test_a_restart_goes_on_where_the_last_run_stopped(world: World) -> None:
    await world.emulator.post(world.group, world.ann, "old")
    async with world.running():
        await world.until(lambda: world.heard.offsets)
    world.heard.stored = world.heard.offsets[-1]
    await world.emulator.post(world.group, world.ann, "new")
    async with world.running():
        await world.until(lambda: world.heard.texts == ["old", "new"])


async def test_updates_that_count_from_a_lower_number_after_a_silent_week_are_heard(
    world: World,
) -> None:
    await world.emulator.post(world.group, world.ann, "before")
    async with world.running():
        await world.until(lambda: world.heard.offsets)
        await world.until(lambda: world.emulator.pending_updates == 0)
    world.heard.stored = world.heard.offsets[-1]
    world.emulator.state.updates.count_from(1000)
    await world.emulator.post(world.group, world.ann, "a week later")
    async with world.running():
        await world.until(lambda: world.heard.texts == ["before", "a week later"])
        await world.until(lambda: world.emulator.pending_updates == 0)


async def test_what_was_heard_but_not_confirmed_is_not_heard_again(world: World) -> None:
    await world.emulator.post(world.group, world.ann, "/say hi")
    await world.emulator.post(world.group, world.ann, "once")
    first = next(iter(world.emulator.state.updates.waiting()))
    world.heard.stored = str(first + 2)
    await world.emulator.post(world.group, world.ann, "new")
    async with world.running():
        await world.until(lambda: world.heard.texts == ["new"])
        await world.until(lambda: world.emulator.pending_updates == 0)
    assert world.emulator.sent(world.group) == []


async def test_a_webhook_is_dropped_and_what_waits_is_kept(world: World) -> None:
    await world.emulator.post(world.group, world.ann, "waiting")
    world.emulator.state.updates.webhook = "https://example.org/"
    async with world.running():
        await world.until(lambda: world.heard.texts == ["waiting"])


async def test_an_update_that_can_not_be_read_is_skipped(world: World) -> None:
    world.emulator.state.updates.push("message", {"message_id": "?", "chat": 5})
    await world.emulator.post(world.group, world.ann, "after")
    async with world.running():
        await world.until(lambda: world.heard.texts == ["after"])
        await world.until(lambda: world.emulator.pending_updates == 0)


async def test_an_outage_only_delays(world: World) -> None:
    async with world.running():
        world.emulator.fault("getUpdates", status=502, times=2)
        world.emulator.fault("getUpdates", cut=True)
        await world.emulator.post(world.group, world.ann, "first")
        await world.emulator.post(world.group, world.ann, "second")
        await world.until(lambda: "second" in world.heard.texts)
    assert all(wait > 0 for wait in world.clock.waits)


async def test_an_album_is_heard_as_one_message(world: World) -> None:
    async with world.running():
        await world.until(lambda: polls(world))
        for caption in ("cats", "", ""):
            await world.emulator.post(
                world.group, world.ann, caption, photo=PNG, media_group_id="album"
            )
            await world.until(lambda: not world.emulator.state.updates.is_awaited)
        event = (await world.until(lambda: world.heard.events))[0]
    assert (event.text.text, len(event.attachments)) == ("cats", 3)


async def test_a_newcomer_is_noticed_once_however_often_it_is_told(world: World) -> None:
    world.emulator.set_status(world.group, world.emulator.bot_id, "administrator")
    async with world.running():
        await world.until(lambda: polls(world))
        await world.emulator.join(world.group, world.ann)
        await world.emulator.post(world.group, world.ann, "hi")
        await world.until(lambda: world.heard.texts)
        await world.until(lambda: world.emulator.pending_updates == 0)
    assert [(event.channel, event.person.name) for event in joins(world)] == [
        (world.channel, "Ann")
    ]


async def test_who_comes_again_later_is_a_newcomer_again(world: World) -> None:
    async with world.running():
        joined = await world.emulator.join(world.group, world.ann)
        later = {**joined, "date": joined["date"] + 3600}
        world.emulator.state.updates.push("message", later)
        await world.until(lambda: len(joins(world)) == 2)


async def test_comings_and_goings_are_told_once_each_however_quick(world: World) -> None:
    world.emulator.set_status(world.group, world.emulator.bot_id, "administrator")
    async with world.running():
        await world.until(lambda: polls(world))
        for _ in range(2):
            await world.emulator.join(world.group, world.ann)
            await world.emulator.leave(world.group, world.ann)
        await world.emulator.post(world.group, world.ann, "hi")
        await world.until(lambda: world.heard.texts)
    moves = [event for event in world.heard.events if isinstance(event, Joined | Left)]
    assert [type(event) for event in moves] == [Joined, Left, Joined, Left]
    assert {event.channel for event in moves} == {world.channel}


async def test_somebody_let_in_by_request_is_a_newcomer(world: World) -> None:
    world.emulator.set_status(world.group, world.emulator.bot_id, "administrator")
    boss = world.emulator.add_user("Boss")
    async with world.running():
        await world.until(lambda: polls(world))
        await world.emulator.let_in(world.group, world.ann, by=boss)
        (event,) = await world.until(lambda: joins(world))
    assert event.person.name == "Ann"


async def test_reactions_to_a_picture_are_told_to_an_administrator(world: World) -> None:
    world.emulator.set_status(world.group, world.emulator.bot_id, "administrator")
    async with world.running():
        await world.until(lambda: polls(world))
        cat = await world.emulator.post(world.group, world.ann, photo=PNG)
        await world.emulator.react(world.group, world.ann, cat["message_id"], "❤")
        (event,) = await world.until(
            lambda: [event for event in world.heard.events if isinstance(event, Reacted)]
        )
    assert (event.ref.id, event.emoji, event.is_added) == (str(cat["message_id"]), "❤️", True)


async def test_what_follows_a_migration_is_heard_after_it(world: World) -> None:
    basic = world.emulator.add_chat("old", "group")
    new = await world.emulator.migrate(basic, by=world.ann)
    await world.emulator.post(new, world.ann, "hi")
    async with world.running():
        await world.until(lambda: world.heard.texts == ["hi"])
    (migrated,), rest = world.heard.batches
    assert isinstance(migrated, Migrated)
    assert [event.ref.channel.id for event in rest] == [str(new)]


async def test_a_wrong_token_is_the_operators_to_mend(world: World) -> None:
    telegram = build(world.emulator, world.heard, world.clock, "123456:wrong")
    with pytest.raises(Misconfigured) as raised:
        await telegram.run()
    assert raised.value.problems[0].key == "telegram.token"
    await telegram.aclose()


async def test_another_program_on_the_same_token_ends_the_run(world: World) -> None:
    world.emulator.fault("getUpdates", status=409, times=None)
    with pytest.raises(Misconfigured, match="Another program"):
        await asyncio.wait_for(world.telegram.run(), 5)


async def test_a_network_that_comes_late_is_waited_for(world: World) -> None:
    world.emulator.fault("getMe", status=502, times=3)
    async with world.running():
        assert world.clock.waits == [5.0] * 3

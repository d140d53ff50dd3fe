"""After a kill at any moment: nothing is lost, nothing overtakes, and as little as can be is said
twice.

The next process sees what a kill leaves: what is committed, journaled and shown, and no more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path

import pytest

from bot.core.errors import Transient, Uncertain
from bot.core.model import Attachment, AttachmentKind, ChannelId, Deleted, Edited
from bot.core.ports import Capabilities
from bot.core.richtext import RichText
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, ZH, World, at, world_of

LONG = "很长的话" * 15


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """The rooms are narrow, so that a long message takes several parts."""
    async with world_of(database, tmp_path) as world:
        for room in world.chats.values():
            room.can = Capabilities(30, 30, len, 1000)
        yield world


async def say_three(world: World, channel: ChannelId) -> None:
    author = ANN if channel == EN else MEI
    words = ("one", LONG, "three")
    await world.hear(*(world.inbound(each, channel=channel, author=author) for each in words))


async def killed(world: World, side: str, moment: str, number: int) -> World:
    """Deliver everything here; answer what a kill at that moment leaves to the next process."""
    left: list[World] = []

    def kill() -> None:
        left.append(world.killed(world.folder / "after"))

    hook = at(number, kill)
    if moment == "translating":
        world.translator.on_ask = hook
    elif moment == "before":
        world.chats[side].on_send = hook
    else:
        world.chats[side].on_sent = hook
    await world.deliver()
    [successor] = left
    return successor


MOMENTS = [
    *(("translating", number) for number in (1, 3)),
    *((moment, number) for moment in ("before", "after") for number in (1, 2, 3, 4, 5)),
]


@pytest.mark.parametrize(("moment", "number"), MOMENTS)
async def test_a_room_that_can_look_shows_everything_once(
    world: World, moment: str, number: int
) -> None:
    await say_three(world, ZH)
    after = await killed(world, "east", moment, number)
    assert len(world.east.texts()) == 5
    await after.deliver()
    assert after.east.texts() == world.east.texts()
    assert await after.states() == ["sent"] * 3
    assert await after.query("SELECT message_id, native_id, part FROM copies ORDER BY id") == (
        await world.query("SELECT message_id, native_id, part FROM copies ORDER BY id")
    )


@pytest.mark.parametrize(("moment", "number"), MOMENTS)
async def test_a_room_that_cannot_look_repeats_one_part_at_most(
    world: World, moment: str, number: int
) -> None:
    await say_three(world, EN)
    after = await killed(world, "west", moment, number)
    await after.deliver()
    shown = after.west.texts()
    assert [text for text, _ in groupby(shown)] == world.west.texts()
    assert len(shown) <= len(world.west.texts()) + (moment == "after")


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
async def test_without_the_journal_everything_claimed_is_looked_for(
    world: World, number: int
) -> None:
    await say_three(world, ZH)
    after = await killed(world, "east", "after", number)
    (after.folder / "attempts.log").unlink()
    await after.deliver()
    assert after.east.texts() == world.east.texts()


async def test_the_same_words_said_twice_are_still_said_twice(world: World) -> None:
    await world.hear(
        *(world.inbound("哈哈", channel=ZH, author=MEI) for _ in range(2)),
    )
    after = await killed(world, "east", "after", 1)
    (after.folder / "attempts.log").unlink()
    await after.deliver()
    assert after.east.texts() == ["小梅\nen<哈哈>"] * 2


async def test_the_same_words_settled_before_a_power_cut_are_said_again(world: World) -> None:
    await world.hear(*(world.inbound("哈哈", channel=ZH, author=MEI) for _ in range(2)))
    world.east.on_sent = world.courier.stop
    await world.deliver(until=lambda: bool(world.east.texts()))
    assert await world.states() == ["sent", "pending"]
    world.east.on_sent = lambda: None
    after = await killed(world, "east", "before", 1)
    (after.folder / "attempts.log").unlink()
    await after.deliver()
    assert after.east.texts() == ["小梅\nen<哈哈>"] * 2


async def test_what_was_settled_is_not_said_again(world: World) -> None:
    await say_three(world, EN)
    await world.deliver()
    after = world.killed(world.folder / "after")
    await after.deliver()
    assert after.west.calls == []


async def test_a_second_kill_is_survived_as_well(world: World) -> None:
    await say_three(world, ZH)
    first = await killed(world, "east", "after", 2)
    second = await killed(first, "east", "after", 2)
    await second.deliver()
    assert second.east.texts() == world.east.texts()


async def test_a_doubt_from_before_the_kill_is_kept(world: World) -> None:
    world.east.fail(Uncertain("broken off"), takes_effect=True)
    await world.say("一", channel=ZH, author=MEI)
    await world.deliver()
    world.clock.advance(5)
    world.east.fail(Transient("busy"), on="recall")
    await world.deliver()
    after = world.killed(world.folder / "after")
    await after.deliver()
    assert after.east.texts() == ["小梅\nen<一>"]


async def test_an_edit_that_was_killed_is_carried_out(world: World) -> None:
    ref = await world.say("one", channel=ZH, author=MEI)
    await world.deliver()
    world.clock.advance(1)
    await world.hear(Edited(ref, RichText(LONG), world.clock.now()))
    after = await killed(world, "east", "after", 1)
    assert len(world.east.texts()) == 3
    await after.deliver()
    assert after.east.texts() == world.east.texts()


async def test_a_message_deleted_after_the_kill_loses_every_known_part(
    world: World,
) -> None:
    ref = await world.say(LONG, channel=ZH, author=MEI)
    after = await killed(world, "east", "after", 2)
    await after.relaybook.reload()
    await after.hear(Deleted((ref,)))
    await after.deliver()
    assert after.east.texts() == world.east.texts()[1:2]  # the part in doubt


async def test_what_waits_for_a_platform_that_is_off_is_kept(world: World) -> None:
    await say_three(world, EN)
    west = world.chats.pop("west")
    world.courier = world.new_courier()
    await world.courier.recover()
    assert await world.states() == ["pending"] * 3
    world.chats["west"] = west
    world.courier = world.new_courier()
    await world.deliver()
    assert len(west.texts()) == 5


async def test_a_message_goes_on_without_its_file_where_its_own_platform_is_off(
    world: World,
) -> None:
    cat = Attachment(AttachmentKind.IMAGE, "cat.png", "f", 3, "image/png")
    await world.say("look", attachments=(cat,))
    del world.chats["east"]
    world.courier = world.new_courier()
    await world.deliver()
    assert await world.states() == ["sent"]
    assert "look" in world.west.texts()[0]

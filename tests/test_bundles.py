"""Under pressure, waiting texts become one message; what they stand for is not forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import Transient, Uncertain
from bot.core.model import Attachment, AttachmentKind, Author, Deleted, Edited, PersonId
from bot.core.ports import Capabilities
from bot.core.richtext import RichText
from bot.store import retention
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, ZH, World, world_of


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


BOB = Author(PersonId("east", "bob"), "Bob")


async def pressed(world: World, *, until: int = 1) -> None:
    """Deliver after the platform asked once to slow down; `until` so many messages are there."""
    world.west.fail(Transient("too many requests", 5.0))

    def arrived() -> bool:
        if world.west.calls:
            world.clock.advance(6)
            world.courier.wake()
        return len(world.west.sent) >= until

    await world.deliver(until=arrived)


async def test_texts_that_wait_go_out_as_one_under_their_authors(world: World) -> None:
    for words, author in (("one", ANN), ("two", ANN), ("three", BOB)):
        await world.say(words, author=author)
    await pressed(world)
    assert world.west.texts() == ["Ann\nzh<one>\nzh<two>\n\nBob\nzh<three>"]
    assert await world.states() == ["sent", "sent", "sent"]


async def test_a_lane_that_was_not_slowed_down_sends_one_by_one(world: World) -> None:
    for words in ("one", "two"):
        await world.say(words)
    await world.deliver()
    assert len(world.west.sent) == 2


async def test_a_bundle_holds_what_fits_and_the_next_holds_the_rest(world: World) -> None:
    world.west.can = Capabilities(60, 60, len, 1000)
    for number in range(6):
        await world.say(f"message {number}")
    await pressed(world, until=2)
    await world.deliver()
    shown = world.west.texts()
    assert len(shown) < 6
    assert all(len(text) <= 60 for text in shown)
    joined = "\n".join(shown)
    places = [joined.index(f"message {number}") for number in range(6)]
    assert places == sorted(places)


async def test_a_file_is_not_bundled_and_not_overtaken(world: World) -> None:
    world.east.files["f"] = b"cat"
    cat = Attachment(AttachmentKind.IMAGE, "cat.png", "f", 3, "image/png")
    await world.say("one")
    await world.say("two")
    await world.say("look", attachments=(cat,))
    await world.say("after")
    await pressed(world, until=3)
    assert [len(shown.part.files) for shown in world.west.sent] == [0, 1, 0]


async def test_an_edit_of_a_bundled_message_rewrites_the_bundle(world: World) -> None:
    await world.say("one")
    second = await world.say("two")
    await pressed(world)
    await world.hear(Edited(second, RichText("TWO"), world.clock.now()))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<one>\nzh<TWO>"]


async def test_a_delete_takes_one_message_out_of_a_bundle_and_the_last_one_ends_it(
    world: World,
) -> None:
    first = await world.say("one")
    second = await world.say("two")
    await pressed(world)
    await world.hear(Deleted((first,)))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<two>"]
    await world.hear(Deleted((second,)))
    await world.deliver()
    assert world.west.texts() == []


async def test_an_edit_waiting_behind_its_bundle_reaches_it(world: World) -> None:
    first = await world.say("one")
    await world.say("two")
    await world.hear(Edited(first, RichText("ONE"), world.clock.now()))
    await pressed(world)
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<ONE>\nzh<two>"]


async def test_a_reply_to_a_bundled_message_points_at_the_bundle(world: World) -> None:
    world.west.can = replace(world.west.can, replies=True)
    first = await world.say("one")
    await world.say("two")
    await pressed(world)
    await world.say("and this", reply_to=first)
    await world.deliver()
    assert world.west.sent[-1].part.reply_to == world.west.sent[0].id


async def test_a_bundle_in_doubt_is_looked_for_as_a_whole(world: World, tmp_path: Path) -> None:
    for words in ("一", "二"):
        await world.say(words, channel=ZH, author=MEI)
    world.east.fail(Transient("too many requests", 5.0))
    world.east.fail(Uncertain("cut"), takes_effect=True)

    def settled() -> bool:
        if world.east.calls:
            world.clock.advance(6)
            world.courier.wake()
        return "recall" in world.east.calls

    await world.deliver(until=settled)
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<一>\nen<二>"]
    assert await world.states() == ["sent", "sent"]


async def test_a_bundle_that_was_killed_on_its_way_is_not_doubled(
    world: World, tmp_path: Path
) -> None:
    for words in ("一", "二"):
        await world.say(words, channel=ZH, author=MEI)
    world.east.fail(Transient("too many requests", 5.0))
    after_kill: list[World] = []
    world.east.on_sent = lambda: after_kill.append(world.killed(tmp_path / "killed"))

    def sent() -> bool:
        if world.east.calls:
            world.clock.advance(6)
            world.courier.wake()
        return bool(after_kill)

    await world.deliver(until=sent)
    survivor = after_kill[0]
    await survivor.relaybook.reload()
    await survivor.deliver()
    assert survivor.east.texts() == ["小梅\nen<一>\nen<二>"]
    assert await survivor.states() == ["sent", "sent"]
    assert survivor.east.sent[0].channel == EN


async def test_a_bundle_whose_messages_are_all_deleted_at_once_is_gone(world: World) -> None:
    refs = tuple([await world.say(words) for words in ("one", "two", "three")])
    await pressed(world)
    await world.hear(Deleted(refs))
    await world.deliver()
    assert world.west.texts() == []


async def test_a_bundle_in_doubt_that_an_edit_made_too_long_is_said_one_by_one(
    world: World,
) -> None:
    world.west.can = Capabilities(60, 60, len, 1000)
    await world.say("one")
    second = await world.say("two")
    world.west.fail(Transient("too many requests", 5.0))
    world.west.fail(Uncertain("cut"))

    def attempted() -> bool:
        if len(world.west.calls) == 1:
            world.clock.advance(6)
            world.courier.wake()
        return len(world.west.calls) == 2

    await world.deliver(until=attempted)
    await world.hear(Edited(second, RichText("two " * 12), world.clock.now()))
    world.clock.advance(600)
    await world.deliver()
    assert await world.states() == ["sent", "sent", "dropped"]
    assert len(world.west.texts()) == 2


async def test_a_destination_that_says_nothing_of_itself_under_pressure_is_asked_again(
    world: World,
) -> None:
    for words in ("one", "two"):
        await world.say(words)
    world.west.fail(Transient("too many requests", 5.0))
    await world.deliver(until=lambda: bool(world.west.calls))
    world.west.fail(Transient("gateway"), on="capabilities", times=2)
    world.courier._pressed.add(ZH)
    for _ in range(3):
        world.clock.advance(60)
        await world.deliver()
    assert "".join(world.west.texts()).count("zh<") == 2


async def test_an_edit_that_no_longer_fits_its_bundle_is_said_anew(world: World) -> None:
    world.west.can = Capabilities(60, 60, len, 1000)
    first = await world.say("one")
    await world.say("two")
    await pressed(world)
    await world.hear(Edited(first, RichText("long" * 12), world.clock.now()))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<two>", f"Ann\nzh<{'long' * 12}>"]
    await world.hear(Edited(first, RichText("short again"), world.clock.now()))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<two>", "Ann\nzh<short again>"]


async def test_a_late_delete_takes_the_whole_bundle_where_its_words_were_let_go(
    world: World,
) -> None:
    first = await world.say("one")
    await world.say("two")
    await pressed(world)
    async with world.database.transaction() as connection:
        await retention.empty_texts(connection, heard_before=world.clock.now() + timedelta(days=1))
    await world.hear(Deleted((first,)))
    await world.deliver()
    assert world.west.texts() == []


async def test_a_translator_that_fails_by_a_mistake_costs_the_translation_only(
    world: World,
) -> None:
    def stumble() -> None:
        raise KeyError("a mistake")

    world.translator.on_ask = stumble
    await world.say("hello")
    await world.deliver()
    (text,) = world.west.texts()
    assert text.startswith("Ann\nhello\n")
    assert await world.states() == ["sent"]


async def test_what_leaves_its_bundle_is_not_doubled_by_a_broken_connection(world: World) -> None:
    world.east.can = Capabilities(60, 60, len, 1000)
    first = await world.say("一", channel=ZH, author=MEI)
    await world.say("二", channel=ZH, author=MEI)
    world.east.fail(Transient("too many requests", 5.0))

    def arrived() -> bool:
        if world.east.calls:
            world.clock.advance(6)
            world.courier.wake()
        return len(world.east.sent) >= 1

    await world.deliver(until=arrived)
    await world.hear(Edited(first, RichText("长" * 50), world.clock.now()))
    world.east.fail(Uncertain("cut"), takes_effect=True)

    def looked_for() -> bool:
        if len(world.east.sent) > 1:
            world.clock.advance(6)
            world.courier.wake()
        return "recall" in world.east.calls

    await world.deliver(until=looked_for)
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<二>", f"小梅\nen<{'长' * 50}>"]

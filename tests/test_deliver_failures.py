"""What a platform's refusals do to a lane: it waits, goes on, or tells whoever wrote."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.core.errors import Blocked, DeliveryError, Rejected, Transient, Uncertain
from bot.core.model import ChannelId, Copy, Deleted, Edited, RelayChannel
from bot.core.ports import Capabilities
from bot.core.retry import LONGEST_BLOCKED_WAIT
from bot.core.richtext import RichText
from bot.store import journal as journals
from bot.store.database import Database
from bot.store.journal import Journal
from bot.store.outbox import State, Verdict
from bot.verdicts import Ruling, Verdicts
from tests.parts import EN, LINKED, MEI, ZH, World, at, eventually, world_of

TW = ChannelId("west", "tw")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def wide(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    channels = (*LINKED, RelayChannel(TW, "zh-Hant"))
    async with world_of(database, tmp_path, channels=channels) as world:
        yield world


async def say(world: World, *words: str) -> None:
    await world.hear(*(world.inbound(each) for each in words))


def said(*words: str) -> list[str]:
    return [f"Ann\nzh<{each}>" for each in words]


@pytest.mark.parametrize(
    "error", [Transient("busy"), Transient("slow down", 3), Blocked("kicked"), Uncertain("broken")]
)
async def test_nothing_overtakes_what_must_be_tried_again(
    world: World, error: DeliveryError
) -> None:
    world.west.fail(error)
    await say(world, "one", "two")
    await world.deliver()
    assert world.west.texts() == []
    assert await world.states() == ["pending", "pending"]
    world.clock.advance(3600)
    await world.deliver()
    assert "".join(world.west.texts()).index("one") < "".join(world.west.texts()).index("two")
    assert await world.states() == ["sent", "sent"]


async def test_the_time_a_platform_asks_for_is_given(world: World) -> None:
    world.west.fail(Transient("slow down", 7.5))
    await say(world, "one")
    await world.deliver()
    world.clock.advance(7.4)
    await world.deliver()
    assert world.west.calls == ["send"]
    world.clock.advance(0.1)
    await world.deliver()
    assert world.west.texts() == said("one")


async def test_waits_grow_while_it_keeps_failing(world: World) -> None:
    world.west.fail(Transient("busy"), times=3)
    await say(world, "one")
    for wait in (1, 2, 4):
        await world.deliver()
        world.clock.advance(wait - 0.1)
        before = len(world.west.calls)
        await world.deliver()
        assert len(world.west.calls) == before
        world.clock.advance(0.1)
    await world.deliver()
    assert world.west.texts() == said("one")


async def test_a_closed_channel_keeps_its_queue_until_it_opens(world: World) -> None:
    world.west.fail(Blocked("kicked"), times=30)
    await say(world, "one", "two")
    for _ in range(30):
        await world.deliver()
        world.clock.advance(LONGEST_BLOCKED_WAIT)
    assert await world.states() == ["pending", "pending"]
    await world.deliver()
    assert world.west.texts() == said("one", "two")


async def test_a_lane_that_waits_holds_no_other(wide: World) -> None:
    wide.west.fail(Blocked("kicked"), times=9, channel=ZH)
    await say(wide, "one", "two")
    await wide.deliver()
    assert wide.west.texts(TW) == ["Ann\nzh-Hant<one>", "Ann\nzh-Hant<two>"]


async def test_what_is_refused_is_given_up_and_its_author_told_once(wide: World) -> None:
    wide.west.fail(Rejected("message is too long"), channel=ZH)
    await say(wide, "one", "two")
    await wide.deliver()
    assert wide.west.texts(ZH) == said("two")
    [notice] = wide.east.texts(EN)
    assert "west:zh" in notice
    assert "message is too long" in notice
    assert (await wide.states()).count("dead") == 1


async def test_the_notice_is_in_the_language_it_was_written_in(world: World) -> None:
    world.east.fail(Rejected("too long"))
    await world.say("你好", channel=ZH, author=MEI)
    await world.deliver()
    assert "消息" in world.west.texts()[0]


async def test_a_notice_that_is_refused_too_is_let_be(world: World) -> None:
    world.west.fail(Rejected("too long"))
    world.east.fail(Rejected("too long"))
    await say(world, "one")
    await world.deliver()
    assert await world.states() == ["dead", "dead"]


async def test_a_refused_edit_does_not_stop_the_lane(world: World) -> None:
    ref = await world.say("one")
    await world.deliver()
    world.west.fail(Rejected("message is gone"), on="edit")
    await world.hear(Edited(ref, RichText("ONE"), world.clock.now()))
    await say(world, "two")
    await world.deliver()
    assert world.west.texts() == said("one", "two")
    assert world.east.texts() == []


@pytest.mark.parametrize("takes_effect", [True, False])
async def test_what_may_have_arrived_is_looked_for(world: World, takes_effect: bool) -> None:
    world.east.fail(Uncertain("broken off"), takes_effect=takes_effect)
    for words in ("一", "二"):
        await world.say(words, channel=ZH, author=MEI)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<一>", "小梅\nen<二>"]
    assert world.east.calls.count("recall") == 1


async def test_what_was_found_is_known_by_its_id(world: World) -> None:
    world.east.fail(Uncertain("broken off"), takes_effect=True)
    await world.say("一", channel=ZH, author=MEI)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert await world.query("SELECT native_id FROM copies") == [("1",)]


async def test_the_doubt_outlives_a_failure_to_look(world: World) -> None:
    world.east.fail(Uncertain("broken off"), takes_effect=True)
    await world.say("一", channel=ZH, author=MEI)
    await world.deliver()
    world.east.fail(Transient("busy", 1), on="recall")
    world.clock.advance(5)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<一>"]


async def test_the_doubt_outlives_a_failure_before_the_look(world: World) -> None:
    world.east.fail(Uncertain("broken off"), takes_effect=True)
    await world.say("一", channel=ZH, author=MEI)
    await world.deliver()
    world.east.fail(Transient("busy", 1), on="capabilities")
    world.clock.advance(5)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<一>"]


async def test_parts_that_read_the_same_are_not_taken_for_each_other(world: World) -> None:
    world.east.can = Capabilities(30, 30, len, 1000)
    world.east.on_sent = at(2, lambda: world.east.fail(Uncertain("broken off")))
    await world.say("好" * 100, channel=ZH, author=MEI)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert "".join(world.east.texts()) == f"小梅\nen<{'好' * 100}>"


async def test_only_the_part_in_doubt_is_looked_for(world: World) -> None:
    world.east.can = Capabilities(30, 30, len, 1000)
    world.east.fail(Uncertain("broken off"))
    await world.say("好" * 100, channel=ZH, author=MEI)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert world.east.calls.count("recall") == 1


async def test_a_message_refused_half_way_can_still_be_deleted(world: World) -> None:
    world.west.can = Capabilities(30, 30, len, 1000)
    world.west.on_sent = at(1, lambda: world.west.fail(Rejected("forbidden words")))
    ref = await world.say("long " * 20)
    await world.deliver()
    assert len(world.west.texts()) == 1
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert world.west.texts() == []


@pytest.mark.parametrize(("takes_effect", "count"), [(True, 2), (False, 1)])
async def test_where_nobody_can_look_it_is_said_again(
    world: World, takes_effect: bool, count: int
) -> None:
    world.west.fail(Uncertain("broken off"), takes_effect=takes_effect)
    await say(world, "one", "two")
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()
    assert world.west.texts() == said(*["one"] * count, "two")


async def test_parts_that_arrived_are_not_said_again(world: World) -> None:
    world.west.can = Capabilities(40, 40, len, 1000)
    await say(world, "long " * 20)
    world.west.on_sent = lambda: world.west.fail(Transient("busy", 1))
    for _ in range(9):
        await world.deliver()
        world.clock.advance(1)
    assert "".join("".join(world.west.texts()).split()) == f"Annzh<{'long' * 20}>"


async def test_a_mistake_in_one_lane_stops_no_other(wide: World) -> None:
    wide.west.fail(ZeroDivisionError(), times=2, channel=ZH)
    await say(wide, "one")
    await wide.deliver()
    assert wide.west.texts(TW) == ["Ann\nzh-Hant<one>"]
    assert "pending" in await wide.states()


async def test_a_delivery_that_breaks_us_is_given_up_after_five_times(world: World) -> None:
    world.west.fail(ZeroDivisionError(), times=5)
    await say(world, "one", "two")
    for _ in range(5):
        await world.deliver()
        world.clock.advance(60)
    await world.deliver()
    assert world.west.texts() == said("two")
    assert world.west.calls.count("send") == 6
    [notice] = world.east.texts()
    assert "ZeroDivisionError" in notice


async def test_a_stop_settles_what_is_being_sent_and_gives_the_rest_back(world: World) -> None:
    await say(world, "one", "two", "three")
    world.west.open.clear()
    await world.courier.recover()
    task = asyncio.create_task(world.courier.run())
    await eventually(lambda: world.west.calls == ["send"])
    world.courier.stop()
    await asyncio.sleep(0.01)
    assert not task.done()
    world.west.open.set()
    await task
    assert world.west.texts() == said("one")
    assert await world.states() == ["sent", "pending", "pending"]


async def test_the_next_start_says_the_rest(world: World) -> None:
    await test_a_stop_settles_what_is_being_sent_and_gives_the_rest_back(world)
    world.courier = world.new_courier()
    await world.deliver()
    assert world.west.texts() == said("one", "two", "three")


async def test_a_send_that_was_cut_off_by_the_stop_is_in_doubt(world: World) -> None:
    await world.say("一", channel=ZH, author=MEI)
    world.east.open.clear()
    await world.courier.recover()
    task = asyncio.create_task(world.courier.run())
    await eventually(lambda: world.east.calls == ["send"])
    task.cancel()
    await asyncio.wait([task])
    world.east.open.set()
    await eventually(lambda: world.east.texts() != [])
    world.courier = world.new_courier()
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<一>"]


async def test_verdicts_wait_for_the_database(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(sql("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(world.folder / "bot.db", isolation_level=None)
    world.west.on_sent = lambda: other.execute("BEGIN IMMEDIATE") and None
    await say(world, "one")
    await world.courier.recover()
    task = asyncio.create_task(world.courier.run())
    await eventually(lambda: len(world.clock.naps) > 2)
    assert await world.states() == ["sending"]
    other.close()
    await eventually(world._is_idle)
    world.courier.stop()
    await task
    assert await world.states() == ["sent"]
    assert world.west.texts() == said("one")


async def test_a_verdict_that_was_given_outlives_the_end(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(sql("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(world.folder / "bot.db", isolation_level=None)
    world.west.on_sent = lambda: other.execute("BEGIN IMMEDIATE") and None
    await say(world, "one")
    await world.courier.recover()
    task = asyncio.create_task(world.courier.run())
    await eventually(lambda: len(world.clock.naps) > 2)
    task.cancel()
    for _ in range(10):  # not as long as the end would wait
        await asyncio.sleep(0)
    assert not task.done()
    other.close()
    await asyncio.wait([task])
    assert await world.states() == ["sent"]


async def test_a_disk_that_fills_up_after_a_send_does_not_say_it_twice(world: World) -> None:
    world.west.on_sent = world.courier._journal.close
    await say(world, "one")
    await world.deliver()
    world.clock.advance(60)
    await world.deliver()
    assert world.west.texts() == said("one")


async def test_nothing_is_sent_that_the_journal_could_not_note(world: World) -> None:
    await say(world, "one")
    await world.courier.recover()
    world.courier._journal.close()
    task = asyncio.create_task(world.courier.run())
    await eventually(world._is_idle)
    world.courier.stop()
    await task
    assert world.west.calls == []
    assert await world.states() == ["pending"]


async def test_a_journal_that_cannot_be_shortened_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "ROTATE_AT", 16)
    world.west.on_send = lambda: (world.folder / "attempts.new").mkdir(exist_ok=True)
    await say(world, "one", "two")
    await world.deliver(until=lambda: len(world.west.texts()) == 2)
    assert world.west.texts() == said("one", "two")
    assert await world.states() == ["sent", "sent"]


@pytest.mark.databases("sqlite", "postgresql")
async def test_a_mistake_in_the_verdicts_ends_the_program_instead_of_its_lanes(
    world: World,
) -> None:
    await say(world, "one")
    await world.courier.recover()
    world.west.open.clear()
    task = asyncio.create_task(world.courier.run())
    await eventually(lambda: world.west.calls == ["send"])
    async with world.database.transaction() as connection:
        await connection.execute(sql("DELETE FROM messages"))
    world.west.open.set()
    await eventually(task.done)
    assert task.exception() is not None


async def test_a_stop_does_not_wait_for_a_database_that_stays_away(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(sql("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(world.folder / "bot.db", isolation_level=None)
    world.west.on_sent = lambda: other.execute("BEGIN IMMEDIATE") and None
    await say(world, "one")
    await world.courier.recover()
    task = asyncio.create_task(world.courier.run())
    await eventually(lambda: len(world.clock.naps) > 2)
    task.cancel()
    await eventually(task.done)
    other.close()
    world.courier = world.new_courier()
    await world.deliver()
    assert world.west.texts() == said("one")
    assert await world.states() == ["sent"]


async def test_an_edit_settled_together_with_its_message_leaves_one_copy_of_it(
    world: World,
) -> None:
    await say(world, "one")
    verdicts = Verdicts(world.database, Journal(world.folder / "j"), world.clock, world.tell)
    sent = Verdict(1, State.SENT)
    verdicts.give(Ruling(sent, copies=((1, Copy(ZH, "7"), 0),)))
    verdicts.give(Ruling(sent, copies=((1, Copy(ZH, "7"), 1),), replaces=((1, ZH),)))
    await verdicts.drain()
    assert await world.query("SELECT native_id, revision FROM copies") == [("7", 1)]

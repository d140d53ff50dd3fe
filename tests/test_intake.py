"""Everything heard is durable before its platform is told so, and nothing is heard twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.core.model import (
    Attachment,
    AttachmentKind,
    ChannelId,
    Cursor,
    Deleted,
    Edited,
    Joined,
    MessageId,
    Migrated,
    Missed,
    Reacted,
    RelayChannel,
)
from bot.core.richtext import RichText, Span, Style
from bot.meanwhile import FOLLOWED
from bot.store import messages, private, traces
from bot.store.database import Database, StoreUnavailable
from tests.parts import ANN, EN, LINKED, MEI, ZH, World, eventually, running, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

TW = ChannelId("west", "tw")
CHANNELS = (RelayChannel(EN, "en"), RelayChannel(ZH, "zh"), RelayChannel(TW, "zh-Hant"))


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path, channels=CHANNELS) as world:
        yield world


async def outbox(world: World) -> list[Sequence[object]]:
    """(action, lane, message row) in order."""
    return list(await world.query("SELECT action, lane, message_id FROM outbox ORDER BY id"))


async def test_a_message_is_planned_for_every_other_channel(world: World) -> None:
    await world.say("hello")
    rows = await world.query("SELECT action, lane, language, prior FROM outbox ORDER BY id")
    assert rows == [
        ("send", "west:zh", "zh", "en"),
        ("send", "west:tw", "zh-Hant", "en"),
    ]


async def test_the_courier_is_woken_by_what_there_is_to_say(world: World) -> None:
    woken: list[int] = []
    world.courier.wake = lambda: woken.append(len(woken))
    await world.say("hello")
    await world.hear(Joined(EN, ANN, world.clock.now()))
    assert woken == [0]


async def test_those_who_wait_together_are_committed_together(world: World) -> None:
    waiting = [
        asyncio.ensure_future(world.intake.hear([world.inbound(f"{number}")]))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    world.clock.step = 1  # each transaction asks once
    async with running(world.intake.run()):
        await asyncio.gather(*waiting)
    assert await world.query("SELECT count(DISTINCT heard_at) FROM messages") == [(1,)]
    written = await world.query("SELECT content ->> 'text' FROM messages ORDER BY id")
    assert [row[0] for row in written] == [str(number) for number in range(20)]


async def test_the_order_of_what_is_heard_is_kept(world: World) -> None:
    first, second = world.inbound("first"), world.inbound("second")
    edit = Edited(first.ref, RichText("edited"), world.clock.now() + timedelta(seconds=1))
    await world.hear(first, edit, Deleted((first.ref,)), second)
    rows = [row for row in await outbox(world) if row[1] == "west:zh"]
    assert [(row[0], row[2]) for row in rows] == [
        ("send", 1),
        ("edit", 1),
        ("delete", 1),
        ("send", 2),
    ]
    assert [type(event).__name__ for event in world.announced] == [
        "Inbound",
        "Edited",
        "Deleted",
        "Inbound",
    ]


async def test_a_repeat_is_silent(world: World) -> None:
    message = world.inbound("hello")
    await world.hear(message)
    await world.hear(message)
    assert len(await outbox(world)) == 2
    assert world.announced == [message]


async def test_a_repeat_in_the_same_breath_is_silent(world: World) -> None:
    message = world.inbound("hello")
    await world.hear(message, replace(message, text=RichText("otherwise")))
    assert len(await outbox(world)) == 2
    assert world.announced == [message]


async def test_a_repeat_still_moves_the_cursor(world: World) -> None:
    message = world.inbound("hello")
    await world.hear(message)
    async with running(world.intake.run()):
        await world.intake.hear([message], cursors=[Cursor("east", "updates", "8")])
    assert await world.query("SELECT value FROM cursors") == [("8",)]


async def test_the_cursor_moves_in_the_transaction_of_its_events(world: World) -> None:
    seen: list[Sequence[Sequence[object]]] = []

    async def look() -> None:
        while not seen or not seen[-1][0][0]:
            seen.append(
                await world.query(
                    "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM cursors)"
                )
            )
            await asyncio.sleep(0)

    async with running(world.intake.run()):
        looking = asyncio.ensure_future(look())
        many = [world.inbound(str(number)) for number in range(200)]
        await world.intake.hear(many, cursors=[Cursor("east", "updates", "7")])
        await looking
    assert {row[0] for row in seen} <= {(0, 0), (200, 1)}
    assert await world.intake.cursor("east", "updates") == "7"


async def test_a_restart_goes_on_at_the_cursor(world: World) -> None:
    async with running(world.intake.run()):
        await world.intake.hear([], cursors=[Cursor("east", "updates", "7")])
        await world.intake.hear([], cursors=[Cursor("east", "updates", "9")])
    again = world.new_intake()
    await again.load()
    assert await again.cursor("east", "updates") == "9"
    assert await again.cursor("west", "updates") is None


async def test_a_paused_relay_remembers_but_carries_nothing(world: World) -> None:
    await world.relaybook.pause(world.relaybook.all()[0])
    ref = await world.say("hello")
    assert await outbox(world) == []
    async with world.database.reading() as connection:
        assert ref in await messages.ids_of(connection, [ref])


async def test_an_edit_of_what_was_written_in_a_pause_goes_nowhere(world: World) -> None:
    [relay] = world.relaybook.all()
    await world.relaybook.pause(relay)
    ref = await world.say("hello")
    await world.relaybook.resume(relay)
    await world.hear(Edited(ref, RichText("hello!"), world.clock.now()))
    assert await outbox(world) == []


@pytest.mark.parametrize(
    "author",
    [replace(ANN, is_bot=True), replace(ANN, is_us=True, is_bot=True)],
    ids=["a bot", "our own echo"],
)
async def test_machines_are_not_carried_over(world: World, author: object) -> None:
    await world.say("beep", author=author)
    assert await outbox(world) == []
    assert await world.query("SELECT * FROM messages") == []
    assert world.announced == []


async def test_a_channel_in_no_relay_is_not_recorded(world: World) -> None:
    await world.say("hello", channel=ChannelId("east", "elsewhere"))
    assert await world.query("SELECT * FROM messages") == []


async def test_an_edit_follows_its_message_everywhere(world: World) -> None:
    ref = await world.say("hello")
    await world.hear(Edited(ref, RichText("hello!"), world.clock.now()))
    edits = await world.query("SELECT lane, revision FROM outbox WHERE action = 'edit'")
    assert edits == [("west:zh", 1), ("west:tw", 1)]


async def test_changes_to_messages_nobody_heard_go_nowhere(world: World) -> None:
    unknown = MessageId(EN, "unknown")
    await world.hear(Edited(unknown, RichText("x"), world.clock.now()), Deleted((unknown,)))
    assert await outbox(world) == []


async def test_a_deletion_follows_each_of_its_messages(world: World) -> None:
    first, second = await world.say("one"), await world.say("two")
    await world.hear(Deleted((first, MessageId(EN, "unknown"), second)))
    gone = [row for row in await outbox(world) if row[0] == "delete" and row[1] == "west:zh"]
    assert [row[2] for row in gone] == [1, 2]
    assert await world.query("SELECT content FROM messages") == [(None,), (None,)]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (3, "{count} messages from {channel}"),
        (1, "One message from {channel}"),
        (None, "Some messages from {channel}"),
    ],
)
async def test_what_was_missed_is_told_in_the_other_channels(
    world: World, count: int | None, said: str
) -> None:
    await world.hear(Missed(ZH, count))
    posts = await world.query("SELECT lane, language, post ->> 'message' FROM outbox")
    assert [(row[0], row[1]) for row in posts] == [("east:en", "en"), ("west:tw", "zh-Hant")]
    assert all(str(row[2]).startswith(said) for row in posts)


async def test_a_paused_relay_misses_nothing(world: World) -> None:
    await world.relaybook.pause(world.relaybook.all()[0])
    await world.hear(Missed(ZH, 3), Missed(ChannelId("east", "elsewhere"), 3))
    assert await outbox(world) == []


MOVED = ChannelId("east", "-100")


async def test_a_group_that_moved_is_followed(world: World) -> None:
    await world.say("before", channel=ZH, author=MEI)
    await world.hear(Migrated(EN, MOVED))
    assert world.relaybook.of(EN) is None
    assert world.relaybook.language(MOVED) == "en"
    assert [row[1] for row in await outbox(world)] == ["east:-100", "west:tw"]


async def test_what_is_said_after_a_move_is_heard_at_once(world: World) -> None:
    await world.hear(
        world.inbound("before"), Migrated(EN, MOVED), world.inbound("after", channel=MOVED)
    )
    assert [row[2] for row in await outbox(world)] == [1, 1, 2, 2]


async def test_what_answers_a_move_goes_to_the_new_place(world: World) -> None:
    await world.hear(Migrated(EN, MOVED), world.inbound("你好", channel=ZH, author=MEI))
    assert [row[1] for row in await outbox(world)] == ["east:-100", "west:tw"]


async def test_a_move_told_twice_is_followed_once(world: World) -> None:
    await world.hear(Migrated(EN, MOVED))
    await world.hear(Migrated(EN, MOVED))
    assert world.relaybook.language(MOVED) == "en"


async def test_a_move_to_a_place_that_is_linked_already_stops_nothing(world: World) -> None:
    await world.hear(Migrated(ZH, TW), world.inbound("hello"))
    assert len(await world.query("SELECT * FROM messages")) == 1


async def test_a_channel_in_no_relay_may_move(world: World) -> None:
    await world.hear(Migrated(ChannelId("east", "x"), ChannelId("east", "y")))
    assert world.relaybook.language(EN) == "en"


@pytest.mark.databases("sqlite")
async def test_what_is_heard_waits_while_the_database_refuses(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(sql("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(world.folder / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with running(world.intake.run()):
        first = asyncio.ensure_future(world.intake.hear([world.inbound("first")]))
        await eventually(lambda: len(world.clock.naps) > 1)
        second = asyncio.ensure_future(world.intake.hear([world.inbound("second")]))
        await eventually(lambda: len(world.clock.naps) > 3)
        assert not first.done()
        assert not second.done()
        other.close()
        await asyncio.gather(first, second)
    written = await world.query("SELECT content ->> 'text' FROM messages ORDER BY id")
    assert written == [("first",), ("second",)]
    assert [type(event).__name__ for event in world.announced] == ["Inbound", "Inbound"]


async def test_a_move_is_followed_though_the_database_goes_just_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload, failures = world.relaybook.reload, [StoreUnavailable("gone"), StoreUnavailable("gone")]

    async def fail_at_first() -> None:
        if failures:
            raise failures.pop()
        await reload()

    monkeypatch.setattr(world.relaybook, "reload", fail_at_first)
    await world.hear(Migrated(EN, MOVED))
    assert world.relaybook.language(MOVED) == "en"


async def test_those_who_stopped_waiting_hold_nobody_up(world: World) -> None:
    leaving = asyncio.ensure_future(world.intake.hear([world.inbound("first")]))
    await asyncio.sleep(0)
    leaving.cancel()
    await world.say("second")
    written = await world.query("SELECT content ->> 'text' FROM messages ORDER BY id")
    assert written == [("first",), ("second",)]


async def test_every_event_is_announced_after_it_is_durable(world: World) -> None:
    message = world.inbound("hello")
    joined = Joined(EN, ANN, world.clock.now())
    reacted = Reacted(message.ref, MEI, "🐱")
    await world.hear(message, joined, reacted)
    assert world.announced == [message, joined, reacted]


async def test_what_no_database_takes_is_replaced_and_the_rest_kept(world: World) -> None:
    broken = "a\0b\ud83dc"
    cat = Attachment(AttachmentKind.IMAGE, broken, "handle")
    link = Span(0, 1, Style.LINK, f"https://example.org/{broken}")
    message = replace(
        world.inbound("", author=replace(ANN, name=broken)),
        text=RichText(broken, (link,)),
        attachments=(cat,),
        forwarded_from=broken,
    )
    await world.hear(message)
    async with world.database.reading() as connection:
        stored = (await messages.get(connection, [1]))[1]
    kept = "a\ufffdb?c"
    assert (stored.text.text, stored.author.name, stored.forwarded_from) == (kept, kept, kept)
    assert stored.attachments[0].name == kept
    assert stored.text.spans[0].value == f"https://example.org/{kept}"


async def test_a_very_long_gathering_is_committed_in_pieces(world: World) -> None:
    waiting = [
        asyncio.ensure_future(
            world.intake.hear([world.inbound(str(number)) for number in range(400)])
        )
        for _ in range(3)
    ]
    async with running(world.intake.run()):
        await waiting[0]
        assert len(await world.query("SELECT * FROM messages")) == 400
        await asyncio.gather(*waiting)
    assert len(await world.query("SELECT * FROM messages")) == 1200


async def test_a_group_that_moved_is_followed_under_a_new_name_of_its_relay(world: World) -> None:
    new = ChannelId("west", "supergroup")
    await world.hear(Migrated(ZH, new))
    await world.relaybook.declare([("renamed", LINKED)])
    assert world.relaybook.of(new) is not None
    assert world.relaybook.of(ZH) is None


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"author": replace(ANN, is_bot=True)}, "bot"),
        ({"author": replace(ANN, is_us=True)}, "echo"),
        ({"words": " \u200b"}, "empty"),
        ({"words": "hello"}, None),
        ({"words": "hello", "channel": ChannelId("east", "elsewhere")}, None),
    ],
)
async def test_what_is_skipped_is_remembered_with_its_reason(
    world: World, how: dict[str, Any], reason: str | None
) -> None:
    ref = await world.say(**({"words": "hello"} | how))
    async with world.database.reading() as connection:
        found = await traces.skipped(connection, ref)
    assert (found and found.reason) == reason


async def test_what_is_said_during_a_pause_of_the_relay_is_remembered_so(world: World) -> None:
    await world.relaybook.pause(world.relaybook.all()[0])
    ref = await world.say("hello")
    async with world.database.reading() as connection:
        found = await traces.skipped(connection, ref)
    assert found is not None
    assert found.reason == "paused"


async def test_of_somebody_who_is_on_pause_not_even_a_skip_is_kept(world: World) -> None:
    async with world.database.transaction() as connection:
        await private.pause(connection, ANN.person, world.clock.now())
    ref = await world.say("hello")
    async with world.database.reading() as connection:
        assert await traces.skipped(connection, ref) is None


async def test_what_was_heard_is_known_as_it_read_last(world: World) -> None:
    said = [await world.say(words) for words in ("one", "two", "three")]
    await world.say("elsewhere", channel=ZH, author=MEI)
    at = world.clock.now()
    world.clock.advance(60)
    edited = Edited(said[1], RichText("two!"), world.clock.now())
    await world.hear(edited, Deleted((said[0],)))
    assert await world.intake.last_known(EN) == [Edited(said[2], RichText("three"), at), edited]


async def test_what_was_heard_long_ago_is_followed_no_more(world: World) -> None:
    await world.say("old")
    world.clock.advance(timedelta(days=1, seconds=1).total_seconds())
    ref = await world.say("new")
    assert [one.ref for one in await world.intake.last_known(EN)] == [ref]


async def test_of_much_that_was_heard_the_newest_is_followed(world: World) -> None:
    await world.hear(*(world.inbound(f"{number}") for number in range(FOLLOWED + 1)))
    known = await world.intake.last_known(EN)
    assert [known[0].text.text, known[-1].text.text, len(known)] == [f"{FOLLOWED}", "1", FOLLOWED]


@pytest.mark.databases("sqlite")  # its own file: the server's tables are for all tests
async def test_nothing_is_followed_while_the_database_can_not_be_read(world: World) -> None:
    await world.say("one")
    async with world.database.transaction() as connection:
        await connection.execute(sql("ALTER TABLE messages RENAME TO mislaid"))
    assert await world.intake.last_known(EN) == ()

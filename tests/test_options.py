"""What mods chose for a channel, as its room shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    Button,
    ChannelOptions,
    Edited,
    Missed,
    PersonId,
    RelayChannel,
)
from bot.core.relay import BOTS_A_MINUTE
from bot.core.richtext import RichText, Span, Style
from bot.store import relays
from bot.store.database import Database
from tests.parts import EN, LINKED, MEI, ZH, World, world_of
from tests.test_bundles import pressed

pytestmark = pytest.mark.databases("sqlite", "postgresql")

BOT = Author(PersonId("east", "rss"), "News", is_bot=True)
SONG = Attachment(AttachmentKind.AUDIO, "song.mp3", "song", 3, "audio/mpeg")
CAT = Attachment(AttachmentKind.IMAGE, "cat.png", "cat", 3, "image/png")
CLIP = Attachment(AttachmentKind.VIDEO, "clip.mp4", "clip", 3, "video/mp4")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        for room in world.chats.values():
            room.files |= {"song": b"son", "cat": b"cat", "clip": b"cli"}
        yield world


async def choose(world: World, channel: Any, **chosen: Any) -> None:
    async with world.database.transaction() as connection:
        await relays.set_options(connection, channel, ChannelOptions(**chosen))
    await world.relaybook.reload()


async def test_plain_names_come_without_a_picture(world: World) -> None:
    await choose(world, ZH, names="plain")
    await world.say("hello")
    await world.say("你好", channel=ZH, author=MEI)
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<hello>"]
    assert [shown.part.is_plain for shown in world.west.sent] == [True]
    assert [shown.part.is_plain for shown in world.east.sent] == [False]


async def test_a_bundle_has_no_picture_either(world: World) -> None:
    await choose(world, ZH, names="plain")
    for words in ("one", "two", "three"):
        await world.say(words)
    await pressed(world)
    assert world.west.texts() == ["Ann\nzh<one>\nzh<two>\nzh<three>"]
    assert world.west.sent[-1].part.is_plain


async def test_the_original_stands_hidden_below(world: World) -> None:
    await choose(world, ZH, original="spoiler")
    await world.say("hello")
    await world.deliver()
    (shown,) = world.west.sent
    assert shown.part.text.text == "Ann\nzh<hello>\nhello"
    assert Span(14, 19, Style.SPOILER) in shown.part.text.spans


async def test_what_was_not_translated_is_not_shown_twice(world: World) -> None:
    await choose(world, ZH, original="spoiler")
    world.translator.label = "nothing-to-translate"
    await world.say("😀")
    await choose(world, ZH, original="button")
    await world.say("😺")
    await world.deliver()
    assert world.west.texts() == ["Ann\n😀", "Ann\n😺"]
    assert [shown.part.buttons for shown in world.west.sent] == [(), ()]


async def test_an_edit_shows_the_new_original(world: World) -> None:
    await choose(world, ZH, original="spoiler")
    ref = await world.say("hello")
    await world.deliver()
    world.clock.advance(1)
    await world.hear(Edited(ref, RichText("goodbye"), world.clock.now()))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<goodbye>\ngoodbye"]


async def test_a_button_offers_the_original_also_after_an_edit(world: World) -> None:
    await choose(world, ZH, original="button")
    ref = await world.say("hello")
    await world.deliver()
    world.clock.advance(1)
    await world.hear(Edited(ref, RichText("goodbye"), world.clock.now()))
    await world.deliver()
    (shown,) = world.west.messages.values()
    assert shown.part.text.text == "Ann\nzh<goodbye>"
    assert shown.part.buttons == (Button("原文 / Original", "relays.original"),)


async def test_files_of_other_kinds_are_named(world: World) -> None:
    await choose(world, ZH, attachments=frozenset({AttachmentKind.IMAGE}))
    await world.say("look", attachments=(CAT, SONG, CLIP, CLIP))
    await world.say("", attachments=(SONG,))
    await world.deliver()
    first, second = world.west.sent
    assert [file.name for file in first.part.files] == ["cat.png"]
    assert first.part.text.text.startswith("Ann\nzh<look>\n")
    assert len(first.part.text.text.splitlines()) == 3
    assert second.part.files == ()
    assert len(second.part.text.text.splitlines()) == 2


async def test_the_line_about_files_is_in_the_readers_language(world: World) -> None:
    await choose(world, EN, attachments=frozenset())
    await world.say("看", channel=ZH, author=MEI, attachments=(CLIP, CAT, CLIP))
    await world.deliver()
    assert world.east.texts() == ["小梅\nen<看>\n[not carried over here: video, picture]"]


async def test_other_bots_stay_where_they_are_unless_that_is_chosen(world: World) -> None:
    await world.say("breaking", author=BOT)
    await choose(world, EN, bots=True)
    await world.say("news", author=BOT)
    await world.deliver()
    assert world.west.texts() == ["News\nzh<news>"]


async def test_cogs_do_not_hear_other_bots(world: World) -> None:
    await choose(world, EN, bots=True)
    await world.say("news", author=BOT)
    await world.say("hello")
    assert [event.author.name for event in world.announced] == ["Ann"]  # type: ignore[union-attr]


async def burst(world: World, count: int) -> None:
    for number in range(count):
        await world.say(f"{number}", author=BOT)


async def test_bots_that_write_without_an_end_are_stopped_and_that_is_said_once(
    world: World,
) -> None:
    await choose(world, EN, bots=True)
    await burst(world, BOTS_A_MINUTE + 5)
    await world.deliver()
    assert len(world.west.texts()) == BOTS_A_MINUTE
    (told,) = world.east.texts()
    assert told.startswith(f"⚠️ Other bots wrote more than {BOTS_A_MINUTE} messages here")
    assert not world.relaybook.options(EN).bots
    world.clock.advance(3600)
    await burst(world, 1)
    await world.say("people still cross")
    await world.deliver()
    assert world.west.texts()[BOTS_A_MINUTE:] == ["Ann\nzh<people still cross>"]


async def test_what_bots_wrote_together_is_counted_too(world: World) -> None:
    await choose(world, EN, bots=True)
    await world.hear(*(world.inbound(f"{n}", author=BOT) for n in range(BOTS_A_MINUTE + 5)))
    await world.hear(*(world.inbound(f"{n}", author=BOT) for n in range(5)))
    await world.deliver()
    assert len(world.west.texts()) == BOTS_A_MINUTE
    assert len(world.east.texts()) == 1


async def test_a_stop_is_known_within_what_is_heard_together(world: World) -> None:
    await choose(world, EN, bots=True)
    first = [world.inbound(f"{n}", author=BOT) for n in range(BOTS_A_MINUTE + 1)]
    later = world.inbound("later", author=BOT)
    later = replace(later, sent_at=later.sent_at + timedelta(hours=1))
    edited = Edited(first[0].ref, RichText("0!"), world.clock.now())  # parts one run from the next
    await world.hear(*first, edited, later)
    await world.deliver()
    assert len(world.west.texts()) == BOTS_A_MINUTE
    assert len(world.east.texts()) == 1


async def test_bots_that_keep_to_the_pace_are_not_stopped(world: World) -> None:
    await choose(world, EN, bots=True)
    for _ in range(3):
        await burst(world, BOTS_A_MINUTE)
        world.clock.advance(60)
    await world.deliver()
    assert len(world.west.texts()) == 3 * BOTS_A_MINUTE
    assert world.east.texts() == []


@pytest.mark.parametrize(
    ("at", "is_silent"), [("21:59", False), ("22:00", True), ("07:59", True), ("08:00", False)]
)
async def test_messages_arrive_without_a_sound_in_quiet_hours(
    world: World, at: str, is_silent: bool
) -> None:
    await choose(world, ZH, quiet_from="22:00", quiet_to="08:00")
    hour, minute = map(int, at.split(":"))
    world.clock.at = world.clock.at.replace(hour=hour, minute=minute)
    await world.say("hello")
    await world.say("你好", channel=ZH, author=MEI)
    await world.deliver()
    assert [shown.part.is_silent for shown in world.west.sent] == [is_silent]
    assert [shown.part.is_silent for shown in world.east.sent] == [False]


async def test_our_own_posts_are_silent_in_quiet_hours_too(world: World) -> None:
    await choose(world, ZH, quiet_from="11:00", quiet_to="13:00")
    await world.hear(Missed(EN, 2))
    await world.deliver()
    assert [shown.part.is_silent for shown in world.west.sent] == [True]


async def test_a_channel_that_only_receives_is_not_heard_elsewhere(world: World) -> None:
    await choose(world, EN, mode="read")
    await world.say("hello")
    await world.say("你好", channel=ZH, author=MEI)
    await world.hear(Missed(EN, 2))
    await world.deliver()
    assert world.west.texts() == []
    assert world.east.texts() == ["小梅\nen<你好>"]


async def test_what_is_said_where_nothing_crosses_is_still_announced(world: World) -> None:
    await choose(world, EN, mode="read")
    await world.say("hello")
    assert len(world.announced) == 1


async def test_a_channel_that_only_sends_shows_nothing(world: World) -> None:
    await choose(world, EN, mode="write")
    await world.say("hello")
    await world.say("你好", channel=ZH, author=MEI)
    await world.hear(Missed(ZH, 2))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<hello>"]
    assert world.east.texts() == []


async def test_what_was_accepted_before_a_change_still_arrives(world: World) -> None:
    await world.say("hello")
    await choose(world, ZH, mode="write")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<hello>"]


async def test_the_files_options_hold_at_the_next_start(world: World) -> None:
    en, zh = LINKED
    declared: list[RelayChannel] = [en, replace(zh, options=ChannelOptions(names="plain"))]
    await world.relaybook.declare([("main", declared)])
    await world.say("hello")
    await world.deliver()
    assert world.west.sent[0].part.is_plain

"""Everything said: translated, in order, and settled whatever the platforms do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import Transient
from bot.core.model import (
    Attachment,
    AttachmentKind,
    ChannelId,
    Deleted,
    Edited,
    MessageId,
    RelayChannel,
)
from bot.core.ports import Capabilities
from bot.core.richtext import RichText, Style
from bot.store.database import Database
from tests.parts import EN, LINKED, MEI, ZH, Room, World, eventually, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

TW = ChannelId("west", "tw")
ZH2 = ChannelId("east", "zh2")
CAT = Attachment(AttachmentKind.IMAGE, "cat.png", "cat", 3, "image/png")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def wide(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    more = (RelayChannel(TW, "zh-Hant"), RelayChannel(ZH2, "zh"))
    async with world_of(database, tmp_path, channels=(*LINKED, *more)) as world:
        yield world


async def edit(world: World, ref: MessageId, words: str) -> None:
    world.clock.advance(1)
    await world.hear(Edited(ref, RichText(words), world.clock.now()))


async def test_a_message_arrives_translated(world: World) -> None:
    await world.say("hello")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<hello>"]
    assert await world.states() == ["sent"]


async def test_messages_arrive_in_the_order_they_were_said(world: World) -> None:
    for number in range(150):
        await world.say(str(number))
    await world.deliver()
    assert world.west.texts() == [f"Ann\nzh<{number}>" for number in range(150)]


async def test_the_original_goes_along_with_its_translation(world: World) -> None:
    await world.say("hello")
    await world.deliver()
    [shown] = world.west.sent
    assert shown.part.original == RichText("hello")
    assert shown.part.translation
    assert shown.part.translation.engine == "gloss"


async def test_a_text_is_translated_once_for_all_who_read_that_language(wide: World) -> None:
    await wide.say("hello")
    await wide.deliver()
    assert wide.west.texts(ZH) == wide.east.texts(ZH2) == ["Ann\nzh<hello>"]
    assert sorted(wide.translator.asked) == [("hello", "zh"), ("hello", "zh-Hant")]


async def test_a_translation_that_was_made_is_not_made_again(world: World) -> None:
    world.west.fail(Transient("busy", 1))
    await world.say("hello")
    await world.deliver()
    world.clock.advance(1)
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<hello>"]
    assert world.translator.asked == [("hello", "zh")]


async def test_readers_of_the_same_language_get_the_words_as_they_are(wide: World) -> None:
    await wide.say("你好", channel=ZH, author=MEI)
    await wide.deliver()
    assert wide.east.texts(ZH2) == ["小梅\n你好"]
    assert ("你好", "zh") not in wide.translator.asked


@pytest.mark.parametrize(
    ("label", "said"),
    [("no-model", "未翻译"), ("failed", "未翻译")],
)
async def test_what_could_not_be_translated_says_so(world: World, label: str, said: str) -> None:
    world.translator.label = label
    await world.say("hello")
    await world.deliver()
    [text] = world.west.texts()
    assert text.startswith("Ann\nhello\n")
    assert said in text


async def test_what_needs_no_translation_carries_no_label(world: World) -> None:
    world.translator.label = "nothing-to-translate"
    await world.say("😀")
    await world.deliver()
    assert world.west.texts() == ["Ann\n😀"]


async def test_a_lane_does_not_wait_for_another(wide: World) -> None:
    wide.west.open.clear()
    await wide.say("hello")
    courier = asyncio.ensure_future(wide.deliver())
    await eventually(lambda: wide.east.texts(ZH2) == ["Ann\nzh<hello>"])
    assert wide.west.texts() == []
    wide.west.open.set()
    await courier


def can_reply(room: Room) -> None:
    room.can = replace(room.can, replies=True, shows_authors=True)


async def test_a_reply_answers_the_other_sides_message(world: World) -> None:
    can_reply(world.west)
    first = await world.say("hello")
    await world.deliver()
    await world.say("I said hello", reply_to=first)
    await world.deliver()
    assert [shown.part.reply_to for shown in world.west.sent] == [None, "1"]


async def test_a_reply_to_our_copy_answers_the_original(world: World) -> None:
    can_reply(world.east)
    first = await world.say("hello")
    await world.deliver()
    copy = MessageId(ZH, world.west.sent[0].id)
    await world.say("你好呀", channel=ZH, author=MEI, reply_to=copy)
    await world.deliver()
    assert [shown.part.reply_to for shown in world.east.sent] == [first.id]


async def test_a_reply_finds_what_was_said_in_the_same_breath(world: World) -> None:
    can_reply(world.west)
    first = world.inbound("hello")
    await world.hear(first, world.inbound("again", reply_to=first.ref))
    await world.deliver()
    assert [shown.part.reply_to for shown in world.west.sent] == [None, "1"]


async def test_a_reply_quotes_where_nobody_can_reply(world: World) -> None:
    first = await world.say("hello")
    await world.deliver()
    await world.say("I said hello", reply_to=first)
    await world.deliver()
    assert world.west.texts()[1] == "Ann\n↩ Ann: zh<hello>\nzh<I said hello>"


async def test_a_quote_is_in_the_readers_language_in_the_same_breath_too(world: World) -> None:
    first = world.inbound("hello")
    await world.hear(first, world.inbound("again", reply_to=first.ref))
    await world.deliver()
    assert world.west.texts()[1] == "Ann\n↩ Ann: zh<hello>\nzh<again>"


async def test_a_quote_links_to_what_it_quotes(world: World) -> None:
    first = await world.say("你好", channel=ZH, author=MEI)
    await world.deliver()
    await world.say("在吗", channel=ZH, author=MEI, reply_to=first)
    await world.deliver()
    spans = world.east.sent[1].part.text.spans
    assert [s.value for s in spans if s.style is Style.LINK] == ["https://example.org/en/1"]


async def test_a_reply_to_what_nobody_heard_is_an_ordinary_message(world: World) -> None:
    can_reply(world.west)
    await world.say("hello", reply_to=MessageId(EN, "unknown"))
    await world.deliver()
    assert world.west.texts() == ["zh<hello>"]
    assert world.west.sent[0].part.reply_to is None


async def test_a_file_is_brought_over_with_its_words(world: World) -> None:
    world.east.files["cat"] = b"cat"
    await world.say("look", attachments=(CAT,))
    await world.deliver()
    [shown] = world.west.sent
    assert [(file.name, file.content) for file in shown.part.files] == [("cat.png", b"cat")]
    assert shown.part.text.text == "Ann\nzh<look>"


async def test_a_file_that_is_gone_is_told(world: World) -> None:
    await world.say("look", attachments=(CAT,))
    await world.deliver()
    [text] = world.west.texts()
    assert text.startswith("Ann\nzh<look>\n")
    assert "cat.png" in text
    assert await world.states() == ["sent"]


async def test_a_file_that_is_too_large_is_not_even_fetched(world: World) -> None:
    world.east.fail(AssertionError("fetched"), on="fetch")
    await world.say("look", attachments=(replace(CAT, size=1001),))
    await world.deliver()
    assert "cat.png" in world.west.texts()[0]
    assert await world.states() == ["sent"]


async def test_a_forward_says_whose_words_they_are(world: World) -> None:
    await world.say("hello", forwarded_from="Bob")
    await world.deliver()
    assert "Bob" in world.west.texts()[0]


async def test_an_edit_changes_the_message_that_is_there(world: World) -> None:
    ref = await world.say("hello")
    await world.deliver()
    await edit(world, ref, "goodbye")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<goodbye>"]
    assert len(world.west.sent) == 1


async def test_a_message_edited_before_it_is_sent_is_said_once(world: World) -> None:
    ref = await world.say("hello")
    await edit(world, ref, "goodbye")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<goodbye>"]
    assert world.west.calls == ["send"]
    assert world.translator.asked == [("goodbye", "zh")]


async def test_several_edits_end_with_the_newest_words(world: World) -> None:
    ref = await world.say("one")
    await world.deliver()
    await edit(world, ref, "two")
    await edit(world, ref, "three")
    await world.deliver()
    await edit(world, ref, "four")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<four>"]


async def test_an_edit_heard_during_the_send_is_shown_and_so_is_the_next(world: World) -> None:
    first = world.inbound("one")
    await world.hear(world.inbound("zero"), first)
    world.west.open.clear()
    courier = asyncio.ensure_future(world.deliver())
    await eventually(lambda: world.west.calls == ["send"])
    await edit(world, first.ref, "two")
    world.west.open.set()
    await courier
    await edit(world, first.ref, "three")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<zero>", "Ann\nzh<three>"]


def narrow(world: World, limit: int = 40) -> None:
    world.west.can = Capabilities(limit, limit, len, 1000)


async def test_an_edit_that_grew_gets_more_parts(world: World) -> None:
    narrow(world)
    ref = await world.say("short")
    await world.deliver()
    await edit(world, ref, "long " * 12)
    await world.deliver()
    texts = world.west.texts()
    assert len(texts) > 1
    assert "".join("".join(texts).split()) == f"Annzh<{'long' * 12}>"
    assert await world.query("SELECT native_id, part FROM copies ORDER BY part") == [
        (str(number + 1), number) for number in range(len(texts))
    ]


async def test_an_edit_that_shrank_deletes_what_is_too_much(world: World) -> None:
    narrow(world)
    ref = await world.say("long " * 12)
    await world.deliver()
    await edit(world, ref, "short")
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<short>"]
    assert await world.query("SELECT native_id FROM copies") == [("1",)]


async def test_an_edit_that_grew_does_not_say_a_part_twice(world: World) -> None:
    narrow(world)
    ref = await world.say("short")
    await world.deliver()
    await edit(world, ref, "long " * 24)
    world.west.on_sent = lambda: world.west.fail(Transient("busy", 1))
    await world.deliver()
    world.west.on_sent = lambda: None
    world.clock.advance(1)
    await world.deliver()
    world.clock.advance(1)
    await world.deliver()
    assert "".join("".join(world.west.texts()).split()) == f"Annzh<{'long' * 24}>"


async def test_an_edit_keeps_the_files(world: World) -> None:
    world.east.files["cat"] = b"cat"
    ref = await world.say("look", attachments=(CAT,))
    await world.deliver()
    await edit(world, ref, "look here")
    await world.deliver()
    [shown] = world.west.messages.values()
    assert shown.part.text.text == "Ann\nzh<look here>"
    assert len(shown.part.files) == 1


async def test_a_deleted_message_disappears_with_all_its_parts(world: World) -> None:
    narrow(world)
    ref = await world.say("long " * 12)
    await world.say("stays")
    await world.deliver()
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<stays>"]


async def test_a_message_deleted_before_it_is_sent_is_never_said(world: World) -> None:
    ref = await world.say("hello")
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert world.west.sent == []
    assert world.translator.asked == []
    assert await world.states() == ["dropped", "sent"]


async def test_a_message_deleted_during_its_send_disappears(world: World) -> None:
    ref = await world.say("hello")
    world.west.open.clear()
    courier = asyncio.ensure_future(world.deliver())
    await eventually(lambda: world.west.calls == ["send"])
    await world.hear(Deleted((ref,)))
    world.west.open.set()
    await courier
    assert len(world.west.sent) == 1
    assert world.west.texts() == []


async def test_a_message_deleted_half_way_leaves_no_part_behind(world: World) -> None:
    narrow(world)
    ref = await world.say("long " * 12)
    world.west.on_sent = lambda: world.west.fail(Transient("busy", 1))
    await world.deliver()
    assert len(world.west.texts()) == 1
    await world.hear(Deleted((ref,)))
    world.clock.advance(1)
    await world.deliver()
    assert world.west.texts() == []


async def test_a_message_edited_half_way_is_shown_in_its_newest_words_only(world: World) -> None:
    narrow(world)
    ref = await world.say("long " * 12)
    world.west.on_sent = lambda: world.west.fail(Transient("busy", 1))
    await world.deliver()
    world.west.on_sent = lambda: None
    await edit(world, ref, "other " * 10)
    world.clock.advance(1)
    await world.deliver()
    assert "".join("".join(world.west.texts()).split()) == f"Annzh<{'other' * 10}>"


async def test_a_room_that_can_neither_edit_nor_delete_is_left_as_it_is(world: World) -> None:
    world.chats["west"] = Room("west", world.clock)
    world.courier = world.new_courier()
    ref = await world.say("hello")
    await world.deliver()
    await edit(world, ref, "goodbye")
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert world.west.texts() == ["Ann\nzh<hello>"]
    assert await world.states() == ["sent", "dropped", "dropped"]


async def test_a_message_deleted_while_it_is_translated_leaves_no_words_behind(
    world: World,
) -> None:
    ref = await world.say("one")
    world.west.open.clear()

    async def forgotten() -> None:
        await eventually(lambda: world.west.calls == ["send"])
        await world.hear(Deleted((ref,)))
        world.west.open.set()

    forgetting = asyncio.create_task(forgotten())
    await world.deliver(until=forgetting.done)
    await world.deliver()
    assert world.west.texts() == []
    assert await world.query("SELECT content FROM translations") == []

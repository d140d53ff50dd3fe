"""What was heard is recorded once, follows its edits, and stands for its copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import Attachment, AttachmentKind, Copy, Edited, Inbound, MessageId
from bot.core.richtext import RichText, Style
from bot.store import messages
from bot.store.database import Database
from bot.store.messages import Stored
from tests.parts import ANN, EN, NOW, ZH

pytestmark = pytest.mark.databases("sqlite", "postgresql")

HELLO = Inbound(MessageId(EN, "1"), ANN, RichText.styled("hello", Style.BOLD), NOW)
CAT = Attachment(AttachmentKind.IMAGE, "cat.png", "handle", 3, "image/png", is_spoiler=True)


async def record(database: Database, *heard: Inbound) -> dict[MessageId, int]:
    async with database.transaction() as connection:
        return await messages.record(connection, heard, NOW)


async def get(database: Database, id: int = 1) -> Stored:
    async with database.reading() as connection:
        return (await messages.get(connection, [id]))[id]


async def revise(database: Database, text: str, *, seconds: int = 0) -> int | None:
    edit = Edited(HELLO.ref, RichText(text), NOW + timedelta(seconds=seconds))
    async with database.transaction() as connection:
        return await messages.revise(connection, 1, edit)


async def test_what_is_recorded_comes_back_whole(database: Database) -> None:
    heard = replace(
        HELLO, reply_to=MessageId(EN, "0"), attachments=(CAT,), forwarded_from="somebody"
    )
    ids = await record(database, heard)
    stored = await get(database, ids[heard.ref])
    assert (stored.ref, stored.author, stored.text) == (heard.ref, ANN, heard.text)
    assert (stored.attachments, stored.reply_to) == ((CAT,), heard.reply_to)
    assert (stored.forwarded_from, stored.sent_at) == ("somebody", NOW)
    assert (stored.revision, stored.is_deleted) == (0, False)


async def test_a_message_is_recorded_once(database: Database) -> None:
    assert await record(database, HELLO) == {HELLO.ref: 1}
    assert await record(database, replace(HELLO, text=RichText("again"))) == {}
    assert (await get(database)).text == HELLO.text


async def test_a_message_is_recorded_once_among_those_heard_together(database: Database) -> None:
    assert await record(database, HELLO, HELLO) == {HELLO.ref: 1}


async def test_the_same_number_elsewhere_is_another_message(database: Database) -> None:
    there = replace(HELLO, ref=MessageId(ZH, "1"))
    assert await record(database, HELLO, there) == {HELLO.ref: 1, there.ref: 2}


async def test_many_are_recorded_in_the_order_they_were_heard(database: Database) -> None:
    many = [replace(HELLO, ref=MessageId(EN, f"{number:04}")) for number in range(700)]
    ids = await record(database, *many)
    assert list(ids.values()) == sorted(ids.values())
    assert [ref.id for ref in ids] == [message.ref.id for message in many]
    async with database.reading() as connection:
        assert len(await messages.get(connection, ids.values())) == 700


async def test_each_edit_is_a_revision(database: Database) -> None:
    await record(database, HELLO)
    assert await revise(database, "first", seconds=1) == 1
    assert await revise(database, "second", seconds=2) == 2
    stored = await get(database)
    assert (stored.text, stored.revision) == (RichText("second"), 2)


async def test_an_edit_older_than_what_is_known_changes_nothing(database: Database) -> None:
    await record(database, HELLO)
    await revise(database, "newest", seconds=5)
    assert await revise(database, "older", seconds=4) is None
    assert (await get(database)).text == RichText("newest")


async def test_an_edit_to_the_same_words_changes_nothing(database: Database) -> None:
    await record(database, HELLO)
    async with database.transaction() as connection:
        edit = Edited(HELLO.ref, HELLO.text, NOW + timedelta(seconds=1))
        assert await messages.revise(connection, 1, edit) is None
    assert (await get(database)).revision == 0


async def test_a_deleted_message_keeps_no_content(database: Database) -> None:
    await record(database, replace(HELLO, attachments=(CAT,)))
    async with database.transaction() as connection:
        await messages.remove(connection, [1], NOW)
    stored = await get(database)
    assert (stored.text, stored.attachments, stored.is_deleted) == (RichText(), (), True)


async def test_a_deleted_message_is_not_edited(database: Database) -> None:
    await record(database, HELLO)
    async with database.transaction() as connection:
        await messages.remove(connection, [1], NOW)
    assert await revise(database, "back again", seconds=1) is None


async def test_a_copy_and_its_original_stand_for_the_same_message(database: Database) -> None:
    await record(database, HELLO)
    ours, other = Copy(ZH, "77"), MessageId(ZH, "78")
    async with database.transaction() as connection:
        await messages.add_copies(connection, [(1, ours, 0)])
        found = await messages.originals_of(connection, [HELLO.ref, MessageId(ZH, "77"), other])
    assert found == {HELLO.ref: 1, MessageId(ZH, "77"): 1}


async def test_copies_come_back_with_their_parts_in_order(database: Database) -> None:
    await record(database, HELLO)
    made = [(1, Copy(ZH, "78", 1), 2), (1, Copy(ZH, "77", 0), 2)]
    async with database.transaction() as connection:
        await messages.add_copies(connection, made)
        found = await messages.copies_of(connection, [1, 2])
    assert found == {1: [(Copy(ZH, "77", 0), 2), (Copy(ZH, "78", 1), 2)]}


async def test_copies_are_dropped_in_one_channel_only(database: Database) -> None:
    await record(database, HELLO)
    here, there = Copy(EN, "5"), Copy(ZH, "6")
    async with database.transaction() as connection:
        await messages.add_copies(connection, [(1, here, 0), (1, there, 0)])
        await messages.drop_copies(connection, 1, ZH)
        found = await messages.copies_of(connection, [1])
    assert found == {1: [(here, 0)]}

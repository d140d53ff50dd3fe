"""What is let go in time, and what is kept because someone still needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.model import (
    Attachment,
    AttachmentKind,
    Copy,
    Edited,
    Inbound,
    MessageId,
    Translation,
)
from bot.core.richtext import RichText
from bot.settings import RetentionSettings
from bot.store import messages, outbox, retention, translations
from bot.store.database import Database
from bot.store.outbox import Action, Order, State, Verdict
from bot.upkeep import Upkeep
from tests.parts import ANN, EN, NOW, ZH, HeldClock

pytestmark = pytest.mark.databases("sqlite", "postgresql")

CAT = Attachment(AttachmentKind.IMAGE, "cat.png", "handle")
HELLO = Inbound(MessageId(EN, "1"), ANN, RichText("hello"), NOW, attachments=(CAT,))
LATER = NOW + timedelta(days=1)


@pytest.fixture
async def said(database: Database) -> Database:
    """One message, translated, delivered and copied at `NOW`."""
    async with database.transaction() as connection:
        await messages.record(connection, [HELLO], NOW)
        order = Order(ZH, Action.SEND, "zh", message=1, prior="en")
        await outbox.enqueue(connection, [order], NOW)
        await outbox.settle(connection, [Verdict(1, State.SENT)], NOW)
        made = Translation(RichText("你好"), "en", "zh", "engine")
        await translations.save(connection, [((1, 0, "zh"), made)])
        await messages.add_copies(connection, [(1, Copy(ZH, "77"), 0)])
    return database


async def empty(database: Database, before: datetime = LATER) -> int:
    async with database.transaction() as connection:
        return await retention.empty_texts(connection, heard_before=before)


async def forget(database: Database, before: datetime = LATER) -> int:
    async with database.transaction() as connection:
        return await retention.forget_rows(connection, before=before)


async def wait_again(database: Database, state: State = State.PENDING) -> None:
    async with database.transaction() as connection:
        await outbox.settle(connection, [Verdict(1, state)], NOW)


async def test_old_words_are_forgotten_and_their_ids_kept(said: Database) -> None:
    assert await empty(said) == 1
    async with said.reading() as connection:
        stored = (await messages.get(connection, [1]))[1]
        assert (stored.text, stored.attachments) == (RichText(), ())
        assert await translations.load(connection, [1]) == {}
        assert await messages.originals_of(connection, [MessageId(ZH, "77")])


async def test_words_are_kept_until_their_time(said: Database) -> None:
    assert await empty(said, NOW) == 0
    async with said.reading() as connection:
        assert (await messages.get(connection, [1]))[1].text == HELLO.text
        assert await translations.load(connection, [1])


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING])
async def test_words_that_are_still_to_be_said_are_kept(said: Database, state: State) -> None:
    await wait_again(said, state)
    assert await empty(said) == 0
    async with said.reading() as connection:
        assert (await messages.get(connection, [1]))[1].text == HELLO.text


async def test_our_own_posts_keep_no_ones_words(said: Database) -> None:
    async with said.transaction() as connection:
        await outbox.enqueue(connection, [Order(ZH, Action.POST, "zh", post={})], NOW)
    assert await empty(said) == 1


async def test_words_are_forgotten_once(said: Database) -> None:
    await empty(said)
    assert await empty(said) == 0


async def test_words_deleted_by_their_author_are_not_counted_again(said: Database) -> None:
    async with said.transaction() as connection:
        await messages.remove(connection, [1], NOW)
    assert await empty(said) == 0


async def test_an_edit_does_not_bring_forgotten_words_back(said: Database) -> None:
    await empty(said)
    async with said.transaction() as connection:
        edit = Edited(HELLO.ref, RichText("hello again"), LATER)
        assert await messages.revise(connection, 1, edit) is None


async def test_what_was_delivered_long_ago_leaves_no_trace(said: Database) -> None:
    assert await forget(said) == 1
    async with said.reading() as connection:
        assert await messages.get(connection, [1]) == {}
        assert await messages.copies_of(connection, [1]) == {}
        assert await outbox.lanes_of(connection, 1) == []


async def test_rows_are_kept_until_their_time(said: Database) -> None:
    assert await forget(said, NOW) == 0
    async with said.reading() as connection:
        assert await messages.copies_of(connection, [1])


async def test_a_message_that_still_waits_is_never_forgotten(said: Database) -> None:
    await wait_again(said)
    assert await forget(said) == 0
    async with said.reading() as connection:
        assert await messages.get(connection, [1])


async def test_the_daily_upkeep_goes_by_the_settings(said: Database) -> None:
    old, new = HeldClock(NOW + timedelta(days=3)), replace(HELLO, ref=MessageId(EN, "2"))
    async with said.transaction() as connection:
        await messages.record(connection, [new], old.now() - timedelta(days=1))
    upkeep = Upkeep(said, old, RetentionSettings(text_days=2, ids_days=30))
    [job] = upkeep.dailies()
    await job.run()
    async with said.reading() as connection:
        kept = await messages.get(connection, [1, 2])
    assert [kept[1].text, kept[2].text] == [RichText(), HELLO.text]
    old.advance(28 * 86400)
    await job.run()
    async with said.reading() as connection:
        assert list(await messages.get(connection, [1, 2])) == [2]

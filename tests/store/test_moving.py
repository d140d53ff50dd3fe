"""A channel goes on under another id, and whatever names it follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.asks import Choice, Consent, Draft
from bot.core.model import (
    Attachment,
    AttachmentKind,
    ChannelId,
    Inbound,
    Joined,
    MessageId,
    Posted,
    Reacted,
)
from bot.core.richtext import RichText
from bot.store import (
    asks,
    buddies,
    buddy_rows,
    cat_calendar,
    cats,
    happenings,
    messages,
    moving,
    posts,
    relays,
    schema,
)
from bot.store.cat_calendar import Newcomer
from bot.store.cats import Brought
from bot.store.database import Connection, Database
from tests.parts import ANN, EN, LINKED, MEI, NOW, ZH

pytestmark = pytest.mark.databases("sqlite", "postgresql")

NEW = ChannelId(ZH.platform, "new")
CAT = Attachment(AttachmentKind.IMAGE, "cat.png", "handle")


@pytest.fixture
async def relay(database: Database) -> int:
    async with database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED)])
        (found,) = await relays.load(connection)
    return found.id


async def move(connection: Connection) -> None:
    await moving.follow(connection, ZH, NEW, NOW)


async def test_posts_are_known_in_the_new_place_but_not_by_their_old_ids(
    database: Database, relay: int
) -> None:
    async with database.transaction() as connection:
        for key in ("said", "ordered", "taken"):
            await posts.order(connection, key, ZH, NOW)
        await posts.order(connection, "taken", NEW, NOW)
        await posts.said(connection, [Posted("said", MessageId(ZH, "7"), more=("8",))])
        await posts.open_strand(connection, "talk", {ZH: "said"}, NOW)
        await move(connection)
        assert await posts.find(connection, "said") == []
        assert await posts.named(connection, MessageId(NEW, "7")) is None
        for key in ("said", "ordered", "taken"):
            assert not await posts.order(connection, key, NEW, NOW)
        await posts.said(connection, [Posted("ordered", MessageId(NEW, "1"))])
        assert [post.ref for post in await posts.find(connection, "ordered")] == [
            MessageId(NEW, "1")
        ]
        assert [root[1:3] for root in await posts.roots(connection)] == [
            ("talk", Posted("said", MessageId(NEW, "")))
        ]


async def test_a_question_is_followed(database: Database, relay: int) -> None:
    draft = Draft(relay, ZH, "zh", MEI.person, "小梅", {"zh": "有猫吗？"})
    async with database.transaction() as connection:
        ask = await asks.add(connection, draft, NOW, NOW)
        choice = Choice(1, ZH, MEI.person, "小梅", "zh", Consent.ASKED, {})
        await asks.choose(connection, ask, choice)
        await asks.draft(connection, draft, NOW)
        await move(connection)
        now = await asks.get(connection, ask.id)
        assert now
        assert now.channel == NEW
        assert now.choice == replace(choice, lane=NEW)
        assert [each.channel for each in await asks.drafts_of(connection, MEI.person)] == [NEW]


async def test_an_unfinished_receipt_is_told_in_the_new_place(
    database: Database, relay: int
) -> None:
    brought = Brought(relay, "zh", ZH, MEI.person, "小梅", "7", CAT)
    async with database.transaction() as connection:
        await cats.bring(connection, brought, NOW)
        done = await cats.bring(connection, replace(brought, native_id="8"), NOW)
        assert done is not None
        await cats.change(connection, done, of=["waiting"], state="paid", due_at=None)
        await move(connection)
        found = await cats.of_person(connection, MEI.person)
    # The old name of a finished one's message is where the copies lead that people react to.
    assert [(one.channel, one.native_id) for one in found] == [(NEW, None), (ZH, "8")]


async def test_newcomers_are_met_in_the_new_place(database: Database, relay: int) -> None:
    newcomer = Newcomer(relay, MEI.person, "小梅", ZH, NOW)
    values = {"name": "小梅", "channel": ZH.id, "side": "zh", "created_at": NOW}
    async with database.transaction() as connection:
        await cat_calendar.welcome(connection, newcomer)
        await buddies.put_newcomer(connection, relay, MEI.person, values | {"state": "waiting"})
        free = {"state": "free", "capacity": 1, "idle_since": NOW}
        await buddies.put_volunteer(connection, relay, MEI.person, values | free)
        await move(connection)
        assert await cat_calendar.to_be_asked(connection, NOW) == [replace(newcomer, channel=NEW)]
        assert [one.channel for one in await buddies.waiting(connection, relay)] == [NEW]
        assert [one.channel for one in await buddies.free(connection, relay)] == [NEW]


async def test_who_joined_is_heard_of_in_the_new_place(database: Database, relay: int) -> None:
    joined = Joined(ZH, MEI, NOW)
    reacted = Reacted(MessageId(ZH, "7"), MEI, "❤️")
    async with database.transaction() as connection:
        for event in (joined, reacted):
            await happenings.record(connection, event, NOW)
        await move(connection)
        kept = await happenings.after(connection, 0, kinds=happenings.KINDS, since=NOW)
    assert [event for _, _, event in kept] == [replace(joined, channel=NEW), reacted]


async def test_other_channels_stay_where_they_are(database: Database, relay: int) -> None:
    said = Inbound(MessageId(EN, "1"), ANN, RichText("hi"), NOW)
    async with database.transaction() as connection:
        await posts.order(connection, "said", EN, NOW)
        await messages.record(connection, [said], NOW + timedelta(days=1))
        values = {"name": "Ann", "channel": EN.id, "side": "en", "created_at": NOW}
        await buddies.put_newcomer(connection, relay, ANN.person, values | {"state": "waiting"})
        await move(connection)
        assert await connection.scalar(select(schema.posts.c.channel)) == EN.id
        assert await connection.scalar(select(buddy_rows.newcomers.c.channel)) == EN.id
        assert said.ref in await messages.ids_of(connection, [said.ref])

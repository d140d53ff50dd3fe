"""What is let go in time, and what is kept because someone still needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.core.model import (
    Attachment,
    AttachmentKind,
    Copy,
    Edited,
    Inbound,
    MessageId,
    PersonId,
    Translation,
)
from bot.core.richtext import RichText
from bot.posts import Pictures
from bot.settings import RetentionSettings
from bot.store import (
    buddies,
    cat_calendar,
    cats,
    messages,
    outbox,
    posts,
    questions,
    retention,
    schema,
    translations,
)
from bot.store import relays as relay_rows
from bot.store.buddy_rows import matches, newcomers, volunteers
from bot.store.cats import Brought
from bot.store.database import Database
from bot.store.outbox import Action, Order, State, Verdict
from bot.store.schema import relays
from bot.upkeep import Upkeep
from tests.parts import ANN, EN, LINKED, NOW, ZH, HeldClock

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


async def talk(database: Database, key: str, opened: datetime, *, is_open: bool = True) -> None:
    """The message was said in this strand."""
    async with database.transaction() as connection:
        await posts.open_strand(connection, key, {}, opened)
        if not is_open:
            await posts.close_strand(connection, key, NOW)
        await posts.set_strand(connection, {1: 1})


async def test_an_answer_waits_in_words_for_as_long_as_it_may_be_chosen(said: Database) -> None:
    await talk(said, "ask:1", NOW)
    late = NOW + timedelta(days=16)
    assert (await empty(said, late), await forget(said, late)) == (0, 0)
    async with said.reading() as connection:
        assert (await messages.get(connection, [1]))[1].text == HELLO.text
        assert await translations.load(connection, [1])


@pytest.mark.parametrize(
    ("key", "opened", "is_open"),
    [("ask:1", NOW, False), ("question:1", NOW, True), ("ask:1", NOW - timedelta(days=60), True)],
    ids=["over", "no question to anybody", "of a community that is gone"],
)
async def test_other_talk_is_let_go_in_time(
    said: Database, key: str, opened: datetime, is_open: bool
) -> None:
    await talk(said, key, opened, is_open=is_open)
    assert (await empty(said), await forget(said)) == (1, 1)


async def test_posts_that_nobody_needs_are_forgotten_after_a_year(database: Database) -> None:
    async with database.transaction() as connection:
        for key in ("q:old", "q:open", "q:over", "q_:old", "cat:old"):
            await posts.order(connection, key, EN, NOW)
        await posts.order(connection, "q:new", EN, LATER + timedelta(days=1))
        await posts.open_strand(connection, "q:open", {EN: "q:open"}, NOW)
        await posts.open_strand(connection, "q:over", {EN: "q:over"}, NOW)
        await posts.close_strand(connection, "q:over", NOW)
        assert await posts.forget_old(connection, ["q:"], before=LATER) == 2
        kept = await connection.scalars(select(schema.posts.c.key).order_by(schema.posts.c.key))
        assert set(kept) == {"cat:old", "q:new", "q:open", "q_:old"}
        assert list(await connection.scalars(select(schema.strands.c.key))) == ["q:open"]
        assert await posts.forget_old(connection, [], before=LATER) == 0


async def test_pictures_that_nothing_refers_to_are_swept_away(
    database: Database, tmp_path: Path
) -> None:
    pictures = Pictures(tmp_path / "pictures")
    clock = HeldClock(datetime.now(UTC))
    keys = {
        name: await pictures.keep(name.encode(), name="cat.jpg", mime="image/jpeg")
        for name in ("paid", "stamp", "week", "waiting", "dead", "sent", "unfinished")
    }
    (tmp_path / "pictures" / "half.new").write_bytes(b"half")
    async with database.transaction() as connection:
        await relay_rows.declare(connection, [("main", LINKED)])
        receipt = await cats.bring(connection, Brought(1, "en", EN, ANN.person, "Ann"), NOW)
        assert receipt is not None
        shown = {"thumbnail": keys["paid"], "stamp": keys["stamp"]}
        await cats.change(connection, receipt, of=["waiting"], **shown)
        await cat_calendar.show(
            connection, 1, "en", "2025-01", picture=keys["week"], shown=[], now=NOW
        )
        for number, name in enumerate(("waiting", "dead", "sent"), 1):
            order = Order(EN, Action.POST, "en", post={"key": name, "image": keys[name]})
            await outbox.enqueue(connection, [order], NOW)
            state = {"waiting": State.PENDING, "dead": State.DEAD, "sent": State.SENT}[name]
            await outbox.settle(connection, [Verdict(number, state)], clock.now())
    upkeep = Upkeep(database, clock, RetentionSettings(), pictures=pictures, passing_posts=list)
    await upkeep.let_go()
    assert all([await pictures.load(key) for key in keys.values()])  # what is new may be needed
    clock.advance(86400 + 60)
    await upkeep.let_go()
    left = {name for name, key in keys.items() if await pictures.load(key)}
    assert left == {"paid", "stamp", "week", "waiting", "dead"}
    assert not (tmp_path / "pictures" / "half.new").exists()


async def test_the_daily_upkeep_goes_by_the_settings(said: Database, tmp_path: Path) -> None:
    old, new = HeldClock(NOW + timedelta(days=3)), replace(HELLO, ref=MessageId(EN, "2"))
    async with said.transaction() as connection:
        await messages.record(connection, [new], old.now() - timedelta(days=1))
    settings = RetentionSettings(text_days=2, ids_days=30)
    pictures = Pictures(tmp_path / "pictures")
    upkeep = Upkeep(said, old, settings, pictures=pictures, passing_posts=list)
    [job] = upkeep.dailies()
    await job.run()
    async with said.reading() as connection:
        kept = await messages.get(connection, [1, 2])
    assert [kept[1].text, kept[2].text] == [RichText(), HELLO.text]
    old.advance(28 * 86400)
    await job.run()
    async with said.reading() as connection:
        assert list(await messages.get(connection, [1, 2])) == [2]


async def met(database: Database, at: datetime) -> None:
    """A newcomer and a buddy who were introduced then."""
    values = {"name": "Ann", "channel": "en", "side": "en", "interests": ["cats"]}
    async with database.transaction() as connection:
        if not await connection.scalar(select(relays.c.id)):
            await connection.execute(insert(relays).values(id=1, name="main", is_from_file=True))
        number = (await connection.scalar(select(func.count()).select_from(volunteers)) or 0) + 1
        for number_of, put, more in (
            ("n", buddies.put_newcomer, {"state": "matched", "asked_at": at}),
            ("v", buddies.put_volunteer, {"state": "free", "capacity": 1, "idle_since": at}),
        ):
            person = PersonId("east", f"{number_of}{number}")
            await put(connection, 1, person, values | more | {"created_at": at})
        await buddies.propose(connection, 1, (number, number), seed="", facts={}, now=at, due=at)


async def test_buddies_nothing_happens_with_are_let_go_after_400_days(
    database: Database, tmp_path: Path
) -> None:
    await met(database, NOW)
    await met(database, NOW + timedelta(days=2))
    clock = HeldClock(NOW + timedelta(days=401))
    await Upkeep(
        database, clock, RetentionSettings(), pictures=Pictures(tmp_path), passing_posts=list
    ).let_go()
    async with database.reading() as connection:
        for table in (newcomers, volunteers):
            assert list(await connection.scalars(select(table.c.id))) == [2]
        assert list(await connection.scalars(select(matches.c.id))) == [2]


@pytest.mark.parametrize(("state", "is_kept"), [("rejected", False), ("approved", True)])
async def test_a_question_that_was_turned_down_is_let_go_in_time(
    database: Database, tmp_path: Path, state: str, is_kept: bool
) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(relays).values(id=1, name="main", is_from_file=True))
        ann = PersonId("east", "ann")
        number = await questions.suggest(connection, 1, ann, "Ann", ("Why?", "为什么？"), NOW)
        await questions.judge(connection, number, state)
    clock = HeldClock(NOW + timedelta(days=401))
    await Upkeep(
        database, clock, RetentionSettings(), pictures=Pictures(tmp_path), passing_posts=list
    ).let_go()
    async with database.reading() as connection:
        assert bool(await questions.suggested(connection, 1, state=state)) is is_kept

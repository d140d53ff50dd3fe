"""Our own posts: said once, found by name, changed, taken back; and the talk under them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot import intake
from bot.core.errors import Blocked, DeliveryError, Rejected, Transient
from bot.core.model import (
    Author,
    Button,
    ChannelId,
    MessageId,
    Migrated,
    Missed,
    PersonId,
    Posted,
    Reacted,
)
from bot.core.richtext import RichText
from bot.posts import OwnPosts
from bot.services import Post
from bot.store.database import Connection, Database, StoreUnavailable
from bot.strandbook import Strandbook
from tests.parts import ANN, EN, MEI, ZH, EditingRoom, World, at, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

ASKED = Post(RichText("Who has a cat?"), buttons=(Button("Me", "cats.me", "7"),), thread="Cats")


class ThreadedRoom(EditingRoom):
    """One that opens threads, as Discord does: a thread has its message's id."""

    async def open_thread(self, channel: ChannelId, id: str, title: str) -> ChannelId:
        self.calls.append(f"thread {title}")
        with self._faulty("open_thread", channel):
            return ChannelId(channel.platform, f"thread-{id}")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        world.chats["east"] = ThreadedRoom("east", world.clock)
        world.courier = world.new_courier()
        yield world


@pytest.fixture
def posts(world: World) -> OwnPosts:
    return world.new_posts()


async def say(world: World, posts: OwnPosts, channel: ChannelId = EN, key: str = "q:1") -> bool:
    async with world.database.transaction() as connection:
        return await posts.say(connection, channel, ASKED, key=key)


async def strand(world: World, posts: OwnPosts) -> None:
    """One question on both sides, its answers linked."""
    async with world.database.transaction() as connection:
        for channel in (EN, ZH):
            await posts.say(connection, channel, ASKED, key="q:1")
        await posts.open_strand(connection, "q:1", {EN: "q:1", ZH: "q:1"})
    await world.deliver()


async def test_a_post_is_said_once_with_its_buttons(world: World, posts: OwnPosts) -> None:
    assert await say(world, posts)
    assert not await say(world, posts)
    await world.deliver()
    assert not await say(world, posts)
    await world.deliver()
    assert world.east.texts() == ["Who has a cat?"]
    assert world.east.sent[0].part.buttons == ASKED.buttons
    assert [(post.key, post.ref.id, str(post.thread)) for post in world.posted] == [
        ("q:1", "1", "east:thread-1")
    ]


@pytest.mark.parametrize(
    "button", [Button("Me", "me"), Button("Me", "cats.me", "猫" * 20)], ids=["no cog", "long"]
)
async def test_a_button_that_no_cog_would_hear_of_is_refused_at_once(
    world: World, posts: OwnPosts, button: Button
) -> None:
    post = Post(RichText("Who?"), buttons=(button,))
    async with world.database.transaction() as connection:
        with pytest.raises(ValueError, match="me"):
            await posts.say(connection, EN, post, key="q:1")


async def test_what_is_not_committed_is_not_said(world: World, posts: OwnPosts) -> None:
    async def begin() -> None:
        async with world.database.transaction() as connection:
            await posts.say(connection, EN, ASKED, key="q:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await begin()
    await world.deliver()
    assert world.east.sent == []


async def test_a_post_is_changed_and_taken_back(world: World, posts: OwnPosts) -> None:
    await say(world, posts)
    async with world.database.transaction() as connection:
        await posts.revise(connection, EN, Post(RichText("Solved.")), key="q:1")
    await world.deliver()
    assert world.east.texts() == ["Solved."]
    async with world.database.transaction() as connection:
        await posts.remove(connection, EN, key="q:1")
    await world.deliver()
    assert world.east.texts() == []


async def test_a_change_of_what_never_appeared_does_nothing(world: World, posts: OwnPosts) -> None:
    async with world.database.transaction() as connection:
        await posts.revise(connection, EN, ASKED, key="q:9")
        await posts.remove(connection, EN, key="q:9")
    await world.deliver()
    assert await world.states() == ["dropped", "dropped"]


async def test_a_thread_that_fails_is_opened_later_without_saying_it_again(
    world: World, posts: OwnPosts
) -> None:
    world.east.fail(Transient("busy"), on="open_thread")
    await say(world, posts)
    await world.deliver()
    assert world.posted == []
    world.clock.advance(60)
    await world.deliver()
    assert world.east.texts() == ["Who has a cat?"]
    assert [str(post.thread) for post in world.posted] == ["east:thread-1"]


@pytest.mark.parametrize("refusal", [Rejected("no threads here"), Blocked("no permission")])
async def test_a_post_stands_without_the_thread_it_can_not_have(
    world: World, posts: OwnPosts, refusal: DeliveryError
) -> None:
    world.east.fail(refusal, on="open_thread")
    await strand(world, posts)
    assert world.east.texts(EN) == ["Who has a cat?"]
    assert [post.thread for post in world.posted] == [None, None]
    (root,) = (one.id for one in world.east.sent)
    await world.say("me", channel=EN, reply_to=MessageId(EN, root))
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<me>")
    assert set(await world.states()) == {"sent"}


async def test_buttons_are_where_a_change_reaches_them(world: World, posts: OwnPosts) -> None:
    long = Post(RichText("word " * 1000), buttons=ASKED.buttons)
    async with world.database.transaction() as connection:
        await posts.say(connection, EN, long, key="q:1")
        await posts.revise(connection, EN, Post(long.text), key="q:1")
    await world.deliver()
    assert len(world.east.messages) > 1
    assert not [one for one in world.east.messages.values() if one.part.buttons]


LONG = "word " * 1000  # three messages


async def revise(world: World, posts: OwnPosts, post: Post) -> None:
    async with world.database.transaction() as connection:
        await posts.revise(connection, EN, post, key="q:1")
    await world.deliver()


async def say_long(world: World, posts: OwnPosts) -> None:
    async with world.database.transaction() as connection:
        await posts.say(connection, EN, Post(RichText(LONG)), key="q:1")
    await world.deliver()
    assert len(world.east.messages) == 3


async def test_a_long_post_is_taken_back_whole(world: World, posts: OwnPosts) -> None:
    await say_long(world, posts)
    async with world.database.transaction() as connection:
        await posts.remove(connection, EN, key="q:1")
    await world.deliver()
    assert world.east.messages == {}


async def test_a_long_post_shrinks_and_grows_as_it_is_changed(
    world: World, posts: OwnPosts
) -> None:
    await say_long(world, posts)
    await revise(world, posts, Post(RichText("short")))
    assert world.east.texts() == ["short"]
    await revise(world, posts, Post(RichText(LONG.replace("word", "more"))))
    assert "".join(world.east.texts()).replace(" ", "") == "more" * 1000
    assert len(world.east.messages) == 3
    await revise(world, posts, Post(RichText("less " * 600)))
    assert "".join(world.east.texts()).replace(" ", "") == "less" * 600
    assert len(world.east.messages) == 2
    assert len(world.posted) == 1  # it was said once


async def test_two_changes_that_wait_together_leave_nothing_behind(
    world: World, posts: OwnPosts
) -> None:
    await say(world, posts)
    async with world.database.transaction() as connection:
        for text in (LONG, "word " * 600, LONG, "in the end"):
            await posts.revise(connection, EN, Post(RichText(text)), key="q:1")
    await world.deliver()
    assert world.east.texts() == ["in the end"]


async def test_a_change_that_is_cut_short_goes_on_where_it_was(
    world: World, posts: OwnPosts
) -> None:
    await say(world, posts)
    world.east.on_sent = at(
        2, lambda: world.east.fail(Transient("busy"))
    )  # the second of three new ones
    await revise(world, posts, Post(RichText("word " * 1400)))
    world.clock.advance(60)
    await world.deliver()
    assert "".join(world.east.texts()).replace(" ", "") == "word" * 1400
    await revise(world, posts, Post(RichText("short")))
    assert world.east.texts() == ["short"]


async def test_a_post_with_a_picture_may_grow_beyond_its_caption(
    world: World, posts: OwnPosts
) -> None:
    image = await posts.keep(b"picture", name="stamp.png", mime="image/png")
    world.east.can = replace(world.east.can, caption_limit=100)
    async with world.database.transaction() as connection:
        await posts.say(connection, EN, Post(RichText("Paid"), image=image), key="q:1")
    await world.deliver()
    await revise(world, posts, Post(RichText("word " * 30), image=image))
    first, second = world.east.messages.values()
    assert [file.content for file in first.part.files] == [b"picture"]
    assert second.part.files == ()
    assert len(first.part.text) <= 100
    await revise(world, posts, Post(RichText("Void"), image=image))
    assert [one.part.text.text for one in world.east.messages.values()] == ["Void"]


async def test_a_reply_to_any_message_of_a_long_post_is_part_of_its_talk(
    world: World, posts: OwnPosts
) -> None:
    async with world.database.transaction() as connection:
        for channel in (EN, ZH):
            await posts.say(connection, channel, Post(RichText(LONG)), key="q:1")
        await posts.open_strand(connection, "q:1", {EN: "q:1", ZH: "q:1"})
    await world.deliver()
    last = [one for one in world.west.sent if one.channel == ZH][-1]
    said = await world.say("我有", channel=ZH, author=MEI, reply_to=MessageId(ZH, last.id))
    async with world.database.reading() as connection:
        assert await posts.strand_of(connection, said) == "q:1"


@pytest.mark.databases("sqlite")
async def test_a_kill_between_post_and_thread_loses_neither(
    world: World, posts: OwnPosts, tmp_path: Path
) -> None:
    killed: list[World] = []
    world.east.on_sent = lambda: killed.append(world.killed(tmp_path / "next"))
    await say(world, posts)
    await world.deliver()
    (later,) = killed
    later.chats["east"] = ThreadedRoom("east", later.clock)
    later.courier = later.new_courier()
    await later.deliver()
    assert [(post.key, str(post.thread)) for post in later.posted] == [("q:1", "east:thread-1")]


async def test_talk_in_a_thread_reaches_the_replies_of_the_other_side(
    world: World, posts: OwnPosts
) -> None:
    await strand(world, posts)
    thread = ChannelId("east", "thread-1")
    assert world.intake.is_bridged(thread)
    await world.say("I have two", channel=thread)
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<I have two>")
    shown = world.west.sent[-1]
    await world.say("好可爱", channel=ZH, author=MEI, reply_to=MessageId(ZH, shown.id))
    await world.deliver()
    assert world.east.texts(thread)[-1].endswith("en<好可爱>")
    assert not [text for text in world.east.texts(EN) if "好可爱" in text]


async def test_a_reply_to_the_post_is_part_of_its_talk(world: World, posts: OwnPosts) -> None:
    await strand(world, posts)
    root = next(one for one in world.west.sent if one.channel == ZH)
    said = await world.say("我有", channel=ZH, author=MEI, reply_to=MessageId(ZH, root.id))
    await world.deliver()
    assert world.east.texts(ChannelId("east", "thread-1"))[-1].endswith("en<我有>")
    async with world.database.reading() as connection:
        assert await posts.strand_of(connection, said) == "q:1"


async def test_what_was_answered_before_the_other_side_was_asked_crosses_later(
    world: World, posts: OwnPosts
) -> None:
    await say(world, posts)
    async with world.database.transaction() as connection:
        await posts.open_strand(connection, "q:1", {EN: "q:1"})
    await world.deliver()
    thread = ChannelId("east", "thread-1")
    await world.say("first!", channel=thread)
    await world.say("second", channel=thread)
    await world.deliver()
    assert world.west.sent == []
    async with world.database.transaction() as connection:
        await posts.say(connection, ZH, ASKED, key="q:1")
        await posts.open_strand(connection, "q:1", {ZH: "q:1"})
    await world.deliver()
    assert [text.split("zh<")[-1] for text in world.west.texts(ZH)] == [
        "Who has a cat?",
        "first!>",
        "second>",
    ]
    await world.deliver()
    assert len(world.west.sent) == 3


async def test_talk_follows_a_channel_that_moved(world: World, posts: OwnPosts) -> None:
    """A Telegram group that became a supergroup counts its messages anew."""
    await strand(world, posts)
    new, thread = ChannelId("west", "new"), ChannelId("east", "thread-1")
    root = next(one for one in world.west.sent if one.channel == ZH)
    await world.hear(Migrated(ZH, new))
    await world.say("anyone?", channel=thread)
    await world.deliver()
    assert world.west.texts(new)[-1].endswith("zh<anyone?>")
    shown = world.west.sent[-1]
    assert shown.part.reply_to is None
    await world.say("我！", channel=new, author=MEI, reply_to=MessageId(new, shown.id))
    await world.deliver()
    assert world.east.texts(thread)[-1].endswith("en<我！>")
    # This is another message than the one that had its id before.
    await world.say("你好", channel=new, author=MEI, reply_to=MessageId(new, root.id))
    await world.deliver()
    assert world.east.texts(EN)[-1].endswith("en<你好>")


async def test_what_was_said_before_a_channel_moved_is_not_touched_in_the_new_one(
    world: World, posts: OwnPosts
) -> None:
    await say(world, posts, ZH)
    await world.deliver()
    await say(world, posts, ZH, key="q:2")
    new = ChannelId("west", "new")
    await world.hear(Migrated(ZH, new))
    async with world.database.transaction() as connection:
        await posts.revise(connection, new, Post(RichText("Solved.")), key="q:1")
        await posts.revise(connection, new, Post(RichText("Two")), key="q:2")
    await world.deliver()
    assert world.west.texts(ZH) == ["Who has a cat?"]
    assert world.west.texts(new) == ["Two"]  # that one was said in the new place


async def test_other_talk_stays_in_the_channels(world: World, posts: OwnPosts) -> None:
    await strand(world, posts)
    await world.say("hello")
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<hello>")


async def test_a_thread_belongs_to_the_relay_of_its_channel(world: World, posts: OwnPosts) -> None:
    thread = ChannelId("east", "thread-1")
    assert world.relaybook.of(thread) is None
    await strand(world, posts)
    assert world.relaybook.of(thread) == world.relaybook.of(EN)


async def test_reactions_in_a_thread_of_ours_are_kept_for_those_who_listen(
    world: World, posts: OwnPosts
) -> None:
    await strand(world, posts)
    for channel in (ChannelId("east", "thread-1"), ChannelId("east", "thread-7")):
        await world.hear(Reacted(MessageId(channel, "9"), ANN, "❤️"))
    assert await world.query("SELECT channel FROM happenings") == [("thread-1",)]


async def test_what_was_missed_in_a_thread_is_told_to_those_who_talk_there(
    world: World, posts: OwnPosts
) -> None:
    await strand(world, posts)
    await world.hear(Missed(ChannelId("east", "thread-1"), 3))
    await world.deliver()
    assert [text for text in world.west.texts(ZH) if "3" in text]
    assert not [text for text in world.east.texts() if "3" in text]


async def test_a_closed_strand_is_left_to_the_channels(world: World, posts: OwnPosts) -> None:
    await strand(world, posts)
    async with world.database.transaction() as connection:
        await posts.close_strand(connection, "q:1")
    root = next(one for one in world.west.sent if one.channel == ZH)
    await world.say("我有", channel=ZH, author=MEI, reply_to=MessageId(ZH, root.id))
    await world.deliver()
    assert world.east.texts(EN)[-1].endswith("en<我有>")


async def test_who_writes_in_a_closed_thread_is_told_once_where_to_write(
    world: World, posts: OwnPosts
) -> None:
    await strand(world, posts)
    async with world.database.transaction() as connection:
        await posts.close_strand(connection, "q:1")
    thread = ChannelId("east", "thread-1")
    robot = Author(PersonId("east", "robot"), "Robot", is_bot=True)
    await world.say("beep", channel=thread, author=robot)
    assert world.intake.is_bridged(thread)
    one, two = (world.inbound(words, channel=thread) for words in ("hello?", "anyone?"))
    await world.hear(one, two)
    await world.deliver()
    assert world.east.texts(thread) == [intake.CLOSED]
    assert not [text for text in world.west.texts() if "hello" in text]
    assert not world.intake.is_bridged(thread)
    await world.say("still there?", channel=thread)
    await world.deliver()
    assert world.east.texts(thread) == [intake.CLOSED]
    assert await world.query("SELECT * FROM messages") == []


async def test_a_thread_that_is_opened_again_carries_its_talk_again(
    world: World, posts: OwnPosts
) -> None:
    await strand(world, posts)
    thread = ChannelId("east", "thread-1")
    async with world.database.transaction() as connection:
        await posts.close_strand(connection, "q:1")
    await world.say("hello?", channel=thread)
    async with world.database.transaction() as connection:
        await posts.open_strand(connection, "q:1", {EN: "q:1", ZH: "q:1"})
    await world.say("hello!", channel=thread)
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<hello!>")


async def test_nobody_is_told_of_a_closed_thread_while_the_relay_is_paused(
    world: World, posts: OwnPosts
) -> None:
    await strand(world, posts)
    async with world.database.transaction() as connection:
        await posts.close_strand(connection, "q:1")
    (relay,) = world.relaybook.all()
    await world.relaybook.pause(relay)
    await world.say("hello?", channel=ChannelId("east", "thread-1"))
    await world.deliver()
    assert world.east.texts(ChannelId("east", "thread-1")) == []


async def test_an_open_strand_is_known_after_a_restart(world: World, posts: OwnPosts) -> None:
    await strand(world, posts)
    again = World(
        world.folder, world.database, world.clock, world.chats, world.translator, world.relaybook
    )
    await again.strandbook.load()
    assert again.intake.is_bridged(ChannelId("east", "thread-1"))


async def test_a_database_that_can_not_be_read_for_a_moment_delays_the_news_of_a_post(
    world: World, posts: OwnPosts
) -> None:
    tell, refusals = world.tell, [StoreUnavailable("disk I/O error")]

    async def tell_late(posted: Sequence[Posted]) -> None:
        if refusals:
            raise refusals.pop()
        await tell(posted)

    world.tell = tell_late
    world.courier = world.new_courier()
    await say(world, posts)
    await world.deliver()
    assert [post.key for post in world.posted] == ["q:1"]


class Unready(Strandbook):
    """One whose database can't be read once."""

    refusals = 1

    async def load(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StoreUnavailable("disk I/O error")
        await super().load()


async def test_what_is_committed_does_not_fail_for_a_database_that_can_not_be_read(
    world: World,
) -> None:
    await strand(world, world.new_posts())
    world.strandbook = Unready(world.database, world.relaybook.language)
    async with world.database.transaction() as connection:
        await world.new_posts().open_strand(connection, "q:1", {EN: "q:1", ZH: "q:1"})
    assert world.strandbook


class SlowReader(Database):
    """The first who reads from it gets what was there long ago."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.has_read, self.goes_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Connection, None]:
        async with super().reading() as connection:
            is_first = not self.has_read.is_set()
            yield connection
            self.has_read.set()
            if is_first:
                await self.goes_on.wait()


async def test_what_was_read_earlier_does_not_hide_a_strand_opened_since(
    world: World, posts: OwnPosts
) -> None:
    slow = SlowReader(world.database.url)
    book = Strandbook(slow, world.relaybook.language)
    earlier = asyncio.create_task(book.load())
    await slow.has_read.wait()
    await strand(world, posts)
    later = asyncio.create_task(book.load())
    await asyncio.wait([later], timeout=0.1)
    slow.goes_on.set()
    await asyncio.gather(earlier, later)
    assert book
    await slow.aclose()


async def test_a_picture_goes_with_its_post(world: World, posts: OwnPosts) -> None:
    key = await posts.keep(b"picture", name="stamp.png", mime="image/png")
    async with world.database.transaction() as connection:
        await posts.say(connection, EN, Post(RichText("Paid"), image=key), key="cat:1")
    await world.deliver()
    (file,) = world.east.sent[0].part.files
    assert (file.name, file.mime, file.content) == ("stamp.png", "image/png", b"picture")


async def test_one_picture_may_be_kept_by_many_at_once(posts: OwnPosts) -> None:
    content = b"picture" * 100_000
    keys = await asyncio.gather(
        *(posts.keep(content, name="cat.jpg", mime="image/jpeg") for _ in range(20))
    )
    assert len(set(keys)) == 1
    kept = await posts.picture(keys[0])
    assert kept
    assert kept.content == content

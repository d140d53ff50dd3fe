"""Posts said in a place of a few people's own: rooms, and private chats that hold several talks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.closings import Closings
from bot.core.errors import Blocked, DeliveryError, Gone, Rejected, Transient, Unwelcome
from bot.core.model import Button, ChannelId, Edited, MessageId, PersonId, Posted
from bot.core.model import Room as Apart
from bot.core.richtext import RichText
from bot.i18n import translate
from bot.intake import ENDED
from bot.lane import CLOSED
from bot.posts import OwnPosts
from bot.services import Post
from bot.store import lanes
from bot.store import posts as stored_posts
from bot.store.database import Database
from bot.store.outbox import State, Verdict
from bot.verdicts import Ruling
from tests.parts import ANN, EN, MEI, ZH, RoomyRoom, World, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")
on_one_database = pytest.mark.databases("sqlite")  # a kill is tried on a copy of its file

ROOM = ChannelId("east", "room-1")
CHAT = ChannelId("west", "mei")  # Mei's private chat with the bot
IN_PRIVATE = Button("Talk in private", "cats.private", "7", opens_private=True)
MEET = Post(
    RichText("Meet!"),
    buttons=(IN_PRIVATE,),
    thread="Ann and Mei",
    room=Apart("Ann and Mei #1", (ANN.person,)),
)


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        world.chats["east"] = RoomyRoom("east", world.clock)
        world.courier = world.new_courier()
        yield world


@pytest.fixture
def posts(world: World) -> OwnPosts:
    return world.new_posts()


def rooms(world: World) -> list[tuple[ChannelId, str, tuple[PersonId, ...]]]:
    east = world.east
    assert isinstance(east, RoomyRoom)
    return east.opened


async def introduce(world: World, posts: OwnPosts, key: str = "i:1") -> None:
    async with world.database.transaction() as connection:
        for channel in (EN, ZH):
            await posts.say(connection, channel, MEET, key=key)
        await posts.open_strand(connection, key, {EN: key, ZH: key})
    await world.deliver()


async def seat(world: World, posts: OwnPosts, key: str = "i:1") -> Sequence[str]:
    world.clock.advance(1)
    async with world.database.transaction() as connection:
        return await posts.seat(connection, key, ZH, CHAT)


async def close(world: World, posts: OwnPosts, key: str = "i:1") -> None:
    async with world.database.transaction() as connection:
        await posts.close_strand(connection, key)


async def test_a_post_is_said_in_its_room_without_the_way_into_private(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    assert rooms(world) == [(EN, "Ann and Mei #1", (ANN.person,))]
    assert (world.east.texts(ROOM), world.east.texts(EN)) == (["Meet!"], [])
    assert world.east.sent[0].part.buttons == ()
    assert world.west.sent[0].part.buttons == (IN_PRIVATE,)
    inside, outside = sorted(world.posted, key=lambda post: post.channel)
    assert (inside.channel, inside.ref.channel, inside.thread) == (EN, ROOM, ROOM)
    assert (outside.channel, outside.thread, outside.is_apart) == (ZH, None, False)


async def test_talk_in_a_room_crosses_with_its_edits_and_replies(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    said = await world.say("hello", channel=ROOM)
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<hello>")
    await world.hear(Edited(said, RichText("good morning"), world.clock.now()))
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<good morning>")
    shown = MessageId(ZH, world.west.sent[-1].id)
    await world.say("早上好", channel=ZH, author=MEI, reply_to=shown)
    await world.deliver()
    assert world.east.texts(ROOM)[-1].endswith("en<早上好>")
    assert world.east.texts(EN) == []
    assert world.relaybook.of(ROOM) == world.relaybook.of(EN)


async def test_a_post_in_a_room_is_found_named_changed_and_taken_back(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    async with world.database.transaction() as connection:
        assert await posts.named(connection, world.posted[0].ref) == "i:1"
        assert [post.channel for post in await posts.find(connection, "i:1")] == [EN, ZH]
        await posts.revise(connection, EN, Post(RichText("Met.")), key="i:1")
    await world.deliver()
    assert world.east.texts(ROOM) == ["Met."]
    async with world.database.transaction() as connection:
        await posts.remove(connection, EN, key="i:1")
    await world.deliver()
    assert world.east.texts() == []


async def test_what_is_said_beside_a_post_is_said_among_those_who_talk_about_it(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    async with world.database.transaction() as connection:
        for channel in (EN, ZH):
            await posts.say(connection, channel, Post(RichText("Hi?"), beside="i:1"), key="n:1")
    await world.deliver()
    assert world.east.texts(ROOM)[-1] == "Hi?"
    assert world.west.texts(ZH)[-1] == "Hi?"
    async with world.database.transaction() as connection:
        for channel in (EN, ZH):
            await posts.revise(connection, channel, Post(RichText("Hi!")), key="n:1")
    await world.deliver()
    assert (world.east.texts(ROOM)[-1], world.west.texts(ZH)[-1]) == ("Hi!", "Hi!")


@pytest.mark.parametrize("refusal", [Rejected("no rooms here"), Blocked("no permission")])
async def test_a_post_is_said_in_the_channel_where_it_can_have_no_room(
    world: World, posts: OwnPosts, refusal: DeliveryError
) -> None:
    world.east.fail(refusal, on="open_room")
    await introduce(world, posts)
    assert world.east.texts(EN) == ["Meet!"]
    assert world.east.sent[0].part.buttons == (IN_PRIVATE,)
    assert [(post.thread, post.is_apart) for post in world.posted] == [(None, False)] * 2
    assert set(await world.states()) == {"sent"}


async def test_no_second_room_is_opened_while_the_post_waits(world: World, posts: OwnPosts) -> None:
    world.east.fail(Transient("busy", 5.0), times=2)
    await introduce(world, posts)
    for _ in range(2):
        world.clock.advance(60)
        await world.deliver()
    assert len(rooms(world)) == 1
    assert world.east.texts(ROOM) == ["Meet!"]


@on_one_database
@pytest.mark.parametrize("when", ["on_send", "on_sent"])
async def test_a_kill_after_the_room_was_opened_leaves_one_room_with_the_post_in_it(
    world: World, posts: OwnPosts, tmp_path: Path, when: str
) -> None:
    killed: list[World] = []
    setattr(world.east, when, lambda: killed or killed.append(world.killed(tmp_path / "next")))
    await introduce(world, posts)
    (later,) = killed
    again = RoomyRoom("east", later.clock)
    later.chats["east"] = again
    later.courier = later.new_courier()
    await later.relaybook.reload()
    await later.strandbook.load()
    await later.deliver()
    assert again.opened == []
    assert (EN, ROOM) in [(post.channel, post.thread) for post in later.posted]
    assert again.texts(EN) == []
    await later.say("hello", channel=ROOM)
    await later.deliver()
    assert later.west.texts(ZH)[-1].endswith("zh<hello>")


async def test_talk_moves_into_a_private_chat_and_crosses_both_ways(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    assert await seat(world, posts) == ["i:1"]
    assert world.intake.is_bridged(CHAT)
    said = await world.say("你好", channel=CHAT, author=MEI)
    await world.deliver()
    assert world.east.texts(ROOM)[-1].endswith("en<你好>")
    await world.hear(Edited(said, RichText("您好"), world.clock.now()))
    await world.say("hello", channel=ROOM)
    await world.deliver()
    assert world.east.texts(ROOM)[-1].endswith("en<您好>")
    assert [text for text in world.west.texts(CHAT) if text.endswith("zh<hello>")]
    assert not [text for text in world.west.texts(ZH) if "hello" in text]


@on_one_database
async def test_a_private_chat_stays_where_it_was_after_a_restart(
    world: World, posts: OwnPosts, tmp_path: Path
) -> None:
    await introduce(world, posts)
    await seat(world, posts)
    later = world.killed(tmp_path / "next")
    await later.relaybook.reload()
    await later.strandbook.load()
    await later.say("hello", channel=ROOM)
    await later.deliver()
    assert later.west.texts(CHAT)[-1].endswith("zh<hello>")


async def test_of_several_talks_in_one_chat_a_reply_goes_to_its_own_and_the_rest_to_the_latest(
    world: World, posts: OwnPosts
) -> None:
    for key in ("i:1", "i:2"):
        await introduce(world, posts, key)
    second = ChannelId("east", "room-2")
    assert await seat(world, posts, "i:1") == ["i:1"]
    assert await seat(world, posts, "i:2") == ["i:2", "i:1"]
    await world.say("from the first", channel=ROOM)
    await world.deliver()
    shown = MessageId(CHAT, world.west.sent[-1].id)
    await world.say("回第一个", channel=CHAT, author=MEI, reply_to=shown)
    await world.say("随便说说", channel=CHAT, author=MEI)
    await world.deliver()
    assert world.east.texts(ROOM)[-1].endswith("en<回第一个>")
    assert world.east.texts(second)[-1].endswith("en<随便说说>")
    assert await seat(world, posts, "i:1") == ["i:1", "i:2"]
    await world.say("现在是第一个", channel=CHAT, author=MEI)
    await world.deliver()
    assert world.east.texts(ROOM)[-1].endswith("en<现在是第一个>")


async def test_who_goes_on_after_the_end_is_told_so_once(world: World, posts: OwnPosts) -> None:
    await introduce(world, posts)
    await seat(world, posts)
    await close(world, posts)
    before = len(world.east.sent)
    for words in ("还在吗", "喂"):
        await world.say(words, channel=CHAT, author=MEI)
        await world.deliver()
    assert world.west.texts(CHAT) == [translate(ENDED, "zh")]
    assert len(world.east.sent) == before
    assert not world.strandbook


async def test_what_is_meant_for_a_talk_that_ended_reaches_nobody_else(
    world: World, posts: OwnPosts
) -> None:
    for key in ("i:1", "i:2"):
        await introduce(world, posts, key)
        await seat(world, posts, key)
    await world.say("psst", channel=ChannelId("east", "room-2"))
    await world.deliver()
    shown = MessageId(CHAT, world.west.sent[-1].id)
    await close(world, posts, "i:2")
    await world.say("秘密", channel=CHAT, author=MEI)
    await world.say("也是秘密", channel=CHAT, author=MEI, reply_to=shown)
    await world.deliver()
    assert not [text for text in world.east.texts() if "秘密" in text]
    assert world.west.texts(CHAT)[1:] == [translate(ENDED, "zh")] * 2
    await world.say("给第一个", channel=CHAT, author=MEI)
    await world.deliver()
    assert world.east.texts(ROOM)[-1].endswith("en<给第一个>")


async def test_a_private_chat_that_its_person_closed_gives_way_to_the_channel(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    await seat(world, posts)
    world.west.fail(Unwelcome("blocked by the user"), channel=CHAT)
    await world.say("one", channel=ROOM)
    await world.deliver()
    assert world.east.texts(ROOM)[-1] == CLOSED
    assert not [text for text in world.west.texts() if "one" in text]
    await world.say("two", channel=ROOM)
    await world.deliver()
    assert world.west.texts(ZH)[-1].endswith("zh<two>")


async def test_what_is_said_beside_goes_to_the_channel_where_the_private_chat_is_closed(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    await seat(world, posts)
    world.west.fail(Unwelcome("blocked by the user"), channel=CHAT)
    async with world.database.transaction() as connection:
        await posts.say(connection, ZH, Post(RichText("Hi?"), beside="i:1"), key="n:1")
    await world.deliver()
    assert (world.west.texts(CHAT), world.west.texts(ZH)[-1]) == ([], "Hi?")


async def test_what_waits_in_a_private_chat_does_not_go_with_one_of_its_channels(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    await seat(world, posts)
    async with world.database.transaction() as connection:
        assert await stored_posts.threads_in(connection, EN) == [ROOM]
        assert await stored_posts.threads_in(connection, ZH) == []


async def test_a_post_in_a_private_chat_does_not_open_its_channel(world: World) -> None:
    closings = Closings(
        database=world.database,
        clock=world.clock,
        relays=world.relaybook.all,
        strandbook=world.strandbook,
        checks={},
        wake=lambda: None,
    )

    async def is_closed_after(ruling: Ruling) -> bool:
        async with world.database.transaction() as connection:
            await closings.follow(connection, [ruling])
            return bool(await lanes.closed(connection))

    sent, waits = Verdict(1, State.SENT), Verdict(1, State.PENDING)
    aside = Posted("n:1", MessageId(CHAT, "1"), CHAT, home=ZH, is_apart=True)
    there = Posted("n:1", MessageId(ZH, "1"))
    assert await is_closed_after(Ruling(waits, lane=ZH, barred="the bot was kicked"))
    assert await is_closed_after(Ruling(sent, posted=aside, lane=ZH))
    assert not await is_closed_after(Ruling(sent, posted=there, lane=ZH))


async def test_a_room_that_was_deleted_keeps_nobody_in_the_channel_waiting(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    world.east.fail(Gone("the channel is gone"), channel=ROOM)
    async with world.database.transaction() as connection:
        await posts.say(connection, EN, Post(RichText("Hi?"), beside="i:1"), key="n:1")
    await world.deliver()
    world.east.fail(Gone("the channel is gone"), on="edit", channel=ROOM)
    async with world.database.transaction() as connection:
        await posts.revise(connection, EN, Post(RichText("Met.")), key="i:1")
    await world.say("早上好", channel=ZH, author=MEI)
    await world.deliver()
    assert world.east.texts(EN)[-1].endswith("en<早上好>")
    assert (await world.states()).count("dead") == 2


async def test_a_channel_that_was_deleted_still_waits(world: World, posts: OwnPosts) -> None:
    world.west.fail(Gone("the channel is gone"), channel=ZH)
    async with world.database.transaction() as connection:
        await posts.say(connection, ZH, Post(RichText("Hi?")), key="n:1")
    await world.deliver()
    assert await world.states() == ["pending"]


async def test_nothing_can_be_seated_that_is_over_or_has_a_room(
    world: World, posts: OwnPosts
) -> None:
    await introduce(world, posts)
    async with world.database.transaction() as connection:
        assert await posts.seat(connection, "i:1", EN, ChannelId("east", "ann")) == []
        assert await posts.seat(connection, "i:9", ZH, CHAT) == []
    await close(world, posts)
    assert await seat(world, posts) == []


async def test_a_button_too_long_for_a_link_is_refused_at_once(
    world: World, posts: OwnPosts
) -> None:
    long = Button("Talk", "cats.private", "7" * 40, opens_private=True)
    async with world.database.transaction() as connection:
        with pytest.raises(ValueError, match="link"):
            await posts.say(connection, EN, Post(RichText("x"), buttons=(long,)), key="i:1")


async def test_what_is_answered_while_the_other_side_is_being_told_crosses_too(
    world: World, posts: OwnPosts
) -> None:
    """The other side's place is committed, and the strands have not been read anew yet."""
    asked = Post(RichText("Who has a cat?"))
    async with world.database.transaction() as connection:
        await posts.say(connection, EN, asked, key="q:1")
        await posts.open_strand(connection, "q:1", {EN: "q:1"})
    await world.deliver()
    root = MessageId(EN, world.east.sent[0].id)
    tell, quick = world.tell, list[MessageId]()

    async def hold(posted: Sequence[Posted]) -> None:
        if not quick:
            quick.append(await world.say("quick", channel=EN, reply_to=root))
        await tell(posted)

    world.tell = hold  # type: ignore[method-assign]
    world.courier = world.new_courier()
    async with world.database.transaction() as connection:
        await posts.say(connection, ZH, asked, key="q:1")
        await posts.open_strand(connection, "q:1", {ZH: "q:1"})
    await world.deliver()
    await world.deliver()
    assert quick
    assert world.west.texts(ZH)[-1].endswith("zh<quick>")


class FindingRoom(RoomyRoom):
    """One whose rooms can be found again by their titles, as on Discord."""

    async def open_room(
        self, channel: ChannelId, title: str, people: Sequence[PersonId]
    ) -> ChannelId:
        known = [number for number, (_, name, _) in enumerate(self.opened, 1) if name == title]
        if known:
            return ChannelId(self.platform, f"room-{known[0]}")
        room = await super().open_room(channel, title, people)
        self.on_opened()
        return room

    def on_opened(self) -> None:
        """Called when it is there, before anybody knows."""


@on_one_database
async def test_a_kill_before_it_is_known_that_the_room_is_there_opens_no_second_one(
    world: World, posts: OwnPosts, tmp_path: Path
) -> None:
    first = FindingRoom("east", world.clock)
    killed: list[World] = []
    first.on_opened = lambda: killed.append(world.killed(tmp_path / "next"))  # type: ignore[method-assign]
    world.chats["east"] = first
    world.courier = world.new_courier()
    await introduce(world, posts)
    (later,) = killed
    again = FindingRoom("east", later.clock)
    again.opened = first.opened[:1]
    later.chats["east"] = again
    later.courier = later.new_courier()
    await later.relaybook.reload()
    await later.strandbook.load()
    await later.deliver()
    assert len(again.opened) == 1
    assert again.texts(ROOM) == ["Meet!"]

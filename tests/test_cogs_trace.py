"""/relay trace and /relay test, asked as a platform asks them, on a real relay."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cog import Repeating
from bot.core.errors import Blocked, Rejected, Transient
from bot.core.model import ChannelId, Deleted, Edited, MessageId, RelayChannel
from bot.core.richtext import RichText, Style
from bot.dispatch import Dispatcher, Invocation
from bot.host import load_cogs
from bot.i18n import translate
from bot.services import Post
from bot.store import private, relays
from bot.store.database import Database
from cogs._trace_trial import LASTS, MESSAGE
from cogs._trace_words import UNKNOWN
from tests.parts import ANN, EN, LINKED, ZH, World, eventually, host_of, running, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

QUIET = ChannelId("east", "quiet")
BLOCKED_SINCE = (
    "The first of those has failed since 07:00:00: the bot was kicked. The next try is at 07:01:00."
)


class Mod:
    """Someone who may use every command, in the English channel unless told otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)

    async def ask(self, *path: str, text: str = "", **how: Any) -> str:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": True, "locale": None}
        reply = await self.dispatcher.run(Invocation(path, text=text, **(asked | how)))
        self.reply = reply
        return reply.rich.text

    def look(self) -> Repeating:
        repeatings = self.dispatcher.repeatings()
        return next(one for one in repeatings if one.name == "trace.end_tests")

    async def trace(self, ref: MessageId, **how: Any) -> list[str]:
        """The lines in the asker's language."""
        told = await self.ask("relay", "trace", reply_to=ref, **({"channel": ref.channel} | how))
        return told.split("\n\n")[0].splitlines()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def mod(world: World) -> Mod:
    mod = Mod(world)
    await load_cogs(["relays", "trace"], mod.host, mod.dispatcher)
    return mod


@pytest.mark.parametrize("command", ["trace", "test"])
async def test_only_mods_may_ask(mod: Mod, command: str) -> None:
    told = await mod.ask("relay", command, is_mod=False, reply_to=MessageId(EN, "1"))
    assert told == "Only moderators can use this command."
    assert await mod.world.states() == []


async def test_the_whole_way_of_a_message_is_told(mod: Mod) -> None:
    world = mod.world
    ref = await world.say("hello")
    world.clock.advance(2)
    await world.deliver()
    assert await mod.trace(ref) == [
        "Message from Ann, written in this channel",
        "07:00:00 · heard, 0 s after it was written",
        "07:00:02 · arrived in west zh",
        "Simplified Chinese: translated from English by gloss in 0 ms.",
        "Times are those of America/New_York.",
    ]
    assert mod.reply.is_secret


async def test_a_copy_tells_the_story_of_its_original_by_its_own_sides_clock(mod: Mod) -> None:
    await mod.world.say("hello")
    await mod.world.deliver()
    (copy,) = mod.world.west.messages
    lines = await mod.trace(MessageId(ZH, copy), locale="en")
    assert lines[:3] == [
        "Message from Ann, written in east en",
        "You asked about a copy. This is the story of the original.",
        "20:00:00 · heard, 0 s after it was written",
    ]


async def test_it_is_told_in_both_languages(mod: Mod) -> None:
    ref = await mod.world.say("hello")
    told = await mod.ask("relay", "trace", reply_to=ref)
    mine, other = told.split("\n\n")
    assert mine.startswith("Message from Ann")
    assert len(mine.splitlines()) == len(other.splitlines())
    assert (await mod.ask("relay", "trace", reply_to=ref, locale="zh-CN")) == f"{other}\n\n{mine}"


async def test_the_words_of_a_message_are_not_told(mod: Mod) -> None:
    ref = await mod.world.say("a secret")
    await mod.world.deliver()
    assert "secret" not in "\n".join(await mod.trace(ref))


async def test_a_link_or_an_id_tells_which_message(mod: Mod) -> None:
    ref = await mod.world.say("hello")
    for text in (ref.id, f"https://example.org/en/{ref.id}"):
        assert (await mod.ask("relay", "trace", text=text)).startswith("Message from Ann")
    assert (await mod.ask("relay", "trace", text="no such thing")).startswith("That is no link")
    assert (await mod.ask("relay", "trace")).startswith("Which message?")


async def test_the_story_leads_to_the_original_and_its_copies(mod: Mod) -> None:
    ref = await mod.world.say("hallo", channel=ZH)
    await mod.world.deliver()
    (copy,) = mod.world.east.messages
    await mod.trace(ref)
    links = [span.value for span in mod.reply.rich.spans if span.style is Style.LINK]
    assert set(links) == {f"https://example.org/en/{copy}"}


async def test_messages_of_other_relays_are_not_told_of(mod: Mod) -> None:
    other = (
        RelayChannel(ChannelId("east", "quiet"), "en"),
        RelayChannel(ChannelId("west", "quiet"), "zh"),
    )
    async with mod.world.database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED), ("quiet", other)])
    await mod.world.relaybook.reload()
    ref = await mod.world.say("hello", channel=other[0].channel)
    told = await mod.ask("relay", "trace", text=f"https://example.org/quiet/{ref.id}")
    assert told == "That message is in none of this relay's channels."


async def test_messages_from_before_a_channel_changed_its_relay_are_not_told_of(mod: Mod) -> None:
    ref = await mod.world.say("hello")
    old_post = await old_relays_post(mod)
    (copy,) = set(mod.world.west.messages) - {old_post}
    far = RelayChannel(ChannelId("east", "far"), "en")
    new = [("main", (LINKED[0], far)), ("new", (LINKED[1], RelayChannel(QUIET, "en")))]
    async with mod.world.database.transaction() as connection:
        await relays.declare(connection, new)
    await mod.world.relaybook.reload()
    for old in (MessageId(ZH, copy), ref):
        told = await mod.ask("relay", "trace", channel=old.channel, reply_to=old, locale="en")
        assert told == "That message crossed between other channels than this relay's; ask there."
    told = await mod.ask(
        "relay", "trace", channel=ZH, reply_to=MessageId(ZH, old_post), locale="en"
    )
    assert "this channel" in told
    assert "east en" not in told


async def old_relays_post(mod: Mod) -> str:
    """Said in both channels after what was said there; its id in the second."""
    await mod.world.deliver()
    before = set(mod.world.west.messages)
    async with mod.world.database.transaction() as connection:
        for channel in (EN, ZH):
            await mod.host.posts.say(connection, channel, Post(RichText("meow")), key="cats:1")
    await mod.world.deliver()
    (shown,) = set(mod.world.west.messages) - before
    return shown


async def test_a_channel_that_is_not_linked_is_told_so(mod: Mod) -> None:
    nowhere = MessageId(ChannelId("east", "nowhere"), "1")
    assert (await mod.trace(nowhere))[0].startswith("This channel is in no relay.")


async def test_retries_are_told_with_their_reasons_and_times(mod: Mod) -> None:
    world = mod.world
    world.west.fail(Transient("too busy"), times=2)
    ref = await world.say("hello")
    for _ in range(3):
        await world.deliver()
        world.clock.advance(5)
    lines = await mod.trace(ref)
    assert lines[2:4] == [
        "07:00:00 · the way to west zh failed 2 times until 07:00:05: too busy",
        "07:00:10 · arrived in west zh",
    ]


async def test_what_waits_behind_a_closed_channel_is_told_with_what_closed_it(mod: Mod) -> None:
    world = mod.world
    world.west.fail(Blocked("the bot was kicked"))
    first = await world.say("one")
    await world.deliver()
    world.clock.advance(10)
    second = await world.say("two")
    assert (await mod.trace(first))[2:5] == [
        "07:00:00 · the way to west zh failed: the bot was kicked",
        "Simplified Chinese: translated from English by gloss in 0 ms.",
        "Waits for west zh; the next try is at 07:01:00.",
    ]
    assert (await mod.trace(second))[2:5] == [
        "Simplified Chinese: not translated yet.",
        "Waits for west zh. Ahead of it in the queue: 1.",
        BLOCKED_SINCE,
    ]


async def test_what_was_refused_for_good_is_told_with_the_reason(mod: Mod) -> None:
    mod.world.west.fail(Rejected("too long"))
    ref = await mod.world.say("hello")
    await mod.world.deliver()
    assert "07:00:00 · given up for west zh, which refuses it: too long" in await mod.trace(ref)


async def test_edits_and_deletions_that_followed_are_told(mod: Mod) -> None:
    world = mod.world
    ref = await world.say("hello")
    await world.deliver()
    world.clock.advance(60)
    await world.hear(Edited(ref, RichText("hi"), world.clock.now()))
    await world.deliver()
    world.clock.advance(60)
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert (await mod.trace(ref))[2:] == [
        "07:00:00 · arrived in west zh",
        "07:01:00 · edited by its author",
        "07:01:00 · the change arrived in west zh",
        "07:02:00 · deleted by its author",
        "07:02:00 · the copy in west zh was deleted",
        "Simplified Chinese: the words are no longer kept, nor how they were translated.",
        "Times are those of America/New_York.",
    ]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"author": replace(ANN, is_bot=True)}, "another bot wrote it"),
        ({"author": replace(ANN, is_us=True)}, "the bridge said it itself"),
        ({"words": " "}, "nothing in it to read"),
    ],
)
async def test_why_a_message_was_skipped_is_told(mod: Mod, how: dict[str, Any], why: str) -> None:
    ref = await mod.world.say(**({"words": "hello"} | how))
    (line,) = await mod.trace(ref)
    assert line.startswith("07:00:00 · Not carried over: ")
    assert why in line


async def test_a_message_of_a_paused_relay_is_told_so(mod: Mod) -> None:
    await mod.ask("relay", "pause")
    ref = await mod.world.say("hello")
    assert "Not carried over: the relay was paused then." in await mod.trace(ref)


async def test_a_channel_that_was_linked_later_is_named(mod: Mod) -> None:
    ref = await mod.world.say("hello")
    await mod.world.deliver()
    later = (*LINKED, RelayChannel(ChannelId("west", "tw"), "zh-Hant"))
    await mod.world.relaybook.declare([("main", later)])
    lines = await mod.trace(ref)
    assert [line for line in lines if line.startswith("Not for west tw: ")]


async def test_who_keeps_out_of_the_bridge_is_not_told(mod: Mod) -> None:
    """It reads the same as a message that nobody ever heard."""
    async with mod.world.database.transaction() as connection:
        await private.pause(connection, ANN.person, mod.world.clock.now())
    ref = await mod.world.say("hello")
    assert await mod.trace(ref) == [UNKNOWN] == await mod.trace(MessageId(EN, "never-heard"))


async def test_a_post_of_ours_tells_where_it_is_and_where_not_yet(mod: Mod) -> None:
    world = mod.world
    async with world.database.transaction() as connection:
        for channel in (EN, ZH):
            await mod.host.posts.say(connection, channel, Post(RichText("meow")), key="cats:1")
    world.west.fail(Blocked("the bot was kicked"))
    await world.deliver()
    (shown,) = world.east.messages
    assert await mod.trace(MessageId(EN, shown)) == [
        "The bridge said this itself.",
        "07:00:00 · ordered for this channel",
        "07:00:00 · ordered for west zh",
        "07:00:00 · the way to west zh failed: the bot was kicked",
        "Said in this channel.",
        "Not said in west zh yet.",
        "Waits for west zh; the next try is at 07:01:00.",
        "Times are those of America/New_York.",
    ]


async def test_a_test_that_does_not_arrive_says_what_holds_it(mod: Mod) -> None:
    world = mod.world
    world.west.fail(Blocked("the bot was kicked"))
    await world.say("hello")
    await world.deliver()
    told = (await mod.ask("relay", "test")).splitlines()
    assert told[1] == "• accepted, and safe in the database after 0 ms"
    assert told[2].startswith("• a sample was translated into Simplified Chinese by gloss in 0 ms")
    assert told[3:6] == [
        "• west zh: not there after 20 s.",
        "Waits for west zh. Ahead of it in the queue: 1.",
        BLOCKED_SINCE,
    ]
    assert told[6].startswith("Not reached so far: 1 of 1.")
    assert mod.reply.is_private


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("no-model", "no model translates into it from English"),
        ("failed", "no engine gave a good translation"),
        ("same-language", "it counts as written in that language already"),
    ],
)
async def test_why_a_sample_was_not_translated_is_told_in_words(
    mod: Mod, label: str, why: str
) -> None:
    mod.world.translator.label = label
    mod.world.west.fail(Blocked("the bot was kicked"))
    told = (await mod.ask("relay", "test")).splitlines()
    assert told[2] == f"• a sample could not be translated into Simplified Chinese: {why}."


async def test_a_test_that_arrives_is_reported_with_its_times(mod: Mod) -> None:
    world = mod.world
    world.clock.sleep = slow  # type: ignore[method-assign]
    async with running(mod.dispatcher.listen()):
        asked = asyncio.create_task(mod.ask("relay", "test"))
        await eventually(lambda: is_ordered(world))
        world.clock.advance(3)
        await world.deliver(until=lambda: bool(world.posted))
        for post in world.posted:
            mod.dispatcher.announce(post)
        told = (await asked).splitlines()
    assert told[3:5] == [
        "• west zh: sent after 3.0 s, confirmed after 3.0 s",
        "Everything came through.",
    ]
    (text,) = world.west.texts()
    assert "Test" in text
    assert world.east.texts() == []


async def is_ordered(world: World) -> bool:
    return bool(await world.states())


async def slow(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def test_a_test_says_what_it_is_in_both_languages(mod: Mod) -> None:
    await mod.ask("relay", "test")
    await mod.world.deliver()
    (text,) = mod.world.west.texts()
    mark = re.split(r"[\s：:]", text)[2]
    values = {"mark": mark, "minutes": 10}
    chinese, english = (translate(MESSAGE, one, **values) for one in ("zh", "en"))
    assert english in text
    assert text == f"{chinese}\n\n{english}"


async def test_a_test_is_taken_back_also_after_a_kill(mod: Mod, tmp_path: Path) -> None:
    world = mod.world
    await mod.ask("relay", "test")
    await world.deliver()
    assert len(world.west.texts()) == 1
    later = Mod(world)  # another process: nothing is left in memory
    await load_cogs(["trace"], later.host, later.dispatcher)
    look = later.look()
    await look.run()
    await world.deliver()
    assert len(world.west.texts()) == 1
    world.clock.advance(LASTS / timedelta(seconds=1))
    for _ in range(2):
        await look.run()
    await world.deliver()
    assert world.west.texts() == []
    assert await world.query("SELECT key FROM trials") == []
    assert (await world.states()) == ["sent", "sent"]


@pytest.mark.databases("sqlite")  # a file can be copied as a kill leaves it
async def test_a_test_is_said_once_and_taken_back_by_the_next_process(
    mod: Mod, tmp_path: Path
) -> None:
    await mod.ask("relay", "test")
    later = mod.world.killed(tmp_path / "next")  # nothing has been said yet
    await later.relaybook.reload()
    next_mod = Mod(later)
    await load_cogs(["trace"], next_mod.host, next_mod.dispatcher)
    await next_mod.look().run()
    await later.deliver()
    assert len(later.west.texts()) == 1
    later.clock.advance(LASTS / timedelta(seconds=1))
    await next_mod.look().run()
    await later.deliver()
    assert (later.west.texts(), len(later.west.sent)) == ([], 1)


async def test_a_test_that_waited_too_long_is_said_and_taken_back_at_once(mod: Mod) -> None:
    world = mod.world
    world.west.fail(Blocked("the bot was kicked"))
    await mod.ask("relay", "test")
    await world.deliver()
    world.clock.advance(LASTS / timedelta(seconds=1))
    look = mod.look()
    await look.run()
    await world.deliver()
    assert world.west.texts() == []
    assert set(await world.states()) == {"sent"}


async def test_a_test_of_a_paused_relay_says_that_it_is(mod: Mod) -> None:
    await mod.ask("relay", "pause")
    assert "The relay is paused" in await mod.ask("relay", "test")

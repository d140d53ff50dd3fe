"""A cog hears everything at least once, whatever dies when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cog import Cog, Host, listener
from bot.core.model import (
    Author,
    ChannelId,
    Deleted,
    Inbound,
    Joined,
    Left,
    MessageId,
    PersonId,
    Reacted,
)
from bot.dispatch import Dispatcher
from bot.recall import Recall
from bot.settings import RetentionSettings
from bot.store import happenings
from bot.store.database import Database
from bot.upkeep import Upkeep
from tests.parts import ANN, EN, MEI, World, host_of, running, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

LIN = Author(PersonId("east", "lin"), "小林", is_bot=True)


class Keeping(Cog):
    name = "keeping"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.heard: list[str] = []

    @listener("message")
    async def hear(self, message: Inbound) -> None:
        self.heard.append(message.text.text)

    @listener("member_joined")
    async def greet(self, joined: Joined) -> None:
        self.heard.append(f"+{joined.person.name}")

    @listener("member_left")
    async def wave(self, left: Left) -> None:
        self.heard.append(f"-{left.person.name}")

    @listener("reaction")
    async def count(self, reacted: Reacted) -> None:
        self.heard.append(f"{reacted.emoji}{reacted.ref.id}{'' if reacted.is_added else '!'}")

    @listener("deleted")
    async def mourn(self, deleted: Deleted) -> None:
        self.heard.append(f"x{' '.join(ref.id for ref in deleted.refs)}")


class Greeting(Cog):
    """One that hears of nothing but who joins."""

    name = "greeting"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.heard: list[str] = []

    @listener("member_joined")
    async def greet(self, joined: Joined) -> None:
        self.heard.append(joined.person.name)


class Program:
    """One run of the program on the world's database."""

    def __init__(self, world: World) -> None:
        self.dispatcher = Dispatcher(world.relaybook.language)
        host = host_of(world, self.dispatcher)
        self.cog, self.greeting = Keeping(host), Greeting(host)
        self.dispatcher.add(self.cog)
        self.dispatcher.add(self.greeting)
        self.recall = Recall(world.database, self.dispatcher, world.clock)

    async def listen(self) -> list[str]:
        async with running(self.dispatcher.listen()):
            await self.dispatcher.settle()
        return self.cog.heard


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


async def test_what_was_heard_before_the_first_start_is_no_news(world: World) -> None:
    await world.say("old")
    program = Program(world)
    await program.recall.replay()
    assert await program.listen() == []


async def test_what_nobody_listened_to_before_the_end_is_heard_after_it(world: World) -> None:
    await Program(world).recall.replay()
    await world.say("one")
    await world.say("two")
    program = Program(world)
    await program.recall.replay()
    assert await program.listen() == ["one", "two"]


async def test_what_was_heard_and_noted_is_not_heard_again(world: World) -> None:
    first = Program(world)
    await first.recall.replay()
    await world.say("one")
    for event in world.announced:
        first.dispatcher.announce(event)
    assert await first.listen() == ["one"]
    await first.recall.note()
    await world.say("two")
    second = Program(world)
    await second.recall.replay()
    assert await second.listen() == ["two"]


async def test_what_is_older_than_a_day_stays_asleep(world: World) -> None:
    await Program(world).recall.replay()
    await world.say("one")
    world.clock.advance(2 * 86400)
    program = Program(world)
    await program.recall.replay()
    assert await program.listen() == []


async def test_a_long_day_is_heard_to_its_end(world: World) -> None:
    await Program(world).recall.replay()
    said = [world.inbound(str(number)) for number in range(2300)]
    await world.hear(*said)
    program = Program(world)
    await program.recall.replay()
    assert await program.listen() == [str(number) for number in range(2300)]


async def test_what_happened_between_messages_is_heard_between_them(world: World) -> None:
    await Program(world).recall.replay()
    now = world.clock.now()
    await world.hear(Joined(EN, ANN, now))
    one = await world.say("one", id="1")
    await world.hear(Reacted(one, MEI, "❤️"), Reacted(one, MEI, "❤️", is_added=False))
    two = await world.say("two", id="2")
    await world.hear(Deleted((one, two)), Left(EN, ANN, now))
    await world.say("three", id="3")
    program = Program(world)
    await program.recall.replay()
    # What was deleted is no message any more, but that it was deleted is heard.
    assert await program.listen() == ["+Ann", "❤️1", "❤️1!", "x1 2", "-Ann", "three"]
    assert program.greeting.heard == ["Ann"]


async def test_what_is_heard_again_is_what_was_heard(world: World) -> None:
    await Program(world).recall.replay()
    ref = await world.say("one")
    events = (
        Joined(EN, LIN, world.clock.now()),
        Left(EN, LIN, world.clock.now()),
        Reacted(ref, LIN, ":cat:", is_added=False),
        Deleted((ref, MessageId(EN, "9"))),
    )
    await world.hear(*events)
    async with world.database.reading() as connection:
        kept = await happenings.after(
            connection, 0, kinds=happenings.KINDS, since=world.clock.now()
        )
    assert tuple(event for _, _, event in kept) == events


async def test_what_every_cog_has_heard_is_kept_no_longer(world: World) -> None:
    first = Program(world)
    await first.recall.replay()
    await world.hear(Joined(EN, ANN, world.clock.now()))
    await world.hear(Left(EN, ANN, world.clock.now()))
    for number, event in enumerate(world.announced, 1):
        first.dispatcher.announce(event, number, only=first.cog)
    await first.listen()
    await first.recall.note()
    assert await kept(world) == ["joined"]  # the other has yet to hear of it
    first.dispatcher.announce(world.announced[0], 1, only=first.greeting)
    await first.listen()
    await first.recall.note()
    assert await kept(world) == []
    second = Program(world)
    await second.recall.replay()
    assert await second.listen() == []


async def test_what_came_after_an_emptied_list_is_heard(world: World) -> None:
    """Its rows count on from where they were."""
    first = Program(world)
    await first.recall.replay()
    await world.hear(Joined(EN, ANN, world.clock.now()))
    first.dispatcher.announce(world.announced[0], 1)
    await first.listen()
    await first.recall.note()
    assert await kept(world) == []
    await world.hear(Joined(EN, MEI, world.clock.now()))
    second = Program(world)
    await second.recall.replay()
    assert await second.listen() == ["+小梅"]


async def test_only_what_concerns_a_relay_and_a_listener_is_kept(world: World) -> None:
    elsewhere = ChannelId("east", "elsewhere")
    await world.hear(Joined(elsewhere, ANN, world.clock.now()))
    await world.hear(Deleted(()))
    assert await kept(world) == []
    world.kept_kinds = {Joined}
    await world.hear(Left(EN, ANN, world.clock.now()))
    await world.hear(Joined(EN, ANN, world.clock.now()))
    assert await kept(world) == ["joined"]


async def test_what_nobody_heard_for_a_day_is_let_go(world: World) -> None:
    await world.hear(Joined(EN, ANN, world.clock.now()))
    world.clock.advance(86400 + 60)
    upkeep = Upkeep(
        world.database,
        world.clock,
        RetentionSettings(),
        pictures=world.pictures,
        passing_posts=list,
    )
    await upkeep.let_go()
    assert await kept(world) == []


async def kept(world: World) -> list[object]:
    return [row[0] for row in await world.query("SELECT kind FROM happenings ORDER BY id")]

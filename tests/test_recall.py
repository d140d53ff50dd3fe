"""A cog hears every message at least once, whatever dies when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cog import Cog, Host, listener
from bot.core.model import Inbound
from bot.dispatch import Dispatcher
from bot.recall import Recall
from bot.store.database import Database
from tests.parts import World, host_of, running, world_of


class Keeping(Cog):
    name = "keeping"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.heard: list[str] = []

    @listener("message")
    async def hear(self, message: Inbound) -> None:
        self.heard.append(message.text.text)


class Program:
    """One run of the program on the world's database."""

    def __init__(self, world: World) -> None:
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.cog = Keeping(host_of(world, self.dispatcher))
        self.dispatcher.add(self.cog)
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

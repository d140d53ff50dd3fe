"""What the database tells of relays: what waits, what failed, where nothing was heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import Problem, Severity
from bot.core.model import ChannelId, ChannelOptions, RelayChannel
from bot.standing import of_relays
from bot.store import outbox, relays
from bot.store.database import Database
from bot.store.outbox import Action, Order, State, Verdict
from tests.findings import codes, found, wrong
from tests.parts import EN, ZH, World, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


async def seen(world: World) -> list[Problem]:
    relays = [*world.relaybook.all(), *world.relaybook.waiting()]
    return await of_relays(world.database, relays, world.clock.now())


def of(listed: list[Problem], channel: ChannelId) -> list[Problem]:
    return [one for one in listed if one.key == str(channel)]


async def wait_for(world: World, lane: ChannelId, verdict: Verdict | None = None) -> None:
    """Something is to be said there, and was tried with this result."""
    now = world.clock.now()
    async with world.database.transaction() as connection:
        order = Order(lane, Action.POST, "en", post={"en": "hello"})
        await outbox.enqueue(connection, [order], now)
        if verdict is not None:
            (row,) = await outbox.listing(connection)
            await outbox.settle(connection, [replace(verdict, id=row.id)], now)


async def choose(world: World, channel: ChannelId, options: ChannelOptions) -> None:
    async with world.database.transaction() as connection:
        await relays.set_options(connection, channel, options)
    await world.relaybook.reload()


async def test_a_relay_that_carries_is_in_order_with_its_last_times(world: World) -> None:
    await world.say("hello")
    await world.deliver()
    at = f"{world.clock.now():%Y-%m-%d %H:%M} UTC"
    assert found(of(await seen(world), EN), "channel.heard").values["heard"] == at
    assert wrong(await seen(world)) == []


async def test_a_channel_where_nothing_was_ever_heard_is_worth_knowing(world: World) -> None:
    listed = await seen(world)
    assert codes(listed) == ["channel.silent", "channel.silent"]
    assert all(one.severity is Severity.NOTE for one in listed)


async def test_three_silent_days_are_worth_knowing(world: World) -> None:
    await world.say("hello")
    world.clock.advance(timedelta(days=2, hours=23).total_seconds())
    assert codes(of(await seen(world), EN))[-1] == "channel.heard"
    world.clock.advance(timedelta(hours=2).total_seconds())
    assert found(of(await seen(world), EN), "channel.silent").values == {"days": 3}


async def test_what_waits_long_without_a_reason_is_a_warning(world: World) -> None:
    await wait_for(world, ZH)
    world.clock.advance(300)
    assert wrong(await seen(world)) == []
    world.clock.advance(600)
    (problem,) = wrong(await seen(world))
    assert (problem.code, problem.key) == ("lane.waiting", str(ZH))
    assert problem.values == {"count": 1, "minutes": 15}


async def test_a_lane_that_fails_is_broken_after_a_while(world: World) -> None:
    failed = Verdict(0, State.PENDING, attempts=1, reason="the bot lacks a permission")
    await wait_for(world, ZH, replace(failed, due_at=world.clock.now()))
    world.clock.advance(60)
    (problem,) = wrong(await seen(world))
    assert (problem.code, problem.severity) == ("lane.failing", Severity.WARNING)
    world.clock.advance(900)
    (problem,) = wrong(await seen(world))
    assert (problem.code, problem.severity) == ("lane.failing", Severity.BROKEN)
    assert "the bot lacks a permission" in str(problem)


async def test_quiet_hours_excuse_nothing_that_waits(world: World) -> None:
    """They only take the sound away."""
    await choose(world, ZH, ChannelOptions(quiet_from="00:00", quiet_to="23:59"))
    await wait_for(world, ZH)
    world.clock.advance(3600)
    assert codes(wrong(await seen(world))) == ["lane.waiting"]


async def test_what_was_given_up_is_a_warning_with_the_way_to_see_it(world: World) -> None:
    await wait_for(world, ZH, Verdict(0, State.DEAD, attempts=1, reason="too large"))
    problem = found(await seen(world), "lane.dead")
    assert problem.severity is Severity.WARNING
    assert "outbox retry" in problem.remedy


async def test_a_paused_relay_is_a_warning(world: World) -> None:
    await world.relaybook.pause(world.relaybook.all()[0])
    problem = found(await seen(world), "relay.paused")
    assert (problem.severity, problem.key) == (Severity.WARNING, "relay:main")
    assert "/relay resume" in problem.remedy


async def test_a_relay_of_one_channel_is_a_warning(world: World) -> None:
    alone = RelayChannel(ChannelId("east", "alone"), "en")
    async with world.relaybook.changing() as connection:
        await world.relaybook.create(connection, "lonely", alone)
    assert found(await seen(world), "relay.alone").key == "relay:lonely"


@pytest.mark.parametrize("mode", ["read", "write"])
async def test_a_channel_of_one_direction_is_worth_knowing(world: World, mode: str) -> None:
    await choose(world, EN, ChannelOptions(mode=mode))  # type: ignore[arg-type]
    assert found(of(await seen(world), EN), "channel.mode").severity is Severity.NOTE

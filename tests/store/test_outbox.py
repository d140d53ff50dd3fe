"""Lanes: what is said to one channel goes in order, and one channel never waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.model import ChannelId
from bot.store import outbox, schema
from bot.store.database import Connection, Database
from bot.store.outbox import Action, Delivery, Order, State, Verdict
from tests.parts import NOW

pytestmark = pytest.mark.databases("sqlite", "postgresql")

HERE = ChannelId("east", "1")
THERE = ChannelId("east", "2")
WEST = ChannelId("west", "1")
SOON = NOW + timedelta(seconds=10)


@pytest.fixture
def lanes(database: Database) -> Lanes:
    return Lanes(database)


class Lanes:
    """The outbox from outside: what a courier asks of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, *lanes: ChannelId) -> None:
        orders = [
            Order(lane, Action.POST, "en", post={"message": str(number)})
            for number, lane in enumerate(lanes)
        ]
        async with self.database.transaction() as connection:
            await outbox.enqueue(connection, orders, NOW)

    async def claim(
        self,
        *,
        now: timedelta = timedelta(),
        busy: Sequence[ChannelId] = (),
        limit: int = 100,
        platforms: Sequence[str] = ("east", "west"),
    ) -> list[Delivery]:
        async with self.database.transaction() as connection:
            return await outbox.claim_due(
                connection,
                NOW + now,
                platforms=platforms,
                busy={str(lane) for lane in busy},
                limit=limit,
            )

    async def settle(self, *verdicts: Verdict) -> None:
        async with self.database.transaction() as connection:
            await outbox.settle(connection, verdicts, NOW)


def ids(deliveries: Sequence[Delivery]) -> list[int]:
    return [delivery.id for delivery in deliveries]


def again(id: int, **how: object) -> Verdict:
    return Verdict(id, State.PENDING, attempts=1, due_at=SOON, **how)  # pyright: ignore


async def test_a_lane_is_claimed_in_the_order_it_was_filled(lanes: Lanes) -> None:
    await lanes.add(HERE, THERE, HERE, THERE, HERE)
    claimed = await lanes.claim()
    assert ids([one for one in claimed if one.lane == HERE]) == [1, 3, 5]
    assert ids([one for one in claimed if one.lane == THERE]) == [2, 4]


async def test_what_is_claimed_is_not_claimed_twice(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE)
    await lanes.claim()
    assert await lanes.claim() == []


async def test_a_claim_takes_no_more_of_each_lane_than_it_may(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, HERE, THERE)
    assert ids(await lanes.claim(limit=2)) == [1, 2, 4]


async def test_what_another_process_is_sending_is_not_overtaken(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, HERE)
    await lanes.claim(limit=1)
    assert await lanes.claim() == []


async def test_a_waiting_head_holds_its_lane_and_no_other(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, THERE)
    await lanes.claim(limit=1)
    await lanes.settle(again(1), again(3))
    await lanes.add(WEST)
    assert ids(await lanes.claim()) == [4]
    assert ids(await lanes.claim(now=timedelta(seconds=10))) == [1, 2, 3]


async def test_a_busy_lane_is_left_alone(lanes: Lanes) -> None:
    await lanes.add(HERE, THERE)
    assert ids(await lanes.claim(busy=[HERE])) == [2]


async def test_a_platform_that_is_off_waits(lanes: Lanes) -> None:
    await lanes.add(HERE, WEST)
    assert ids(await lanes.claim(platforms=["west"])) == [2]


@pytest.mark.parametrize("platforms", [[], ["eas"], ["%"], ["e_st"]])
async def test_only_a_platforms_own_lanes_are_claimed(lanes: Lanes, platforms: list[str]) -> None:
    await lanes.add(HERE)
    assert await lanes.claim(platforms=platforms) == []


async def test_what_is_given_back_is_claimed_again_in_its_place(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, HERE)
    await lanes.claim()
    await lanes.settle(Verdict(1, State.SENT))
    async with lanes.database.transaction() as connection:
        await outbox.release(connection, [2, 3])
    assert ids(await lanes.claim()) == [2, 3]


async def test_giving_back_does_not_bring_back_what_is_settled(lanes: Lanes) -> None:
    await lanes.add(HERE)
    await lanes.claim()
    await lanes.settle(Verdict(1, State.SENT))
    async with lanes.database.transaction() as connection:
        await outbox.release(connection, [1])
    assert await lanes.claim() == []


async def test_a_delivery_comes_back_with_what_was_learned(lanes: Lanes) -> None:
    await lanes.add(HERE)
    await lanes.claim()
    await lanes.settle(again(1, uncertain_since=NOW, parts=("7", "8")))
    [one] = await lanes.claim(now=timedelta(minutes=1))
    assert (one.attempts, one.uncertain_since, one.parts) == (1, NOW, ("7", "8"))
    assert one.post == {"message": "0"}


async def test_many_are_settled_as_sent_together(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, THERE)
    await lanes.claim()
    async with lanes.database.transaction() as connection:
        await outbox.settle_sent(connection, [1, 2], NOW)
        left = await outbox.left_sending(connection)
    assert ids(left) == [3]


async def test_the_next_alarm_is_the_earliest_waiting_head(lanes: Lanes) -> None:
    await lanes.add(HERE, THERE, WEST)
    await lanes.claim()
    await lanes.settle(again(1), again(2), Verdict(3, State.SENT))
    await lanes.add(HERE)
    async with lanes.database.reading() as connection:
        both = await outbox.next_due(connection, platforms=["east"], busy=set())
        none = await outbox.next_due(connection, platforms=["west"], busy=set())
    assert (both, none) == (SOON, None)


async def test_people_are_told_how_their_lanes_stand(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, HERE, THERE)
    await lanes.claim()
    await lanes.settle(again(1, reason="kicked"), Verdict(2, State.DEAD, reason="too large"))
    async with lanes.database.reading() as connection:
        told = await outbox.status(connection, [str(HERE), str(WEST)])
    assert set(told) == {str(HERE)}
    here = told[str(HERE)]
    assert (here.waiting, here.oldest, here.dead, here.reason) == (2, NOW, 1, "kicked")


async def test_the_operator_sees_what_waits_and_what_is_dead(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE, HERE, HERE)
    await lanes.claim(limit=3)
    await lanes.settle(Verdict(1, State.SENT), Verdict(2, State.DEAD, 3, reason="too large"))
    async with lanes.database.reading() as connection:
        listed = await outbox.listing(connection)
        first = await outbox.listing(connection, limit=1)
    assert [(one.id, one.state) for one in listed] == [
        (2, State.DEAD),
        (3, State.SENDING),
        (4, State.PENDING),
    ]
    assert (listed[0].lane, listed[0].attempts, listed[0].reason) == (str(HERE), 3, "too large")
    assert first == listed[:1]


async def test_what_is_dead_can_be_tried_again_in_its_old_place(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE)
    await lanes.claim(limit=1)
    await lanes.settle(Verdict(1, State.DEAD, 3, reason="too large"))
    async with lanes.database.transaction() as connection:
        assert await outbox.revive(connection, 1, NOW)
    claimed = await lanes.claim()
    assert [(one.id, one.attempts) for one in claimed] == [(1, 0), (2, 0)]


async def test_what_waits_for_its_time_can_be_tried_at_once(lanes: Lanes) -> None:
    await lanes.add(HERE)
    await lanes.claim()
    await lanes.settle(again(1))
    async with lanes.database.transaction() as connection:
        assert await outbox.revive(connection, 1, NOW)
    assert ids(await lanes.claim()) == [1]


async def test_what_is_dropped_lets_its_lane_go_on(lanes: Lanes) -> None:
    await lanes.add(HERE, HERE)
    await lanes.claim(limit=1)
    await lanes.settle(again(1))
    async with lanes.database.transaction() as connection:
        assert await outbox.drop(connection, 1, NOW)
    assert ids(await lanes.claim()) == [2]


@pytest.mark.parametrize("change", [outbox.revive, outbox.drop])
async def test_what_is_being_sent_or_was_sent_is_out_of_the_operators_hands(
    lanes: Lanes, change: Callable[[Connection, int, datetime], Awaitable[bool]]
) -> None:
    await lanes.add(HERE, HERE)
    await lanes.claim()
    await lanes.settle(Verdict(1, State.SENT))
    async with lanes.database.transaction() as connection:
        assert not await change(connection, 1, NOW)
        assert not await change(connection, 2, NOW)
        assert not await change(connection, 99, NOW)


async def test_what_a_lane_drops_keeps_no_words(lanes: Lanes) -> None:
    await lanes.add(HERE, THERE)
    async with lanes.database.transaction() as connection:
        await outbox.drop_lane(connection, HERE, NOW)
        rows = await connection.execute(
            select(schema.outbox.c.state, schema.outbox.c.post).order_by(schema.outbox.c.id)
        )
        assert [tuple(row) for row in rows] == [
            (State.DROPPED, None),
            (State.PENDING, {"message": "1"}),
        ]


async def test_a_lane_moves_with_its_channel_and_keeps_its_order(lanes: Lanes) -> None:
    await lanes.add(HERE, THERE, HERE)
    await lanes.claim(limit=1)
    await lanes.settle(Verdict(1, State.SENT), again(2))
    async with lanes.database.transaction() as connection:
        await outbox.move_lane(connection, HERE, WEST)
    claimed = await lanes.claim()
    assert [(one.id, one.lane) for one in claimed] == [(3, WEST)]


async def test_a_clock_that_was_set_back_keeps_nothing_new_waiting(lanes: Lanes) -> None:
    await lanes.add(HERE)
    assert ids(await lanes.claim(now=-timedelta(hours=1))) == [1]


async def test_a_clock_that_was_set_back_keeps_nothing_waiting_for_days(lanes: Lanes) -> None:
    await lanes.add(HERE)
    await lanes.claim()
    await lanes.settle(again(1))
    assert ids(await lanes.claim(now=-timedelta(minutes=1))) == []
    assert ids(await lanes.claim(now=-timedelta(days=2))) == [1]


async def test_two_programs_claim_nothing_twice(lanes: Lanes) -> None:
    other = Lanes(Database(lanes.database.url))
    await lanes.add(*(ChannelId("east", str(number)) for number in range(20)))
    claims = await asyncio.gather(*(one.claim(limit=1) for one in (lanes, other) * 3))
    assert sorted(row for claimed in claims for row in ids(claimed)) == list(range(1, 21))
    await other.database.aclose()

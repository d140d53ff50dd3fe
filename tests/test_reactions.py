"""Reactions as the other rooms show them: what is held elsewhere, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.errors import Blocked, Rejected, Transient, Uncertain
from bot.core.model import (
    Author,
    ChannelId,
    ChannelOptions,
    Cleared,
    Deleted,
    Edited,
    MessageId,
    PersonId,
    Reacted,
    Reaction,
    RelayChannel,
)
from bot.core.ports import Clock
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher
from bot.mirror import MISTAKES, MirrorKeeper
from bot.reactions import SETTLE
from bot.store import private, relays
from bot.store.database import Database
from tests.parts import (
    ANN,
    EN,
    LINKED,
    MEI,
    ZH,
    EditingRoom,
    HeldClock,
    World,
    eventually,
    host_of,
    running,
    world_of,
)
from tests.test_bundles import pressed

pytestmark = pytest.mark.databases("sqlite", "postgresql")

BOB = Author(PersonId("east", "bob"), "Bob")
LI = Author(PersonId("west", "li"), "李")
RSS = Author(PersonId("east", "rss"), "News", is_bot=True)
US = Author(PersonId("east", "us"), "Catbridge", is_us=True)
HEART, UP = "❤️", "👍"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ReactingRoom(EditingRoom):
    """One whose messages show what our account gives them; `calls` counts the changes."""

    reaction_pace = 0.0

    def __init__(self, platform: str, clock: HeldClock) -> None:
        super().__init__(platform, clock)
        self.given: dict[tuple[ChannelId, str], tuple[Reaction, ...]] = {}
        self.asked: list[tuple[str, bool]] = []
        self.broken = ""  # the message to which nothing can be given
        self.gate = asyncio.Event()
        self.gate.set()

    async def react(
        self,
        channel: ChannelId,
        id: str,
        wanted: Sequence[Reaction],
        shown: Sequence[str],
        *,
        is_sure: bool,
    ) -> Sequence[str]:
        self.asked.append((id, is_sure))
        await self.gate.wait()
        if id == self.broken:
            raise Transient("out of order")
        with self._faulty("react", channel):
            self.given[channel, id] = tuple(wanted)
        return [one.emoji for one in wanted]

    def shows(self, channel: ChannelId, id: str) -> dict[str, int]:
        return {one.emoji: one.people for one in self.given.get((channel, id), ())}


@dataclass
class Watched:
    """The world's clock; `looks` counts how often it was asked."""

    clock: HeldClock
    looks: int = 0

    def now(self) -> datetime:
        self.looks += 1
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        await self.clock.sleep(seconds)


@dataclass
class Rooms:
    """A world that reacts."""

    world: World
    options: dict[ChannelId, ChannelOptions] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.world
        for name in world.chats:
            world.chats[name] = ReactingRoom(name, world.clock)
        world.courier = world.new_courier()
        self.east, self.west = world.chats["east"], world.chats["west"]

    def keeper(self, clock: Clock | None = None) -> MirrorKeeper:
        return MirrorKeeper(
            database=self.world.database,
            chats=dict(self.world.chats),
            clock=clock or self.world.clock,
            relay_of=self.world.relaybook.of,
            options_of=self.world.relaybook.options,
            is_quiet=self.world.is_quiet,
        )

    async def said(self, words: str = "hello") -> tuple[MessageId, MessageId]:
        """Ann's message, and its copy."""
        ref = await self.world.say(words)
        await self.world.deliver()
        return ref, MessageId(ZH, self.west.sent[-1].id)

    async def react(
        self, ref: MessageId, emoji: str = HEART, *, by: Author = ANN, is_added: bool = True
    ) -> None:
        await self.world.hear(Reacted(ref, by, emoji, is_added))

    async def settle(self, after: timedelta = SETTLE) -> None:
        """Let that much pass, and all that is due be shown."""
        self.world.clock.at += after
        watched = Watched(self.world.clock)
        keeper = self.keeper(watched)
        async with running(keeper.run()):
            await eventually(lambda: watched.looks > 0)
            keeper.wake()
            await eventually(lambda: watched.looks > 1)  # so the first look is over
            await eventually(lambda: not keeper.busy)
            await eventually(self._is_idle)

    async def _is_idle(self) -> bool:
        due = (self.world.clock.at - EPOCH) // timedelta(microseconds=1)
        rows = await self.world.query(
            f"SELECT 1 FROM mirrors WHERE due_at <= {due} AND NOT EXISTS (SELECT 1 FROM outbox"
            " WHERE lane = platform || ':' || channel AND state IN ('pending', 'sending'))"
        )
        return not rows

    async def choose(self, channel: ChannelId, **chosen: object) -> None:
        async with self.world.database.transaction() as connection:
            options = ChannelOptions(**chosen)  # type: ignore[arg-type]
            await relays.set_options(connection, channel, options)
        await self.world.relaybook.reload()

    async def held(self) -> int:
        return len(await self.world.query("SELECT 1 FROM reactions"))


@pytest.fixture
async def rooms(database: Database, tmp_path: Path) -> AsyncIterator[Rooms]:
    async with world_of(database, tmp_path) as world:
        yield Rooms(world)


async def test_a_reaction_to_the_original_shows_at_the_copy(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}
    assert rooms.east.asked == []


async def test_a_reaction_to_the_copy_shows_at_the_original_and_at_other_copies(
    database: Database, tmp_path: Path
) -> None:
    other = ChannelId("west", "other")
    async with world_of(database, tmp_path, channels=(*LINKED, RelayChannel(other, "en"))) as world:
        rooms = Rooms(world)
        ref = await world.say("hello")
        await world.deliver()
        copies = {one.channel: one.id for one in rooms.west.sent}
        await rooms.react(MessageId(ZH, copies[ZH]), by=MEI)
        await rooms.settle()
        assert rooms.east.shows(EN, ref.id) == {HEART: 1}
        assert rooms.west.shows(other, copies[other]) == {HEART: 1}
        assert rooms.west.shows(ZH, copies[ZH]) == {}


async def test_it_stays_until_the_last_who_holds_it_takes_it_back(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.react(ref, by=BOB)
    await rooms.settle()
    await rooms.react(ref, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}
    await rooms.react(ref, by=BOB, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}
    assert await rooms.world.query("SELECT 1 FROM mirrors") == []


async def test_the_most_held_comes_first_and_of_equals_the_oldest(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref, "🔥")
    rooms.world.clock.advance(1)
    await rooms.react(ref, UP)
    await rooms.react(ref, UP, by=BOB)
    await rooms.react(ref, HEART, by=BOB)
    await rooms.settle()
    assert list(rooms.west.shows(ZH, copy.id)) == [UP, "🔥", HEART]


async def test_quick_changes_are_one_call(rooms: Rooms) -> None:
    ref, _ = await rooms.said()
    for emoji in (HEART, UP, "🔥"):
        await rooms.react(ref, emoji)
        await rooms.settle(SETTLE / 4)
    assert rooms.west.asked == []
    await rooms.settle()
    assert len(rooms.west.asked) == 1


async def test_one_who_reacts_without_an_end_delays_it_no_further(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    for number in range(8):
        await rooms.react(ref, is_added=number % 2 == 0)
        await rooms.react(ref, UP, by=BOB)
        await rooms.settle(SETTLE / 4)
    assert UP in rooms.west.shows(ZH, copy.id)


@pytest.mark.parametrize("who", [RSS, US], ids=["another bot", "ourselves"])
async def test_bots_reactions_are_nobodys(rooms: Rooms, who: Author) -> None:
    ref, _ = await rooms.said()
    await rooms.react(ref, by=who)
    await rooms.settle()
    assert rooms.west.asked == []


async def test_a_communitys_own_emoji_stays_where_it_is(rooms: Rooms) -> None:
    ref, _ = await rooms.said()
    await rooms.react(ref, ":blobcat:")
    await rooms.settle()
    assert rooms.west.asked == []


async def test_a_reaction_waits_for_a_copy_that_is_not_sent_yet(rooms: Rooms) -> None:
    ref = await rooms.world.say("hello")
    await rooms.react(ref)
    await rooms.settle()
    assert rooms.west.asked == []
    await rooms.world.deliver()
    await rooms.settle()
    assert rooms.west.shows(ZH, "1") == {HEART: 1}


async def test_messages_go_first(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.world.say("more to say")
    await rooms.settle()
    assert rooms.west.asked == []
    await rooms.world.deliver()
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}


async def test_a_reaction_to_a_bundle_is_one_to_its_last_message(rooms: Rooms) -> None:
    said = [await rooms.world.say(words) for words in ("one", "two", "three")]
    await pressed(rooms.world)
    bundle = MessageId(ZH, rooms.west.sent[-1].id)
    await rooms.react(bundle, by=MEI)
    await rooms.react(bundle, by=LI)
    await rooms.settle()
    shown = [rooms.east.shows(EN, ref.id) for ref in said]
    assert shown == [{}, {}, {HEART: 2}]


async def test_a_bundle_shows_what_any_of_its_messages_has(rooms: Rooms) -> None:
    said = [await rooms.world.say(words) for words in ("one", "two", "three")]
    await pressed(rooms.world)
    await rooms.react(said[0])
    await rooms.react(said[1], UP, by=BOB)
    await rooms.settle()
    assert rooms.west.shows(ZH, rooms.west.sent[-1].id) == {HEART: 1, UP: 1}


@pytest.mark.parametrize(("gone", "left"), [(0, {UP: 1}), (1, {HEART: 1})])
async def test_a_bundle_goes_on_showing_what_its_other_messages_have(
    rooms: Rooms, gone: int, left: dict[str, int]
) -> None:
    said = [await rooms.world.say(words) for words in ("one", "two", "three")]
    await pressed(rooms.world)
    await rooms.react(said[0])
    await rooms.react(said[1], UP, by=BOB)
    await rooms.settle()
    await rooms.world.hear(Deleted((said[gone],)))
    await rooms.world.deliver()
    await rooms.settle()
    bundle = rooms.west.sent[-1].id
    assert rooms.west.shows(ZH, bundle) == left
    for ref in said:
        await rooms.world.hear(Deleted((ref,)))
    await rooms.world.deliver()
    assert await rooms.world.query("SELECT 1 FROM mirrors") == []


async def test_a_long_copy_shows_it_at_its_first_part(rooms: Rooms) -> None:
    ref = await rooms.world.say("x" * 5000)
    await rooms.world.deliver()
    await rooms.react(ref)
    await rooms.settle()
    first, *others = [one.id for one in rooms.west.sent]
    assert others
    assert list(rooms.west.given) == [(ZH, first)]


async def test_an_edit_keeps_it(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.settle()
    rooms.world.clock.advance(1)
    await rooms.world.hear(Edited(ref, RichText("goodbye"), rooms.world.clock.now()))
    await rooms.world.deliver()
    await rooms.react(ref, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}


async def test_what_was_deleted_is_left_alone(rooms: Rooms) -> None:
    ref, _ = await rooms.said()
    await rooms.react(ref)
    await rooms.react(MessageId(ZH, "1"), by=MEI)
    await rooms.world.hear(Deleted((ref,)))
    await rooms.world.deliver()
    await rooms.react(ref, UP, by=BOB)
    await rooms.settle()
    assert rooms.west.asked == rooms.east.asked == []
    assert await rooms.held() == 0
    assert await rooms.world.query("SELECT 1 FROM mirrors") == []


async def test_a_copy_that_a_moderator_deleted_takes_its_reactions_along(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(copy, by=MEI)
    await rooms.settle()
    await rooms.world.hear(Deleted((copy,)))
    await rooms.settle()
    assert rooms.east.shows(EN, ref.id) == {}


@pytest.mark.parametrize(("emoji", "left"), [("", {}), (HEART, {UP: 1})])
async def test_a_moderator_takes_everybodys_away(
    rooms: Rooms, emoji: str, left: dict[str, int]
) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.react(ref, by=BOB)
    await rooms.react(ref, UP, by=BOB)
    await rooms.settle()
    await rooms.world.hear(Cleared(ref, emoji))
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == left


@pytest.mark.parametrize(
    ("channel", "chosen"),
    [
        (EN, {"reactions": False}),
        (ZH, {"reactions": False}),
        (EN, {"mode": "read"}),
        (ZH, {"mode": "write"}),
    ],
    ids=["off here", "off there", "only receives", "only sends"],
)
async def test_it_crosses_only_where_the_channels_options_let_it(
    rooms: Rooms, channel: ChannelId, chosen: dict[str, object]
) -> None:
    ref, copy = await rooms.said()
    await rooms.choose(channel, **chosen)
    await rooms.react(ref)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}


async def test_what_was_given_before_it_was_switched_off_can_be_taken_back(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.settle()
    await rooms.choose(EN, reactions=False)
    await rooms.react(ref, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}


async def test_once_it_is_switched_off_the_next_change_takes_what_was_shown(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.react(ref, UP, by=BOB)
    await rooms.settle()
    await rooms.choose(EN, reactions=False)
    await rooms.react(ref, is_added=False)
    await rooms.react(ref, "🔥")
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}
    assert await rooms.held() == 1  # nothing new is kept


async def test_nothing_new_crosses_while_the_relay_is_paused(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.settle()
    (relay,) = rooms.world.relaybook.all()
    await rooms.world.relaybook.pause(relay)
    await rooms.react(ref, UP)
    await rooms.react(ref, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}


async def test_quiet_hours_are_waited_for(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.choose(ZH, quiet_from="11:00", quiet_to="12:30")
    await rooms.react(ref)
    await rooms.settle()
    assert rooms.west.asked == []
    await rooms.settle(timedelta(minutes=35))
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}


async def test_a_long_night_makes_no_failure_of_the_morning_longer(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.choose(ZH, quiet_from="11:00", quiet_to="13:00")
    await rooms.react(ref)
    for _ in range(9):
        await rooms.settle(timedelta(minutes=6))
    rooms.west.fail(Transient("busy"), on="react")
    await rooms.settle(timedelta(minutes=10))
    assert (len(rooms.west.asked), rooms.west.given) == (1, {})
    await rooms.settle(timedelta(seconds=2))
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}


async def test_people_on_pause_give_none_but_can_take_theirs_back(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    await rooms.settle()
    async with rooms.world.database.transaction() as connection:
        await private.pause(connection, ANN.person, rooms.world.clock.now())
    await rooms.react(ref, UP)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}
    await rooms.react(ref, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}


async def test_who_is_forgotten_holds_nothing(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(copy, by=MEI)
    await rooms.react(copy, UP, by=LI)
    await rooms.settle()
    host = host_of(rooms.world, Dispatcher(lambda _: "en", lambda _, __: True))
    await host.privacy.erase(MEI.person)
    await rooms.settle()
    assert rooms.east.shows(EN, ref.id) == {UP: 1}
    assert await rooms.held() == 1


async def test_who_is_forgotten_holds_nothing_in_a_bundle_either(rooms: Rooms) -> None:
    said = [await rooms.world.say(words) for words in ("one", "two")]
    await pressed(rooms.world)
    await rooms.react(said[0])
    await rooms.react(said[1], UP, by=BOB)
    await rooms.settle()
    host = host_of(rooms.world, Dispatcher(lambda _: "en", lambda _, __: True))
    await host.privacy.erase(BOB.person)
    await rooms.settle()
    assert rooms.west.shows(ZH, rooms.west.sent[-1].id) == {HEART: 1}


async def test_under_what_a_forgotten_person_wrote_nothing_is_shown(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(copy, by=MEI)
    await rooms.settle()
    host = host_of(rooms.world, Dispatcher(lambda _: "en", lambda _, __: True))
    await host.privacy.erase(ANN.person)
    await rooms.world.deliver()
    await rooms.settle()
    assert rooms.east.shows(EN, ref.id) == {}
    assert await rooms.held() == 0


@pytest.mark.parametrize(
    "error", [Rejected("unknown emoji"), Blocked("no right")], ids=["refused", "not allowed"]
)
async def test_what_is_refused_is_given_up_until_somebody_reacts_again(
    rooms: Rooms, error: Exception
) -> None:
    ref, copy = await rooms.said()
    rooms.west.fail(error, on="react")
    await rooms.react(ref)
    await rooms.settle()
    await rooms.settle(timedelta(hours=1))
    assert len(rooms.west.asked) == 1
    await rooms.react(ref, UP)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1, UP: 1}


async def test_a_channel_is_given_the_time_it_asks_for(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    other, _ = await rooms.said("again")
    rooms.west.fail(Transient("flood", 60.0), on="react")
    await rooms.react(ref)
    await rooms.react(other)
    await rooms.settle()
    await rooms.settle(timedelta(seconds=50))
    assert len(rooms.west.asked) == 1
    await rooms.settle(timedelta(seconds=11))
    assert rooms.west.shows(ZH, copy.id) == {HEART: 1}
    assert len(rooms.west.given) == 2


async def test_a_message_that_fails_again_and_again_holds_up_no_other(rooms: Rooms) -> None:
    said = [await rooms.said(words) for words in ("one", "two", "three")]
    rooms.west.broken = said[0][1].id
    for ref, _ in said:
        await rooms.react(ref)
    for _ in range(3):
        await rooms.settle(timedelta(minutes=6))
    assert [rooms.west.shows(ZH, copy.id) for _, copy in said] == [{}, {HEART: 1}, {HEART: 1}]


async def test_what_broke_in_the_middle_is_done_again_as_a_whole(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    rooms.west.fail(Uncertain("cut"), on="react", takes_effect=True)
    await rooms.react(ref)
    await rooms.settle()
    await rooms.react(ref, is_added=False)
    await rooms.settle(timedelta(minutes=1))
    assert rooms.west.shows(ZH, copy.id) == {}
    assert [is_sure for _, is_sure in rooms.west.asked] == [True, False]


async def test_a_mistake_of_ours_is_tried_five_times(rooms: Rooms) -> None:
    ref, _ = await rooms.said()
    rooms.west.fail(ZeroDivisionError(), on="react", times=MISTAKES + 1)
    await rooms.react(ref)
    for _ in range(MISTAKES + 2):
        await rooms.settle(timedelta(minutes=10))
    assert len(rooms.west.asked) == MISTAKES


async def test_a_change_during_a_call_is_not_lost(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    rooms.west.gate.clear()
    rooms.world.clock.at += SETTLE
    async with running(rooms.keeper().run()):
        await eventually(lambda: bool(rooms.west.asked))
        await rooms.react(ref, is_added=False)
        await rooms.react(ref, UP)
        rooms.west.gate.set()
        await eventually(lambda: rooms.west.shows(ZH, copy.id) == {UP: 1})


async def test_a_change_during_a_call_that_is_refused_is_not_lost_either(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    rooms.west.fail(Rejected("no such emoji"), on="react")
    rooms.west.gate.clear()
    rooms.world.clock.at += SETTLE
    async with running(rooms.keeper().run()):
        await eventually(lambda: bool(rooms.west.asked))
        await rooms.react(ref, is_added=False)
        await rooms.react(ref, UP)
        rooms.west.gate.set()
        await eventually(lambda: len(rooms.west.asked) > 1, within=10)
    assert rooms.west.shows(ZH, copy.id) == {UP: 1}


async def test_after_a_kill_in_the_middle_of_a_call_it_is_done_again(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    await rooms.react(ref)
    rooms.west.gate.clear()
    rooms.world.clock.at += SETTLE
    async with running(rooms.keeper().run()):
        await eventually(lambda: bool(rooms.west.asked))
    rooms.west.gate.set()
    await rooms.react(ref, is_added=False)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}
    assert rooms.west.asked[-1] == (copy.id, False)


async def test_a_room_that_can_show_none_is_left_alone(rooms: Rooms) -> None:
    rooms.world.chats["west"] = EditingRoom("west", rooms.world.clock)
    rooms.world.courier = rooms.world.new_courier()
    ref = await rooms.world.say("hello")
    await rooms.world.deliver()
    await rooms.react(ref)
    await rooms.react(MessageId(ZH, "1"), UP, by=MEI)
    rooms.world.clock.at += SETTLE
    async with running(rooms.keeper().run()):
        await eventually(lambda: rooms.east.shows(EN, ref.id) == {UP: 1})


async def test_the_channels_of_another_relay_see_nothing(rooms: Rooms) -> None:
    ref, copy = await rooms.said()
    async with rooms.world.database.transaction() as connection:
        there = RelayChannel(ChannelId("east", "there"), "en")
        members = [
            ("main", (LINKED[0], there)),
            ("other", (LINKED[1], replace(there, channel=ChannelId("east", "else")))),
        ]
        await relays.declare(connection, members)
    await rooms.world.relaybook.reload()
    await rooms.react(ref)
    await rooms.settle()
    assert rooms.west.shows(ZH, copy.id) == {}

"""/buddy as members live it: greeted, matched, introduced, asked after; and through kills."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cog import Member, Reply, Value
from bot.community import buddy_words as words
from bot.community.matching import Facts
from bot.core.model import (
    Author,
    Button,
    ChannelId,
    Joined,
    Left,
    MessageId,
    PersonId,
    RelayChannel,
)
from bot.dispatch import Dispatcher, Invocation, Press
from bot.i18n import translate
from bot.store import relays
from bot.store.database import Database
from cogs.welcome_buddy import WelcomeBuddy
from tests.parts import ANN, EN, LINKED, MEI, ZH, RoomyRoom, World, host_of, running, world_of

BO = Author(PersonId("east", "bo"), "Bo")
LI = Author(PersonId("west", "li"), "小李")
XU = Author(PersonId("west", "xu"), "小徐")
BOT = Author(PersonId("east", "robot"), "Robot", is_bot=True)
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
FIND, LOOKING, ACCEPT, DECLINE = "buddy.find", "buddy.looking", "buddy.accept", "buddy.decline"
TALKED, ANOTHER, BACK = "buddy.talked", "buddy.another", "buddy.back"


def zh(message: str, **values: object) -> str:
    return translate(message, "zh", **values)


class Club:
    """A community with buddies, and hands to press what its rooms show."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)
        self.cog = WelcomeBuddy(self.host)
        self.dispatcher.attach(self.host)
        self.host.add_cog(self.cog)

    async def ask(
        self,
        text: str,
        person: Author = ANN,
        *,
        is_mod: bool = False,
        **arguments: Value,
    ) -> str:
        asked = Invocation(
            (), channel_of(person), person, is_mod, "en", arguments, text=f"buddy {text}"
        )
        reply = await self.dispatcher.run(asked)
        return reply.rich.text

    async def press(
        self, action: str, person: Author, *, by: Author | None = None, ending: str = ""
    ) -> str:
        """The newest button of this kind in the person's channel."""
        button = self.shown(action, person, ending)
        press = Press(action, button.argument, channel_of(person), by or person, False, "en")
        reply: Reply | None = await self.dispatcher.press(press)
        return reply.rich.text if reply else ""

    def shown(self, action: str, person: Author, ending: str = "") -> Button:
        return self.all_shown(action, person, ending)[-1]

    def all_shown(self, action: str, person: Author, ending: str = "") -> list[Button]:
        messages = self.room(person).messages.values()
        return [
            button
            for one in messages
            if one.channel == channel_of(person)
            for button in one.part.buttons
            if button.action == action and button.argument.endswith(ending)
        ]

    def room(self, person: Author):
        return self.world.chats[person.person.platform]

    def told(self, person: Author, words_: str) -> list[str]:
        return [text for text in self.room(person).texts(channel_of(person)) if words_ in text]

    async def look(self, seconds: float = 0) -> None:
        self.world.clock.advance(seconds)
        await self.cog.look()
        await self.world.deliver()

    async def arrive(self, person: Author = ANN) -> None:
        joined = Joined(channel_of(person), person, self.world.clock.now())
        self.dispatcher.announce(joined)
        async with running(self.dispatcher.listen()):
            await self.dispatcher.settle()
        await self.world.deliver()

    async def go(self, person: Author, times: int = 1) -> None:
        """Leave the channel, which may be told more than once."""
        left = Left(channel_of(person), person, self.world.clock.now())
        for _ in range(times):
            self.dispatcher.announce(left)
        async with running(self.dispatcher.listen()):
            await self.dispatcher.settle()
        await self.world.deliver()

    async def introduce(self, newcomer: Author = ANN, volunteer: Author = MEI) -> None:
        await self.ask("join", volunteer)
        await self.ask("find", newcomer)
        await self.look(10 * MINUTE)
        await self.press(ACCEPT, newcomer)
        await self.press(ACCEPT, volunteer)
        await self.world.deliver()

    async def matches(self) -> list[tuple[object, ...]]:
        rows = await self.world.query("SELECT state, outcome FROM buddy_matches ORDER BY id")
        return [tuple(row) for row in rows]


async def started(world: World) -> Club:
    """As the program starts after a kill."""
    await world.relaybook.reload()
    await world.strandbook.load()
    await world.preferences.load()
    return Club(world)


def channel_of(person: Author) -> ChannelId:
    return EN if person.person.platform == "east" else ZH


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def club(world: World) -> Club:
    return Club(world)


async def test_a_newcomer_is_greeted_once_in_the_channels_language(club: Club) -> None:
    await club.arrive()
    await club.arrive()
    await club.arrive(BOT)
    (greeting,) = club.world.east.texts()
    assert greeting.startswith("Welcome, Ann!")
    assert len(greeting.splitlines()) <= 2
    assert club.world.west.texts() == []
    await club.arrive(MEI)
    assert club.world.west.texts() == [zh(words.GREET, name="小梅")]


async def test_only_the_newcomers_own_press_counts(club: Club) -> None:
    await club.ask("join", MEI)
    await club.arrive()
    assert await club.press(FIND, ANN, by=BO) == "This button is for somebody else."
    assert await club.press(LOOKING, ANN, by=BO) == "This button is for somebody else."
    await club.look(DAY)
    assert await club.matches() == []
    assert (await club.press(FIND, ANN)).startswith("We are looking for somebody")
    await club.look(10 * MINUTE)
    assert await club.matches() == [("proposed", None)]
    assert not club.all_shown(FIND, ANN)


async def test_who_just_looks_around_is_left_alone(club: Club) -> None:
    await club.ask("join", MEI)
    await club.arrive()
    assert "/buddy find" in await club.press(LOOKING, ANN)
    await club.look(DAY)
    assert await club.matches() == []
    assert not club.all_shown(FIND, ANN)


async def test_mods_switch_greetings_off(club: Club) -> None:
    assert await club.ask("greet off", is_mod=True) == "Newcomers are not greeted."
    await club.arrive()
    assert club.world.east.texts() == []
    assert "moderators" in await club.ask("greet on")


async def test_both_are_asked_with_the_reason_and_wait_ten_minutes_at_most(club: Club) -> None:
    await club.ask('join "en zh" 做饭 Asia/Shanghai', MEI)
    club.world.clock.advance(12 * DAY)
    await club.ask("find cooking, America/New_York")
    await club.look(9 * MINUTE)
    assert await club.matches() == []
    await club.look(1 * MINUTE)
    (asked,) = club.told(ANN, "as your buddy")
    assert asked == (
        "@Ann, we thought of 小梅 as your buddy, because you are both awake 6 hours a day at the "
        "same time, both like cooking, both know English, and 小梅 has had nobody for 12 days. "
        "Would you like to be introduced?"
    )
    (theirs,) = club.world.west.texts()
    assert theirs.startswith("@小梅") or "@小梅" in theirs
    assert "Ann" in theirs


async def test_what_two_share_is_listed_as_people_say_it(club: Club) -> None:
    await club.ask('join "en zh" 做饭,徒步 Asia/Shanghai', MEI)
    await club.ask("find cooking, hiking, en zh, America/New_York")
    await club.look(10 * MINUTE)
    (asked,) = club.told(ANN, "as your buddy")
    assert "both like cooking and hiking" in asked
    assert "both know English and Chinese" in asked


async def test_whoever_told_what_they_like_is_not_asked_for_more(club: Club) -> None:
    await club.ask("join en", MEI)
    assert "Tell us more" not in await club.ask("find cooking")


async def test_whoever_told_nothing_is_asked_for_more(club: Club) -> None:
    await club.ask("join en", MEI)
    assert "Tell us more" in await club.ask("find")


async def test_both_accept_and_are_introduced(club: Club) -> None:
    await club.ask('join "en zh" 做饭,养鸽子 Asia/Shanghai', MEI)
    await club.ask("find cooking, falconry, zh, America/Los_Angeles")
    await club.look(10 * MINUTE)
    assert (await club.press(ACCEPT, ANN)).startswith("Thank you! As soon as")
    await club.look()
    assert not club.told(ANN, words.TITLE)
    assert not club.all_shown(ACCEPT, ANN)
    assert (
        await club.press(ACCEPT, MEI)
        == "You are introduced! Look below, or for a new thread with your names."
    )
    await club.look()
    (intro,) = club.told(ANN, words.TITLE)
    assert "@Ann, meet 小梅!" in intro
    assert "小梅 likes cooking and en<养鸽子>." in intro
    assert "小梅 speaks English and Chinese." in intro
    assert "It is 04:10 for you and 20:10 for 小梅." in intro
    (theirs,) = club.told(MEI, words.TITLE)
    assert "做饭、zh<falconry>" in theirs
    here, there = breakers(intro), breakers(theirs)
    assert len(here) == len(there) == 3
    pairs = dict(words._breakers())
    assert [pairs[one] for one in here] == there
    assert not club.all_shown(ACCEPT, MEI)


def breakers(text: str) -> list[str]:
    return [line[2:] for line in text.splitlines() if line.startswith("• ")]


@pytest.mark.databases("sqlite", "postgresql")
async def test_their_talk_is_carried_over(club: Club) -> None:
    await club.introduce()
    root = next(one for one in club.world.west.sent if words.TITLE in one.part.text.text)
    await club.world.say("你好", channel=ZH, author=MEI, reply_to=MessageId(ZH, root.id))
    await club.world.deliver()
    assert club.told(ANN, "en<你好>")
    await club.look(2 * DAY + MINUTE)
    assert not club.told(ANN, "a small hello")


async def test_only_the_two_may_answer(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    assert await club.press(ACCEPT, ANN, by=BO) == "This button is for somebody else."
    assert await club.press(DECLINE, ANN, by=BO) == "This button is for somebody else."
    assert await club.matches() == [("proposed", None)]


async def test_a_silent_pair_is_nudged_once_and_asked_after_a_week(club: Club) -> None:
    club.world.east.can = replace(club.world.east.can, replies=True)
    await club.introduce()
    await club.look(2 * DAY - MINUTE)
    assert not club.told(ANN, "a small hello")
    await club.look(MINUTE)
    await club.look(HOUR)
    assert len(club.told(ANN, "a small hello")) == 1
    root = next(one for one in club.world.east.sent if words.TITLE in one.part.text.text)
    nudge = next(one for one in club.world.east.sent if "a small hello" in one.part.text.text)
    assert nudge.part.reply_to == root.id
    await club.look(5 * DAY)
    assert len(club.told(ANN, "Did you talk?")) == 1
    assert await club.press(TALKED, ANN, ending="yes") == "Glad to hear it!"
    await club.look()
    assert await club.matches() == [("closed", "talked")]
    assert not club.all_shown(TALKED, MEI)
    root = next(one for one in club.world.west.sent if words.TITLE in one.part.text.text)
    await club.world.say("再见", channel=ZH, author=MEI, reply_to=MessageId(ZH, root.id))
    assert not club.world.strandbook


@pytest.mark.databases("sqlite", "postgresql")
async def test_who_wants_another_gets_somebody_else(club: Club) -> None:
    await club.introduce()
    await club.ask("join", LI)
    await club.look(2 * DAY)
    await club.look(5 * DAY)
    assert await club.press(TALKED, MEI, ending="no") == "Thank you for telling us."
    assert await club.press(ANOTHER, ANN) == "We are looking for somebody new."
    await club.look(10 * MINUTE)
    assert club.told(ANN, "小李 as your buddy")
    assert await club.matches() == [("closed", "another"), ("proposed", None)]


async def test_an_unanswered_question_ends_the_introduction(club: Club) -> None:
    await club.introduce()
    for days in (2, 5, 3):
        await club.look(days * DAY)
    assert await club.matches() == [("closed", "silent")]
    assert await club.press(FIND, ANN) if club.all_shown(FIND, ANN) else True
    assert (await club.ask("status", MEI)) == "You are a buddy with 0 of 1 newcomers."


async def test_a_declined_one_is_matched_again_without_a_word_about_who(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    await club.ask("join", LI)
    assert (await club.press(DECLINE, MEI)).startswith("All right.")
    await club.look(10 * MINUTE)
    (told,) = club.told(ANN, "This introduction didn't come about.")
    assert "小梅" not in told
    assert club.told(ANN, "小李 as your buddy")
    assert not club.all_shown(ACCEPT, MEI, ending="1")


async def test_who_declined_is_not_asked_again_before_the_others(club: Club) -> None:
    await club.ask("join", MEI)
    club.world.clock.advance(20 * DAY)
    await club.ask("join", LI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    assert club.told(ANN, "小梅 has had nobody for 20 days")
    await club.press(DECLINE, MEI)
    await club.ask("leave")
    await club.look(DAY)
    await club.ask("find", BO)
    await club.look(10 * MINUTE)
    assert club.told(BO, "小李 as your buddy")


async def test_both_hear_the_same_whoever_declined(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    assert (await club.press(DECLINE, ANN)).startswith("All right, we look for somebody else.")
    await club.look()
    assert club.told(ANN, "This introduction didn't come about.")
    assert club.world.west.texts() == [zh(words.NOT_NEEDED)]


async def test_the_same_two_are_never_proposed_again(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    await club.press(DECLINE, MEI)
    for _ in range(10):
        await club.look(HOUR)
    assert await club.matches() == [("closed", "declined")]
    assert len(club.told(ANN, "@Ann, nobody on the other side is free")) == 1


async def test_two_that_expire_pause_the_volunteer_until_one_press(club: Club) -> None:
    await club.ask("join", MEI)
    for newcomer in (ANN, BO):
        await club.ask("find", newcomer)
        await club.look(10 * MINUTE)
        await club.press(ACCEPT, newcomer)
        await club.look(DAY)
        await club.ask("leave", newcomer)
    assert (await club.ask("status", MEI)).startswith("You are a buddy, but paused.")
    assert len(club.told(MEI, "@小梅")) == 1
    assert club.shown(BACK, MEI).label == "I'm back / 我回来了"
    assert await club.press(BACK, MEI, by=LI) == "This button is for somebody else."
    assert await club.press(BACK, MEI) == "Welcome back! You are in the next round."
    assert (await club.ask("status", MEI)) == "You are a buddy with 0 of 1 newcomers."


async def test_an_answer_in_between_starts_the_count_again(club: Club) -> None:
    await club.ask('join "" "" "" 3', MEI)
    for newcomer, answers in (
        (ANN, False),
        (BO, True),
        (Author(PersonId("east", "c"), "C"), False),
    ):
        await club.ask("find", newcomer)
        await club.look(10 * MINUTE)
        if answers:
            await club.press(DECLINE, MEI)
        await club.look(DAY)
        await club.ask("leave", newcomer)
    assert (await club.ask("status", MEI)).startswith("You are a buddy with")


async def test_a_newcomer_who_never_answers_is_left_in_peace(club: Club) -> None:
    for volunteer in (MEI, LI, XU):
        await club.ask("join", volunteer)
    await club.ask("find")
    for _ in range(2):
        await club.look(10 * MINUTE)
        for volunteer in (MEI, LI, XU):
            if club.all_shown(ACCEPT, volunteer):
                await club.press(ACCEPT, MEI, by=volunteer)
        await club.look(DAY)
    await club.look(DAY)
    assert len(await club.matches()) == 2
    assert club.told(ANN, "we have stopped looking for now")
    assert (await club.press(FIND, ANN)).startswith("We are looking")


async def test_nobody_free_is_said_at_once_and_the_mods_hear_of_it_once(club: Club) -> None:
    told = await club.ask("find")
    assert told.startswith("Nobody on the other side is free right now. You stay in the queue")
    await club.look(6 * HOUR - MINUTE)
    assert club.world.east.texts() == []
    await club.look(MINUTE)
    await club.look(DAY)
    assert club.world.east.texts() == [
        "For the moderators: Ann has been waiting 6 hours for a buddy, and nobody on the other "
        "side is free. “/buddy join” makes somebody a buddy."
    ]
    await club.ask("join", MEI)
    await club.look(10 * MINUTE)
    assert club.told(ANN, "小梅 as your buddy")


async def test_who_is_left_over_in_a_round_is_told(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    club.world.clock.advance(1)
    await club.ask("find", BO)
    await club.look(10 * MINUTE)
    assert club.told(ANN, "小梅 as your buddy")  # who waited longer
    assert len(club.told(BO, "@Bo, nobody on the other side is free right now.")) == 1


@pytest.mark.databases("sqlite", "postgresql")
async def test_a_block_holds_both_ways_and_is_never_told(club: Club) -> None:
    await club.introduce()
    told = await club.ask("block", MEI)
    assert told == "You two will never be introduced. Nobody is told."
    await club.look()
    (kindly,) = club.told(ANN, "your buddy has to step back")
    assert "block" not in kindly
    await club.ask("find", LI)
    await club.ask("join", BO)
    assert (await club.ask("block", BO, member=Member(LI.person, "小李"))).startswith("You two")
    await club.look(10 * MINUTE)
    await club.look(HOUR)
    assert await club.matches() == [("closed", "left")]


async def test_a_block_needs_somebody_else(club: Club) -> None:
    assert (await club.ask("block")).startswith("Name a member")
    assert await club.ask("block", member=Member(ANN.person, "Ann")) == "That is you."


async def test_paused_and_left_volunteers_get_nobody(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("pause", MEI)
    assert (await club.ask("find")).startswith("Nobody on the other side is free")
    await club.look(10 * MINUTE)
    assert await club.matches() == []
    await club.ask("resume", MEI)
    await club.ask("leave", MEI)
    await club.look(10 * MINUTE)
    assert await club.matches() == []
    assert (await club.ask("resume", MEI)).startswith("You are not a buddy yet.")
    assert (await club.ask("leave", MEI)).startswith("You are neither")


async def test_somebody_of_the_same_side_is_no_buddy(club: Club) -> None:
    await club.ask("join", BO)
    assert (await club.ask("find")).startswith("Nobody on the other side is free")
    await club.look(HOUR)
    assert await club.matches() == []


async def test_a_volunteer_who_leaves_ends_it_kindly_and_the_newcomer_waits_again(
    club: Club,
) -> None:
    await club.introduce()
    await club.ask("join", LI)
    await club.ask("leave", MEI)
    await club.look(10 * MINUTE)
    assert len(club.told(ANN, "your buddy has to step back")) == 1
    assert club.told(ANN, "小李 as your buddy")


async def test_a_newcomer_who_leaves_frees_the_volunteer(club: Club) -> None:
    await club.introduce()
    await club.ask("leave")
    await club.look()
    assert zh(words.MOVED_ON, name="@小梅") in club.world.west.texts()
    assert await club.ask("status", MEI) == "You are a buddy with 0 of 1 newcomers."
    assert await club.ask("status") == "You are neither a buddy nor looking for one."


async def test_a_newcomer_who_leaves_the_channel_waits_no_more(club: Club) -> None:
    await club.ask("find")
    await club.go(ANN, times=2)
    await club.ask("join", MEI)
    await club.look(HOUR)
    assert await club.matches() == []
    assert await club.ask("find") == await club.ask("find", BO)  # back again, as good as new
    await club.look(HOUR)
    assert (await club.matches())[0] == ("proposed", None)


async def test_who_leaves_the_channel_before_answering_is_asked_no_more(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    await club.go(ANN, times=2)
    assert await club.matches() == [("closed", "left")]
    assert zh(words.NOT_NEEDED) in club.world.west.texts()
    assert await club.ask("status", MEI) == "You are a buddy with 0 of 1 newcomers."


async def test_a_volunteer_who_leaves_the_channel_is_paused_and_the_newcomer_matched_again(
    club: Club,
) -> None:
    await club.introduce()
    await club.ask("join", LI)
    await club.go(MEI, times=2)
    await club.look(10 * MINUTE)
    assert len(club.told(ANN, "your buddy has to step back")) == 1
    assert club.told(ANN, "小李 as your buddy")
    assert await club.ask("status", MEI) == (
        "You are a buddy, but paused. “/buddy resume” brings you back."
    )


async def test_a_volunteer_who_comes_back_is_one_again_with_a_press(club: Club) -> None:
    await club.ask("join", MEI)
    await club.go(MEI)
    await club.arrive(MEI)
    await club.arrive(MEI)
    assert len(club.all_shown(BACK, MEI)) == 1
    await club.press(BACK, MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    assert club.shown(ACCEPT, MEI)


async def test_a_buddy_who_paused_before_leaving_parts_all_the_same(club: Club) -> None:
    await club.introduce()
    await club.ask("pause", MEI)
    await club.go(MEI)
    assert await club.matches() == [("closed", "left")]


async def test_who_leaves_another_server_of_the_community_stays(club: Club) -> None:
    await club.ask("find")
    elsewhere = RelayChannel(ChannelId("east", "other"), "en")
    async with club.world.database.transaction() as connection:
        await relays.declare(connection, [("main", (*LINKED, elsewhere))])
    await club.world.relaybook.reload()
    club.dispatcher.announce(Left(elsewhere.channel, ANN, club.world.clock.now()))
    async with running(club.dispatcher.listen()):
        await club.dispatcher.settle()
    await club.ask("join", MEI)
    await club.look(10 * MINUTE)
    assert await club.matches() == [("proposed", None)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("join klingon", "“klingon” holds a language that is not known here."),
        ("join en cats Mars/Olympus", "There is no time zone “Mars/Olympus”."),
        ("join en cats UTC 6", "“capacity” must be between 1 and 5."),
    ],
)
async def test_what_can_not_be_is_refused(club: Club, asked: str, told: str) -> None:
    assert (await club.ask(asked, MEI)).startswith(told)


@pytest.mark.databases("sqlite", "postgresql")
async def test_asking_twice_is_noted_and_a_matched_one_is_told(club: Club) -> None:
    await club.ask("find")
    club.world.clock.advance(MINUTE)
    assert await club.ask("find tea") == "Noted. You are in the queue already."
    await club.ask("join", MEI)
    await club.look(10 * MINUTE)
    assert (await club.ask("find")).startswith("You have a buddy already")


async def test_spies_are_for_those_who_like_them(club: Club) -> None:
    assert "moderators" in await club.ask("theme spy")
    assert "🕵️" in await club.ask("theme spy", is_mod=True)
    await club.arrive()
    assert club.told(ANN, "Your Chinese spy 🕵️ is awaiting orders.")
    await club.introduce()
    assert club.told(ANN, "Your Chinese spy has been assigned 🕵️ · 你的中国间谍已就位")
    await club.ask("join", BO)
    await club.ask("find", LI)
    await club.look(10 * MINUTE)
    assert club.told(BO, "a mission for an American pen pal under cover 🕵️: 小李 is new")
    await club.press(ACCEPT, BO)
    await club.press(ACCEPT, LI)
    await club.look()
    assert club.told(LI, "你的美国卧底笔友已就位 🕵️")


def test_reasons_are_said_in_both_languages() -> None:
    facts = Facts(6, ("cooking",), (), 12)
    assert words.explain(facts, "en", volunteer="Mei") == (
        "because you are both awake 6 hours a day at the same time, both like cooking, and Mei "
        "has had nobody for 12 days"
    )
    assert "做饭" in words.explain(facts, "zh", volunteer="Mei")
    assert words.explain(Facts(None, (), (), 0), "en", volunteer="Mei") == (
        "because Mei has time for somebody new"
    )
    one = words.explain(Facts(1, (), (), 1), "en", volunteer="Mei", to_volunteer=True)
    assert one == (
        "because you are both awake one hour a day at the same time and you have had nobody for "
        "a day"
    )


@pytest.mark.databases("sqlite", "postgresql")
async def test_what_is_kept_is_told_and_forgotten(club: Club) -> None:
    await club.arrive()
    await club.ask("find cats, America/Denver")
    await club.introduce()
    kept = await club.cog.export(ANN.person)
    assert kept["looking"][0]["interests"] == ["cats"]
    assert kept["introductions"] == [{"as": "newcomer", "state": "introduced", "outcome": None}]
    await club.cog.forget(ANN.person)
    await club.look()
    assert await club.cog.export(ANN.person) == {}
    assert zh(words.MOVED_ON, name="@小梅") in club.world.west.texts()
    shown = [*club.world.east.texts(), *club.world.west.texts()]
    assert not [text for text in shown if "Ann" in text]
    for table in ("newcomers", "volunteers", "matches", "blocks"):
        rows = await club.world.query(f"SELECT * FROM buddy_{table}")
        assert not [row for row in rows if "ann" in row or "Ann" in row]
    assert await club.ask("status", MEI) == "You are a buddy with 0 of 1 newcomers."


async def test_a_block_outlives_being_forgotten_without_a_name(club: Club) -> None:
    await club.ask("block", MEI, member=Member(ANN.person, "Ann"))
    await club.cog.forget(ANN.person)
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(HOUR)
    assert await club.matches() == []
    assert not [row for row in await club.world.query("SELECT * FROM buddy_blocks") if "ann" in row]


async def test_a_forgotten_volunteers_newcomer_is_matched_again(club: Club) -> None:
    await club.introduce()
    await club.ask("join", LI)
    await club.cog.forget(MEI.person)
    await club.look(10 * MINUTE)
    assert len(club.told(ANN, "your buddy has to step back")) == 1
    assert club.told(ANN, "小李 as your buddy")


@pytest.mark.databases("sqlite", "postgresql")
async def test_who_was_only_greeted_is_let_go(club: Club) -> None:
    await club.arrive()
    club.world.clock.advance(31 * DAY)
    await club.cog.let_go()
    assert await club.cog.export(ANN.person) == {}


async def _greeted(club: Club) -> None:
    await club.arrive()


async def _sought(club: Club) -> None:
    await club.press(FIND, ANN)


async def _proposed(club: Club) -> None:
    club.world.clock.advance(10 * MINUTE)
    await club.cog.look()


async def _accepted_once(club: Club) -> None:
    await club.press(ACCEPT, ANN)


async def _accepted(club: Club) -> None:
    await club.press(ACCEPT, MEI)


async def _nudged(club: Club) -> None:
    club.world.clock.advance(2 * DAY)
    await club.cog.look()


async def _asked(club: Club) -> None:
    club.world.clock.advance(5 * DAY)
    await club.cog.look()


async def _answered(club: Club) -> None:
    await club.press(TALKED, ANN, ending="yes")


STEPS: list[Callable[[Club], Awaitable[None]]] = [
    *(_greeted, _sought, _proposed, _accepted_once, _accepted, _nudged, _asked, _answered)
]


@pytest.mark.parametrize("killed_after", range(len(STEPS)))
async def test_a_kill_after_any_step_doubles_and_loses_nothing(
    club: Club, tmp_path: Path, killed_after: int
) -> None:
    await club.ask("join", MEI)
    for step in STEPS[: killed_after + 1]:
        await club.world.deliver()
        await step(club)
    again = await started(club.world.killed(tmp_path / "next"))  # nothing of it was said yet
    await again.look()
    for step in STEPS[killed_after + 1 :]:
        await step(again)
        await again.look()
    await again.look()
    assert await again.matches() == [("closed", "talked")]
    for person, other in ((ANN, "小梅"), (MEI, "Ann")):
        room = again.room(person)
        sent = [one.part.text.text for one in room.sent]
        assert len([text for text in sent if words.TITLE in text]) == 1
        assert len([text for text in sent if f"@{person.name}" in text]) == 4
        assert [text for text in sent if other in text]
    assert len([one for one in again.world.east.sent if "Welcome, Ann" in one.part.text.text]) == 1


async def test_a_kill_between_the_answers_and_the_introduction_introduces_once(
    club: Club, tmp_path: Path
) -> None:
    await club.ask("join", MEI)
    await club.ask("find falconry")
    await club.look(10 * MINUTE)
    await club.press(ACCEPT, ANN)
    killed: list[World] = []
    club.world.translator.on_ask = lambda: killed.append(club.world.killed(tmp_path / "next"))
    await club.press(ACCEPT, MEI)  # the interests are translated between two transactions
    again = await started(killed[0])
    await again.look()
    await again.look()
    assert len(again.told(ANN, words.TITLE)) == len(again.told(MEI, words.TITLE)) == 1


async def test_two_that_look_at_once_do_it_once(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    club.world.clock.advance(10 * MINUTE)
    other = Club(club.world)
    await other.cog.look()
    await club.look()
    assert len(club.told(ANN, "as your buddy")) == 1
    assert await club.matches() == [("proposed", None)]


TALK = "buddy.private"
CHAT = ChannelId("west", "mei")  # Mei's private chat with the bot


def roomy(club: Club) -> RoomyRoom:
    """English speakers write where rooms can be opened."""
    room = RoomyRoom("east", club.world.clock)
    club.world.chats["east"] = room
    club.world.courier = club.world.new_courier()
    return room


async def follow(club: Club, person: Author, chat: ChannelId = CHAT, *, at: int = -1) -> str:
    """What somebody is told who follows the link under an introduction."""
    argument = club.all_shown(TALK, MEI)[at].argument
    club.world.clock.advance(1)
    press = Press(TALK, argument, chat, person, False, "en", is_direct=True)
    reply = await club.dispatcher.press(press)
    assert reply is not None
    return reply.rich.text


async def test_they_meet_in_a_room_of_their_own(club: Club) -> None:
    east = roomy(club)
    await club.introduce()
    ((channel, title, people),) = east.opened
    assert (channel, people) == (EN, (ANN.person,))
    assert title == "Ann · 小梅 #1"
    room = ChannelId("east", "room-1")
    assert words.TITLE in east.texts(room)[0]
    assert not club.told(ANN, words.TITLE)
    await club.world.say("hello", channel=room)
    root = next(one for one in club.world.west.sent if words.TITLE in one.part.text.text)
    await club.world.say("你好", channel=ZH, author=MEI, reply_to=MessageId(ZH, root.id))
    await club.world.deliver()
    assert club.told(MEI, "zh<hello>")
    assert east.texts(room)[-1].endswith("en<你好>")
    assert not club.told(ANN, "你好")


async def test_nudge_question_and_end_come_where_they_meet(club: Club) -> None:
    east = roomy(club)
    await club.introduce()
    for days in (2, 5):
        await club.look(days * DAY)
    room = ChannelId("east", "room-1")
    _, nudge, question = east.texts(room)
    assert "a small hello" in nudge
    assert "Did you talk?" in question
    assert not club.told(ANN, "a small hello")
    await club.look(3 * DAY)
    assert east.texts(room)[-1] == words.CLOSED
    again = MessageId(EN, "r1")
    await club.world.say("still there?", channel=room, reply_to=again)
    await club.world.deliver()
    assert not club.told(MEI, "still there?")


async def test_who_follows_the_link_talks_in_the_private_chat(club: Club) -> None:
    roomy(club)
    await club.introduce()
    assert "Ann" in await follow(club, MEI)
    await club.world.say("你好", channel=CHAT, author=MEI)
    room = ChannelId("east", "room-1")
    await club.world.say("hello", channel=room)
    await club.world.deliver()
    assert club.world.east.texts(room)[-1].endswith("en<你好>")
    assert club.world.west.texts(CHAT)[-1].endswith("zh<hello>")
    assert not club.told(MEI, "hello")
    await club.look(7 * DAY)
    await club.look()
    assert [text for text in club.world.west.texts(CHAT) if "Ann" in text][-1].startswith("@小梅")
    press = Press("buddy.talked", "1:yes", CHAT, MEI, False, "en", is_direct=True)
    told = await club.dispatcher.press(press)
    assert told is not None
    assert told.rich.text == "Glad to hear it!"


async def test_a_link_serves_only_the_two_and_only_in_a_private_chat(club: Club) -> None:
    await club.introduce()
    assert await follow(club, LI, ChannelId("west", "li")) == "This button is for somebody else."
    argument = club.shown(TALK, MEI).argument
    openly = Press(TALK, argument, ZH, MEI, False, "en")
    reply = await club.dispatcher.press(openly)
    assert reply is not None
    assert reply.rich.text == "This introduction is over already."
    await club.ask("leave", ANN)
    assert await follow(club, MEI) == "This introduction is over already."
    await club.world.say("你好", channel=CHAT, author=MEI)
    await club.world.deliver()
    assert club.world.west.texts(CHAT) == []


async def test_a_buddy_of_several_is_told_to_whom_words_go(club: Club) -> None:
    roomy(club)
    await club.ask('join "" "" "" 2', MEI)
    for newcomer in (ANN, BO):
        await club.ask("find", newcomer)
        await club.look(10 * MINUTE)
        await club.press(ACCEPT, newcomer)
        await club.press(ACCEPT, MEI)
        await club.world.deliver()
    await follow(club, MEI, at=0)
    told = await follow(club, MEI, at=1)
    assert told.splitlines()[0].startswith("2 introductions meet in this chat. What you write")
    await club.world.say("你好", channel=CHAT, author=MEI)
    await club.world.deliver()
    assert club.world.east.texts(ChannelId("east", "room-2"))[-1].endswith("en<你好>")


async def test_who_was_forgotten_leaves_no_private_chat_behind(club: Club) -> None:
    await club.introduce()
    await follow(club, MEI)
    await club.look(2 * DAY)
    assert club.world.west.texts(CHAT)
    await club.cog.forget(MEI.person)
    await club.look()
    assert club.world.west.texts(CHAT) == []
    rows = await club.world.query("SELECT thread, seated_at FROM posts")
    assert {tuple(row) for row in rows} == {(None, None)}


async def test_what_names_others_is_for_the_askers_eyes_alone(club: Club) -> None:
    await club.introduce()
    for text in ("status", "block"):
        asked = Invocation((), ZH, MEI, False, "en", {}, text=f"buddy {text}")
        assert (await club.dispatcher.run(asked)).is_secret


async def test_a_private_chat_of_no_community_is_told_where_to_write(club: Club) -> None:
    asked = Invocation((), CHAT, MEI, False, "en", {}, text="buddy find", is_direct=True)
    told = (await club.dispatcher.run(asked)).rich.text
    assert told == "This is our private chat. Write this in a channel of your community."


async def test_hours_in_which_the_program_was_down_count_against_nobody(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    club.world.clock.advance(3 * DAY)
    later = await started(club.world)
    await later.cog.load()
    await later.look(HOUR - MINUTE)
    assert await later.matches() == [("proposed", None)]
    assert (await later.press(ACCEPT, ANN)).startswith("Thank you!")
    await later.look(2 * MINUTE)
    assert await later.matches() == [("closed", "expired")]


async def test_a_restart_takes_no_time_from_a_proposal(club: Club) -> None:
    await club.ask("join", MEI)
    await club.ask("find")
    await club.look(10 * MINUTE)
    later = await started(club.world)
    await later.cog.load()
    await later.look(DAY - MINUTE)
    assert await later.matches() == [("proposed", None)]
    await later.look(MINUTE)
    assert await later.matches() == [("closed", "expired")]

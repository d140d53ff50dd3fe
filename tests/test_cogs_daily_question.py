"""The daily question: once per date and side, answered across, told in the morning, at rest."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.cog import Reply
from bot.core.model import Author, ChannelId, ChannelOptions, MessageId, PersonId, RelayChannel
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store import posts, relays
from bot.store.database import Database
from cogs.daily_question import DailyQuestion
from tests.parts import ANN, EN, LINKED, MEI, NOW, ZH, World, host_of, world_of

TITLE = "每日一问 · Question of the day"
BO = Author(PersonId("east", "bo"), "Bo")
HOUR = 3600
DAY = 24 * HOUR


class Club:
    """A community with the daily question; NOW is the very minute at which it is asked."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)
        self.cog = DailyQuestion(self.host)
        self.dispatcher.attach(self.host)
        self.host.add_cog(self.cog)

    async def ask(
        self, words: str, *, person: Author = ANN, is_mod: bool = True, channel: ChannelId = EN
    ) -> str:
        asked = Invocation((), channel, person, is_mod, "en", text=f"question {words}")
        self.reply = await self.dispatcher.run(asked)
        return self.reply.rich.text

    async def press(self, button: int, *, is_mod: bool = True) -> Reply | None:
        pressed = self.reply.buttons[button]
        press = Press(pressed.action, pressed.argument, EN, ANN, is_mod, "en")
        reply = await self.dispatcher.press(press)
        if reply is not None:
            self.reply = reply
        return reply

    async def look(self) -> None:
        await self.cog.look()
        await self.world.deliver()

    async def pass_days(self, days: int, *, answered: bool = True) -> None:
        """Look every quarter of an hour, as busy as a real one would be."""
        for _ in range(days * 96):
            self.world.clock.advance(900)
            before = len(self.world.west.sent)
            await self.cog.look()
            if answered and await self.world.query("SELECT 1 FROM outbox WHERE state='pending'"):
                await self.world.deliver()
                for shown in self.world.west.sent[before:]:
                    if TITLE in shown.part.text.text:
                        await self.answer("我也是", shown.id)
        await self.world.deliver()

    async def answer(self, words: str, question: str, *, channel: ChannelId = ZH) -> None:
        author = MEI if channel == ZH else ANN
        reply_to = MessageId(channel, question)
        await self.world.say(words, channel=channel, author=author, reply_to=reply_to)

    def asked(self, channel: ChannelId) -> list[str]:
        room = self.world.east if channel == EN else self.world.west
        return [text for text in room.texts(channel) if text.startswith(TITLE)]

    def told(self, channel: ChannelId, words: str) -> list[str]:
        room = self.world.east if channel == EN else self.world.west
        return [text for text in room.texts(channel) if words in text]


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def club(world: World) -> Club:
    return Club(world)


async def test_the_cog_is_found_by_itself(world: World) -> None:
    club = Club(world)
    other = Dispatcher(world.relaybook.language)
    await load_cogs(["daily_question"], host_of(world, other), other)
    assert [command.name for command in other.commands] == [
        command.name for command in club.dispatcher.commands
    ]


@pytest.mark.parametrize(("mode", "digests"), [("read", 1), ("write", 0)])
async def test_a_channel_that_is_open_one_way_gets_no_question_but_reads_the_answers(
    club: Club, mode: Any, digests: int
) -> None:
    news = ChannelId("west", "news")
    one_way = RelayChannel(news, "zh", ChannelOptions(mode=mode))
    async with club.world.database.transaction() as connection:
        await relays.declare(connection, [("main", (*LINKED, one_way))])
    await club.world.relaybook.reload()
    await club.look()
    assert len(club.asked(ZH)) == len(club.asked(EN)) == 1
    await club.answer("me too", club.world.east.sent[-1].id, channel=EN)
    await club.world.deliver()
    club.world.clock.advance(13 * HOUR)
    await club.look()
    texts = club.world.west.texts(news)
    assert not [text for text in texts if text.startswith(TITLE)]
    assert len([text for text in texts if "me too" in text]) == digests


async def test_both_sides_get_the_same_question_in_both_languages(club: Club) -> None:
    await club.look()
    ((here,), (there,)) = club.asked(EN), club.asked(ZH)
    _, english, chinese, how = here.split("\n")
    assert there.split("\n")[1:3] == [chinese, english]
    assert how == "Answer here, in your own language. The other side reads it in theirs."


async def test_it_is_not_asked_before_its_time(club: Club) -> None:
    club.world.clock.advance(-1)
    await club.look()
    assert club.asked(EN) == club.asked(ZH) == []


async def test_it_is_asked_once_however_often_somebody_looks(club: Club) -> None:
    again = Club(club.world)
    await asyncio.gather(club.cog.look(), again.cog.look(), club.cog.look())
    club.world.clock.advance(HOUR)
    await again.look()
    await Club(club.world).look()
    assert len(club.asked(EN)) == len(club.asked(ZH)) == 1


async def test_a_late_start_catches_up_within_three_hours(club: Club) -> None:
    club.world.clock.advance(3 * HOUR - 1)
    await club.look()
    assert len(club.asked(EN)) == 1


async def test_a_day_that_was_slept_through_is_left_out_and_said(club: Club) -> None:
    await club.look()
    club.world.clock.advance(DAY + 4 * HOUR)
    later = Club(club.world)
    await later.look()
    await later.look()
    assert len(club.asked(EN)) == 1
    assert club.told(EN, "No question on 2025-01-16: the bridge was down")
    assert len(club.told(ZH, "2025-01-16")) == 1
    club.world.clock.advance(20 * HOUR)
    await later.look()
    assert len(club.asked(EN)) == 2


async def test_a_community_new_to_it_is_not_told_of_days_it_missed(club: Club) -> None:
    club.world.clock.advance(5 * HOUR)
    await club.look()
    assert club.world.east.texts() == []


async def test_nothing_repeats_and_neighbours_differ_in_subject(club: Club) -> None:
    await club.pass_days(20)
    rows = await club.world.query("SELECT question, tags FROM question_days ORDER BY local_date")
    assert len(rows) == len({row[0] for row in rows}) >= 20
    for before, after in pairwise(rows):
        assert not set(str(before[1]).split(",")) & set(str(after[1]).split(","))


@pytest.mark.parametrize(
    "start", [datetime(2025, 3, 7, tzinfo=UTC), datetime(2025, 10, 31, tzinfo=UTC)]
)
@pytest.mark.parametrize("at", ["02:30", "01:30"])
async def test_clocks_that_jump_change_nothing(club: Club, start: datetime, at: str) -> None:
    """New York leaves 02:30 out on 9 March 2025, and shows 01:30 twice on 2 November."""
    club.world.clock.at = start
    await club.ask(f"time {at} own")
    await club.pass_days(5)
    keys = await club.world.query(
        "SELECT key, channel FROM posts WHERE key LIKE 'question:%' ORDER BY key"
    )
    count = Counter(channel for _, channel in keys)
    assert len(keys) == len(set(keys))
    assert count["en"] in (4, 5)
    assert count["zh"] in (4, 5)
    days = sorted({str(key).rsplit(":", 1)[1] for key, channel in keys if channel == "en"})
    first, last = (datetime.fromisoformat(day) for day in (days[0], days[-1]))
    assert (last - first).days + 1 == len(days)  # none left out


@pytest.mark.databases("sqlite", "postgresql")
async def test_the_questions_posts_are_forgotten_after_a_year_and_not_asked_again(
    club: Club,
) -> None:
    await club.pass_days(1)
    before = club.world.clock.now() + timedelta(days=1)
    async with club.world.database.transaction() as connection:
        for key, _ in await posts_of(club):
            await club.host.posts.close_strand(connection, key)
        gone = await posts.forget_old(connection, club.cog.passing_posts, before=before)
    assert gone >= 2
    assert not [key for key, _ in await posts_of(club) if key.startswith("question:")]
    said = len(club.world.east.sent)
    await club.look()
    assert len(club.world.east.sent) == said


async def posts_of(club: Club) -> list[tuple[str, str]]:
    rows = await club.world.query("SELECT key, channel FROM posts")
    return [(str(key), str(channel)) for key, channel in rows]


async def test_answers_cross_and_are_told_next_morning_to_the_other_side(club: Club) -> None:
    await club.look()
    question = next(s for s in club.world.west.sent if TITLE in s.part.text.text)
    await club.answer("我吃了包子", question.id)
    await club.world.deliver()
    assert club.told(EN, "en<我吃了包子>")
    await club.pass_days(1, answered=False)
    digest = club.told(EN, "While you slept")
    assert len(digest) == 1
    assert "小梅: en<我吃了包子>" in digest[0]
    assert not club.told(ZH, "你睡觉的时候")
    assert not club.told(ZH, "While you slept")


async def test_a_digest_goes_with_whom_it_quotes(club: Club) -> None:
    await club.look()
    question = next(s for s in club.world.west.sent if TITLE in s.part.text.text)
    await club.answer("我吃了包子", question.id)
    await club.world.deliver()
    await club.pass_days(1, answered=False)
    assert "小梅: " in "".join(club.world.east.texts(EN))
    await club.host.privacy.erase(MEI.person)
    await club.world.deliver()
    left = "".join(club.world.east.texts(EN))
    assert "小梅" not in left
    assert "包子" not in left
    assert TITLE in left


async def test_what_is_answered_after_the_digest_is_told_once_in_the_next(club: Club) -> None:
    await club.look()
    question = club.world.west.sent[-1].id
    club.world.clock.at = datetime(2025, 1, 16, 14, 0, tzinfo=UTC)  # nine o'clock in New York
    await club.look()
    club.world.clock.advance(HOUR)
    await club.answer("我吃了包子", question)
    await Club(club.world).look()
    assert not club.told(EN, "While you slept")
    club.world.clock.advance(DAY - HOUR)
    await club.look()
    assert len(club.told(EN, "While you slept")) == 1


async def test_the_second_side_sees_what_the_first_has_answered(club: Club) -> None:
    """Each side in its own morning: nine o'clock comes to Shanghai first."""
    await club.ask("time 09:00 own")
    club.world.clock.at = datetime(2025, 1, 16, 1, 0, tzinfo=UTC)
    await club.look()
    assert club.asked(EN) == []
    question = next(s for s in club.world.west.sent if TITLE in s.part.text.text)
    await club.answer("我喝豆浆", question.id)
    club.world.clock.at = datetime(2025, 1, 16, 14, 0, tzinfo=UTC)
    await club.look()
    assert len(club.asked(EN)) == 1
    assert club.world.east.texts(EN)[-1].endswith("en<我喝豆浆>")


@pytest.mark.databases("sqlite", "postgresql")
async def test_a_side_that_slept_through_its_hour_is_told_so(club: Club) -> None:
    await club.ask("time 09:00 own")
    club.world.clock.at = datetime(2025, 1, 16, 1, 0, tzinfo=UTC)
    await club.look()
    club.world.clock.at = datetime(2025, 1, 16, 18, 0, tzinfo=UTC)
    await Club(club.world).look()
    assert club.asked(EN) == []
    assert len(club.told(EN, "No question on 2025-01-16")) == 1
    assert len(club.asked(ZH)) == 1
    assert not club.told(ZH, "2025-01-16")


async def test_it_rests_after_three_that_nobody_answered(club: Club) -> None:
    await club.look()
    await club.pass_days(5, answered=False)
    assert len(club.asked(EN)) == 3
    assert len(club.told(EN, "The daily question takes a rest")) == 1
    club.world.clock.advance(HOUR)
    assert await club.ask("resume") == "The daily question goes on."
    await club.pass_days(2, answered=False)
    assert len(club.asked(EN)) == 5


async def test_an_answer_keeps_it_awake(club: Club) -> None:
    await club.look()
    await club.pass_days(5)
    assert len(club.asked(EN)) == 6


async def test_talk_is_carried_under_the_questions_of_two_weeks(club: Club) -> None:
    for _ in range(16):
        await club.look()
        await club.answer("我也是", club.world.west.sent[-1].id)
        club.world.clock.advance(DAY)
    rows = await club.world.query("SELECT key FROM strands WHERE closed_at IS NULL ORDER BY key")
    assert len(rows) == 14
    assert str(rows[0][0]).endswith(":2025-01-17")


@pytest.mark.databases("sqlite", "postgresql")
async def test_a_mod_leaves_the_next_one_out(club: Club) -> None:
    await club.look()
    assert (await club.ask("skip")).startswith("The next question is left out: there is none on")
    assert await club.ask("skip") == "The next question is left out already."
    await club.pass_days(1)
    assert len(club.asked(EN)) == 1
    await club.pass_days(1)
    assert len(club.asked(EN)) == 2


async def test_a_preview_is_what_is_asked(club: Club) -> None:
    club.world.clock.advance(-HOUR)
    told = (await club.ask("preview")).split("\n")
    assert told[0] == ("Next: 01-15 07:00 (America/New_York) · 01-15 20:00 (Asia/Shanghai)")
    club.world.clock.advance(HOUR)
    await club.look()
    assert club.asked(EN)[0].split("\n")[1:3] == told[1:3]


async def test_a_paused_one_is_not_asked(club: Club) -> None:
    await club.ask("pause")
    await club.look()
    assert club.asked(EN) == []
    assert "It is resting." in await club.ask("preview")


@pytest.mark.parametrize("at", ["25:00", "noon", "8", "8pm"])
async def test_a_time_that_is_none_is_refused(club: Club, at: str) -> None:
    assert (await club.ask(f"time {at}")).startswith(f"“{at}” is no time of day.")


async def test_another_time_is_kept(club: Club) -> None:
    assert "21:30 (Asia/Shanghai)" in await club.ask("time 21:30")
    await club.look()
    assert club.asked(EN) == []
    club.world.clock.advance(1.5 * HOUR)
    await club.look()
    assert len(club.asked(EN)) == 1


@pytest.mark.databases("sqlite", "postgresql")
async def test_a_suggestion_waits_for_a_mod_and_joins_the_pool(club: Club) -> None:
    told = await club.ask("suggest What do you sing in the shower?", is_mod=False)
    assert told.endswith("zh<What do you sing in the shower?>")
    shown = await club.ask("review")
    assert "No. 1, suggested by Ann:\nWhat do you sing in the shower?\nzh<What" in shown
    assert "洗澡" in await club.ask("reword 1 zh 洗澡时你唱什么？")
    reply = await club.press(0)
    assert reply
    assert reply.rich.text == "No. 1 is in the pool now.\nNo suggestions are waiting."
    before = await club.ask("preview")
    await club.ask("suggest 你最想念哪个味道呢", person=BO)
    await club.ask("review")
    await club.press(1)
    assert await club.ask("preview") == before
    assert await club.ask("reword 1 en Other words") == "There is no suggestion No. 1."


async def test_a_suggestion_in_chinese_is_put_into_english(club: Club) -> None:
    await club.ask("suggest 你小时候最爱玩什么？", channel=ZH, person=MEI)
    assert "en<你小时候最爱玩什么？>\n你小时候最爱玩什么？" in await club.ask("review")


async def test_only_mods_judge(club: Club) -> None:
    await club.ask("suggest What do you sing in the shower?")
    await club.ask("review")
    reply = await club.press(0, is_mod=False)
    assert reply
    assert reply.rich.text == "Only moderators can use this command."
    assert "No. 1" in await club.ask("review")


async def test_bad_suggestions_are_refused(club: Club) -> None:
    assert await club.ask("suggest ab") == "A question has 4 to 200 characters."
    club.world.clock.advance(60)
    assert await club.ask("suggest " + "a" * 201) == "A question has 4 to 200 characters."
    assert await club.ask("reword 9 en Something") == "There is no suggestion No. 9."
    for number in range(6):
        club.world.clock.advance(60)
        told = await club.ask(f"suggest What is your number {number}?")
    assert told.startswith("5 of your questions are waiting already.")


@pytest.mark.databases("sqlite", "postgresql")
async def test_who_is_forgotten_leaves_no_suggestion(club: Club) -> None:
    await club.ask("suggest What do you sing in the shower?")
    assert await club.cog.export(ANN.person) == {
        "suggestions": [
            {
                "en": "What do you sing in the shower?",
                "zh": "zh<What do you sing in the shower?>",
                "state": "suggested",
            }
        ]
    }
    await club.cog.forget(ANN.person)
    assert await club.cog.export(ANN.person) == {"suggestions": []}
    assert await club.ask("review") == "No suggestions are waiting."


async def test_a_small_pool_is_told_to_the_mods_once(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.community import question_pool, question_round

    few = question_pool.bundled()[:6]
    monkeypatch.setattr(question_round, "bundled", lambda: few)
    await club.look()
    await club.pass_days(8)
    assert len(club.told(EN, "For the moderators: 5 daily questions are left")) == 1
    asked = [text.split("\n")[1] for text in club.asked(EN)]
    assert len(set(asked[:6])) == 6
    assert asked[6] == asked[0]  # the one asked longest ago comes again


async def test_a_kill_after_the_decision_asks_once(club: Club, tmp_path: Path) -> None:
    await club.cog.look()
    later = club.world.killed(tmp_path / "next")
    await later.relaybook.reload()
    await later.strandbook.load()
    again = Club(later)
    await again.look()
    assert len(again.asked(EN)) == len(again.asked(ZH)) == 1


def test_now_is_the_minute() -> None:
    assert NOW.astimezone(UTC) + timedelta(hours=8) == datetime(2025, 1, 15, 20, tzinfo=UTC)

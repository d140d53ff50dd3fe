"""How questions end: in time, by moderators, merged; and what a restart leaves of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import Blocked
from bot.core.model import (
    ChannelId,
    MessageId,
)
from bot.store.database import Database
from tests.asking import BOB, DAY, LI, QUESTION, THREAD, Community, ThreadedRoom, town_of
from tests.parts import (
    EN,
    ZH,
    World,
)


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Community]:
    async with town_of(database, tmp_path) as town:
        yield town


@pytest.mark.databases("sqlite", "postgresql")
async def test_no_word_within_a_day_means_no(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.choose()
    button = town.button("ask.agree", "west")
    await town.later(DAY + 1)
    assert not town.has("ask.agree")
    await town.press(button, channel=ZH, person=LI)
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text


async def test_the_talk_goes_on_for_a_day_after_an_answer_was_chosen(town: Community) -> None:
    await town.archive()
    root = next(one for one in town.world.west.sent if one.channel == ZH)
    reply_to = MessageId(ZH, root.id)
    await town.later(DAY - 1)
    await town.world.say("还有韭菜", channel=ZH, author=LI, reply_to=reply_to)
    await town.world.deliver()
    assert "还有韭菜" in town.texts(THREAD)
    await town.later(2)
    await town.world.say("还有虾", channel=ZH, author=LI, reply_to=reply_to)
    await town.world.deliver()
    assert "还有虾" not in town.texts(THREAD)
    assert "还有虾" in town.texts(EN)


async def test_nobody_answered_is_said_honestly(town: Community) -> None:
    await town.ask()
    await town.later(3 * DAY - 1)
    assert "nobody could answer" not in town.texts(EN)
    await town.later(2)
    await town.later(60)
    assert town.texts(EN).count("No answer yet: Ann, nobody could answer No. 1") == 1
    assert "nobody could answer" not in town.texts(ZH)
    assert "No answer yet." in town.texts(ZH)


async def test_an_unanswered_question_is_asked_once_more_by_its_asker(town: Community) -> None:
    await town.ask()
    await town.later(3 * DAY + 1)
    button = town.button("ask.repeat")
    assert (await town.press(button, person=BOB)).rich.text == "Only Ann can ask this once more."
    assert (await town.press(button)).rich.text.startswith("Asked as No. 2.")
    assert (await town.press(button)).rich.text == "This button no longer works."
    assert await town.count("asks") == 2
    assert "Asked once more as No. 2." in town.texts(ZH)
    assert not town.has("ask.repeat")
    assert town.texts(ZH).count(f"zh<{QUESTION}>") == 2


async def test_after_its_time_an_answer_can_be_chosen_for_one_more_day(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.later(3 * DAY + 1)
    assert "Ann, the time of No. 1 is over" in town.texts(EN)
    assert "Thank you for the answers!" in town.texts(ZH)
    await town.later(DAY - 10)
    await town.choose()
    assert "Solved. 小李" in town.texts(ZH)
    assert not town.has("ask.choose")


async def test_a_day_after_its_time_nothing_can_be_chosen(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.later(3 * DAY + 1)
    button = town.button("ask.choose")
    await town.later(DAY)
    assert not town.has("ask.choose")
    assert (await town.press(button)).rich.text == "No. 1 is closed already."


@pytest.mark.parametrize(("days", "expected"), [(1, 1), (14, 14), (0, 3), ("x", 3), (999, 3)])
async def test_a_community_chooses_how_long_questions_stay_open(
    town: Community, days: Any, expected: int
) -> None:
    relay = town.world.relaybook.all()[0]
    await town.world.preferences.put(relay, "ask.expires_days", days)
    await town.ask()
    await town.later(expected * DAY - 1)
    assert not town.has("ask.repeat")
    await town.later(2)
    assert town.has("ask.repeat")


async def test_a_pause_or_a_switch_stops_the_clock_of_questions(town: Community) -> None:
    relay = town.world.relaybook.all()[0]
    await town.ask()
    await town.world.relaybook.pause(relay)
    await town.later(4 * DAY)
    await town.world.relaybook.resume(relay)
    await town.world.preferences.put(relay, "ask.is_on", value=False)
    await town.later(4 * DAY)
    assert not town.has("ask.repeat")
    await town.world.preferences.put(relay, "ask.is_on", value=True)
    await town.later(1)
    assert town.has("ask.repeat")


async def test_mods_close_a_question(town: Community) -> None:
    assert "Only moderators" in (await town.run("ask-close", text="1")).rich.text
    told = await town.run("ask-close", text="1", is_mod=True)
    assert told.rich.text == "There is no question No. 1 here."
    await town.ask()
    await town.answer()
    told = await town.run("ask-close", text="1", is_mod=True)
    assert told.rich.text == "No. 1 is closed."
    assert "Closed by the moderators." in town.texts(ZH)
    assert not town.has("ask.choose")
    assert town.world.relaybook.of(THREAD) is None
    told = await town.run("ask-close", text="1", is_mod=True)
    assert told.rich.text == "No. 1 is closed already."


async def test_closing_an_archived_question_takes_it_out_of_the_archive(town: Community) -> None:
    await town.archive()
    await town.run("ask-close", text="1", is_mod=True)
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text
    assert "用猪肉和白菜" not in town.world.east.texts(EN)[0]
    assert await town.count("ask_choices") == 0


async def test_a_merged_question_points_to_the_other(town: Community) -> None:
    await town.ask("Where do you buy tea?")
    await town.ask("Which shop sells good leaves?", person=BOB)
    told = await town.run("ask-merge", text="2 1", is_mod=True)
    assert told.rich.text == "No. 2 now points to No. 1."
    cards = town.world.west.texts(ZH)
    assert "see No. 1" in cards[1]
    assert "see No." not in cards[0]
    assert town.world.intake.is_bridged(THREAD)
    assert town.world.relaybook.of(ChannelId("east", "thread-2")) is None


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ("1 1", "A question can't be merged into itself."),
        ("1 9", "There is no question No. 9 here."),
        ("9 1", "There is no question No. 9 here."),
        ("2 1", "No. 2 is solved already."),
        ("1 3", "No. 3 is closed already."),
        ("3 1", "No. 3 is closed already."),
    ],
)
@pytest.mark.databases("sqlite", "postgresql")
async def test_what_can_not_be_merged_is_told(town: Community, numbers: str, told: str) -> None:
    await town.ask("Where do you buy tea?")
    await town.archive()
    await town.ask("Who invented paper?", person=BOB)
    await town.run("ask-close", text="3", is_mod=True)
    assert (await town.run("ask-merge", text=numbers, is_mod=True)).rich.text == told


async def test_a_side_that_is_offline_gets_the_question_later(town: Community) -> None:
    town.world.west.fail(Blocked("the bot was kicked"), times=1)
    await town.ask()
    assert town.texts(ZH) == ""
    assert QUESTION in town.texts(EN)
    await town.later(120)
    assert QUESTION in town.texts(ZH)
    await town.answer()
    assert "en<用猪肉>" in town.texts(THREAD)


async def test_a_restart_between_any_two_steps_changes_nothing(town: Community) -> None:
    steps: list[Callable[[], Any]] = [
        town.ask,
        town.answer,
        town.choose,
        lambda: town.press(town.button("ask.agree", "west"), channel=ZH, person=LI),
        lambda: town.later(DAY + 1),
    ]
    for step in steps:
        await step()
        await town.start()
        await town.later(0)
    assert len(town.world.west.texts(ZH)) == 2
    assert "en<用猪肉>" in town.world.east.texts(EN)[0]
    assert "用猪肉" in (await town.run("answers", text="dumplings")).rich.text
    assert not town.world.strandbook


async def test_a_kill_before_the_cards_are_said_loses_none_and_doubles_none(
    town: Community, tmp_path: Path
) -> None:
    killed: list[World] = []
    town.world.east.on_sent = lambda: killed.append(town.world.killed(tmp_path / "next"))
    await town.ask()
    (world,) = killed
    await world.relaybook.reload()
    world.chats["east"] = ThreadedRoom("east", world.clock).as_it_is(world.clock)
    world.chats["east"].messages = {**town.world.east.messages}
    later = Community(world)
    await later.start()
    await later.later(0)
    assert len(world.west.texts(ZH)) == 1
    assert (await later.run("ask", text="Do cats dream?")).rich.text.startswith("Please wait")

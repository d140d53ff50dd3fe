"""What was answered is found again: by /answers, and before the same is asked once more."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.model import (
    Button,
    ChannelId,
    RelayChannel,
)
from bot.store import relays
from bot.store.database import Database
from tests.asking import BOB, DAY, LI, QUESTION, Community, town_of
from tests.parts import (
    EN,
    LINKED,
    MEI,
    ZH,
)

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Community]:
    async with town_of(database, tmp_path) as town:
        yield town


async def test_an_answer_its_author_agrees_to_is_archived_in_both_languages(
    town: Community,
) -> None:
    await town.archive(answer="用猪肉和白菜")
    for channel in (EN, ZH):
        card = town.world.chats[channel.platform].texts(channel)[0]
        assert "用猪肉和白菜" in card
        assert "en<用猪肉和白菜>" in card
    assert not town.has("ask.agree")
    assert not town.has("ask.decline")
    again = await town.press(Button("", "ask.decline", "1"), channel=ZH, person=LI)
    assert again.rich.text == "This button no longer works."


@pytest.mark.parametrize("words", ["dumplings", "making DUMPLING", "饺子", "猪肉", "白菜", "猪"])
async def test_archived_answers_are_found_in_either_language(town: Community, words: str) -> None:
    await town.archive("你们怎么做饺子呢？dumplings", "用猪肉和白菜 make")
    reply = await town.run("answers", text=words, person=BOB)
    assert "No. 1" in reply.rich.text
    assert reply.rich.text.index("en<用猪肉") < reply.rich.text.rindex("用猪肉")


async def test_a_reader_finds_their_own_language_first(town: Community) -> None:
    await town.archive()
    for channel in (EN, ZH):
        shown = (await town.run("answers", text="dumplings", channel=channel)).rich.text
        parts = [QUESTION, "en<用猪肉和白菜>", f"zh<{QUESTION}>", "用猪肉和白菜"]
        order = parts if channel == EN else [*parts[2:], *parts[:2]]
        assert re.search(".*".join(map(re.escape, order)), shown, re.DOTALL)


async def test_a_button_made_up_outside_the_community_opens_no_card(town: Community) -> None:
    await town.archive()
    show = Button("", "ask.show", "1")
    assert QUESTION in (await town.press(show, channel=EN)).rich.text
    for place in (ChannelId("east", "elsewhere"), ChannelId("west", "private")):
        told = await town.press(show, channel=place, person=BOB)
        assert told.rich.text == "This button no longer works."


@pytest.mark.parametrize("words", ["noodles", "😀", '" OR * NEAR(', "a:b", "汤", "-"])
async def test_what_nobody_asked_is_not_found(town: Community, words: str) -> None:
    await town.archive()
    told = (await town.run("answers", text=words)).rich.text
    assert told == "No answered question matches that. Ask the other side with “/ask”."


async def test_the_best_of_many_cards_comes_first_and_each_can_be_opened(town: Community) -> None:
    await town.archive("How do you make noodles?", "煮")
    await town.archive("How do you make dumplings with cabbage?", "包")
    reply = await town.run("answers", text="make cabbage dumplings")
    assert reply.rich.text.index("No. 2") < reply.rich.text.index("cabbage")
    assert reply.buttons == ()
    reply = await town.run("answers", text="make")
    assert sorted(button.argument for button in reply.buttons) == ["1", "2"]
    opened = await town.press(reply.buttons[0])
    assert f"No. {reply.buttons[0].argument}" in opened.rich.text


async def test_open_questions_and_other_communities_are_not_in_the_archive(town: Community) -> None:
    other = [RelayChannel(ChannelId("east", "a"), "en"), RelayChannel(ChannelId("west", "b"), "zh")]
    async with town.world.database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED), ("other", other)])
    await town.world.relaybook.reload()
    await town.ask("Where do you buy dumplings?")
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text
    await town.run("ask-close", text="1", is_mod=True)
    await town.archive()
    there = await town.run("answers", text="dumplings", channel=ChannelId("east", "a"))
    assert "No answered question" in there.rich.text
    shown = await town.press(Button("", "ask.show", "2"), channel=ChannelId("east", "a"))
    assert shown.rich.text == "This button no longer works."
    (button,) = [
        button
        for button in (await town.ask("how do you make dumplings", person=BOB)).buttons
        if button.action == "ask.anyway"
    ]
    there = await town.press(button, person=BOB, channel=ChannelId("east", "a"))
    assert there.rich.text == "This button no longer works."
    assert await town.count("asks") == 2


@pytest.mark.parametrize("words", ["how do you make dumplings", "Hello, how are dumplings making?"])
async def test_what_was_asked_before_is_offered_first(town: Community, words: str) -> None:
    await town.ask()
    reply = await town.ask(words, person=BOB)
    assert reply.is_private
    assert reply.rich.text.startswith("This may have been asked before:\n• No. 1 · How do you")
    assert [button.action for button in reply.buttons] == ["ask.anyway"]
    assert len(town.world.west.texts(ZH)) == 1


async def test_an_answered_question_is_offered_with_its_answer(town: Community) -> None:
    await town.archive()
    reply = await town.ask("how do you make dumplings", person=BOB)
    assert "(solved)" in reply.rich.text
    assert [button.action for button in reply.buttons] == ["ask.anyway", "ask.show"]
    assert "en<用猪肉和白菜>" in (await town.press(reply.buttons[1], person=BOB)).rich.text


async def test_it_can_be_asked_all_the_same_once_and_by_nobody_else(town: Community) -> None:
    await town.ask()
    (button,) = (await town.ask("how do you make dumplings", person=BOB)).buttons
    assert (await town.press(button)).rich.text == "This button no longer works."
    asked = await town.press(button, person=BOB)
    assert asked.rich.text.startswith("Asked as No. 2.")
    assert (await town.press(button, person=BOB)).rich.text == "This button no longer works."
    assert await town.count("asks") == 2
    assert await town.count("ask_drafts") == 0


async def test_another_question_about_the_same_is_no_repetition(town: Community) -> None:
    town.world.translator.label = "no-model"
    await town.ask("What is your favorite food?")
    reply = await town.ask("What is your favorite movie?", person=BOB)
    assert reply.rich.text.startswith("Asked as No. 2.")


async def test_a_question_in_the_other_language_is_known_again(town: Community) -> None:
    await town.ask("你们过年吃什么？", channel=ZH, person=MEI)
    reply = await town.ask("你们过年都吃什么呀", channel=EN)
    assert [button.action for button in reply.buttons] == ["ask.anyway"]


async def test_a_draft_nobody_wanted_is_let_go(town: Community) -> None:
    await town.ask()
    (button,) = (await town.ask("how do you make dumplings", person=BOB)).buttons
    town.world.clock.advance(DAY + 1)
    for job in town.dispatcher.dailies():
        await job.run()
    assert await town.count("ask_drafts") == 0
    assert (await town.press(button, person=BOB)).rich.text == "This button no longer works."


async def test_the_index_is_made_again_where_it_was_lost(town: Community) -> None:
    await town.archive()
    index = "TABLE ask_words" if town.world.database.is_sqlite else "INDEX ix_asks_words"
    async with town.world.database.transaction() as connection:
        await connection.exec_driver_sql(f"DROP {index}")
    await town.start()
    async with town.world.database.transaction() as connection:
        await connection.exec_driver_sql(f"DROP {index}")  # it is there again
    await town.start()
    assert "No. 1" in (await town.run("answers", text="dumplings")).rich.text

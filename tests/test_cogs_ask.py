"""/ask as people use it: who may ask what, who is shown it, and how an answer is chosen."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import (
    Author,
    Button,
    ChannelId,
    ChannelOptions,
    Deleted,
    PersonId,
    RelayChannel,
)
from bot.store import relays, retention
from bot.store.database import Database
from tests.asking import BOB, LI, QUESTION, THREAD, Community, town_of
from tests.parts import (
    ANN,
    EN,
    LINKED,
    MEI,
    ZH,
)


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Community]:
    async with town_of(database, tmp_path) as town:
        yield town


async def relink(town: Community, *channels: RelayChannel) -> None:
    async with town.world.database.transaction() as connection:
        await relays.declare(connection, [("main", channels)])
    await town.world.relaybook.reload()


@pytest.mark.databases("sqlite", "postgresql")
async def test_both_sides_see_the_question_in_both_languages(town: Community) -> None:
    reply = await town.ask()
    assert reply.rich.text.startswith("Asked as No. 1.")
    assert reply.is_private
    for channel in (EN, ZH):
        (card,) = town.world.chats[channel.platform].texts(channel)
        assert QUESTION in card
        assert f"zh<{QUESTION}>" in card
        assert "Ann" in card
        assert "1" in card.splitlines()[0]
    assert town.texts(EN).index(QUESTION) < town.texts(EN).index("zh<")
    assert town.texts(ZH).index("zh<") < town.texts(ZH).rindex(QUESTION)


READS, WRITES = ChannelOptions(mode="read"), ChannelOptions(mode="write")


@pytest.mark.parametrize("options", [READS, WRITES], ids=["read", "write"])
async def test_a_channel_that_is_open_one_way_is_asked_nothing(
    town: Community, options: ChannelOptions
) -> None:
    other = ChannelId("west", "news")
    await relink(town, *LINKED, RelayChannel(other, "zh", options))
    await town.ask()
    assert len(town.world.west.texts(ZH)) == 1
    assert town.world.west.texts(other) == []
    await town.answer()
    assert town.world.west.texts(other) == []


async def test_nobody_is_asked_where_the_whole_other_side_can_not_answer(town: Community) -> None:
    await relink(town, LINKED[0], replace(LINKED[1], options=READS))
    told = (await town.ask()).rich.text
    assert told.startswith("The other side's channels are set to one direction")
    assert town.world.west.texts(ZH) == []


async def test_a_thread_opens_under_the_question_where_there_are_threads(town: Community) -> None:
    await town.ask("Why do you drink hot water, even in summer when it is 40 degrees? " * 2)
    (opened,) = [call for call in town.world.east.calls if call.startswith("thread")]
    assert opened.startswith("thread No. 1 · Why do you drink")
    assert len(opened) < 100


async def test_a_question_from_a_thread_is_asked_from_its_channel(town: Community) -> None:
    second = ChannelId("east", "second")
    await relink(town, *LINKED, RelayChannel(second, "en"))
    await town.ask()
    await town.ask("Why do you drink hot water?", channel=THREAD)
    assert "No. 2 · Ann from the English side asks:" in town.texts(EN)
    assert town.texts(second) == ""


async def test_answers_are_carried_over_to_the_other_side(town: Community) -> None:
    await town.ask()
    await town.answer("用猪肉")
    assert town.texts(THREAD).endswith("en<用猪肉>")
    assert "小李" in town.texts(THREAD)


async def test_a_question_stays_off_the_other_channels_of_its_own_side(town: Community) -> None:
    second = ChannelId("east", "second")
    taiwan = ChannelId("west", "taiwan")
    await relink(town, *LINKED, RelayChannel(second, "en"), RelayChannel(taiwan, "zh-Hant"))
    await town.ask()
    assert town.texts(second) == ""
    assert "zh-Hant<" in town.texts(taiwan)
    assert "zh<" in town.texts(ZH)


@pytest.mark.parametrize(
    ("asked", "channel", "translated"),
    [
        ("How do you make dumplings?", ZH, ["zh"]),
        ("你们怎么做饺子呢？", ZH, ["en"]),
        ("你们怎么做饺子呢？", EN, ["en"]),
        ("你們怎麼過年，吃餃子嗎？", EN, ["en", "zh"]),
    ],
)
async def test_a_question_is_translated_from_the_language_it_is_in(
    town: Community, asked: str, channel: ChannelId, translated: list[str]
) -> None:
    await town.ask(asked, channel=channel, person=MEI if channel == ZH else ANN)
    assert [target for _, target in town.world.translator.asked] == translated
    assert asked in town.texts(EN)
    assert asked in town.texts(ZH)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("x" * 501, "must be 5 to 500 characters long"),
        ("why?", "must be 5 to 500 characters long"),
        ("      a      b", "has 5 to 500 characters; yours has 3"),
        ("😀😀😀😀😀😀", "into words"),
        ("https://example.org/a/very/long/link", "into words"),
        ("12345 67890", "into words"),
    ],
)
async def test_what_is_no_question_is_refused_without_a_wait(
    town: Community, words: str, told: str
) -> None:
    assert told in (await town.ask(words)).rich.text
    assert town.texts(ZH) == ""
    assert (await town.run("ask", text=QUESTION)).rich.text.startswith("Asked")


async def test_a_question_as_long_as_may_be_is_shown_whole(town: Community) -> None:
    words = ("为什么" * 167)[:499] + "？"
    await town.ask(words, channel=ZH, person=MEI)
    assert words in town.texts(EN)
    assert words in town.texts(ZH)
    assert max(len(text) for text in town.world.east.texts()) <= 2000


async def test_there_must_be_another_side_that_hears(town: Community) -> None:
    quiet = ChannelId("east", "quiet")
    assert "no relay" in (await town.ask(channel=quiet)).rich.text
    await town.world.relaybook.pause(town.world.relaybook.all()[0])
    assert "paused" in (await town.ask()).rich.text
    await relink(town, RelayChannel(EN, "en"), RelayChannel(quiet, "en"))
    assert "same language" in (await town.ask()).rich.text
    assert await town.count("asks") == 0


async def test_one_person_asks_once_a_minute(town: Community) -> None:
    await town.ask()
    town.world.clock.advance(20)
    told = (await town.run("ask", text="Do you like spicy food?")).rich.text
    assert told == "Please wait 40 seconds before you use this again."
    other = await town.run("ask", text="Do you like spicy food?", person=BOB)
    assert other.rich.text.startswith("Asked as No. 2.")


async def test_one_person_has_three_open_questions_at_most(town: Community) -> None:
    for words in ("Why is the sky blue?", "Do cats dream?", "Where to buy tea?"):
        assert (await town.ask(words)).rich.text.startswith("Asked")
    assert "3 open questions" in (await town.ask("Who invented paper?")).rich.text
    await town.run("ask-close", text="1", is_mod=True)
    assert (await town.ask("Who invented paper?")).rich.text.startswith("Asked as No. 4.")


@pytest.mark.databases("sqlite", "postgresql")
async def test_the_asker_is_shown_the_five_newest_answers(town: Community) -> None:
    await town.ask()
    for number in range(7):
        await town.answer(f"答案{number}")
    reply = await town.press(town.button("ask.choose"))
    assert reply.is_private
    assert [button.label for button in reply.buttons] == [
        f"小李: en<答案{number}>" for number in (6, 5, 4, 3, 2)
    ]


async def test_only_others_words_that_are_still_there_are_answers(town: Community) -> None:
    await town.ask()
    await town.world.say("I mean boiled ones", channel=THREAD)
    taken_back = await town.answer("算了")
    await town.world.hear(Deleted((taken_back,)))
    await town.world.say("unrelated", author=BOB)
    assert "Nobody else has answered" in (await town.press(town.button("ask.choose"))).rich.text


async def test_only_the_asker_and_mods_choose(town: Community) -> None:
    await town.ask()
    await town.answer()
    listed = await town.press(town.button("ask.choose"))
    for button in (town.button("ask.choose"), listed.buttons[0]):
        told = await town.press(button, person=BOB)
        assert told.rich.text.startswith("Only Ann and the moderators")
        assert told.is_private
    assert (await town.choose(person=BOB, is_mod=True)).rich.text.startswith("Thank you!")


async def test_a_chosen_answers_author_is_asked_where_they_said_it(town: Community) -> None:
    await town.ask("你们怎么做饺子呢？", channel=ZH, person=MEI)
    said = await town.world.say("With cabbage", channel=THREAD, author=BOB)
    await town.world.deliver()
    await town.choose(person=MEI, channel=ZH)
    asked = town.shown("east", "ask.agree:1")
    assert asked.channel == THREAD
    assert asked.part.reply_to == said.id
    assert asked.part.text.text.startswith("Bob, your answer to No. 1")
    assert {button.action for button in asked.part.buttons} == {"ask.agree", "ask.decline"}
    assert "Solved. Bob from the English side" in town.texts(EN)
    assert not town.has("ask.choose")


async def test_only_the_author_decides_about_an_answer(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.choose()
    for action in ("ask.agree", "ask.decline"):
        told = await town.press(town.button(action, "west"), person=ANN, is_mod=True)
        assert told.rich.text == "Only 小李 can decide about this answer."
        assert told.is_private
    assert "Solved. 小李 from the Chinese side" in town.texts(EN)


async def test_an_old_answer_can_be_archived_for_as_long_as_its_question_is_open(
    town: Community,
) -> None:
    await town.ask()
    await town.answer()
    async with town.world.database.transaction() as connection:
        late = town.world.clock.now() + timedelta(days=14)
        await retention.empty_texts(connection, heard_before=late)
        await retention.forget_rows(connection, before=late)
    await town.choose()
    await town.press(town.button("ask.agree", "west"), channel=ZH, person=LI)
    assert "用猪肉" in (await town.run("answers", text="dumplings")).rich.text


async def test_an_answer_whose_words_are_gone_solves_but_is_not_archived(town: Community) -> None:
    await town.ask()
    await town.answer()
    async with town.world.database.transaction() as connection:
        late = town.world.clock.now() + timedelta(days=40)
        await retention.empty_texts(connection, heard_before=late)
    reply = await town.choose()
    assert "not archived" in reply.rich.text
    assert not town.has("ask.agree")
    assert "Solved. 小李 from the Chinese side" in town.texts(EN)


async def test_an_answer_that_is_deleted_meanwhile_is_not_archived(town: Community) -> None:
    await town.ask()
    said = await town.answer()
    await town.choose()
    await town.world.hear(Deleted((said,)))
    told = await town.press(town.button("ask.agree", "west"), person=LI)
    assert told.rich.text == "That message has just been changed or deleted."


async def test_an_answer_is_chosen_once(town: Community) -> None:
    await town.ask()
    await town.answer("一")
    await town.answer("二")
    listed = await town.press(town.button("ask.choose"))
    await town.press(listed.buttons[0])
    told = await town.press(listed.buttons[1])
    assert told.rich.text == "No. 1 is solved already."
    assert len([one for one in town.world.west.sent if "your answer" in one.part.text.text]) == 1


@pytest.mark.parametrize("action", ["anyway", "show", "choose", "pick", "agree", "repeat"])
@pytest.mark.parametrize("argument", ["", "x", "99", "1.2.3", "1.99", "-1", "²", "9" * 40])
async def test_a_button_nobody_made_does_nothing(
    town: Community, action: str, argument: str
) -> None:
    await town.ask()
    told = await town.press(Button("", f"ask.{action}", argument))
    assert told.rich.text in (
        "This button no longer works.",
        "That message has just been changed or deleted.",
    )


async def test_every_button_fits_its_platforms(town: Community) -> None:
    await town.ask()
    await town.answer("很长的回答" * 50, Author(PersonId("west", "li"), "名字" * 40))
    listed = await town.press(town.button("ask.choose"))
    parts = [one.part for room in town.world.chats.values() for one in room.sent]
    buttons = [*listed.buttons, *(button for part in parts for button in part.buttons)]
    assert buttons
    for button in buttons:
        assert len(f"cb:{button.action}:{button.argument}".encode()) <= 64
        assert len(button.label) <= 80


async def test_a_card_fits_one_message_however_much_is_said(town: Community) -> None:
    asker = Author(PersonId("east", "ann"), "W" * 200)
    helper = Author(PersonId("west", "li"), "名" * 200)
    await town.ask("Why? " + "w" * 490, person=asker)
    await town.answer("答" * 3000, helper)
    await town.choose()
    await town.press(town.button("ask.agree", "west"), person=helper)
    cards = [town.world.east.texts(EN)[0], town.world.west.texts(ZH)[0]]
    assert all("答答" in card for card in cards)
    assert max(len(card) for card in cards) <= 2000


async def test_a_number_nobody_could_reach_is_refused(town: Community) -> None:
    told = await town.run("ask-close", text="99999999999", is_mod=True)
    assert told.rich.text == "“number” must be between 1 and 1000000."


async def test_only_what_was_said_under_a_question_answers_it(town: Community) -> None:
    await town.ask()
    await town.ask("Do cats dream?", person=BOB)
    await town.answer("会", number=2)
    await town.world.say("hello", author=BOB)
    for (row,) in await town.world.query("SELECT id FROM messages"):
        told = await town.press(Button("", "ask.pick", f"1.{row}"))
        assert told.rich.text == "This button no longer works."
    assert "Solved" not in town.texts(EN)


async def test_an_answer_deleted_while_it_is_translated_is_not_archived(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.choose()

    def delete() -> None:
        with closing(sqlite3.connect(town.world.folder / "bot.db")) as connection:
            connection.execute("UPDATE messages SET deleted_at = 1, content = NULL")
            connection.commit()

    town.world.translator.on_ask = delete
    told = await town.press(town.button("ask.agree", "west"), channel=ZH, person=LI)
    assert told.rich.text == "That message has just been changed or deleted."
    assert "猪肉" not in town.texts(EN)

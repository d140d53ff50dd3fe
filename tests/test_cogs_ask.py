"""/ask as people use it: they ask, answer, choose, agree, search; and the program starts again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cog import Reply
from bot.core.errors import Blocked
from bot.core.model import (
    Author,
    Button,
    ChannelId,
    Deleted,
    MessageId,
    PersonId,
    RelayChannel,
)
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store import relays, retention
from bot.store.database import Database
from tests.parts import (
    ANN,
    EN,
    LINKED,
    MEI,
    ZH,
    EditingRoom,
    Shown,
    World,
    host_of,
    world_of,
)

BOB = Author(PersonId("east", "bob"), "Bob")
LI = Author(PersonId("west", "li"), "小李")
QUESTION = "How do you make dumplings?"
THREAD = ChannelId("east", "thread-1")
DAY = 24 * 60 * 60.0


class ThreadedRoom(EditingRoom):
    """One that opens threads, as Discord does."""

    async def open_thread(self, channel: ChannelId, id: str, title: str) -> ChannelId:
        self.calls.append(f"thread {title}")
        return ChannelId(channel.platform, f"thread-{id}")


class Community:
    """A world with the cog in it, and hands to press its buttons."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def start(self) -> None:
        """As after a restart: nothing is left but the database and the rooms."""
        await self.world.strandbook.load()
        await self.world.preferences.load()
        self.dispatcher = Dispatcher(self.world.relaybook.language)
        self.host = host_of(self.world, self.dispatcher)
        await load_cogs(["ask"], self.host, self.dispatcher)

    @property
    def cog(self) -> Any:
        return self.dispatcher.cogs[0]

    async def run(self, *path: str, text: str = "", **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": None}
        reply = await self.dispatcher.run(Invocation(path, text=text, **(asked | how)))
        await self.world.deliver()
        return reply

    async def ask(self, words: str = QUESTION, **how: Any) -> Reply:
        self.world.clock.advance(61)
        return await self.run("ask", text=words, **how)

    async def press(self, button: Button, **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": "en"}
        press = Press(button.action, button.argument, **(asked | how))
        reply = await self.dispatcher.press(press)
        assert reply is not None
        await self.world.deliver()
        return reply

    async def later(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        for job in self.dispatcher.repeatings():
            await job.run()
        await self.world.deliver()

    async def answer(
        self, words: str = "用猪肉", author: Author = LI, number: int = 1
    ) -> MessageId:
        """Replies to the card in the Chinese channel."""
        card = self.shown("west", f"ask.choose:{number}")
        said = await self.world.say(
            words, channel=ZH, author=author, reply_to=MessageId(ZH, card.id)
        )
        await self.world.deliver()
        return said

    async def choose(self, which: int = 0, **how: Any) -> Reply:
        listed = await self.press(self.button("ask.choose"), **how)
        return await self.press(listed.buttons[which], **how)

    async def archive(self, question: str = QUESTION, answer: str = "用猪肉和白菜") -> None:
        """The whole way: asked, answered, chosen, agreed."""
        await self.ask(question)
        number = len(await self.world.query("SELECT id FROM asks"))
        await self.answer(answer, number=number)
        listed = await self.press(Button("", "ask.choose", str(number)))
        await self.press(listed.buttons[0])
        await self.press(Button("", "ask.agree", str(number)), channel=ZH, person=LI)

    def shown(self, room: str, button: str) -> Shown:
        """The message with this "action:argument" under it."""
        for one in self.world.chats[room].messages.values():
            if button in [f"{b.action}:{b.argument}" for b in one.part.buttons]:
                return one
        raise AssertionError(f"nothing in {room} has the button {button}")

    def button(self, action: str, room: str = "east", number: int = 1) -> Button:
        part = self.shown(room, f"{action}:{number}").part
        return next(button for button in part.buttons if button.action == action)

    def has(self, action: str) -> bool:
        rooms = self.world.chats.values()
        parts = [one.part for room in rooms for one in room.messages.values()]
        return any(button.action == action for part in parts for button in part.buttons)

    def texts(self, channel: ChannelId) -> str:
        return "\n---\n".join(self.world.chats[channel.platform].texts(channel))

    async def count(self, table: str) -> int:
        return len(await self.world.query(f"SELECT 1 FROM {table}"))


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        can = replace(world.east.can, replies=True)
        world.chats["east"] = ThreadedRoom("east", world.clock, can)
        world.courier = world.new_courier()
        yield world


@pytest.fixture
async def town(world: World) -> Community:
    town = Community(world)
    await town.start()
    return town


async def relink(town: Community, *channels: RelayChannel) -> None:
    async with town.world.database.transaction() as connection:
        await relays.declare(connection, [("main", channels)])
    await town.world.relaybook.reload()


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


async def test_a_thread_opens_under_the_question_where_there_are_threads(town: Community) -> None:
    await town.ask("Why do you drink hot water, even in summer when it is 40 degrees? " * 2)
    (opened,) = [call for call in town.world.east.calls if call.startswith("thread")]
    assert opened.startswith("thread No. 1 · Why do you drink")
    assert len(opened) < 100


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
        ("x" * 501, "between 5 and 500"),
        ("why?", "between 5 and 500"),
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


async def test_an_answer_that_is_declined_leaves_no_words_behind(town: Community) -> None:
    await town.ask()
    await town.answer("用猪肉和白菜")
    await town.choose()
    await town.press(town.button("ask.decline", "west"), channel=ZH, person=LI)
    assert await town.world.query("SELECT texts FROM ask_choices") == [("{}",)]
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text
    assert "Solved. 小李 from the Chinese side" in town.texts(EN)
    assert not town.has("ask.agree")


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


async def test_an_answer_whose_words_are_gone_solves_but_is_not_archived(town: Community) -> None:
    await town.ask()
    await town.answer()
    async with town.world.database.transaction() as connection:
        late = town.world.clock.now() + timedelta(days=2)
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
    assert not town.world.intake.is_bridged(THREAD)
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
    assert not town.world.intake.is_bridged(ChannelId("east", "thread-2"))


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


async def test_the_index_is_made_again_where_it_was_lost(town: Community) -> None:
    await town.archive()
    async with town.world.database.transaction() as connection:
        await connection.exec_driver_sql("DROP TABLE ask_words")
    await town.start()
    assert "No. 1" in (await town.run("answers", text="dumplings")).rich.text


async def test_a_person_sees_all_that_is_kept_about_them(town: Community) -> None:
    await town.archive()
    await town.ask("How do you make dumplings")
    kept = await town.cog.export(ANN.person)
    assert [(one["number"], one["state"]) for one in kept["questions"]] == [(1, "archived")]
    assert kept["questions"][0]["texts"]["en"] == QUESTION
    assert kept["drafts"][0]["en"] == "How do you make dumplings"
    kept = await town.cog.export(LI.person)
    assert kept["chosen_answers"] == [
        {
            "number": 1,
            "consent": "given",
            "texts": {"en": "en<用猪肉和白菜>", "zh": "用猪肉和白菜"},
        }
    ]
    assert await town.cog.export(BOB.person) == {
        "questions": [],
        "chosen_answers": [],
        "drafts": [],
    }


async def test_a_forgotten_askers_questions_stay_without_their_name(town: Community) -> None:
    await town.archive()
    await town.ask("How do you make dumplings")
    await town.cog.forget(ANN.person)
    await town.world.deliver()
    assert "Ann" not in town.texts(EN) + town.texts(ZH)
    assert "用猪肉和白菜" in town.world.west.texts(ZH)[0]
    assert (await town.cog.export(ANN.person))["questions"] == []
    assert await town.count("ask_drafts") == 0
    found = (await town.run("answers", text="dumplings")).rich.text
    assert QUESTION in found
    assert "Ann" not in found


async def test_a_forgotten_answerers_words_and_consent_go(town: Community) -> None:
    await town.archive()
    await town.cog.forget(LI.person)
    await town.world.deliver()
    assert await town.count("ask_choices") == 0
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text
    assert "猪肉" not in town.world.east.texts(EN)[0]
    assert "Solved." in town.world.east.texts(EN)[0]
    assert "小李" not in town.texts(EN)
    assert [text for text in town.world.west.texts(ZH) if "小李" in text] == []


async def test_a_forgotten_persons_answers_are_not_offered(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.cog.forget(LI.person)
    assert "Nobody else" in (await town.press(town.button("ask.choose"))).rich.text
    await town.cog.forget(ANN.person)
    told = await town.press(town.button("ask.choose"))
    assert told.rich.text.startswith("Only Someone and the moderators")


async def test_what_came_to_nothing_is_let_go_after_a_month(town: Community) -> None:
    await town.ask()
    await town.later(3 * DAY + 1)
    await town.later(DAY + 1)
    button = town.button("ask.repeat")
    town.world.clock.advance(30 * DAY)
    for job in town.dispatcher.dailies():
        await job.run()
    row = await town.world.query("SELECT person_id, person_name, texts, words FROM asks")
    assert row == [(None, "", "{}", "")]
    assert (await town.press(button)).rich.text == "This button no longer works."
    assert "no question" in (await town.run("ask-close", text="1", is_mod=True)).rich.text
    assert (await town.ask()).rich.text.startswith("Asked as No. 2.")


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


async def test_no_text_of_members_is_logged(
    town: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.archive()
    said = capsys.readouterr()
    assert not re.search("dumplings|猪肉", said.out + said.err)

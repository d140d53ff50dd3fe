"""Places of a few people's own that only some communities have: forums, and chats that close."""

from __future__ import annotations

from datetime import timedelta

from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Arrived, Place, Talk, until
from tests.bridge.test_community import WITHIN, met, said_by, saying
from tests.bridge.town import Town

CLOSED = "the other one has closed the private chat with the bot"
ENDED = "This introduction has ended"


async def forum(town: Town, *, language: str) -> TelegramPlace:
    """A group with topics, which the bot may open; its General is linked."""
    telegram = await town.telegram()
    chat = telegram.add_chat("Cats", forum=True)
    telegram.set_status(chat, telegram.bot_id, "administrator")
    return await town.telegram_place(chat, language=language)


async def introduce(town: Town, english: Place, chinese: Place) -> None:
    """Ned and Mei. Nothing has to be translated to tell."""
    await chinese.ask("buddy join", by="Mei")
    await english.ask("buddy find", by="Ned")
    await town.pass_time(timedelta(minutes=11))
    for place, name in ((english, "Ned"), (chinese, "Mei")):

        async def proposal(place: Place = place) -> list[Arrived]:
            return [one for one in await place.arrived() if len(one.buttons) == 2]

        (asked,) = await until(proposal)
        await place.press(asked.id, asked.buttons[0], by=name)


async def test_buddies_meet_in_a_topic_of_a_forum(town: Town) -> None:
    english, chinese = await forum(town, language="en"), await town.place("sandbox", "zh")
    async with town.running():
        await introduce(town, english, chinese)
        here = await met(town, english, by="Ned")
        there = await met(town, chinese, by="Mei")
        assert isinstance(here, TelegramPlace)
        assert here.topic is not None
        await there.say("2 + 3 = 5", by="Mei")
        await said_by(here, "Mei")
        await here.say("12:30", by="Ned")
        await said_by(there, "Ned")


async def test_a_question_has_a_topic_of_its_own_in_a_forum(town: Town) -> None:
    english, chinese = await forum(town, language="en"), await town.place("sandbox", "zh")
    async with town.running():
        await english.ask("ask How do you make dumplings at home?", by="Sam")
        card = await saying(chinese, "Sam from the English side asks:")
        await saying(english, "Sam from the English side asks:")
        topics = english.emulator.state.chats[english.chat].topics
        ((topic, _),) = topics.items()
        (first,) = english.emulator.sent(english.chat, topic)
        assert first["entities"][0]["url"].startswith("https://t.me/c/")
        await town.hears("telegram", f"{english.chat}/{topic}")
        await TelegramPlace(english.emulator, english.chat, topic).say("12:30", by="Ann")

        async def answers() -> list[Arrived]:
            return await chinese.arrived_about(card.id)

        assert [one.author for one in await until(answers, WITHIN)] == ["Ann"]


async def test_who_blocks_the_bot_is_answered_in_the_group_and_the_other_is_told(
    town: Town,
) -> None:
    english, chinese = await town.telegram_place(), await town.place("sandbox", "zh")
    async with town.running():
        await introduce(town, english, chinese)
        here = await met(town, english, by="Ned")
        there = await met(town, chinese, by="Mei")
        assert isinstance(here, TelegramPlace)
        english.emulator.bot_status(here.chat, "kicked")
        await there.say("2 + 3 = 5", by="Mei")

        async def told() -> bool:
            said = [one.text for one in await chinese.arrived()]
            return any(CLOSED in text or "私聊" in text for text in said)

        await until(told)
        await there.say("12:30", by="Mei")
        await until(lambda: _by(english, "Mei"))
        assert not [one for one in await english.arrived() if "2 + 3" in one.text]


async def test_talk_after_the_end_is_answered_once(town: Town) -> None:
    english, chinese = await town.telegram_place(), await town.place("sandbox", "zh")
    async with town.running():
        await introduce(town, english, chinese)
        here = await met(town, english, by="Ned")
        await chinese.ask("buddy leave", by="Mei")
        before = len(await here.arrived())
        await here.say("12:30", by="Ned")
        await until(lambda: _ends(here))
        await here.say("2 + 3 = 5", by="Ned")
        await english.say("8:15", by="Ned")
        await until(lambda: _by(chinese, "Ned"))
        assert len([one for one in (await here.arrived())[before:] if ENDED in one.text]) <= 1
        assert not [one for one in await chinese.arrived() if "12:30" in one.text]


async def _by(place: Place, name: str) -> list[Arrived]:
    return [one for one in await place.arrived() if one.author == name]


async def _ends(place: Talk) -> list[Arrived]:
    return [one for one in await place.arrived() if ENDED in one.text]

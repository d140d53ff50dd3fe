"""What only Telegram has: topics, groups that become supergroups, captions, a queue that waits."""

from __future__ import annotations

import pytest

from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import PNG, Piece, Place, arrival, arrivals, shows
from tests.bridge.town import Town


async def two_places(town: Town) -> tuple[TelegramPlace, Place]:
    return await town.telegram_place(), await town.place("sandbox")


async def forum(town: Town) -> tuple[int, int, int]:
    """A group with two topics."""
    telegram = await town.telegram()
    chat = telegram.add_chat("Cats", forum=True)
    owner = telegram.add_user("Owner")
    first, second = (telegram.add_topic(chat, name, by=owner) for name in ("tabby", "calico"))
    return chat, first, second


async def test_a_topic_is_a_channel_of_its_own(town: Town) -> None:
    chat, topic, other = await forum(town)
    here, there = await town.telegram_place(chat, topic), await town.place("sandbox")
    elsewhere = TelegramPlace(here.emulator, chat, other)
    async with town.running():
        await elsewhere.say("not this topic")
        await here.say("this topic")
        await shows(there, "this topic")
        await there.say("and back")
        await shows(here, "and back")
        await arrivals(elsewhere, 0)


async def test_the_general_topic_is_the_group_itself(town: Town) -> None:
    chat, topic, _ = await forum(town)
    here, there = await town.telegram_place(chat), await town.place("sandbox")
    async with town.running():
        await TelegramPlace(here.emulator, chat, topic).say("in a topic")
        await here.say("in general")
        await shows(there, "in general")
        await there.say("and back")
        await shows(here, "and back")
        assert "message_thread_id" not in here.emulator.sent(chat)[0]


async def test_in_a_topic_only_a_real_reply_is_one(town: Town) -> None:
    chat, topic, _ = await forum(town)
    here, there = await town.telegram_place(chat, topic), await town.place("sandbox")
    async with town.running():
        first = await here.say("a plain message")
        await here.say("an answer", reply_to=first)
        plain, answer = await arrivals(there, 2)
    assert (plain.reply_to, answer.reply_to) == (None, plain.id)


async def test_a_group_that_becomes_a_supergroup_stays_linked(town: Town) -> None:
    telegram = await town.telegram()
    here = await town.telegram_place(telegram.add_chat("Cats", "group"))
    there = await town.place("sandbox")
    async with town.running():
        await here.say("small")
        await shows(there, "small")
        new = TelegramPlace(telegram, await telegram.migrate(here.chat, by=here.person("Sam")))
        await new.say("grown")
        await shows(there, "small", "grown")
        await there.say("and back")
        await shows(new, "and back")
    async with town.running():  # the file still names the small group
        await new.say("after a restart")
        await shows(there, "small", "grown", "after a restart")


async def test_the_file_may_name_a_moved_group_by_its_new_id(town: Town) -> None:
    telegram = await town.telegram()
    here = await town.telegram_place(telegram.add_chat("Cats", "group"))
    there = await town.place("sandbox")
    async with town.running():
        new = TelegramPlace(telegram, await telegram.migrate(here.chat, by=here.person("Sam")))
        await new.say("grown")
        await shows(there, "grown")
    town.join(new)
    async with town.running():
        await new.say("and named")
        await shows(there, "grown", "and named")


async def test_a_group_that_grew_while_the_bridge_was_down_is_found(town: Town) -> None:
    telegram = await town.telegram()
    here = await town.telegram_place(telegram.add_chat("Cats", "group"))
    there = await town.place("sandbox")
    async with town.running():
        await here.say("small")
        await shows(there, "small")
    new = TelegramPlace(telegram, await telegram.migrate(here.chat, by=here.person("Sam")))
    async with town.running():
        await there.say("where are you?")
        await shows(new, "where are you?")


async def test_what_was_said_while_the_bridge_was_down_arrives(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        await here.say("before")
        await shows(there, "before")
    meanwhile = [f"meanwhile {number}" for number in range(150)]
    for text in meanwhile:
        await here.say(text)
    async with town.running():
        await here.say("after")
        await shows(there, "before", *meanwhile, "after")


async def test_an_edit_while_the_bridge_was_down_is_followed(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        said = await here.say("tpyo")
        await shows(there, "tpyo")
    await here.edit(said, "typo")
    async with town.running():
        await shows(there, "typo")


async def test_an_album_stays_together(town: Town) -> None:
    here, there = await two_places(town)
    async with town.running():
        for caption in ("my cats", "", ""):
            await here.emulator.post(
                here.chat, here.person("Sam"), caption, photo=PNG, media_group_id="7"
            )
        album = await arrival(there)
        assert (album.text, album.files) == ("my cats", (PNG,) * 3)


async def test_a_text_too_long_for_a_caption_goes_before_the_picture(town: Town) -> None:
    here, there = await two_places(town)
    words = " ".join(f"word{number:04d}" for number in range(200))
    async with town.running():
        await there.say(words, files=[PNG])
        text, picture = await arrivals(here, 2)
    assert (text.author, text.text) == ("Sam", words)
    assert picture.files == (PNG,)


async def test_formatting_after_an_emoji_stays_on_its_words(town: Town) -> None:
    """Telegram counts an emoji as two."""
    here, there = await two_places(town)
    said = [Piece("😀👩‍🚀𠮷 "), Piece("bold", "bold"), Piece(" not")]
    async with town.running():
        await here.say(said)
        assert Piece("bold", "bold") in (await arrival(there)).pieces


@pytest.mark.parametrize("text", ["1 < 2 & 3 > 2", "*not bold* _nor italic_ `a", "5. [x](y) #z !"])
async def test_signs_of_markup_are_only_signs(town: Town, text: str) -> None:
    here, there = await two_places(town)
    async with town.running():
        await there.say(text)
        await shows(here, text)

"""/explain, /pinyin and /translate, with the real pipeline on the models that come with us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.cog import Reply
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Button,
    ChannelId,
    Deleted,
    MessageId,
)
from bot.core.richtext import RichText, Span, Style
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store.database import Database
from bot.translate import lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.pipeline import Pipeline
from tests.parts import ANN, EN, MEI, ZH, World, host_of, world_of

PRIVATE = ChannelId("east", "between-two")
CHINESE = "这家的小笼包yyds，5斤都不够我吃"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArgosEngine]:
    engine = ArgosEngine(tmp_path_factory.mktemp("models"), threads=2)
    yield engine
    asyncio.run(engine.aclose())


class Readers:
    """People who don't understand something. By default Ann, in the English channel."""

    def __init__(self, world: World, engine: ArgosEngine) -> None:
        self.world = world
        world.translator = Pipeline(engine, wordbook=world.wordbook, lexicon=lexicon)  # type: ignore[assignment]
        world.courier = world.new_courier()

    async def opened(self, *cogs: str) -> Readers:
        self.dispatcher = Dispatcher(self.world.relaybook.language)
        self.host = host_of(self.world, self.dispatcher)
        await load_cogs(cogs, self.host, self.dispatcher)
        return self

    async def ask(self, words: str, reply_to: MessageId | None = None, **how: Any) -> Reply:
        self.world.clock.advance(10)
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": "en"}
        invocation = Invocation((), text=words, reply_to=reply_to, **(asked | how))
        return await self.dispatcher.run(invocation)

    async def press(self, button: Button, **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": "en"}
        reply = await self.dispatcher.press(Press(button.action, button.argument, **(asked | how)))
        assert reply is not None
        return reply

    async def said(self, words: str = CHINESE, **how: Any) -> MessageId:
        """Mei says it; answers our copy in the English channel."""
        await self.world.say(words, **({"channel": ZH, "author": MEI} | how))
        await self.world.deliver()
        return MessageId(EN, self.world.east.sent[-1].id)


@pytest.fixture
async def readers(
    database: Database, tmp_path: Path, engine: ArgosEngine
) -> AsyncIterator[Readers]:
    async with world_of(database, tmp_path) as world:
        yield await Readers(world, engine).opened("explain", "corrections")


def lines(reply: Reply) -> list[str]:
    return reply.rich.text.split("\n")


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


async def test_a_copy_is_explained_by_what_was_written(readers: Readers) -> None:
    copy = await readers.said()
    told = await readers.ask("explain", copy)
    assert told.is_private
    found = lines(told)
    assert found[:4] == [
        "Original (Chinese)",
        CHINESE,
        "zhè jiā de xiǎolóngbāo yyds，5 jīn dōu búgòu wǒ chī",
        "In English",
    ]
    assert found[4] == readers.world.east.texts()[-1].split("\n", 1)[1]


async def test_slang_and_units_are_told_in_the_readers_language(readers: Readers) -> None:
    copy = await readers.said()
    english = (await readers.ask("explain", copy)).rich.text
    assert "• yyds: the GOAT" in english
    assert "word by word: eternal god" in english
    assert "• 5斤: 2.5 kg (5.51 lb)" in english
    chinese = (await readers.ask("explain", copy, locale="zh")).rich.text
    assert "“永远的神”的拼音首字母" in chinese
    assert "eternal god" not in chinese


async def test_traditional_words_are_known_too(readers: Readers) -> None:
    told = (await readers.ask("explain 內卷，5萬斤")).rich.text
    assert "• 內卷 nèijuǎn: " in told
    assert "• 5萬斤: " in told


async def test_it_says_how_sure_it_is_and_who_translated(readers: Readers) -> None:
    told = await readers.ask("explain", await readers.said("我们明天去公园吧。"))
    last = lines(told)[-1]
    assert last == "I'm fairly sure of this. Translated by the model on this machine."


@pytest.mark.parametrize(
    ("words", "how_sure"),
    [
        ("谢谢", "I'm sure of this."),
        ("yyds", "I'm fairly sure of this."),
        ("破防了", "I'm fairly sure of this."),
        ("no cap", "I'm fairly sure of this."),
        ("她这波操作下头", "This is a guess."),
        ("it's giving main character", "This is a guess."),
    ],
)
async def test_of_short_slang_it_is_never_certain(
    readers: Readers, words: str, how_sure: str
) -> None:
    last = lines(await readers.ask(f"explain {words}"))[-1]
    assert last.startswith(how_sure)


async def test_ones_own_message_is_explained_for_the_other_side(readers: Readers) -> None:
    original = await readers.world.say("Break a leg tomorrow!")
    await readers.world.deliver()
    found = lines(await readers.ask("explain", original))
    assert found[:2] == ["Original (English)", "Break a leg tomorrow!"]
    assert found[2] == "In Chinese"
    assert found[3] == readers.world.west.texts()[-1].split("\n", 1)[1]


async def test_words_can_be_typed_on_either_side(readers: Readers) -> None:
    assert "In English" in lines(await readers.ask("explain 内卷太严重了"))
    assert "In Chinese" in lines(await readers.ask("explain see you tomorrow"))
    assert "In Chinese" in lines(await readers.ask("explain see you tomorrow", channel=ZH))


async def test_a_bad_translation_can_be_reported_from_there(readers: Readers) -> None:
    told = await readers.ask("explain", await readers.said())
    (button,) = told.buttons
    assert button.label == "Report a bad translation"
    assert "No. 1" in (await readers.press(button)).rich.text
    assert len(await readers.world.query("SELECT 1 FROM corrections")) == 1


async def test_nothing_can_be_reported_where_nobody_takes_reports(
    database: Database, tmp_path: Path, engine: ArgosEngine
) -> None:
    async with world_of(database, tmp_path) as world:
        readers = await Readers(world, engine).opened("explain")
        assert (await readers.ask("explain", await readers.said())).buttons == ()


async def test_nothing_can_be_reported_where_corrections_are_off(readers: Readers) -> None:
    (relay,) = readers.world.relaybook.all()
    await readers.world.preferences.put(relay, "corrections.is_on", value=False)
    assert (await readers.ask("explain", await readers.said())).buttons == ()


async def test_what_was_shown_comes_first_also_after_the_engine_has_changed(
    readers: Readers,
) -> None:
    copy = await readers.said("我们明天去公园吧。")
    async with readers.world.database.transaction() as connection:
        shown = '{"text": "Park tomorrow?", "spans": []}'
        await connection.execute(sql("UPDATE translations SET content = :shown"), {"shown": shown})
    found = lines(await readers.ask("explain", copy))
    assert found[found.index("In English") + 1] == "Park tomorrow?"
    assert found[found.index("In English") + 2].startswith("or: ")


async def test_of_a_long_text_pinyin_and_alternatives_come_when_asked_for(
    readers: Readers,
) -> None:
    told = await readers.ask("explain", await readers.said("我们明天去公园看猫。" * 40))
    assert labels(told) == ["Pinyin", "Alternatives", "Report a bad translation"]
    assert "míngtiān" not in told.rich.text
    assert "míngtiān" in (await readers.press(told.buttons[0])).rich.text
    assert (await readers.press(told.buttons[1])).rich.text


async def test_an_answer_of_any_length_can_be_sent(readers: Readers) -> None:
    told = await readers.ask(f"explain {'我们明天去公园看猫。' * 100}")
    assert len(told.rich) < 10_000
    told = await readers.ask(f"explain {'我们明天去公园看猫。' * 101}")
    assert len(told.rich) < 200


async def test_what_was_hidden_stays_hidden(readers: Readers) -> None:
    secret = RichText("凶手是管家", (Span(0, 5, Style.SPOILER),))
    message = readers.world.inbound("", channel=ZH, author=MEI)
    await readers.world.hear(replace(message, text=secret))
    await readers.world.deliver()
    told = (await readers.ask("explain", MessageId(EN, readers.world.east.sent[-1].id))).rich
    hidden = "".join(told.text[s.start : s.end] for s in told.spans if s.style is Style.SPOILER)
    assert "凶手是管家" in hidden
    assert "xiōng" in hidden
    for line in told.lines():
        if line.text.startswith("or: "):
            assert line.text in hidden


async def test_a_message_whose_words_were_let_go_is_said_to_be(readers: Readers) -> None:
    copy = await readers.said()
    async with readers.world.database.transaction() as connection:
        await connection.execute(sql("UPDATE messages SET content = NULL, attachments = NULL"))
    told = await readers.ask("explain", copy)
    assert told.rich.text.startswith("I no longer have the words of that message.")


async def test_a_message_that_its_author_deleted_is_not_explained(readers: Readers) -> None:
    original = await readers.world.say("秘密", channel=ZH, author=MEI)
    await readers.world.deliver()
    copy = MessageId(EN, readers.world.east.sent[-1].id)
    await readers.world.hear(Deleted((original,)))
    told = await readers.ask("explain", copy)
    assert told.rich.text.startswith("I no longer have the words of that message.")


async def test_a_picture_without_words_has_nothing_to_explain(readers: Readers) -> None:
    picture = Attachment(AttachmentKind.IMAGE, "cat.png", "source")
    readers.world.west.files["source"] = b"cat"
    copy = await readers.said("", attachments=(picture,))
    assert (await readers.ask("explain", copy)).rich.text == "There are no words in that message."


async def test_a_message_nobody_heard_is_unknown(readers: Readers) -> None:
    told = await readers.ask("explain", MessageId(EN, "nobody's"))
    assert told.rich.text.startswith("I don't know that message.")


async def test_a_message_of_another_community_is_unknown(readers: Readers) -> None:
    await readers.said()
    there = MessageId(ChannelId("west", "elsewhere"), "m1")
    told = await readers.ask("explain", there, channel=there.channel)
    assert told.rich.text.startswith("I don't know that message.")


async def test_a_button_of_another_community_explains_nothing(readers: Readers) -> None:
    told = await readers.ask("explain", await readers.said("我们明天去公园看猫。" * 40))
    pressed = await readers.press(told.buttons[0], channel=PRIVATE)
    assert pressed.rich.text == "This button no longer works."


async def test_without_a_message_and_without_words_it_says_how(readers: Readers) -> None:
    for name in ("explain", "pinyin", "translate"):
        told = (await readers.ask(name)).rich.text
        assert told.startswith(f"Use “/{name}” in a reply to a message, or write ")


async def test_each_message_of_a_bundle_is_explained(readers: Readers) -> None:
    first = await readers.said("我们明天去公园吧。")
    await readers.said("猫在睡觉。")
    async with readers.world.database.transaction() as connection:
        await connection.execute(
            sql("UPDATE copies SET native_id = :id WHERE platform = 'east'"), {"id": first.id}
        )
    told = await readers.ask("explain", first)
    assert "我们明天去公园吧。" in lines(told)
    assert "猫在睡觉。" in lines(told)
    assert told.buttons == ()


UNKNOWN_LINK = "That link leads to no message of this channel that I know."


def link(message: MessageId) -> str:
    return f"https://{message.channel.platform}.example.org/{message.channel.id}/{message.id}"


async def test_a_link_stands_for_the_message_it_leads_to(readers: Readers) -> None:
    original = await readers.world.say(CHINESE, channel=ZH, author=MEI)
    await readers.world.deliver()
    copy = MessageId(EN, readers.world.east.sent[-1].id)
    wanted = (await readers.ask("explain", copy)).rich
    assert (await readers.ask(f"explain {link(copy)}")).rich == wanted
    assert (await readers.ask(f"explain {link(original)}")).rich == wanted
    assert (await readers.ask(f"explain <{link(original)}>")).rich == wanted
    assert lines(await readers.ask(f"pinyin  {link(copy)} "))[0] == CHINESE
    translated = (await readers.ask(f"translate {link(copy)}")).rich.text
    assert translated in wanted.text


async def test_a_link_counts_for_more_than_the_reply_it_stands_in(readers: Readers) -> None:
    copy = await readers.said()
    other = await readers.said("猫在睡觉。")
    assert CHINESE in lines(await readers.ask(f"explain {link(copy)}", other))


@pytest.mark.parametrize(
    "address", ["https://example.org/east/nothing", "https://example.com/", "t.me/cats/1", "a.b/c"]
)
async def test_a_link_to_nothing_known_is_said_to_be_one(readers: Readers, address: str) -> None:
    told = await readers.ask(f"explain {address}")
    assert told.rich.text.startswith(UNKNOWN_LINK)


@pytest.mark.parametrize("words", ["1", "m1", "3/4", "and/or", "see https://example.org/east/1"])
async def test_only_a_whole_link_is_one(readers: Readers, words: str) -> None:
    await readers.said()
    assert not (await readers.ask(f"explain {words}")).rich.text.startswith(UNKNOWN_LINK)
    assert words in lines(await readers.ask(f"explain {words}"))


async def test_a_link_opens_nothing_that_was_not_said_here(readers: Readers) -> None:
    original = await readers.world.say(CHINESE, channel=ZH, author=MEI)  # not carried over yet
    assert (await readers.ask(f"explain {link(original)}")).rich.text.startswith(UNKNOWN_LINK)
    assert CHINESE in lines(await readers.ask(f"explain {link(original)}", channel=ZH))


async def test_a_link_opens_nothing_to_who_is_elsewhere(readers: Readers) -> None:
    copy = await readers.said()
    for channel in (PRIVATE, ChannelId("west", "elsewhere")):
        told = await readers.ask(f"explain {link(copy)}", channel=channel)
        assert told.rich.text.startswith(UNKNOWN_LINK)


async def test_pinyin_is_read_under_what_was_written(readers: Readers) -> None:
    assert lines(await readers.ask("pinyin 我得走了")) == ["我得走了", "wǒ děi zǒu le"]
    assert lines(await readers.ask("pinyin", await readers.said("谢谢大家"))) == [
        "谢谢大家",
        "xièxie dàjiā",
    ]
    assert (await readers.ask("pinyin hello")).rich.text == "There is no Chinese in that."


async def test_a_translation_goes_to_the_other_side_unless_told_otherwise(
    readers: Readers,
) -> None:
    assert (await readers.ask("translate 谢谢")).rich.text == "Thanks"
    assert (await readers.ask("translate thank you")).rich.text == "感谢"
    assert (await readers.ask("translate thank you", channel=ZH)).rich.text == "感谢"
    assert (await readers.ask("translate zh-Hant thank you")).rich.text == "感謝"
    assert (await readers.ask("translate 😂")).rich.text == "There is nothing to translate in it."


async def test_a_reply_can_be_translated_into_another_script(readers: Readers) -> None:
    original = await readers.world.say("thank you")
    assert (await readers.ask("translate zh-Hant", original)).rich.text == "感謝"


async def test_all_of_it_works_in_a_private_chat(readers: Readers) -> None:
    assert "• yyds: the GOAT" in (await readers.ask("explain yyds", channel=PRIVATE)).rich.text
    assert "wǒ děi zǒu le" in (await readers.ask("pinyin 我得走了", channel=PRIVATE)).rich.text
    assert (await readers.ask("translate 谢谢", channel=PRIVATE)).rich.text == "Thanks"
    assert (
        await readers.ask("translate thank you", locale="zh", channel=PRIVATE)
    ).rich.text == "感谢"


async def test_names_and_tips_say_where_to_ask(
    database: Database, tmp_path: Path, engine: ArgosEngine
) -> None:
    async with world_of(database, tmp_path) as world:
        readers = await Readers(world, engine).opened("explain", "names", "etiquette")
        assert "/explain" in lines(await readers.ask("name Emma"))[-1]
        assert "/explain" in lines(await readers.ask("etiquette"))[-1]
        await readers.opened("names", "etiquette")
        assert "/explain" not in (await readers.ask("name Emma")).rich.text


async def test_a_made_up_number_opens_nothing_that_was_not_said_here(readers: Readers) -> None:
    await readers.world.say(CHINESE, channel=ZH, author=MEI)  # not carried over yet
    made_up = Button("Pinyin", "explain.pinyin", "1.en")
    assert (await readers.press(made_up)).rich.text == "This button no longer works."
    assert "xiǎolóngbāo" in (await readers.press(made_up, channel=ZH)).rich.text

"""/glossary: mods add, remove, list, import and export their community's own words."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cog import Reply
from bot.community import glossary_sheet
from bot.community.glossary import entries_of, is_short, way_of
from bot.core.errors import Refused, Transient
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    ChannelId,
    PersonId,
    RelayChannel,
    Term,
)
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store import glossary, relays
from bot.store.database import Database
from bot.wordbook import StoredWordbook
from tests.parts import ANN, EN, MEI, ZH, World, host_of, world_of

BO = Author(PersonId("east", "bo"), "Bo")


class Desk:
    def __init__(self, world: World) -> None:
        self.world = world

        def is_on(channel: object, cog: str) -> bool:
            return True

        self.dispatcher = Dispatcher(world.relaybook.language, is_on)
        self.host = host_of(world, self.dispatcher)

    @property
    def relay(self) -> int:
        return self.world.relaybook.all()[0].id

    async def reply(self, words: str, *, by: Author = ANN, is_mod: bool = True) -> Reply:
        return await self.dispatcher.run(Invocation((), EN, by, is_mod, "en", text=words))

    async def ask(self, words: str, *, by: Author = ANN, is_mod: bool = True) -> str:
        return (await self.reply(words, by=by, is_mod=is_mod)).rich.text

    async def take_in(self, content: bytes, *, size: int = 0) -> str:
        table = Attachment(AttachmentKind.FILE, "words.csv", "words", size)
        self.world.east.files["words"] = content
        asked = Invocation(("glossary", "import"), EN, ANN, True, "en", {"table": table})
        return (await self.dispatcher.run(asked)).rich.text

    async def press(self, action: str, argument: str, *, is_mod: bool = True) -> Reply:
        pressed = Press(action, argument, EN, ANN, is_mod, "en")
        reply = await self.dispatcher.press(pressed)
        assert reply is not None
        return reply

    def terms(self, way: str = "zh-en", relay: int | None = None) -> list[Term]:
        source, target = way.split("-")
        return list(self.world.wordbook.terms(relay or self.relay, source, target))


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with world_of(database, tmp_path) as world:
        desk = Desk(world)
        await load_cogs(["glossary"], desk.host, desk.dispatcher)
        yield desk


async def test_a_word_is_translated_as_a_mod_says(desk: Desk) -> None:
    told = await desk.ask("glossary add 小红书 RedNote")
    assert told == "From now on “小红书” is translated as “RedNote” (Chinese → English)."
    assert desk.terms() == [Term("小红书", "RedNote")]


@pytest.mark.parametrize("words", ["glossary add RedNote", "glossary add RedNote ="])
async def test_a_word_without_a_translation_stays(desk: Desk, words: str) -> None:
    told = await desk.ask(words)
    assert told == "From now on “RedNote” stays as it is (English → Chinese)."
    assert desk.terms("en-zh") == [Term("RedNote", None)]


@pytest.mark.parametrize(
    ("source", "target", "way", "ways"),
    [
        ("小红书", "RedNote", "", ["zh-en"]),
        ("cat tax", "猫税", "", ["en-zh"]),
        ("yyds", "GOAT", "", ["zh-en"]),
        ("RedNote", "", "", ["en-zh"]),
        ("cat tax", "猫税", "both", ["en-zh", "zh-en"]),
        ("RedNote", "RedNote", "both", ["en-zh", "zh-en"]),
        ("RedNote", "小红书", "zh-en", ["zh-en"]),
    ],
)
def test_which_way_a_word_goes(source: str, target: str, way: str, ways: list[str]) -> None:
    assert [way_of(entry) for entry in entries_of(source, target, way)] == ways


def test_both_ways_swaps_the_words() -> None:
    found = entries_of("cat tax", "猫税", "both")
    assert [(one.source, one.target) for one in found] == [("cat tax", "猫税"), ("猫税", "cat tax")]


@pytest.mark.parametrize(
    "word", ["!", "……", "a", "6", "👍", "—", "x" * 101, "猫\u2028税", "猫\x07"]
)
def test_what_would_change_every_message_is_no_term(word: str) -> None:
    with pytest.raises(Refused):
        entries_of(word, "cat")


@pytest.mark.parametrize("word", ["猫", "ok", "v我50", "C#", "666"])
def test_short_words_are_terms(word: str) -> None:
    assert entries_of(word, "something")[0].source == word


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("cat tax", True),
        ("小红书", True),
        ("pay the cat tax", False),
        ("猫，税", False),
        ("!", False),
    ],
)
def test_what_could_be_a_term(text: str, is_one: bool) -> None:
    assert is_short(text) is is_one


async def test_why_a_word_is_refused_is_told(desk: Desk) -> None:
    told = await desk.ask("glossary add !! bang")
    reason = "only punctuation, one letter or one digit"
    assert told == f"“!!” can't be in the glossary: {reason}."
    assert desk.terms() == []


async def test_a_word_in_the_other_script_and_case_is_the_same_word(desk: Desk) -> None:
    await desk.ask("glossary add 小红书 Redbook")
    await desk.ask("glossary add 小紅書 RedNote")
    assert desk.terms() == [Term("小紅書", "RedNote")]
    await desk.ask('glossary add "Cat Tax" 猫税')
    assert await desk.ask("glossary remove cat tax") == "“Cat Tax” is no longer in the glossary."
    assert desk.terms("en-zh") == []


async def test_a_word_that_is_not_there_can_not_be_removed(desk: Desk) -> None:
    assert await desk.ask("glossary remove cat") == "“cat” is not in the glossary."


async def test_every_change_has_another_version(desk: Desk) -> None:
    seen = {desk.world.wordbook.version(desk.relay)}
    for words in ("add 小红书 RedNote", "add 小红书 Xiaohongshu", "remove 小红书"):
        await desk.ask(f"glossary {words}")
        seen.add(desk.world.wordbook.version(desk.relay))
    assert len(seen) == 4


async def test_the_glossary_is_known_after_a_restart(desk: Desk) -> None:
    await desk.ask("glossary add 小红书 RedNote")
    again = StoredWordbook(desk.world.database)
    await again.load()
    assert list(again.terms(desk.relay, "zh", "en")) == [Term("小红书", "RedNote")]
    assert list(again.terms(None, "zh", "en")) == []


async def test_words_are_a_communitys_own(desk: Desk) -> None:
    main = [RelayChannel(EN, "en"), RelayChannel(ChannelId("west", "a"), "zh")]
    other = [RelayChannel(ZH, "zh"), RelayChannel(ChannelId("east", "b"), "en")]
    async with desk.world.database.transaction() as connection:
        await relays.declare(connection, [("main", main), ("other", other)])
    await desk.world.relaybook.reload()
    await desk.ask("glossary add 小红书 RedNote")
    first, second = (relay.id for relay in desk.world.relaybook.all())
    assert desk.terms(relay=first)
    assert not desk.terms(relay=second)


async def test_a_glossary_that_is_switched_off_is_not_used(desk: Desk) -> None:
    await desk.ask("glossary add 小红书 RedNote")
    off = StoredWordbook(desk.world.database, lambda community, cog: cog != "glossary")
    await off.load()
    assert list(off.terms(desk.relay, "zh", "en")) == []
    assert off.version(desk.relay) != desk.world.wordbook.version(desk.relay)


@pytest.mark.parametrize("words", ["add 猫 cat", "remove 猫", "list", "export"])
async def test_members_are_told_that_it_is_for_mods(desk: Desk, words: str) -> None:
    told = await desk.ask(f"glossary {words}", is_mod=False)
    assert told == "Only moderators can use this command."


async def test_the_list_is_read_page_by_page(desk: Desk) -> None:
    rows = "\n".join(f"word{number:02},词{number:02}" for number in range(45))
    await desk.take_in(rows.encode())
    first = await desk.reply("glossary list")
    assert first.rich.text.startswith("Glossary: 45 (page 1 of 3)\n• word00 → 词00")
    (more,) = first.buttons
    second = await desk.press(more.action, more.argument)
    assert [button.label for button in second.buttons] == ["‹ Back", "More ›"]
    last = await desk.press(second.buttons[1].action, second.buttons[1].argument)
    assert last.rich.text.splitlines()[-1] == "• word44 → 词44 (English → Chinese)"
    told = await desk.press(more.action, more.argument, is_mod=False)
    assert told.rich.text == "Only moderators can use this command."


async def test_an_empty_glossary_says_how_to_begin(desk: Desk) -> None:
    assert (await desk.ask("glossary list")).startswith("The glossary is empty.")
    assert (await desk.ask("glossary export")).startswith("The glossary is empty.")


ROWS = [("小红书", "RedNote", ""), ("cat tax", "猫税", "both"), ("RedNote", "=", "en-zh")]


def table(limiter: str, head: bool = False) -> str:
    rows = [("Source", "Target", "Direction"), *ROWS] if head else ROWS
    return "\r\n".join(limiter.join(row) for row in rows) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        table(",").encode(),
        table("\t", head=True).encode(),
        codecs.BOM_UTF8 + table(";", head=True).encode(),
        codecs.BOM_UTF16_LE + table("\t").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + table(";").encode("utf-16-be"),
        b"sep=;\r\n" + table(";").encode(),
        ("\n" + table(",").replace("cat tax", '"cat tax"') + "\n,,\n").encode(),
    ],
    ids=["commas", "tabs", "excel utf-8", "excel unicode", "big endian", "announced", "untidy"],
)
async def test_a_spreadsheets_file_is_taken_in(desk: Desk, content: bytes) -> None:
    assert await desk.take_in(content) == "Done. Read: 4; new: 4."
    assert desk.terms("zh-en") == [Term("小红书", "RedNote"), Term("猫税", "cat tax")]
    assert desk.terms("en-zh") == [Term("cat tax", "猫税"), Term("RedNote", None)]
    assert await desk.take_in(content) == "Done. Read: 4; new: 0."


async def test_every_line_that_can_not_be_read_is_named_and_nothing_is_taken_in(
    desk: Desk,
) -> None:
    lines = [
        "猫,cat",
        "!,bang",
        "?,what",
        ",cat",
        "狗,dog,up",
        "a,b,zh-en,d",
        "貓,kitty",
        "。,stop",
    ]
    told = await desk.take_in("\n".join(lines).encode())
    assert told.splitlines() == [
        "Nothing was taken in, because some lines can't be read:",
        "• line 2-3, 8: only punctuation, one letter or one digit",
        "• line 4: the word itself is missing",
        "• line 5: the direction is none of: zh-en, en-zh, both",
        "• line 6: more than three columns",
        "• line 7: the same as an earlier line",
    ]
    assert desk.terms() == []


async def test_a_quotation_mark_that_never_ends_is_a_bad_line(desk: Desk) -> None:
    told = await desk.take_in('猫,cat\n"狗,dog\n鱼,fish\n'.encode())
    assert told.splitlines()[1] == "• line 2: a line break or a sign that can't be seen"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "There is nothing in this file."),
        (b"source,target\n", "There is nothing in this file."),
        ("小红书,cat".encode("gb18030"), "This is no text file in UTF-8 or UTF-16."),
        (bytes(range(256)), "This is no text file in UTF-8 or UTF-16."),
        ("猫,cat".encode("utf-16-le"), "This is no text file in UTF-8 or UTF-16."),
        (b"\xff\xfeabc", "This is no text file in UTF-8 or UTF-16."),
        (
            b"".join(b"w%d,x\n" % number for number in range(2_001)),
            "A community's glossary holds up to 2000 terms; these are 2001.",
        ),
    ],
)
async def test_a_file_that_is_no_glossary_is_refused(desk: Desk, content: bytes, told: str) -> None:
    assert (await desk.take_in(content)).startswith(told)


async def test_a_glossary_can_not_grow_without_end(desk: Desk) -> None:
    rows = "".join(f"word{number},词{number}\n" for number in range(2_000))
    assert (await desk.take_in(rows.encode())).startswith("Done. Read: 2000")
    told = await desk.ask("glossary add 猫 cat")
    assert told.startswith("A community's glossary holds up to 2000 terms.")
    assert desk.terms() == []
    assert (await desk.ask("glossary add word7 词")).startswith("From now on")


async def test_a_file_that_is_too_large_or_gone_is_refused(desk: Desk) -> None:
    told = await desk.take_in("猫,cat".encode(), size=1_000_001)
    assert told == "That file is too large; 1 MB is the most."
    desk.world.east.fail(Transient("slow"), on="fetch")
    told = await desk.take_in("猫,cat".encode())
    assert told == "That file could not be downloaded. Please attach it again."


async def test_what_is_handed_out_can_be_taken_in_again(desk: Desk) -> None:
    await desk.take_in(table(",").encode())
    await desk.ask('glossary add "say ""hi""" "打招呼, 你好"')
    known = desk.terms("zh-en"), desk.terms("en-zh")
    reply = await desk.reply("glossary export")
    assert reply.file is not None
    assert (reply.file.name, reply.is_private) == ("glossary.csv", True)
    sheet = glossary_sheet.read(reply.file.content)
    assert sheet.faults == {}
    for word in ("小红书", "cat tax", "猫税", "RedNote"):
        await desk.ask(f"glossary remove {word}")
    await desk.take_in(reply.file.content)
    taken = desk.terms("zh-en"), desk.terms("en-zh")
    assert [sorted(one, key=str) for one in taken] == [sorted(one, key=str) for one in known]


async def test_two_mods_who_add_one_word_leave_one_word(desk: Desk) -> None:
    await desk.ask("glossary add 猫 cat", by=ANN)
    await desk.ask("glossary add 猫 kitty", by=BO)
    assert desk.terms() == [Term("猫", "kitty")]


async def test_who_added_a_word_is_shown_and_forgotten_while_the_word_stays(desk: Desk) -> None:
    (cog,) = desk.host.cogs()
    await desk.ask("glossary add 猫 cat", by=BO)
    exported = await cog.export(BO.person)
    assert exported == {"terms": [{"source": "猫", "target": "cat", "direction": "zh-en"}]}
    assert await cog.export(MEI.person) == {}
    await cog.forget(BO.person)
    assert await cog.export(BO.person) == {}
    async with desk.world.database.reading() as connection:
        assert [one.source for one in await glossary.entries(connection, desk.relay)] == ["猫"]
    assert await desk.world.query("SELECT person_id, platform FROM glossary_terms") == [
        (None, None)
    ]

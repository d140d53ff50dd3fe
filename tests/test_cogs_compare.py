"""/compare: amounts from both sides, medians for all, and nothing that joins a person to one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from PIL import Image

from bot.cog import Cog, Reply
from bot.core.model import Author, Button, ChannelId, PersonId
from bot.core.ports import Capabilities
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, ZH, World, host_of, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

ELSEWHERE = ChannelId("east", "elsewhere")
HOUR = 3600


class Stall:
    """The cog in a world: what people say to it, and what the rooms show."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)

    async def opened(self) -> Stall:
        await load_cogs(["compare"], self.host, self.dispatcher)
        return self

    @property
    def cog(self) -> Cog:
        return self.host.cogs()[0]

    async def ask(
        self,
        words: str,
        *,
        by: Author = ANN,
        channel: ChannelId = EN,
        locale: str = "en",
        is_mod: bool = False,
    ) -> str:
        self.world.clock.advance(11)
        asked = Invocation((), channel, by, is_mod, locale, text=words)
        return (await self.dispatcher.run(asked)).rich.text

    async def press(
        self, button: Button, *, by: Author = ANN, channel: ChannelId = EN, locale: str = "en"
    ) -> Reply:
        pressed = Press(button.action, button.argument, channel, by, False, locale)
        reply = await self.dispatcher.press(pressed)
        assert reply is not None
        return reply

    async def answer(
        self, amounts: Sequence[str], *, channel: ChannelId = EN, topic: str = "rent"
    ) -> None:
        """Each by another person of that side."""
        for number, amount in enumerate(amounts):
            who = Author(PersonId(channel.platform, f"{topic}{number}"), f"P{number}")
            told = await self.ask(f"mine {topic} {amount}", by=who, channel=channel)
            assert told.startswith("Noted"), told

    async def tick(self) -> None:
        (due,) = self.cog.repeatings()
        await due.run()
        await self.world.deliver()

    async def close(self, topic: str = "rent") -> None:
        await self.ask(f"compare-close {topic}", is_mod=True)
        await self.world.deliver()

    async def compared(self, topic: str, english: Sequence[str], chinese: Sequence[str]) -> str:
        """From the card to the results, as the English side reads them."""
        await self.ask(f"compare {topic}")
        await self.answer(english, topic=topic)
        await self.answer(chinese, channel=ZH, topic=topic)
        await self.close(topic)
        return self.world.east.texts()[-1]


@pytest.fixture
async def stall(database: Database, tmp_path: Path) -> AsyncIterator[Stall]:
    async with world_of(database, tmp_path) as world:
        for room in world.chats.values():
            room.can = Capabilities(4000, 1000, len, 10**7, files_per_part=4)
        yield await Stall(world).opened()


async def test_a_card_goes_to_both_sides_in_both_languages(stall: Stall) -> None:
    assert (await stall.ask("compare noodles")).startswith("Done.")
    await stall.world.deliver()
    for room in (stall.world.east, stall.world.west):
        (shown,) = room.sent
        assert "What's a bowl of noodles near you" in shown.part.text.text
        assert "你家附近的小馆子，一碗面多少钱？" in shown.part.text.text
        assert [button.label for button in shown.part.buttons] == ["✍️ Add my answer / 填我的"]
    assert stall.world.east.texts()[0].index("near you") < stall.world.east.texts()[0].index("面")
    assert stall.world.west.texts()[0].index("面") < stall.world.west.texts()[0].index("near you")


async def test_every_post_of_a_comparison_may_be_forgotten_after_a_year(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.close()
    keys = [str(key) for (key,) in await stall.world.query("SELECT key FROM posts")]
    assert len(set(keys)) == 2
    assert all(key.startswith(tuple(stall.cog.passing_posts)) for key in keys)


async def test_a_topic_is_open_once(stall: Stall) -> None:
    await stall.ask("compare rent")
    assert (await stall.ask("compare rent", by=MEI, channel=ZH)).startswith("“Rent” is open")
    await stall.ask("compare eggs")
    await stall.ask("compare coffee")
    assert (await stall.ask("compare noodles")).startswith("3 comparisons are open already.")
    await stall.close("eggs")
    assert (await stall.ask("compare noodles")).startswith("Done.")


async def test_the_button_tells_how_to_answer(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.world.deliver()
    (button,) = stall.world.west.sent[0].part.buttons
    reply = await stall.press(button, by=MEI, channel=ZH)
    assert reply.is_private
    assert "/mine rent ¥" in reply.rich.text
    english = await stall.press(button)
    assert "/mine rent $" in english.rich.text
    await stall.ask("mine rent 650")
    assert (await stall.press(button)).rich.text.startswith("You have answered this one already.")
    await stall.close()
    assert (await stall.press(button)).rich.text == "This comparison is closed."


async def test_the_results_are_told_to_both_sides_with_a_chart(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.answer(["600", "$800", "1,000", "1.2k", "1400"])
    await stall.answer(["2000", "￥2500", "3千", "四千块"], channel=ZH)
    await stall.close()
    for room in (stall.world.east, stall.world.west):
        card, result = room.sent[0], room.sent[-1]
        assert "English side: median $1,000 (5 answers)" in result.part.text.text
        assert "the middle half says $800 to $1,200" in result.part.text.text
        assert "median ¥2,750 (4 answers)" in result.part.text.text
        (file,) = result.part.files
        with Image.open(io.BytesIO(file.content or b"")) as picture:
            assert picture.format == "PNG"
            assert picture.width == 1000
        assert room.messages[card.id].part.buttons == ()
        assert "Closed." in room.messages[card.id].part.text.text


async def test_a_side_of_few_answers_shows_nothing(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.answer(["777", "888"])
    await stall.answer(["2000", "2500", "3000"], channel=ZH)
    await stall.close()
    told = stall.world.east.texts()[-1]
    assert "English side: fewer than 3 answers" in told
    assert "Chinese side: median ¥2,500" in told
    assert "777" not in told
    assert "888" not in told


async def test_without_answers_there_is_no_chart(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.close()
    assert stall.world.east.sent[-1].part.files == ()
    assert stall.world.east.texts()[-1].count("fewer than 3 answers") == 2  # one for each side


async def test_it_closes_by_itself_once(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.answer(["600", "800", "1000"])
    stall.world.clock.advance(47 * HOUR)
    await stall.tick()
    assert len(stall.world.west.sent) == 1
    stall.world.clock.advance(HOUR)
    await stall.tick()
    await stall.tick()
    again = await Stall(stall.world).opened()
    await again.tick()
    assert len(stall.world.west.sent) == 2
    assert (await stall.ask("mine rent 500")).startswith("“Rent” is not open now.")
    assert (await stall.ask("compare-close rent", is_mod=True)).startswith("“Rent” is not open")


async def test_a_community_chooses_how_long(stall: Stall) -> None:
    relay = stall.world.relaybook.of(EN)
    assert relay is not None
    await stall.world.preferences.put(relay, "compare.hours", 2)
    await stall.ask("compare rent")
    stall.world.clock.advance(2 * HOUR)
    await stall.tick()
    assert len(stall.world.west.sent) == 2


async def test_results_that_could_not_be_drawn_are_told_later(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.answer(["600", "800", "1000"])
    in_the_way = stall.world.folder / "pictures"
    in_the_way.write_text("no folder")
    assert (await stall.ask("compare-close rent", is_mod=True)).startswith("Something went wrong")
    await stall.world.deliver()
    assert len(stall.world.east.sent) == 1
    in_the_way.unlink()
    again = await Stall(stall.world).opened()
    await again.tick()
    await again.tick()
    assert len(stall.world.east.sent) == 2
    assert "median $800" in stall.world.east.texts()[-1]


async def test_only_mods_close_early(stall: Stall) -> None:
    await stall.ask("compare rent")
    assert await stall.ask("compare-close rent") == "Only moderators can use this command."


async def test_one_person_answers_once(stall: Stall) -> None:
    await stall.ask("compare rent")
    assert (await stall.ask("mine rent 650")).startswith("Noted: $650.")
    again = await Stall(stall.world).opened()
    assert (await again.ask("mine rent 700")).startswith("You have answered this one already.")
    assert await stall.world.query("SELECT cents FROM comparison_answers") == [(65000,)]


async def test_nothing_joins_a_person_and_an_amount(stall: Stall) -> None:
    await stall.ask("compare rent")
    await stall.answer([str(500 + number) for number in range(8)])
    ((salt,),) = await stall.world.query("SELECT salt FROM comparisons")
    kept = await stall.world.query("SELECT * FROM comparison_answers")
    marks = await stall.world.query("SELECT person FROM comparison_answered")
    assert len(kept) == len(marks) == 8
    for row in (*kept, *marks):
        assert "rent0" not in str(row)
    # Rows come in the order of random numbers and hashes, not of the answers.
    assert [row[4] for row in kept] != [50_000 + 100 * number for number in range(8)]
    assert not {row[0] for row in marks} & {row[1] for row in kept}
    plain = hashlib.sha256(b"east:rent0").hexdigest()
    assert plain not in {row[0] for row in marks}
    assert len(str(salt)) == 64


@pytest.mark.databases("postgresql")
async def test_what_postgresql_notes_of_a_row_joins_nothing_either(stall: Stall) -> None:
    """It has the number of the transaction that wrote a row, and the place where it lies."""
    await stall.ask("compare rent")
    await stall.answer([str(500 + number) for number in range(8)])
    for table, key in (("comparison_answers", "number"), ("comparison_answered", "person")):
        writers = await stall.world.query(f"SELECT DISTINCT xmin::text FROM {table}")
        assert len(writers) == 1
        placed = await stall.world.query(f"SELECT {key} FROM {table} ORDER BY ctid")
        assert placed == await stall.world.query(f"SELECT {key} FROM {table} ORDER BY {key}")


async def test_when_it_closes_only_medians_are_left(stall: Stall) -> None:
    await stall.compared("rent", ["600", "800", "1000"], ["2000", "3000", "4000"])
    assert await stall.world.query("SELECT * FROM comparison_answers") == []
    assert await stall.world.query("SELECT * FROM comparison_answered") == []
    assert await stall.world.query("SELECT salt FROM comparisons") == [(None,)]


async def test_export_says_what_there_is_and_forget_takes_the_mark(stall: Stall) -> None:
    assert await stall.cog.export(ANN.person) == {}
    await stall.ask("compare rent")
    await stall.ask("mine rent 650")
    assert await stall.cog.export(ANN.person) == {"answered_and_still_open": ["rent"]}
    await stall.cog.forget(ANN.person)
    assert await stall.cog.export(ANN.person) == {}
    assert await stall.world.query("SELECT * FROM comparison_answered") == []
    assert await stall.world.query("SELECT cents FROM comparison_answers") == [(65000,)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("mine rent", "“amount” is missing."),
        ("mine rent a lot", "I can't read that amount."),
        ("mine rent €500", "Only dollars and yuan"),
        ("mine rent 3", "$3 looks off for “Rent”. Between $50 and $20,000, please."),
        ("mine rent ¥9999999", "¥9,999,999 looks off"),
        ("mine yachts 5", "“yachts” is not one of:"),
        ("mine eggs 5", "“A dozen eggs” is not open now."),
        ("compare yachts", "“yachts” is not one of:"),
    ],
)
async def test_what_makes_no_sense_gets_one_sentence(stall: Stall, words: str, told: str) -> None:
    await stall.ask("compare rent")
    assert (await stall.ask(words)).startswith(told)
    assert await stall.world.query("SELECT * FROM comparison_answers") == []


@pytest.mark.parametrize("words", ["compare rent", "mine rent 5", "compare-close rent"])
async def test_outside_a_relay_there_is_nothing_to_compare(stall: Stall, words: str) -> None:
    told = await stall.ask(words, channel=ELSEWHERE, is_mod=True)
    assert told.startswith("This channel is in no relay.")


async def test_in_a_thread_one_answers_for_the_side_it_hangs_in(stall: Stall) -> None:
    thread = ChannelId("west", "thread")
    stall.world.relaybook.home = lambda channel: ZH if channel == thread else None
    await stall.ask("compare rent", channel=thread)
    await stall.ask("mine rent 2500", by=MEI, channel=thread)
    kept = await stall.world.query("SELECT side, currency FROM comparison_answers")
    assert kept == [("zh", "CNY")]


@pytest.mark.parametrize("argument", ["", "999", "x", "²"])
async def test_a_button_of_nothing_says_so(stall: Stall, argument: str) -> None:
    reply = await stall.press(Button("", "compare.add", argument))
    assert reply.rich.text == "This comparison is closed."


async def test_pay_is_told_in_what_it_buys_where_both_are_known(stall: Stall) -> None:
    told = await stall.compared("coffee", ["4", "5", "6"], ["15", "20", "25"])
    assert "median wage" not in told
    told = await stall.compared("hour-wage", ["15", "20", "25"], ["30", "40"])
    told += await stall.compared("rent", ["900", "1000", "1100"], ["2000", "3000", "4000"])
    assert "English side: 1 hour of the median wage ($20) buys 4 coffees" in told
    assert "English side: Rent ($1,000) takes 50 hours at the median wage ($20)" in told
    assert "Chinese side: 1 hour" not in told


async def test_sides_keep_their_own_currency(stall: Stall) -> None:
    told = await stall.compared("milk-tea", ["5", "6", "7"], ["$5", "15", "16", "17", "$6", "$7"])
    assert "Chinese side: median ¥16 (3 answers)" in told
    assert "Chinese side: median $6 (3 answers)" in told

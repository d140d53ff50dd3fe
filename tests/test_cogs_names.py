"""/name and /etiquette: what members read and press. Nothing about them is kept."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cog import Reply
from bot.community.tips import all_tips
from bot.core.model import Author, Button, ChannelId
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, ZH, World, host_of, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

ELSEWHERE = ChannelId("east", "elsewhere")
DAY = 86_400


class Registry:
    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)

    async def opened(self) -> Registry:
        await load_cogs(["names", "etiquette"], self.host, self.dispatcher)
        return self

    async def ask(
        self, words: str, *, by: Author = ANN, locale: str = "en", channel: ChannelId = EN
    ) -> Reply:
        self.world.clock.advance(10)
        return await self.dispatcher.run(Invocation((), channel, by, False, locale, text=words))

    async def press(
        self, button: Button, *, by: Author = ANN, locale: str = "en", channel: ChannelId = EN
    ) -> Reply:
        press = Press(button.action, button.argument, channel, by, False, locale)
        reply = await self.dispatcher.press(press)
        assert reply is not None
        return reply


@pytest.fixture
async def registry(database: Database, tmp_path: Path) -> AsyncIterator[Registry]:
    async with world_of(database, tmp_path) as world:
        yield await Registry(world).opened()


def names(reply: Reply) -> list[str]:
    """What the buttons offer to tell everyone."""
    return [button.label.rsplit(" ", 1)[-1] for button in reply.buttons[:3]]


async def test_ones_own_name_is_taken_where_none_is_given(registry: Registry) -> None:
    reply = await registry.ask("name")
    assert reply.rich.text.startswith("Three Chinese names for Ann:")
    assert reply.is_private
    assert len(set(names(reply))) == 3
    assert all(name in reply.rich.text for name in names(reply))
    chinese = await registry.ask("name", by=MEI, channel=ZH)
    assert "小梅" in chinese.rich.text


async def test_asking_again_gives_the_same_and_more_gives_others(registry: Registry) -> None:
    first = await registry.ask("name Emma")
    again = await registry.ask("name emma")
    assert names(first) == names(again)
    more = await registry.press(first.buttons[3])
    assert not set(names(more)) & set(names(first))
    restarted = await Registry(registry.world).opened()
    assert names(await restarted.press(first.buttons[3])) == names(more)


async def test_a_card_is_told_once_to_both_sides_in_both_languages(registry: Registry) -> None:
    reply = await registry.ask("name Emma")
    chosen = names(reply)[1]
    told = await registry.press(reply.buttons[1])
    assert told.rich.text == "Done, both sides can see it."
    await registry.world.deliver()
    for room in (registry.world.east, registry.world.west):
        (text,) = room.texts()
        assert text.count(chosen) == 2
        assert "Ann" in text
    registry.world.clock.advance(61)
    restarted = await Registry(registry.world).opened()
    again = await restarted.press(reply.buttons[1])
    assert again.rich.text == "Everyone has seen this one already."
    await registry.world.deliver()
    assert len(registry.world.east.texts()) == 1


async def test_nobody_fills_the_channel_with_cards(registry: Registry) -> None:
    reply = await registry.ask("name Emma")
    await registry.press(reply.buttons[0])
    told = await registry.press(reply.buttons[1])
    assert told.rich.text.startswith("You just told everyone")
    registry.world.clock.advance(61)
    assert (await registry.press(reply.buttons[1])).rich.text.startswith("Done")


async def test_outside_a_relay_a_card_stays_in_its_channel(registry: Registry) -> None:
    reply = await registry.ask("name Emma", channel=ELSEWHERE)
    await registry.press(reply.buttons[0], channel=ELSEWHERE)
    await registry.world.deliver()
    assert len(registry.world.east.texts(ELSEWHERE)) == 1
    assert registry.world.east.texts(EN) == registry.world.west.texts() == []


async def test_buttons_are_their_owners(registry: Registry) -> None:
    reply = await registry.ask("name Emma")
    for button in reply.buttons:
        told = await registry.press(button, by=MEI)
        assert told.rich.text.startswith("These names are somebody else's.")
    await registry.world.deliver()
    assert registry.world.east.texts() == []


@pytest.mark.parametrize("argument", ["", "zzzz", "00000000", "12345678x~Emma", "1234567890~"])
@pytest.mark.parametrize("number", [0, 3])
async def test_a_button_that_is_no_longer_understood_says_so(
    registry: Registry, argument: str, number: int
) -> None:
    button = (await registry.ask("name Emma")).buttons[number]
    told = await registry.press(replace(button, argument=argument))
    assert told.rich.text.startswith("This button is from an older version.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("name 🐱", "I need a name"),
        ("name Tom小王", "Letters or Chinese"),
        ("name Иван", "I can only read"),
        ("name " + "x" * 41, "“name” must be 1 to 40 characters long."),
    ],
)
async def test_what_is_no_name_gets_one_sentence(registry: Registry, words: str, told: str) -> None:
    reply = await registry.ask(words)
    assert reply.rich.text.startswith(told)
    assert reply.buttons == ()


async def test_a_reader_of_traditional_characters_gets_them(registry: Registry) -> None:
    simplified = await registry.ask("name Julia", locale="zh-CN")
    traditional = await registry.ask("name Julia", locale="zh-TW")
    assert names(simplified) != names(traditional)
    assert [len(name) for name in names(simplified)] == [len(name) for name in names(traditional)]


async def test_names_and_tips_keep_nothing(registry: Registry) -> None:
    reply = await registry.ask("name Emma")
    await registry.press(reply.buttons[0])
    for cog in registry.host.cogs():
        assert await cog.export(ANN.person) == {}
        await cog.forget(ANN.person)
    rows = await registry.world.query("SELECT key FROM posts")
    assert rows
    assert not any("ann" in str(row[0]).lower() for row in rows)


async def test_there_is_another_tip_every_day_until_all_were_read(registry: Registry) -> None:
    seen: list[str] = []
    for _ in all_tips():
        first = (await registry.ask("etiquette")).rich.text
        assert (await registry.ask("etiquette")).rich.text == first
        seen.append(first)
        registry.world.clock.advance(DAY - 20)
    assert len(set(seen)) == len(all_tips()) >= 20


async def test_a_tip_is_in_the_readers_language_first(registry: Registry) -> None:
    english = (await registry.ask("etiquette")).rich.text.split("\n")
    chinese = (await registry.ask("etiquette", locale="zh-CN")).rich.text.split("\n")
    assert english[1] == chinese[3]
    assert english[3] == chinese[1]
    tip = next(tip for tip in all_tips() if tip.en == english[1])
    assert tip.zh == english[3]


def test_the_tips_are_short_and_typeset() -> None:
    for tip in all_tips():
        assert len(tip.en) <= 220, tip.key
        assert len(tip.zh) <= 120, tip.key
        assert tip.zh.rstrip("”").endswith(("。", "！", "？")), tip.key
        chinese = re.sub(r"“[ -~]+”", "", tip.zh)  # what is quoted may be English
        assert not set(",;?!") & set(chinese), tip.key

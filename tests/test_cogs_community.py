"""/community: features are switched and zones are set, by mods, for their community alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cog import Cog, Context, Host, Reply, command, listener
from bot.core.model import ChannelId, Inbound
from bot.dispatch import Dispatcher, Invocation
from bot.host import load_cogs
from bot.store.database import Database
from tests.parts import ANN, EN, World, host_of, running, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

ELSEWHERE = ChannelId("east", "elsewhere")


class Purring(Cog):
    name = "purring"
    describe = "Purrs"
    is_optional = True

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.heard: list[str] = []

    @command("purr", "Purr")
    async def purr(self, ctx: Context) -> Reply:
        return Reply("prrr")

    @listener("message")
    async def hear(self, message: Inbound) -> None:
        self.heard.append(message.text.text)


class Office:
    def __init__(self, world: World) -> None:
        self.world = world

        def is_on(channel: ChannelId, cog: str) -> bool:
            relay = world.relaybook.of(channel)
            return relay is None or world.preferences.is_on(relay, cog)

        self.dispatcher = Dispatcher(world.relaybook.language, is_on)
        self.host = host_of(world, self.dispatcher)
        self.purring = Purring(self.host)
        self.host.add_cog(self.purring)

    async def ask(
        self, words: str, *, is_mod: bool = True, channel: ChannelId = EN, locale: str = "en"
    ) -> str:
        asked = Invocation((), channel, ANN, is_mod, locale, text=words)
        return (await self.dispatcher.run(asked)).rich.text

    async def hear(self, words: str) -> list[str]:
        self.dispatcher.announce(self.world.inbound(words))
        async with running(self.dispatcher.listen()):
            await self.dispatcher.settle()
        return self.purring.heard


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with world_of(database, tmp_path) as world:
        office = Office(world)
        await load_cogs(["community"], office.host, office.dispatcher)
        yield office


async def test_what_is_on_is_shown_with_both_sides_clocks(office: Office) -> None:
    told = await office.ask("community show", is_mod=False)
    assert "purring (Purrs): on" in told
    assert "English: 07:00 (America/New_York)" in told
    assert "Chinese: 20:00 (Asia/Shanghai)" in told


async def test_a_feature_that_is_off_neither_answers_nor_listens(office: Office) -> None:
    assert await office.ask("purr") == "prrr"
    assert await office.hear("one") == ["one"]
    await office.ask("community switch purring off")
    assert (await office.ask("purr")).startswith("This is switched off here.")
    assert await office.hear("two") == ["one"]
    await office.ask("community switch Purring on")
    assert await office.ask("purr") == "prrr"


async def test_what_was_chosen_is_known_after_a_restart(office: Office) -> None:
    await office.ask("community switch purring off")
    again = Office(office.world)
    await office.world.preferences.load()
    assert (await again.ask("purr")).startswith("This is switched off here.")


async def test_a_zone_is_found_however_it_is_written(office: Office) -> None:
    told = await office.ask("community zone zh asia/chongqing")
    assert told == "The Chinese side's clock is now Asia/Chongqing; it is 20:00 there."
    assert "America/Los_Angeles" in await office.ask("community zone en america/los_angeles")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("community switch meowing off", "There is no feature “meowing”."),
        ("community zone zh Mars/Olympus", "There is no time zone “Mars/Olympus”."),
    ],
)
async def test_what_is_not_there_is_refused(office: Office, words: str, told: str) -> None:
    assert (await office.ask(words)).startswith(told)


async def test_how_long_things_take_is_kept_within_bounds(office: Office) -> None:
    told = await office.ask("community set ask.expires_days 7")
    assert told == "Days until a question of /ask expires: 7"
    (relay,) = office.world.relaybook.all()
    assert office.world.preferences.get(relay, "ask.expires_days") == 7
    told = await office.ask("community set ask.expires_days 15")
    assert told == "That must be between 1 and 14."
    assert office.world.preferences.get(relay, "ask.expires_days") == 7


async def test_only_mods_change_things(office: Office) -> None:
    told = await office.ask("community switch purring off", is_mod=False)
    assert told == "Only moderators can use this command."


async def test_outside_a_relay_there_is_no_community(office: Office) -> None:
    told = await office.ask("community show", channel=ELSEWHERE)
    assert told.startswith("This channel is in no relay.")

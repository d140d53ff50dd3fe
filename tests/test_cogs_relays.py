"""/relay and /help, asked as a platform asks them, on a real relay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import Blocked, Rejected
from bot.core.model import ChannelId, RelayChannel
from bot.core.richtext import Style
from bot.dispatch import Dispatcher, Invocation
from bot.host import load_cogs
from bot.store import relays
from bot.store.database import Database
from tests.parts import ANN, EN, LINKED, ZH, World, host_of, world_of

pytestmark = pytest.mark.databases("sqlite", "postgresql")

QUIET = ChannelId("east", "quiet")


class Mod:
    """Someone who may use every command, in the English channel unless told otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)

    async def ask(self, *path: str, text: str = "", **how: Any) -> str:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": True, "locale": None}
        reply = await self.dispatcher.run(Invocation(path, text=text, **(asked | how)))
        self.reply = reply
        return reply.rich.text


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def mod(world: World) -> Mod:
    mod = Mod(world)
    await load_cogs(["relays", "help"], mod.host, mod.dispatcher)
    return mod


@pytest.mark.parametrize("command", ["list", "status", "pause", "resume"])
async def test_only_mods_see_or_change_relays(mod: Mod, command: str) -> None:
    told = await mod.ask("relay", command, is_mod=False)
    assert told == "Only moderators can use this command."
    assert not mod.world.relaybook.all()[0].is_paused


async def test_a_relay_is_listed_with_its_channels_and_languages(mod: Mod) -> None:
    assert await mod.ask("relay", "list") == (
        "main (in the configuration file)\n• this channel — English\n• west zh — Simplified Chinese"
    )


async def test_a_relay_is_listed_in_chinese_to_chinese_readers(mod: Mod) -> None:
    assert await mod.ask("relay", "list", channel=ZH) == (
        "main（写在配置文件里）\n• east en — 英语\n• 本频道 — 简体中文"
    )


async def test_every_relay_is_listed(mod: Mod) -> None:
    other = (RelayChannel(QUIET, "en"), RelayChannel(ChannelId("west", "quiet"), "zh-Hant"))
    async with mod.world.database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED), ("quiet", other)])
    await mod.world.relaybook.reload()
    listed = await mod.ask("relay", "list")
    assert listed.split("\n\n")[1] == (
        "quiet (in the configuration file)\n"
        "• east quiet — English\n• west quiet — Traditional Chinese"
    )


async def test_an_empty_list_says_so(mod: Mod) -> None:
    async with mod.world.database.transaction() as connection:
        await relays.declare(connection, [])
    await mod.world.relaybook.reload()
    assert await mod.ask("relay", "list") == "No channels are linked yet."


async def test_a_quiet_relay_has_delivered_everything(mod: Mod) -> None:
    assert await mod.ask("relay", "status") == (
        "main (in the configuration file)\n"
        "• this channel — everything has arrived\n• west zh — everything has arrived"
    )


async def test_a_status_tells_what_waits_and_what_failed(mod: Mod) -> None:
    world = mod.world
    world.west.fail(Rejected("too long"))
    world.west.fail(Blocked("the bot was kicked"))
    for words in ("one", "two", "three"):
        await world.say(words)
    await world.deliver()
    world.clock.advance(42)
    lane = (await mod.ask("relay", "status")).splitlines()[-1]
    assert lane == (
        "• west zh — 2 waiting, the oldest for 42 s; 1 could not be delivered; "
        "last problem: the bot was kicked"
    )


async def test_a_pause_holds_what_is_said_from_now_on(mod: Mod) -> None:
    await mod.world.say("before")
    assert (await mod.ask("relay", "pause")).startswith("Relay “main” is paused.")
    await mod.world.say("during")
    assert (await mod.ask("relay", "list")).startswith("main (paused, in the configuration file)\n")
    assert (await mod.ask("relay", "resume")).startswith("Relay “main” runs again.")
    await mod.world.say("after")
    await mod.world.deliver()
    assert mod.world.west.texts() == ["Ann\nzh<before>", "Ann\nzh<after>"]


async def test_everyone_sees_that_a_relay_was_paused(mod: Mod) -> None:
    await mod.ask("relay", "pause")
    assert not mod.reply.is_private
    await mod.ask("relay", "status")
    assert mod.reply.is_private


async def test_a_pause_outlives_a_restart(mod: Mod) -> None:
    await mod.ask("relay", "pause")
    await mod.world.relaybook.declare([("main", LINKED)])
    assert mod.world.relaybook.all()[0].is_paused


async def test_pausing_twice_or_resuming_what_runs_is_told(mod: Mod) -> None:
    assert await mod.ask("relay", "resume") == "Relay “main” is not paused."
    await mod.ask("relay", "pause")
    assert await mod.ask("relay", "pause") == "Relay “main” is paused already."


@pytest.mark.parametrize("name", ["main", "MAIN", "  Main "])
async def test_a_relay_is_found_by_its_name(mod: Mod, name: str) -> None:
    told = await mod.ask("relay", "pause", text=name, channel=QUIET)
    assert told.startswith("Relay “main” is paused.")


async def test_a_relay_nobody_knows_is_told(mod: Mod) -> None:
    told = await mod.ask("relay", "status", text="nothing {}")
    assert told == "There is no relay named “nothing {}”. “/relay list” shows them all."


async def test_a_channel_in_no_relay_is_told(mod: Mod) -> None:
    told = await mod.ask("relay", "status", channel=QUIET)
    assert told == "This channel is in no relay. “/relay list” shows them all."


async def test_help_shows_people_their_commands(mod: Mod) -> None:
    told = await mod.ask("help", is_mod=False)
    assert told.startswith("I carry messages between this channel and its partner")
    assert "/help — What this bridge does, and all its commands" in told
    assert "/relay" not in told


async def test_help_shows_mods_theirs_too(mod: Mod) -> None:
    lines = (await mod.ask("help")).splitlines()
    assert "/relay pause — Stop carrying messages over until you resume (for moderators)" in lines


@pytest.mark.parametrize(("locale", "channel"), [("zh-CN", EN), (None, ZH), ("zh-TW", EN)])
async def test_help_is_in_the_readers_language(
    mod: Mod, locale: str | None, channel: ChannelId
) -> None:
    told = await mod.ask("help", locale=locale, channel=channel)
    assert "I carry" not in told
    assert "carry" not in told.replace("/relay", "")
    assert ("传" in told or "转" in told) is (locale != "zh-TW")


async def test_a_commands_name_stands_out_in_help(mod: Mod) -> None:
    await mod.ask("help", is_mod=False)
    rich = mod.reply.rich
    bold = [rich.cut(s.start, s.end).text for s in rich.spans if s.style is Style.BOLD]
    assert bold == ["/help"]

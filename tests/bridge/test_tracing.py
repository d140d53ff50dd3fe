"""Why a message did or did not cross, and whether one would: asked on every platform."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from tests.bridge.place import Place, arrival, arrivals, until
from tests.bridge.town import Town

MENU = "Trace this message"
ROUND = pytest.mark.parametrize(
    ("here", "there"),
    [("discord", "telegram"), ("telegram", "sandbox"), ("sandbox", "discord")],
    ids=["discord-to-telegram", "telegram-to-sandbox", "sandbox-to-discord"],
)


async def trace(place: Place, message: str) -> list[str]:
    """The lines in the asker's language."""
    told = (await place.ask_about(message, "relay trace", menu=MENU)).text
    return told.split("\n\n")[0].splitlines()


@ROUND
async def test_the_way_of_a_message_is_told_at_both_ends(town: Town, here: str, there: str) -> None:
    one, other = await town.place(here), await town.place(there, "zh")
    async with town.running():
        said = await one.say("Good morning, see https://example.org/cat", by="Ann")
        copy = await arrival(other)

        async def is_told() -> list[str]:
            lines = await trace(one, said)
            return lines if any("arrived in" in line for line in lines) else []

        lines = await until(is_told)
        about_copy = await trace(other, copy.id)
    assert "Message from Ann, written in " in lines[0]
    assert re.search(r"^\d\d:\d\d:\d\d · heard, ", lines[1])
    assert any("translated from English by" in line for line in lines)
    assert "Kept as it was: link × 1." in lines
    assert "You asked about a copy. This is the story of the original." in about_copy
    assert any("arrived in" in line for line in about_copy)


@ROUND
async def test_why_a_message_stayed_is_told(town: Town, here: str, there: str) -> None:
    one, other = await town.place(here), await town.place(there)
    async with town.running():
        await one.ask("relay pause", is_mod=True)
        said = await one.say("between us")
        assert "Not carried over: the relay was paused then." in await trace(one, said)
        await arrivals(other, 0)


async def asked_with(place: Place, link: str, said: str) -> str:
    """On Telegram the answer is read in the private chat; the link counts, not the reply."""
    command = f"relay trace {link}"
    if place.platform == "telegram":
        return (await place.ask_about(said, command, menu=MENU)).text
    return (await place.ask(command, is_mod=True)).text


@ROUND
async def test_a_link_tells_which_message_is_meant(town: Town, here: str, there: str) -> None:
    """Also one to the other platform."""
    one, other = await town.place(here), await town.place(there)
    async with town.running():
        said = await one.say("hello", by="Ann")
        wrong = await one.say("bye", by="Ben")
        copy = (await arrivals(other, 2))[0]

        async def is_told() -> bool:
            return "from Ann" in await asked_with(one, other.link(copy.id), wrong)

        await until(is_told)
        assert "from Ann" in await asked_with(one, one.link(said), wrong)


@ROUND
async def test_a_test_goes_the_whole_way_and_is_taken_back(
    town: Town, here: str, there: str
) -> None:
    one, other = await town.place(here), await town.place(there, "zh")
    async with town.running():
        told = (await one.ask("relay test", is_mod=True)).text
        (shown,) = await arrivals(other, 1)
        await arrivals(one, 0)
        mark = told.split()[1]
        assert mark in shown.text
        assert "Everything came through." in told
        assert re.search(r"sent after [\d.]+ s, confirmed after [\d.]+ s", told)
        assert re.search(r"translated into Simplified Chinese by .+ in \d+ ms: ", told)
        await town.pass_time(timedelta(minutes=11))
        await until(lambda: is_empty(other))


async def is_empty(place: Place) -> bool:
    return not await place.arrived()


@ROUND
async def test_a_test_is_taken_back_after_a_restart(town: Town, here: str, there: str) -> None:
    """Nobody has read what came of it: the bridge was gone meanwhile."""
    one, other = await town.place(here), await town.place(there)
    async with town.running():
        asked = asyncio.create_task(one.ask("relay test", is_mod=True))
        await arrivals(other, 1)
        asked.cancel()
        await asyncio.wait([asked])
    town.clock.advance(timedelta(minutes=11))
    async with town.running():
        await until(lambda: is_empty(other))


async def test_a_test_says_which_channel_it_did_not_reach(town: Town) -> None:
    one = await town.discord_place()
    two, three = await town.place("telegram"), await town.place("sandbox")
    async with town.running() as bridge:
        emulator = await town.telegram()
        emulator.set_status(int(two.channel), emulator.state.bot["id"], "kicked")
        bridge.clock.sleep = briefly  # type: ignore[method-assign]
        told = (await one.ask("relay test", is_mod=True)).text
        await until(lambda: is_tested(three))  # it may also read that the other one is closed
    assert "Not reached so far: 1 of 2." in told
    assert re.search(rf"Telegram {two.channel}: not there after 20 s", told)
    assert "the way to Telegram" in told


async def is_tested(place: Place) -> bool:
    return any("🔧" in one.text for one in await place.arrived())


async def briefly(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.005))

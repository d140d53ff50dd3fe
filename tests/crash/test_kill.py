"""Killed at any step, the program loses nothing, keeps the order and hardly repeats itself."""

from __future__ import annotations

import asyncio
import random
import signal

import pytest

from tests.crash.river import Banks
from tests.parts import eventually

pytestmark = [pytest.mark.crash, pytest.mark.asyncio(loop_scope="session")]

POINTS = [
    "heard:2",
    "committed:2",
    "claimed:2",
    "attempted:3",
    "answered:3",
    "journaled:3",
    "before-verdict-commit:2",
    "after-verdict-commit:2",
]
KILLS = 4
SEED = 20250113


def check(banks: Banks, *, kills: int) -> None:
    assert banks.shown_on_discord == banks.said
    assert _without_repeats(banks.shown_on_telegram) == banks.said
    assert banks.doubles_on_telegram <= kills


@pytest.mark.parametrize("fault", POINTS)
async def test_a_kill_between_two_steps_loses_nothing(banks: Banks, fault: str) -> None:
    async with banks.program(fault) as program:
        await banks.talk(until=lambda: not program.is_alive)
        assert await program.ended() == -signal.SIGKILL, f"never reached {fault}"
    await banks.say()
    async with banks.program():
        await banks.everything_arrived()
    check(banks, kills=1)


async def test_a_kill_within_a_transaction_on_postgresql_loses_nothing(
    banks_on_postgresql: Banks,
) -> None:
    """Its server keeps the dead one's locks until it has noticed."""
    await test_a_kill_between_two_steps_loses_nothing(
        banks_on_postgresql, "before-verdict-commit:2"
    )


async def test_a_kill_between_two_parts_of_a_long_message_loses_no_part(banks: Banks) -> None:
    words = [f"part-word-{number:04d}" for number in range(260)]
    async with banks.program("answered:2") as program:
        await banks.telegram.post(banks.chat, banks.mei, " ".join(words))
        assert await program.ended() == -signal.SIGKILL
    await banks.say()
    async with banks.program():
        await banks.everything_arrived()
    shown = [word for text in banks.discord_texts() for word in text.split() if "part-word" in word]
    assert shown == words


async def test_an_edit_just_before_a_kill_is_made_after_it(banks: Banks) -> None:
    async with banks.program() as program:
        said = await banks.telegram.post(banks.chat, banks.mei, "tpyo")
        await banks.discord.wait(lambda: "tpyo" in banks.discord_texts())
        await banks.telegram.edit(banks.chat, said["message_id"], "typo")
        program.kill()
    async with banks.program():
        await banks.discord.wait(lambda: "typo" in banks.discord_texts())
    assert "tpyo" not in banks.discord_texts()


async def test_kills_at_any_time_lose_nothing(banks: Banks) -> None:
    times = random.Random(SEED)
    for _ in range(KILLS):
        async with banks.program() as program:
            end = asyncio.get_running_loop().time() + times.uniform(0.5, 2.5)
            await banks.talk(until=lambda end=end: asyncio.get_running_loop().time() > end)
            program.kill()
    async with banks.program():
        await banks.everything_arrived()
    check(banks, kills=KILLS)


async def test_who_joined_just_before_a_kill_is_noticed_after_it(banks: Banks) -> None:
    """What was committed and not passed on yet is told again by no platform."""
    joined: list[str] = []
    async with banks.program("committed:4") as program:
        while program.is_alive:
            person = banks.telegram.add_user(f"Newcomer {len(joined)}")
            await banks.telegram.join(banks.chat, person)
            joined.append(str(person))
            await asyncio.sleep(0.05)
        assert await program.ended() == -signal.SIGKILL
    async with banks.program():
        await eventually(lambda: set(joined) <= banks.newcomers())


def _without_repeats(numbers: list[int]) -> list[int]:
    """In the order of their first appearance."""
    return list(dict.fromkeys(numbers))

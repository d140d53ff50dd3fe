"""Stopping in the middle of a talk, starting twice, and a disk without space."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.crash.river import Banks

pytestmark = [pytest.mark.crash, pytest.mark.asyncio(loop_scope="session")]

WAITING = "what is heard waits"


async def test_stopping_under_load_loses_and_doubles_nothing(banks: Banks) -> None:
    async with banks.program() as program:
        await banks.talk(until=lambda: len(banks.shown_on_telegram) >= 20)
        talking = asyncio.create_task(banks.talk(until=lambda: not program.is_alive))
        asked = time.monotonic()
        program.terminate()
        assert await program.ended() == 0
        assert time.monotonic() - asked < 10
        await talking
    async with banks.program():
        await banks.everything_arrived()
    assert banks.shown_on_discord == banks.said
    assert banks.shown_on_telegram == banks.said


async def test_a_second_start_on_the_same_data_says_so_and_ends(banks: Banks) -> None:
    async with banks.program():
        await banks.say()
        await banks.everything_arrived()
        async with banks.program() as second:
            assert await second.ended() == 2
        assert second.log.startswith("data_dir: ")
        assert "Traceback" not in second.log


async def test_a_full_disk_is_said_once_and_loses_nothing(banks: Banks) -> None:
    async with banks.program() as program:
        await banks.say()
        await banks.everything_arrived()
        program.limit_files(512)
        for _ in range(5):
            await banks.say()
        await banks.discord.wait(lambda: WAITING in program.log)
        await asyncio.sleep(1.5)  # at least one more try
        assert program.log.count(WAITING) == 1
        program.limit_files()
        await banks.everything_arrived()
    assert banks.shown_on_discord == banks.said
    assert banks.shown_on_telegram == banks.said

"""The transport ends when it is told to, whatever comes at the same moment."""

from __future__ import annotations

import asyncio
import time

from bot.adapters.telegram.request import Request
from tests.telegram.world import World


async def test_a_stop_at_the_moment_of_a_timeout_is_a_stop(world: World) -> None:
    """As after a standstill of the machine, when all that is overdue happens at once."""
    world.emulator.fault("getMe", delay=60)
    address = f"{world.emulator.api_base}/bot{world.emulator.token}/getMe"
    request = Request()
    asking = request.do_request(
        address, "POST", read_timeout=0.3, write_timeout=0.1, connect_timeout=0.1
    )
    asked = asyncio.create_task(asking)
    await world.until(lambda: world.emulator._faults[0].hits)
    asyncio.get_running_loop().call_later(0.6, asked.cancel)
    time.sleep(1)  # noqa: ASYNC251 — nothing moves on meanwhile
    await asyncio.wait([asked])
    assert asked.cancelled()
    await request.shutdown()

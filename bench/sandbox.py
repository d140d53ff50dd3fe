"""Sustained messages a second, room to room: translation off, each durable before it is sent."""

from __future__ import annotations

import asyncio
import statistics
import time

import aiohttp

from bench.program import running

RUNS = 3
MESSAGES = 1000
WRITERS = 16
CONFIG = """
log_level = "warning"
[sandbox]
port = {port}
[[relays]]
name = "bench"
[[relays.channels]]
platform = "sandbox"
channel = "left"
language = "en"
[[relays.channels]]
platform = "sandbox"
channel = "right"
language = "en"
"""
PERSONA = {"id": "bench", "name": "Bench", "avatar": "cat"}


async def main() -> None:
    print(f"sandbox: {MESSAGES} messages by {WRITERS} writers, room to room, {RUNS} runs")
    rates: list[float] = []
    for run in range(RUNS):
        port = 18765 + run
        async with running(CONFIG.format(port=port)), aiohttp.ClientSession() as client:
            rates.append(await _rate(client, f"http://127.0.0.1:{port}"))
    print(
        f"  {statistics.median(rates):.0f} messages/s (median; {min(rates):.0f}-{max(rates):.0f})"
    )


async def _rate(client: aiohttp.ClientSession, address: str) -> float:
    await wait_until_served(client, address)
    numbers = iter(range(MESSAGES))
    start = time.perf_counter()

    async def write() -> None:
        for number in numbers:
            body = {"key": f"k{number}", "persona": PERSONA, "text": f"message {number}"}
            url = f"{address}/api/rooms/left/messages"
            async with client.post(url, json=body, headers={"Origin": address}) as answer:
                answer.raise_for_status()

    async with asyncio.TaskGroup() as group:
        for _ in range(WRITERS):
            group.create_task(write())
    # A message and its copy are one change each.
    while await _revision(client, address) < 2 * MESSAGES:
        if time.perf_counter() - start > 120:
            raise TimeoutError("not every message arrived within 120 s")
        await asyncio.sleep(0.2)  # the answer holds the newest messages: asking is not free
    return MESSAGES / (time.perf_counter() - start)


async def wait_until_served(client: aiohttp.ClientSession, address: str) -> None:
    for _ in range(600):
        try:
            await _revision(client, address)
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)
        else:
            return
    raise TimeoutError("the page is not served")


async def _revision(client: aiohttp.ClientSession, address: str) -> int:
    async with client.get(f"{address}/api/state") as answer:
        return (await answer.json())["revision"]

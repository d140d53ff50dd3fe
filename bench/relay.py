"""What the bridge adds to a message's way: Telegram → Discord and back, on the emulators.

Translation is off (both channels hold one language), limits are off, and every message is
committed before it is sent. The clock runs from the post on one emulator to the arrival on the
other; the program is a process of its own, the emulators and this clock share another.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.program import milliseconds, running
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator

RUNS = 5
BURST = 200
CONFIG = """
log_level = "warning"
[discord]
token = "{discord_token}"
api_base = "{discord_base}"
[telegram]
token = "{telegram_token}"
api_base = "{telegram_base}"
[[relays]]
name = "bench"
[[relays.channels]]
platform = "discord"
channel = "{discord_channel}"
language = "en"
[[relays.channels]]
platform = "telegram"
channel = "{telegram_chat}"
language = "en"
"""
DISCORD_TOKEN, TELEGRAM_TOKEN = "discord-bench-token", "123456:telegram-bench-token"


@dataclass(frozen=True, slots=True)
class Direction:
    """`post` writes a text on one side; `arrived` lists (text, time) on the other."""

    name: str
    post: Callable[[str], Awaitable[object]]
    arrived: Callable[[], list[tuple[str, float]]]


async def main() -> None:
    print(f"relay: {BURST} messages at once, {RUNS} runs; then steady rates")
    async with _bridge() as (directions, switch_limits_on):
        for direction in directions:
            await _warmed_up(direction)
        for direction in directions:
            await _bursts(direction)
        for rate, count in ((1, 20), (50, 500)):
            for direction in directions:
                texts = [f"steady {rate} {number}" for number in range(count)]
                times = await _timed(direction, texts, pause=1 / rate)
                print(f"  {direction.name}  {rate:3d} messages/s   {milliseconds(times)}")
        switch_limits_on()
        for direction in directions:
            await _pressed(direction)


async def _warmed_up(direction: Direction) -> None:
    """Write until something crosses: a bridge hears nothing from before its first start."""
    deadline = time.perf_counter() + 30
    while not direction.arrived():
        await direction.post("warm up")
        await asyncio.sleep(0.5)
        if time.perf_counter() > deadline:
            raise TimeoutError(f"{direction.name}: nothing crosses")
    await asyncio.sleep(1)


async def _bursts(direction: Direction) -> None:
    medians, worst = [], []
    for run in range(RUNS):
        texts = [f"burst {run} {number}" for number in range(BURST)]
        times = sorted(await _timed(direction, texts, pause=0))
        medians.append(statistics.median(times))
        worst.append(times[int(BURST * 0.99) - 1])
    print(
        f"  {direction.name}  {BURST} at once     "
        f"p50 {statistics.median(medians) * 1000:7.1f} ms   "
        f"p99 {statistics.median(worst) * 1000:7.1f} ms   (medians of {RUNS} runs)"
    )


async def _pressed(direction: Direction) -> None:
    """A burst beyond the platform's limits: how long until all of it can be read."""
    before = len(direction.arrived())
    texts = [f"message {number} of the burst end{number}." for number in range(BURST)]
    start = time.perf_counter()
    for text in texts:
        await direction.post(text)
    while True:
        shown = [text for text, _ in direction.arrived()[before:]]
        joined = "\n".join(shown)
        if all(text in joined for text in texts):
            break
        if time.perf_counter() - start > 90:
            raise TimeoutError(f"{direction.name}: the burst did not arrive within 90 s")
        await asyncio.sleep(0.1)
    seconds = time.perf_counter() - start
    print(
        f"  {direction.name}  {BURST} at once, limits on: readable after {seconds:.1f} s "
        f"in {len(shown)} messages"
    )


async def _timed(direction: Direction, texts: list[str], pause: float) -> list[float]:
    """Seconds from post to arrival of each; raises where one is missing or the order is wrong."""
    posted: dict[str, float] = {}
    before = len(direction.arrived())
    start = time.perf_counter()
    for number, text in enumerate(texts):
        if pause:
            await asyncio.sleep(max(0.0, start + number * pause - time.perf_counter()))
        posted[text] = time.perf_counter()
        await direction.post(text)
    deadline = time.perf_counter() + 15
    while len(direction.arrived()) - before < len(texts):
        if time.perf_counter() > deadline:
            count = len(direction.arrived()) - before
            raise TimeoutError(f"{direction.name}: {count} of {len(texts)} arrived")
        await asyncio.sleep(0.01)
    arrived = direction.arrived()[before:]
    if [text.rsplit("\n", 1)[-1] for text, _ in arrived] != texts:
        raise RuntimeError("messages arrived out of order, doubled or changed")
    return [at - posted[text.rsplit("\n", 1)[-1]] for text, at in arrived]


@asynccontextmanager
async def _bridge() -> AsyncGenerator[tuple[list[Direction], Callable[[], None]], None]:
    async with (
        DiscordEmulator(token=DISCORD_TOKEN) as discord,
        TelegramEmulator(token=TELEGRAM_TOKEN) as telegram,
    ):
        guild = discord.add_guild("Cats")
        channel = discord.add_channel(guild, "english")
        member = discord.add_user("Sam")
        chat = telegram.add_chat("Chinese", kind="supergroup")
        person = telegram.add_user("Mei")
        telegram.privacy_mode = False
        config = CONFIG.format(
            discord_token=DISCORD_TOKEN,
            discord_base=discord.api_base,
            discord_channel=channel,
            telegram_token=TELEGRAM_TOKEN,
            telegram_base=telegram.api_base,
            telegram_chat=chat,
        )
        async with running(config) as program:
            to_telegram = Direction(
                "Discord → Telegram",
                lambda text: discord.post(channel, member, text),
                lambda: [(m["text"], m["_received_at"]) for m in telegram.sent(chat)],
            )
            to_discord = Direction(
                "Telegram → Discord",
                lambda text: telegram.post(chat, person, text),
                lambda: [
                    (m["content"], m["_received_at"])
                    for m in discord.messages(channel)
                    if m.get("webhook_id")
                ],
            )
            await _first_message(program.started, to_discord)

            def switch_limits_on() -> None:
                discord.rate_limits = telegram.rate_limits = True

            yield [to_discord, to_telegram], switch_limits_on


async def _first_message(started: float, direction: Direction) -> None:
    """A message posted before the start arrives once the program runs."""
    await direction.post("first")
    while not direction.arrived():
        if time.perf_counter() - started > 60:
            raise TimeoutError("the program did not relay its first message within 60 s")
        await asyncio.sleep(0.01)
    print(f"  from start to the first relayed message: {time.perf_counter() - started:.2f} s")

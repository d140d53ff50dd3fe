"""Two banks, a Discord channel and a Telegram group: people talk there while the program dies."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import COGS
from tests.crash.program import Program
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator

CONFIG = """
{database}
data_dir = "{data}"
log_level = "info"
cogs = {cogs}
[discord]
token = "{discord_token}"
api_base = "{discord_base}"
[telegram]
token = "{telegram_token}"
api_base = "{telegram_base}"
[[relays]]
name = "river"
[[relays.channels]]
platform = "discord"
channel = "{discord_channel}"
language = "en"
[[relays.channels]]
platform = "telegram"
channel = "{telegram_chat}"
language = "en"
"""
ARRIVE_WITHIN = 20.0  # seconds
PACE = 0.02  # seconds between two messages of one bank
_NUMBER = re.compile(r"message (\d+)")


@dataclass(slots=True)
class Banks:
    """What was said on each, and what the other was shown, as numbers. They go on from test to
    test; `since` marks where the running test begins.
    """

    discord: DiscordEmulator
    telegram: TelegramEmulator
    channel: str
    chat: int
    sam: str
    mei: int
    config: Path
    _said: int = 0
    _seen: tuple[int, int] = (0, 0)
    _first: int = field(default=0)

    def begin(self) -> None:
        """Only what is said and shown from here on counts."""
        self._first = self._said
        self._seen = len(self.discord_texts()), len(self._on_telegram())

    def program(self, fault: str = "") -> Program:
        return Program(self.config, fault=fault)

    async def say(self) -> None:
        """One more message on each bank."""
        text = f"message {self._said}"
        self._said += 1
        await self.discord.post(self.channel, self.sam, text)
        await self.telegram.post(self.chat, self.mei, text)

    async def talk(self, until: Callable[[], bool], *, most: int = 400) -> None:
        for _ in range(most):
            if until():
                return
            await self.say()
            await asyncio.sleep(PACE)

    def discord_texts(self) -> list[str]:
        return [m["content"] for m in self.discord.messages(self.channel) if m.get("webhook_id")]

    @property
    def said(self) -> list[int]:
        return list(range(self._first, self._said))

    @property
    def shown_on_discord(self) -> list[int]:
        return _numbers(self.discord_texts()[self._seen[0] :])

    @property
    def shown_on_telegram(self) -> list[int]:
        return _numbers(self._on_telegram()[self._seen[1] :])

    @property
    def doubles_on_telegram(self) -> int:
        """Messages of ours that say again what one before them said."""
        counted = Counter(self._on_telegram()[self._seen[1] :])
        return sum(count - 1 for count in counted.values())

    def newcomers(self) -> set[str]:
        """Whom the cat tax has noticed, by their ids."""
        with closing(sqlite3.connect(self.config.parent / "data" / "catbridge.db")) as store:
            return {row[0] for row in store.execute("SELECT person_id FROM cat_newcomers")}

    async def everything_arrived(self) -> None:
        """Wait for the last message on both banks. Raises TimeoutError."""
        last = self.said[-1]

        def have_arrived() -> bool:
            return last in self.shown_on_discord and last in self.shown_on_telegram

        try:
            await self.discord.wait(have_arrived, timeout=ARRIVE_WITHIN)
        except TimeoutError:
            message = f"{last}: {self.shown_on_discord} and {self.shown_on_telegram}"
            raise TimeoutError(message) from None

    async def warm_up(self) -> None:
        """The first start ever: a channel's past stays there, so people wait for it to be ready."""
        async with self.program() as program:
            await self.discord.wait(lambda: self.discord.connected, timeout=15)
            for _ in range(200):
                await self.say()
                await asyncio.sleep(0.1)
                if self.shown_on_discord and self.shown_on_telegram:
                    break
            await self.everything_arrived()
            program.terminate()
            assert await program.ended() == 0

    def _on_telegram(self) -> list[str]:
        return [m["text"] for m in self.telegram.sent(self.chat)]


def _numbers(texts: list[str]) -> list[int]:
    """Texts that waited together arrive as one message."""
    return [int(number) for text in texts for number in _NUMBER.findall(text)]


def build(
    discord: DiscordEmulator, telegram: TelegramEmulator, folder: Path, database_url: str = ""
) -> Banks:
    """On a SQLite file in `folder` where no database is named."""
    channel = discord.add_channel(discord.add_guild("Cats"), "river")
    chat = telegram.add_chat("River")
    config = folder / "config.toml"
    config.write_text(
        CONFIG.format(
            database=f'database_url = "{database_url}"' if database_url else "",
            data=folder / "data",
            cogs=[name for name in COGS if name != "daily_question"],  # it speaks at its hour
            discord_token=discord.token,
            discord_base=discord.api_base,
            discord_channel=channel,
            telegram_token=telegram.token,
            telegram_base=telegram.api_base,
            telegram_chat=chat,
        )
    )
    sam, mei = discord.add_user("Sam"), telegram.add_user("Mei")
    return Banks(discord, telegram, channel, chat, sam, mei, config)

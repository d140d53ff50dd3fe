"""A community that asks: a world with the cog in it, and hands to press its buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.cog import Reply
from bot.core.model import (
    Author,
    Button,
    ChannelId,
    MessageId,
    PersonId,
)
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store.database import Database
from tests.parts import (
    ANN,
    EN,
    ZH,
    EditingRoom,
    Shown,
    World,
    host_of,
    world_of,
)

BOB = Author(PersonId("east", "bob"), "Bob")
LI = Author(PersonId("west", "li"), "小李")
QUESTION = "How do you make dumplings?"
THREAD = ChannelId("east", "thread-1")
DAY = 24 * 60 * 60.0


class ThreadedRoom(EditingRoom):
    """One that opens threads, as Discord does."""

    async def open_thread(self, channel: ChannelId, id: str, title: str) -> ChannelId:
        self.calls.append(f"thread {title}")
        return ChannelId(channel.platform, f"thread-{id}")


class Community:
    """Its people, by default Ann in the English channel."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def start(self) -> None:
        """As after a restart: nothing is left but the database and the rooms."""
        await self.world.strandbook.load()
        await self.world.preferences.load()
        self.dispatcher = Dispatcher(self.world.relaybook.language)
        self.host = host_of(self.world, self.dispatcher)
        await load_cogs(["ask"], self.host, self.dispatcher)

    @property
    def cog(self) -> Any:
        return self.dispatcher.cogs[0]

    async def run(self, *path: str, text: str = "", **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": None}
        reply = await self.dispatcher.run(Invocation(path, text=text, **(asked | how)))
        await self.world.deliver()
        return reply

    async def ask(self, words: str = QUESTION, **how: Any) -> Reply:
        self.world.clock.advance(61)
        return await self.run("ask", text=words, **how)

    async def press(self, button: Button, **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": "en"}
        press = Press(button.action, button.argument, **(asked | how))
        reply = await self.dispatcher.press(press)
        assert reply is not None
        await self.world.deliver()
        return reply

    async def later(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        for job in self.dispatcher.repeatings():
            await job.run()
        await self.world.deliver()

    async def answer(
        self, words: str = "用猪肉", author: Author = LI, number: int = 1
    ) -> MessageId:
        """Replies to the card in the Chinese channel."""
        card = self.shown("west", f"ask.choose:{number}")
        said = await self.world.say(
            words, channel=ZH, author=author, reply_to=MessageId(ZH, card.id)
        )
        await self.world.deliver()
        return said

    async def choose(self, which: int = 0, **how: Any) -> Reply:
        listed = await self.press(self.button("ask.choose"), **how)
        return await self.press(listed.buttons[which], **how)

    async def archive(self, question: str = QUESTION, answer: str = "用猪肉和白菜") -> None:
        """The whole way: asked, answered, chosen, agreed."""
        await self.ask(question)
        number = len(await self.world.query("SELECT id FROM asks"))
        await self.answer(answer, number=number)
        listed = await self.press(Button("", "ask.choose", str(number)))
        await self.press(listed.buttons[0])
        await self.press(Button("", "ask.agree", str(number)), channel=ZH, person=LI)

    def shown(self, room: str, button: str) -> Shown:
        """The message with this "action:argument" under it."""
        for one in self.world.chats[room].messages.values():
            if button in [f"{b.action}:{b.argument}" for b in one.part.buttons]:
                return one
        raise AssertionError(f"nothing in {room} has the button {button}")

    def button(self, action: str, room: str = "east", number: int = 1) -> Button:
        part = self.shown(room, f"{action}:{number}").part
        return next(button for button in part.buttons if button.action == action)

    def has(self, action: str) -> bool:
        rooms = self.world.chats.values()
        parts = [one.part for room in rooms for one in room.messages.values()]
        return any(button.action == action for part in parts for button in part.buttons)

    def texts(self, channel: ChannelId) -> str:
        return "\n---\n".join(self.world.chats[channel.platform].texts(channel))

    async def count(self, table: str) -> int:
        return len(await self.world.query(f"SELECT 1 FROM {table}"))


@asynccontextmanager
async def town_of(database: Database, folder: Path) -> AsyncIterator[Community]:
    async with world_of(database, folder) as world:
        can = replace(world.east.can, replies=True)
        world.chats["east"] = ThreadedRoom("east", world.clock, can)
        world.courier = world.new_courier()
        town = Community(world)
        await town.start()
        yield town

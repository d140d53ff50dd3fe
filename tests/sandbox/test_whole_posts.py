"""The whole demo with a cog of the tests: its posts, the talk under them, and time moved on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import config
from bot.app import Bridge, assembled
from bot.clock import ShiftableClock
from bot.cog import Button, Cog, Context, Reply, listener, on_button, repeating
from bot.core.model import ChannelId, Joined, MessageId, Reacted
from bot.core.richtext import RichText
from bot.services import Post
from tests.parts import eventually
from tests.sandbox.conftest import SAM, YU
from tests.sandbox.test_whole import free_port

ENGLISH = ChannelId("sandbox", "english")
CHINESE = ChannelId("sandbox", "chinese")
QUESTION = {ENGLISH: "What do cats dream of?", CHINESE: "猫会梦见什么？"}
HAZEL = {"id": "hazel", "name": "Hazel", "avatar": "white"}


class Dreams(Cog):
    """Asks at the start, closes the question a day later, and greets."""

    name = "dreams"

    async def load(self) -> None:
        self.closes_at = self.host.clock.now() + timedelta(days=1)
        button = Button("Dream on", "dreams.on", "7")
        async with self.host.store.transaction() as connection:
            for channel, words in QUESTION.items():
                post = Post(RichText(words), buttons=(button,), thread="Dreams")
                await self.host.posts.say(connection, channel, post, key="dreams:1")
            roots = dict.fromkeys(QUESTION, "dreams:1")
            await self.host.posts.open_strand(connection, "dreams:1", roots)

    @repeating(timedelta(minutes=1))
    async def close(self) -> None:
        if self.host.clock.now() < self.closes_at:
            return
        async with self.host.store.transaction() as connection:
            for channel in QUESTION:
                closed = Post(RichText("Closed."))
                await self.host.posts.revise(connection, channel, closed, key="dreams:1")

    @on_button("on")
    async def dream_on(self, ctx: Context, argument: str) -> Reply:
        assert ctx.reply_to
        async with self.host.store.reading() as connection:
            key = await self.host.posts.named(connection, ctx.reply_to)
        return Reply(f"{ctx.person.name} dreams on under {key}.")

    @listener("member_joined")
    async def greet(self, joined: Joined) -> None:
        await self.tell(joined.channel, f"Welcome, {joined.person.name}!", "greeting")

    @listener("reaction")
    async def thank(self, reacted: Reacted) -> None:
        await self.tell(reacted.ref.channel, f"{reacted.emoji} counts", "thanks")

    async def tell(self, channel: ChannelId, words: str, key: str) -> None:
        async with self.host.store.transaction() as connection:
            await self.host.posts.say(connection, channel, Post(RichText(words)), key=key)


@dataclass
class Demo:
    bridge: Bridge
    http: aiohttp.ClientSession

    async def messages(self, room: str) -> list[dict]:
        state = await (await self.http.get("/api/state")).json()
        return next(r["messages"] for r in state["rooms"] if r["id"] == room)

    async def find(self, room: str, fits: Callable[[dict], bool]) -> dict:
        """The first such message, as soon as it is there."""
        async with asyncio.timeout(30):
            while True:
                for message in await self.messages(room):
                    if fits(message):
                        return message
                await asyncio.sleep(0.05)

    def links(self, *roots: dict) -> bool:
        """Whether replies to these posts are known to be one talk."""
        refs = [MessageId(ChannelId("sandbox", root["room"]), root["id"]) for root in roots]
        return all(self.bridge.strandbook.at(ref, ref) for ref in refs)

    async def question(self, room: str) -> dict:
        return await self.find(room, lambda message: bool(message.get("buttons")))

    async def post(self, room: str, text: str, persona: dict, *, reply_to: str) -> dict:
        body = {"key": room, "persona": persona, "text": text, "reply_to": reply_to}
        said = await self.http.post(f"/api/rooms/{room}/messages", json=body)
        assert said.status == 201
        return await said.json()


@asynccontextmanager
async def demo_in(folder: Path) -> AsyncIterator[Demo]:
    port = free_port()
    stop, ready = asyncio.Event(), asyncio.Event()
    settings = config.demo(port, folder, {}).model_copy(update={"cogs": ("help",)})
    async with assembled(settings, clock=ShiftableClock(folder / "clock")) as bridge:
        cog = Dreams(bridge.host)
        bridge.host.add_cog(cog)
        await cog.load()
        serving = asyncio.create_task(bridge.serve(stop, ready.set))
        async with asyncio.timeout(30):
            await ready.wait()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield Demo(bridge, http)
        stop.set()
        await serving


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    async with demo_in(tmp_path) as opened:
        yield opened


async def test_replies_to_a_post_are_one_talk_across_the_rooms(demo: Demo):
    asked, asked_there = await demo.question("english"), await demo.question("chinese")

    await eventually(lambda: demo.links(asked, asked_there))

    said = await demo.post("english", "Of fish, I think.", SAM, reply_to=asked["id"])
    copy = await demo.find("chinese", lambda m: m["name"] == "Sam")
    await demo.post("chinese", "我觉得是鱼。", YU, reply_to=copy["id"])
    answer = await demo.find("english", lambda m: m["name"] == "小雨")

    assert copy["reply_to"] == asked_there["id"]
    assert answer["reply_to"] == said["id"]
    posts = demo.bridge.host.posts
    async with demo.bridge.database.reading() as connection:
        for said_there in (said, answer["origins"][0]):
            ref = MessageId(ChannelId("sandbox", said_there["room"]), said_there["id"])
            assert await posts.strand_of(connection, ref) == "dreams:1"


async def test_a_press_finds_the_post_it_stands_under(demo: Demo):
    asked, asked_there = await demo.question("english"), await demo.question("chinese")
    await eventually(lambda: demo.links(asked, asked_there))  # it is seen before its row is
    (button,) = asked["buttons"]
    body = {"room": "english", "persona": SAM, "message": asked["id"]}

    pressed = await demo.http.post("/api/press", json=body | button)

    assert (await pressed.json())["text"]["text"] == "Sam dreams on under dreams:1."


async def test_a_day_later_what_is_due_is_done_at_once(demo: Demo):
    asked = await demo.question("english")

    moved = await demo.http.post("/api/clock", json={"hours": 24})

    assert moved.status == 200
    for room in ("english", "chinese"):
        closed = await demo.find(room, lambda m: m["text"]["text"] == "Closed.")
        assert closed["buttons"] == []
    assert closed["sent_at"] == (await demo.messages("chinese"))[0]["sent_at"]
    told = await moved.json()
    assert told["now"] - asked["sent_at"] >= 24 * 3600_000
    assert told["zones"] == {"english": "America/New_York", "chinese": "Asia/Shanghai"}


async def test_too_early_nothing_is_done(demo: Demo):
    asked = await demo.question("english")

    await demo.http.post("/api/clock", json={"hours": 12})
    await demo.post("english", "Nothing yet?", SAM, reply_to=asked["id"])
    await demo.find("chinese", lambda m: m["name"] == "Sam")

    assert "Closed." not in [m["text"]["text"] for m in await demo.messages("english")]


async def test_a_newcomer_is_heard_of_and_a_reaction_too(demo: Demo):
    asked = await demo.question("english")
    arrival = {"key": "a1", "persona": HAZEL}
    reaction = {"persona": SAM, "emoji": "🐱", "is_added": True}

    await demo.http.post("/api/rooms/english/arrivals", json=arrival)
    await demo.http.post(f"/api/rooms/english/messages/{asked['id']}/reactions", json=reaction)

    await demo.find("english", lambda m: m["text"]["text"] == "Welcome, Hazel!")
    await demo.find("english", lambda m: m["text"]["text"] == "🐱 counts")

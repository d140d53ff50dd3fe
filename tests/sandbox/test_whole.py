"""The demo as people start it: page server, intake, translation and courier together."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import aiohttp

from bot import config
from bot.app import assembled
from tests.sandbox.conftest import SAM, YU


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def copy_in(http: aiohttp.ClientSession, room: str) -> dict:
    """The first message that Catbridge brought into a room."""
    async with asyncio.timeout(30):
        while True:
            state = await (await http.get("/api/state")).json()
            messages = next(r["messages"] for r in state["rooms"] if r["id"] == room)
            for message in messages:
                if message["is_ours"] and message["name"]:
                    return message
            await asyncio.sleep(0.05)


async def test_the_demo_translates_both_ways_and_shows_how(tmp_path: Path):
    port = free_port()
    stop, ready = asyncio.Event(), asyncio.Event()
    async with assembled(config.demo(port, tmp_path, {})) as bridge:
        serving = asyncio.create_task(bridge.serve(stop, ready.set))
        async with asyncio.timeout(30):
            await ready.wait()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            for room, persona, text in (
                ("english", SAM, "Hello! How are you?"),
                ("chinese", YU, "你好！你喜欢猫吗？"),
            ):
                body = {"key": room, "persona": persona, "text": text}
                said = await http.post(f"/api/rooms/{room}/messages", json=body)
                assert said.status == 201
            to_chinese = await copy_in(http, "chinese")
            to_english = await copy_in(http, "english")
        stop.set()
        await serving

    assert any("\u4e00" <= character <= "\u9fff" for character in to_chinese["text"]["text"])
    assert "cat" in to_english["text"]["text"].lower()
    assert to_chinese["original"]["text"] == "Hello! How are you?"
    assert to_chinese["origins"][0]["room"] == "english"
    assert "engine" in [step["name"] for step in to_chinese["translation"]["steps"]]

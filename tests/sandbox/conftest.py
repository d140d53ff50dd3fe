"""A sandbox on a free port with a stand-in relay behind it, and a browser that looks at it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright, expect

from bot.adapters.sandbox.client import Sandbox
from bot.store.database import Database
from tests.sandbox.parlour import dispatcher
from tests.sandbox.relay import ROOMS, Clock, Relay

SAM = {"id": "sam", "name": "Sam", "avatar": "ginger"}
YU = {"id": "yu", "name": "小雨", "avatar": "calico"}
ZONES = {"english": "America/New_York", "chinese": "Asia/Shanghai"}
PATIENCE = 30_000  # milliseconds; only what fails takes as long
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Place:
    """A running sandbox and a way to talk to it."""

    sandbox: Sandbox
    relay: Relay
    http: aiohttp.ClientSession

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.sandbox.port}"

    async def post(self, room: str, text: str, *, key: str, **more: object):
        body = {"key": key, "persona": SAM, "text": text} | more
        return await self.http.post(f"/api/rooms/{room}/messages", json=body)

    async def upload(self, name: str, content: bytes) -> dict:
        sent = await self.http.post("/api/files", params={"name": name}, data=content)
        return await sent.json()

    async def react(self, room: str, id: str, emoji: str, **more: object):
        body = {"persona": SAM, "emoji": emoji, "is_added": True} | more
        return await self.http.post(f"/api/rooms/{room}/messages/{id}/reactions", json=body)

    async def arrive(self, room: str, persona: dict, *, key: str):
        body = {"key": key, "persona": persona}
        return await self.http.post(f"/api/rooms/{room}/arrivals", json=body)

    async def messages(self, room: str) -> list[dict]:
        state = await (await self.http.get("/api/state")).json()
        return next(r["messages"] for r in state["rooms"] if r["id"] == room)

    async def texts(self, room: str) -> list[str]:
        return [message["text"]["text"] for message in await self.messages(room)]


@asynccontextmanager
async def serving(
    database: Database,
    folder: Path,
    relay: Relay | None = None,
    *,
    token: str | None = None,
    port: int = 0,
    clock: Clock | None = None,
    advance: Callable[[timedelta], Awaitable[None]] | None = None,
) -> AsyncIterator[Place]:
    relay = relay or Relay()
    sandbox = relay.sandbox = Sandbox(
        rooms=ROOMS,
        host="127.0.0.1",
        port=port,
        token=token,
        data_dir=folder,
        database=database,
        intake=relay,
        dispatcher=dispatcher(),
        clock=clock or Clock(),
        zone_of=lambda channel: ZONES.get(channel.id, "UTC"),
        relays=relay.relays,
        advance=advance,
    )
    task = asyncio.create_task(sandbox.run())
    ready = asyncio.create_task(sandbox.ready.wait())
    await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if task.done():
        task.result()
    address = f"http://127.0.0.1:{sandbox.port}"
    async with aiohttp.ClientSession(address) as http:
        yield Place(sandbox, relay, http)
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
async def place(database: Database, tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(database, tmp_path) as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if path is None and "CI" not in os.environ:
        pytest.skip("no Chromium is installed; the page itself is not tested")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        await opened.close()

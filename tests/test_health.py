"""Machines that watch the bridge: /healthz and /metrics on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot import app, config
from bot.core.errors import Misconfigured
from bot.settings import HttpSettings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    listen = f"127.0.0.1:{free_port()}"
    changes = {"http": HttpSettings(listen=listen), "cogs": ("help",)}  # which says nothing unasked
    settings = config.demo(0, tmp_path).model_copy(update=changes)
    stop, ready = asyncio.Event(), asyncio.Event()
    async with app.assembled(settings) as bridge:
        serving = asyncio.create_task(bridge.serve(stop, ready.set))
        await asyncio.wait_for(ready.wait(), 10)
        yield f"http://{listen}"
        stop.set()
        await serving


async def test_health_tells_which_platforms_are_connected(address: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{address}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok", "platforms": {"sandbox": True}}


async def test_metrics_count_what_waits_in_each_lane(address: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{address}/metrics") as answer:
        text = await answer.text()
    assert 'catbridge_outbox_waiting{lane="sandbox:english"} 0.0' in text
    assert 'catbridge_platform_online{platform="sandbox"} 1.0' in text


async def test_a_taken_port_is_said_with_its_key(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        http = HttpSettings(listen=listen)
        settings = config.demo(0, tmp_path).model_copy(update={"http": http})
        async with app.assembled(settings) as bridge:
            with pytest.raises(Misconfigured) as wrong:
                await asyncio.wait_for(bridge.serve(asyncio.Event(), lambda: None), 10)
    assert [problem.key for problem in wrong.value.problems] == ["http.listen"]

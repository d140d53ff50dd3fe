"""The stream of changes, and taking it up again."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.sandbox.conftest import SAM, Place


async def next_events(place: Place, count: int, *, after: int = 0) -> list[tuple[str, Any]]:
    """(kind, content) of the first `count` events."""
    found: list[tuple[str, Any]] = []
    headers = {"Last-Event-ID": str(after)}
    async with asyncio.timeout(30), place.http.get("/api/events", headers=headers) as stream:
        kind = ""
        async for line in stream.content:
            if line.startswith(b"event: "):
                kind = line[7:].decode().strip()
            elif line.startswith(b"data: "):
                found.append((kind, json.loads(line[6:])))
                if len(found) == count:
                    return found
    return found


async def test_a_page_hears_what_is_said_while_it_listens(place: Place):
    listening = asyncio.create_task(next_events(place, 2))
    await asyncio.sleep(0.05)

    await place.post("english", "hello", key="k1")

    events = await listening
    assert [content["text"]["text"] for _, content in events] == ["hello", "[zh] hello"]


async def test_a_page_that_was_away_hears_only_what_it_missed(place: Place):
    first = await (await place.post("english", "first", key="k1")).json()
    await place.post("english", "second", key="k2")

    events = await next_events(place, 2, after=first["revision"] + 1)

    assert [content["text"]["text"] for _, content in events] == ["second", "[zh] second"]


async def test_a_missed_delete_is_told_without_its_words(place: Place):
    said = await (await place.post("english", "secret", key="k1")).json()
    seen = said["revision"] + 1
    path = f"/api/rooms/english/messages/{said['id']}"
    await place.http.delete(path, json={"persona": SAM})

    events = await next_events(place, 2, after=seen)

    assert [content["is_deleted"] for _, content in events] == [True, True]
    assert "secret" not in json.dumps(events)


async def test_a_page_that_knows_more_than_the_server_starts_over(place: Place):
    assert await next_events(place, 1, after=99) == [("reset", None)]


async def test_streams_end_when_the_sandbox_closes(place: Place):
    async with place.http.get("/api/events") as stream:
        await place.sandbox.aclose()
        async with asyncio.timeout(30):
            assert b"hello" in await stream.content.read()

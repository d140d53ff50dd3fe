"""Rooms made on the page: kept over a restart, known by their names, and taken away again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sandbox.builder import MOST_ROOMS, id_for
from bot.core.model import ChannelId, Deleted, Inbound, Relay, RelayChannel
from bot.store.database import Database
from tests.sandbox.conftest import Place, serving
from tests.sandbox.test_events import next_events

pytestmark = pytest.mark.databases("sqlite", "postgresql")


async def make(place: Place, name: str, *, key: str = "", look: str = "plain") -> Any:
    body = {"key": key or f"k{len(name)}", "name": name, "look": look}
    return await place.http.post("/api/rooms", json=body)


async def rooms(place: Place) -> list[dict[str, Any]]:
    return (await (await place.http.get("/api/state")).json())["rooms"]


def linked(room: str, *, is_paused: bool = False) -> Relay:
    lobby = RelayChannel(ChannelId("sandbox", room), "zh")
    other = RelayChannel(ChannelId("discord", "7"), "en")
    return Relay(2, "Cats", (lobby, other), is_paused=is_paused)


async def test_a_new_room_has_its_name_and_look_and_no_relay(place: Place):
    answer = await (await make(place, "  Tea\thouse ", look="telegram")).json()

    made = (await rooms(place))[-1]
    assert answer["room"] == made["id"] == "tea-house"
    assert (made["name"], made["look"], made["is_made"]) == ("Tea house", "telegram", True)
    assert (made["relay"], made["language"], made["messages"]) == (None, None, [])


async def test_what_is_said_in_a_room_without_a_relay_is_kept_and_goes_nowhere(place: Place):
    await make(place, "Lobby")

    assert (await place.post("lobby", "hello", key="k1")).status == 201

    assert await place.texts("lobby") == ["hello"]
    assert isinstance(place.relay.heard[-1], Inbound)


async def test_rooms_made_on_the_page_are_there_after_a_restart(database: Database, tmp_path: Path):
    async with serving(database, tmp_path) as place:
        await make(place, "猫咪茶馆", look="discord")
        await place.post("猫咪茶馆", "你好", key="k1")

    async with serving(database, tmp_path) as place:
        last = (await rooms(place))[-1]
        assert (last["id"], last["look"]) == ("猫咪茶馆", "discord")
        assert await place.texts("猫咪茶馆") == ["你好"]


async def test_a_request_that_is_repeated_makes_one_room(place: Place):
    answers = await asyncio.gather(*(make(place, "Lobby", key="same") for _ in range(4)))

    assert {(await answer.json())["room"] for answer in answers} == {"lobby"}
    assert [room["id"] for room in await rooms(place)] == ["english", "chinese", "lobby"]


async def test_a_room_that_is_removed_takes_its_words_and_files_with_it(place: Place):
    await make(place, "Lobby")
    file = await place.upload("cat.png", b"a cat of the lobby")
    await place.post("lobby", "secret", key="k1", files=[file])
    await place.post("english", "newer", key="k2")

    assert (await place.http.delete("/api/rooms/lobby")).status == 200

    assert [room["id"] for room in await rooms(place)] == ["english", "chinese"]
    assert (await place.post("lobby", "anyone?", key="k3")).status == 404
    assert (await place.http.get(file["url"])).status == 404
    assert not any(isinstance(event, Deleted) for event in place.relay.heard)


async def test_a_new_room_of_the_same_name_does_not_show_what_the_old_one_held(place: Place):
    await make(place, "Lobby", key="first")
    await place.post("lobby", "secret", key="k1")
    await place.http.delete("/api/rooms/lobby")

    again = await (await make(place, "Lobby", key="second")).json()

    assert again["room"] == "lobby-2"
    assert await place.texts("lobby-2") == []


async def test_a_page_that_was_away_is_not_lost_when_the_newest_message_went(place: Place):
    await make(place, "Lobby")
    said = await (await place.post("lobby", "secret", key="k1")).json()
    await place.http.delete("/api/rooms/lobby")

    missed = await next_events(place, 1, after=said["revision"] - 1)

    assert [(kind, content["is_deleted"]) for kind, content in missed] == [("message", True)]
    assert (await place.post("english", "goes on", key="k2")).status == 201


async def test_only_rooms_made_here_and_in_no_relay_can_be_removed(place: Place):
    await make(place, "Lobby")
    place.relay.linked += (linked("lobby"),)

    in_relay = await place.http.delete("/api/rooms/lobby")
    of_file = await place.http.delete("/api/rooms/english")
    unknown = await place.http.delete("/api/rooms/attic")

    assert (in_relay.status, of_file.status, unknown.status) == (409, 403, 404)
    assert "“Cats”" in (await in_relay.json())["error"]
    assert len(await rooms(place)) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"key": "k", "name": " \u200b "}, 422),
        ({"key": "k", "name": "x" * 51}, 400),
        ({"key": "k", "name": "x", "look": "irc"}, 400),
        ({"name": "x"}, 400),
    ],
)
async def test_a_room_without_a_name_is_refused(place: Place, body: dict[str, str], status: int):
    assert (await place.http.post("/api/rooms", json=body)).status == status
    assert len(await rooms(place)) == 2


async def test_there_is_an_end_to_new_rooms(place: Place):
    for number in range(MOST_ROOMS - 2):
        assert (await make(place, f"Room {number}", key=f"r{number}")).status == 201

    assert (await make(place, "One more", key="more")).status == 409


async def test_pages_hear_of_rooms_and_of_what_links_them(place: Place):
    stamp = (await (await place.http.get("/api/state")).json())["stamp"]
    await make(place, "Lobby")
    async with place.http.get(f"/api/events?after=0&rooms={stamp}") as stream:
        first = await _rooms_told(stream)
        place.relay.linked += (linked("lobby", is_paused=True),)
        place.sandbox.relays_changed()
        second = await _rooms_told(stream)

    assert first["rooms"][-1]["relay"] is None
    assert second["rooms"][-1]["relay"] == {
        "name": "Cats", "from_file": False, "is_paused": True, "is_waiting": False
    }  # fmt: skip
    assert second["rooms"][-1]["language"] == "zh"
    assert first["stamp"] != second["stamp"]


async def test_a_page_that_knows_the_rooms_is_not_told_again(place: Place):
    stamp = (await (await place.http.get("/api/state")).json())["stamp"]
    await place.post("english", "hello", key="k1")

    async with place.http.get(f"/api/events?after=0&rooms={stamp}") as stream:
        kinds = [line async for line in _kinds(stream, 2)]

    assert kinds == [b"message", b"message"]


async def test_a_room_s_newest_messages_can_be_asked_for(place: Place):
    await place.post("english", "hello", key="k1")

    newest = await (await place.http.get("/api/rooms/english/messages")).json()

    assert [message["text"]["text"] for message in newest["messages"]] == ["hello"]


def test_an_id_is_the_name_as_one_word():
    assert id_for("Cats & Tea!", ()) == "cats-tea"
    assert id_for("猫咪 茶馆", ()) == "猫咪-茶馆"
    assert id_for("🐱", {"room", "room-2"}) == "room-3"
    assert len(id_for("x" * 50, {"x" * 32})) <= 40


async def _kinds(stream: Any, count: int):
    async with asyncio.timeout(30):
        while count:
            line = await stream.content.readline()
            if line.startswith(b"event: "):
                count -= 1
                yield line[7:].strip()


async def _rooms_told(stream: Any) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            if (await stream.content.readline()).strip() == b"event: rooms":
                await stream.content.readline()  # its number
                return json.loads((await stream.content.readline())[6:])

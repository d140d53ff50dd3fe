"""Rooms over HTTP: what is said, changed, deleted, and what survives."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.core.model import Deleted, Edited, Inbound, Joined
from bot.store.database import Database
from tests.sandbox.conftest import SAM, YU, Place, serving
from tests.sandbox.relay import Relay

pytestmark = pytest.mark.databases("sqlite", "postgresql")


async def test_what_is_said_in_one_room_is_read_in_the_other(place: Place):
    response = await place.post("english", "hello", key="k1")

    assert response.status == 201
    assert await place.texts("english") == ["hello"]
    assert await place.texts("chinese") == ["[zh] hello"]


async def test_a_copy_has_its_author_s_cat_and_original(place: Place):
    await place.post("english", "hello", key="k1")

    (copy,) = await place.messages("chinese")

    assert (copy["name"], copy["avatar"], copy["is_ours"]) == ("Sam", "ginger", True)
    assert copy["original"]["text"] == "hello"
    assert copy["translation"]["steps"][0]["name"] == "language"


async def test_a_repeated_request_says_it_once(place: Place):
    first = await (await place.post("english", "hello", key="same")).json()
    second = await (await place.post("english", "hello", key="same")).json()

    assert first["id"] == second["id"]
    assert await place.texts("chinese") == ["[zh] hello"]


async def test_two_retries_at_once_say_it_once(place: Place):
    await asyncio.gather(*(place.post("english", "hello", key="same") for _ in range(5)))

    assert await place.texts("english") == ["hello"]
    assert await place.texts("chinese") == ["[zh] hello"]


async def test_an_edit_and_a_delete_reach_the_other_room(place: Place):
    said = await (await place.post("english", "helo", key="k1")).json()
    path = f"/api/rooms/english/messages/{said['id']}"

    edited = await place.http.patch(path, json={"persona": SAM, "text": "hello"})
    assert (await edited.json())["is_edited"]
    assert await place.texts("chinese") == ["[zh] hello"]

    assert (await place.http.delete(path, json={"persona": SAM})).status == 204
    assert await place.texts("english") == []
    assert await place.texts("chinese") == []


async def test_a_person_s_first_message_in_a_room_announces_them_once(place: Place):
    for key, room in (("k1", "english"), ("k2", "english"), ("k3", "chinese")):
        await place.post(room, "hello", key=key)

    joined = [event for event in place.relay.heard if isinstance(event, Joined)]
    assert [(j.channel.id, j.person.name) for j in joined] == [
        ("english", "Sam"),
        ("chinese", "Sam"),
    ]


async def test_a_reply_points_at_the_copy(place: Place):
    said = await (await place.post("english", "hello", key="k1")).json()
    (copy,) = await place.messages("chinese")

    await place.post("chinese", "你好", key="k2", persona=YU, reply_to=copy["id"])

    answer = (await place.messages("english"))[-1]
    assert answer["reply_to"] == said["id"]


async def test_nobody_changes_what_others_wrote(place: Place):
    said = await (await place.post("english", "mine", key="k1")).json()
    path = f"/api/rooms/english/messages/{said['id']}"

    assert (await place.http.patch(path, json={"persona": YU, "text": "x"})).status == 403
    assert (await place.http.delete(path, json={"persona": YU})).status == 403
    assert (await place.http.delete(path, json={"persona": YU, "is_mod": True})).status == 204


async def test_rooms_survive_a_restart(database: Database, tmp_path: Path):
    relay = Relay()
    async with serving(database, tmp_path, relay) as place:
        await place.post("english", "hello", key="k1")

    async with serving(database, tmp_path, relay) as place:
        assert await place.texts("english") == ["hello"]
        assert await place.texts("chinese") == ["[zh] hello"]


async def test_what_a_crash_kept_from_the_bridge_is_said_after_the_start(
    database: Database, tmp_path: Path
):
    relay = Relay()
    async with serving(database, tmp_path, relay) as place:
        heard = await (await place.post("english", "before", key="k1")).json()
        relay.is_down = True
        assert (await place.post("english", "during", key="k2")).status == 500
        path = f"/api/rooms/english/messages/{heard['id']}"
        await place.http.patch(path, json={"persona": SAM, "text": "before, edited"})

    relay.is_down = False
    async with serving(database, tmp_path, relay) as place:
        assert await place.texts("chinese") == ["[zh] before, edited", "[zh] during"]
        kinds = [type(event) for event in relay.heard]
        assert kinds == [Joined, Inbound, Inbound, Edited]


async def test_what_was_heard_is_not_said_again_after_the_start(database: Database, tmp_path: Path):
    relay = Relay()
    async with serving(database, tmp_path, relay) as place:
        said = await (await place.post("english", "hello", key="k1")).json()
        path = f"/api/rooms/english/messages/{said['id']}"
        await place.http.delete(path, json={"persona": SAM})
    async with serving(database, tmp_path, relay):
        assert [type(event) for event in relay.heard] == [Joined, Inbound, Deleted]


async def test_a_message_that_was_deleted_before_it_was_heard_is_never_said(
    database: Database, tmp_path: Path
):
    relay = Relay()
    relay.is_down = True
    async with serving(database, tmp_path, relay) as place:
        await place.post("english", "oops", key="k1")
        (said,) = await place.messages("english")
        path = f"/api/rooms/english/messages/{said['id']}"
        await place.http.delete(path, json={"persona": SAM})

    relay.is_down = False
    async with serving(database, tmp_path, relay):
        assert relay.heard == []


async def test_older_messages_come_a_screenful_at_a_time(place: Place):
    for number in range(103):
        await place.post("english", str(number), key=f"k{number}")

    state = await (await place.http.get("/api/state")).json()
    room = state["rooms"][0]
    first = room["messages"][0]["id"]
    older = await (await place.http.get(f"/api/rooms/english/messages?before={first}")).json()

    assert (len(room["messages"]), room["has_older"]) == (100, True)
    assert [m["text"]["text"] for m in older["messages"]] == ["0", "1", "2"]
    assert older["has_older"] is False


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"{", 400, "Reload"),
        (b"[]", 400, "Reload"),
        (json.dumps({"key": "k", "persona": SAM, "text": "  \n"}).encode(), 422, "Write something"),
        (json.dumps({"key": "k", "persona": SAM, "text": "x" * 4001}).encode(), 413, "4000"),
        (b" " * 200_000, 413, "more than"),
        (json.dumps({"key": "k", "persona": SAM | {"name": " "}, "text": "x"}).encode(), 400, ""),
        (json.dumps({"key": "k", "persona": SAM, "text": "x", "files": [1]}).encode(), 400, ""),
    ],
)
async def test_a_request_that_makes_no_sense_gets_one_sentence(
    place: Place, body: bytes, status: int, sentence: str
):
    response = await place.http.post(
        "/api/rooms/english/messages", data=body, headers={"Content-Type": "application/json"}
    )

    assert response.status == status
    assert sentence in (await response.json())["error"]


async def test_four_thousand_emoji_fit(place: Place):
    response = await place.post("english", "🐱" * 4000, key="k1")

    assert response.status == 201


async def test_an_unknown_room_or_message_is_not_found(place: Place):
    assert (await place.post("attic", "hello", key="k1")).status == 404
    for number in ("7", "x", "9" * 40, "١"):
        path = f"/api/rooms/english/messages/{number}"
        assert (await place.http.delete(path, json={"persona": SAM})).status == 404


async def test_half_a_surrogate_pair_is_refused_or_kept_readable(place: Place):
    body = '{"key": "k", "persona": {"id": "a", "name": "A", "avatar": "grey"}, "text": "\\ud83d"}'

    response = await place.http.post(
        "/api/rooms/english/messages", data=body, headers={"Content-Type": "application/json"}
    )

    assert response.status in {201, 400}
    assert (await place.http.get("/api/state")).status == 200


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "\u2060\ufe0f \u3000"])
async def test_a_message_in_which_nothing_can_be_seen_is_refused(place: Place, text: str):
    assert (await place.post("english", text, key="k1")).status == 422
    assert await place.messages("english") == []

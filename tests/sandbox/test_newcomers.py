"""Somebody new comes into a room."""

from __future__ import annotations

from pathlib import Path

from bot.core.model import Inbound, Joined
from bot.store.database import Database
from tests.sandbox.conftest import SAM, Place, serving
from tests.sandbox.relay import Relay

HAZEL = {"id": "hazel", "name": "Hazel", "avatar": "white"}


def joined(relay: Relay) -> list[tuple[str, str]]:
    found = [event for event in relay.heard if isinstance(event, Joined)]
    return [(event.channel.id, event.person.name) for event in found]


async def test_an_arrival_is_a_line_of_the_room_and_announces_the_person(place: Place):
    assert (await place.arrive("english", HAZEL, key="a1")).status == 201

    (line,) = await place.messages("english")
    assert (line["name"], line["is_arrival"], line["text"]["text"]) == ("Hazel", True, "")
    assert joined(place.relay) == [("english", "Hazel")]
    assert await place.messages("chinese") == []


async def test_the_first_words_do_not_announce_them_again(place: Place):
    await place.arrive("english", HAZEL, key="a1")

    await place.post("english", "hi all", key="k1", persona=HAZEL)

    assert joined(place.relay) == [("english", "Hazel")]
    assert [type(event) for event in place.relay.heard] == [Joined, Inbound]
    (copy,) = await place.messages("chinese")
    assert copy["avatar"] == "white"


async def test_a_repeated_request_lets_nobody_in_twice(place: Place):
    await place.arrive("english", HAZEL, key="a1")
    await place.arrive("english", HAZEL, key="a1")

    assert joined(place.relay) == [("english", "Hazel")]


async def test_an_arrival_that_a_crash_kept_is_announced_after_the_start(
    database: Database, tmp_path: Path
):
    relay = Relay()
    relay.is_down = True
    async with serving(database, tmp_path, relay) as place:
        assert (await place.arrive("english", HAZEL, key="a1")).status == 500

    relay.is_down = False
    async with serving(database, tmp_path, relay), serving(database, tmp_path, relay):
        assert joined(relay) == [("english", "Hazel")]


async def test_an_arrival_is_nothing_to_edit_delete_or_react_to(place: Place):
    line = await (await place.arrive("english", HAZEL, key="a1")).json()
    path = f"/api/rooms/english/messages/{line['id']}"

    edited = await place.http.patch(path, json={"persona": HAZEL, "text": "x"})
    deleted = await place.http.delete(path, json={"persona": SAM, "is_mod": True})
    reacted = await place.react("english", line["id"], "❤️")

    assert [edited.status, deleted.status, reacted.status] == [404, 404, 404]


async def test_nobody_arrives_in_a_room_that_is_not_there(place: Place):
    assert (await place.arrive("attic", HAZEL, key="a1")).status == 404

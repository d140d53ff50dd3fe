"""Emoji given to messages: shown, taken back, and told to the cogs exactly once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.errors import Rejected
from bot.core.model import (
    Deleted,
    Edited,
    Inbound,
    Joined,
    MessageId,
    Part,
    PersonId,
    Reacted,
    Reaction,
)
from bot.core.richtext import RichText
from bot.store import sandbox as store
from bot.store.database import Database
from tests.sandbox.conftest import SAM, YU, Place, serving
from tests.sandbox.relay import CHINESE, ENGLISH, Relay

pytestmark = pytest.mark.databases("sqlite", "postgresql")


def reacted(relay: Relay) -> list[tuple[str, str, bool]]:
    found = [event for event in relay.heard if isinstance(event, Reacted)]
    return [(event.person.name, event.emoji, event.is_added) for event in found]


async def said(place: Place) -> str:
    return (await (await place.post("english", "hello", key="k1")).json())["id"]


async def shown(place: Place, room: str = "english") -> dict[str, list[str]]:
    message = (await place.messages(room))[0]
    return {
        given["emoji"]: [person["name"] for person in given["people"]]
        for given in message["reactions"]
    }


async def test_reactions_are_counted_by_emoji_and_told(place: Place):
    message = await said(place)

    await place.react("english", message, "❤️")
    await place.react("english", message, "❤️", persona=YU)
    await place.react("english", message, "🐱", persona=YU)

    assert await shown(place) == {"❤️": ["Sam", "小雨"], "🐱": ["小雨"]}
    assert reacted(place.relay) == [("Sam", "❤️", True), ("小雨", "❤️", True), ("小雨", "🐱", True)]
    event = next(event for event in place.relay.heard if isinstance(event, Reacted))
    assert event.ref == MessageId(ENGLISH.channel, message)
    assert event.person.person == PersonId("sandbox", "sam")


async def test_a_reaction_is_taken_back(place: Place):
    message = await said(place)
    await place.react("english", message, "❤️")

    await place.react("english", message, "❤️", is_added=False)

    assert await shown(place) == {}
    assert reacted(place.relay) == [("Sam", "❤️", True), ("Sam", "❤️", False)]


async def test_the_same_again_changes_and_tells_nothing(place: Place):
    message = await said(place)
    await place.react("english", message, "❤️", is_added=False)
    await place.react("english", message, "❤️")
    await place.react("english", message, "❤️")

    assert reacted(place.relay) == [("Sam", "❤️", True)]


async def test_a_reaction_to_a_copy_or_to_a_post_of_ours_is_told_too(place: Place):
    await said(place)
    (copy,) = await place.messages("chinese")
    post = await place.sandbox.chat.send(CHINESE.channel, Part(RichText("Paid")))

    await place.react("chinese", copy["id"], "👍", persona=YU)
    await place.react("chinese", post, "😂", persona=YU)

    events = [event for event in place.relay.heard if isinstance(event, Reacted)]
    assert [event.ref.id for event in events] == [copy["id"], post]


async def test_a_reaction_is_no_edit(place: Place):
    message = await said(place)
    path = f"/api/rooms/english/messages/{message}"
    await place.http.patch(path, json={"persona": SAM, "text": "hi"})

    await place.react("english", message, "❤️")

    kinds = [type(event) for event in place.relay.heard]
    assert kinds == [Joined, Inbound, Edited, Reacted]
    assert not (await place.messages("chinese"))[0]["reactions"]


async def test_an_edit_keeps_the_reactions(place: Place):
    message = await said(place)
    await place.react("english", message, "❤️")

    path = f"/api/rooms/english/messages/{message}"
    await place.http.patch(path, json={"persona": SAM, "text": "hi"})

    assert await shown(place) == {"❤️": ["Sam"]}
    assert reacted(place.relay) == [("Sam", "❤️", True)]


async def test_a_reaction_that_a_crash_kept_is_told_once_after_the_start(
    database: Database, tmp_path: Path
):
    relay = Relay()
    async with serving(database, tmp_path, relay) as place:
        message = await said(place)
        relay.is_down = True
        assert (await place.react("english", message, "❤️")).status == 500

    relay.is_down = False
    for _ in range(2):
        async with serving(database, tmp_path, relay) as place:
            assert await shown(place) == {"❤️": ["Sam"]}
    assert reacted(relay) == [("Sam", "❤️", True)]


async def test_a_deleted_post_of_ours_is_nobody_s_deleting(place: Place):
    post = await place.sandbox.chat.send(ENGLISH.channel, Part(RichText("Paid")))
    await place.react("english", post, "❤️")
    await place.sandbox.chat.delete(ENGLISH.channel, post)

    await place.post("english", "hello", key="k1")

    assert not [event for event in place.relay.heard if isinstance(event, Deleted)]


@pytest.mark.parametrize("emoji", ["", "🔥", "hello", "❤️❤️"])
async def test_only_what_the_page_offers_is_taken(place: Place, emoji: str):
    message = await said(place)

    assert (await place.react("english", message, emoji)).status == 400
    assert await shown(place) == {}


async def test_a_reaction_to_nothing_is_refused(place: Place):
    assert (await place.react("english", "99", "❤️")).status == 404
    assert (await place.react("attic", "1", "❤️")).status == 404


async def test_who_is_forgotten_leaves_no_reactions(place: Place, database: Database):
    message = await said(place)
    await place.react("english", message, "❤️")
    await place.react("english", message, "❤️", persona=YU)

    async with database.transaction() as connection:
        await store.forget(connection, [PersonId("sandbox", "yu")], datetime.now(UTC))

    assert await shown(place) == {"❤️": ["Sam"]}


async def elsewhere(place: Place) -> dict[str, int]:
    (message,) = await place.messages("english")
    return {given["emoji"]: given["elsewhere"] for given in message["reactions"]}


async def test_what_people_hold_elsewhere_is_counted_beside_what_they_hold_here(place: Place):
    message, chat = await said(place), place.sandbox.chat
    await place.react("english", message, "❤️")
    wanted = [Reaction("❤️", 2), Reaction("🔥", 1)]

    there = await chat.react(ENGLISH.channel, message, wanted, (), is_sure=True)

    assert there == ["❤️", "🔥"]
    assert await shown(place) == {"❤️": ["Sam"], "🔥": []}
    assert await elsewhere(place) == {"❤️": 2, "🔥": 1}
    await chat.edit(ENGLISH.channel, message, Part(RichText("hello!")))
    assert await elsewhere(place) == {"❤️": 2, "🔥": 1}
    await chat.react(ENGLISH.channel, message, [], there, is_sure=True)
    assert await elsewhere(place) == {"❤️": 0}
    assert reacted(place.relay) == [("Sam", "❤️", True)]


async def test_under_a_message_that_is_gone_nothing_is_shown(place: Place):
    with pytest.raises(Rejected):
        await place.sandbox.chat.react(ENGLISH.channel, "99", [Reaction("❤️", 1)], (), is_sure=True)

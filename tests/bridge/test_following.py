"""Replies, edits and deletions follow a message to the other side: every platform to every."""

from __future__ import annotations

import re

import pytest

from tests.bridge.conftest import PAIRS, Pair
from tests.bridge.place import Arrived, Place, arrival, arrivals, shows, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

DELETABLE = [one for one in PAIRS if one[0] != "telegram"]  # Telegram tells bots of no deletion


async def test_a_reply_to_a_message_from_there_answers_the_original(pair: Pair) -> None:
    asked = await pair.destination.say("who has a cat?")
    copy = await arrival(pair.source)
    await pair.source.say("me", reply_to=copy.id)
    answer = await arrival(pair.destination)
    assert (answer.text, answer.reply_to) == ("me", asked)


async def test_a_reply_to_a_message_from_here_answers_its_copy(pair: Pair) -> None:
    first = await pair.source.say("I have a cat")
    await pair.source.say("two, in fact", by="Sam", reply_to=first)
    copy, answer = await arrivals(pair.destination, 2)
    assert answer.reply_to == copy.id


async def test_an_edit_changes_the_copy_in_place(pair: Pair) -> None:
    said = await pair.source.say("tpyo")
    copy = await arrival(pair.destination)
    await pair.source.edit(said, "typo")
    await shows(pair.destination, "typo")
    edited = await arrival(pair.destination)
    assert (edited.id, edited.author) == (copy.id, "Sam")


async def test_an_edit_is_translated_again(chinese_to_english: Pair) -> None:
    pair = chinese_to_english
    said = await pair.source.say("我有一只猫。")
    assert "cat" in (await arrival(pair.destination)).text.lower()
    await pair.source.edit(said, "我有一只狗。")
    assert "dog" in (await _changed(pair.destination, "cat")).text.lower()


async def test_an_edit_of_a_reply_keeps_what_it_answers(pair: Pair) -> None:
    asked = await pair.destination.say("who has a cat?")
    copy = await arrival(pair.source)
    said = await pair.source.say("mee", reply_to=copy.id)
    await shows(pair.destination, "mee")
    await pair.source.edit(said, "me")
    await shows(pair.destination, "me")
    assert (await arrival(pair.destination)).reply_to == asked


async def test_an_edit_that_outgrows_a_message_goes_on_in_a_new_one(pair: Pair) -> None:
    said = await pair.source.say("short")
    first = await arrival(pair.destination)
    words = [f"word{number:04d}" for number in range(pair.source.limit // 9)]
    await pair.source.edit(said, " ".join(words))
    parts = await _whole(pair.destination, words)
    assert parts[0].id == first.id
    assert all(len(part.text) <= pair.destination.limit for part in parts)


async def test_an_edit_that_shrinks_leaves_nothing_behind(pair: Pair) -> None:
    words = [f"word{number:04d}" for number in range(pair.source.limit // 9)]
    said = await pair.source.say(" ".join(words))
    first, *_ = await _whole(pair.destination, words)
    await pair.source.edit(said, "short")
    await shows(pair.destination, "short")
    assert (await arrival(pair.destination)).id == first.id


async def test_the_last_of_several_quick_edits_stays(pair: Pair) -> None:
    said = await pair.source.say("draft")
    for number in range(5):
        await pair.source.edit(said, f"draft {number}")
    await pair.source.say("done")
    await shows(pair.destination, "draft 4", "done")


@pytest.mark.parametrize("platforms", DELETABLE, ids="-to-".join, indirect=True)
async def test_a_deletion_deletes_every_part(pair: Pair) -> None:
    words = [f"word{number:04d}" for number in range(pair.source.limit // 9)]
    said = await pair.source.say(" ".join(words))
    await _whole(pair.destination, words)
    await pair.source.delete(said)
    await shows(pair.destination)


@pytest.mark.parametrize("platforms", DELETABLE, ids="-to-".join, indirect=True)
async def test_what_is_deleted_at_once_does_not_stay(pair: Pair) -> None:
    await pair.source.delete(await pair.source.say("oops"))
    await pair.source.say("sorry")
    await shows(pair.destination, "sorry")


async def _whole(place: Place, words: list[str]) -> list[Arrived]:
    """The messages there, once they hold these words and no others."""

    async def whole() -> list[Arrived]:
        found = await place.arrived()
        said = re.findall(r"word\d+", " ".join(one.text for one in found))
        return found if said == words else []

    return await until(whole)


async def _changed(place: Place, gone: str) -> Arrived:
    async def changed() -> Arrived | None:
        found = await arrival(place)
        return found if gone not in found.text.lower() else None

    found = await until(changed)
    assert found is not None
    return found

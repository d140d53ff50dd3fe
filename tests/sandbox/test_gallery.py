"""All pictures of the rooms: once each, with their words, their people and their numbers."""

from __future__ import annotations

import pytest

from bot.core.model import AttachmentKind, Author, File, MessageId, Part, PersonId
from bot.core.model import ChannelId as Channel
from bot.core.richtext import RichText
from tests.sandbox.conftest import SAM, YU, Place
from tests.sandbox.relay import CHINESE, ENGLISH

pytestmark = pytest.mark.databases("sqlite", "postgresql")

STAMP = File("stamp.png", "image/png", AttachmentKind.IMAGE, b"stamp")


async def pictures(place: Place) -> list[dict]:
    return await (await place.http.get("/api/pictures")).json()


async def post(place: Place, room: str, words: str, *, key: str, name: str = "cat.png", **more):
    file = await place.upload(name, name.encode())
    return await (await place.post(room, words, key=key, files=[file], **more)).json()


async def test_a_picture_that_crossed_is_there_once_with_both_captions(place: Place):
    await post(place, "english", "my cat", key="k1")

    (picture,) = await pictures(place)
    assert (picture["room"], picture["name"], picture["is_ours"]) == ("english", "Sam", False)
    assert picture["captions"] == {"en": "my cat", "zh": "[zh] my cat"}
    assert [file["name"] for file in picture["files"]] == ["cat.png"]


async def test_the_newest_come_first(place: Place):
    await post(place, "english", "", key="k1", name="a.png")
    await post(place, "chinese", "", key="k2", name="b.png", persona=YU)
    await post(place, "english", "", key="k3", name="c.png")

    names = [picture["files"][0]["name"] for picture in await pictures(place)]
    assert names == ["c.png", "b.png", "a.png"]


async def test_messages_without_a_picture_and_deleted_ones_are_left_out(place: Place):
    await place.post("english", "words", key="k1")
    await post(place, "english", "a document", key="k2", name="notes.txt")
    gone = await post(place, "english", "oops", key="k3")
    path = f"/api/rooms/english/messages/{gone['id']}"
    await place.http.delete(path, json={"persona": SAM})
    await place.arrive("english", YU, key="a1")

    assert await pictures(place) == []


async def test_a_picture_of_ours_in_both_rooms_is_one(place: Place):
    for room, words in ((ENGLISH, "Paid · No. 0042"), (CHINESE, "已缴 · 第 42 号")):
        await place.sandbox.chat.send(room.channel, Part(RichText(words), files=(STAMP,)))

    (picture,) = await pictures(place)
    assert (picture["is_ours"], picture["name"], picture["receipt"]) == (True, "", "0042")
    assert picture["captions"] == {"en": "Paid · No. 0042", "zh": "已缴 · 第 42 号"}


async def test_the_same_picture_of_ours_said_again_is_there_again(place: Place):
    for _ in range(2):
        for room in (ENGLISH, CHINESE):
            await place.sandbox.chat.send(room.channel, Part(RichText("Paid"), files=(STAMP,)))

    assert len(await pictures(place)) == 2


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Cat tax paid. Receipt No. 0042", "0042"),
        ("已收猫税，收据第42号", "42"),
        ("Receipt #7", "7"),
        ("🧾 No. 0003 · 已缴猫税\nThank you, as for No. 0002!", "0003"),
        ("Thanks, 3 cats now", None),
        ("This week's cats:\nNo. 0001 · Sam", None),
    ],
)
async def test_an_answer_of_ours_gives_a_picture_its_number(
    place: Place, words: str, number: str | None
):
    said = await post(place, "english", "my cat", key="k1")
    await place.sandbox.chat.send(ENGLISH.channel, Part(RichText(words), reply_to=said["id"]))

    (picture,) = await pictures(place)
    assert picture["receipt"] == number


async def test_a_member_s_own_number_is_no_receipt(place: Place):
    said = await post(place, "english", "cat No. 1", key="k1")
    await place.post("english", "cat No. 2!", key="k2", reply_to=said["id"], persona=YU)

    assert [picture["receipt"] for picture in await pictures(place)] == [None]


async def test_a_picture_from_elsewhere_is_shown_where_it_arrived(place: Place):
    author = Author(PersonId("discord", "7"), "Ada")
    origin = MessageId(Channel("discord", "5"), "9")
    parts = (Part(RichText("look"), author), Part(RichText(), author, files=(STAMP,)))
    for part in parts:
        for room in (ENGLISH, CHINESE):
            said = Part(part.text, part.author, files=part.files, origins=(origin,))
            await place.sandbox.chat.send(room.channel, said)

    (picture,) = await pictures(place)
    assert (picture["name"], picture["captions"]["en"]) == ("Ada", "look")
    assert [file["name"] for file in picture["files"]] == ["stamp.png"]

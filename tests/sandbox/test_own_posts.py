"""Posts of our own in the rooms: their buttons, their pictures, and what a press does."""

from __future__ import annotations

import pytest

from bot.core.errors import Rejected
from bot.core.model import AttachmentKind, Button, File, Part
from bot.core.richtext import RichText
from tests.sandbox.conftest import SAM, YU, Place
from tests.sandbox.relay import ENGLISH

pytestmark = pytest.mark.databases("sqlite", "postgresql")

SIT = Button("Sit down", "parlour.sit", "table 2", "primary")
TOAST = Button("A toast", "parlour.toast", "cats")
NOD = Button("Nod", "parlour.nod")


async def say(place: Place, words: str, *buttons: Button, files: tuple[File, ...] = ()) -> str:
    part = Part(RichText(words), buttons=buttons, files=files)
    return await place.sandbox.chat.send(ENGLISH.channel, part)


async def press(place: Place, button: Button, message: str, **more: object):
    body = {"room": "english", "persona": SAM, "message": message} | more
    asked = body | {"action": button.action, "argument": button.argument}
    return await place.http.post("/api/press", json=asked)


async def test_a_post_is_shown_with_its_buttons(place: Place):
    await say(place, "Tea?", SIT, TOAST)

    (post,) = await place.messages("english")
    assert (post["text"]["text"], post["name"], post["is_ours"]) == ("Tea?", "", True)
    assert post["buttons"] == [
        {"label": "Sit down", "action": "parlour.sit", "argument": "table 2", "style": "primary"},
        {"label": "A toast", "action": "parlour.toast", "argument": "cats", "style": "plain"},
    ]


async def test_a_press_tells_the_cog_which_post_and_the_presser_alone_reads_the_answer(
    place: Place,
):
    post = await say(place, "Tea?", SIT)

    answer = await (await press(place, SIT, post)).json()

    assert answer["text"]["text"] == f"Sam sits at table 2, asked in {post}."
    assert await place.texts("english") == ["Tea?"]


async def test_a_public_answer_replies_to_the_post_in_the_room(place: Place):
    post = await say(place, "Tea?", TOAST)

    assert await (await press(place, TOAST, post, persona=YU)).json() is None

    answer = (await place.messages("english"))[-1]
    assert (answer["text"]["text"], answer["reply_to"]) == ("小雨 drinks to cats.", post)


async def test_a_press_may_be_answered_with_nothing(place: Place):
    post = await say(place, "Tea?", NOD)

    assert await (await press(place, NOD, post)).json() is None

    assert await place.texts("english") == ["Tea?"]


async def test_an_edit_changes_and_removes_the_buttons(place: Place):
    post = await say(place, "Tea?", SIT)

    await place.sandbox.chat.edit(ENGLISH.channel, post, Part(RichText("Tea!"), buttons=(TOAST,)))
    (changed,) = await place.messages("english")
    await place.sandbox.chat.edit(ENGLISH.channel, post, Part(RichText("Closed.")))
    (closed,) = await place.messages("english")

    assert [button["label"] for button in changed["buttons"]] == ["A toast"]
    assert (closed["text"]["text"], closed["buttons"]) == ("Closed.", [])


async def test_an_edit_leaves_the_picture_and_the_reactions(place: Place):
    picture = File("stamp.png", "image/png", AttachmentKind.IMAGE, b"stamp")
    post = await say(place, "Paid", files=(picture,))
    await place.react("english", post, "🐱")

    await place.sandbox.chat.edit(ENGLISH.channel, post, Part(RichText("Paid twice")))

    (shown,) = await place.messages("english")
    assert [file["name"] for file in shown["files"]] == ["stamp.png"]
    assert [given["emoji"] for given in shown["reactions"]] == ["🐱"]
    assert await (await place.http.get(shown["files"][0]["url"])).read() == b"stamp"


async def test_an_edit_of_a_post_that_is_gone_is_rejected(place: Place):
    post = await say(place, "Tea?", SIT)
    await place.sandbox.chat.delete(ENGLISH.channel, post)

    with pytest.raises(Rejected):
        await place.sandbox.chat.edit(ENGLISH.channel, post, Part(RichText("Tea!")))


async def test_a_button_of_no_cog_says_that_it_is_old(place: Place):
    post = await say(place, "Tea?", SIT)

    answer = await (await press(place, Button("Old", "parlour.gone"), post)).json()

    assert "no longer works" in answer["text"]["text"]

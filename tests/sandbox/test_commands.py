"""Commands and buttons as the page offers and runs them."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

from tests.sandbox.conftest import SAM, YU, Place


async def run(place: Place, text: str, **more: object):
    body = {"room": "english", "persona": SAM, "text": text} | more
    return await (await place.http.post("/api/commands", json=body)).json()


async def test_commands_are_listed_with_their_parameters(place: Place):
    listed = await (await place.http.get("/api/commands?language=en")).json()

    tea = next(command for command in listed if command["name"] == "tea")
    assert tea["describe"] == "Pour a cup of tea"
    assert [p["name"] for p in tea["parameters"]] == ["kind"]
    assert [c["value"] for c in tea["parameters"][0]["choices"]] == ["green", "black"]


async def test_a_private_answer_goes_to_the_asker_alone(place: Place):
    answer = await run(place, "/tea green")

    assert answer["text"]["text"] == "Here is your green tea"
    assert answer["text"]["spans"] == [[13, 22, "bold", ""]]
    assert await place.texts("english") == []


async def test_a_public_answer_becomes_a_message_of_the_room(place: Place):
    assert await run(place, "/shout hello there") is None

    (said,) = await place.messages("english")
    assert (said["text"]["text"], said["name"]) == ("HELLO THERE", "")
    assert (said["asked_by"], said["asked"]) == ("Sam", "/shout hello there")


async def test_a_file_for_one_person_is_written_down_nowhere(place: Place, tmp_path: Path):
    answer = await run(place, "/bill")

    (file,) = answer["files"]
    assert b64decode(file["url"].partition(",")[2]).decode() == "一杯绿茶"
    assert (file["name"], file["kind"], file["size"]) == ("bill.txt", "file", 12)
    assert not (tmp_path / "sandbox").exists()
    assert await place.texts("english") == []


async def test_a_button_answers(place: Place):
    (button,) = (await run(place, "/tea green"))["buttons"]
    body = {"room": "english", "persona": SAM} | {k: button[k] for k in ("action", "argument")}

    answer = await (await place.http.post("/api/press", json=body)).json()

    assert answer["text"]["text"] == "More green tea."


async def test_commands_for_mods_need_the_switch(place: Place):
    refused = await run(place, "/lock")
    done = await run(place, "/lock", is_mod=True)

    assert "moderators" in refused["text"]["text"]
    assert done["text"]["text"] == "Locked."


async def test_an_attached_file_fills_the_parameter_that_takes_one(place: Place):
    upload = await place.http.post("/api/files", params={"name": "cat.png"}, data=b"picture")

    answer = await run(place, "/frame", files=[await upload.json()])

    assert answer["text"]["text"] == "Framed cat.png."


async def test_a_person_is_named_as_they_write_here_or_by_a_reply(place: Place):
    sent = await (await place.post("english", "hello", key="k1", persona=YU)).json()

    for text, more in (
        ("/wave 小雨", {}),
        ("/wave @小雨", {}),
        ("/wave", {"reply_to": sent["id"]}),
    ):
        assert (await run(place, text, **more))["text"]["text"] == "小雨 is sandbox:yu"
    assert (await run(place, "/wave"))["text"]["text"] == "Nobody"
    assert (await run(place, "/wave Bo"))["text"]["text"].startswith("I can't tell who “Bo” is.")


async def test_a_command_nobody_knows_is_answered(place: Place):
    assert "/dance" in (await run(place, "/dance now"))["text"]["text"]
    assert "/" in (await run(place, "/"))["text"]["text"]


async def test_a_room_nobody_knows_is_refused(place: Place):
    body = {"room": "attic", "persona": SAM, "text": "/tea green"}

    assert (await place.http.post("/api/commands", json=body)).status == 404


async def test_a_command_for_messages_is_offered_with_its_name_in_their_menu(place: Place):
    listed = await (await place.http.get("/api/commands?language=zh")).json()

    menus = {command["name"]: command["menu"] for command in listed}
    assert (menus["sniff"], menus["tea"]) == ("英语", "")


async def test_a_command_learns_about_which_message_it_is(place: Place):
    answer = await run(place, "/sniff", reply_to="7")

    assert answer["text"]["text"] == "Sam sniffs at 7."

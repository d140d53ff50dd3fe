"""Pictures and files: up, across, and down again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.database import Database
from tests.sandbox.conftest import SAM, Place, serving
from tests.sandbox.relay import Relay

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


async def upload(place: Place, name: str, content: bytes):
    return await place.http.post("/api/files", params={"name": name}, data=content)


async def test_a_picture_crosses_with_its_message(place: Place):
    file = await (await upload(place, "煤球.png", PNG)).json()

    await place.post("english", "", key="k1", files=[file])

    (copy,) = await place.messages("chinese")
    (picture,) = copy["files"]
    response = await place.http.get(picture["url"])
    assert (picture["name"], picture["kind"]) == ("煤球.png", "image")
    assert await response.read() == PNG
    assert response.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "script.js", "x.pdf", "noext"])
async def test_a_file_that_could_act_is_only_downloaded(place: Place, name: str):
    file = await (await upload(place, name, b"<script>alert(1)</script>")).json()

    response = await place.http.get(file["url"])

    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_a_file_is_never_shown_under_another_name_s_type(place: Place):
    file = await (await upload(place, "cat.png", b"<script>alert(1)</script>")).json()

    response = await place.http.get(f"/files/{file['hash']}/page.html")

    assert response.headers["Content-Disposition"] == "attachment"


async def test_a_file_over_the_limit_is_refused(place: Place):
    response = await upload(place, "big.bin", bytes(20 * 1024 * 1024 + 1))

    assert response.status == 413
    assert "20" in (await response.json())["error"]


async def test_an_empty_file_is_refused(place: Place):
    assert (await upload(place, "empty.txt", b"")).status == 422


async def test_a_message_can_not_carry_a_file_that_is_not_here(place: Place):
    ghost = {"hash": "0" * 64, "name": "x.png", "mime": "image/png", "size": 3}

    assert (await place.post("english", "look", key="k1", files=[ghost])).status == 422


@pytest.mark.parametrize("name", ["0" * 64, "..", "%2e%2e", "x"])
async def test_only_stored_files_are_served(place: Place, name: str):
    assert (await place.http.get(f"/files/{name}/x.png")).status in {403, 404}


async def test_another_person_sees_the_size_and_name(place: Place):
    file = await (await upload(place, "notes.txt", b"hello")).json()

    await place.post("english", "notes", key="k1", files=[file], persona=SAM)

    (copy,) = await place.messages("chinese")
    assert [(f["name"], f["size"], f["kind"]) for f in copy["files"]] == [("notes.txt", 5, "file")]


async def test_a_restart_deletes_files_that_no_message_shows(database: Database, tmp_path: Path):
    relay = Relay()
    async with serving(database, tmp_path, relay) as place:
        kept, gone = [await (await upload(place, n, n.encode())).json() for n in ("a.png", "b.png")]
        await place.post("english", "look", key="k1", files=[kept])

    async with serving(database, tmp_path, relay) as place:
        assert (await place.http.get(kept["url"])).status == 200
        assert (await place.http.get(gone["url"])).status == 404

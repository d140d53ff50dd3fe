"""Who may talk to the sandbox's server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.sandbox.client import Sandbox
from bot.core.errors import Misconfigured
from bot.store.database import Database
from tests.sandbox.conftest import Place, serving
from tests.sandbox.parlour import dispatcher
from tests.sandbox.relay import ROOMS, Clock, Relay


def sandbox(database: Database, folder: Path, *, host: str, port: int = 0) -> Sandbox:
    return Sandbox(
        rooms=ROOMS,
        host=host,
        port=port,
        token=None,
        data_dir=folder,
        database=database,
        intake=Relay(),
        dispatcher=dispatcher(),
        clock=Clock(),
    )


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1:1", "[::1", ""])
async def test_a_request_for_another_host_is_refused(place: Place, host: str):
    response = await place.http.get("/api/state", headers={"Host": host})

    assert response.status in {400, 403}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
async def test_this_machine_s_own_names_are_answered(place: Place, name: str):
    host = f"{name}:{place.sandbox.port}"

    response = await place.http.get("/api/state", headers={"Host": host})

    assert response.status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_site_can_not_write(place: Place, origin: str):
    body = {"key": "k1", "persona": {"id": "x", "name": "X", "avatar": "grey"}, "text": "hi"}

    response = await place.http.post(
        "/api/rooms/english/messages", json=body, headers={"Origin": origin}
    )

    assert response.status == 403
    assert await place.texts("english") == []


async def test_a_form_of_another_site_can_not_write(place: Place):
    response = await place.http.post(
        "/api/rooms/english/messages",
        data='{"key": "k", "persona": {"id": "x", "name": "X", "avatar": "grey"}, "text": "hi"}',
        headers={"Content-Type": "text/plain"},
    )

    assert response.status == 400


async def test_another_site_s_fetch_is_refused_but_a_link_opens_the_page(place: Place):
    foreign = {"Sec-Fetch-Site": "cross-site"}

    assert (await place.http.get("/api/state", headers=foreign)).status == 403
    assert (await place.http.get("/", headers=foreign)).status == 200


async def test_every_answer_forbids_inline_scripts_and_framing(place: Place):
    for path in ("/", "/page/app.js", "/api/state", "/nowhere"):
        headers = (await place.http.get(path)).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_files_outside_the_page_are_not_served(place: Place):
    for path in ("/page/../client.py", "/page/%2e%2e/client.py", "/files/../bot.db/x"):
        assert (await place.http.get(path)).status in {403, 404}


async def test_with_a_token_nothing_is_told_without_it(database: Database, tmp_path: Path):
    async with serving(database, tmp_path, token="sesame") as place:
        assert (await place.http.get("/api/state")).status == 403
        assert (await place.http.get("/?token=wrong")).status == 403


async def test_a_token_in_the_address_moves_to_a_cookie(database: Database, tmp_path: Path):
    async with serving(database, tmp_path, token="sesame") as place:
        first = await place.http.get("/?token=sesame", allow_redirects=False)
        cookie = first.headers["Set-Cookie"].split(";")[0]
        headers = {"Host": "chat.example", "Cookie": cookie}

        assert first.headers["Location"] == "/"
        assert "HttpOnly" in first.headers["Set-Cookie"]
        assert "SameSite=Strict" in first.headers["Set-Cookie"]
        assert (await place.http.get("/api/state", headers=headers)).status == 200


def test_strangers_are_never_let_in_without_a_token(database: Database, tmp_path: Path):
    with pytest.raises(Misconfigured, match=r"sandbox\.listen"):
        sandbox(database, tmp_path, host="0.0.0.0")


async def test_a_port_in_use_is_told_with_its_key(place: Place, database: Database, tmp_path: Path):
    second = sandbox(database, tmp_path, host="127.0.0.1", port=place.sandbox.port)

    with pytest.raises(Misconfigured, match=r"sandbox\.port"):
        await second.run()

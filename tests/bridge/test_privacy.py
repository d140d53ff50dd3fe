"""What people ask about themselves, on every platform: a pause, a file of everything, an end."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.bridge.conftest import PLATFORMS
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import Answer, Place, arrivals, shows, until
from tests.bridge.town import Town

WHO, WORDS = "Samantha", "purple umbrella"
ROUND = pytest.mark.parametrize(
    ("here", "there"),
    [("discord", "telegram"), ("telegram", "sandbox"), ("sandbox", "discord")],
    ids=["discord-to-telegram", "telegram-to-sandbox", "sandbox-to-discord"],
)


def tables_with(folder: Path, words: str) -> set[str]:
    """The database's tables that hold this."""
    with closing(sqlite3.connect(folder / "catbridge.db")) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
        rows = {
            name: database.execute(f'SELECT * FROM "{name}"').fetchall()
            for name in tables
            if not name.startswith(("ix_", "uq_", "sqlite_"))
        }
    return {name for name, found in rows.items() if words in repr(found)}


def file_of(place: Place, answer: Answer) -> bytes:
    """What came with it."""
    if isinstance(place, DiscordPlace):
        (file,) = answer.handle["attachments"]
        return place.emulator.state.files[urlsplit(file["url"]).path][1]
    if isinstance(place, TelegramPlace):
        message: Any = place.emulator.message(place.chat, int(answer.handle))
        stored = place.emulator.state.files.get(message["document"]["file_id"])
        assert stored is not None
        return stored.upload.content
    (file,) = answer.handle["files"]
    return b64decode(file["url"].partition(",")[2])


def alone(place: Place) -> Place:
    """Where nobody else hears the answer."""
    return place.open_private_chat(WHO) if isinstance(place, TelegramPlace) else place


@ROUND
async def test_nothing_of_a_pause_crosses_or_is_kept(town: Town, here: str, there: str) -> None:
    one, other = await town.place(here), await town.place(there)
    async with town.running():
        told = await alone(one).ask("privacy pause", by=WHO)
        assert "crosses or is kept" in told.text
        before = await one.say(WORDS, by=WHO)
        await one.say("really?", by="Lee", reply_to=before)
        (arrived,) = await arrivals(other, 1)
        assert (arrived.author, arrived.text) == ("Lee", "really?")
        assert WHO not in str(arrived)
        page = {"sandbox_messages"} if here == "sandbox" else set[str]()  # the room itself
        assert tables_with(town.folder, WORDS) == page
    async with town.running():
        await one.say(WORDS, by=WHO)
        assert (await alone(one).ask("privacy resume", by=WHO)).text.startswith("From now on")
        await one.say("back again", by=WHO)
        await shows(other, "really?", "back again")


@ROUND
async def test_who_is_erased_is_gone_on_the_other_side_too(
    town: Town, here: str, there: str
) -> None:
    one, other = await town.place(here), await town.place(there)
    async with town.running():
        await one.say(WORDS, by=WHO)
        await one.say("not mine", by="Lee")
        await shows(other, WORDS, "not mine")
        asked = await one.ask("privacy forget", by=WHO)
        assert "can't be undone" in asked.text
        told = await one.press(asked, "Erase", by=WHO)
        assert "are being deleted: 1." in told.text
        await shows(other, "not mine")

        async def is_counted() -> bool:
            answer = await one.press(told, "How is it going?", by=WHO)
            return answer.text == "1 deleted, 0 still to be deleted."

        await until(is_counted)
        assert tables_with(town.folder, WORDS) == set()
        assert tables_with(town.folder, WHO) == set()


@ROUND
async def test_everything_comes_as_a_file(town: Town, here: str, there: str) -> None:
    one, other = await town.place(here), await town.place(there)
    async with town.running():
        await one.say(WORDS, by=WHO)
        await shows(other, WORDS)
        place = alone(one)
        kept = json.loads(file_of(place, await place.ask("privacy export", by=WHO)))
    (message,) = kept["tables"]["messages"]
    assert (message["author_name"], message["content"]["text"]) == (WHO, WORDS)
    assert kept["platform"] == here
    assert not any(WORDS.encode() in path.read_bytes() for path in exports(town.folder))


def exports(folder: Path) -> list[Path]:
    """Files besides the database."""
    return [
        path for path in folder.rglob("*") if path.is_file() and "catbridge.db" not in path.name
    ]


async def test_a_group_on_telegram_does_not_see_what_is_kept_of_one_of_it(town: Town) -> None:
    group, other = await town.place("telegram"), await town.place("sandbox")
    async with town.running():
        await group.say(WORDS, by=WHO)
        await shows(other, WORDS)
        told = await group.ask("privacy show", by=WHO)
        assert told.text == "Open a private chat with me to read it."
        private = alone(group)
        told = await group.ask("privacy show", by=WHO)
        assert told.text == "I told you in private."
        (whispered,) = await private.arrived()
        assert "Messages you wrote in linked channels: 1" in whispered.text


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_it_is_told_where_nothing_is_linked(town: Town, platform: str) -> None:
    await town.place("sandbox"), await town.place("sandbox")
    place = await town.unlinked(platform)
    async with town.running():
        told = await alone(place).ask("privacy show", by=WHO)
        assert told.text.startswith("Catbridge keeps nothing about you")


async def test_a_file_of_the_sandbox_page_goes_with_its_author(town: Town) -> None:
    one, other = await town.place("sandbox"), await town.place("sandbox")
    async with town.running():
        await one.say(WORDS, by=WHO, files=[b"a file of mine"])
        await arrivals(other, 1)
        asked = await one.ask("privacy forget", by=WHO)
        await one.press(asked, "Erase", by=WHO)
        await shows(other)

        async def is_gone() -> bool:
            kept = [path.read_bytes() for path in exports(town.folder)]
            return b"a file of mine" not in kept

        await until(is_gone)

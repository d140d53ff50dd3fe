"""No table is forgotten: what any of them keeps about a person is shown, handed out and erased."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, TypeDecorator, insert

from bot.core.model import Author, PersonId
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher
from bot.host import ProgramHost, load_cogs
from bot.settings import COGS
from bot.store import people
from bot.store.database import Database
from bot.store.schema import Instant
from bot.store.tables import metadata
from tests.parts import EN, NOW, World, host_of, world_of

ID, NAME = "ann-4711-id", "Anneliese Quill"
PERSON = PersonId("east", ID)
TEXT = f"{NAME} ({ID}) wrote this"
RICH = RichText(TEXT).to_json()
PICTURE = "0" * 64
BODY = {"name": NAME, "avatar": "", "text": RICH, "files": [], "reply_to": None}
FILE = {
    "kind": "image", "name": f"{NAME}.png", "source": ID, "size": 1, "mime": "image/png",
    "spoiler": False,
}  # fmt: skip
POST = {
    "key": "party:1", "text": RICH, "image": None, "buttons": [[NAME, "a.b", "", "plain"]],
    "reply_to": None, "thread": NAME,
    "room": {"title": f"{NAME} · Bob #1", "people": [["east", ID], ["west", "bob"]]},
}  # fmt: skip
# What is in a row about this person, where a column's type does not tell.
VALUES: dict[str, Any] = {
    "private_people.resumed_at": None,
    "platform": "east",
    "messages.content": RICH,
    "messages.attachments": [FILE],
    "messages.author_is_bot": False,
    "messages.deleted_at": None,
    "messages.strand_id": None,
    "messages.channel": EN.id,
    "translations.content": RICH,
    "translations.steps": [],
    "copies.native_id": "9",
    "outbox.post": POST,
    "outbox.message_id": None,
    "outbox.parts": None,
    "outbox.lane": "west:zh",
    "outbox.action": "post",
    "outbox.uncertain_since": None,
    "sandbox_messages.person": f"east:{ID}",
    "sandbox_messages.deleted_at": None,
    "sandbox_messages.body": BODY,
    "asks.texts": {"en": "How?"},  # the question stays as nobody's
    "asks.words": "how",
    "asks.state": "open",
    "ask_choices.texts": {"en": TEXT},
    "ask_choices.consent": "given",
    "ask_drafts.texts": {"en": TEXT},
    "cat_receipts.attachment": FILE,
    "cat_receipts.state": "paid",
    "cat_receipts.kind": "picture",
    "cat_receipts.thumbnail": f"{PICTURE}|image/jpeg|cat.jpg",
    "cat_receipts.stamp": f"{PICTURE}|image/jpeg|cat.jpg",
    "cat_weeks.shown": [1],
    "buddy_matches.state": "introduced",
    "buddy_matches.facts": {},
    "question_suggestions.state": "suggested",
    "question_days.local_date": "2025-01-15",
    "preferences.value": 1,
    "relay_channels.options": None,
    "corrections.author_platform": "east",
    "corrections.author_id": ID,
    "corrections.decider_platform": "east",
    "corrections.decider_id": ID,
    "translation_memory.author_platform": "east",
    "translation_memory.author_id": ID,
    "comparisons.results": None,
    "mirrors.shown": ["👍"],
    "posts.more": None,  # message ids
}
STATES = {"outbox": "dead", "buddy_newcomers": "matched", "buddy_volunteers": "free"}


def texts(table: Table) -> Iterator[Column[Any]]:
    """The columns that could tell something."""
    for column in table.columns:
        kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
        if isinstance(kind, String | JSON):
            yield column


def test_every_column_says_what_it_keeps_about_people() -> None:
    places = people.PLACES.split()
    assert [
        str(column)
        for table in metadata.sorted_tables
        for column in texts(table)
        if column.name not in places
        and not (table.name in people.KEPT and column.name in people.KEPT[table.name].columns)
        and column.name not in people.PLAIN.get(table.name, "").split()
    ] == []


def test_nothing_is_said_of_a_column_that_is_not_there() -> None:
    told = [(table, column) for table, kept in people.KEPT.items() for column in kept.columns]
    told += [(table, column) for table, names in people.PLAIN.items() for column in names.split()]
    assert [
        (table, column)
        for table, column in told
        if table not in metadata.tables
        or (column not in metadata.tables[table].columns and column != people.PLATFORM)
    ] == []


def test_no_column_that_names_a_person_counts_as_plain() -> None:
    names = {"person", "person_id", "person_name", "author_id", "author_name", "asker", "payer"}
    named = {f"{table}.{name}" for table, all_ in people.PLAIN.items() for name in all_.split()}
    assert {one for one in named if one.split(".")[1] in names} == {"comparison_answered.person"}


def row_of(table: Table) -> dict[str, Any]:
    return {column.name: value_of(table, column) for column in table.columns}


def value_of(table: Table, column: Column[Any]) -> Any:
    kept = people.KEPT.get(table.name)
    for key in (f"{table.name}.{column.name}", column.name):
        if key in VALUES:
            return VALUES[key]
    if column.name == "state":
        return STATES.get(table.name, "open")
    if isinstance(column.type, Instant):
        return NOW
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer) or column.foreign_keys:
        return 1
    if kept is not None and column.name == kept.person:
        return ID
    if kept is not None and column.name in kept.names:
        return NAME
    if isinstance(column.type, JSON):
        return [TEXT]
    if kept is not None and column.name in kept.words:
        return TEXT[: getattr(column.type, "length", None) or 200]
    return "x"


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """A row about Anneliese in every table, and a picture of her cat."""
    async with world_of(database, tmp_path) as world:
        folder = tmp_path / "pictures"
        folder.mkdir()
        (folder / PICTURE).write_bytes(TEXT.encode())
        async with database.transaction() as connection:
            for table in metadata.sorted_tables:
                if table.name not in {"relays", "relay_channels"}:
                    await connection.execute(insert(table).values(row_of(table)))
        await world.strandbook.load()
        bob = Author(PersonId("east", "bob"), "Bob")
        await world.say("look", author=bob, forwarded_from=NAME)
        yield world


async def host(world: World) -> ProgramHost:
    dispatcher = Dispatcher(world.relaybook.language)
    host = host_of(world, dispatcher)
    await world.preferences.load()
    await load_cogs(COGS, host, dispatcher)
    return host


async def places_with(world: World, *words: str) -> set[str]:
    """Every table, of the search index too, and every file with one of these words."""
    names = await world.query("SELECT name FROM sqlite_master WHERE type = 'table'")
    found: set[str] = set()
    for (name,) in names:
        rows = await world.query(f'SELECT * FROM "{name}"')
        found |= {str(name) for row in rows if any(word in repr(row) for word in words)}
    for path in world.folder.rglob("*"):
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            found.add(path.name)
    return found


async def test_a_person_is_in_every_table_that_could_hold_one(world: World) -> None:
    found = await places_with(world, ID, NAME)
    assert set(people.KEPT) - found <= {"copies", "buddy_matches"}  # rows of ids alone
    assert PICTURE in found


async def test_all_of_it_is_counted_and_handed_out(world: World) -> None:
    privacy = (await host(world)).privacy
    exported = (await privacy.export(PERSON))["tables"]
    assert set(people.KEPT) - set(exported) == {"outbox"}  # no delivery of a message of theirs
    counted = {one.what for one in await privacy.holdings(PERSON)}
    assert counted == {kept.what for kept in people.KEPT.values() if kept.what}


async def test_nothing_of_it_is_left_once_it_is_erased(world: World) -> None:
    ours = await host(world)
    await ours.privacy.resume(PERSON)  # a pause stays, as it was asked for
    await ours.privacy.erase(PERSON, NAME)
    await world.deliver()
    await world.database.scrub()
    assert await places_with(world, ID, NAME) == set()
    ((post,),) = await world.query("SELECT post FROM outbox WHERE post LIKE '%party:1%'")
    assert '"people":[["west","bob"]]' in str(post)


async def test_nothing_of_it_is_left_where_the_features_are_not_loaded_any_more(
    world: World,
) -> None:
    ours = host_of(world, Dispatcher(world.relaybook.language))
    await ours.privacy.resume(PERSON)
    await ours.privacy.erase(PERSON, NAME)
    await world.database.scrub()
    assert await places_with(world, ID, NAME) <= {PICTURE}  # the daily upkeep sweeps it


async def test_a_pause_outlives_the_erasure(world: World) -> None:
    ours = await host(world)
    await ours.privacy.erase(PERSON, NAME)
    await world.deliver()
    await world.database.scrub()
    assert await places_with(world, ID, NAME) == {"private_people", "bot.db"}


async def test_others_lose_nothing(world: World) -> None:
    before = {
        name: await world.query(f"SELECT count(*) FROM {name}") for name in ("messages", "asks")
    }
    bob = Author(PersonId("east", "bob"), "Bob")
    await world.say("what Anneliese Quillen said", author=bob)
    await (await host(world)).privacy.erase(PERSON, NAME)
    kept = await world.query("SELECT content FROM messages WHERE author_id = 'bob'")
    assert "Quillen" in str(kept)
    assert await world.query("SELECT count(*) FROM asks") == before["asks"]
    assert world.clock.now() < NOW + timedelta(days=1)

"""A community's own words in the store: one row for a word, gone with its community."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.model import PersonId
from bot.store import corrections, glossary, relays
from bot.store.corrections import Draft, State
from bot.store.database import Database
from bot.store.glossary import Entry, Lesson
from tests.parts import ANN, LINKED, MEI, NOW

CAT = Entry("zh", "en", "猫", "猫", "cat")
LESSON = Lesson("zh", "en", "k" * 64, "早上好", "Morning", message=7, author=MEI.person)
DRAFT = Draft(1, 7, MEI.person, "zh", "en", "早上好", "Early good", ANN.person, "Ann")


@pytest.fixture
async def store(database: Database) -> Database:
    """With one community, whose row is 1."""
    async with database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED)])
    return database


async def test_a_word_has_one_row_for_each_direction(store: Database) -> None:
    back = Entry("en", "zh", "cat", "cat", "猫")
    async with store.transaction() as connection:
        assert await glossary.put(connection, 1, [CAT, back], ANN.person, NOW) == 2
        kitty = Entry("zh", "en", "猫", "貓", "kitty")
        assert await glossary.put(connection, 1, [kitty], MEI.person, NOW) == 0
        assert await glossary.entries(connection, 1) == [back, kitty]
        assert await glossary.count(connection, 1) == 2


async def test_a_word_is_taken_out_in_every_direction(store: Database) -> None:
    kept = Entry("en", "zh", "猫", "猫")
    async with store.transaction() as connection:
        await glossary.put(connection, 1, [CAT, kept], ANN.person, NOW)
        assert await glossary.remove(connection, 1, "猫") == [CAT, kept]
        assert await glossary.remove(connection, 1, "猫") == []


async def test_one_text_has_one_lesson(store: Database) -> None:
    better = Lesson("zh", "en", LESSON.key, "早上好", "Good morning!")
    async with store.transaction() as connection:
        first = await glossary.learn(connection, 1, LESSON, ANN.person, NOW)
        second = await glossary.learn(connection, 1, better, ANN.person, NOW)
        (kept,) = await glossary.lessons(connection, 1)
    assert (kept.target, kept.id) == ("Good morning!", second)
    assert second > first


async def test_numbers_do_not_come_again(store: Database) -> None:
    """An old button must not decide about something new."""
    async with store.transaction() as connection:
        first = await corrections.report(connection, DRAFT, NOW)
        row = await glossary.learn(connection, 1, LESSON, ANN.person, NOW)
        await corrections.let_go(connection, made_before=NOW + timedelta(days=1))
        await glossary.unlearn(connection, 1, row)
        assert await corrections.report(connection, DRAFT, NOW) > first
        assert await glossary.learn(connection, 1, LESSON, ANN.person, NOW) > row


async def test_only_one_of_two_decides(store: Database) -> None:
    async with store.transaction() as connection:
        number = await corrections.report(connection, DRAFT, NOW)

    async def decide(state: State, by: PersonId) -> bool:
        async with store.transaction() as connection:
            return await corrections.decide(connection, 1, number, state, by, NOW)

    decided = await asyncio.gather(
        decide(State.ACCEPTED, ANN.person), decide(State.REJECTED, MEI.person)
    )
    assert sorted(decided) == [False, True]
    async with store.reading() as connection:
        found = await corrections.get(connection, 1, number)
    assert found is not None
    assert found.state is (State.ACCEPTED if decided[0] else State.REJECTED)
    assert (found.original, found.shown, found.suggested) == ("", "", None)


async def test_another_community_finds_and_changes_nothing(store: Database) -> None:
    async with store.transaction() as connection:
        number = await corrections.report(connection, DRAFT, NOW)
        row = await glossary.learn(connection, 1, LESSON, ANN.person, NOW)
        await glossary.put(connection, 1, [CAT], ANN.person, NOW)
        assert await corrections.get(connection, 2, number) is None
        by = ANN.person
        assert not await corrections.decide(connection, 2, number, State.ACCEPTED, by, NOW)
        assert await corrections.next_open(connection, 2) is None
        assert await glossary.lesson(connection, 2, row) is None
        assert not await glossary.unlearn(connection, 2, row)
        assert await glossary.remove(connection, 2, "猫") == []
        assert await glossary.load(connection, 2) == ({}, {})


async def test_all_of_it_goes_with_the_community(store: Database) -> None:
    async with store.transaction() as connection:
        await corrections.report(connection, DRAFT, NOW)
        await glossary.learn(connection, 1, LESSON, ANN.person, NOW)
        await glossary.put(connection, 1, [CAT], ANN.person, NOW)
        await connection.execute(text("DELETE FROM relays"))
        for table in ("glossary_terms", "translation_memory", "corrections"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table

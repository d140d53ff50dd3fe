"""Codes are spent once, and wrong ones are counted for the person and for the channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.core.model import ChannelId, PersonId
from bot.store import pairing, relays
from bot.store.database import Connection, Database

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
ANN, MEI = PersonId("east", "ann"), PersonId("east", "mei")
EN, ZH = ChannelId("east", "en"), ChannelId("east", "zh")


async def make(connection: Connection, code: str, maker: PersonId = ANN, relay: int = 1) -> None:
    await pairing.make(
        connection, code, relay=relay, maker=maker, channel=EN, now=NOW, expires_at=LATER
    )


async def test_a_code_is_spent_once(database: Database) -> None:
    async with database.transaction() as connection:
        await relays.create(connection, "main")
        await make(connection, "AAAACCCC")
        found = await pairing.find(connection, "AAAACCCC")
        assert found is not None
        assert not found.is_used
        assert await pairing.spend(connection, found.id, NOW)
        assert not await pairing.spend(connection, found.id, NOW)
        found = await pairing.find(connection, "AAAACCCC")
        assert found is not None
        assert found.is_used


async def test_a_code_is_not_spent_after_it_expired(database: Database) -> None:
    async with database.transaction() as connection:
        await relays.create(connection, "main")
        await make(connection, "AAAACCCC")
        assert not await pairing.spend(connection, 1, LATER)


async def test_a_new_code_voids_the_older_one_of_the_same_mod_and_relay(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        for name in ("main", "other"):
            await relays.create(connection, name)
        await make(connection, "OLD")
        await make(connection, "OTHERRELAY", relay=2)
        await make(connection, "OTHERMOD", MEI)
        await make(connection, "NEW")
        found = [
            await pairing.find(connection, code)
            for code in ("OLD", "OTHERRELAY", "OTHERMOD", "NEW")
        ]
    assert [one is not None and one.expires_at > NOW for one in found] == [False, True, True, True]


async def test_the_code_itself_is_nowhere_in_the_database(database: Database) -> None:
    async with database.transaction() as connection:
        await relays.create(connection, "main")
        await make(connection, "AAAACCCC")
        rows = (await connection.execute(text("SELECT * FROM pairing_codes"))).all()
    assert len(rows) == 1
    assert "AAAACCCC" not in str(rows)


async def test_guesses_count_for_the_person_and_for_the_channel(database: Database) -> None:
    async with database.transaction() as connection:
        await pairing.note_guess(connection, ANN, EN, NOW)
        await pairing.note_guess(connection, ANN, ZH, NOW)
        await pairing.note_guess(connection, MEI, EN, NOW)
        await pairing.note_guess(connection, MEI, EN, NOW - timedelta(minutes=11))
        since = NOW - timedelta(minutes=10)
        assert await pairing.guessed(connection, ANN, EN, since) == (2, 2)
        assert await pairing.guessed(connection, MEI, ZH, since) == (1, 1)


async def test_what_is_over_is_let_go(database: Database) -> None:
    async with database.transaction() as connection:
        await relays.create(connection, "main")
        await make(connection, "AAAACCCC")
        await pairing.note_guess(connection, ANN, EN, NOW)
        await pairing.let_go(connection, LATER)
        assert await pairing.find(connection, "AAAACCCC") is not None
        await pairing.let_go(connection, LATER + timedelta(seconds=1))
        assert await pairing.find(connection, "AAAACCCC") is None
        assert await pairing.guessed(connection, ANN, EN, NOW - timedelta(days=9)) == (0, 0)


async def test_forgetting_somebody_leaves_no_trace_but_the_channels_count(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await relays.create(connection, "main")
        await make(connection, "AAAACCCC")
        await pairing.note_guess(connection, ANN, EN, NOW)
        known = await pairing.of_person(connection, ANN)
        assert [len(known["codes"]), len(known["wrong_codes"])] == [1, 1]
        await pairing.forget_person(connection, ANN)
        assert await pairing.of_person(connection, ANN) == {"codes": [], "wrong_codes": []}
        assert await pairing.guessed(connection, ANN, EN, NOW - timedelta(minutes=1)) == (0, 1)

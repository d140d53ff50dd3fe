"""Relays of commands beside those of the file: what each may take from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import AttachmentKind, ChannelId, ChannelOptions, Relay, RelayChannel
from bot.store import relays
from bot.store.database import Database

EN, ZH, THIRD = ChannelId("east", "en"), ChannelId("west", "zh"), ChannelId("east", "third")
LINKED = (RelayChannel(EN, "en"), RelayChannel(ZH, "zh"))
PLAIN = ChannelOptions(names="plain", attachments=frozenset({AttachmentKind.IMAGE}), bots=True)


async def made(database: Database, name: str, *channels: ChannelId) -> int:
    async with database.transaction() as connection:
        relay = await relays.create(connection, name)
        for channel in channels:
            await relays.add_channel(connection, relay, RelayChannel(channel, "en"))
    return relay


async def declare(database: Database, *declared: tuple[str, Sequence[RelayChannel]]) -> list[Relay]:
    async with database.transaction() as connection:
        await relays.declare(connection, declared)
        return await relays.load(connection)


async def test_a_relay_of_commands_outlives_a_start_with_a_file(database: Database) -> None:
    await made(database, "ours", THIRD)
    found = await declare(database, ("main", LINKED))
    assert [(one.name, one.from_file) for one in found] == [("ours", False), ("main", True)]
    assert [one.channel for one in found[0].channels] == [THIRD]


async def test_the_file_takes_a_channel_from_a_relay_of_commands(database: Database) -> None:
    await made(database, "ours", THIRD, EN)
    ours, main = await declare(database, ("main", LINKED))
    assert [one.channel for one in ours.channels] == [THIRD]
    assert [one.channel for one in main.channels] == [EN, ZH]


async def test_a_relay_that_loses_its_last_channel_to_the_file_is_gone(database: Database) -> None:
    await made(database, "ours", EN)
    assert [one.name for one in await declare(database, ("main", LINKED))] == ["main"]


async def test_the_file_takes_a_name_from_a_relay_of_commands(database: Database) -> None:
    await made(database, "Main", THIRD)
    await made(database, "main 2", ChannelId("east", "fourth"))
    found = await declare(database, ("main", LINKED))
    assert [one.name for one in found] == ["Main 3", "main 2", "main"]


async def test_a_files_channel_has_the_options_that_the_file_says(database: Database) -> None:
    (en, zh) = LINKED
    (main,) = await declare(database, ("main", [replace(en, options=PLAIN), zh]))
    assert [one.options for one in main.channels] == [PLAIN, ChannelOptions()]
    async with database.transaction() as connection:
        await relays.set_options(connection, ZH, PLAIN)
    (main,) = await declare(database, ("main", LINKED))
    assert [one.options for one in main.channels] == [ChannelOptions(), ChannelOptions()]


async def test_channels_are_listed_in_the_order_they_came(database: Database) -> None:
    await made(database, "ours", ZH, EN)
    async with database.transaction() as connection:
        (ours,) = await relays.load(connection)
        await relays.remove_channel(connection, ZH)
        await relays.add_channel(connection, ours.id, RelayChannel(THIRD, "zh"))
        await relays.add_channel(connection, ours.id, RelayChannel(ZH, "zh"))
        (ours,) = await relays.load(connection)
    assert [one.channel for one in ours.channels] == [EN, THIRD, ZH]


async def test_a_relay_goes_with_its_last_channel(database: Database) -> None:
    await made(database, "ours", ZH, EN)
    async with database.transaction() as connection:
        await relays.remove_channel(connection, ZH)
        assert len(await relays.load(connection)) == 1
        await relays.remove_channel(connection, EN)
        assert await relays.load(connection) == []


kinds = st.none() | st.frozensets(st.sampled_from(AttachmentKind))
options = st.builds(
    ChannelOptions,
    names=st.sampled_from(["full", "plain"]),
    original=st.sampled_from(["hidden", "spoiler", "button"]),
    attachments=kinds,
    join_lines=st.booleans(),
    bots=st.booleans(),
    quiet_from=st.none() | st.just("22:00"),
    quiet_to=st.none() | st.just("07:30"),
    mode=st.sampled_from(["both", "read", "write"]),
    reactions=st.booleans(),
)


@given(options)
def test_options_come_back_as_they_were_stored(chosen: ChannelOptions) -> None:
    assert ChannelOptions.from_json(chosen.to_json()) == chosen


@pytest.mark.parametrize("stored", [{}, {"of a later version": 1}])
def test_options_that_were_not_chosen_are_the_defaults(stored: dict[str, object]) -> None:
    assert ChannelOptions.from_json(stored) == ChannelOptions()

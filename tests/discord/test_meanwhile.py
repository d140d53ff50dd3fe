"""What was edited and deleted while nobody heard: found at the next start, and nothing invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import inf
from typing import Any

import pytest

from bot.adapters.discord import history
from bot.core.model import ChannelId, Deleted, Edited, Event, Inbound, MessageId
from bot.core.richtext import RichText
from tests.discord.town import Town, running
from tests.emulators.discord import permissions


@pytest.fixture
def bob(town: Town) -> str:
    return town.emu.add_user("bob", "Bob")


async def said(town: Town, bob: str, *texts: str) -> list[str]:
    """Heard before the bridge went down, as the last that it heard."""
    posted = [await town.emu.post(town.channel, bob, text) for text in texts]
    town.ears.known += [
        Edited(
            MessageId(town.here, one["id"]),
            RichText(one["content"]),
            datetime.fromisoformat(one["timestamp"]),
        )
        for one in posted
    ]
    town.ears.cursors[town.channel] = posted[-1]["id"]
    return [one["id"] for one in posted]


async def found(town: Town, bob: str) -> list[Event]:
    """All that is heard at the start, before the first live message."""
    before = len(town.ears.events)
    async with running(town.discord):
        await town.emu.post(town.channel, bob, "live")
        await town.emu.wait(lambda: "live" in town.ears.texts())
    return town.ears.events[before:-1]


def changes(events: Sequence[Event]) -> list[tuple[str, Any]]:
    return [
        ("edited", one.text.text) if isinstance(one, Edited) else ("deleted", ids_of(one))
        for one in events
        if isinstance(one, Edited | Deleted)
    ]


def ids_of(event: Deleted) -> list[str]:
    return [ref.id for ref in event.refs]


async def test_what_was_edited_meanwhile_reads_as_it_does_now(town: Town, bob: str) -> None:
    first, second, _ = await said(town, bob, "frist", "secnod", "third")
    await town.emu.edit(town.channel, second, "second")
    await town.emu.edit(town.channel, first, "first")
    events = await found(town, bob)
    assert changes(events) == [("edited", "first"), ("edited", "second")]
    assert [event.ref.id for event in events if isinstance(event, Edited)] == [first, second]


async def test_what_was_deleted_meanwhile_is_deleted(town: Town, bob: str) -> None:
    _, second, third, _, fifth = await said(town, bob, *"abcde")
    await town.emu.delete(town.channel, second, third)
    await town.emu.delete(town.channel, fifth)
    assert changes(await found(town, bob)) == [("deleted", [second, third, fifth])]


async def test_changes_come_before_what_was_said_after_them(town: Town, bob: str) -> None:
    _, second = await said(town, bob, "a", "b")
    await town.emu.edit(town.channel, second, "b!")
    await town.emu.post(town.channel, bob, "c")
    events = await found(town, bob)
    assert [event.text.text for event in events if isinstance(event, Edited | Inbound)] == [
        *("b!", "c")
    ]


async def test_an_untouched_past_brings_nothing(town: Town, bob: str) -> None:
    await said(town, bob, *"abc")
    assert await found(town, bob) == []


async def test_an_edit_that_was_heard_is_not_heard_again(town: Town, bob: str) -> None:
    (only,) = await said(town, bob, "old")
    await town.emu.edit(town.channel, only, "new")
    edited = datetime.fromisoformat(town.emu.message(town.channel, only)["edited_timestamp"])
    town.ears.known[0] = Edited(town.ears.known[0].ref, RichText("as it was read"), edited)
    assert await found(town, bob) == []


async def test_a_link_preview_is_no_edit(town: Town, bob: str) -> None:
    (only,) = await said(town, bob, "https://example.org")
    await town.emu.edit(town.channel, only, "https://example.org")
    await town.emu.unfurl(town.channel, only, [{"title": "a page"}])
    assert await found(town, bob) == []


@pytest.mark.parametrize("count", [1, 2])
async def test_where_nothing_older_is_left_nothing_counts_as_deleted(
    town: Town, bob: str, count: int
) -> None:
    known = await said(town, bob, "a", "b")
    await town.emu.delete(town.channel, *known[:count])
    assert await found(town, bob) == []


async def test_a_channel_whose_past_is_hidden_has_lost_nothing(town: Town, bob: str) -> None:
    await said(town, bob, *"abc")
    hidden = permissions.ALL & ~permissions.READ_MESSAGE_HISTORY
    town.emu.set_permissions(town.channel, hidden)
    assert await found(town, bob) == []


async def test_a_past_that_ends_early_has_lost_nothing(town: Town, bob: str) -> None:
    known = await said(town, bob, *(f"{number}" for number in range(10)))
    town.ears.cursors[town.channel] = known[-1]
    for number in range(95):
        await town.emu.post(town.channel, bob, f"new {number}")
    await town.emu.delete(town.channel, known[7])
    town.emu.fault("GET", "/messages$", status=200, json=[], skip=1, times=inf)
    events = await found(town, bob)
    assert changes(events) == [("deleted", [known[7]])]
    assert len([event for event in events if isinstance(event, Inbound)]) == 95


async def test_a_past_that_can_not_be_read_has_lost_nothing(town: Town, bob: str) -> None:
    known = await said(town, bob, *"abc")
    await town.emu.delete(town.channel, known[1])
    town.emu.fault("GET", "/messages$", status=403, times=inf)
    assert await found(town, bob) == []


@pytest.mark.parametrize("new", [89, 90, 91, 190])
async def test_the_border_between_two_pages_hides_nothing(town: Town, bob: str, new: int) -> None:
    known = await said(town, bob, *(f"{number}" for number in range(20)))
    for number in range(new):
        await town.emu.post(town.channel, bob, f"new {number}")
    await town.emu.delete(town.channel, *known[8:12])
    await town.emu.edit(town.channel, known[12], "edited")
    assert changes(await found(town, bob)) == [("edited", "edited"), ("deleted", known[8:12])]


async def test_a_past_that_failed_for_now_is_read_again_from_its_end(town: Town, bob: str) -> None:
    known = await said(town, bob, *"abc")
    for number in range(100):
        await town.emu.post(town.channel, bob, f"new {number}")
    await town.emu.delete(town.channel, known[1])
    town.emu.fault("GET", "/messages$", status=502, skip=1, times=2)
    assert changes(await found(town, bob)) == [("deleted", [known[1]])]


async def test_only_so_many_messages_are_looked_through_for_changes(
    town: Town, bob: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_LOOKED_BACK", 5)
    known = await said(town, bob, *"abcdefgh")
    await town.emu.delete(town.channel, known[1], known[6])
    assert changes(await found(town, bob)) == [("deleted", [known[6]])]


async def test_one_request_is_enough_where_little_was_said(town: Town, bob: str) -> None:
    await said(town, bob, *(f"{number}" for number in range(50)))
    await found(town, bob)
    reads = [one for one in town.emu.requests if one.path.endswith(f"{town.channel}/messages")]
    assert len(reads) == 1


async def test_another_channels_past_is_no_matter(town: Town, bob: str) -> None:
    await said(town, bob, "a")
    elsewhere = ChannelId("discord", town.emu.add_channel(town.guild, "other"))
    stray = MessageId(elsewhere, town.emu.state.snowflake())
    town.ears.known.append(Edited(stray, RichText("?"), town.ears.known[0].edited_at))
    await town.emu.post(town.channel, bob, "b")
    assert changes(await found(town, bob)) == []

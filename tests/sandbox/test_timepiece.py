"""The rooms' time, and moving it on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.sandbox.conftest import ZONES, Place, serving
from tests.sandbox.relay import Clock


class MovedClock(Clock):
    def __init__(self) -> None:
        self.lead = timedelta(0)

    def now(self):
        return super().now() + self.lead

    async def advance(self, by: timedelta) -> None:
        self.lead += by


async def test_a_real_clock_can_not_be_moved(place: Place):
    state = await (await place.http.get("/api/state")).json()

    assert state["clock"]["can_move"] is False
    assert (await place.http.post("/api/clock", json={"hours": 1})).status == 404


async def test_moving_it_on_is_seen_in_both_zones_and_in_what_is_said(
    database: Database, tmp_path: Path
):
    clock = MovedClock()
    async with serving(database, tmp_path, clock=clock, advance=clock.advance) as place:
        before = (await (await place.http.get("/api/state")).json())["clock"]
        told = await (await place.http.post("/api/clock", json={"hours": 12})).json()
        await place.post("english", "hello", key="k1")
        (said,) = await place.messages("english")

        assert (before["can_move"], told["zones"]) == (True, ZONES)
        assert 12 * 3600_000 <= told["now"] - before["now"] < 12 * 3600_000 + 60_000
        assert said["sent_at"] >= told["now"]


async def test_another_page_hears_of_it(database: Database, tmp_path: Path):
    clock = MovedClock()
    async with (
        serving(database, tmp_path, clock=clock, advance=clock.advance) as place,
        place.http.get("/api/events") as stream,
    ):
        await stream.content.readuntil(b": hello\n\n")
        await place.http.post("/api/clock", json={"hours": 1})
        async with asyncio.timeout(30):
            assert b"event: clock" in await stream.content.readuntil(b"\n\n")


@pytest.mark.parametrize("hours", [0, -1, 169, 0.5, "x", None])
async def test_it_only_goes_on_and_at_most_a_week(database: Database, tmp_path: Path, hours):
    clock = MovedClock()
    async with serving(database, tmp_path, clock=clock, advance=clock.advance) as place:
        assert (await place.http.post("/api/clock", json={"hours": hours})).status == 400

    assert clock.lead == timedelta(0)

"""A small community lives ten days over the American change of clocks: what is promised is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.audit import Plan, table
from bench.chart import draw
from bench.community import community


@pytest.mark.timeout(600)  # half a minute where nothing else runs
async def test_ten_days_of_forty_members_break_no_promise() -> None:
    plan = Plan(datetime(2025, 3, 5, tzinfo=UTC), 10, 40, 16, 7)
    async with community(plan) as life:
        tally = await life.live()
    assert tally.problems == []
    assert tally.seekers > 10
    assert tally.introduced > 5
    assert tally.spread <= 1
    assert [sum(days.values()) for days in tally.days.values()] == [10, 10]
    assert "broken promises: 0" in table(plan, tally)[-1]
    assert draw([("2025-03-05", tally.by_day, tally.open_loads)]).count("<polyline") == 2

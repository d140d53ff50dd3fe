"""Engines in a row: who is asked, who is left alone, and what a day may cost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog

from bot.budgets import StoredPurse
from bot.core.errors import EngineFailed, NoModel, Trouble
from bot.store.database import Database
from bot.translate.breaker import LONGEST, MOST, REST
from bot.translate.chain import Chain, Limits, RemoteEngine
from bot.translate.deepl import DeepLEngine
from bot.translate.openai import OpenAIEngine
from bot.translate.tally import Tally
from tests.parts import HeldClock, eventually
from tests.translate.engines import Parrot
from tests.translate.services import ChatModel, DeepL, Service

THANKS = "谢谢你。"


class Local(Parrot):
    """Stands for what runs on this machine."""

    name = "argos"
    is_remote = False

    def __init__(self) -> None:
        super().__init__()
        self.tally = Tally()

    async def aclose(self) -> None:
        self.heard.append("closed")


class Absent(Local):
    def serves(self, source: str, target: str) -> bool:
        return False


@dataclass
class Row:
    """DeepL, a language model and a local engine, with all that they share."""

    database: Database
    clock: HeldClock = field(default_factory=HeldClock)
    deepl: DeepL = field(default_factory=DeepL)
    model: ChatModel = field(default_factory=ChatModel)
    local: Local = field(default_factory=Local)

    def remote(
        self, service: Service, *, characters: int = 0, seconds: float = 5.0
    ) -> RemoteEngine:
        address = service.address
        if isinstance(service, DeepL):
            engine = DeepLEngine("k", model="m", timeout_seconds=60, api_base=address)
        else:
            engine = OpenAIEngine(address, model="m", timeout_seconds=60)
        purse = StoredPurse(self.database, self.clock)
        return RemoteEngine(
            engine, limits=Limits(characters, seconds), purse=purse, clock=self.clock
        )

    def chain(self, *, characters: int = 0, seconds: float = 5.0) -> Chain:
        first = self.remote(self.deepl, characters=characters, seconds=seconds)
        return Chain([first, self.remote(self.model), self.local])


@pytest.fixture
async def row(database: Database) -> AsyncIterator[Row]:
    found = Row(database)
    async with AsyncExitStack() as stack:
        for service in (found.deepl, found.model):
            await stack.enter_async_context(service.serving())
        yield found


async def said(chain: Chain, *sentences: str) -> list[str]:
    return await chain.translate(sentences or (THANKS,), "zh", "en")


async def trouble_of(engine: RemoteEngine, *sentences: str) -> Trouble | None:
    """None where it answered."""
    try:
        await engine.translate(sentences or (THANKS,), "zh", "en")
    except EngineFailed as failure:
        return failure.trouble
    return None


async def test_the_first_that_can_is_asked_alone(row: Row) -> None:
    async with row.chain() as chain:
        assert await said(chain) == ["Thank you."]
    assert (len(row.deepl.asked), len(row.model.asked)) == (1, 0)
    assert row.local.heard == ["closed"]


@pytest.mark.parametrize("status", [403, 429, 456, 500])
async def test_where_one_fails_the_next_one_takes_over(row: Row, status: int) -> None:
    row.deepl.fail(status)
    async with row.chain() as chain:
        assert await said(chain) == ["Thank you."]
    assert len(row.model.asked) == 1


async def test_the_last_resort_is_on_this_machine(row: Row) -> None:
    row.deepl.fail(500)
    row.model.fail(500)
    async with row.chain() as chain:
        assert await said(chain) == ["cat."]


async def test_one_that_hangs_is_waited_for_only_so_long(row: Row) -> None:
    row.deepl.hang()
    async with row.chain(seconds=0.2) as chain:
        assert await said(chain) == ["Thank you."]
        assert chain.engines[0].tally.failures == {"slow": 1}


async def test_a_sentence_that_came_back_empty_is_asked_of_the_next(row: Row) -> None:
    row.model.answers("As an AI language model, I can't say that.", "Thank you.")
    async with Chain([row.remote(row.model), row.local]) as chain:
        assert await said(chain, "把灯关掉！", THANKS) == ["cat！", "Thank you."]
    assert row.local.heard[0] == "把灯关掉！"


async def test_what_nobody_can_say_is_a_failure(row: Row) -> None:
    row.model.fail(500)
    async with Chain([row.remote(row.model)]) as chain:
        with pytest.raises(EngineFailed, match="500"):
            await said(chain)
    with pytest.raises(NoModel):
        await said(Chain([Absent()]))


async def test_a_chain_serves_what_one_of_its_engines_serves(row: Row) -> None:
    chain = Chain([Absent(), row.remote(row.model)])
    assert chain.serves("ja", "en")
    assert not chain.serves("eo", "en")
    assert [engine.name for engine in chain.engines] == ["argos", "openai"]
    assert [engine.name for engine in chain.local] == ["argos"]


async def test_one_that_fails_again_and_again_is_left_alone(row: Row) -> None:
    engine = row.remote(row.deepl)
    row.deepl.fail(500, times=MOST)
    assert [await trouble_of(engine) for _ in range(MOST + 2)] == [
        *["server"] * MOST,
        "resting",
        "resting",
    ]
    assert len(row.deepl.asked) == MOST
    assert engine.breaker.is_open
    await engine.aclose()


async def test_a_success_in_between_forgives(row: Row) -> None:
    engine = row.remote(row.deepl)
    for _ in range(3):
        row.deepl.fail(500, times=MOST - 1)
        assert [await trouble_of(engine) for _ in range(MOST)] == [*["server"] * (MOST - 1), None]
    await engine.aclose()


async def test_after_its_rest_one_request_finds_out_whether_it_is_well(row: Row) -> None:
    engine = row.remote(row.deepl)
    row.deepl.fail(500, times=MOST + 1)
    for _ in range(MOST):
        await trouble_of(engine)
    row.clock.advance(REST.total_seconds())
    row.deepl.hang()
    probe = asyncio.create_task(trouble_of(engine))
    await eventually(lambda: len(row.deepl.asked) > MOST)
    assert await trouble_of(engine) == "resting"  # while the probe is out
    assert row.deepl.hung
    row.deepl.hung.set()
    assert await probe == "server"
    row.clock.advance(REST.total_seconds())
    assert await trouble_of(engine) == "resting"  # the second rest is longer
    row.clock.advance(REST.total_seconds())
    assert await trouble_of(engine) is None
    assert await trouble_of(engine) is None
    assert not engine.breaker.is_open
    await engine.aclose()


async def test_what_was_asked_before_it_failed_does_not_lengthen_its_rest(row: Row) -> None:
    engine = row.remote(row.deepl)
    row.deepl.hang()
    row.deepl.fail(500, times=2 * MOST)
    asked = [asyncio.create_task(trouble_of(engine)) for _ in range(2 * MOST)]
    await eventually(lambda: len(row.deepl.asked) == 2 * MOST)
    assert row.deepl.hung
    row.deepl.hung.set()
    assert set(await asyncio.gather(*asked)) == {"server"}
    row.clock.advance(REST.total_seconds())
    assert await trouble_of(engine) is None
    await engine.aclose()


async def test_a_probe_that_nobody_waits_for_is_no_verdict(row: Row) -> None:
    engine = row.remote(row.deepl)
    row.deepl.fail(500, times=MOST)
    for _ in range(MOST):
        await trouble_of(engine)
    row.clock.advance(REST.total_seconds())
    row.deepl.hang()
    probe = asyncio.create_task(trouble_of(engine))
    await eventually(lambda: len(row.deepl.asked) > MOST)
    probe.cancel()
    await asyncio.wait([probe])
    assert row.deepl.hung
    row.deepl.hung.set()
    assert await trouble_of(engine) is None
    await engine.aclose()


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry_After": "7"}, 7.0),
        (403, {}, LONGEST.total_seconds()),
        (404, {}, LONGEST.total_seconds()),
        (456, {}, LONGEST.total_seconds()),
        (429, {"Retry_After": "99999999"}, LONGEST.total_seconds()),
    ],
)
async def test_one_that_says_when_or_never_is_left_alone_at_once(
    row: Row, status: int, headers: dict[str, str], seconds: float
) -> None:
    engine = row.remote(row.deepl)
    row.deepl.fail(status, times=1, **headers)
    await trouble_of(engine)
    row.clock.advance(seconds - 1)
    assert await trouble_of(engine) == "resting"
    row.clock.advance(1)
    assert await trouble_of(engine) is None
    await engine.aclose()


async def test_refusals_of_a_model_do_not_put_it_to_rest(row: Row) -> None:
    engine = row.remote(row.model)
    for _ in range(3 * MOST):
        row.model.answers("I'm sorry, but I can't help with that.")
        assert await engine.translate([THANKS], "zh", "en") == [""]
    assert not engine.breaker.is_open
    assert engine.tally.empty == 3 * MOST
    await engine.aclose()


async def test_a_days_characters_are_not_exceeded(row: Row) -> None:
    async with row.chain(characters=10) as chain:
        for _ in range(4):
            assert await said(chain) == ["Thank you."]
        first, second, _ = chain.engines
        assert (first.tally.sentences, first.tally.characters) == (2, 8)
        assert first.tally.failures == {"budget": 2}
        assert second.tally.sentences == 2
    assert len(row.deepl.asked) == 2


async def test_what_was_spent_outlives_a_restart(row: Row, tmp_path: Path) -> None:
    engine = row.remote(row.deepl, characters=10)
    assert [await trouble_of(engine), await trouble_of(engine)] == [None, None]
    await engine.aclose()
    await row.database.aclose()
    shutil.copy(tmp_path / "bot.db", tmp_path / "later.db")
    later = Row(Database(f"sqlite+aiosqlite:///{tmp_path / 'later.db'}"), deepl=row.deepl)
    engine = later.remote(row.deepl, characters=10)
    assert await trouble_of(engine) == "budget"
    assert await trouble_of(engine, "好") is None  # there is room for one short word
    await engine.aclose()
    await later.database.aclose()


async def test_a_new_day_in_utc_begins_at_nothing(row: Row) -> None:
    engine = row.remote(row.deepl, characters=5)
    row.clock.advance((11 * 60 + 59) * 60)  # it was noon
    asked = [await trouble_of(engine) for _ in range(2 * MOST)]
    assert asked == [None, *["budget"] * (2 * MOST - 1)]
    row.clock.advance(60)
    assert [await trouble_of(engine), await trouble_of(engine)] == [None, "budget"]
    await engine.aclose()


async def test_each_engine_has_a_day_of_its_own(row: Row) -> None:
    deepl = row.remote(row.deepl, characters=5)
    model = row.remote(row.model, characters=5)
    assert [await trouble_of(deepl), await trouble_of(model)] == [None, None]
    assert [await trouble_of(deepl), await trouble_of(model)] == ["budget", "budget"]
    for engine in (deepl, model):
        await engine.aclose()


async def test_many_at_once_do_not_exceed_it_either(row: Row) -> None:
    engine = row.remote(row.deepl, characters=4 * 5)
    found = await asyncio.gather(*(trouble_of(engine) for _ in range(20)))
    assert sorted(map(str, found)) == [*["None"] * 5, *["budget"] * 15]
    await engine.aclose()


async def test_an_engine_that_can_not_be_counted_is_not_asked(row: Row, tmp_path: Path) -> None:
    empty = Row(Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"), deepl=row.deepl)
    engine = empty.remote(row.deepl, characters=100)
    assert await trouble_of(engine) == "budget"
    assert row.deepl.asked == []
    await engine.aclose()
    await empty.database.aclose()


async def test_half_a_character_is_no_reason_to_fail(row: Row) -> None:
    async with row.chain() as chain:
        assert await said(chain, "坏\ud83d字") == ["cat: 坏?字"]


async def test_nothing_that_is_said_of_an_engine_holds_text(row: Row) -> None:
    row.deepl.fail(500, THANKS, times=MOST)
    engine = row.remote(row.deepl, characters=4 * (MOST + 1))
    with structlog.testing.capture_logs() as lines:
        for _ in range(MOST):
            await trouble_of(engine)
        row.clock.advance(REST.total_seconds())
        assert [await trouble_of(engine) for _ in range(3)] == [None, "budget", "budget"]
    assert [line["log_level"] for line in lines] == ["warning", "info", "warning"]
    assert all(line["engine"] == "deepl" for line in lines)
    assert "谢" not in str(lines)
    await engine.aclose()

"""Towns to test in, and the translation models, which load once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.core.ports import Translator
from bot.translate.argos import ArgosEngine
from bot.translate.pipeline import Pipeline
from tests.bridge.parties import Parties
from tests.bridge.place import Place
from tests.bridge.town import Town

PLATFORMS = ("sandbox", "telegram", "discord")
ENGLISH, MIXED = ("en", "en"), ("zh", "en")
PAIRS = [(source, destination) for source in PLATFORMS for destination in PLATFORMS]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places of a running bridge; what is said in `source` arrives in `destination`."""

    source: Place
    destination: Place


@pytest.fixture(scope="session")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Translator]:
    engine = ArgosEngine(tmp_path_factory.mktemp("models"), threads=2)
    yield Pipeline(engine)
    asyncio.run(engine.aclose())


@pytest.fixture
async def town(tmp_path: Path, migrated: Path, translator: Translator) -> AsyncIterator[Town]:
    async with Town(tmp_path / "data", migrated, translator) as town:
        yield town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pairs(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Path,
    translator: Translator,
) -> AsyncIterator[dict[str, Pair]]:
    """One bridge for all tests of the contract, where each test has a relay of its own."""
    folder = tmp_path_factory.mktemp("capital")
    async with Town(folder, migrated, translator) as town:
        town.cogs.append(Parties)
        # Its loop stands still after its last test: all that came due meanwhile is done first.
        town.stop_within = 90.0
        pairs = await settle(town, request.session, {"pair": ENGLISH, "chinese_to_english": MIXED})
        async with town.running():
            yield pairs


async def settle(
    town: Town,
    session: pytest.Session,
    languages: Mapping[str, tuple[str, str]],
    *,
    in_guild: bool = True,
) -> dict[str, Pair]:
    """A relay of its own for every test with one of these fixtures, by the test's id."""
    pairs: dict[str, Pair] = {}
    for item in session.items:
        names = getattr(item, "fixturenames", ())
        spoken = next((languages[name] for name in names if name in languages), None)
        if spoken is None or "platforms" not in names or not isinstance(item, pytest.Function):
            continue  # also another folder's test
        platforms: Any = item.callspec.params["platforms"]
        relay = f"relay {len(pairs)}"
        places = [
            await town.place(platform, language, relay=relay, in_guild=in_guild)
            for platform, language in zip(platforms, spoken, strict=True)
        ]
        pairs[item.nodeid] = Pair(*places)
    return pairs


@pytest.fixture(params=PAIRS, ids="-to-".join)
def platforms(request: pytest.FixtureRequest) -> tuple[str, str]:
    return request.param


@pytest.fixture
def pair(
    request: pytest.FixtureRequest, platforms: tuple[str, str], pairs: dict[str, Pair]
) -> Pair:
    """Every ordered pair of platforms, both sides English: nothing needs translating."""
    return pairs[request.node.nodeid]


@pytest.fixture
def chinese_to_english(
    request: pytest.FixtureRequest, platforms: tuple[str, str], pairs: dict[str, Pair]
) -> Pair:
    return pairs[request.node.nodeid]

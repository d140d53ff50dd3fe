"""Whatever goes right or wrong with what people write, the log of it never says what they wrote."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
import structlog

from bot import log
from bot.cog import Cog, Context, Describe, Reply, command, daily, listener, on_button, repeating
from bot.core.errors import Blocked, Rejected, Transient, Uncertain
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Deleted,
    Edited,
    Inbound,
)
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.schedule import Schedule
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, ZH, World, eventually, host_of, running, world_of

WORD = "xylophone"
NAME = "Wolfeschlegel"
ANNA = replace(ANN, name=NAME)
FILE = Attachment(AttachmentKind.FILE, f"{WORD}.txt", WORD, 3)


class Careless(Cog):
    """It fails with whatever it was given, everywhere a cog can."""

    name = "careless"

    @command("careless", "Fail")
    async def fail(self, ctx: Context, text: Annotated[str, Describe("Anything")]) -> Reply:
        raise ValueError(text)

    @on_button("fail")
    async def fail_again(self, ctx: Context, argument: str) -> Reply:
        raise KeyError(argument, ctx)

    @listener("message")
    async def hear(self, message: Inbound) -> None:
        try:
            raise LookupError(message)
        except LookupError as error:
            raise RuntimeError(f"{message.author.name} said {message.text.text}") from error

    @repeating(timedelta(minutes=1))
    async def look(self) -> None:
        raise ExceptionGroup(WORD, [ValueError(WORD)])

    @daily(time(0, 0))
    async def do(self) -> None:
        raise ValueError(WORD)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in log.QUIETER}
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture(params=["json", "console"])
def begin(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Any:
    """To be called in the test, where no handler of pytest's is closed by it; answers the log."""

    def begin() -> Callable[[], str]:
        log.configure("debug", request.param)
        return lambda: capsys.readouterr().err

    return begin


def check(written: str, *events: str) -> None:
    """Everything that had to go wrong has, and nothing tells with which words."""
    assert [event for event in events if event not in written] == []
    found = [line for line in written.splitlines() if re.search(f"{WORD}|{NAME}", line)]
    assert found == []


@pytest.mark.parametrize(
    "error",
    [Transient("no answer", 0.0), Rejected("refused"), Blocked("closed"), Uncertain("lost")],
    ids=lambda error: type(error).__name__,
)
async def test_a_delivery_that_fails(world: World, begin: Any, error: Exception) -> None:
    logged = begin()
    world.west.fail(error)
    said = await world.say(WORD, author=ANNA, attachments=(FILE,))
    await world.deliver()
    await world.hear(Edited(said, RichText(f"{WORD}!"), world.clock.now()), Deleted((said,)))
    world.clock.advance(3600)
    await world.deliver()
    check(logged(), "delivery")


async def test_a_platform_that_fails_by_our_mistake(world: World, begin: Any) -> None:
    logged = begin()
    world.west.fail(ValueError(f"can't show {WORD} by {NAME}"), times=9)
    await world.say(WORD, author=ANNA)
    for _ in range(6):
        await world.deliver()
        world.clock.advance(3600)
    check(logged(), "A delivery failed by a mistake of ours", "ValueError", "given up")


async def test_a_translator_that_fails_by_our_mistake(world: World, begin: Any) -> None:
    logged = begin()

    def fail() -> None:
        raise ValueError(f"can't translate {world.translator.asked}")

    world.translator.on_ask = fail
    await world.say(WORD, author=ANNA)
    await world.deliver()
    assert WORD in world.west.texts()[0]
    check(logged(), "A translation failed by a mistake of ours", "ValueError")


async def test_a_database_that_refuses(world: World, begin: Any) -> None:
    logged = begin()
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("DROP TABLE messages")
    saying = asyncio.ensure_future(world.say(WORD, author=ANNA))
    await eventually(lambda: len(world.clock.naps) > 1)
    saying.cancel()
    await asyncio.wait([saying])
    check(logged(), "The database can't be written")


async def test_a_cog_that_fails_with_what_it_was_given(world: World, begin: Any) -> None:
    logged = begin()
    dispatcher = Dispatcher(world.relaybook.language)
    host = host_of(world, dispatcher)
    dispatcher.attach(host)
    host.add_cog(Careless(host))
    asked: dict[str, Any] = {"channel": EN, "person": ANNA, "is_mod": False, "locale": None}
    await dispatcher.run(Invocation(("careless",), text=WORD, **asked))
    await dispatcher.run(Invocation((WORD,), text=WORD, **asked))
    await dispatcher.press(Press("careless.fail", WORD, **asked))
    dispatcher.announce(world.inbound(WORD, author=ANNA))
    schedule = Schedule(world.database, world.clock, dispatcher.dailies(), dispatcher.repeatings())
    async with running(dispatcher.listen()):
        await dispatcher.settle()
        await schedule.look_at_all()
    check(
        logged(),
        "A command failed by a mistake of ours",
        "A listener failed by a mistake of ours",
        "RuntimeError",
        "ExceptionGroup",
    )


async def test_an_erasure(world: World, begin: Any) -> None:
    logged = begin()
    await world.say(WORD, author=ANNA)
    await world.say(WORD, channel=ZH, author=MEI)
    await world.deliver()
    host = host_of(world, Dispatcher(world.relaybook.language))
    await host.privacy.export(ANNA.person)
    await host.privacy.erase(ANNA.person, NAME)
    await world.deliver()
    written = logged()
    check(written, "a person was erased")
    assert not re.search(r"\bann\b", written)

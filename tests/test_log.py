"""What reaches the log, and what must never reach it."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import log
from bot.core.errors import CatbridgeError, Refused
from bot.core.model import Author, ChannelId, Inbound, MessageId, PersonId
from bot.core.richtext import RichText

TELEGRAM_TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFakeFak"
DISCORD_TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs_fake"
PASSWORD = 'hush"hush'
SECRETS = (TELEGRAM_TOKEN, DISCORD_TOKEN, PASSWORD)
CHANNEL = ChannelId("telegram", "-100123")
MESSAGE = MessageId(CHANNEL, "42")


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


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_names_its_message_and_relay(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    with log.about(MESSAGE, relay="main"):
        structlog.get_logger("bot.deliver").info("sent", parts=2)
    structlog.get_logger("bot.deliver").info("idle")
    during, after = lines(capsys)
    assert during["message"] == "telegram:-100123/42"
    assert (during["relay"], during["parts"], during["event"]) == ("main", 2, "sent")
    assert "message" not in after


def test_the_library_beneath_is_named_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    with log.about(MESSAGE):
        logging.getLogger("discord.client").info("connected to %s", "gateway")
    [line] = lines(capsys)
    assert line["event"] == "connected to gateway"
    assert (line["logger"], line["message"]) == ("discord.client", "telegram:-100123/42")


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("logger", ["bot.app", "discord.http", "telegram.ext", "aiohttp.client"])
def test_a_secret_is_hidden_wherever_it_comes_from(
    capsys: pytest.CaptureFixture[str], log_format: str, secret: str, logger: str
) -> None:
    log.configure("info", log_format, SECRETS)  # pyright: ignore[reportArgumentType]
    logging.getLogger(logger).warning("refused %s at https://x/bot%s/y", secret, secret)
    structlog.get_logger(logger).warning("refused", address=f"db://cat:{secret}@host")
    written = capsys.readouterr().err
    assert "refused" in written
    assert secret not in written
    assert json.dumps(secret)[1:-1] not in written


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_secret_in_an_exception_is_hidden(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    log.configure("info", log_format, SECRETS)  # pyright: ignore[reportArgumentType]
    try:
        raise OSError(f"no way to https://api.telegram.org/bot{TELEGRAM_TOKEN}/getMe")
    except OSError:
        structlog.get_logger("bot.app").exception("failed")
    written = capsys.readouterr().err
    assert "OSError" in written
    assert TELEGRAM_TOKEN not in written


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        (f"POST https://api.telegram.org/bot{TELEGRAM_TOKEN}/sendMessage", TELEGRAM_TOKEN),
        (f"login with {DISCORD_TOKEN}", DISCORD_TOKEN),
        ("POST https://discord.com/api/v10/webhooks/12/aW50ZXJhY3Rpb24-token?wait=true", "aW50"),
        ("POST https://discord.com/api/v10/interactions/12/aW50Zt0k/callback", "aW50Zt0k"),
        ("postgresql+asyncpg://cat:hush@host/db", "hush"),
        ("[SQL: INSERT …]\n[parameters: ('what a lovely cat', 3)]", "lovely"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_untold(
    capsys: pytest.CaptureFixture[str], said: str, secret: str
) -> None:
    log.configure("info", "console")
    logging.getLogger("discord").warning(said)
    written = capsys.readouterr().err
    assert said[:4] in written
    assert secret not in written


async def test_a_request_does_not_write_the_token_in_its_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.configure("debug", "console", SECRETS)
    async with TestServer(web.Application()) as server, httpx.AsyncClient() as client:
        answer = await client.get(str(server.make_url(f"/bot{TELEGRAM_TOKEN}/getMe")))
    assert answer.status_code == 404
    assert TELEGRAM_TOKEN not in capsys.readouterr().err


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_the_values_of_a_failed_statement_are_hidden(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    log.configure("info", log_format)  # pyright: ignore[reportArgumentType]
    told = "[SQL: INSERT …]\n[parameters: ('[my] secret cat', 3)]\n(Background …)"
    try:
        raise CatbridgeError(told)
    except CatbridgeError:
        structlog.get_logger("bot.store").exception("failed")
    written = capsys.readouterr().err
    assert "Background" in written
    assert "secret cat" not in written


def test_a_message_given_to_the_log_does_not_tell_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.configure("info", "json")
    author = Author(PersonId("telegram", "7"), "小雨")
    inbound = Inbound(MESSAGE, author, RichText("my secret cat"), datetime.now(UTC))
    structlog.get_logger("bot.intake").info("heard", inbound=inbound, person=author.person)
    [line] = lines(capsys)
    assert (line["inbound"], line["person"]) == ("<Inbound>", "telegram:7")


def test_an_exception_does_not_tell_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "console")
    text = "my secret " + "cat"
    try:
        len(text) / 0
    except ZeroDivisionError:
        structlog.get_logger("bot.app").exception("failed")
    written = capsys.readouterr().err
    assert "ZeroDivisionError" in written
    assert "my secret cat" not in written


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_exception_does_not_tell_what_it_was_given(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    log.configure("debug", log_format)  # pyright: ignore[reportArgumentType]
    text = "my secret " + "cat"
    try:
        fail_with(text)
    except ExceptionGroup:
        structlog.get_logger("bot.app").exception("failed")
        logging.getLogger("discord.client").exception("Ignoring exception in on_message")
    written = capsys.readouterr().err
    for told in ("KeyError", "ValueError", "in fail_with", "Ignoring exception in on_message"):
        assert told in written
    assert "secret cat" not in written


def fail_with(text: str) -> None:
    try:
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError(f"no such thing: {text}") from error
    except ValueError as error:
        error.add_note(text)
        raise ExceptionGroup(text, [error]) from None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CatbridgeError("the room can't be written"), "the room can't be written"),
        (Refused("{name} is gone.", name="my secret cat"), "{name} is gone."),
        (OSError(28, "No space left on device", "my secret cat.png"), "No space left on device"),
        (ModuleNotFoundError("No module named 'lap'"), "No module named 'lap'"),
        (AttributeError("…", name="author", obj="my secret cat"), "author"),
    ],
)
def test_an_exception_tells_what_nobody_wrote(
    capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    log.configure("info", "console")
    try:
        raise error
    except (CatbridgeError, OSError, ImportError, AttributeError):
        structlog.get_logger("bot.app").exception("failed")
    written = capsys.readouterr().err
    assert told in written
    assert "secret cat" not in written


def test_a_line_that_can_not_be_written_does_not_come_out_another_way(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log.configure("debug", "console")
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    text = "my secret " + "cat"
    with (tmp_path / "log").open("w") as closed:
        handler.setStream(closed)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger("bot.app").exception("failed")
    assert "secret cat" not in capsys.readouterr().err


async def test_a_task_whose_failure_nobody_looked_at_does_not_tell_what_it_was_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.configure("debug", "console")

    text = "my (secret) cat> " + "and more"

    async def fail() -> None:
        raise ValueError(text)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    written = capsys.readouterr().err
    assert "Task exception was never retrieved" in written
    assert "ValueError" in written
    assert "secret" not in written
    assert "and more" not in written


@pytest.mark.parametrize("logger", ["discord.gateway", "telegram.Bot", "aiosqlite", "httpx"])
def test_debugging_does_not_turn_on_what_prints_message_text(
    capsys: pytest.CaptureFixture[str], logger: str
) -> None:
    log.configure("debug", "json")
    logging.getLogger(logger).debug("sendMessage {'text': 'my secret cat'}")
    assert lines(capsys) == []


def test_a_level_hides_what_is_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("warning", "json")
    structlog.get_logger("bot.app").info("quiet")
    structlog.get_logger("bot.app").warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]


def test_a_console_speaks_the_operator_s_language_and_json_keeps_the_entry(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entry = "The database can't be read: deliveries wait"
    log.configure("info", "console", language="zh")
    structlog.get_logger("bot.deliver").error(entry)
    log.configure("info", "json", language="zh")
    structlog.get_logger("bot.deliver").error(entry)
    console, machine = capsys.readouterr().err.strip().split("\n")
    assert "数据库读不了，待发的消息先等着" in console
    assert entry in machine

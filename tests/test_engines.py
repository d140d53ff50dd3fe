"""Engines as the operator meets them: in the file, in check, on the command line, in /metrics."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import app, beside, config
from bot.core.errors import Problem
from bot.core.richtext import RichText
from bot.engines import patience
from bot.settings import HttpSettings, Settings
from bot.translate.pipeline import PATIENCE
from tests.findings import wrong
from tests.test_cli import command, environment
from tests.test_health import free_port
from tests.translate.services import ChatModel, DeepL, LibreTranslate, Service

KEYS = {
    "LIBRETRANSLATE_API_KEY": "libre-s3cret",
    "DEEPL_API_KEY": "deepl-s3cret",
    "OPENAI_API_KEY": "openai-s3cret",
}
ROOMS = """
[[relays]]
name = "main"
[[relays.channels]]
platform = "sandbox"
channel = "english"
language = "en"
[[relays.channels]]
platform = "sandbox"
channel = "chinese"
language = "zh"
[sandbox]
port = 0
"""


class Services:
    """All three, and a configuration that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.libretranslate = LibreTranslate()
        self.deepl = DeepL()
        self.openai = ChatModel()

    def all(self) -> tuple[Service, ...]:
        return self.libretranslate, self.deepl, self.openai

    def file(self, *engines: str, more: str = "", characters: int = 1000) -> Path:
        path = self.folder / "config.toml"
        path.write_text(
            f"""
            cogs = ["help"]
            log_level = "debug"
            [translate]
            engines = {json.dumps(engines)}
            {more}
            [translate.libretranslate]
            url = "{self.libretranslate.address}"
            timeout_seconds = 2
            [translate.deepl]
            api_base = "{self.deepl.address}"
            daily_characters = {characters}
            [translate.openai]
            api_base = "{self.openai.address}"
            model = "cat-1"
            {ROOMS}
            """
        )
        return path

    def settings(self, *engines: str, more: str = "", characters: int = 1000) -> Settings:
        return config.load(self.file(*engines, more=more, characters=characters), KEYS)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    found = Services(tmp_path)
    async with AsyncExitStack() as stack:
        for service in found.all():
            await stack.enter_async_context(service.serving())
        yield found


async def checked(settings: Settings) -> dict[str, Problem]:
    return {problem.key: problem for problem in wrong(await beside.check(settings))}


async def test_check_asks_every_engine_and_is_content(services: Services) -> None:
    assert await checked(services.settings("deepl", "libretranslate", "openai", "argos")) == {}
    assert [len(service.bodies) for service in services.all()] == [1, 1, 1]


async def test_engines_that_are_not_named_are_sent_nothing(services: Services) -> None:
    assert await checked(services.settings("argos")) == {}
    assert [service.asked for service in services.all()] == [[], [], []]


@pytest.mark.parametrize(
    ("misbehave", "key", "words"),
    [
        (lambda on: on.deepl.fail(403), "translate.deepl.key", "refuses the key"),
        (lambda on: on.libretranslate.fail(403), "translate.libretranslate.api_key", "the key"),
        (lambda on: on.openai.fail(401), "translate.openai.key", "refuses the key"),
        (lambda on: on.openai.fail(404), "translate.openai", "no such model"),
        (lambda on: on.deepl.fail(456), "translate.deepl", "used up"),
        (lambda on: on.deepl.fail(429), "translate.deepl", "come back later"),
        (lambda on: on.deepl.fail(500), "translate.deepl", "out of order"),
        (lambda on: on.deepl.fail(400), "translate.deepl", "refuses the request"),
        (lambda on: on.deepl.say("<html>"), "translate.deepl", "nothing usable"),
        (lambda on: on.openai.told.append("No."), "translate.openai", "nothing usable"),
        (lambda on: on.libretranslate.hang(), "translate.libretranslate", "too slow"),
        (
            lambda on: setattr(on.libretranslate, "codes", ("en", "ja")),
            "translate.libretranslate",
            "does not translate between",
        ),
    ],
)
async def test_check_says_what_is_wrong_with_an_engine(
    services: Services, misbehave: Callable[[Services], Any], key: str, words: str
) -> None:
    misbehave(services)
    found = await checked(services.settings("deepl", "libretranslate", "openai", "argos"))
    assert set(found) == {key}
    assert words in str(found[key])
    assert "s3cret" not in str(found[key])


async def test_check_says_that_a_server_is_not_there(services: Services) -> None:
    gone = DeepL()
    async with gone.serving():
        pass
    services.deepl = gone
    found = await checked(services.settings("deepl", "argos"))
    assert "can't be reached" in str(found["translate.deepl"])


async def test_check_says_that_a_days_characters_are_used_up(services: Services) -> None:
    found = await checked(services.settings("deepl", "argos", characters=3))
    assert "used up its characters" in str(found["translate.deepl"])
    assert services.deepl.asked == []


async def test_a_message_goes_through_the_engines_in_order(services: Services) -> None:
    services.deepl.fail(500)
    async with app.assembled(services.settings("deepl", "openai", "argos")) as bridge:
        said = await bridge.host.translator.translate(
            RichText("我家的狗会游泳。 https://example.org"), target="en", prior="zh"
        )
    assert said.text.text == "My dog can swim. https://example.org"
    assert said.engine == "openai"
    assert len(services.deepl.asked) == 1
    assert "example.org" not in str(services.openai.bodies)


@pytest.mark.parametrize(
    "misbehaves",
    [
        pytest.param(lambda instruction: [instruction], id="leaks"),
        pytest.param(lambda _: ["As an AI language model, I can't do that."], id="refuses"),
        pytest.param(lambda _: ["Roses are red,\nviolets are blue,\nyour cat"], id="rhymes"),
    ],
)
async def test_what_a_model_says_instead_of_translating_reaches_nobody(
    services: Services, misbehaves: Callable[[str], list[str]]
) -> None:
    services.openai.obeys = misbehaves
    async with app.assembled(services.settings("openai", "argos")) as bridge:
        said = await bridge.host.translator.translate(
            RichText("我有一只猫。"), target="en", prior="zh"
        )
    assert services.openai.asked
    assert (said.engine, said.label) == ("argos", "")
    assert "cat" in said.text.text
    assert not {"bridge", "AI", "Roses"} & set(said.text.text.split())


@pytest.mark.parametrize(("allowed", "is_asked"), [("main", True), ("other", False)])
async def test_only_the_relays_named_are_sent_away(
    services: Services, allowed: str, is_asked: bool
) -> None:
    other = ROOMS.replace('"main"', '"other"').replace("english", "en2").replace("chinese", "zh2")
    more = f'remote_relays = ["{allowed}"]'
    path = services.file("deepl", "argos", more=more)
    path.write_text(path.read_text() + other.replace("[sandbox]\nport = 0", ""))
    async with app.assembled(config.load(path, KEYS)) as bridge:
        [main] = [relay for relay in bridge.relaybook.all() if relay.name == "main"]
        translate = bridge.host.translator.translate
        text = RichText("我家的狗会游泳。")
        said = await translate(text, target="en", prior="zh", community=main.id)
        await translate(text, target="en", prior="zh")  # whose it is is not known: it stays
    assert said.label == ""
    assert len(services.deepl.asked) == is_asked


def test_the_next_engine_still_has_time_when_others_were_too_slow(services: Services) -> None:
    settings = services.settings("libretranslate", "deepl", "openai", "argos")
    assert patience(settings) == PATIENCE + 2 + 10 + 20
    assert patience(services.settings("argos")) == PATIENCE


async def test_metrics_count_each_engine(services: Services) -> None:
    services.deepl.fail(403)
    listen = f"127.0.0.1:{free_port()}"
    settings = services.settings("deepl", "openai", "argos")
    settings = settings.model_copy(update={"http": HttpSettings(listen=listen)})
    stop, ready = asyncio.Event(), asyncio.Event()
    async with app.assembled(settings) as bridge:
        for text in ("我家的狗会游泳。", "我有一只猫。"):
            await bridge.host.translator.translate(RichText(text), target="en", prior="zh")
        serving = asyncio.create_task(bridge.serve(stop, ready.set))
        await asyncio.wait_for(ready.wait(), 10)
        async with aiohttp.ClientSession() as client, client.get(f"http://{listen}/metrics") as got:
            lines = (await got.text()).splitlines()
        stop.set()
        await serving
    for line in (
        'catbridge_engine_failures_total{engine="deepl",trouble="key"} 1.0',
        'catbridge_engine_failures_total{engine="deepl",trouble="resting"} 1.0',
        'catbridge_engine_resting{engine="deepl"} 1.0',
        'catbridge_engine_resting{engine="openai"} 0.0',
        'catbridge_engine_sentences_total{engine="openai"} 2.0',
        'catbridge_engine_characters_total{engine="openai"} 14.0',
        'catbridge_engine_empty_total{engine="openai"} 0.0',
        'catbridge_engine_sentences_total{engine="argos"} 0.0',
    ):
        assert line in lines


async def translated(path: Path, *options: str, **variables: str) -> tuple[int, str, str]:
    """What the command line made of one line: status, output, errors."""
    program, *arguments = command("translate", "--from", "zh", "--to", "en", *options)
    running = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        "--config",
        str(path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(**variables),
    )
    out, errors = await asyncio.wait_for(running.communicate("我家的狗会游泳。\n".encode()), 60)
    assert running.returncode is not None
    return running.returncode, out.decode(), errors.decode()


@pytest.mark.parametrize("options", [(), ("--engine-only",)])
async def test_the_command_line_goes_through_the_engines(
    services: Services, options: tuple[str, ...]
) -> None:
    services.deepl.fail(500)
    status, out, _ = await translated(services.file("deepl", "openai"), *options, **KEYS)
    assert (status, out) == (0, "My dog can swim.\n")
    assert len(services.deepl.asked) == 1


async def test_the_command_line_tells_of_a_missing_key(services: Services) -> None:
    status, _, errors = await translated(services.file("deepl"))
    assert status == 2
    assert "\ntranslate.deepl.key: " in errors
    assert "DEEPL_API_KEY" in errors


async def test_no_log_line_holds_a_key_or_a_text(services: Services) -> None:
    """With everything logged that can be, and every engine failing in its own way."""
    told = "我家的狗会游泳。 " + " ".join(KEYS.values())
    services.deepl.fail(500, told)
    services.libretranslate.fail(403, told)
    services.openai.say(json.dumps({"choices": [{"message": {"content": told}}]}))
    path = services.file("deepl", "libretranslate", "openai", "argos")
    status, out, errors = await translated(path, **KEYS)
    assert (status, len(out.splitlines())) == (0, 1)
    assert "libretranslate" in errors
    assert "游泳" not in errors
    assert "s3cret" not in errors

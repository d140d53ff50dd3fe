"""The command line from outside: what it prints, and the status it ends with."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.cli.boundary import sentence
from bot.config import OVERRIDES
from bot.core.errors import Refused
from bot.core.model import Author, ChannelId, Copy, Inbound, MessageId, PersonId, RelayChannel
from bot.core.richtext import RichText
from bot.store import glossary, messages, outbox, relays
from bot.store.database import Database
from bot.store.glossary import Entry
from bot.store.migrate import upgrade
from tests.translate.packages import STARTER

ROOT = Path(__file__).parent.parent
ROOMS = """
[sandbox]
port = 0
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
"""


def environment(**variables: str) -> dict[str, str]:
    ours = (*OVERRIDES, "CATBRIDGE_CONFIG")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"} | variables


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "bot", *map(str, arguments)]


def bot(
    folder: Path, *arguments: object, said: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(**variables),
        input=said,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as once:
        return once.getsockname()[1]


def test_help_is_what_no_arguments_give(tmp_path: Path) -> None:
    ended = bot(tmp_path)
    assert ended.returncode == 0
    assert all(word in ended.stdout for word in ("run", "demo", "check", "migrate", "outbox"))


def test_help_speaks_the_operators_language(tmp_path: Path) -> None:
    assert "猫桥" in bot(tmp_path, "--help", LC_ALL="zh_CN.UTF-8").stdout


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "--help"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in ended.stderr.splitlines()}
    assert loaded.isdisjoint({"discord", "telegram", "sqlalchemy", "ctranslate2", "aiohttp"})


@pytest.mark.parametrize("name", ["run", "check", "migrate", "outbox", "forget discord 1"])
def test_a_missing_file_is_a_matter_of_configuration(tmp_path: Path, name: str) -> None:
    ended = bot(tmp_path, *name.split(), "--config", "none.toml")
    assert ended.returncode == 2
    assert "none.toml: There is no such file." in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["run", "check"])
def test_each_problem_has_a_line_with_key_and_remedy(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.toml").write_text('[discord]\ntokn = "x"\n[retention]\nids_days = 0\n')
    ended = bot(tmp_path, name)
    assert ended.returncode == 2
    lines = (ended.stdout + ended.stderr).splitlines()
    assert lines == [
        "discord.tokn: There is no such key. Did you mean “token”?",
        "retention.ids_days: This is too small. Write 2 or more.",
    ]


def test_a_bridge_with_nothing_to_hear_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    ended = bot(tmp_path, "run")
    assert ended.returncode == 2
    assert "TELEGRAM_TOKEN" in ended.stderr


def test_problems_can_be_read_by_programs(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('log_level = "inof"')
    ended = bot(tmp_path, "check", "--json")
    assert ended.returncode == 2
    told = json.loads(ended.stdout)
    [finding] = told["findings"]
    assert not told["ok"]
    assert (finding["severity"], finding["code"]) == ("broken", "config")
    assert finding["place"] == "log_level"
    assert set(finding) == {"severity", "place", "code", "problem", "remedy"}


def test_a_sound_configuration_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    ended = bot(tmp_path, "check")
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "All good."), ended.stderr
    told = json.loads(bot(tmp_path, "check", "--json").stdout)
    assert told["ok"]
    assert {one["severity"] for one in told["findings"]} == {"ok", "fine-to-know"}


def test_a_database_that_can_not_be_opened_is_found(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'database_url = "sqlite:///{tmp_path}"\n{ROOMS}')
    checked = bot(tmp_path, "check")
    assert checked.returncode == 1
    assert "Broken:\n  database_url: The database can't be used" in checked.stdout
    started = bot(tmp_path, "run")
    assert started.returncode in {1, 2}
    assert "The database can't be used" in started.stderr
    assert "Traceback" not in started.stderr


def test_a_database_is_made_and_brought_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    ended = bot(tmp_path, "migrate")
    assert (ended.returncode, ended.stdout) == (0, "The database is up to date.\n")
    assert (tmp_path / "data" / "catbridge.db").exists()
    assert bot(tmp_path, "migrate").returncode == 0


def test_lines_are_translated_in_order(tmp_path: Path) -> None:
    ended = bot(
        tmp_path, "translate", "--from", "zh", "--to", "en", said="我有三只猫。\n\n谢谢！\n"
    )
    assert ended.returncode == 0, ended.stderr
    first, second, third = ended.stdout.splitlines()
    assert "cat" in first
    assert second == ""
    assert third.isascii()


def test_a_communitys_own_words_count_on_the_command_line_too(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    assert bot(tmp_path, "migrate").returncode == 0

    async def add() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'catbridge.db'}")
        async with database.transaction() as connection:
            tea = RelayChannel(ChannelId("sandbox", "tea"), "en")
            milk = RelayChannel(ChannelId("sandbox", "milk"), "en")
            await relays.declare(connection, [("main", [tea]), ("other", [milk])])
            known = {relay.name: relay.id for relay in await relays.load(connection)}
            entry = Entry("zh", "en", "圆圆", "圆圆", "Cottontail")
            mod = PersonId("sandbox", "mod")
            await glossary.put(connection, known["main"], [entry], mod, datetime.now(UTC))
        await database.aclose()

    asyncio.run(add())
    line = ("translate", "--from", "zh", "--to", "en")
    ended = bot(tmp_path, *line, "--relay", "main", said="圆圆很可爱。\n")
    assert "Cottontail" in ended.stdout, ended.stderr
    for others in (("--relay", "other"), ()):  # of two relays none is meant by itself
        assert "Cottontail" not in bot(tmp_path, *line, *others, said="圆圆很可爱。\n").stdout
    ended = bot(tmp_path, *line, "--relay", "dogs", said="圆圆很可爱。\n")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "There is no relay “dogs” in the database. Known are: main, other." in ended.stderr


def test_a_pair_without_a_model_is_told(tmp_path: Path) -> None:
    ended = bot(tmp_path, "translate", "--from", "en", "--to", "de", "--engine-only", said="hi\n")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "models install en-de" in ended.stderr


def test_a_reader_who_leaves_hears_no_complaint(tmp_path: Path) -> None:
    pipe = 'yes 你好 | head -n 2000 | "$@" | head -n 1'
    ended = subprocess.run(
        ["bash", "-c", pipe, "-", *command("translate", "--from", "zh", "--to", "en")],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert len(ended.stdout.splitlines()) == 1
    assert ended.stderr == ""


def test_a_model_comes_from_a_file_and_goes_again(tmp_path: Path) -> None:
    assert "starter, comes with Catbridge" in bot(tmp_path, "models", "list").stdout
    assert bot(tmp_path, "models", "path", STARTER).returncode == 0
    assert "installed here" in bot(tmp_path, "models", "list").stdout
    assert bot(tmp_path, "models", "remove", "zh-en").returncode == 0
    assert "installed here" not in bot(tmp_path, "models", "list").stdout
    again = bot(tmp_path, "models", "remove", "zh-en")
    assert (again.returncode, again.stderr) == (1, "No package for zh-en was installed here.\n")


def test_an_index_out_of_reach_is_told(tmp_path: Path, free_port: int) -> None:
    address = f"http://127.0.0.1:{free_port}/index.json"
    (tmp_path / "config.toml").write_text(f'[translate]\nindex_url = "{address}"\n')
    ended = bot(tmp_path, "models", "install", "zh-en")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{address} can't be reached.")


async def heard(folder: Path, person: str) -> None:
    """One message of this person, delivered to the Chinese room."""
    english, chinese = ChannelId("sandbox", "english"), ChannelId("sandbox", "chinese")
    author = Author(PersonId("sandbox", person), "Ann")
    now, words = datetime.now(UTC), RichText("a private word")
    message = Inbound(MessageId(english, "1"), author, words, now)
    database = Database(f"sqlite+aiosqlite:///{folder / 'data' / 'catbridge.db'}")
    async with contextlib.aclosing(database), database.transaction() as connection:
        (row,) = (await messages.record(connection, [message], now)).values()
        order = outbox.Order(chinese, outbox.Action.SEND, "zh", message=row)
        await outbox.enqueue(connection, [order], now)
        await outbox.settle_sent(connection, [1], now)
        await messages.add_copies(connection, [(row, Copy(chinese, "77"), 0)])


def test_a_person_is_erased_from_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    bot(tmp_path, "migrate")
    asyncio.run(heard(tmp_path, "ann"))
    ended = bot(tmp_path, "forget", "sandbox", "ann")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "Erased. Copies that the bridge deletes when it runs: 1.\n"
    assert "delete" in bot(tmp_path, "outbox").stdout
    files = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(b"a private word" in content or b"Ann" in content for content in files)


def test_who_is_not_known_can_not_be_erased(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    bot(tmp_path, "migrate")
    ended = bot(tmp_path, "forget", "sandbox", "nobody")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Nothing is kept about nobody on sandbox.\n"
    assert bot(tmp_path, "forget", "myspace", "ann").returncode == 2


def test_the_outbox_of_a_quiet_bridge_is_empty(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    bot(tmp_path, "migrate")
    assert bot(tmp_path, "outbox").stdout == "Nothing waits.\n"


@pytest.mark.parametrize("name", ["outbox", "outbox retry 1", "outbox drop 1"])
def test_the_outbox_of_a_bridge_that_never_ran_says_how_it_begins(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "config.toml").write_text("")
    ended = bot(tmp_path, *name.split())
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "database_url: The database is not made yet. "
        "Start the bridge once, or run: python -m bot migrate\n"
    )


def test_only_debugging_shows_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/catbridge.db").write_text("no database, but a note\n" * 99)
    for level, is_shown in (("info", False), ("debug", True)):
        (tmp_path / "config.toml").write_text(f'log_level = "{level}"\n')
        ended = bot(tmp_path, "outbox")
        assert ended.returncode == 1
        assert ended.stderr.splitlines()[-1].startswith("The database can't be used: ")
        assert ("Traceback" in ended.stderr) is is_shown


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/cat"), "/srv/cat can't be"),
        (ValueError("what a person wrote"), "Something unforeseen happened (ValueError)."),
        (Refused("“{name}” is missing.", name="cat"), "“cat” is missing."),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(error: Exception, told: str) -> None:
    assert sentence(error, "en").startswith(told)


@pytest_asyncio.fixture
async def stuck(tmp_path: Path) -> AsyncIterator[Path]:
    """A bridge that has waited three hours to say something."""
    (tmp_path / "config.toml").write_text("")
    lane = ChannelId("telegram", "-100123")
    order = outbox.Order(lane, outbox.Action.POST, "en", post={"en": "hello"})
    async with contextlib.aclosing(
        Database(f"sqlite+aiosqlite:///{tmp_path}/data/catbridge.db")
    ) as database:
        await upgrade(database)
        async with database.transaction() as connection:
            await outbox.enqueue(connection, [order], datetime.now(UTC) - timedelta(hours=3))
    yield tmp_path


async def test_the_outbox_tells_what_waits_and_for_how_long(stuck: Path) -> None:
    listed = bot(stuck, "outbox").stdout
    assert "telegram:-100123" in listed
    assert "3 h" in listed
    assert "hello" not in listed


async def test_what_waits_can_be_dropped_once(stuck: Path) -> None:
    assert bot(stuck, "outbox", "retry", "1").returncode == 0
    assert bot(stuck, "outbox", "drop", "1").returncode == 0
    assert bot(stuck, "outbox").stdout == "Nothing waits.\n"
    again = bot(stuck, "outbox", "drop", "1")
    assert (again.returncode, again.stderr) == (1, "Nothing waits under number 1.\n")


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path, taken_port: int) -> None:
    ended = bot(tmp_path, "demo", "--port", taken_port, "--data", tmp_path / "demo")
    assert ended.returncode in {1, 2}
    assert str(taken_port) in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_the_demo_serves_until_it_is_told_to_stop(
    tmp_path: Path, free_port: int, stop: signal.Signals
) -> None:
    demo = await asyncio.create_subprocess_exec(
        *command("demo", "--port", free_port, "--data", tmp_path / "demo"),
        cwd=tmp_path,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert demo.stdout
    try:
        line = await asyncio.wait_for(demo.stdout.readline(), 60)
        assert f"http://127.0.0.1:{free_port}/" in line.decode()
        page = await asyncio.to_thread(_get, f"http://127.0.0.1:{free_port}/")
        assert page == 200
    finally:
        demo.send_signal(stop)
        _, complaints = await asyncio.wait_for(demo.communicate(), 15)
    assert (demo.returncode, complaints) == (0, b"")


def _get(address: str) -> int:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status

"""`check` as operators run it: a process of its own, beside platforms that answer over loopback."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.test_cli import ROOMS, ROOT, bot, command, environment

PAIR = """
[discord]
api_base = "{discord.api_base}"
[telegram]
api_base = "{telegram.api_base}"
[[relays]]
name = "main"
[[relays.channels]]
platform = "discord"
channel = "{channel}"
language = "en"
[[relays.channels]]
platform = "telegram"
channel = "{chat}"
language = "zh"
"""


async def checked(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command("check", *arguments),
        cwd=folder,
        env=environment(**variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, complaints = await asyncio.wait_for(process.communicate(), 60)
    assert b"Traceback" not in complaints, complaints
    return process.returncode or 0, told.decode()


def findings(told: str) -> dict[str, list[str]]:
    """Codes by severity."""
    found: dict[str, list[str]] = {}
    for one in json.loads(told)["findings"]:
        found.setdefault(one["severity"], []).append(one["code"])
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_two_platforms_are_looked_at_and_explained(tmp_path: Path) -> None:
    async with DiscordEmulator() as discord, TelegramEmulator() as telegram:
        channel = discord.add_channel(discord.add_guild(), "cats")
        chat = telegram.add_chat("猫")
        names: dict[str, Any] = {"discord": discord, "telegram": telegram}
        config = tmp_path / "config.toml"
        config.write_text(PAIR.format(**names, channel=channel, chat=chat))
        before = contents(tmp_path)
        tokens = {"DISCORD_TOKEN": discord.token, "TELEGRAM_TOKEN": telegram.token}

        status, told = await checked(tmp_path, "--json", **tokens)
        assert (status, json.loads(told)["ok"]) == (0, True), told
        right = set(findings(told)["ok"])
        assert {"discord.ok", "discord.channel.ok", "telegram.ok", "telegram.chat.ok"} <= right
        assert contents(tmp_path) == before
        assert not discord.commands()

        telegram.privacy_mode = True
        discord.disallow_intents("message_content")
        status, told = await checked(tmp_path, "--json", **tokens)
        assert (status, json.loads(told)["ok"]) == (1, False)
        assert set(findings(told)["broken"]) == {"discord.content", "telegram.chat.privacy"}
        assert discord.token not in told
        assert telegram.token not in told

        status, told = await checked(tmp_path, **tokens)
        assert status == 1
        assert told.index("In order:") < told.index("Good to know:") < told.index("Broken:")
        assert f"  telegram:{chat}: Privacy mode hides" in told

        status, told = await checked(tmp_path, LC_ALL="zh_CN.UTF-8", **tokens)
        assert f"  telegram:{chat}: " in told


async def test_a_chinese_operator_reads_every_finding_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    status, told = await checked(tmp_path, LC_ALL="zh_CN.UTF-8")
    assert status == 2
    assert "discord.token: 没有启用任何平台。请设置环境变量 DISCORD_TOKEN" in told


async def test_a_check_beside_the_running_bridge_says_that_it_runs(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    _, told = await checked(tmp_path, "--json")
    assert {"program.stopped", "database.missing"} <= set(findings(told)["fine-to-know"])
    bridge = await asyncio.create_subprocess_exec(
        *command("run"), cwd=tmp_path, env=environment(), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(30):
            while "program.running" not in findings(told)["ok"] or "database.ok" not in told:
                status, told = await checked(tmp_path, "--json")
                assert status == 0, told
    finally:
        bridge.terminate()
        await bridge.wait()
    assert "channel.silent" in findings(told)["fine-to-know"]


def test_a_migrated_database_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    assert bot(tmp_path, "migrate").returncode == 0
    before = contents(tmp_path)
    ended = bot(tmp_path, "check", "--json")
    assert "database.ok" in findings(ended.stdout)["ok"]
    assert contents(tmp_path) == before


def test_fonts_that_are_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ROOMS)
    (tmp_path / "pylopdf_fonts_zh_cn.py").write_text(
        'def sans_path(): return "/nowhere/sans.otf"\ndef serif_path(): return __file__\n'
    )
    ended = bot(tmp_path, "check", "--json", PYTHONPATH=f"{tmp_path}:{ROOT}")
    (problem,) = [
        one for one in json.loads(ended.stdout)["findings"] if one["code"] == "fonts.missing"
    ]
    assert "Noto Sans SC" in problem["problem"]
    assert "Serif" not in problem["problem"]


@pytest.mark.parametrize("lines", ["", "[sandbox]\nport = 0\n"])
def test_nothing_to_hear_is_a_matter_of_configuration(tmp_path: Path, lines: str) -> None:
    (tmp_path / "config.toml").write_text(lines)
    ended = bot(tmp_path, "check", "--json")
    assert ended.returncode == (0 if lines else 2)
    assert json.loads(ended.stdout)["ok"] is bool(lines)

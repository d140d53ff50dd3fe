"""What the program takes: memory idle and with both models loaded, and the size of an install."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import aiohttp
import psutil

from bench.program import ROOT, running
from bench.sandbox import PERSONA, wait_until_served

CONFIG = """
log_level = "warning"
[sandbox]
port = 18775
[[relays]]
name = "bench"
[[relays.channels]]
platform = "sandbox"
channel = "english"
language = "en"
[[relays.channels]]
platform = "sandbox"
channel = "chinese"
language = "zh"
"""
ADDRESS = "http://127.0.0.1:18775"


async def main() -> None:
    print("footprint")
    async with running(CONFIG) as program, aiohttp.ClientSession() as client:
        await wait_until_served(client, ADDRESS)
        memory = psutil.Process(program.process.pid).memory_info
        print(f"  resident memory idle                {memory().rss / 2**20:6.0f} MiB")
        for room, text in (("english", "Hello there!"), ("chinese", "今天天气真好！")):
            body = {"key": room, "persona": PERSONA, "text": text}
            url = f"{ADDRESS}/api/rooms/{room}/messages"
            async with client.post(url, json=body, headers={"Origin": ADDRESS}) as answer:
                answer.raise_for_status()
        await asyncio.sleep(5)
        print(f"  resident memory with both models    {memory().rss / 2**20:6.0f} MiB")
    print(f"  installed packages (requirements)   {_install_size() / 2**20:6.0f} MiB")


def _install_size() -> int:
    """Bytes of a fresh environment with requirements.txt, without pip itself."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "site"
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
                *("--disable-pip-version-check", "--target", str(target)),
                *("-r", str(ROOT / "requirements.txt")),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())

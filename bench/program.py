"""The program as its own process, as it runs in earnest, and numbers in one form."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Program:
    process: asyncio.subprocess.Process
    folder: Path
    started: float  # time.perf_counter()


@asynccontextmanager
async def running(config: str, *arguments: str) -> AsyncGenerator[Program, None]:
    """`python -m bot run` with this configuration; stopped by SIGTERM at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(f'data_dir = "{folder}/data"\n{config}')
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run", "--config", str(folder / "config.toml")),
            *arguments,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=(folder / "log").open("w"),
        )
        try:
            yield Program(process, folder, started)
        finally:
            if process.returncode is None:
                process.terminate()
                await asyncio.wait_for(process.wait(), 15)
            print((folder / "log").read_text()[-4000:], end="")


def milliseconds(seconds: Sequence[float]) -> str:
    """p50 and p99 of these times."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms"

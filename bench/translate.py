"""Races our translator against stock Argos and against bare CTranslate2 on the same packages.

Usage: scripts/bench translate [--stock-env FOLDER] [--messages N] [--rounds N] [--chart FILE.svg]
FOLDER holds (or will hold: 6 GB) a virtual environment with stock argostranslate and its torch.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench.bars import draw
from bench.program import ROOT
from bot.translate.argos import list_packages
from bot.translate.packages import unpacked
from training import corpus

LONE = 40  # messages one at a time, of each direction
BLANK = "import spacy, sys; [spacy.blank('xx').to_disk(each) for each in sys.argv[1:]]"
RUNS = [  # contender, run
    ("raw", "all"),
    ("ours", "engine"),
    ("ours", "pipeline"),
    ("stock", "one by one"),
    ("stock", "in threads"),
    ("tuned", "in threads"),
    ("raw", "lone"),
    ("ours", "engine lone"),
    ("ours", "pipeline lone"),
    ("stock", "lone"),
]

NAMES = {
    ("raw", "all"): "bare CTranslate2",
    ("ours", "engine"): "our engine",
    ("ours", "pipeline"): "our whole pipeline",
    ("stock", "one by one"): "stock Argos, one by one",
    ("stock", "in threads"): "stock Argos, in 32 threads",
    ("tuned", "in threads"): "the same, tuned by us",
}

Key = tuple[str, str]
Outcomes = dict[Key, list[Any]]


async def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench translate", description=__doc__)
    parser.add_argument("--stock-env", type=Path)
    parser.add_argument("--messages", type=int, default=160, help="of each direction")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chart", type=Path)
    wanted = parser.parse_args(arguments)
    texts = _texts(wanted.messages)
    with tempfile.TemporaryDirectory() as name:
        async with AsyncExitStack() as stack:
            commands = _commands(Path(name), wanted.stock_env)
            contenders = {
                who: await stack.enter_async_context(_running(command, env))
                for who, (command, env) in commands.items()
            }
            for contender in contenders.values():
                await _asked(contender, texts)
            outcomes = await _rounds(contenders, wanted.rounds)
            memory = {who: await _asked(each, "memory") for who, each in contenders.items()}
    print(f"translate: {2 * wanted.messages} messages, {wanted.rounds} rounds, medians")
    _print(outcomes, 2 * wanted.messages, memory)
    if wanted.chart:
        rates = _rates(outcomes, 2 * wanted.messages)
        wanted.chart.write_text(draw("32 chat messages at once", "messages/s", rates))
    return 0


def _texts(count: int) -> dict[str, list[str]]:
    """Of the corpus' hold-out, which the models have not seen."""
    _, held_out = corpus.own()
    plain = [pair for pair in held_out if "<x" not in pair.zh][:count]
    return {"zh-en": [pair.zh for pair in plain], "en-zh": [pair.en for pair in plain]}


def _commands(folder: Path, stock: Path | None) -> dict[str, tuple[list[str], dict[str, str]]]:
    data, lone = folder / "data", str(LONE)
    for package in list_packages(data):
        unpacked(package, data)
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        who: ([sys.executable, "-m", f"bench.{who}", lone, str(data)], {})
        for who in ("raw", "ours")
    }
    if stock is not None:
        python = _stock_python(stock)
        env = _stock_env(folder, data, python)
        tuned = env | {"ARGOS_INTER_THREADS": str(os.cpu_count()), "ARGOS_INTRA_THREADS": "1"}
        command = [str(python), "-m", "bench.stock", lone]
        commands |= {"stock": (command, env), "tuned": (command, tuned)}
    return commands


def _stock_python(environment: Path) -> Path:
    """Made once, from the index that pip uses."""
    python = environment / "bin/python"
    if not python.exists():
        print(f"installing stock argostranslate into {environment} (6 GB, minutes) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "argostranslate", "torch"], check=True
        )
    return python


def _stock_env(folder: Path, data: Path, python: Path) -> dict[str, str]:
    """The same packages, with a splitter that stock needn't download."""
    packages = folder / "packages"
    shutil.copytree(data / "packages-starter", packages)
    splitters = [str(each / "spacy") for each in packages.iterdir()]
    subprocess.run([str(python), "-c", BLANK, *splitters], check=True)
    cached = folder / "cache/argos-translate/spacy/senter/model"  # else it asks the network first
    cached.mkdir(parents=True)
    return {
        "ARGOS_CHUNK_TYPE": "SPACY",
        "ARGOS_PACKAGES_DIR": str(packages),
        "ARGOS_DEVICE_TYPE": "cpu",
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_DATA_HOME": str(folder / "share"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }


@asynccontextmanager
async def _running(
    command: list[str], env: dict[str, str]
) -> AsyncGenerator[asyncio.subprocess.Process, None]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _asked(contender: asyncio.subprocess.Process, request: object) -> Any:
    assert contender.stdin is not None
    assert contender.stdout is not None
    contender.stdin.write(f"{json.dumps(request)}\n".encode())
    line = await contender.stdout.readline()
    if not line:
        raise RuntimeError("a contender ended before its run did")
    return json.loads(line)


async def _rounds(contenders: dict[str, asyncio.subprocess.Process], rounds: int) -> Outcomes:
    """Everybody runs once a round, alone, so that a busy moment of the machine hits all alike."""
    runs = [run for run in RUNS if run[0] in contenders]
    outcomes: Outcomes = {run: [] for run in runs}
    for number in range(rounds):
        for who, run in runs if number % 2 == 0 else reversed(runs):
            outcomes[who, run].append(await _asked(contenders[who], run))
    return outcomes


def _print(outcomes: Outcomes, messages: int, memory: dict[str, int]) -> None:
    for (who, run), times in outcomes.items():
        if "lone" in run:
            print(f"  {who:6} {run:14} {_milliseconds([t for each in times for t in each])}")
        else:
            print(f"  {who:6} {run:14} {messages / statistics.median(times):7.1f} messages/s")
    pipeline, raw = ("ours", "pipeline"), ("raw", "all")
    for other in (raw, ("stock", "one by one"), ("stock", "in threads"), ("tuned", "in threads")):
        if other in outcomes:
            print(
                f"  pipeline / {' '.join(other):21} {_ratio(outcomes, other, pipeline):6.2f} times"
            )
    print(
        f"  engine / raw all                 {_ratio(outcomes, raw, ('ours', 'engine')):6.2f} times"
    )
    for run in ("pipeline lone", "engine lone"):
        medians = {
            key: [statistics.median(times) for times in outcomes[key]]
            for key in (("ours", run), ("raw", "lone"))
        }
        print(f"  p50 {run} / raw {_ratio(medians, ('ours', run), ('raw', 'lone')):20.2f} times")
    for who, size in memory.items():
        print(f"  resident memory, {who:6} {size / 2**20:6.0f} MiB")


def _rates(outcomes: Outcomes, messages: int) -> list[tuple[str, float, bool]]:
    return [
        (NAMES[who, run], messages / statistics.median(times), who == "ours")
        for (who, run), times in outcomes.items()
        if (who, run) in NAMES
    ]


def _milliseconds(seconds: Sequence[float]) -> str:
    p95 = sorted(seconds)[int(len(seconds) * 0.95)]
    return f"p50 {statistics.median(seconds) * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms"


def _ratio(outcomes: Outcomes, above: Key, below: Key) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(outcomes[above], outcomes[below], strict=True)
    return statistics.median(over / under for over, under in pairs)

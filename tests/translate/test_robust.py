"""What nobody should send, through the whole program: an answer for every line, and in time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.richtext import RichText, Span, Style
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Parrot

LINES = [
    b"\xff\xfe\xfd hello \xe4\xbd",
    b"a\x00b \x00\x00 hello\x00",
    "很长的一行，".encode() * 17_000,
    b"x" * 100_000,
    b"hello there, my friend. " * 700,
    "😂".encode() * 10_000,
    "👨‍👩‍👧‍👦 hi ".encode() * 1_500,
    b"``` never closed " + b"print(1) " * 500,
    "“".encode() * 5_000 + "你好".encode(),
    b'"' * 5_000 + b" hello " + b'"' * 5_000,
    b"> " * 5_000 + b"hello",
    b"||" * 5_000,
    b"7" * 5_000 + b" cats",
    "一".encode() * 5_000 + "只猫".encode(),
    b"$1,000,000.00 " * 900,
    b"<x1> <x2> hello <x1>",
    b"@everyone " * 1_500,
    b"(" * 9_000 + b":)" * 3_000,
    "哈".encode() * 18_000,
    b"a " * 9_999,
    "\u202e\u200b\ufeff hello \U000f0000\U000f0001".encode(),
]


@pytest.mark.parametrize(("source", "target"), [("en", "zh"), ("zh", "en")])
def test_every_hostile_line_is_answered_by_one_line(
    tmp_path: Path, source: str, target: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'data_dir = "{tmp_path / "data"}"\n')
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "bot", "translate", "--config", str(config)),
            *("--from", source, "--to", target),
        ],
        input=b"\n".join([*LINES, b"hello", "你好".encode()]) + b"\n",
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    answers = ended.stdout.decode().split("\n")
    assert len(answers) == len(LINES) + 3
    assert answers[-3:-1] == (["你好", "你好"] if target == "zh" else ["hello", "Hello"])


@pytest.mark.parametrize("target", ["zh", "en"])
async def test_styles_that_nest_without_end_are_answered(target: str) -> None:
    text = "hello there 你好 " * 200
    spans = [
        Span(at, len(text) - at, style)
        for at in range(300)
        for style in (Style.SPOILER, Style.QUOTE, Style.BOLD, Style.LINK)
    ]
    said = await Pipeline(Parrot()).translate(
        RichText(text, tuple(sorted(spans))), target=target, prior="und"
    )
    assert said.text.text
    assert all(0 <= span.start <= span.end <= len(said.text) for span in said.text.spans)

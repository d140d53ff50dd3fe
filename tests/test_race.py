"""The race against bare CTranslate2 runs to its end, and a burst comes back in its order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import translate
from bench.bars import draw
from bot.translate.argos import ArgosEngine

GREETINGS = ["Good morning!", "Thank you very much.", "Where is the cat?", "I like tea.", "Yes."]


async def test_everybody_runs_every_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = tmp_path / "chart.svg"
    assert await translate.main(["--messages=3", "--rounds=1", f"--chart={chart}"]) == 0
    printed = capsys.readouterr().out
    rates = re.findall(r"^  (raw|ours) +(all|engine|pipeline) +([\d.]+) messages/s", printed, re.M)
    assert [(who, run) for who, run, _ in rates] == [
        ("raw", "all"),
        ("ours", "engine"),
        ("ours", "pipeline"),
    ]
    assert all(float(rate) > 0 for _, _, rate in rates)
    assert len(re.findall(r"p50 +[\d.]+ ms", printed)) == 3
    assert chart.read_text().count("<rect") == 3


async def test_a_burst_of_sentences_comes_back_in_its_order(tmp_path: Path) -> None:
    long = " ".join(["The cat sleeps on the warm chair in the kitchen."] * 20)
    asked = [text for number in range(9) for text in (*GREETINGS, f"{long} {number}")]
    async with ArgosEngine(tmp_path) as engine:
        alone = {text: (await engine.translate([text], "en", "zh"))[0] for text in GREETINGS}
        answers = await engine.translate(asked, "en", "zh")
    assert len(answers) == len(asked)
    found = [answer for text, answer in zip(asked, answers, strict=True) if text in alone]
    assert found == [alone[text] for text in asked if text in alone]


def test_a_bar_is_as_long_as_its_rate() -> None:
    svg = draw("Rates", "messages/s", [("ours", 100, True), ("theirs", 50, False)])
    ours, theirs = (int(width) for width in re.findall(r'<rect [^>]*width="(\d+)"', svg))
    assert ours == 2 * theirs

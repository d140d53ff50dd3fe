"""The quality harness scores the engine alone beside the pipeline, on anybody's table."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import quality
from bench.pairs import Pair, pairs
from bench.scoring import scores
from bot.translate.argos import ArgosEngine

SAMPLE = quality.SAMPLE.read_text(encoding="utf-8").splitlines()


def table(folder: Path, *lines: str) -> Path:
    path = folder / "table.tsv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read(path: Path, direction: str = "zh-en") -> tuple[list[Pair], list[str]]:
    complaints: list[str] = []
    return list(pairs(path, direction, complaints.append)), complaints


def test_the_sample_holds_enough_of_everything() -> None:
    found, complaints = read(quality.SAMPLE)
    assert len(found) >= 200
    assert complaints == []
    sources = "\n".join(pair.source for pair in found)
    assert all(part in sources for part in ("https://", "@", "`", "😂", "Netflix", "yyds", "℃"))


async def test_a_slice_of_the_sample_scores_better_through_the_pipeline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slice_of_it = table(tmp_path, SAMPLE[0], *SAMPLE[1::12], *SAMPLE[-12:])
    assert await quality.main([str(slice_of_it)]) == 0
    printed = capsys.readouterr().out
    assert "zh-en: 30 messages" in printed
    assert "en-zh: 30 messages" in printed
    spans = [line.split()[-1] for line in printed.splitlines() if "protected spans" in line]
    assert spans == ["100.0", "100.0"]


async def test_a_pipeline_that_scores_below_the_engine_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = ["谢谢 @alice，你真好！", "看看 https://example.net/cat.jpg 太可爱了"]
    async with ArgosEngine(tmp_path / "data") as engine:
        said = await engine.translate(sources, "zh", "en")
    rows = [f"{source}\t{answer}" for source, answer in zip(sources, said, strict=True)]
    assert await quality.main([str(table(tmp_path, *rows)), "--direction", "zh-en"]) == 1
    assert "the pipeline scores below the engine" in capsys.readouterr().out


def test_a_bad_line_is_named_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_bytes(
        "source\treference\n你好\tHello\n没有译文\n\n\tNo source\n".encode() + b"\xff\xfe\tx\n"
    )
    found, complaints = read(path)
    assert found == [Pair("你好", "Hello")]
    assert complaints == [
        f"{path}:3: no reference",
        f"{path}:5: no source",
        f"{path}:6: not UTF-8",
    ]


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    path = table(tmp_path, "note\ten\tzh", "x\tHello\t你好")
    assert read(path, "zh-en")[0] == [Pair("你好", "Hello")]
    assert read(path, "en-zh")[0] == [Pair("Hello", "你好")]


def test_a_table_without_names_holds_sources_and_references(tmp_path: Path) -> None:
    assert read(table(tmp_path, "你好\tHello"))[0] == [Pair("你好", "Hello")]


@pytest.mark.parametrize(
    ("lines", "arguments", "reason"),
    [
        (["source\treference", "你好\tHello"], [], "--direction"),
        (["source\tzh", "Hello\t你好"], ["--direction", "zh-en"], "must be source and reference"),
        (["zh\ten", "你好"], ["--direction", "zh-en"], "no pair"),
    ],
)
async def test_a_table_that_cannot_be_scored_is_refused_in_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    lines: list[str],
    arguments: list[str],
    reason: str,
) -> None:
    assert await quality.main([str(table(tmp_path, *lines)), *arguments]) == 2
    assert reason in capsys.readouterr().err


async def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await quality.main([str(tmp_path / "absent.tsv")]) == 2
    assert "absent.tsv" in capsys.readouterr().err


def test_what_got_lost_is_counted() -> None:
    asked = [
        Pair("看 https://example.org/1 😂", "look https://example.org/1 😂"),
        Pair("我有2500块", "I have 2,500 yuan"),
        Pair("你好", "Hello"),
        Pair("再见", "Goodbye"),
    ]
    good = scores(asked, [pair.reference for pair in asked], "en")
    assert (good.spans, good.figures, good.values) == (1.0, 1.0, 1.0)
    assert (good.wrong_language, good.empty) == (0.0, 0.0)
    assert good.chrf == pytest.approx(100)
    assert good.bleu == pytest.approx(100)
    bad = scores(asked, ["look 😂", "I have 250 yuan", "你好", ""], "en")
    assert (bad.spans, bad.figures, bad.values) == (0.5, 0.0, 0.0)
    assert (bad.wrong_language, bad.empty) == (0.25, 0.25)
    assert bad.chrf < 60


def test_chinese_is_scored_by_the_character() -> None:
    said = scores([Pair("See you at eight.", "我们八点见。")], ["八点我们见。"], "zh")
    assert said.chrf > said.chrf_words
    assert said.bleu > 10

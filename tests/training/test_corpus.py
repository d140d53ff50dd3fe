"""Our own pairs are fit to learn from, and everyone holds out the same ones."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from training import corpus
from training.corpus import HERE, Pair

FILES = sorted(HERE.glob("*.tsv"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_is_one_pair_and_keeps_its_slots(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        assert len(cells) == 2, f"{path.name}:{number}"
        assert all(cell == cell.strip() and cell for cell in cells), f"{path.name}:{number}"
        slots = [Counter(re.findall(r"<x\d>", cell)) for cell in cells]
        assert slots[0] == slots[1], f"{path.name}:{number}"


def test_a_held_out_sentence_is_in_no_pair_that_is_learned() -> None:
    learned, held_out = corpus.own()
    words = {text for pair in held_out for text in (pair.zh, pair.en)}
    assert 1000 < len(held_out) < 2500
    assert not [pair for pair in learned if pair.zh in words or pair.en in words]


def test_what_is_held_out_stays_held_out_as_the_corpus_grows(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    for folder, files in ((small, FILES[:3]), (large, FILES[:6])):
        folder.mkdir()
        for path in files:
            (folder / path.name).write_bytes(path.read_bytes())
    assert set(corpus.own(small)[1]) <= set(corpus.own(large)[1])


def test_a_file_of_typing_mistakes_teaches_one_direction(tmp_path: Path) -> None:
    (tmp_path / "typos.zh-en.tsv").write_text("我在也不去了\tI'm never going again\n")
    (tmp_path / "typos.en-zh.tsv").write_text("你在哪\twhere r u\n")
    learned, held_out = corpus.own(tmp_path)
    assert [(pair.en, pair.to) for pair in learned] == [
        ("where r u", ("zh",)),
        ("I'm never going again", ("en",)),
    ]
    assert held_out == []


def test_an_epoch_holds_every_sentence_and_keeps_slots_on_both_sides() -> None:
    sentences = [Pair(f"汤姆有 {n} 只猫。", f"Tom has {n} cats.") for n in range(300)]
    seen = list(corpus.epoch(sentences, [], random.Random(1)))
    numbers = [int(n) for pair in seen for n in re.findall(r"有 (\d+) 只", pair.zh)]
    slotted = [pair for pair in seen for _ in re.findall(r"有 <x\d> 只", pair.zh)]
    assert len(numbers) == len(set(numbers))
    assert len(numbers) + len(slotted) == 300
    for pair in seen:
        assert Counter(re.findall(r"<x\d>", pair.zh)) == Counter(re.findall(r"<x\d>", pair.en))

"""Give a package a shortlist: python -m training.shortlist VERSION FOLDER PACKAGE [PACKAGE]

For every piece of the source the pieces that may come of it, so that a decoder need not weigh all
8,000 at each step. They are what the model itself said to the corpus (four hypotheses a sentence)
and what the corpus says, linked to the source's pieces by IBM model 1. CTranslate2 reads them from
`model/vmap.txt`. Writes the packages anew, as VERSION, into FOLDER.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece
from numpy.typing import NDArray

from training import corpus

ALWAYS = 800  # the most frequent pieces of the target, allowed whatever the source says
MOST = 100  # pieces for one of the source
LEAST = 0.002  # of the times that a piece stands in the source, so often a target's comes of it
RARE, MOST_FOR_RARE = 30, 300  # of a piece seen so few times everything beside it may come
ROUNDS = 6
PLAIN = re.compile(r"<x\d>|▁?[!-~]|▁|[，。！？、…“”‘’（）《》：；～—·]")
HYPOTHESES = 4
AT_ONCE = 512  # sentences

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences as numbers of pieces: `answers` are the distinct pieces of all answers to one."""

    sources: list[list[int]]
    answers: list[list[int]]


class Package:
    def __init__(self, path: Path, folder: Path) -> None:
        zipfile.ZipFile(path).extractall(folder)
        self.place = next(found.parent for found in folder.glob("*/metadata.json"))
        self.about = json.loads((self.place / "metadata.json").read_text(encoding="utf-8"))
        self.pieces = sentencepiece.SentencePieceProcessor(str(self.place / "sentencepiece.model"))
        vocabulary = (self.place / "model/shared_vocabulary.json").read_text(encoding="utf-8")
        self.vocabulary: list[str] = json.loads(vocabulary)
        self.number = {piece: number for number, piece in enumerate(self.vocabulary)}

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        return [self.number[token] for token in tokens if token in self.number]

    def encoded(self, text: str) -> list[str]:
        return self.pieces.encode(text, out_type=str)

    def copied(self, piece: str) -> list[int]:
        """As it would be written in the target: itself, also within a text without spaces."""
        inside = self.encoded(f"我{piece.lstrip('▁')}")
        return self.numbers([piece, *(token for token in inside if token != "我")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("folder", type=Path)
    parser.add_argument("packages", type=Path, nargs="+")
    options = parser.parse_args()
    learned, _ = corpus.own()
    for path in options.packages:
        with tempfile.TemporaryDirectory() as name:
            package = Package(path, Path(name))
            pairs = _pairs(learned, package.about["from_code"], package.about["to_code"])
            always, listed = shortlist(_said(package, pairs), package)
            _write(package, always, listed)
            print(_packed(package, options.version, options.folder), flush=True)


def _pairs(learned: Sequence[corpus.Pair], source: str, target: str) -> list[tuple[str, str]]:
    pairs = [(getattr(p, source), getattr(p, target)) for p in learned if target in p.to]
    return sorted(dict(reversed(pairs)).items(), key=lambda pair: len(pair[0]))


def _said(package: Package, pairs: Sequence[tuple[str, str]]) -> Texts:
    model = ctranslate2.Translator(str(package.place / "model"), device="cpu", intra_threads=1)
    sources = [package.encoded(source)[:180] for source, _ in pairs]
    answers = [set(package.numbers(package.encoded(target))) for _, target in pairs]
    prefix = [package.about["target_prefix"]]
    for at in range(0, len(sources), AT_ONCE):
        batch = sources[at : at + AT_ONCE]
        results = model.translate_batch(
            batch,
            target_prefix=[prefix] * len(batch),
            beam_size=HYPOTHESES,
            num_hypotheses=HYPOTHESES,
            length_penalty=1.2,
            repetition_penalty=1.1,
            max_batch_size=2048,
            batch_type="tokens",
            max_decoding_length=min(240, 16 + 2 * max(map(len, batch))),
        )
        for known, result in zip(answers[at : at + AT_ONCE], results, strict=True):
            known.update(*(package.numbers(tokens[1:]) for tokens in result.hypotheses))
    return Texts([package.numbers(source) for source in sources], [sorted(a) for a in answers])


def shortlist(texts: Texts, package: Package) -> tuple[set[int], dict[int, list[int]]]:
    """What is always allowed, and what every piece of the source allows besides."""
    size = len(package.vocabulary)
    uses = np.bincount([n for answer in texts.answers for n in answer], minlength=size)
    plain = {n for n, piece in enumerate(package.vocabulary) if PLAIN.fullmatch(piece)}
    always = plain | set(np.argsort(-uses)[:ALWAYS].tolist())
    listed: dict[int, list[int]] = {}
    for piece, seen, found in _linked(texts, size):
        least, most = (0.0, MOST_FOR_RARE) if seen < RARE else (LEAST * seen, MOST)
        likely = [target for target, count in found if count >= least and target not in always]
        copied = package.copied(package.vocabulary[piece])
        listed[piece] = list(dict.fromkeys([*copied, *likely[:most]]))
    return always, listed


def _linked(texts: Texts, size: int) -> Iterator[tuple[int, int, list[tuple[int, float]]]]:
    """A piece of the source, in how many sentences it stands, and how often what came of it."""
    beside, where = _beside(texts, size)
    kinds, kind = np.unique(beside, return_inverse=True)
    _, target = np.unique(where * size + beside % size, return_inverse=True)
    sources = kinds // size
    likely = np.ones(len(kinds))
    counts = likely
    for _ in range(ROUNDS):
        weights = likely[kind]
        counts = np.bincount(kind, weights / np.bincount(target, weights)[target])
        likely = counts / np.bincount(sources, counts, minlength=size)[sources]
    seen = np.bincount([n for source in texts.sources for n in set(source)], minlength=size)
    for piece, start in zip(*np.unique(sources, return_index=True), strict=True):
        end = start + np.count_nonzero(sources[start : start + size] == piece)
        best = start + np.argsort(-counts[start:end], kind="stable")
        found = [(int(kinds[n] % size), float(counts[n])) for n in best]
        yield int(piece), int(seen[piece]), found


def _beside(texts: Texts, size: int) -> tuple[Ids, Ids]:
    """Every pair of a source's and an answer's piece in one sentence, and the sentence's number."""
    pairs: list[Ids] = []
    where: list[Ids] = []
    for number, (source, answer) in enumerate(zip(texts.sources, texts.answers, strict=True)):
        pieces = np.array(sorted(set(source)), dtype=np.int64)
        found = (pieces[:, None] * size + np.array(answer, dtype=np.int64)).ravel()
        pairs.append(found)
        where.append(np.full(len(found), number))
    return np.concatenate(pairs), np.concatenate(where)


def _write(package: Package, always: set[int], listed: dict[int, list[int]]) -> None:
    """A line a piece: itself, a tab, what it allows; first, with no piece, what all allow."""
    words = package.vocabulary
    lines = [f"\t{' '.join(words[n] for n in sorted(always))}"]
    lines += [f"{words[p]}\t{' '.join(words[n] for n in found)}" for p, found in listed.items()]
    (package.place / "model/vmap.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _packed(package: Package, version: str, folder: Path) -> Path:
    about = package.about | {"package_version": version}
    (package.place / "metadata.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    name = f"{about['code']}-{version.replace('.', '_')}"
    path = folder / f"{name}.argosmodel"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(p for p in package.place.rglob("*") if p.is_file()):
            packed.write(file, f"{name}/{file.relative_to(package.place)}")
    return path


if __name__ == "__main__":
    main()

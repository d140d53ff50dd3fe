"""Score packages: python -m training.score ZH_EN.argosmodel EN_ZH.argosmodel [--dev FILE.tsv]

Decoded as the program does it (beam 4, repetition penalty 1.1), int8, one core. BLEU by sacrebleu
(its `zh` tokeniser for Chinese), chrF2++ for English and chrF2 for Chinese, on the dev file and on
our hold-out; then, on 1,000 sentences of the hold-out, whether slots are copied exactly once. Loops
are counted in everything that was said.
`--worst N` prints the N hold-out sentences that score lowest, for a reader to judge.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import ctranslate2
import sacrebleu
import sentencepiece

from bot.translate.shortlist import Shortlist
from training import corpus
from training.corpus import Pair

SLOT = re.compile(r"<x\d>")
LOOP = re.compile(r"(.{2,20}?)\1{3,}")


class Engine:
    def __init__(self, package: Path, folder: Path) -> None:
        zipfile.ZipFile(package).extractall(folder)
        place = next(path for path in folder.iterdir() if path.name == package.stem)
        self._pieces = sentencepiece.SentencePieceProcessor(str(place / "sentencepiece.model"))
        self._model = ctranslate2.Translator(
            str(place / "model"), device="cpu", inter_threads=1, intra_threads=1
        )
        self._shortlist = Shortlist.of(place / "model")
        self._prefix = [f"<2{package.stem.split('-')[1].split('_')[1]}>"]
        self.said = self.loops = 0

    def translate(self, texts: Sequence[str]) -> list[str]:
        sources = [self._pieces.encode(text, out_type=str) for text in texts]
        short: list[int] = []
        others: list[int] = []
        for n, source in enumerate(sources):
            (short if self._shortlist.covers(source) else others).append(n)
        found = dict(zip(short, self._found([sources[n] for n in short], 1), strict=True))
        found |= dict(zip(others, self._found([sources[n] for n in others], 32), strict=True))
        said = [self._pieces.decode_pieces(found[n]).strip() for n in range(len(sources))]
        self.said += len(said)
        for before, after in zip(texts, said, strict=True):
            self.loops += bool(LOOP.search(after)) and not LOOP.search(before)
        return said

    def _found(self, sources: Sequence[Sequence[str]], together: int) -> list[list[str]]:
        """By the shortlist where each goes alone, as the program does it."""
        results = self._model.translate_batch(
            sources,
            target_prefix=[self._prefix] * len(sources),
            beam_size=4,
            repetition_penalty=1.1,
            max_batch_size=together,
            max_decoding_length=160,
            use_vmap=together == 1,
        )
        return [one.hypotheses[0][1:] for one in results]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zh_en", type=Path)
    parser.add_argument("en_zh", type=Path)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--worst", type=int, default=0)
    options = parser.parse_args()
    _, held_out = corpus.own()
    with tempfile.TemporaryDirectory() as name:
        engines = {
            "zh→en": Engine(options.zh_en, Path(name) / "a"),
            "en→zh": Engine(options.en_zh, Path(name) / "b"),
        }
        for direction, engine in engines.items():
            if options.dev:
                _quality("dev", direction, engine, corpus.rows(options.dev))
            _quality("hold-out", direction, engine, held_out, worst=options.worst)
            _slots(direction, engine, held_out)
            print(f"{direction} loops: {engine.loops} of {engine.said}", flush=True)


def _quality(
    what: str, direction: str, engine: Engine, pairs: Sequence[Pair], *, worst: int = 0
) -> None:
    to_english = direction == "zh→en"
    sources = [pair.zh if to_english else pair.en for pair in pairs]
    wanted = [pair.en if to_english else pair.zh for pair in pairs]
    start = time.perf_counter()
    said = engine.translate(sources)
    rate = len(sources) / (time.perf_counter() - start)
    order = 2 if to_english else 0
    bleu = sacrebleu.corpus_bleu(said, [wanted], tokenize="13a" if to_english else "zh").score
    chrf = sacrebleu.corpus_chrf(said, [wanted], word_order=order).score
    print(
        f"{direction} {what:8} BLEU {bleu:5.1f}  chrF {chrf:5.1f}"
        f"  {rate:4.0f} sentences/s  ({len(pairs)})",
        flush=True,
    )
    rows = zip(sources, wanted, said, strict=True)
    by_score = sorted(
        rows, key=lambda row: sacrebleu.sentence_chrf(row[2], [row[1]], word_order=order).score
    )
    for source, right, answer in by_score[:worst]:
        print(f"    {source} | {answer} | {right}")


def _slots(direction: str, engine: Engine, held_out: Sequence[Pair]) -> None:
    pairs = list(_with_slots(held_out))[:1000]
    texts = [pair.zh if direction == "zh→en" else pair.en for pair in pairs]
    said = engine.translate(texts)
    kept = sum(
        Counter(SLOT.findall(before)) == Counter(SLOT.findall(after))
        for before, after in zip(texts, said, strict=True)
    )
    print(f"{direction} slots copied exactly once: {kept / len(texts):.1%} of {len(texts)}")


def _with_slots(held_out: Sequence[Pair]) -> Iterator[Pair]:
    """As they are where they hold slots; otherwise in place of a name or number, or beside."""
    chance = random.Random(3)
    for pair in held_out:
        zh, en = (pair.zh, pair.en) if SLOT.search(pair.zh) else corpus.slotted(pair, chance)
        if not SLOT.search(zh):
            zh, en = corpus.beside(zh, en, chance)
        yield Pair(zh, en)


if __name__ == "__main__":
    main()

"""Score packages: python -m training.score ZH_EN.argosmodel EN_ZH.argosmodel [--dev FILE.tsv]

Beam 4, int8, one core. BLEU by sacrebleu (its `zh` tokeniser for Chinese) and chrF2++ on the dev
file and on our hold-out; then whether slots are copied exactly once, repetition loops, and speed.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import sacrebleu
import sentencepiece

from training import corpus
from training.corpus import SLOTS, Pair


class Engine:
    def __init__(self, package: Path, folder: Path) -> None:
        zipfile.ZipFile(package).extractall(folder)
        place = next(path for path in folder.iterdir() if path.name == package.stem)
        self._pieces = sentencepiece.SentencePieceProcessor(str(place / "sentencepiece.model"))
        self._model = ctranslate2.Translator(
            str(place / "model"), device="cpu", inter_threads=1, intra_threads=1
        )
        self._prefix = [f"<2{package.stem.split('-')[1].split('_')[1]}>"]

    def translate(self, texts: Sequence[str]) -> list[str]:
        sources = [self._pieces.encode(text, out_type=str) for text in texts]
        found = self._model.translate_batch(
            sources,
            target_prefix=[self._prefix] * len(sources),
            beam_size=4,
            max_batch_size=32,
            max_decoding_length=160,
        )
        return [self._pieces.decode_pieces(one.hypotheses[0][1:]).strip() for one in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zh_en", type=Path)
    parser.add_argument("en_zh", type=Path)
    parser.add_argument("--dev", type=Path)
    options = parser.parse_args()
    chats, held_out = corpus.own()
    with tempfile.TemporaryDirectory() as name:
        engines = {
            "zh→en": Engine(options.zh_en, Path(name) / "a"),
            "en→zh": Engine(options.en_zh, Path(name) / "b"),
        }
        for direction, engine in engines.items():
            if options.dev:
                _quality("dev", direction, engine, corpus.rows(options.dev))
            _quality("hold-out", direction, engine, held_out)
            _slots(direction, engine, chats)


def _quality(what: str, direction: str, engine: Engine, pairs: Sequence[Pair]) -> None:
    to_english = direction == "zh→en"
    sources = [pair.zh if to_english else pair.en for pair in pairs]
    wanted = [pair.en if to_english else pair.zh for pair in pairs]
    start = time.perf_counter()
    said = engine.translate(sources)
    rate = len(sources) / (time.perf_counter() - start)
    bleu = sacrebleu.corpus_bleu(said, [wanted], tokenize="13a" if to_english else "zh").score
    chrf = sacrebleu.corpus_chrf(said, [wanted], word_order=2 if to_english else 0).score
    loops = sum(bool(re.search(r"(.{2,20}?)\1{3,}", text)) for text in said)
    print(
        f"{direction} {what:8} BLEU {bleu:5.1f}  chrF {chrf:5.1f}  loops {loops}"
        f"  {rate:4.0f} sentences/s  ({len(pairs)})",
        flush=True,
    )


def _slots(direction: str, engine: Engine, pairs: Sequence[Pair]) -> None:
    """A slot in place of a number or a name, in sentences that hold one."""
    chance = random.Random(3)
    to_english = direction == "zh→en"
    texts = [
        re.sub(r"\d+|[A-Z][a-z]+(?= )", chance.choice(SLOTS), text, count=1)
        for text in (pair.zh if to_english else pair.en for pair in pairs)
        if re.search(r"\d+|(?<=\w )[A-Z][a-z]+(?= )", text)
    ]
    sample = chance.sample(texts, min(1000, len(texts)))
    said = engine.translate(sample)
    kept = sum(
        Counter(re.findall(r"<x\d>", before)) == Counter(re.findall(r"<x\d>", after))
        for before, after in zip(sample, said, strict=True)
    )
    print(f"{direction} slots copied exactly once: {kept / len(sample):.1%} of {len(sample)}")


if __name__ == "__main__":
    main()

"""Train, with time as the budget: python -m training.train --minutes 60 --out OUT [--extracts DIR]

OUT/last.pt is written every ten minutes and at the end, and starting again with the same OUT goes
on from it. `--from-package FILE` begins with the weights and pieces of a package instead of none.
OUT/ct2 and OUT/sentencepiece.model are what `training.package` packs.
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import torch

from training import corpus, weights
from training.corpus import Pair
from training.model import BOS, EOS, PAD, Model, Shape
from training.vocabulary import Vocabulary, learn

WARM_UP = 500  # steps
SAVE_EVERY = 600  # seconds
LONGEST = 110  # pieces
Example = tuple[list[int], int, list[int]]  # source, tag, target


def main() -> None:
    options = _options()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    random.seed(7)
    torch.manual_seed(7)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    chats, _ = corpus.own()
    sentences, words = corpus.extracts(Path(options.extracts)) if options.extracts else ([], [])
    print(f"{len(chats)} pairs of ours, {len(sentences)} sentences, {len(words)} words", flush=True)
    shape = Shape(
        options.width, 4, 4 * options.width, options.encoder, options.decoder, options.dropout
    )
    model, vocabulary = _begin(options, out, shape, [*sentences, *chats, *chats, *words[:30000]])
    run = Run(model.to(device), out, vocabulary, minutes=options.minutes, peak=options.rate)
    run.resume()
    run.go([*sentences, *chats, *chats], words, tokens=options.tokens)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--extracts", help="the folder of tatoeba.tsv and cc_cedict.tsv")
    parser.add_argument("--from-package", help="an .argosmodel to go on from")
    parser.add_argument("--tokens", type=int, default=1900, help="padded tokens a batch")
    parser.add_argument("--rate", type=float, default=1.6e-3, help="the highest learning rate")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--encoder", type=int, default=4)
    parser.add_argument("--decoder", type=int, default=2)
    parser.add_argument("--dropout", type=float, default=0.15)
    return parser.parse_args()


def _begin(
    options: argparse.Namespace, out: Path, shape: Shape, pairs: list[Pair]
) -> tuple[Model, Vocabulary]:
    pieces = out / "sentencepiece.model"
    if not options.from_package:
        if not pieces.exists():
            learn(pairs, out)
        vocabulary = Vocabulary(pieces)
        return Model(len(vocabulary), shape), vocabulary
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(options.from_package) as package:
        package.extractall(name)
        (folder,) = Path(name).iterdir()
        shutil.copy(folder / "sentencepiece.model", pieces)
        vocabulary = Vocabulary(pieces)
        return weights.load(folder / "model", len(vocabulary), shape), vocabulary


class Run:
    """A cosine from `peak` to nearly nothing over its minutes; the weights are averaged."""

    def __init__(
        self, model: Model, out: Path, vocabulary: Vocabulary, *, minutes: float, peak: float
    ) -> None:
        self.model, self.out, self.vocabulary = model, out, vocabulary
        self.minutes, self.peak = minutes, peak
        self.device = next(model.parameters()).device
        self.optimiser = torch.optim.AdamW(
            model.parameters(), lr=0.0, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.01
        )
        self.average = {n: p.detach().clone() for n, p in model.named_parameters()}
        self.step, self.used, self.started = 0, 0.0, time.time()

    @property
    def done(self) -> float:
        return min(1.0, (self.used + time.time() - self.started) / (self.minutes * 60))

    def resume(self) -> None:
        if not (self.out / "last.pt").exists():
            return
        saved = torch.load(self.out / "last.pt", map_location=self.device)
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average, self.step, self.used = saved["average"], saved["step"], saved["used"]

    def go(self, sentences: list[Pair], words: list[Pair], *, tokens: int) -> None:
        self.model.train()
        chance, saved = random.Random(self.step + 7), time.time()
        while self.done < 1:
            pairs = corpus.epoch(sentences, words, chance)
            for batch in batches(examples(pairs, self.vocabulary, chance), tokens, chance):
                loss = self._learn(*(part.to(self.device) for part in batch))
                if self.step % 200 == 0:
                    print(f"{self.step} {loss:.3f} {self.done:.0%}", flush=True)
                if time.time() - saved > SAVE_EVERY:
                    self.save()
                    saved = time.time()
                if self.done >= 1:
                    break
        self.save()

    def _learn(self, source: torch.Tensor, before: torch.Tensor, after: torch.Tensor) -> float:
        fall = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * self.done))
        for group in self.optimiser.param_groups:
            group["lr"] = self.peak * min(1.0, (self.step + 1) / WARM_UP) * fall
        on_gpu = self.device.type == "cuda"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=on_gpu):
            loss = self.model.loss(source, before, after)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        with torch.no_grad():
            share = 1 - min(0.999, (1 + self.step) / (10 + self.step))
            for name, parameter in self.model.named_parameters():
                self.average[name].lerp_(parameter, share)
        return loss.item()

    def save(self) -> None:
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "average": self.average,
                "step": self.step,
                "used": self.used + time.time() - self.started,
            },
            self.out / "last.pt",
        )
        best = Model(len(self.vocabulary), self.model.shape)
        state = {**self.model.state_dict(), **self.average}
        best.load_state_dict({name: value.cpu() for name, value in state.items()})
        weights.export(best, self.vocabulary.words(), self.out / "ct2")


def examples(
    pairs: Iterator[Pair], vocabulary: Vocabulary, chance: random.Random
) -> Iterator[Example]:
    """Both directions of each pair that it may teach, cut into pieces by chance."""
    for pair in pairs:
        zh = vocabulary.ids(pair.zh, sampled=chance.random() < 0.7)
        en = vocabulary.ids(pair.en, sampled=chance.random() < 0.7)
        if max(len(zh), len(en)) > LONGEST:
            continue
        if "en" in pair.to:
            yield zh, vocabulary.tag("en"), en
        if "zh" in pair.to:
            yield en, vocabulary.tag("zh"), zh


def batches(
    found: Iterator[Example], tokens: int, chance: random.Random
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Examples of like length together, at most `tokens` with their padding."""
    everything = list(found)
    chance.shuffle(everything)
    for start in range(0, len(everything), 20000):
        ready: list[list[Example]] = [[]]
        longest = 0
        chunk = sorted(everything[start : start + 20000], key=lambda e: (len(e[2]), len(e[0])))
        for example in chunk:
            size = max(len(example[0]) + 1, len(example[2]) + 2)
            if ready[-1] and max(longest, size) * (len(ready[-1]) + 1) > tokens:
                ready.append([])
                longest = 0
            ready[-1].append(example)
            longest = max(longest, size)
        chance.shuffle(ready)
        for batch in ready:
            yield (
                _padded([[*source, EOS] for source, _, _ in batch]),
                _padded([[BOS, tag, *target] for _, tag, target in batch]),
                _padded([[PAD, *target, EOS] for _, _, target in batch]),
            )


def _padded(lists: list[list[int]]) -> torch.Tensor:
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(one) for one in lists], True, PAD)


if __name__ == "__main__":
    main()

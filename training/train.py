"""Train, with time as the budget: python -m training.train --minutes 60 --out OUT [--extracts DIR]

OUT/last.pt is written every ten minutes and at the end, and starting again with the same OUT goes
on from it; OUT/curve.tsv grows by a line then: minutes, steps, and the loss a piece on the hold-out
to English and to Chinese. `--from-package FILE` begins with the weights and pieces of a package
instead of none, `--from-run FOLDER` with those of another OUT, and `--to en` teaches one direction.
OUT/ct2 and OUT/sentencepiece.model are what `training.package` packs.

Under `torchrun --nproc-per-node 2` each process learns from batches of its own on one core and they
average their weights every few steps: two cores so learn nearly twice what two threads do.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import random
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import distributed

from training import corpus, weights
from training.corpus import Pair
from training.model import BOS, EOS, PAD, Model, Shape
from training.vocabulary import Vocabulary, learn

WARM_UP = 200  # steps
SAVE_EVERY = 600  # seconds
AGREE_EVERY = 8  # steps
LONGEST = 110  # pieces
Example = tuple[list[int], int, list[int]]  # source, tag, target


def main() -> None:
    options = _options()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    rank = _meet()
    random.seed(7 + rank)
    torch.manual_seed(7 + rank)
    _keep_memory()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    chats, held_out = corpus.own()
    sentences, words = corpus.extracts(Path(options.extracts)) if options.extracts else ([], [])
    print(f"{len(chats)} pairs of ours, {len(sentences)} sentences, {len(words)} words", flush=True)
    shape = Shape(
        options.width, 4, 4 * options.width, options.encoder, options.decoder, options.dropout
    )
    if rank:
        distributed.barrier()  # the first writes the pieces
    model, vocabulary = _begin(options, out, shape, [*sentences, *chats, *words[:30000]])
    if distributed.is_initialized() and not rank:
        distributed.barrier()
    run = Run(
        model.to(device),
        out,
        vocabulary,
        minutes=options.minutes,
        peak=options.rate,
        muon=options.muon,
    )
    run.resume()
    run.go(Lesson(sentences, words, held_out, to=options.to.split(","), tokens=options.tokens))


def _meet() -> int:
    """This process's number among those that torchrun started; 0 where it started none."""
    if not distributed.is_torchelastic_launched():
        return 0
    distributed.init_process_group("gloo")
    return distributed.get_rank()


def _keep_memory() -> None:
    """Let glibc keep what is freed: fetching fresh pages for every product took a seventh."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for setting in (-1, -3):  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
            libc.mallopt(setting, 1 << 30)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--extracts", help="the folder of tatoeba.tsv and cc_cedict.tsv")
    parser.add_argument("--from-package", help="an .argosmodel to go on from")
    parser.add_argument("--from-run", help="another run's folder to go on from")
    parser.add_argument("--to", default="en,zh", help="the directions to teach, by their target")
    parser.add_argument("--muon", action="store_true")
    parser.add_argument("--tokens", type=int, default=3000, help="padded tokens a batch")
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
    if options.from_run:
        shutil.copy(Path(options.from_run) / "sentencepiece.model", pieces)
        vocabulary = Vocabulary(pieces)
        model = Model(len(vocabulary), shape)
        saved = torch.load(Path(options.from_run) / "last.pt", map_location="cpu")
        model.load_state_dict({**saved["model"], **saved["average"]})
        return model, vocabulary
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


@dataclass(frozen=True, slots=True)
class Lesson:
    sentences: Sequence[Pair]  # beside our own, which are read anew for each epoch
    words: Sequence[Pair]
    held_out: Sequence[Pair]
    to: Sequence[str]
    tokens: int  # padded, a batch


class Run:
    """A cosine from `peak` to nearly nothing over its minutes; the weights are averaged."""

    def __init__(
        self,
        model: Model,
        out: Path,
        vocabulary: Vocabulary,
        *,
        minutes: float,
        peak: float,
        muon: bool = False,
    ) -> None:
        self.model, self.out, self.vocabulary = model, out, vocabulary
        self.minutes, self.peak = minutes, peak
        self.device = next(model.parameters()).device
        self.optimisers = _optimisers(model, muon=muon)
        self.average = {n: p.detach().clone() for n, p in model.named_parameters()}
        self.step, self.used, self.started = 0, 0.0, time.time()
        self.done = 0.0  # the share of the minutes, the same for every process

    def _agree(self) -> None:
        """Average the weights of all processes, and how far they are."""
        self.done = min(1.0, (self.used + time.time() - self.started) / (self.minutes * 60))
        if not distributed.is_initialized():
            return
        weights = [p.data for p in self.model.parameters()]
        flat = torch.cat([w.flatten() for w in weights] + [torch.tensor([self.done])])
        distributed.all_reduce(flat)
        flat /= distributed.get_world_size()
        sizes = [w.numel() for w in weights]
        for weight, part in zip(weights, flat[:-1].split(sizes), strict=True):
            weight.copy_(part.view_as(weight))
        self.done = float(flat[-1])
        if self.done > 1 - 1e-6:
            self.done = 1.0

    def resume(self) -> None:
        if not (self.out / "last.pt").exists():
            return
        saved = torch.load(self.out / "last.pt", map_location=self.device)
        self.model.load_state_dict(saved["model"])
        for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.average, self.step, self.used = saved["average"], saved["step"], saved["used"]

    def go(self, lesson: Lesson) -> None:
        is_first = not distributed.is_initialized() or distributed.get_rank() == 0
        chance, saved = random.Random(random.random() + self.step), time.time()
        while self.done < 1:
            self.model.train()
            self.model.drop.refresh()
            pairs = corpus.epoch([*lesson.sentences, *corpus.own()[0]], lesson.words, chance)
            found = examples(pairs, self.vocabulary, chance, to=lesson.to)
            for batch in batches(found, lesson.tokens, chance):
                loss = self._learn(*(part.to(self.device) for part in batch))
                if self.step % AGREE_EVERY == 0:
                    self._agree()
                if is_first and self.step % 200 == 0:
                    print(f"{self.step} {loss:.3f} {self.done:.0%}", flush=True)
                if is_first and time.time() - saved > SAVE_EVERY:
                    self.save(lesson)
                    saved = time.time()
                if self.done >= 1:
                    break
        if is_first:
            self.save(lesson)

    def _learn(self, source: torch.Tensor, before: torch.Tensor, after: torch.Tensor) -> float:
        fall = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.done))
        with torch.autocast(self.device.type, torch.bfloat16):
            loss = self.model.loss(source, before, after)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.peak * min(1.0, (self.step + 1) / WARM_UP) * fall
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        with torch.no_grad():
            share = 1 - min(0.999, (1 + self.step) / (10 + self.step))
            kept = list(self.average.values())
            torch._foreach_lerp_(kept, list(self.model.parameters()), share)
        return loss.item()

    def save(self, lesson: Lesson) -> None:
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                "average": self.average,
                "step": self.step,
                "used": self.used + time.time() - self.started,
            },
            self.out / "last.pt",
        )
        best = Model(len(self.vocabulary), self.model.shape)
        state = {**self.model.state_dict(), **self.average}
        best.load_state_dict({name: value.cpu() for name, value in state.items()})
        losses = [held_out_loss(best, self.vocabulary, lesson.held_out, to) for to in ("en", "zh")]
        line = f"{self.done * self.minutes:.1f}\t{self.step}\t{losses[0]:.4f}\t{losses[1]:.4f}"
        print(line, flush=True)
        with (self.out / "curve.tsv").open("a") as file:
            file.write(line + "\n")
        weights.export(best, self.vocabulary.words(), self.out / "ct2")


def _optimisers(model: Model, *, muon: bool) -> list[torch.optim.Optimizer]:
    named = list(model.named_parameters())
    inner = [p for n, p in named if muon and p.ndim == 2 and not n.startswith("emb")]
    rest = [p for n, p in named if not (muon and p.ndim == 2 and not n.startswith("emb"))]
    adam = torch.optim.AdamW(
        rest, lr=0.0, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.01, fused=True
    )
    if not muon:
        return [adam]
    return [
        adam,
        torch.optim.Muon(inner, lr=0.0, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
    ]


@torch.no_grad()
def held_out_loss(model: Model, vocabulary: Vocabulary, pairs: Sequence[Pair], to: str) -> float:
    """Nats a piece, not smoothed, nothing sampled."""
    model.eval()
    found = [
        (vocabulary.ids(source), vocabulary.tag(to), vocabulary.ids(target))
        for source, target in (
            (pair.zh, pair.en) if to == "en" else (pair.en, pair.zh) for pair in pairs
        )
    ]
    total, count = 0.0, 0
    for source, before, after in batches(iter(found), 3000, random.Random(1)):
        size = int((after != PAD).sum())
        with torch.autocast("cpu", torch.bfloat16):
            total += model.loss(source, before, after).item() * size
        count += size
    return total / count


def examples(
    pairs: Iterator[Pair],
    vocabulary: Vocabulary,
    chance: random.Random,
    *,
    to: Sequence[str] = ("en", "zh"),
) -> Iterator[Example]:
    """The directions of each pair that it may teach, cut into pieces by chance."""
    for pair in pairs:
        zh = vocabulary.ids(pair.zh, sampled=chance.random() < 0.7)
        en = vocabulary.ids(pair.en, sampled=chance.random() < 0.7)
        if max(len(zh), len(en)) > LONGEST:
            continue
        if "en" in pair.to and "en" in to:
            yield zh, vocabulary.tag("en"), en
        if "zh" in pair.to and "zh" in to:
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

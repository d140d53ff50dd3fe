"""Runs Argos packages on this machine: CTranslate2 models and the tokenizers that come with them.

`argostranslate.translate` is never imported: it needs torch, and an AGPL package.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import ctranslate2
import structlog
from argostranslate import settings as argos_settings
from argostranslate.package import Package
from argostranslate.tokenizer import SentencePieceTokenizer

from bot.core.errors import EngineFailed, NoModel, Refused
from bot.core.shield import FAMILIES
from bot.i18n import N_
from bot.translate.checks import loops
from bot.translate.packages import STARTERS, PackageInfo, find, unpacked
from bot.translate.probe import remember, remembered, tried
from bot.translate.shortlist import Shortlist
from bot.translate.tally import Tally
from bot.translate.worker import Pair, Worker

LONGEST = 180  # tokens; our models know 256 positions, and a cut is better than a failure
BATCH_TOKENS = 512
BATCH = 16  # sentences that a thread decodes together

log = structlog.get_logger(__name__)


def argos_folders() -> list[Path]:
    """Where argostranslate's own tools keep packages (ARGOS_PACKAGES_DIR)."""
    return list(argos_settings.package_dirs)


def argos_index() -> str:
    """The address of the package index that argostranslate uses (ARGOS_PACKAGE_INDEX)."""
    return str(argos_settings.remote_package_index)


def list_packages(data_dir: Path, *, package_dirs: Sequence[Path] = ()) -> list[PackageInfo]:
    """All usable packages, the preferred first; those that are broken are logged."""
    return find(data_dir, package_dirs=package_dirs, argos_dirs=argos_folders())


class Model:
    """One direction, loaded."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._package = Package(folder)
        self._prefix = [self._package.target_prefix] if self._package.target_prefix else []
        self._threads = threads
        self._translator = ctranslate2.Translator(
            str(folder / "model"),
            device="cpu",
            compute_type="int8",
            inter_threads=threads,
            intra_threads=1,  # several threads for one sentence wait for each other: 5 times slower
        )
        self._shortlist = Shortlist.of(folder / "model")
        self._encoded("?")  # a broken tokenizer shows now, not in the middle of a talk

    def translate(self, sentences: list[str]) -> list[str]:
        """One text a sentence."""
        chunks = [(at, chunk) for at, text in enumerate(sentences) for chunk in self._chunks(text)]
        said = self._decoded([chunk for _, chunk in chunks])
        answers = [""] * len(sentences)
        for (sentence, _), words in zip(chunks, said, strict=True):
            answers[sentence] = f"{answers[sentence]} {words}".strip()
        return answers

    def hypotheses(self, sentences: list[str], count: int) -> list[list[str]]:
        """Of each sentence's beginning, as far as the model reads."""
        batch = [self._encoded(text)[:LONGEST] for text in sentences]
        results = self._translator.translate_batch(
            batch,
            target_prefix=[self._prefix] * len(sentences) if self._prefix else None,
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            beam_size=max(4, count),
            num_hypotheses=count,
            length_penalty=1.2,
            repetition_penalty=1.1,
            replace_unknowns=True,
            max_decoding_length=_longest_answer(batch),
        )
        return [[self._text(tokens) for tokens in result.hypotheses] for result in results]

    def scores(self, sentences: list[str], answers: list[str]) -> list[float | None]:
        """The mean log-probability of an answer's tokens."""
        results = self._translator.score_batch(
            [self._encoded(text)[:LONGEST] for text in sentences],
            [[*self._prefix, *self._encoded(text)[:LONGEST]] for text in answers],
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
        )
        scored = [list(result.log_probs)[len(self._prefix) :] for result in results]
        return [sum(each) / len(each) if each else None for each in scored]

    def _chunks(self, text: str) -> Iterator[list[str]]:
        tokens = self._encoded(text)
        for at in range(0, len(tokens), LONGEST):
            yield tokens[at : at + LONGEST]

    def _encoded(self, text: str) -> list[str]:
        readable = text.encode("utf-8", "replace").decode()
        return self._package.tokenizer.encode(readable)

    def _decoded(self, batch: list[list[str]]) -> list[str]:
        """Those that fell into a loop are asked again, and may then repeat nothing."""
        answers = self._once(batch)
        stuck = [at for at, answer in enumerate(answers) if loops(answer)]
        if stuck:
            again = self._once([batch[at] for at in stuck], no_repeat_ngram_size=2)
            for at, answer in zip(stuck, again, strict=True):
                answers[at] = answer
        return answers

    def _once(self, chunks: list[list[str]], *, no_repeat_ngram_size: int = 0) -> list[str]:
        """Those of like length go together, so that the short are not held by the long; every
        thread has work until the end, because the long begin."""
        order = sorted(range(len(chunks)), key=lambda at: -len(chunks[at]))
        running = [
            (numbers, self._begun([chunks[at] for at in numbers], is_short, no_repeat_ngram_size))
            for numbers, is_short in self._batches(chunks, order)
        ]
        said = [""] * len(chunks)
        for numbers, results in running:
            for at, result in zip(numbers, results, strict=True):
                said[at] = self._text(result.result().hypotheses[0])
        return said

    def _batches(
        self, chunks: list[list[str]], order: list[int]
    ) -> Iterator[tuple[list[int], bool]]:
        """Numbers of chunks, and whether they are decoded by the shortlist.

        Then each is alone: a batch weighs what any of its sentences allows, which is slower, and
        what is said would hang on a sentence's company.
        """
        alone: list[int] = []
        others: list[int] = []
        for at in order:
            (alone if self._shortlist.covers(chunks[at]) else others).append(at)
        yield from (([at], True) for at in alone)
        size = _batch_size(len(others), self._threads)
        yield from ((others[at : at + size], False) for at in range(0, len(others), size))

    def _begun(
        self, batch: list[list[str]], is_short: bool, no_repeat_ngram_size: int
    ) -> list[ctranslate2.AsyncTranslationResult]:
        return self._translator.translate_batch(
            batch,
            asynchronous=True,
            target_prefix=[self._prefix] * len(batch) if self._prefix else None,
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            beam_size=4,
            length_penalty=1.2,
            repetition_penalty=1.1,
            no_repeat_ngram_size=no_repeat_ngram_size,
            replace_unknowns=True,
            max_decoding_length=_longest_answer(batch),
            use_vmap=is_short,
        )

    def _text(self, tokens: list[str]) -> str:
        if self._prefix and tokens[:1] == self._prefix:
            tokens = tokens[1:]
        tokenizer = self._package.tokenizer
        if isinstance(tokenizer, SentencePieceTokenizer):  # its own decode() loses underscores
            return tokenizer.lazy_processor().decode_pieces(tokens).replace("▁", " ").strip()
        return tokenizer.decode(tokens).strip()


def _longest_answer(batch: list[list[str]]) -> int:
    """Tokens: what is longer is a loop."""
    return min(240, 16 + 2 * max(map(len, batch)))


def _batch_size(count: int, threads: int) -> int:
    """Two batches a thread, for they are unlike; but none of fewer than four, if all have work."""
    share = -(-count // threads)
    return max(1, min(BATCH, max(-(-share // 2), min(4, share))))


class ArgosEngine:
    """Implements `core.ports.Engine`. Models load when first used, in the worker's thread."""

    name = "argos"
    is_remote = False

    def __init__(
        self, data_dir: Path, *, package_dirs: Sequence[Path] = (), threads: int = 0
    ) -> None:
        self._data_dir = data_dir
        self._threads = threads or os.cpu_count() or 1
        self._models: dict[Pair, Model] = {}
        self._packages: dict[Pair, list[PackageInfo]] = {}
        for package in list_packages(data_dir, package_dirs=package_dirs):
            self._packages.setdefault((package.source, package.target), []).append(package)
        self._chosen: dict[Pair, PackageInfo] = {}  # the one of the pair's packages that loaded
        self._identities: dict[Pair, str] = {}  # and what it was then
        self._worker = Worker(self._run, "argos")
        self._probing = asyncio.Lock()
        self.tally = Tally()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._worker.aclose()

    def serves(self, source: str, target: str) -> bool:
        return (source, target) in self._packages

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        if not self.serves(source, target):
            raise NoModel(source, target)
        try:
            answers = await self._worker.ask((source, target), sentences)
        except EngineFailed as failure:
            self.tally.failed(failure)
            raise
        self.tally.answered(sentences, answers)
        return answers

    async def hypotheses(
        self, sentences: Sequence[str], source: str, target: str, count: int
    ) -> list[list[str]]:
        model = await self._model(source, target)
        return await asyncio.to_thread(model.hypotheses, list(sentences), count)

    async def scores(
        self, sentences: Sequence[str], answers: Sequence[str], source: str, target: str
    ) -> list[float | None]:
        model = await self._model(source, target)
        return await asyncio.to_thread(model.scores, list(sentences), list(answers))

    def version(self, source: str, target: str) -> str:
        known = self._identities.get((source, target))
        return self._packages[source, target][0].identity if known is None else known

    def reads_chat(self, source: str, target: str) -> bool:
        """Ours have learnt from chat."""
        chosen = self._chosen.get((source, target)) or self._packages[source, target][0]
        return chosen.path.parent == STARTERS

    async def slots(self, source: str, target: str) -> Sequence[str]:
        """Ours are known; those of other packages are tried out when they are first used."""
        await self._model(source, target)
        chosen = self._chosen[source, target]
        if self.reads_chat(source, target):
            return [family.slot for family in FAMILIES[1:]]
        async with self._probing:
            kept = remembered(self._data_dir, chosen.identity)
            if kept is None:
                kept = await tried(lambda each: self.translate(each, source, target), source)
                remember(self._data_dir, chosen.identity, kept)
        return kept

    async def _model(self, source: str, target: str) -> Model:
        """Loaded, if need be, in the worker's thread. Raises `TranslationError`."""
        if (source, target) not in self._models:
            anything = ["?"]
            await self.translate(anything, source, target)
        return self._models[source, target]

    def _run(self, pair: Pair, sentences: list[str]) -> list[str]:
        if pair not in self._models:
            self._models[pair] = self._load(pair)
        try:
            return self._models[pair].translate(sentences)
        except (RuntimeError, ValueError) as failure:  # what CTranslate2 and the tokenizers raise
            raise EngineFailed(f"{pair[0]} to {pair[1]}: {failure}") from failure

    def _load(self, pair: Pair) -> Model:
        """The first of the pair's packages that loads."""
        reasons: list[str] = []
        for package in self._packages[pair]:
            try:
                model = Model(unpacked(package, self._data_dir), threads=self._threads)
            except (RuntimeError, ValueError, OSError, AttributeError, Refused) as failure:
                reasons.append(f"{package.path} can't be used: {failure}")
                log.warning(
                    N_("A translation package can't be used"),
                    path=str(package.path),
                    reason=str(failure),
                )
            else:
                self._chosen[pair] = package
                self._identities[pair] = package.identity
                return model
        raise EngineFailed("; ".join(reasons))

"""Nothing but `ctranslate2.translate_batch`, on sentences that were split into tokens before.

python -m bench.raw LONE DATA: with the options of `bot.translate.argos`, 32 messages a call.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import ctranslate2
from argostranslate.package import Package

from bench.serving import Texts, each_timed, serve
from bot.core.sentences import split
from bot.translate.argos import BATCH_TOKENS, list_packages
from bot.translate.packages import unpacked

AT_ONCE = 32
LONE, DATA = int(sys.argv[1]), Path(sys.argv[2])


class Raw:
    def __init__(self) -> None:
        self._packages = {
            package.pair: Package(unpacked(package, DATA)) for package in list_packages(DATA)
        }
        self._models = {
            direction: ctranslate2.Translator(
                str(package.package_path / "model"),
                device="cpu",
                compute_type="int8",
                inter_threads=os.cpu_count() or 1,
                intra_threads=1,
            )
            for direction, package in self._packages.items()
        }
        self._tokens: dict[str, list[list[list[str]]]] = {}  # direction → messages → sentences

    def take(self, texts: Texts) -> None:
        self._tokens = {
            way: [[self._packages[way].tokenizer.encode(s) for s in split(t)] for t in listed]
            for way, listed in texts.items()
        }
        for way in texts:
            self._translate(way, self._tokens[way][0])

    def all(self) -> float:
        return sum(
            each_timed(
                partial(
                    self._translate, way, [s for each in listed[at : at + AT_ONCE] for s in each]
                )
                for way, listed in self._tokens.items()
                for at in range(0, len(listed), AT_ONCE)
            )
        )

    def lone(self) -> list[float]:
        return each_timed(
            partial(self._translate, way, message)
            for way, listed in self._tokens.items()
            for message in listed[:LONE]
        )

    def _translate(self, direction: str, batch: list[list[str]]) -> None:
        self._models[direction].translate_batch(
            batch,
            target_prefix=[[self._packages[direction].target_prefix]] * len(batch),
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            beam_size=4,
            length_penalty=1.2,
            repetition_penalty=1.1,
            replace_unknowns=True,
            max_decoding_length=min(240, 16 + 2 * max(map(len, batch))),
        )


if __name__ == "__main__":
    raw = Raw()
    serve(raw.take, {"all": raw.all, "lone": raw.lone})

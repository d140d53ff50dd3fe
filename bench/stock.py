"""Stock `argostranslate.translate`, unpatched, in an environment of its own.

python -m bench.stock: ARGOS_PACKAGES_DIR holds the packages, each with a folder for spaCy.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from argostranslate import translate  # noqa: TID251 — this is what we are compared with

from bench.serving import Texts, each_timed, serve

AT_ONCE = 32
LONE = int(sys.argv[1])


class Stock:
    def __init__(self) -> None:
        self._texts: Texts = {}

    def take(self, texts: Texts) -> None:
        self._texts = texts
        for direction in texts:
            self._of(direction).translate("?")

    def one_by_one(self) -> float:
        return sum(
            each_timed(
                partial(self._of(way).translate, text)
                for way, listed in self._texts.items()
                for text in listed
            )
        )

    def threads(self) -> float:
        return sum(each_timed(partial(self._in_threads, way) for way in self._texts))

    def lone(self) -> list[float]:
        return each_timed(
            partial(self._of(way).translate, text)
            for way, listed in self._texts.items()
            for text in listed[:LONE]
        )

    def _in_threads(self, direction: str) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(self._of(direction).translate, self._texts[direction]):
                pass

    def _of(self, direction: str) -> translate.ITranslation:
        return translate.get_translation_from_codes(*direction.split("-"))


if __name__ == "__main__":
    stock = Stock()
    serve(
        stock.take,
        {"one by one": stock.one_by_one, "in threads": stock.threads, "lone": stock.lone},
    )

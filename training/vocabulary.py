"""The pieces both languages are written in: one SentencePiece model with tags and slots of its own.

A model's ids are SentencePiece's plus one: CTranslate2 wants a blank at 0.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import sentencepiece

from training.corpus import SLOTS, Pair

TAGS = ("<2zh>", "<2en>")  # no underscores: Argos' tokenizer turns them into blanks
PIECES = 8000


def learn(pairs: Iterable[Pair], folder: Path) -> None:
    """Write folder/sentencepiece.model."""
    chance = random.Random(7)
    text = folder / "text.txt"
    with text.open("w", encoding="utf-8") as file:
        for pair in pairs:
            file.write(f"{pair.zh}\n{pair.en}\n")
            if chance.random() < 0.2:
                file.write(f"{pair.en.lower()}\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "sentencepiece"),
        vocab_size=PIECES,
        model_type="unigram",
        character_coverage=0.9997,
        byte_fallback=True,
        user_defined_symbols=[*TAGS, *SLOTS],
        normalization_rule_name="identity",
        minloglevel=2,
    )
    text.unlink()


class Vocabulary:
    def __init__(self, model: Path) -> None:
        self.path = model
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))

    def __len__(self) -> int:
        return self._pieces.get_piece_size() + 1

    def words(self) -> list[str]:
        """As CTranslate2 lists them."""
        known = range(3, self._pieces.get_piece_size())
        return ["<blank>", "<unk>", "<s>", "</s>", *map(self._pieces.id_to_piece, known)]

    def tag(self, language: str) -> int:
        return self._pieces.piece_to_id(f"<2{language}>") + 1

    def ids(self, text: str, *, sampled: bool = False) -> list[int]:
        """`sampled`: one of the ways to cut it, by chance, so that the model knows several."""
        if sampled:
            found = self._pieces.encode(text, enable_sampling=True, alpha=0.2, nbest_size=-1)
        else:
            found = self._pieces.encode(text)
        return [number + 1 for number in found]

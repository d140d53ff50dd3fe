"""Scores translations against references, and counts what must come through and did not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sacrebleu

from bench.pairs import Pair
from bot.core.language import detect
from bot.core.richtext import RichText
from bot.core.shield import bare, guards
from bot.translate import amounts

_FIGURES = re.compile(r"\d+(?:[.:]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

Need = Callable[[Pair], Counter[str]]


@dataclass(frozen=True, slots=True)
class Scores:
    """`chrf` decides. Shares are of what could go wrong: None where nothing could."""

    chrf: float
    chrf_words: float
    bleu: float
    spans: float | None
    figures: float | None
    values: float | None
    wrong_language: float | None
    empty: float


def scores(pairs: Sequence[Pair], answers: Sequence[str], target: str) -> Scores:
    wanted = [[pair.reference for pair in pairs]]
    said = list(answers)
    chrf_words = sacrebleu.corpus_chrf(said, wanted, word_order=2).score
    is_spaced = target != "zh"
    return Scores(
        chrf=chrf_words if is_spaced else sacrebleu.corpus_chrf(said, wanted).score,
        chrf_words=chrf_words,
        bleu=sacrebleu.corpus_bleu(said, wanted, tokenize="13a" if is_spaced else "zh").score,
        spans=_kept(pairs, [_spans(a) for a in said], lambda pair: _spans(pair.source)),
        figures=_kept(pairs, [_figures(a) for a in said], _figures_of_both),
        values=_share(_values(pairs, said)),
        wrong_language=_share(_languages(pairs, said, target)),
        empty=sum(not answer.strip() for answer in said) / len(said),
    )


def _kept(pairs: Sequence[Pair], found: Sequence[Counter[str]], need: Need) -> float | None:
    needs = [need(pair) for pair in pairs]
    needed = sum(each.total() for each in needs)
    kept = sum((each & there).total() for each, there in zip(needs, found, strict=True))
    return kept / needed if needed else None


def _spans(source: str) -> Counter[str]:
    """Links, mentions, emoji, code and the like, byte for byte."""
    return Counter(source[guard.start : guard.end] for guard in guards(RichText(source)))


def _figures(text: str) -> Counter[str]:
    return Counter(_FIGURES.findall(_THOUSANDS.sub("", text)))


def _figures_of_both(pair: Pair) -> Counter[str]:
    """Those that the reference kept: 3万 may be 30,000, and 8点 may be eight."""
    return _figures(pair.source) & _figures(pair.reference)


def _values(pairs: Sequence[Pair], answers: Sequence[str]) -> list[bool]:
    """Of the messages with an amount, whether it has the same value: read by the program itself,
    and where it takes the reference to be right."""
    return [
        not amounts.fault(pair.source, answer)
        for pair, answer in zip(pairs, answers, strict=True)
        if any(amount.is_firm for amount in amounts.amounts(pair.source))
        and not amounts.fault(pair.source, pair.reference)
    ]


def _languages(pairs: Sequence[Pair], answers: Sequence[str], target: str) -> list[bool]:
    """Whether an answer is in another language, where the reference is in the reader's."""
    return [
        detect(bare(RichText(answer)), target) not in {target, "und"}
        for pair, answer in zip(pairs, answers, strict=True)
        if detect(bare(RichText(pair.reference)), target) == target
    ]


def _share(claims: Sequence[bool]) -> float | None:
    return sum(claims) / len(claims) if claims else None

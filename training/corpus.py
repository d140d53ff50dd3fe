"""The pairs a model learns from: our own chat corpus, and the licensed extracts beside it.

A file named `typos.zh-en.tsv` (or `.en-zh.tsv`) holds sources that are wrong on purpose and teaches
that direction only. The hold-out is chosen by hash: what is in it stays in it as the corpus grows.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "corpus"
HELD_OUT = "06"  # a pair whose hash begins lower is held out: one in 43
LONGEST = (140, 420)  # characters of a Chinese and an English text
SLOTS = tuple(f"<x{number}>" for number in range(1, 10))
# Names that stand once on both sides become slots, so that a model learns to carry slots over.
NAMES = {
    "汤姆": "Tom", "玛丽": "Mary", "小红": "Xiaohong", "小明": "Xiaoming", "北京": "Beijing",
    "上海": "Shanghai", "日本": "Japan", "莉莉": "Lily", "波士顿": "Boston", "纽约": "New York",
    "杰克": "Jack", "成都": "Chengdu", "广州": "Guangzhou", "伦敦": "London", "加拿大": "Canada",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    zh: str
    en: str
    to: tuple[str, ...] = ("en", "zh")  # the directions it teaches, by their target


def own(folder: Path = HERE) -> tuple[list[Pair], list[Pair]]:
    """Our corpus without the hold-out, and the hold-out."""
    pairs: list[Pair] = []
    for path in sorted(folder.glob("*.tsv")):
        to = {".zh-en": ("en",), ".en-zh": ("zh",)}.get(Path(path.stem).suffix, ("en", "zh"))
        pairs += rows(path, to)
    held_out = {pair for pair in pairs if len(pair.to) == 2 and _hash(pair) < HELD_OUT}
    words = {text for pair in held_out for text in (pair.zh, pair.en)}
    kept = [pair for pair in pairs if pair.zh not in words and pair.en not in words]
    return kept, sorted(held_out, key=_hash)


def rows(path: Path, to: tuple[str, ...] = ("en", "zh")) -> list[Pair]:
    found: list[Pair] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        zh, _, en = line.partition("\t")
        pair = Pair(zh.strip(), en.partition("\t")[0].strip(), to)
        if pair.zh and pair.en and len(pair.zh) < LONGEST[0] and len(pair.en) < LONGEST[1]:
            found.append(pair)
    return found


def extracts(folder: Path) -> tuple[list[Pair], list[Pair]]:
    """Tatoeba's sentences and CC-CEDICT's short words, from files as training/README.md says."""
    words = rows(folder / "cc_cedict.tsv")
    short = [pair for pair in words if len(pair.en.split()) <= 4 and len(pair.zh) <= 5]
    return rows(folder / "tatoeba.tsv"), short


def epoch(
    sentences: Sequence[Pair], words: Sequence[Pair], chance: random.Random
) -> Iterator[Pair]:
    """Everything once in a new order, as people type it, some of it joined into one message."""
    pairs = [*sentences, *chance.sample(words, min(len(words), 6000))]
    chance.shuffle(pairs)
    waiting: Pair | None = None
    for pair in pairs:
        varied = vary(pair, chance)
        if waiting is not None:
            yield Pair(waiting.zh + varied.zh, f"{waiting.en} {varied.en}", varied.to)
            waiting = None
        elif chance.random() < 0.12 and _is_whole(varied):
            waiting = varied
        else:
            yield varied
    if waiting is not None:
        yield waiting


def vary(pair: Pair, chance: random.Random) -> Pair:
    zh, en = slotted(pair, chance) if chance.random() < 0.3 else (pair.zh, pair.en)
    if chance.random() < 0.06:
        zh, en = beside(zh, en, chance)
    draw = chance.random()
    if draw < 0.10:
        return Pair(zh.rstrip("。.!！"), en.rstrip(".!"), pair.to)
    if draw < 0.16:
        return Pair(zh, en.lower(), tuple(to for to in pair.to if to == "zh") or pair.to)
    return Pair(zh, en, pair.to)


def slotted(pair: Pair, chance: random.Random) -> tuple[str, str]:
    """A name, number or Latin word that stands once on both sides becomes a slot on both."""
    zh, en = pair.zh, pair.en
    same = [*NAMES.items(), *((word, word) for word in re.findall(r"[A-Za-z0-9.:%]+", zh))]
    chance.shuffle(same)
    for there, here in same:
        in_zh = rf"(?<![A-Za-z0-9<.]){re.escape(there)}(?![A-Za-z0-9>])"
        in_en = rf"\b{re.escape(here)}\b"
        if len(re.findall(in_zh, zh)) == 1 and len(re.findall(in_en, en)) == 1:
            slot = chance.choice(_free(zh))
            return re.sub(in_zh, slot, zh), re.sub(in_en, slot, en)
    return zh, en


def beside(zh: str, en: str, chance: random.Random) -> tuple[str, str]:
    """One slot or two before the message, after it, or both, as mentions, links and emoji stand."""
    for _ in range(chance.choice((1, 1, 2))):
        slot, blank = chance.choice(_free(zh)), chance.choice(("", " "))
        if chance.random() < 0.5:
            zh, en = f"{slot}{blank}{zh}", f"{slot} {en}"
        else:
            zh, en = f"{zh}{blank}{slot}", f"{en} {slot}"
    return zh, en


def _free(zh: str) -> list[str]:
    return [slot for slot in SLOTS if slot not in zh] or [*SLOTS]


def _is_whole(pair: Pair) -> bool:
    is_sentence = re.search(r"[。！？!?.]$", pair.zh) and re.search(r"[.!?]$", pair.en)
    return bool(is_sentence) and len(pair.en.split()) < 14 and len(pair.to) == 2


def _hash(pair: Pair) -> str:
    return hashlib.sha256(f"{pair.zh}\t{pair.en}".encode()).hexdigest()

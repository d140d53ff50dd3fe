"""Cuts one line of Chinese or English into sentences; joining them gives the line back."""

from __future__ import annotations

import re

from bot.core.language import HAN

LONGEST = 90.0  # in Han characters; three Latin letters weigh as much as one

_LONGEST_QUOTE = 40.0  # of sentences in one quotation, kept together

_STOPS = "。！？!?…｡．"
_CLOSERS = "\"'”’」』）)】》〉］\\]}"
_ABBREVIATIONS = frozenset(
    (
        *(
            "mr",
            "mrs",
            "ms",
            "mt",
            "dr",
            "prof",
            "sr",
            "jr",
            "st",
            "vs",
            "etc",
            "e.g",
            "i.e",
            "eg",
            "ie",
        ),
        *("cf", "approx", "no", "vol", "fig", "inc", "ltd", "co", "corp", "dept", "est", "min"),
        *("a.m", "p.m", "am", "pm", "u.s", "u.k", "u.n", "d.c", "ph.d", "max", "misc", "ft", "lb"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    )
)
_NUMBERED = frozenset(("p", "pp", "pg", "pt", "ch", "nos", "sec", "art", "ver"))  # p. 10
# A run of stops with what closes after it; an ASCII full stop counts only before white space.
_END = re.compile(
    rf"(?:[{_STOPS}]+[{_STOPS}.~～]*|\.{{2,}}[{_STOPS}.~～]*|\.(?=[{_CLOSERS}]*(?:\s|$|[{HAN}]))|[~～]+(?=\s))"
    rf"[{_CLOSERS}]*\s*"
)
_LAST_WORD = re.compile(r"[A-Za-z.]{1,12}$")
_CLAUSE = re.compile(
    r"[，；;：、]\s*|,(?!\d)\s*|\s[-–—]+\s|[—]{2,}|(?<!\s)\s+(?=(?:and|but|because|so|when|while|if|or)\s)"
)


def split(text: str, longest: float = LONGEST) -> list[str]:
    """Sentences with the stops and white space after them; none weighs more than `longest`."""
    return [piece for sentence in _sentences(text) for piece in _fitted(sentence, longest)]


def clauses(sentence: str) -> list[str]:
    """The stretches between commas and the like, each with its own mark."""
    return _cut(sentence, [found.end() for found in _CLAUSE.finditer(sentence)])


def weight(text: str) -> float:
    """How much room `text` takes in a model, in Han characters."""
    return sum(1.0 if character > "\u2e7f" else 1 / 3 for character in text)


def _sentences(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _cut(text, [end.end() for end in _END.finditer(text) if _ends(text, end)]):
        if pieces and _is_quoting(pieces[-1]) and weight(pieces[-1] + piece) <= _LONGEST_QUOTE:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _is_quoting(text: str) -> bool:
    """Whether a quotation opened in `text` goes on after it."""
    return bool(text.count('"') % 2) or text.count("“") > text.count("”")


def _ends(text: str, end: re.Match[str]) -> bool:
    stop = end.group().strip()
    if not stop.startswith("."):
        return _closes(text, end)
    if stop.rstrip(_CLOSERS) != ".":
        return not text[end.end() : end.end() + 1].islower()
    word = _LAST_WORD.search(text, max(0, end.start() - 12), end.start())
    if word is None:
        return not _is_list_number(text, end.start())
    return not _is_abbreviation(word.group(), text[end.end() : end.end() + 1])


def _closes(text: str, end: re.Match[str]) -> bool:
    """A stop inside a quotation that goes on ("Really?" she said) ends nothing."""
    after = text[end.end() : end.end() + 1]
    return not after.islower() and after not in tuple("，,、；;。")


def _is_abbreviation(word: str, after: str) -> bool:
    folded = word.strip(".").lower()
    if folded in _ABBREVIATIONS:
        return (
            folded not in {"etc", "am", "pm", "a.m", "p.m", "u.s", "u.k", "no"}
            or after.islower()
            or (folded == "no" and after.isdigit())
        )
    if folded in _NUMBERED:
        return after.isdigit()
    return len(folded) == 1 and folded not in {"i", "u"} and after.isupper()


def _is_list_number(text: str, stop: int) -> bool:
    return stop < 6 and text[:stop].strip().isdigit()


def _fitted(sentence: str, longest: float) -> list[str]:
    if len(sentence) <= longest or weight(sentence) <= longest:  # no character weighs more than 1
        return [sentence]
    pieces: list[str] = []
    for clause in clauses(sentence):
        if pieces and weight(pieces[-1]) + weight(clause) <= longest:
            pieces[-1] += clause
        else:
            pieces.extend(_chopped(clause, longest))
    return pieces


def _chopped(clause: str, longest: float) -> list[str]:
    """Cut before a word, or anywhere where there are no words, when no comma helps."""
    pieces = [""]
    room = longest
    for word in re.findall(rf"[{HAN}]|[^\s{HAN}]{{1,60}}\s*|\s+", clause):
        if weight(word) > room:
            pieces.append("")
            room = longest
        pieces[-1] += word
        room -= weight(word)
    return [piece for piece in pieces if piece]


def _cut(text: str, ends: list[int]) -> list[str]:
    starts = [0, *(end for end in ends if end < len(text))]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True) if a < b]

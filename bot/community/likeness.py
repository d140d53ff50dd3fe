"""How alike two questions are, and what a question can be found by: words in English, pairs of
characters in Chinese, without the words that every question has. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.core.language import HAN

ALIKE = 0.6  # from here on two questions may be the same

_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:'[^\W_{HAN}]+)?")
_HAN = re.compile(f"[{HAN}]")
_FUNCTION_WORDS = re.compile(
    "为什么|有没有|是不是|能不能|会不会|什么|怎么样|怎么|怎样|如何|哪里|哪儿|哪些|哪个|多少"
    "|你们|我们|他们|她们|大家|请问|一下|一个|这个|那个|可以|[的了吗呢吧啊呀嘛是你我他她它们在和跟都也就]"
)
_STOPWORDS = frozenset(
    """
    a an the is are was were am be been do does did you your we our us i my me he she it its
    they their them this that these those what which who how why when where there here of in
    on at to for from by with and or but if so as can could would will should any some have
    has had about please tell hi hello
    """.split()  # noqa: SIM905
)


def terms(text: str) -> frozenset[str]:
    """What the text is about; all of its words where it has nothing but common ones."""
    runs = _runs(text)
    content = frozenset(term for run in runs for term in _terms_of(run))
    return content or frozenset(piece for run in runs for piece in _pieces(run))


def index_words(texts: Iterable[str]) -> str:
    """All that texts can be found by, separated by spaces; single Chinese characters too."""
    found: set[str] = set()
    for text in texts:
        pieces = {piece for run in _runs(text) for piece in _pieces(run)}
        found |= terms(text) | pieces | set(_HAN.findall(text))
    return " ".join(sorted(found))


def coverage(wanted: frozenset[str], words: str) -> float:
    """Which share of `wanted` is among the words of an `index_words`."""
    return len(wanted & set(words.split(" "))) / len(wanted) if wanted else 0.0


def likeness(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """0 to 1: the more alike of the two languages, for one of them is a translation."""
    shared = [language for language in ("en", "zh") if language in one and language in other]
    return max((_overlap(terms(one[key]), terms(other[key])) for key in shared), default=0.0)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    size = len(one) + len(other)
    return 2 * len(one & other) / size if size else 0.0


def _runs(text: str) -> list[str]:
    """Stretches of Han, and words; without case, width and accents."""
    narrow = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    plain = "".join(sign for sign in narrow if not unicodedata.combining(sign))
    return _RUN.findall(unicodedata.normalize("NFC", plain))


def _terms_of(run: str) -> list[str]:
    if not _HAN.match(run):
        return [] if run in _STOPWORDS else _pieces(run)
    content = _FUNCTION_WORDS.sub("", run)
    is_word = bool(content) and len(run) == 2  # 首都 is a word, though 都 is none
    return _pieces(run if is_word else content)


def _pieces(run: str) -> list[str]:
    """A word's stem, or the pairs of neighbouring characters; one alone stands for itself."""
    if not run or not _HAN.match(run):
        return [stem(run)] if run else []
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def stem(word: str) -> str:
    """An English word without its commonest endings: "making" and "makes" are both "mak"."""
    word = word.partition("'")[0]
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 4 and re.search(r"(?:s|x|z|ch|sh)es$", word):
        word = word[:-2]
    elif len(word) > 3 and re.search(r"[^siu]s$", word):
        word = word[:-1]
    for ending, shortest in (("ing", 6), ("ed", 5)):
        if len(word) >= shortest and word.endswith(ending):
            word = word[: -len(ending)]
            word = word[:-1] if word[-1] == word[-2] and word[-1] not in "ls" else word
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word

"""From one language to another, for one kind of reader: what is read, what is written, who is a
guest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.language import (
    HAN,
    LATIN,
    base,
    chinese_script,
    detect,
    is_foreign,
    is_traditional,
    is_translatable,
)
from bot.core.ports import Lexicon
from bot.core.shield import Guard
from bot.translate.normalise import calm
from bot.translate.numerals import in_english, ten_thousands
from bot.translate.openers import is_name
from bot.translate.punctuation import tidy_edge
from bot.translate.script import simplified, simplified_each, traditional

_WORD = rf"[{LATIN}]+(?:['’\-][{LATIN}]+)*"
# Several words are one guest. After a digit they are its unit.
_LATIN_GUEST = re.compile(rf"(?<![{LATIN}0-9])(?<!\d )(?<!\d){_WORD}(?: {_WORD})*")
_ENDS = "?？!！。.~～"
_HAN_GUEST = re.compile(f"[{HAN}]+")


class Unspoken:
    """Implements `core.ports.Lexicon` without a word."""

    def expand(self, text: str, language: str) -> str:
        return text

    def phrase(self, text: str, source: str, target: str) -> str | None:
        return None

    def opening(self, text: str, source: str, target: str) -> tuple[int, int]:
        return 0, 0

    def clarity(self, text: str, language: str) -> float:
        return 1.0


_UNSPOKEN = Unspoken()


@dataclass(frozen=True, slots=True)
class Direction:
    """`from_traditional` and `to_traditional` are about script."""

    source: str
    target: str
    from_traditional: bool = False
    to_traditional: bool = False
    lexicon: Lexicon = _UNSPOKEN

    def read(self, text: str) -> str:
        """As an engine reads best."""
        plain = simplified(text) if self.from_traditional else text
        return self.lexicon.expand(calm(plain, self.source), self.source)

    def write(self, text: str) -> str:
        """As the reader's script has it."""
        return traditional(text) if self.to_traditional else text

    def phrase(self, text: str) -> str | None:
        plain = simplified(text) if self.from_traditional else text
        said = self.lexicon.phrase(plain.strip(), self.source, self.target)
        if said is None and (self.source, self.target) == ("zh", "en"):
            number = plain.strip().rstrip(_ENDS)
            value = ten_thousands(number)
            end = tidy_edge(plain.strip()[len(number) :], "en")
            return None if value is None else f"{in_english(value)}{end}"
        return None if said is None else self.write(said)

    def opening(self, text: str) -> tuple[int, int]:
        """Where a greeting ends, and where what follows it begins; zeros where there is none."""
        plain = simplified_each(text) if self.from_traditional else text
        return self.lexicon.opening(plain, self.source, self.target)

    def clarity(self, text: str) -> float:
        """How far one can know what chat means by it, from 0 to 1."""
        return self.lexicon.clarity(
            simplified(text) if self.from_traditional else text, self.source
        )

    def wants(self, text: str) -> bool:
        """Whether this stretch is to be translated; the rest the reader can read."""
        if not is_translatable(text, self.source):
            return False
        if {self.source, self.target} == {"zh", "en"}:
            return detect(text, self.source) == self.source or is_foreign(text, self.target)
        return detect(text, self.source) == self.source

    def guests(self, text: str) -> list[Guard]:
        """The words in `text` that are in the reader's language already, and stay."""
        if self.source == "zh":
            found = _LATIN_GUEST.finditer(text)
            return [
                Guard(*m.span(), "guest") for m in found if not self._is_chat_chinese(m.group())
            ]
        if (self.source, self.target) == ("en", "zh"):
            return [self._han_guest(match) for match in _HAN_GUEST.finditer(text)]
        return []

    def is_guest(self, text: str) -> bool:
        """Whether all of `text` is in the reader's language already."""
        found = self.guests(text.strip())
        return [(guest.start, guest.end) for guest in found] == [(0, len(text.strip()))]

    def _is_chat_chinese(self, word: str) -> bool:
        """yyds is Chinese in Latin letters; Anna, whom people greet, is Anna."""
        expanded = self.lexicon.expand(word, "zh") != word
        is_phrase = self.phrase(word) is not None and not is_name(word, "zh")
        return expanded or is_phrase or detect(word) == "zh"

    def _han_guest(self, match: re.Match[str]) -> Guard:
        word = match.group()
        wanted = "Hant" if self.to_traditional else "Hans"
        if chinese_script(word) in {"", wanted}:
            return Guard(*match.span(), "guest")
        said = traditional(word) if self.to_traditional else simplified(word)
        return Guard(*match.span(), "guest", said)


def direction(source: str, target: str, words: str, lexicon: Lexicon) -> Direction:
    """For a message whose words are `words`, and readers of `target`."""
    from_traditional = source == "zh" and chinese_script(words) == "Hant"
    return Direction(source, base(target), from_traditional, is_traditional(target), lexicon)

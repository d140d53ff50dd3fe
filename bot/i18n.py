"""Every sentence a person reads, in their language: gettext catalogues read once, no state.

The catalogue entry is the English sentence; `{name}` placeholders are filled after the look-up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal, cast

from babel.messages.pofile import read_po

from bot.core.errors import Problem

Language = Literal["en", "zh", "zh-Hant"]
LANGUAGES: tuple[Language, ...] = ("en", "zh", "zh-Hant")
_HAN, _LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z0-9]")
_WIDE = re.compile("[\u3400-\u9fff（）「」，。、：；！？]")
FOLDERS: dict[Language, str] = {"en": "en", "zh": "zh_CN", "zh-Hant": "zh_TW"}


def N_(message: str) -> str:  # noqa: N802 — gettext's own name for "extract, do not translate here"
    """Mark a sentence for the catalogues where it is not shown yet."""
    return message


def translate(message: str, language: Language, **values: object) -> str:
    """The sentence in `language`, its placeholders filled; the English one where none is known.

    Several words are listed as that language lists them. In Chinese the spaces round what is
    filled in are those its script asks for: none beside a Chinese name, one beside a Latin one.
    """
    sentence = catalogue(language).get(message) or message
    if not values:
        return sentence
    shown = {
        name: listed(cast("Sequence[str]", value), language)
        if isinstance(value, tuple | list)
        else value
        for name, value in values.items()
    }
    return sentence.format(**shown) if language == "en" else _set(sentence, shown)


def _set(sentence: str, values: Mapping[str, object]) -> str:
    """A Chinese sentence with its placeholders filled, and spaced as if written in one go."""
    said = ""
    for literal, name, _, _ in Formatter().parse(sentence):
        said = _joined(said, literal) if literal.strip() else said + literal
        if name is not None:
            value = str(values[name])
            said = _joined(said, value) if literal.strip() else said + value
    return said


def _joined(left: str, right: str) -> str:
    """No space where Chinese meets Chinese, one between Han and Latin, else as it is."""
    bare, rest = left.rstrip(" "), right.lstrip(" ")
    last, first = bare[-1:], rest[:1]
    if _WIDE.match(last) and _WIDE.match(first):
        return bare + rest
    if (_HAN.match(last) and _LATIN.match(first)) or (_LATIN.match(last) and _HAN.match(first)):
        return f"{bare} {rest}"
    return left + right


def listed(words: Sequence[str], language: Language) -> str:
    """One after the other: "cats, dogs", “猫、狗”."""
    return (", " if language == "en" else "、").join(words)


def aside(words: str, language: Language) -> str:
    """What follows a name in brackets, with the space that belongs before them."""
    return f" ({words})" if language == "en" else f"（{words}）"


def said(problem: Problem, language: Language) -> Problem:
    """The problem in the operator's language, its values filled in."""
    return replace(
        problem,
        reason=translate(problem.reason, language, **problem.values),
        remedy=translate(problem.remedy, language, **problem.values) if problem.remedy else "",
        values={},
    )


def pick(locale: str | None, otherwise: str = "en") -> Language:
    """The language for a platform's locale ("zh-CN", "zh-hant", "en_US"), else `otherwise`."""
    tag = (locale or otherwise).replace("_", "-").lower()
    if tag.startswith("zh"):
        return "zh-Hant" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh"
    if tag.startswith("en") or locale is None or tag == otherwise.lower():
        return "en"
    return pick(None, otherwise)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Entry → sentence, without the untranslated and the uncertain ("fuzzy")."""
    path = _folder() / FOLDERS[language] / "LC_MESSAGES" / "bot.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale=FOLDERS[language])
    return {
        str(entry.id): str(entry.string)
        for entry in entries
        if entry.id and entry.string and not entry.fuzzy
    }


def _folder() -> Path:
    installed = Path(__file__).parent / "locale"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "locale"

"""Every sentence a person reads, in their language: gettext catalogues read once, no state.

The catalogue entry is the English sentence; `{name}` placeholders are filled after the look-up.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po

from bot.core.errors import Problem

Language = Literal["en", "zh", "zh-Hant"]
LANGUAGES: tuple[Language, ...] = ("en", "zh", "zh-Hant")
FOLDERS: dict[Language, str] = {"en": "en", "zh": "zh_CN", "zh-Hant": "zh_TW"}


def N_(message: str) -> str:  # noqa: N802 — gettext's own name for "extract, do not translate here"
    """Mark a sentence for the catalogues where it is not shown yet."""
    return message


def translate(message: str, language: Language, **values: object) -> str:
    """The sentence in `language`, its placeholders filled; the English one where none is known."""
    sentence = catalogue(language).get(message) or message
    return sentence.format(**values) if values else sentence


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

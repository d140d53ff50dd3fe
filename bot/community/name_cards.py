"""Names as people read them: each character explained, and why the name fits."""

from __future__ import annotations

from collections.abc import Sequence

from bot.community.namebook import Character
from bot.community.naming import Asked, ChineseName, EnglishName, spelled
from bot.community.sounds import joined
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, Language, aside, translate
from bot.translate.script import traditional

CHINESE_NAMES = N_("Three Chinese names for {name}:")
ENGLISH_NAMES = N_("Three English names for {name}:")
CHARACTER = N_("• {character} {pinyin}: {meaning}")
SURNAME = N_("• {character} {pinyin} (family name): {meaning}")
LATIN = N_("• Meaning: {meaning}")
SOUNDS_LIKE = N_("Said aloud, it sounds like {name}.")
ECHOES = N_("“{sounds}” echoes {name}.")
ECHOES_YOURS = N_("It echoes “{sounds}” in {name}.")
THEME = N_("Like {name}, {character} is about {theme}.")
THEME_YOURS = N_("Like {character} in {name}, it is about {theme}.")
MEANT = N_("Chosen for its meaning.")
THEMES = {
    "light": N_("light"),
    "wise": N_("wisdom"),
    "brave": N_("courage"),
    "kind": N_("kindness"),
    "joy": N_("joy"),
    "calm": N_("calm"),
    "nature": N_("nature"),
    "flower": N_("flowers"),
    "water": N_("water"),
    "sky": N_("the sky"),
    "noble": N_("nobility"),
    "grace": N_("grace"),
    "strong": N_("strength"),
    "love": N_("love"),
    "hope": N_("hope"),
    "pure": N_("purity"),
    "music": N_("music"),
    "gem": N_("jewels"),
    "victory": N_("victory"),
    "home": N_("home"),
}

Suggestion = ChineseName | EnglishName


def heading(asked: Asked, language: Language) -> str:
    message = CHINESE_NAMES if asked.script == "latin" else ENGLISH_NAMES
    return translate(message, language, name=written(asked.text, language))


def card(found: Suggestion, asked: Asked, language: Language) -> RichText:
    lines = [RichText.styled(title(found, language), Style.BOLD)]
    if isinstance(found, ChineseName):
        lines += [
            RichText(_character(each, CHARACTER if at else SURNAME, language))
            for at, each in enumerate(found.characters)
        ]
        reason = _why_chinese(found, asked, language)
    else:
        meaning = _meaning(found.name.en, found.name.zh, language)
        lines.append(RichText(translate(LATIN, language, meaning=meaning)))
        reason = _why_english(found, asked, language)
    return join([*lines, RichText(reason)], "\n")


def title(found: Suggestion, language: Language) -> str:
    if isinstance(found, EnglishName):
        return found.text + aside(written(found.name.written, language), language)
    return f"{shown(found, language)} {spelled(found.characters)}"


def shown(found: Suggestion, language: Language) -> str:
    """The bare name, in the reader's script."""
    if isinstance(found, EnglishName) or language != "zh-Hant":
        return found.text
    return "".join(each.traditional for each in found.characters)


def written(text: str, language: Language) -> str:
    """Chinese in the reader's script; everything else as it is."""
    return traditional(text) if language == "zh-Hant" else text


def _character(each: Character, message: str, language: Language) -> str:
    sign = each.traditional if language == "zh-Hant" else each.text
    meaning = _meaning(each.en, each.zh, language)
    return translate(message, language, character=sign, pinyin=each.pinyin, meaning=meaning)


def _meaning(en: str, zh: str, language: Language) -> str:
    return en if language == "en" else written(zh, language)


def _why_chinese(found: ChineseName, asked: Asked, language: Language) -> str:
    reasons: list[str] = []
    # Next to each other they are one sound; apart, they are two.
    sounds = " … ".join(joined(each.pinyin for each in run) for run in _runs(found))
    if len(found.echoes) == len(found.characters):
        reasons.append(translate(SOUNDS_LIKE, language, name=asked.text))
    elif sounds:
        reasons.append(translate(ECHOES, language, name=asked.text, sounds=sounds))
    return _reasons([*reasons, *_theme(THEME, found, asked, language)], language)


def _why_english(found: EnglishName, asked: Asked, language: Language) -> str:
    name, sounds = (written(each, language) for each in (asked.text, "".join(found.echoes)))
    reasons = [translate(ECHOES_YOURS, language, name=name, sounds=sounds)] if sounds else []
    return _reasons([*reasons, *_theme(THEME_YOURS, found, asked, language)], language)


def _theme(message: str, found: Suggestion, asked: Asked, language: Language) -> list[str]:
    name = written(asked.text, language)
    return [
        translate(
            message,
            language,
            name=name,
            character=written(character, language),
            theme=translate(THEMES[theme], language),
        )
        for character, theme in found.themes[:1]
    ]


def _reasons(reasons: Sequence[str], language: Language) -> str:
    return (" " if language == "en" else "").join(reasons) or translate(MEANT, language)


def _runs(found: ChineseName) -> list[list[Character]]:
    runs: list[list[Character]] = [[]]
    for each in found.characters:
        if each in found.echoes:
            runs[-1].append(each)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]

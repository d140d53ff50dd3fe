"""Words that mods type to link channels: codes, names, languages; and a guess at a language. Pure.

People copy codes by hand and from one phone to another: what is unclear in them is left out or
forgiven, and nothing they type is shown again as it came.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence

from bot.core.language import base, chinese_script, detect

LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"  # no two of which look alike
CODE_LENGTH = 8
MOST_NAME = 50  # characters

_MENTION = re.compile(r"<([@#][!&]?\d+)>")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_SPOKEN = {
    "en": ("en", "eng", "english", "英", "英文", "英语", "英語"),
    "zh": (
        *("zh", "cn", "zh-cn", "zh-hans", "zh-sg", "hans", "chinese", "mandarin"),
        *("simplified", "simplified chinese", "chinese simplified", "chinese (simplified)"),
        *(
            "中",
            "中文",
            "汉语",
            "漢語",
            "国语",
            "國語",
            "普通话",
            "简体",
            "简体中文",
            "簡體",
            "简中",
        ),
    ),
    "zh-Hant": (
        *("zh-hant", "zh-tw", "zh-hk", "zh-mo", "tw", "hk", "hant", "traditional"),
        *("traditional chinese", "chinese traditional", "chinese (traditional)"),
        *("繁体", "繁體", "繁体中文", "繁體中文", "繁中", "正體", "正體中文"),
    ),
}
_LANGUAGE_OF = {word: language for language, words in _SPOKEN.items() for word in words}


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """In two halves, as people read it out."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def clean_code(typed: str) -> str:
    """Without what does not count: case, width, spaces, hyphens, quotation marks."""
    wide = unicodedata.normalize("NFKC", typed[:200]).upper()
    return "".join(sign for sign in wide if sign.isalnum())


def clean_name(typed: str) -> str:
    """On one line, without what can't be seen, and without a mention in it; perhaps empty."""
    plain = _MENTION.sub(r"\1", unicodedata.normalize("NFC", typed))
    seen = "".join(" " if sign.isspace() else sign for sign in plain)
    kept = "".join(sign for sign in seen if unicodedata.category(sign) not in _UNSEEN)
    return " ".join(kept.split()).replace("@", "＠")


def read_language(typed: str) -> str | None:
    """The language that somebody names, by its code or its name; None for any other text."""
    words = " ".join(unicodedata.normalize("NFKC", typed[:60]).casefold().split())
    return _LANGUAGE_OF.get(words.replace("_", "-"))


def likely_language(texts: Sequence[str]) -> str | None:
    """What most of these messages are written in; None where they do not tell."""
    found = [detect(text) for text in texts]
    chinese = sum(base(one) == "zh" for one in found)
    english = sum(one == "en" for one in found)
    if chinese == english:
        return None
    if english > chinese:
        return "en"
    return "zh-Hant" if chinese_script("\n".join(texts)) == "Hant" else "zh"

"""What people who learn read under a translation: the original, and of Chinese how it is read."""

from __future__ import annotations

import asyncio

from bot.core.language import base
from bot.core.model import Translation
from bot.core.richtext import RichText
from bot.core.shield import bare
from bot.translate.pinyin import pinyin

LONGEST = 300  # characters; what is longer is left out


async def aside(text: RichText, translation: Translation) -> str:
    """`text` is the original. Empty where nothing of it is worth learning from, or it is long."""
    if {base(translation.source), base(translation.target)} != {"en", "zh"}:
        return ""
    words = " ".join(bare(text).split())
    if not words or len(words) > LONGEST:
        return ""
    if base(translation.source) == "zh":
        words = f"{words}\n{await asyncio.to_thread(pinyin, words)}"
    return words if len(words) <= LONGEST else ""

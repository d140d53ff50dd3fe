"""What the reader and the writer must agree on: marks, separators, addresses and opaque values."""

from __future__ import annotations

from bot.core.richtext import Style

MARKS: dict[Style, str] = {
    Style.BOLD: "**",
    Style.ITALIC: "*",
    Style.UNDERLINE: "__",
    Style.STRIKE: "~~",
    Style.SPOILER: "||",
}
MARK_CHARACTERS = frozenset("*_~|`")

# Keeps two marks apart that would read as one, and "@everyone" from being a mention. Invisible.
APART = "\u200b"

# Inside a masked link's address these would close the address or a style around it.
ENCODED = {"*": "%2A", "_": "%5F", "~": "%7E", "|": "%7C", "(": "%28", ")": "%29"}


def mention_value(guild: str, sigil: str, id: str) -> str:
    """`sigil` is "@", "#" or "@&". A mention is native only inside its own guild."""
    return f"discord:{guild}:{sigil}{id}"


def emoji_value(id: str, *, is_animated: bool) -> str:
    return f"discord:{'a' if is_animated else ''}:{id}"

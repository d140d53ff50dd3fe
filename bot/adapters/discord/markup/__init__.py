"""Discord's markdown and `RichText`, each made from the other. Pure: names come from the caller."""

from __future__ import annotations

from bot.adapters.discord.markup.reader import Names, to_rich
from bot.adapters.discord.markup.writer import to_markdown

__all__ = ["Names", "to_markdown", "to_rich"]

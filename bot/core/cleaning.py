"""What is heard, without what no database and no platform takes. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.core.model import Inbound
from bot.core.richtext import RichText


def clean(message: Inbound) -> Inbound:
    return replace(
        message,
        author=replace(message.author, name=_words(message.author.name)),
        text=clean_text(message.text),
        attachments=tuple(replace(a, name=_words(a.name)) for a in message.attachments),
        forwarded_from=message.forwarded_from and _words(message.forwarded_from),
    )


def clean_text(text: RichText) -> RichText:
    spans = tuple(replace(span, value=_words(span.value)) for span in text.spans)
    return RichText(_words(text.text), spans)


def _words(words: str) -> str:
    """Without what no database and no platform takes: NULs and halves of surrogate pairs."""
    if words.isascii() and "\0" not in words:
        return words
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()

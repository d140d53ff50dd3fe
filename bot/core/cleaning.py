"""What is heard, without what no database and no platform takes, or what does harm there. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.model import Inbound
from bot.core.richtext import RichText

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(message: Inbound) -> Inbound:
    return replace(
        message,
        author=replace(message.author, name=_name(message.author.name)),
        text=clean_text(message.text),
        attachments=tuple(replace(a, name=_words(a.name)) for a in message.attachments),
        forwarded_from=message.forwarded_from and _name(message.forwarded_from),
    )


def clean_text(text: RichText) -> RichText:
    spans = tuple(replace(span, value=_words(span.value)) for span in text.spans)
    return RichText(_words(text.text), spans)


def _name(name: str) -> str:
    """Without marks that would turn round the words that stand behind the name on its line."""
    return _words(_TURNS.sub("", name) or name)


def _words(words: str) -> str:
    """Without what no database and no platform takes: NULs and halves of surrogate pairs."""
    if words.isascii() and "\0" not in words:
        return words
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()

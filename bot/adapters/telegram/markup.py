"""Telegram's text with entities ↔ RichText.

Outbound text goes with an `entities` list, never as HTML or Markdown: nothing needs escaping, spans
may overlap as they like, and no text of a member's can make Telegram refuse the message.
Telegram counts UTF-16 units; RichText counts code points.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from telegram import MessageEntity

from bot.core.richtext import RichText, Span, Style

MAX_ENTITIES = 100
EXPANDABLE = "expandable"  # the value of a QUOTE that Telegram shows folded
OURS = "telegram:"  # starts the value of a mention or an emoji that means something here

_STYLES: dict[str, Style] = {
    MessageEntity.BOLD: Style.BOLD,
    MessageEntity.ITALIC: Style.ITALIC,
    MessageEntity.UNDERLINE: Style.UNDERLINE,
    MessageEntity.STRIKETHROUGH: Style.STRIKE,
    MessageEntity.SPOILER: Style.SPOILER,
    MessageEntity.CODE: Style.CODE,
    MessageEntity.PRE: Style.PRE,
    MessageEntity.TEXT_LINK: Style.LINK,
    MessageEntity.BLOCKQUOTE: Style.QUOTE,
    MessageEntity.EXPANDABLE_BLOCKQUOTE: Style.QUOTE,
    MessageEntity.MENTION: Style.MENTION,
    MessageEntity.TEXT_MENTION: Style.MENTION,
    MessageEntity.CUSTOM_EMOJI: Style.EMOJI,
}
_TYPES: dict[Style, str] = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.SMALL: "italic",
    Style.UNDERLINE: "underline",
    Style.STRIKE: "strikethrough",
    Style.SPOILER: "spoiler",
    Style.CODE: "code",
}
# What is kept first where there are too many: a lost spoiler tells, a lost link breaks.
_IMPORTANCE = {Style.SPOILER: 0, Style.LINK: 1, Style.PRE: 2, Style.CODE: 2, Style.QUOTE: 3}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def measure(text: RichText) -> int:
    """UTF-16 units, which Telegram's limits are in."""
    return units(text.text)


def units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def read(text: str | None, entities: Sequence[MessageEntity] = ()) -> RichText:
    """A message's text or caption. Links and tags that stand for themselves stay words."""
    if not text:
        return RichText()
    offsets = _offsets(text)
    spans = (_span(entity, offsets) for entity in entities if entity.type in _STYLES)
    return RichText(text, tuple(sorted(span for span in spans if span.start < span.end)))


def write(text: RichText) -> tuple[str, list[dict[str, Any]]]:
    """The text and its `entities` as the Bot API takes them."""
    words = _LONE_SURROGATE.sub("\ufffd", text.text)
    offsets = _offsets(words)
    entities = list(_entities(_most_important(text.spans), offsets, words))
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return words, entities


def pieces(text: RichText, limit: int) -> Iterator[RichText]:
    """The text in pieces of at most `limit` units, cut after a line where there is one."""
    while measure(text) > limit:
        end = bisect_left(_offsets(text.text), limit + 1) - 1
        at = text.text.rfind("\n", 1, end) + 1 or end
        yield text.cut(0, at)
        text = text.cut(at)
    if text:
        yield text


def _offsets(text: str) -> Sequence[int]:
    """The UTF-16 offset of each code point, and of the end."""
    if units(text) == len(text):
        return range(len(text) + 1)
    return list(accumulate((1 + (sign > "\uffff") for sign in text), initial=0))


def _span(entity: MessageEntity, offsets: Sequence[int]) -> Span:
    last = len(offsets) - 1
    start = bisect_left(offsets, entity.offset)
    end = bisect_left(offsets, entity.offset + entity.length)
    return Span(min(start, last), min(end, last), _STYLES[entity.type], _value(entity))


def _value(entity: MessageEntity) -> str:
    match entity.type:
        case MessageEntity.TEXT_LINK:
            return entity.url or ""
        case MessageEntity.PRE:
            return entity.language or ""
        case MessageEntity.TEXT_MENTION if entity.user:
            return f"{OURS}{entity.user.id}"
        case MessageEntity.CUSTOM_EMOJI:
            return f"{OURS}{entity.custom_emoji_id}"
        case MessageEntity.EXPANDABLE_BLOCKQUOTE:
            return EXPANDABLE
        case _:
            return ""


def _most_important(spans: tuple[Span, ...]) -> Sequence[Span]:
    if len(spans) <= MAX_ENTITIES:
        return spans
    return sorted(spans, key=lambda span: _IMPORTANCE.get(span.style, 9))[:MAX_ENTITIES]


def _entities(
    spans: Sequence[Span], offsets: Sequence[int], words: str
) -> Iterator[dict[str, Any]]:
    for span in spans:
        start, length = offsets[span.start], offsets[span.end] - offsets[span.start]
        kind = _kind(span, words)
        if kind and length:
            yield {**kind, "offset": start, "length": length}


def _kind(span: Span, words: str) -> dict[str, Any] | None:
    """The entity without its place, or None where plain words say the same."""
    match span.style:
        case Style.LINK:
            return {"type": "text_link", "url": span.value}
        case Style.PRE:
            return {"type": "pre", "language": span.value} if span.value else {"type": "pre"}
        case Style.QUOTE:
            folds = span.value == EXPANDABLE
            return {"type": "expandable_blockquote" if folds else "blockquote"}
        case Style.MENTION:
            return _mention(span, words)
        case Style.EMOJI:
            own = span.value.startswith(OURS)
            emoji = {"type": "custom_emoji", "custom_emoji_id": span.value.removeprefix(OURS)}
            return emoji if own else None
        case _:
            return {"type": _TYPES[span.style]}


def _mention(span: Span, words: str) -> dict[str, Any] | None:
    number = span.value.removeprefix(OURS)
    if number == span.value or not number.isdecimal():
        return None
    name = words[span.start : span.end]
    user = {"id": int(number), "is_bot": False, "first_name": name}
    return {"type": "text_mention", "user": user}

"""From a translated message to the native messages that show it, fitted to their destination. Pure.

The same message renders the same way every time: after a crash the parts that arrived are told
from those that did not by their number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.model import Author, Button, File, MessageId, Part, Translation
from bot.core.ports import Capabilities
from bot.core.richtext import RichText, Style, join

EXCERPT = 80  # characters of a quoted message
_BREAKS = ("\n\n", "\n", "。", "！", "？", ". ", "! ", "? ", "；", "，", "; ", ", ", " ")
_ATOMS = {Style.EMOJI, Style.MENTION}  # half a name means nothing
_ENDS_A_SPOILER = {Style.SPOILER, Style.CODE, Style.PRE, Style.QUOTE}  # on one platform or another
_ZWJ = "\u200d"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))  # England's flag: a black one and its letters
_LONGEST_CHARACTER = 64  # code points


@dataclass(frozen=True, slots=True)
class Quote:
    """What is replied to, for a destination that can't reply natively."""

    author: str
    text: RichText
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """All that the reader of one destination is to get. `notes` are small lines after the text."""

    author: Author
    text: RichText
    notes: tuple[str, ...] = ()
    aside: str = ""  # the original words, hidden until tapped; left out where there is no room
    heading: str = ""  # "Forwarded from …"
    quote: Quote | None = None
    reply_to: str | None = None
    files: tuple[File, ...] = ()
    original: RichText | None = None
    translation: Translation | None = None
    ref: MessageId | None = None
    is_plain: bool = False  # without the author's picture
    shows_original: bool = False  # under a spoiler, where there is a translation
    buttons: tuple[Button, ...] = ()  # under the last of the words


def render(said: Said, can: Capabilities) -> list[Part]:
    """The parts, in order; at least one."""
    body = _with_aside(_body(said, named=not can.shows_authors), said, can)
    chunks = [list(said.files[i : i + can.files_per_part]) for i in _starts(said.files, can)]
    has_caption = _is_caption(body, said, can)
    texts = [body] if has_caption else split(body, can.text_limit, can)
    first_limit = can.caption_limit if has_caption else can.text_limit
    texts = _with_original(texts, _original(said), first_limit, can)
    parts: list[tuple[RichText, Sequence[File]]] = [(text, ()) for text in texts if text]
    if has_caption:
        parts[:1] = [(texts[0], chunks.pop(0))]
    last_words = max(0, len(parts) - 1)
    parts += [(_caption(said, can), chunk) for chunk in chunks]
    return [
        Part(
            text=text,
            author=said.author,
            reply_to=said.reply_to if number == 0 else None,
            files=tuple(files),
            original=said.original if number == 0 else None,
            translation=said.translation if number == 0 else None,
            origins=_origins([said]),
            is_plain=said.is_plain,
            buttons=said.buttons if number == last_words else (),
            is_further=number > last_words,
        )
        for number, (text, files) in enumerate(parts or [(RichText("…"), ())])
    ]


def bundle(several: Sequence[Said], can: Capabilities) -> Part | None:
    """Consecutive texts as one message; None where they don't fit in one.

    A name stands once above what its owner said in a row.
    """
    alone = len({said.author.person for said in several}) == 1
    text, speaker = RichText(), None
    for said in several:
        named = not (can.shows_authors and alone) and said.author.person != speaker
        separator = "\n\n" if named else "\n"
        shown = join([one for one in (_body(said, named=named), _original(said)) if one], "\n")
        text = (text + separator if text else text) + shown
        speaker = said.author.person
    if not text or can.measure(text) > can.text_limit:
        return None
    author = several[0].author if alone else None
    return Part(
        text=text,
        author=author,
        origins=_origins(several),
        is_plain=several[0].is_plain,
        buttons=next((said.buttons for said in several if said.buttons), ()),
    )


def _origins(several: Sequence[Said]) -> tuple[MessageId, ...]:
    return tuple(said.ref for said in several if said.ref is not None)


def excerpt(text: RichText, limit: int = EXCERPT) -> RichText:
    """The beginning on one line, spoilers hidden."""
    shown = text.text
    for span in text.spans:
        if span.style is Style.SPOILER:
            shown = shown[: span.start] + "█" * (span.end - span.start) + shown[span.end :]
    line = re.sub(r"\s+", " ", shown).strip()
    if len(line) <= limit:
        return RichText(line)
    return RichText(line[: _whole(line, limit - 1)].rstrip() + "…")


def split(text: RichText, limit: int, can: Capabilities) -> list[RichText]:
    """Pieces that each measure at most `limit`, cut at the best break near each end."""
    pieces: list[RichText] = []
    rest = text
    while can.measure(rest) > limit:
        longest = _longest_prefix(rest, limit, can)
        end = _break_before(rest, longest)
        pieces.append(rest.cut(0, end).stripped())
        rest = rest.cut(end).stripped()
    return [piece for piece in (*pieces, rest) if piece]


def _with_aside(body: RichText, said: Said, can: Capabilities) -> RichText:
    """Never another part for it, nor another place: with the words it is one, or it is not there.

    So a message has the same parts whether somebody learns there or not.
    """
    if not said.aside:
        return body
    whole = join([body, RichText.styled(said.aside, Style.SPOILER)], "\n")
    limit = can.caption_limit if _is_caption(body, said, can) else can.text_limit
    return whole if can.measure(whole) <= limit else body


def _is_caption(body: RichText, said: Said, can: Capabilities) -> bool:
    """Whether the words stand under the first file; else they are a message before it."""
    if not said.files or (can.albums and said.buttons and len(said.files) > can.files_per_part):
        return False
    return can.measure(body) <= can.caption_limit


def _body(said: Said, *, named: bool) -> RichText:
    lines: list[RichText] = []
    if named:
        lines.append(RichText.styled(said.author.name, Style.BOLD))
    if said.quote:
        lines.append(_quote_line(said.quote))
    if said.heading:
        lines.append(RichText.styled(said.heading, Style.SMALL))
    if said.text:
        lines.append(said.text)
    lines += [RichText.styled(note, Style.SMALL) for note in said.notes]
    return join(lines, "\n")


def _original(said: Said) -> RichText:
    """What was written, hidden as a whole: a spoiler inside it would end that early."""
    if not said.shows_original or said.original is None:
        return RichText()
    kept = tuple(one for one in said.original.spans if one.style not in _ENDS_A_SPOILER)
    return RichText(said.original.text, kept).wrapped(Style.SPOILER)


def _with_original(
    texts: list[RichText], original: RichText, limit: int, can: Capabilities
) -> list[RichText]:
    """It stands below the last text, which may measure `limit`, or follows in texts of its own."""
    if not original:
        return texts
    together = join([*texts[-1:], original], "\n")
    if can.measure(together) <= limit:
        return [*texts[:-1], together]
    return [*texts, *split(original, can.text_limit, can)]


def _caption(said: Said, can: Capabilities) -> RichText:
    if can.shows_authors:
        return RichText()
    return RichText.styled(said.author.name, Style.BOLD)


def _quote_line(quote: Quote) -> RichText:
    who = RichText(f"↩ {quote.author}")
    if quote.link:
        who = who.wrapped(Style.LINK, quote.link)
    shown = excerpt(quote.text)
    line = who + ": " + shown if shown else who
    return line.wrapped(Style.SMALL)


def _starts(files: Sequence[File], can: Capabilities) -> range:
    return range(0, len(files), can.files_per_part)


def _longest_prefix(text: RichText, limit: int, can: Capabilities) -> int:
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if can.measure(text.cut(0, middle)) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _break_before(text: RichText, end: int) -> int:
    """The best place to cut in the last two fifths before `end`; `end` itself where there is none.

    Never inside what is one sign to its reader.
    """
    for mark in _BREAKS:
        at = text.text.rfind(mark, end * 3 // 5, end)
        if at > 0:
            return _whole(text.text, at + len(mark))
    for span in text.spans:
        if span.style in _ATOMS and 0 < span.start < end < span.end:
            return span.start
    return _whole(text.text, end)


def _whole(text: str, end: int) -> int:
    """`end`, or the place shortly before it that has all of a joined character on one side.

    Nobody joins more than a few dozen code points but to make trouble: those are cut anywhere.
    """
    for at in range(end, max(0, end - _LONGEST_CHARACTER), -1):
        if not _is_inside_character(text, at):
            return at
    return end


def _is_inside_character(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _ZWJ in (before, after) or after in _TAGS or after in _SKIN_TONES:
        return True
    if before in _FLAG_LETTERS and after in _FLAG_LETTERS:  # they stand in pairs
        start = at
        while start > 0 and text[start - 1] in _FLAG_LETTERS:
            start -= 1
        return (at - start) % 2 == 1
    return unicodedata.category(after) in {"Mn", "Me", "Mc"}

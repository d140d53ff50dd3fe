"""`RichText` → Discord's markdown, such that Discord's client shows exactly that text and style.

Blocks (quotes, small print) own whole lines; every other style nests inside a line's block.
"""

from __future__ import annotations

import re

from bot.adapters.discord.markup.shape import ATOMS, shaped, without_edges
from bot.adapters.discord.markup.tokens import APART, ENCODED, MARK_CHARACTERS, MARKS
from bot.core.richtext import RichText, Span, Style

_RISKY = re.compile(r"[\\*_~|`<\[#>@+-]|\d\.|://")
_ESCAPED = re.compile(r"[\\*_~|`<\[]")
_ESCAPED_IN_LABEL = re.compile(r"[\\*_~|`<\[\]]")
_LINE_START = re.compile(r"^( *)(?:(?=#{1,3}\s|-#?\s|\+\s|>)|(\d+)(?=\.\s))", re.MULTILINE)
_PING = re.compile(r"@(?=everyone|here)")
_ENDS_ADDRESS = r"\s<>\\`|，。！？；：、（）【】《》「」『』“”‘’…"
_ADDRESS = re.compile(rf"https?://[^{_ENDS_ADDRESS}]*[^{_ENDS_ADDRESS}.,:;\"')\]!?*_~]")
_BARE_SCHEME = re.compile(r"(?<=http:)//|(?<=https:)//")
_LOOSE_END = re.compile(r"[.,:;\"')\]!?]*(?:\s|$)")
_IS_LINKABLE = re.compile(r"https?://[^\s<>\\`]+")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+\-.#]+")
_EMOJI_NAME = re.compile(r":(\w{2,32}):")
_TICKS = re.compile(r"`(?=`)")


def to_markdown(rich: RichText, *, guild: str = "") -> str:
    """`guild`: where it will be shown; mentions of another guild's people become plain names."""
    if not rich.spans and _RISKY.search(rich.text) is None:
        return rich.text
    return _Writer(guild).document(shaped(rich))


class _Writer:
    def __init__(self, guild: str) -> None:
        self.guild = guild

    def document(self, rich: RichText) -> str:
        blocks: list[str] = []
        at = 0
        for quote in [s for s in rich.spans if s.style is Style.QUOTE]:
            blocks.append(self.lines(rich.cut(at, quote.start)))
            inner = _without(rich.cut(quote.start, quote.end), Style.QUOTE)
            blocks.append("> " + self.lines(inner).replace("\n", "\n> "))
            at = quote.end
        blocks.append(self.lines(rich.cut(at)))
        return "".join(blocks)

    def lines(self, rich: RichText) -> str:
        """`rich` begins at a line's start."""
        written: list[str] = []
        at = 0
        for small in [s for s in rich.spans if s.style is Style.SMALL]:
            written.append(self.inline(rich.cut(at, small.start), is_line_start=True))
            inner = _without(rich.cut(small.start, small.end), Style.SMALL)
            written.append("-# " + self.inline(inner, is_line_start=True))
            at = small.end
        written.append(self.inline(rich.cut(at), is_line_start=at == 0))
        return "".join(written)

    def inline(
        self, rich: RichText, *, is_line_start: bool, within: frozenset[Style] = frozenset()
    ) -> str:
        written = ""
        at = 0
        while at < len(rich):
            span = _outermost(rich, at)
            stop = span.end if span else _next_start(rich, at)
            piece = rich.cut(at, stop)
            starts_line = _starts_line(rich.text[:at], is_line_start)
            if span is None:
                is_followed = stop < len(rich)
                new = _plain(piece.text, starts_line, within, is_followed=is_followed)
            else:
                new = self.styled(piece, span, starts_line, within)
            written = _joined(written, new)
            at = stop
        return written

    def styled(
        self, rich: RichText, span: Span, is_line_start: bool, within: frozenset[Style]
    ) -> str:
        if span.style in ATOMS:
            return self.atom(rich.text, span, is_line_start, within)
        spans = [s for s in rich.spans if (s.style, s.value) != (span.style, span.value)]
        lead, core, trail = without_edges(RichText(rich.text, tuple(spans)))
        if not core:
            return rich.text
        starts_line = _starts_line(lead, is_line_start)
        inner = self.inline(core, is_line_start=starts_line, within=within | {span.style})
        return lead + _wrapped(inner, span, within) + trail

    def atom(self, text: str, span: Span, is_line_start: bool, within: frozenset[Style]) -> str:
        if span.style is Style.CODE:
            return _code(text, is_in_spoiler=Style.SPOILER in within)
        if span.style is Style.PRE:
            return _fenced(text, span.value, is_in_spoiler=Style.SPOILER in within)
        native = self.native(text, span)
        return native or _plain(text, is_line_start, within, is_followed=False)

    def native(self, text: str, span: Span) -> str | None:
        platform, _, rest = span.value.partition(":")
        if platform != "discord":
            return None
        where, _, native = rest.partition(":")
        if span.style is Style.MENTION:
            return f"<{native}>" if where == self.guild else None
        name = _EMOJI_NAME.fullmatch(text)
        return f"<{where}:{name[1]}:{native}>" if name else None


def _without(rich: RichText, style: Style) -> RichText:
    return RichText(rich.text, tuple(span for span in rich.spans if span.style is not style))


def _outermost(rich: RichText, at: int) -> Span | None:
    """Of the spans that cover `at`, the one that goes furthest; what holds no other comes last."""
    covering = [span for span in rich.spans if span.start <= at < span.end]
    return max(covering, key=lambda s: (s.style not in ATOMS, s.end), default=None)


def _next_start(rich: RichText, at: int) -> int:
    return min((span.start for span in rich.spans if span.start > at), default=len(rich))


def _starts_line(before: str, otherwise: bool) -> bool:
    line = before.rpartition("\n")
    return not line[2].strip(" ") and (bool(line[1]) or otherwise)


def _joined(left: str, right: str) -> str:
    return left + APART + right if _collide(left, right) else left + right


def _collide(left: str, right: str) -> bool:
    if not left or not right:
        return False
    ends, begins = left[-1], right[0]
    return (ends == begins and ends in MARK_CHARACTERS) or (ends == "~" and begins == "_")


def _wrapped(inner: str, span: Span, within: frozenset[Style]) -> str:
    if span.style is Style.LINK:
        return _link(inner, span.value, within)
    mark = MARKS[span.style]
    return _joined(_joined(mark, inner), mark)


def _link(label: str, address: str, within: frozenset[Style]) -> str:
    if Style.LINK in within or not _IS_LINKABLE.fullmatch(address):
        return label
    safe = "".join(ENCODED.get(character, character) for character in address)
    return f"[{label}]({safe})"


def _plain(text: str, is_line_start: bool, within: frozenset[Style], *, is_followed: bool) -> str:
    """`is_followed`: something else comes right after, on the same line."""
    written: list[str] = []
    at = 0
    for address in () if Style.LINK in within else _ADDRESS.finditer(text):
        starts_line = _starts_line(text[:at], is_line_start)
        written.append(_escaped(text[at : address.start()], starts_line, within))
        rest = text[address.end() :] + ("x" if is_followed else "")
        is_apart = _LOOSE_END.match(rest) is not None
        written.append(address[0] if is_apart else f"<{address[0]}>")
        at = address.end()
    written.append(_escaped(text[at:], _starts_line(text[:at], is_line_start), within))
    return "".join(written)


def _escaped(text: str, is_line_start: bool, within: frozenset[Style]) -> str:
    pattern = _ESCAPED_IN_LABEL if Style.LINK in within else _ESCAPED
    escaped = _BARE_SCHEME.sub(r"\\/\\/", pattern.sub(r"\\\g<0>", text))
    escaped = _PING.sub(f"@{APART}", escaped)
    head, feed, tail = escaped.partition("\n")
    if is_line_start:
        return _LINE_START.sub(_escape_line_start, escaped)
    return head + feed + _LINE_START.sub(_escape_line_start, tail)


def _escape_line_start(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2] or ''}\\"


def _torn(content: str, *, is_in_spoiler: bool) -> str:
    torn = _TICKS.sub(f"`{APART}", content)
    return re.sub(r"\|(?=\|)", f"|{APART}", torn) if is_in_spoiler else torn


def _code(content: str, *, is_in_spoiler: bool) -> str:
    torn = _torn(content, is_in_spoiler=is_in_spoiler)
    if "`" not in torn:
        return f"`{torn}`"
    before = " " if torn.lstrip(" ").startswith("`") else ""
    after = " " if torn.rstrip(" ").endswith("`") else ""
    return f"``{before}{torn}{after}``"


def _fenced(content: str, language: str, *, is_in_spoiler: bool) -> str:
    torn = _torn(content, is_in_spoiler=is_in_spoiler)
    known = language if _LANGUAGE.fullmatch(language) else ""
    return f"```{known}\n{torn}\n```"

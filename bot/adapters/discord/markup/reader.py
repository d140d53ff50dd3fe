"""Discord's markdown → `RichText`, by the rules of Discord's own client.

The patterns are those of simple-markdown as Discord configures it: where two could match, the
longer one wins, then italic over bold. Everything that is no markup stays as it was written.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol

from bot.adapters.discord.markup.tokens import (
    APART,
    ENCODED,
    MARK_CHARACTERS,
    emoji_value,
    mention_value,
)
from bot.core.richtext import RichText, Span, Style


class Names(Protocol):
    """What ids are called where the message was written; None where unknown."""

    @property
    def guild(self) -> str: ...

    def user(self, id: str) -> str | None: ...
    def channel(self, id: str) -> str | None: ...
    def role(self, id: str) -> str | None: ...


_SPECIAL = re.compile(r"[\\*_~|`<\[\u200b]|https?://|(?m:^) *(?:>|-#|#{1,3} )")
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_FENCE = re.compile(r"```(?:([A-Za-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```")
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_PADDING = re.compile(r"^ (?= *`)|(` *) $")
_ITALIC = re.compile(
    r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"
    r"|_((?:__|\\[\s\S]|[^\\_])+?)_(?![0-9A-Za-z_])"
)
_PAIRS: dict[str, tuple[tuple[Style, re.Pattern[str]], ...]] = {
    "*": (
        (Style.ITALIC, _ITALIC),
        (Style.BOLD, re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ),
    "_": (
        (Style.ITALIC, _ITALIC),
        (Style.UNDERLINE, re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ),
    "~": ((Style.STRIKE, re.compile(r"~~([\s\S]+?)~~(?!_)")),),
    "|": ((Style.SPOILER, re.compile(r"\|\|([\s\S]+?)\|\|")),),
}
_LINK = re.compile(
    r"\[((?:\\.|\[[^\]]*\]|[^\[\]\\])+)\]"
    r"\(\s*<?(https?://(?:\([^)\s]*\)|[^\s()<>])+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_ADDRESS = re.compile(r"https?://[^\s<]+")
_TOKEN = re.compile(
    r"<(?:(?P<sigil>@&|@|#)!?(?P<id>\d+)"
    r"|(?P<animated>a?):(?P<emoji>\w+):(?P<emoji_id>\d+)"
    r"|t:(?P<time>-?\d{1,12})(?::[tTdDfFRsS])?"
    r"|/(?P<command>[^:>\n]+):\d+"
    r"|id:(?P<place>\w+)"
    r"|(?P<address>https?://[^\s<>]+))>"
)
_QUOTE = re.compile(r" *>(?!>>) +[^\n]*(?:\n *>(?!>>) +[^\n]*)*|( *>>> +)[\s\S]*")
_QUOTE_PREFIX = re.compile(r"^ *>(?:>> +| ?)", re.MULTILINE)
_SMALL = re.compile(r" *-# +([^\n]+)")
_HEADING = re.compile(r" *#{1,3} +([^\n]+)")
_TORN_CODE = re.compile(rf"([`|]){APART}(?=\1)")
_TORN_PING = re.compile(rf"@{APART}(?=everyone|here)")
_DECODED = {code: character for character, code in ENCODED.items()}
_ENCODED = re.compile("|".join(_DECODED))


def to_rich(content: str, names: Names) -> RichText:
    if _SPECIAL.search(content) is None:
        return RichText(content)
    reader = _Reader(names)
    reader.read(_TORN_PING.sub("@", content), is_block=True)
    return RichText("".join(reader.words), tuple(sorted(reader.spans, key=_outermost_first)))


def _outermost_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end


class _Reader:
    """The text so far; every rule consumes some markdown and answers where it stopped."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.words: list[str] = []
        self.spans: list[Span] = []
        self.at = 0
        self.within: list[Style] = []

    def read(self, source: str, *, is_block: bool = False) -> None:
        """`is_block`: lines may begin a quote, small print or a heading; in a style they don't."""
        position = 0
        while (found := _SPECIAL.search(source, position)) is not None:
            start = found.start()
            self.say(source[position:start])
            position = self.rule(source, start, is_block)
        self.say(source[position:])

    def rule(self, source: str, start: int, is_block: bool) -> int:
        if is_block and (start == 0 or source[start - 1] == "\n"):
            stop = self.block(source, start)
            if stop:
                return stop
        character = source[start]
        if character in _PAIRS:
            stop = self.pair(source, start)
        elif character in _RULES:
            stop = _RULES[character](self, source, start)
        else:
            stop = 0
        if not stop:
            self.say(character)
        return stop or start + 1

    def say(self, text: str) -> None:
        if text:
            self.words.append(text)
            self.at += len(text)

    def styled(self, text: str, style: Style, value: str = "") -> None:
        self.spans.append(Span(self.at, self.at + len(text), style, value))
        self.say(text)

    def nest(self, source: str, style: Style, value: str = "", *, is_block: bool = False) -> None:
        start = self.at
        self.within.append(style)
        self.read(source, is_block=is_block)
        self.within.pop()
        if self.at > start:
            self.spans.append(Span(start, self.at, style, value))

    def block(self, source: str, start: int) -> int:
        if line := _SMALL.match(source, start):
            self.nest(line[1], Style.SMALL)
        elif line := _HEADING.match(source, start):
            self.nest(line[1], Style.BOLD)
        elif Style.QUOTE not in self.within and (line := _QUOTE.match(source, start)):
            body = _QUOTE_PREFIX.sub("", line[0], count=1 if line[1] else 0)
            self.nest(body, Style.QUOTE, is_block=True)
        return line.end() if line else 0

    def pair(self, source: str, start: int) -> int:
        found = [
            (match, style)
            for style, pattern in _PAIRS[source[start]]
            if style not in self.within and (match := pattern.match(source, start))
        ]
        if not found:
            return 0
        match, style = max(found, key=lambda candidate: candidate[0].end())
        self.nest(match[match.lastindex or 1], style)
        return match.end()

    def escape(self, source: str, start: int) -> int:
        match = _ESCAPE.match(source, start)
        self.say(match[1] if match else "")
        return match.end() if match else 0

    def code(self, source: str, start: int) -> int:
        if match := _FENCE.match(source, start):
            self.styled(_TORN_CODE.sub(r"\1", match[2]), Style.PRE, match[1] or "")
        elif match := _CODE.match(source, start):
            content = _PADDING.sub(r"\1", match[2])
            self.styled(_TORN_CODE.sub(r"\1", content), Style.CODE)
        return match.end() if match else 0

    def link(self, source: str, start: int) -> int:
        match = _LINK.match(source, start)
        if match is None or Style.LINK in self.within:
            return 0
        address = _ENCODED.sub(lambda code: _DECODED[code[0]], match[2])
        self.nest(match[1], Style.LINK, address)
        return match.end()

    def address(self, source: str, start: int) -> int:
        match = _ADDRESS.match(source, start)
        self.say(match[0] if match else "")
        return match.end() if match else 0

    def separator(self, source: str, start: int) -> int:
        """A separator of ours stands between two marks, or between a mark and a style's edge."""
        around = source[start - 1 : start], source[start + 1 : start + 2]
        is_nested = bool(self.within)
        is_ours = all(one in MARK_CHARACTERS if one else is_nested for one in around)
        return start + 1 if is_ours else 0

    def token(self, source: str, start: int) -> int:
        match = _TOKEN.match(source, start)
        if match is None:
            return 0
        if match["sigil"]:
            self.mention(match["sigil"], match["id"])
        elif match["emoji"]:
            value = emoji_value(match["emoji_id"], is_animated=bool(match["animated"]))
            self.styled(f":{match['emoji']}:", Style.EMOJI, value)
        elif match["time"]:
            self.say(_readable(int(match["time"])))
        else:
            self.say(match["address"] or match["place"] or f"/{match['command']}")
        return match.end()

    def mention(self, sigil: str, id: str) -> None:
        look_up = {"@": self.names.user, "#": self.names.channel, "@&": self.names.role}[sigil]
        name = look_up(id) or "unknown"
        value = mention_value(self.names.guild, sigil, id)
        self.styled(f"{sigil[0]}{name}", Style.MENTION, value)


_RULES = {
    "\\": _Reader.escape,
    "`": _Reader.code,
    "[": _Reader.link,
    "<": _Reader.token,
    "h": _Reader.address,
    APART: _Reader.separator,
}
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def _readable(seconds: int) -> str:
    within = max(_FIRST.timestamp(), min(seconds, _LAST.timestamp()))
    return datetime.fromtimestamp(within, UTC).strftime("%Y-%m-%d %H:%M UTC")

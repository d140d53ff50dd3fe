"""Formatted text as Telegram reads it: parse_mode HTML and entities, offsets in UTF-16 units."""

import re
from dataclasses import dataclass
from typing import NoReturn

from .errors import Json, bad

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
# Telegram knows these four names; any other, &nbsp; for one, stays as it was written.
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_SPACES = " \t\r\n\v"
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


def utf16(text: str) -> int:
    """The length of `text` in UTF-16 units: outside the basic plane a character is two."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le")
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


@dataclass(slots=True)
class _Tag:
    name: str
    argument: str
    offset: int
    begin: int


def _unescape(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        hexadecimal, decimal, name = found.groups()
        if name:
            return _NAMED[name]
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            return found[0]
        return chr(code)

    return _REFERENCE.sub(character, text) if "&" in text else text


class _HtmlParser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.parts: list[str] = []
        self.offset = 0
        self.open: list[_Tag] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        source = self.source
        while self.position < len(source):
            begin = source.find("<", self.position)
            self._write(source[self.position : begin if begin >= 0 else len(source)])
            if begin < 0:
                break
            if source.startswith("/", begin + 1):
                self._end_tag(begin)
            else:
                self._start_tag(begin)
        if self.open:
            name = self.open[-1].name
            raise bad(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\""
            )
        return "".join(self.parts), self.entities

    def _write(self, piece: str) -> None:
        plain = _unescape(piece)
        self.parts.append(plain)
        self.offset += utf16(plain)

    def _fail(self, problem: str, begin: int, after: str = "") -> NoReturn:
        at = len(self.source[:begin].encode())
        raise bad(f"can't parse entities: {problem} at byte offset {at}{after}")

    def _end_of_name(self, begin: int) -> int:
        end = begin
        while end < len(self.source) and self.source[end] not in _SPACES + ">":
            end += 1
        return end

    def _skip_spaces(self, at: int) -> int:
        while at < len(self.source) and self.source[at] in _SPACES:
            at += 1
        return at

    def _start_tag(self, begin: int) -> None:
        at = self._end_of_name(begin + 1)
        name = self.source[begin + 1 : at].lower()
        if at == len(self.source):
            self._fail("Unclosed start tag", begin)
        if name not in _TYPES:
            self._fail(f'Unsupported start tag "{name}"', begin)
        argument = ""
        while True:
            at = self._skip_spaces(at)
            if at >= len(self.source):
                self._fail(f'Unclosed start tag "{name}"', begin)
            if self.source[at] == ">":
                break
            at, attribute, value = self._attribute(at, name, begin)
            argument = _argument(name, attribute, value) or argument
        if name == "span" and argument != "spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Tag(name, argument, self.offset, len(self.parts)))
        self.position = at + 1

    def _attribute(self, at: int, tag: str, begin: int) -> tuple[int, str, str]:
        start = at
        while at < len(self.source) and self.source[at] not in _SPACES + "=>/\"'":
            at += 1
        attribute = self.source[start:at]
        if not attribute:
            self._fail(f'Empty attribute name in the tag "{tag}"', begin)
        at = self._skip_spaces(at)
        if not self.source.startswith("=", at):
            return at, attribute, ""
        at = self._skip_spaces(at + 1)
        quote = self.source[at : at + 1]
        if quote in ("'", '"'):
            end = self.source.find(quote, at + 1)
            if end < 0:
                self._fail("Unclosed start tag", begin)
            return end + 1, attribute, _unescape(self.source[at + 1 : end])
        token = _NAME_TOKEN.match(self.source, at)
        end = token.end() if token else at
        if end < len(self.source) and self.source[end] not in _SPACES + ">":
            self._fail("Unexpected end of name token", at)
        return end, attribute, self.source[at:end].lower()

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            self._fail("Unexpected end tag", begin)
        at = self._end_of_name(begin + 2)
        name = self.source[begin + 2 : at].lower()
        at = self._skip_spaces(at)
        if not self.source.startswith(">", at):
            self._fail("Unclosed end tag", begin)
        tag = self.open.pop()
        if name and name != tag.name:
            self._fail("Unmatched end tag", begin, f', expected "</{tag.name}>", found "</{name}>"')
        if self.offset > tag.offset:
            self._close(tag)
        self.position = at + 1

    def _close(self, tag: _Tag) -> None:
        entity: Json = {
            "type": _TYPES[tag.name],
            "offset": tag.offset,
            "length": self.offset - tag.offset,
        }
        match tag.name:
            case "a":
                url = tag.argument or "".join(self.parts[tag.begin :])
                if not (url := _checked_link(url)):
                    return
                entity["url"] = url
            case "tg-emoji":
                entity["custom_emoji_id"] = tag.argument
            case "blockquote" if tag.argument:
                entity["type"] = "expandable_blockquote"
            case "pre" if self._is_inside(entity, "code"):
                self.entities[-1]["type"] = "pre"
                return
            case "code":
                entity["language"] = tag.argument
        self.entities.append(entity)

    def _is_inside(self, entity: Json, kind: str) -> bool:
        if not self.entities:
            return False
        last = self.entities[-1]
        return (
            last["type"] == kind
            and last["offset"] == entity["offset"]
            and last["length"] == entity["length"]
        )


def _argument(tag: str, attribute: str, value: str) -> str:
    match tag, attribute:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case "code", "class":
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span", "class":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
        case "blockquote", "expandable":
            return "expandable"
    return ""


def _checked_link(url: str) -> str:
    """`url` with a scheme and a path, or nothing: Telegram silently drops links it can't use."""
    if url.startswith("tg://"):
        return url
    if not re.match(r"https?://", url, re.IGNORECASE):
        url = "http://" + url
    host, slash, path = url.partition("://")[2].partition("/")
    if not re.fullmatch(r"[^\s/?#]+\.[^\s/?#.]{2,}(:\d+)?(?:[?#]\S*)?|[\d.]+(:\d+)?", host):
        return ""
    return url if slash or path or "?" in host or "#" in host else url + "/"


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of a parse_mode HTML string, or the error Telegram would give."""
    text, entities = _HtmlParser(source).parse()
    for entity in entities:
        if entity["type"] == "code" or not entity.get("language"):
            entity.pop("language", None)
    return text, entities

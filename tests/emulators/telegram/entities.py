"""Entities a client sends: checked against the text; and those that Telegram finds by itself."""

import re

from .errors import Json, bad
from .markup import parse_html, utf16

_STYLES = {
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
}
_KEPT = _STYLES | {"code", "pre", "text_link", "text_mention", "custom_emoji"}
_FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
_AUTOMATIC = re.compile(
    r"""
      (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<url>https?://[^\s<>"“”，。！？、（）《》]+
        |(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|cn|me|dev|app|tv|co|uk|ai)\b(?:/[^\s<>"]*)?)
    | (?<!\w)(?P<mention>@[a-zA-Z]\w{3,31})\b
    | (?<!\w)(?P<cashtag>\$[A-Z]{3,8})\b
    | (?<![\w/<>])(?P<bot_command>/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{2,31})?)(?![\w/])
    """,
    re.VERBOSE | re.ASCII,
)
_HASHTAG = re.compile(r"(?<![\w/&])#(?=\w*[^\W\d])\w{1,256}")
_USER_LINK = re.compile(r"tg://user/?\?id=(\d{1,18})")
_SIGNS = re.compile(r"[@#/$.:]")


def formatted(
    source: str, parse_mode: str | None, given: list[Json] | None, users: dict[int, Json]
) -> Json:
    """`{"text", "entities"}` of what a bot sends, trimmed as Telegram trims it.

    Links to one of `users` become mentions of them; links to anybody else vanish.

    Raises the Bad Request that Telegram answers for broken markup or offsets.
    """
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad("unsupported parse_mode")
        text, entities = parse_html(source)
    else:
        text, entities = source, checked(source, given or [])
    return trimmed(text, [one for entity in entities if (one := _person(entity, users))])


def _person(entity: Json, users: dict[int, Json]) -> Json | None:
    if entity["type"] == "text_mention":
        if entity["user"]["id"] not in users:
            raise bad("user not found")
        return entity | {"user": users[entity["user"]["id"]]}
    linked = _USER_LINK.fullmatch(entity.get("url", ""))
    if linked is None:
        return entity
    user = users.get(int(linked[1]))
    place = {"offset": entity["offset"], "length": entity["length"]}
    return {"type": "text_mention", **place, "user": user} if user else None


def checked(text: str, given: list[Json], *, keep_found: bool = False) -> list[Json]:
    """The entities a client may set, in order; offsets that do not fit the text are refused.

    Those that Telegram finds by itself are dropped unless `keep_found`.
    """
    if not given:
        return []
    size = utf16(text)
    inside = _surrogate_middles(text)
    wanted = _KEPT | _FOUND if keep_found else _KEPT
    kept: list[Json] = []
    for entity in sorted(given, key=lambda one: (one["offset"], -one["length"])):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in _KEPT | _FOUND:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        if start >= size and entity["length"] > 0:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > size:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text "
                f"at UTF-16 offset {end}"
            )
        if start in inside:
            raise bad(
                f"entity begins in a middle of a UTF-16 symbol at byte offset {inside[start]}"
            )
        if end in inside:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol "
                f"at byte offset {inside[end]}"
            )
        if entity["length"] > 0 and entity["type"] in wanted:
            kept.append({key: value for key, value in entity.items() if value is not None})
    return kept


def _surrogate_middles(text: str) -> dict[int, int]:
    middles: dict[int, int] = {}
    if text.isascii():
        return middles
    unit = byte = 0
    for character in text:
        if character > "\uffff":
            middles[unit + 1] = byte
            unit += 1
        unit += 1
        byte += len(character.encode("utf-8", "surrogatepass"))
    return middles


def trimmed(text: str, entities: list[Json]) -> Json:
    """Without blanks at the end and, up to the first entity, at the start."""
    end = text.rstrip(" \n\t\r")
    first = min((entity["offset"] for entity in entities), default=len(end))
    lead = 0
    while lead < min(first, len(end)) and end[lead] in " \n":
        lead += 1
    kept = end[lead:]
    size = utf16(kept)
    moved: list[Json] = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        offset = entity["offset"] - lead
        length = min(entity["length"], size - offset)
        if length > 0:
            moved.append({**entity, "offset": offset, "length": length})
    return {"text": kept, "entities": with_found(kept, moved)}


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """`entities` plus links, mentions, tags and commands that Telegram marks by itself."""
    if not _SIGNS.search(text):
        return entities
    solid = [
        (one["offset"], one["offset"] + one["length"])
        for one in entities
        if one["type"] not in _STYLES
    ]
    found: list[Json] = []
    for kind, start, end in _automatic(text):
        offset = start if text.isascii() else utf16(text[:start])
        length = utf16(text[start:end])
        if all(offset >= right or offset + length <= left for left, right in solid):
            found.append({"type": kind, "offset": offset, "length": length})
            solid.append((offset, offset + length))
    if not found:
        return entities
    return sorted([*entities, *found], key=lambda one: (one["offset"], -one["length"]))


def _automatic(text: str) -> list[tuple[str, int, int]]:
    spans: list[tuple[str, int, int]] = []
    for match in _AUTOMATIC.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span()
        if kind == "url":
            end = start + len(text[start:end].rstrip(".,;:!?'\")]}"))
        spans.append((kind, start, end))
    spans.extend(("hashtag", *match.span()) for match in _HASHTAG.finditer(text))
    return spans

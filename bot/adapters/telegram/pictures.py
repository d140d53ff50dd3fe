"""How large a picture is, from its first bytes: Telegram shows none that is larger or longer."""

from __future__ import annotations

import struct
from collections.abc import Iterator

PHOTO_LIMIT = 10_000_000  # bytes
SIDES_LIMIT = 10_000  # pixels, width and height together
RATIO_LIMIT = 20

_PNG = b"\x89PNG\r\n\x1a\n"
_SEGMENT = 0xFF
_SEGMENTS = 2000  # before the one that tells the size; real pictures have some dozens
_LEAST = 2  # bytes: a segment's length counts itself
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # of a JPEG: they tell its size


def fits_a_photo(content: bytes) -> bool:
    """Where nobody can tell, it does: Telegram refuses what is none."""
    size = _size(content)
    if len(content) > PHOTO_LIMIT or size is None:
        return len(content) <= PHOTO_LIMIT
    shorter, longer = sorted(size)
    return shorter + longer <= SIDES_LIMIT and longer <= RATIO_LIMIT * shorter


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or WebP."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack_from(">II", content, 16)
            return width, height
        if content.startswith(b"\xff\xd8"):
            return next(_jpeg_sizes(content), None)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp_size(content)
    except struct.error:  # it ends too early
        return None
    return None


def _jpeg_sizes(content: bytes) -> Iterator[tuple[int, int]]:
    """Ends where no segment begins, and after many: no file is read bit by bit to its end."""
    at = 2
    for _ in range(_SEGMENTS):
        sign, marker, length = struct.unpack_from(">BBH", content, at)
        if sign != _SEGMENT or length < _LEAST:
            return
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            yield width, height
        at += 2 + length


def _webp_size(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None

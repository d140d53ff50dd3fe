"""A stranger's file → a small clean picture, or one of three reasons why not.

The file is hostile until it is drawn anew: its size is known before its pixels are unpacked, and
nothing of it but pixels is kept: no place, no camera, no second frame.
"""

from __future__ import annotations

import io
import struct
from typing import Literal

from PIL import Image, ImageOps

from bot.community.stamp import PAPER
from bot.core.errors import CatbridgeError

LARGEST = 640  # pixels on the longer side
MIME = "image/jpeg"

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_MOST_PIXELS = 24_000_000  # unpacked: three or four bytes each
_MOST_IN_JPEG = 51_000_000  # a phone's; it is unpacked at an eighth, a progressive one whole
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, struct.error)

Reason = Literal["empty", "unreadable", "too_many_pixels"]


class NoPicture(CatbridgeError):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def thumbnail(content: bytes) -> bytes:
    """The picture, or its first frame, as JPEG of at most 640 × 640. Raises `NoPicture`."""
    if not content:
        raise NoPicture("empty")
    try:
        small = _small(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise NoPicture("too_many_pixels") from error
    except _BROKEN as error:
        raise NoPicture("unreadable") from error
    written = io.BytesIO()
    small.save(written, "JPEG", quality=86)
    return written.getvalue()


def _small(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        is_jpeg = opened.format in {"JPEG", "MPO"}
        if opened.width * opened.height > (_MOST_IN_JPEG if is_jpeg else _MOST_PIXELS):
            raise NoPicture("too_many_pixels")
        opened.draft("RGB", (LARGEST, LARGEST))  # only JPEG can; the rest ignores it
        if opened.width * opened.height > _MOST_PIXELS:
            raise NoPicture("too_many_pixels")
        ImageOps.exif_transpose(opened, in_place=True)  # a copy would be as large
        opened.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
        layered = opened.convert("RGBA")
    clean = Image.new("RGB", layered.size, PAPER)  # nothing that came with the file is in it
    clean.paste(layered, mask=layered.getchannel("A"))
    return clean

"""Letters in pictures: Latin and Han from one open typeface, names made drawable and fitting."""

from __future__ import annotations

import os
import unicodedata
from functools import cache

import pylopdf_fonts_zh_cn as noto
from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont

_ABSENT = "\U0010ffff"  # has no glyph anywhere: drawn as the font's box


@cache
def sans(size: int) -> Font:
    """Noto Sans SC. The plain layout: every machine has it, and it draws the same everywhere."""
    return ImageFont.truetype(noto.sans_path(), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def serif(size: int) -> Font:
    """Noto Serif SC."""
    return ImageFont.truetype(noto.serif_path(), size, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str, limit: int = 60) -> str:
    """What can be drawn of a name: fancy letters made plain, emoji and the like left out."""
    plain = unicodedata.normalize("NFKC", text[: limit * 4])
    kept = "".join(" " if sign.isspace() else sign for sign in plain if _has_glyph(sign))
    return " ".join(kept.split())[:limit]


def fitted(text: str, width: int, *, size: int, smallest: int) -> tuple[Font, str]:
    """The largest size at which it is no wider, or the smallest size and the words cut short."""
    for points in range(size, smallest - 1, -2):
        if sans(points).getlength(text) <= width:
            return sans(points), text
    font, cut = sans(smallest), text
    while cut and font.getlength(f"{cut}…") > width:
        cut = cut[:-1].rstrip()
    return font, f"{cut}…" if cut else ""


@cache
def _box() -> bytes:
    return _shape(_ABSENT)


def _has_glyph(sign: str) -> bool:
    if sign.isspace():
        return True
    if unicodedata.category(sign)[0] in "CM":  # control signs, and marks that need shaping
        return False
    shape = _shape(sign)
    return any(shape) and shape != _box()


def _shape(sign: str) -> bytes:
    tile = Image.new("L", (48, 48))
    ImageDraw.Draw(tile).text((8, 0), sign, 255, sans(28))
    return tile.tobytes()


def missing_fonts() -> list[str]:
    """The names of those that can't be read."""
    return [name for name, path in _files().items() if not os.access(path, os.R_OK)]


def _files() -> dict[str, str]:
    return {"Noto Sans SC": str(noto.sans_path()), "Noto Serif SC": str(noto.serif_path())}

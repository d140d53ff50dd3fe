"""Up to nine pictures on one sheet, each with its payer's name and number, and its hearts."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from bot.community.stamp import PAPER, RED, numbered
from bot.community.typeface import drawable, fitted, sans

MOST = 9
MIME = "image/jpeg"

_CELL = 380  # pixels; a picture is cut to a square
_GAP = 26
_EDGE = 40
_HEAD = 118
_FOOT = 74  # below each picture, for its name
_ROUND = 22
_FINE = 2
_INK = (74, 58, 46)
_QUIET = (150, 131, 110)
_HIGHER = (0.5, 0.4)  # cut around this point: faces are above the middle


@dataclass(frozen=True, slots=True)
class Framed:
    """One picture (as `thumbnail` makes them) and what is written below it."""

    picture: bytes
    number: int
    name: str
    hearts: int = 0


def collage(framed: Sequence[Framed], title: str, subtitle: str) -> bytes:
    """The sheet as JPEG; the same bytes for the same pictures. `framed` holds one to nine."""
    shown = framed[:MOST]
    columns = _columns(len(shown))
    rows = math.ceil(len(shown) / columns)
    width = 2 * _EDGE + columns * _CELL + (columns - 1) * _GAP
    height = _EDGE + _HEAD + rows * (_CELL + _FOOT) + (rows - 1) * _GAP + _EDGE // 2
    sheet = Image.new("RGB", (width, height), PAPER)
    _heading(sheet, title, subtitle)
    for place, one in enumerate(shown):
        row, column = divmod(place, columns)
        in_row = min(columns, len(shown) - row * columns)
        indent = (columns - in_row) * (_CELL + _GAP) // 2  # a short last row stands in the middle
        x = _EDGE + indent + column * (_CELL + _GAP)
        y = _EDGE + _HEAD + row * (_CELL + _FOOT + _GAP)
        _hang(sheet, one, x, y)
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=88)
    return written.getvalue()


def _columns(count: int) -> int:
    return count if count <= 2 else 2 if count == 4 else 3


def _heading(sheet: Image.Image, title: str, subtitle: str) -> None:
    draw = ImageDraw.Draw(sheet)
    room = sheet.width - 2 * _EDGE
    font, words = fitted(drawable(title), room, size=46, smallest=24)
    middle = sheet.width / 2
    draw.text((middle, _EDGE + 24), words, RED, font, "mm", stroke_width=1)
    font, words = fitted(drawable(subtitle), room, size=26, smallest=16)
    draw.text((middle, _EDGE + 72), words, _QUIET, font, "mm")


def _hang(sheet: Image.Image, one: Framed, x: int, y: int) -> None:
    with Image.open(io.BytesIO(one.picture)) as opened:
        whole = opened.convert("RGB")
    square = ImageOps.fit(whole, (_CELL, _CELL), Image.Resampling.LANCZOS, centering=_HIGHER)
    sheet.paste(square, (x, y), _rounded())
    draw = ImageDraw.Draw(sheet)
    number = numbered(one.number)
    size = sans(24)
    draw.text((x + _CELL - 4, y + _CELL + 34), number, RED, size, "rm", stroke_width=0)
    room = _CELL - 24 - round(size.getlength(number))
    font, words = fitted(drawable(one.name) or "猫友", room, size=30, smallest=20)
    draw.text((x + 6, y + _CELL + 33), words, _INK, font, "lm", stroke_width=0)
    if one.hearts:
        _badge(sheet, str(one.hearts), x + _CELL - 16, y + 16)


def _badge(sheet: Image.Image, count: str, right: int, top: int) -> None:
    """A heart and how many, on paper in a picture's upper right corner."""
    font = sans(26)
    width = round(font.getlength(count)) + 62
    mask = Image.new("L", (width * _FINE, 44 * _FINE), 0)
    box = (0, 0, width * _FINE - 1, 44 * _FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, 22 * _FINE, fill=235)
    left = right - width
    sheet.paste(PAPER, (left, top), mask.resize((width, 44), Image.Resampling.LANCZOS))
    sheet.paste(RED, (left + 14, top + 12), _heart(24))
    draw = ImageDraw.Draw(sheet)
    draw.text((left + 45, top + 21), count, _INK, font, "lm", stroke_width=0)


def _heart(size: int) -> Image.Image:
    fine = size * 4
    shape = Image.new("L", (fine, fine), 0)
    draw = ImageDraw.Draw(shape)
    points: list[tuple[float, float]] = []
    for step in range(120):
        turn = 2 * math.pi * step / 120
        x = 16 * math.sin(turn) ** 3
        y = (
            13 * math.cos(turn)
            - 5 * math.cos(2 * turn)
            - 2 * math.cos(3 * turn)
            - math.cos(4 * turn)
        )
        points.append((fine / 2 + x * fine / 34, fine * 0.45 - y * fine / 34))
    draw.polygon(points, fill=255)
    return shape.resize((size, size), Image.Resampling.LANCZOS)


def _rounded() -> Image.Image:
    mask = Image.new("L", (_CELL * _FINE, _CELL * _FINE), 0)
    box = (0, 0, _CELL * _FINE - 1, _CELL * _FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, _ROUND * _FINE, fill=255)
    return mask.resize((_CELL, _CELL), Image.Resampling.LANCZOS)

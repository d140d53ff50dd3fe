"""The seal of the cat tax office: drawn alone on paper, or onto the corner of a picture.

The same receipt gives the same bytes. Nothing here reads a file but the typeface.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from bot.community.typeface import Font, drawable, fitted, sans, serif

RED = (196, 43, 38)
PAPER = (252, 247, 236)

SIZE = 720  # pixels on each side; drawn twice as large, for smooth edges
_FINE = 2
_MARGIN = 36
_SHADES = 48
_TILT = 7.0  # degrees: nobody stamps quite straight
_NAMELESS = "一位猫友 · a cat friend"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a seal says. `date` is the payer's own, as people write it."""

    number: int
    name: str
    date: str

    @property
    def label(self) -> str:
        return numbered(self.number)


def numbered(number: int) -> str:
    """As receipts are called everywhere: "No. 0042"."""
    return f"No. {number:04d}"


def stamp(receipt: Receipt) -> bytes:
    """The seal on a sheet of paper, as PNG."""
    sheet = Image.new("RGB", (SIZE, SIZE), PAPER)
    frame = ImageDraw.Draw(sheet)
    frame.rounded_rectangle((14, 14, SIZE - 15, SIZE - 15), 28, outline=(228, 214, 186), width=3)
    side = SIZE - 2 * _MARGIN
    sheet.paste(RED, (_MARGIN, _MARGIN), _seal(receipt, side))
    written = io.BytesIO()
    sheet.quantize(_SHADES).save(written, "PNG", optimize=True)  # a quarter of the size
    return written.getvalue()


def stamped(picture: bytes, receipt: Receipt) -> bytes:
    """A picture with the seal on paper in its lower right corner, as JPEG."""
    with Image.open(io.BytesIO(picture)) as opened:
        sheet = opened.convert("RGB")
    if min(sheet.size) < SIZE // 3:
        scale = SIZE / 2 / min(sheet.size)
        sheet = sheet.resize((round(sheet.width * scale), round(sheet.height * scale)))
    side = round(min(sheet.size) * 0.46)
    at = (sheet.width - side - side // 20, sheet.height - side - side // 20)
    sheet.paste(PAPER, at, _disc(side))
    sheet.paste(RED, at, _seal(receipt, side))
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=88)
    return written.getvalue()


def _disc(side: int) -> Image.Image:
    fine = Image.new("L", (side * _FINE, side * _FINE), 0)
    ImageDraw.Draw(fine).ellipse((0, 0, side * _FINE - 1, side * _FINE - 1), fill=225)
    return fine.resize((side, side), Image.Resampling.LANCZOS)


def _seal(receipt: Receipt, size: int) -> Image.Image:
    """Where there is ink, and how much: a round seal, slightly worn and tilted."""
    side = SIZE * _FINE
    ink = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(ink)
    middle = side / 2
    for radius, width in ((0.485, 0.014), (0.459, 0.005), (0.312, 0.004)):
        _ring(draw, middle, radius * side, width * side)
    _along(ink, "已缴猫税", serif(round(side * 0.105)), 0.383 * side, spread=108, bold=3)
    _along(ink, "CAT TAX PAID", sans(round(side * 0.066)), -0.383 * side, spread=112, bold=3)
    for angle in (180.0, 0.0):
        _paw(draw, middle + math.cos(math.radians(angle)) * 0.384 * side, middle, side * 0.030)
    _cat(draw, middle, side * 0.375, side * 0.118)
    _written(draw, receipt, side)
    worn = ImageChops.multiply(ink, _wear(receipt.number, side))
    tilted = worn.rotate(_TILT, Image.Resampling.BICUBIC)
    return tilted.resize((size, size), Image.Resampling.LANCZOS)


def _written(draw: ImageDraw.ImageDraw, receipt: Receipt, side: int) -> None:
    middle = side / 2
    label, words = fitted(
        receipt.label, round(side * 0.50), size=round(side * 0.092), smallest=round(side * 0.04)
    )
    draw.text((middle, side * 0.545), words, 255, label, "mm", stroke_width=4)
    name, words = fitted(
        drawable(receipt.name) or _NAMELESS,
        round(side * 0.50),
        size=round(side * 0.052),
        smallest=round(side * 0.034),
    )
    draw.text((middle, side * 0.634), words, 255, name, "mm", stroke_width=1)
    draw.text(
        (middle, side * 0.703), receipt.date, 255, sans(round(side * 0.040)), "mm", stroke_width=1
    )


def _ring(draw: ImageDraw.ImageDraw, middle: float, radius: float, width: float) -> None:
    box = (middle - radius, middle - radius, middle + radius, middle + radius)
    draw.ellipse(box, outline=255, width=max(1, round(width)))


def _along(
    ink: Image.Image, words: str, font: Font, radius: float, *, spread: float, bold: int
) -> None:
    """Letters along a circle: above its middle, or below where `radius` is negative."""
    middle = ink.width / 2
    widths = [max(font.getlength(sign), font.size * 0.32) for sign in words]
    gone = 0.0
    for sign, width in zip(words, widths, strict=True):
        part = (gone + width / 2) / sum(widths) - 0.5
        gone += width
        angle = part * spread  # degrees from the top, or from the bottom
        side = round(font.size * 2)
        tile = Image.new("L", (side, side), 0)
        centre = tile.width / 2
        ImageDraw.Draw(tile).text((centre, centre), sign, 255, font, "mm", stroke_width=bold)
        turned = tile.rotate(-angle if radius > 0 else angle, Image.Resampling.BICUBIC)
        x = middle + math.sin(math.radians(angle)) * abs(radius)
        y = middle - math.cos(math.radians(angle)) * radius
        corner = (round(x - centre), round(y - centre))
        ink.paste(255, corner, turned)


def _cat(draw: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    """A cat's head: solid, with its face left free of ink."""
    for mirror in (-1, 1):
        ear = [(0.93, -0.10), (0.86, -0.98), (0.18, -0.58)]
        draw.polygon([(x + mirror * dx * size, y + dy * size) for dx, dy in ear], fill=255)
    draw.ellipse((x - size, y - 0.68 * size, x + size, y + 0.80 * size), fill=255)
    for mirror in (-1, 1):
        inner = [(0.76, -0.48), (0.76, -0.74), (0.50, -0.60)]
        draw.polygon([(x + mirror * dx * size, y + dy * size) for dx, dy in inner], fill=0)
        eye = x + mirror * 0.40 * size
        box = (eye - 0.19 * size, y - 0.26 * size, eye + 0.19 * size, y + 0.06 * size)
        draw.arc(box, 180, 360, fill=0, width=round(size * 0.085))
        for rise in (-0.06, 0.06):
            start = (x + mirror * 0.52 * size, y + (0.26 + rise) * size)
            end = (x + mirror * 1.24 * size, y + (0.20 + rise * 4) * size)
            _line(draw, start, end, 0, size * 0.035)
            outer = (x + mirror * 0.97 * size, y + (0.225 + rise * 2.9) * size)
            _line(draw, outer, end, 255, size * 0.035)
        box = (x - 0.21 * size, y + 0.20 * size, x + 0.21 * size, y + 0.46 * size)
        half = (x, box[1], x + mirror * 0.21 * size, box[3])
        mouth = (min(half[0], half[2]), half[1], max(half[0], half[2]), half[3])
        draw.arc(mouth, 0, 180, fill=0, width=round(size * 0.05))
    nose = [(x - 0.10 * size, y + 0.17 * size), (x + 0.10 * size, y + 0.17 * size)]
    draw.polygon([*nose, (x, y + 0.31 * size)], fill=0)


def _line(
    draw: ImageDraw.ImageDraw,
    start: tuple[float, float],
    end: tuple[float, float],
    ink: int,
    width: float,
) -> None:
    draw.line([start, end], fill=ink, width=max(1, round(width)))


def _paw(draw: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    pad = (x - size * 0.72, y - size * 0.10, x + size * 0.72, y + size * 0.95)
    draw.ellipse(pad, fill=255)
    for dx, dy in ((-0.92, -0.28), (-0.34, -0.74), (0.34, -0.74), (0.92, -0.28)):
        toe = size * 0.30
        cx, cy = x + dx * size, y + dy * size
        draw.ellipse((cx - toe, cy - toe * 1.2, cx + toe, cy + toe * 1.2), fill=255)


def _wear(number: int, side: int) -> Image.Image:
    """Spots where the ink took less well; every number has its own."""
    grain = 120
    chance = random.Random(number)
    spots = Image.frombytes("L", (grain, grain), chance.randbytes(grain * grain))
    cloud = spots.resize((side, side), Image.Resampling.BICUBIC)
    return cloud.point([150 if level < 26 else 255 for level in range(256)])

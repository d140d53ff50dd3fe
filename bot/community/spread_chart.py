"""A comparison's results as one picture: each group's middle half and median on its own scale."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.community.amounts import Amount
from bot.community.spread import Spread
from bot.community.stamp import PAPER, RED
from bot.community.topics import Words
from bot.community.typeface import fitted

MIME = "image/png"
MOST = 4

_WIDTH = 1000
_HEAD = 140
_ROW = 172
_FOOT = 118
_EDGE = 48
_LEFT, _RIGHT = 350, 900  # of the scales
_FINE = 2  # drawn larger, for smooth edges
_SHADES = 96
_INK = (54, 44, 38)
_QUIET = (138, 122, 106)
_FAINT = (232, 221, 200)
_BLUE = (33, 104, 150)
_COLOURS = {"en": _BLUE, "zh": RED}
_SIDES = {"en": Words("English side", "英文这边"), "zh": Words("Chinese side", "中文这边")}
_LEGEND = (
    "Dot: median. Bar: the middle half. Each line has its own scale.",
    "圆点是中位数，色条是中间的一半人；每条线的刻度各算各的。",
)

_Place = tuple[float, float]


def chart(title: Words, spreads: Sequence[Spread]) -> bytes:
    """As PNG; the same bytes for the same results. `spreads` holds one to four."""
    shown = spreads[:MOST]
    height = _HEAD + _ROW * len(shown) + _FOOT
    sheet = Image.new("RGB", (_WIDTH * _FINE, height * _FINE), PAPER)
    pen = _Pen(ImageDraw.Draw(sheet))
    pen.box((14, 14), (_WIDTH - 14, height - 14), 26, outline=_FAINT)
    pen.words((_EDGE, 66), title.en, 46, _INK, width=_WIDTH - 2 * _EDGE)
    pen.words((_EDGE, 116), title.zh, 30, _QUIET, width=_WIDTH - 2 * _EDGE)
    for number, spread in enumerate(shown):
        _row(pen, spread, _HEAD + number * _ROW)
    for number, line in enumerate(_LEGEND):
        at = (_EDGE, height - 84 + 34 * number)
        pen.words(at, line, 22, _QUIET, width=_WIDTH - 2 * _EDGE)
    small = sheet.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.quantize(_SHADES).save(written, "PNG", optimize=True)
    return written.getvalue()


class _Pen:
    """Draws in the sheet's own pixels, before it is enlarged."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def words(
        self,
        at: _Place,
        text: str,
        size: int,
        colour: tuple[int, int, int],
        *,
        width: int,
        anchor: str = "lm",
    ) -> None:
        """Smaller, then cut, where it would be wider; `at` is the place of its anchor."""
        font, shown = fitted(text, width * _FINE, size=size * _FINE, smallest=18 * _FINE)
        self._draw.text((at[0] * _FINE, at[1] * _FINE), shown, colour, font, anchor)

    def box(
        self,
        start: _Place,
        end: _Place,
        radius: float,
        *,
        fill: tuple[int, int, int] | None = None,
        outline: tuple[int, int, int] | None = None,
        thick: float = 2,
    ) -> None:
        corners = (*start, *end)
        self._draw.rounded_rectangle(
            [place * _FINE for place in corners],
            radius * _FINE,
            fill,
            outline,
            round(thick * _FINE),
        )


def _row(pen: _Pen, spread: Spread, top: float) -> None:
    colour = _COLOURS.get(spread.side, _INK)
    side = _SIDES.get(spread.side, Words(spread.side, spread.side))
    middle = top + 100
    room = _LEFT - _EDGE - 34
    pen.box((_EDGE, top + 56), (_EDGE + 8, top + 146), 4, fill=colour)
    pen.words((_EDGE + 26, top + 70), side.en, 28, _INK, width=room)
    pen.words((_EDGE + 26, top + 104), side.zh, 26, _INK, width=room)
    count = f"{spread.count} answers · {spread.count} 人"
    pen.words((_EDGE + 26, top + 137), count, 21, _QUIET, width=room)

    def place(amount: Amount) -> float:
        return _LEFT + (_RIGHT - _LEFT) * amount.cents / (spread.high.cents * 1.12)

    low, median, high = (place(each) for each in (spread.low, spread.median, spread.high))
    pen.box((_LEFT, middle - 3), (_RIGHT + 20, middle + 3), 3, fill=_FAINT)
    pen.box((_LEFT - 2, middle - 11), (_LEFT + 2, middle + 11), 2, fill=_FAINT)
    if low - _LEFT > 90:  # room for both
        pen.words((_LEFT, middle + 36), "0", 20, _QUIET, width=80, anchor="mm")
    pen.box((low - 13, middle - 13), (high + 13, middle + 13), 13, fill=_tint(colour))
    pen.box((median - 15, middle - 15), (median + 15, middle + 15), 15, fill=PAPER)
    pen.box((median - 11, middle - 11), (median + 11, middle + 11), 11, fill=colour)
    pen.words((median, middle - 46), str(spread.median), 40, colour, width=260, anchor="mm")
    if high - low < 130:  # too close for two labels
        both = str(spread.low) if spread.low == spread.high else f"{spread.low} – {spread.high}"
        pen.words(((low + high) / 2, middle + 36), both, 22, _QUIET, width=320, anchor="mm")
    else:
        pen.words((low, middle + 36), str(spread.low), 22, _QUIET, width=150, anchor="mm")
        pen.words((high, middle + 36), str(spread.high), 22, _QUIET, width=150, anchor="mm")


def _tint(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Lighter, on this paper."""
    red, green, blue = (
        round(one * 0.38 + paper * 0.62) for one, paper in zip(colour, PAPER, strict=True)
    )
    return red, green, blue

"""Rates as bars, as an SVG that reads on light and on dark paper."""

from __future__ import annotations

from collections.abc import Sequence

from bench.chart import BLUE, FAINT, INK

WIDTH, LEFT, BAR, GAP, TOP = 760, 250, 22, 12, 48


def draw(title: str, unit: str, rates: Sequence[tuple[str, float, bool]]) -> str:
    """A bar for each name and rate; those that are ours are in color."""
    most = max(rate for _, rate, _ in rates)
    height = TOP + len(rates) * (BAR + GAP)
    body: list[str] = []
    for at, (name, rate, is_ours) in enumerate(rates):
        top = TOP + at * (BAR + GAP)
        long = (WIDTH - LEFT - 70) * rate / most
        fill = BLUE if is_ours else FAINT
        body += [
            f'<text x="{LEFT - 10}" y="{top + 16}" text-anchor="end">{name}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{long:.0f}" height="{BAR}" fill="{fill}"/>',
            f'<text x="{LEFT + long + 8:.0f}" y="{top + 16}">{rate:.0f}</text>',
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}">\n'
        f'<text x="{LEFT}" y="24" font-weight="600">{title}, {unit}</text>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )

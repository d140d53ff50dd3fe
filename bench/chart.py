"""The simulation's chart, as an SVG that reads on light and on dark paper."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, TOP, GAP = 860, 190, 56, 46, 66
INK, FAINT, BLUE, ORANGE = "#6b7280", "#6b728055", "#3b82f6", "#f97316"

Panel = tuple[str, Sequence[tuple[int, int]], Sequence[tuple[float, int, int]]]


def draw(panels: Sequence[Panel]) -> str:
    """For each: proposals and introductions so far, and the least and most open load by day."""
    height = TOP + len(panels) * (HEIGHT + GAP)
    body = [part for n, panel in enumerate(panels) for part in _panel(panel, n * (HEIGHT + GAP))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}">\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _panel(panel: Panel, down: int) -> list[str]:
    start, counts, loads = panel
    top, bottom = TOP + down, TOP + down + HEIGHT
    half = (WIDTH - 2 * LEFT - 40) / 2
    most = max(1, *(proposals for proposals, _ in counts))
    days = max(2, len(counts))
    right = LEFT + half + 60

    def at(day: float, value: float, high: float, left: float) -> str:
        x = left + half * day / (days - 1)
        return f"{x:.1f},{bottom - HEIGHT * value / high:.1f}"

    proposals = " ".join(at(day, p, most, LEFT) for day, (p, _) in enumerate(counts))
    introduced = " ".join(at(day, i, most, LEFT) for day, (_, i) in enumerate(counts))
    high = max(2, *(top_load for _, _, top_load in loads))
    above = [at(day, top_load, high, right) for day, _, top_load in loads]
    below = [at(day, least, high, right) for day, least, _ in loads]
    return [
        f'<text x="{LEFT}" y="{top - 26}" font-weight="600">{days} days from {start}</text>',
        f'<text x="{LEFT}" y="{top - 8}"><tspan fill="{BLUE}">proposals</tspan> and '
        f'<tspan fill="{ORANGE}">introductions</tspan> so far</text>',
        f'<text x="{right}" y="{top - 8}">least to most open matches, volunteers for two</text>',
        *_axes(LEFT, top, bottom, half, most, days),
        *_axes(right, top, bottom, half, high, days),
        f'<polyline points="{proposals}" fill="none" stroke="{BLUE}" stroke-width="2"/>',
        f'<polyline points="{introduced}" fill="none" stroke="{ORANGE}" stroke-width="2"/>',
        f'<polygon points="{" ".join([*above, *reversed(below)])}" fill="{BLUE}44" '
        f'stroke="{BLUE}"/>',
    ]


def _axes(left: float, top: int, bottom: int, width: float, high: int, days: int) -> list[str]:
    return [
        f'<path d="M{left} {top}V{bottom}H{left + width:.0f}" fill="none" stroke="{INK}"/>',
        f'<path d="M{left} {top}H{left + width:.0f}" stroke="{FAINT}"/>',
        f'<text x="{left - 6}" y="{top + 4}" text-anchor="end">{high}</text>',
        f'<text x="{left - 6}" y="{bottom + 4}" text-anchor="end">0</text>',
        f'<text x="{left + width:.0f}" y="{bottom + 18}" text-anchor="end">day {days}</text>',
    ]

"""A reliability plot as an SVG file of its own: predicted against observed, with the counts below.

A point on the diagonal is a prediction that holds. Bars are 80 % ranges of the observed share
(Wilson); the columns below show how many answers a range of predictions had.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from studium.analytics.evaluation.metrics import Bin
from studium.lib.intervals import around

_LEFT, _TOP, _SIDE = 56.0, 48.0, 360.0
_COUNTS = 56.0
_WIDTH, _HEIGHT = 440, 580
_INK, _SOFT, _LINE = "#1d2733", "#8a94a3", "#1f5fbf"


def reliability_svg(bins: Sequence[Bin], *, title: str) -> str:
    """The plot of some ranges of predictions; readable without colours and in print."""
    total = sum(one.n for one in bins)
    said = "; ".join(
        f"{one.predicted:.2f} predicted, {one.observed:.2f} right, {one.n} answers" for one in bins
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(_LEFT, 22, title, anchor="start", size=13),
        *_axes(),
        *_counts(bins),
        *_points(bins),
        _text(_LEFT + _SIDE / 2, _HEIGHT - 12, f"predicted chance; columns: {total:,} answers"),
        f'<g transform="translate(14 {_TOP + _SIDE / 2}) rotate(-90)">'
        + _text(0, 0, "share that was right")
        + "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes() -> list[str]:
    drawn = []
    for tick in range(0, 101, 20):
        x, y = _x(tick / 100), _y(tick / 100)
        drawn += [
            _line(_LEFT, y, _LEFT + _SIDE, y, "#e3e7ec"),
            _text(_LEFT - 8, y + 4, f"{tick} %", anchor="end"),
            _text(x, _TOP + _SIDE + _COUNTS + 32, f"{tick} %"),
        ]
    diagonal = _line(_x(0), _y(0), _x(1), _y(1), _SOFT)
    return [*drawn, diagonal.replace("/>", ' stroke-dasharray="5 4"/>')]


def _points(bins: Sequence[Bin]) -> list[str]:
    path = " ".join(f"{_x(one.predicted):.1f},{_y(one.observed):.1f}" for one in bins)
    drawn = [f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="1.5"/>']
    for one in bins:
        low, high = around(one.observed, one.n)
        x = _x(one.predicted)
        drawn += [
            _line(x, _y(low), x, _y(high), _LINE),
            f'<circle cx="{x:.1f}" cy="{_y(one.observed):.1f}" r="3.5" fill="{_LINE}"/>',
        ]
    return drawn


def _counts(bins: Sequence[Bin]) -> list[str]:
    most, floor = max(one.n for one in bins), _TOP + _SIDE + _COUNTS + 12
    drawn = []
    for one in bins:
        tall = _COUNTS * one.n / most
        width = (one.high - one.low) * _SIDE
        drawn.append(
            f'<rect x="{_x(one.low) + 1:.1f}" y="{floor - tall:.1f}" width="{width - 2:.1f}" '
            f'height="{tall:.1f}" fill="#c6d3e6"/>'
        )
    return drawn


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        'stroke-width="1"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{_INK}">{escape(text)}</text>'
    )

"""Charts drawn on the server as SVG, with a title, a description and a table of the same numbers.

Coordinates across are per cent and text sits outside of any scaled drawing, so letters keep their
12 px at every width (down to 360 units). Colours and line styles are classes of `site.css`:
`grid`, `line`, `dot` (`is-end` the newest), `goal`, `bar` (`is-on` those that passed). The frame
and the table come from `parts/chart.html`, where range bars and sparks are drawn too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from markupsafe import Markup

_LINE_HEIGHT = 220
_BARS_HEIGHT = 96
_LEVELS = (0, 25, 50, 75, 100)
_APART = 24.0
"""Labels under the line are at least this far apart, in per cent of the width."""


@dataclass(frozen=True, slots=True)
class Point:
    """A score from 0 to 100 at a moment."""

    at: datetime
    score: int


def line(
    points: Sequence[Point], *, id: str, title: str, description: str, goal: int | None, word: str
) -> Markup:
    """Scores over time with a dot each, oldest first, and a dashed line at `goal` named `word`."""
    across = _across([point.at for point in points])
    down = [_LINE_HEIGHT * (100 - point.score) / 100 for point in points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(across, down, strict=True))
    drawn = [
        *(_level(level) for level in _LEVELS),
        Markup(
            '<svg width="100%" height="{h}" viewBox="0 0 100 {h}" preserveAspectRatio="none">'
            '<path class="line" vector-effect="non-scaling-stroke" d="M{path}"/></svg>'
        ).format(h=_LINE_HEIGHT, path=path),
        *([] if goal is None else [_goal(goal, word)]),
        *(
            Markup('<circle class="{kind}" cx="{x:.1f}%" cy="{y:.1f}" r="{r}"/>').format(
                kind="dot is-end" if last else "dot", x=x, y=y, r="5" if last else "3.5"
            )
            for x, y, last in _ends(across, down)
        ),
        *_dates(points, across),
    ]
    return _drawing(id, title, description, _LINE_HEIGHT, Markup("").join(drawn))


def bars(
    counts: Sequence[int], *, id: str, title: str, description: str, names: Sequence[str], on: int
) -> Markup:
    """Bars side by side with their counts above and names below; from the `on`-th they are dark."""
    most, width = max([*counts, 1]), 100 / len(counts)
    floor = _BARS_HEIGHT - 24.0
    drawn = []
    for place, (count, name) in enumerate(zip(counts, names, strict=True)):
        middle, tall = (place + 0.5) * width, (floor - 18) * count / most
        drawn += [
            Markup(
                '<rect class="{kind}" x="{x:.2f}%" width="{w:.2f}%" y="{y:.1f}" height="{h:.1f}" '
                'rx="2"/>'
            ).format(
                kind="bar is-on" if place >= on else "bar",
                x=place * width + width * 0.08,
                w=width * 0.84,
                y=floor - tall,
                h=tall,
            ),
            _middle(middle, floor - tall - 5, str(count) if count else ""),
            _middle(middle, _BARS_HEIGHT - 6, name),
        ]
    base = Markup('<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>').format(y=floor)
    return _drawing(id, title, description, _BARS_HEIGHT, Markup("").join([*drawn, base]))


def _drawing(id: str, title: str, description: str, height: int, inner: Markup) -> Markup:
    return Markup(
        '<svg class="st-plot" width="100%" height="{height}" role="img" '
        'aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-desc">{description}</desc>{inner}</svg>'
    ).format(id=id, title=title, description=description, height=height, inner=inner)


def _middle(x: float, y: float, text: str) -> Markup:
    return Markup('<text x="{x:.2f}%" y="{y:.1f}" text-anchor="middle">{text}</text>').format(
        x=x, y=y, text=text
    )


def _level(level: int) -> Markup:
    y = _LINE_HEIGHT * (100 - level) / 100
    return Markup(
        '<line class="grid" x1="0" x2="100%" y1="{y:.0f}" y2="{y:.0f}"/>'
        '<text x="-8" y="{below:.0f}" text-anchor="end">{text}</text>'
    ).format(y=y, below=y + 4, text=f"{level} %" if level == 100 else level)


def _goal(goal: int, word: str) -> Markup:
    y = _LINE_HEIGHT * (100 - goal) / 100
    return Markup(
        '<line class="goal" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text class="is-goal" x="0" y="{above:.1f}" dx="4">{word}</text>'
    ).format(y=y, above=y - 6 if goal < 95 else y + 15, word=word)


def _across(moments: Sequence[datetime]) -> list[float]:
    """Places from 0 to 100 by time; evenly where all happened at once."""
    first, span = moments[0], (moments[-1] - moments[0]).total_seconds()
    if not span:
        return [100 * (place + 1) / len(moments) for place in range(len(moments))]
    return [100 * (moment - first).total_seconds() / span for moment in moments]


def _ends(across: Sequence[float], down: Sequence[float]) -> list[tuple[float, float, bool]]:
    last = len(across) - 1
    return [(x, y, n == last) for n, (x, y) in enumerate(zip(across, down, strict=True))]


def _dates(points: Sequence[Point], across: Sequence[float]) -> list[Markup]:
    """Dates under the first, the last, and those between that leave room."""
    shown = [0] if len(points) > 1 else []
    for place in range(1, len(points) - 1):
        if across[place] - across[shown[-1]] >= _APART and across[-1] - across[place] >= _APART:
            shown.append(place)
    return [
        Markup('<text x="{x:.1f}%" y="{y}" text-anchor="{anchor}">{date}</text>').format(
            x=across[place],
            y=_LINE_HEIGHT + 20,
            anchor="start" if place == 0 else "end" if place == len(points) - 1 else "middle",
            date=date_format(timezone.localtime(points[place].at), "j M"),
        )
        for place in [*shown, len(points) - 1]
    ]

"""Dots: one for each score along a scale, one for each answer in its order, and reliability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.translation import gettext as _
from markupsafe import Markup

from studium.web.charts import frame
from studium.web.charts.frame import Cell, Chart, Goal

_STEP = 9.0
"""Dots that would touch are stacked, this many pixels apart."""
_COLUMNS = 60
"""Places along the scale: dots of one place are stacked."""
_ANSWERS = 40
"""An answer strip shows this many of the newest answers; the table has all of them."""
_SQUARE = 280


@dataclass(frozen=True, slots=True)
class Spot:
    """A share from 0 to 1 and whose it is; `is_on` fills the dot ("you", "passed")."""

    share: float
    name: str | Markup = ""
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A credit from 0 to 1 in an order; `name` says when or what, as text or link."""

    share: float
    name: str | Markup = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of about `said` (0 to 1): the share `happened` of `n`, with its likely range."""

    said: float
    happened: float
    n: int
    low: float | None = None
    high: float | None = None


def dot_strip(
    spots: Sequence[Spot],
    *,
    id: str,
    title: str,
    goal: Goal | None = None,
    text: str = "",
    measure: str = "",
    on: str = "",
) -> Chart:
    """A dot for each share along a scale from 0 to 100 %; equal ones are stacked.

    `on` says what a filled dot means; the others are hollow.
    """
    if not spots:
        return frame.empty(id=id, title=title, text=text or frame.nothing_yet())
    text = text or _spread(spots)
    ordered = sorted(spots, key=lambda spot: spot.share)
    stacks = _stacked(ordered)
    floor = 24 + _STEP * max(level for _spot, level in stacks) + (16 if goal else 0)
    drawn = [
        frame.straight(0, 100, floor + 8, floor + 8, kind="grid"),
        *_scale_words(floor + 26),
        *([] if goal is None else _goal(goal, floor)),
        *(
            frame.dot(
                100 * spot.share, floor - _STEP * level, radius=4,
                kind="dot is-end" if spot.is_on else "dot",
            )
            for spot, level in stacks
        ),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [spot.name or str(n), frame.percent(spot.share), _("yes") if spot.is_on else ""]
        for n, spot in enumerate(ordered, 1)
    ]
    table = frame.tabled(title, [_("Name"), measure or _("Score"), on or _("Marked")], rows)
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=floor + 32)
    return Chart(svg=svg, table=table, text=text)


def _stacked(ordered: Sequence[Spot]) -> list[tuple[Spot, int]]:
    """Each spot with its level above the floor."""
    tall: dict[int, int] = {}
    placed = []
    for spot in ordered:
        place = round(spot.share * _COLUMNS)
        placed.append((spot, tall.get(place, 0)))
        tall[place] = tall.get(place, 0) + 1
    return placed


def _scale_words(y: float) -> Iterator[Markup]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        said = "100 %" if share == 1 else str(frame.whole(share))
        yield frame.letters(
            100 * share,
            y,
            said,
            anchor="start" if share == 0 else "end" if share == 1 else "middle",
        )


def _goal(goal: Goal, floor: float) -> list[Markup]:
    x = 100 * goal.share
    anchor = "end" if x > 70 else "start" if x < 30 else "middle"
    return [
        frame.straight(x, x, 16, floor + 8, kind="pass"),
        frame.letters(x, 11, goal.name, anchor=anchor, kind="is-strong"),
    ]


def _spread(spots: Sequence[Spot]) -> str:
    low, high = min(one.share for one in spots), max(one.share for one in spots)
    if len(spots) == 1:
        return _("One, at %(share)s.") % {"share": frame.percent(low)}
    return _("%(n)s, from %(low)s to %(high)s.") % {
        "n": len(spots), "low": frame.percent(low), "high": frame.percent(high),
    }  # fmt: skip


def answer_strip(
    answers: Sequence[Answer], *, id: str, title: str, text: str = "", measure: str = ""
) -> Chart:
    """A mark for each answer, oldest first: full right, half partly right, hollow wrong."""
    if not answers:
        return frame.empty(id=id, title=title, text=text or frame.nothing_yet())
    shown = answers[-_ANSWERS:]
    right = sum(1 for one in answers if one.share >= 1)
    text = text or _("%(right)s of %(all)s answers were right.") % {
        "right": right, "all": len(answers)
    }  # fmt: skip
    width = 100 / max(len(shown), 12)
    drawn = [
        part
        for place, one in enumerate(shown)
        for part in _answer((place + 0.5) * width, one.share)
    ]
    rows: list[list[Cell]] = [
        [one.name or str(n), _credit(one.share)] for n, one in enumerate(answers, 1)
    ]
    table = frame.tabled(title, [_("Answer"), measure or _("Credit")], rows)
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=20)
    return Chart(svg=svg, table=table, text=text)


def _answer(x: float, share: float) -> Iterator[Markup]:
    """Low and hollow, high and full, or half full between them: shape and height say it too."""
    if share >= 1:
        yield frame.peg(x, 10, kind="answer is-right", width=6, height=18)
    elif share > 0:
        yield frame.peg(x, 10, kind="answer", width=6, height=18)
        yield frame.peg(x, 14.5, kind="answer is-right", width=6, height=9)
    else:
        yield frame.peg(x, 16, kind="answer", width=6, height=6)


def _credit(share: float) -> str:
    if share >= 1:
        return _("right")
    return _("wrong") if share <= 0 else frame.percent(share)


def reliability(bins: Sequence[Bin], *, id: str, title: str, text: str = "") -> Chart:
    """What was predicted against what happened: on the dashed line predictions are kept.

    The size of a dot grows with its predictions, the upright line is the likely range.
    """
    kept = [one for one in bins if one.n]
    if not kept:
        return frame.empty(id=id, title=title, text=text or frame.nothing_yet())
    text = text or _off(kept)
    most = max(one.n for one in kept)
    drawn = [
        *_square_grid(),
        frame.straight(0, 100, _SQUARE, 0, kind="goal"),
        *(part for one in kept for part in _bin(one, most)),
    ]
    rows: list[list[Cell]] = [
        [frame.percent(one.said), frame.percent(one.happened),
         "" if one.low is None else frame.likely(one.low, one.high), one.n]
        for one in kept
    ]  # fmt: skip
    head = [_("Predicted"), _("Happened"), _("Likely"), _("Predictions")]
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=_SQUARE)
    table = frame.tabled(title, head, rows)
    return Chart(svg=svg, table=table, text=text, has_axes=True)


def _square_grid() -> Iterator[Markup]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y, said = _SQUARE * (1 - share), f"{frame.whole(share)}{' %' if share == 1 else ''}"
        yield frame.straight(0, 100, y, y, kind="grid")
        yield frame.letters(0, y + 4, said, anchor="end", dx=-8)
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        yield frame.letters(100 * share, _SQUARE + 20, said, anchor=anchor)
    yield frame.letters(100, _SQUARE - 8, _("predicted"), anchor="end")
    yield frame.letters(0, -8, _("happened"), anchor="start")


def _bin(one: Bin, most: int) -> Iterator[Markup]:
    x = 100 * one.said
    if one.low is not None and one.high is not None:
        yield frame.straight(
            x, x, _SQUARE * (1 - one.high), _SQUARE * (1 - one.low), kind="whisker"
        )
    radius = 3 + 4 * sqrt(one.n / most)
    yield frame.dot(x, _SQUARE * (1 - one.happened), radius=radius, kind="dot is-end")


def _off(bins: Sequence[Bin]) -> str:
    total = sum(one.n for one in bins)
    gap = sum(one.n * abs(one.said - one.happened) for one in bins) / total
    return _("%(n)s predictions; they are off by %(gap)s points on average.") % {
        "n": total, "gap": f"{100 * gap:.1f}",
    }  # fmt: skip

"""A line over time or over turns: likely range as a band, goal, events, dots, what is ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from markupsafe import Markup

from studium.web.charts import frame
from studium.web.charts.frame import Chart, Goal

HEIGHT = 220
_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
_APART = 24.0
"""Letters along an axis are at least this far apart, in per cent of the width."""
_LETTER = 6.5
"""A letter of 12 px, as wide as it is on average."""
_NARROW, _WIDE = 280.0, 480.0
"""Pixels across a chart at the least, on a phone and elsewhere."""
_MOST_DOTS = 30
"""With more points than this the line speaks for them, and only the newest gets its dot."""

Place = datetime | float


@dataclass(frozen=True, slots=True)
class Point:
    """A share (0 to 1) at a moment or a turn, with its likely range and what it rests on.

    `is_thin`: too little evidence, drawn dashed and without its number in the table. `word` stands
    for the number where percentages are not shown. `name` is the row's text or link in the table.
    """

    at: Place
    share: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    is_thin: bool = False
    word: str = ""
    name: str | Markup = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as an upright line: "exam 1"."""

    at: Place
    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A single outcome (0 to 1) beside the line: an attempt, an answer; drawn as a small square."""

    at: Place
    share: float
    name: str | Markup = ""


def band_line(
    points: Sequence[Point],
    *,
    id: str,
    title: str,
    goal: Goal | None = None,
    events: Sequence[Event] = (),
    dots: Sequence[Dot] = (),
    ahead: Sequence[Point] = (),
    text: str = "",
    measure: str = "",
    across: str = "",
    shows_percent: bool = True,
) -> Chart:
    """A line with its band, oldest first; `ahead` goes on dashed after the newest point.

    `measure` names what is drawn ("Level") and `across` the axis ("Date", "Answer number").
    `text` says the chart in a sentence; without it the sentence is made of the first and the
    newest point. Without percentages the axis says low and high, and the table the words.
    """
    measure, across = measure or _("Level"), across or _("Date")
    if not points and not dots:
        return frame.empty(id=id, title=title, text=text or frame.nothing_yet())
    text = text or _sentence(points, dots, shows_percent=shows_percent)
    every = [*points, *ahead]
    placed: list[Point | Event | Dot] = [*every, *events, *dots]
    scale = _Scale([one.at for one in placed])
    drawn = [
        *_levels(shows_percent=shows_percent),
        *_events(events, scale),
        frame.stretched(_paths(every, len(points), scale), height=HEIGHT),
        *([] if goal is None else _goal(goal)),
        *(_square(scale(one.at), _down(one.share)) for one in dots),
        *_dots(points, scale),
        *_axis([one.at for one in every] or [one.at for one in dots], scale),
    ]
    table = _table(title, (measure, across), points, ahead, events, dots, shows_percent)
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=HEIGHT)
    return Chart(svg=svg, table=table, text=text, has_axes=True)


class _Scale:
    """Places from 0 to 100 by time or turn; 100 where everything happened at once."""

    def __init__(self, places: Sequence[Place]) -> None:
        values = [_number(place) for place in places]
        self.first, self.span = min(values), max(values) - min(values)

    def __call__(self, place: Place) -> float:
        return 100 * (_number(place) - self.first) / self.span if self.span else 100.0


def _number(place: Place) -> float:
    return place.timestamp() if isinstance(place, datetime) else float(place)


def _down(share: float) -> float:
    return HEIGHT * (1 - min(max(share, 0.0), 1.0))


def _levels(*, shows_percent: bool) -> Iterator[Markup]:
    words = {0.0: _("low"), 1.0: _("high")}
    for level in _LEVELS:
        yield frame.straight(0, 100, _down(level), _down(level), kind="grid")
        said = f"{frame.whole(level)}{' %' if level == 1 else ''}"
        shown = said if shows_percent else words.get(level, "")
        if shown:
            yield frame.letters(0, _down(level) + 4, shown, anchor="end", dx=-8)


def _goal(goal: Goal) -> list[Markup]:
    y = _down(goal.share)
    return [
        frame.straight(0, 100, y, y, kind="goal"),
        frame.letters(
            0, y - 6 if goal.share < 0.95 else y + 15, goal.name,
            anchor="start", kind="is-goal", dx=4,
        ),
    ]  # fmt: skip


def _events(events: Sequence[Event], scale: _Scale) -> Iterator[Markup]:
    """Upright lines; a name is left out where it would run into the one before (see the table):
    on a phone, or everywhere."""
    # Where the name before ends, in per cent of the width; the first may begin left of the drawing.
    ends = dict.fromkeys((_NARROW, _WIDE), -15.0)
    for event in sorted(events, key=lambda one: _number(one.at)):
        x = scale(event.at)
        yield frame.straight(x, x, 0, HEIGHT, kind="event")
        name, anchor = frame.short(event.name, 20), _anchor(x)
        places = {width: _across(x, anchor, name, width) for width in ends}
        fits = [width for width in ends if places[width][0] >= ends[width]]
        if _WIDE in fits:
            ends |= {width: places[width][1] for width in fits}
            kind = "" if _NARROW in fits else "st-wide-only"
            yield frame.letters(x, -7, name, anchor=anchor, kind=kind)


def _across(x: float, anchor: str, words: str, width: float) -> tuple[float, float]:
    """Where words at a place begin and end, in per cent of a drawing so many pixels wide."""
    size = 100 * len(words) * _LETTER / width
    begin = x - {"start": 0.0, "middle": size / 2, "end": size}[anchor]
    return begin, begin + size


def _anchor(x: float) -> str:
    return "start" if x < 12 else "end" if x > 88 else "middle"


def _paths(every: Sequence[Point], now: int, scale: _Scale) -> Iterator[Markup]:
    """Bands and lines, one each for every run of segments that are drawn alike."""
    segments = [
        ("is-ahead" if n >= now else "is-thin" if every[n - 1].is_thin or one.is_thin else "", n)
        for n, one in enumerate(every)
        if n > 0
    ]
    for kind, run in groupby(segments, key=lambda segment: segment[0]):
        places = [n for _kind, n in run]
        part = every[places[0] - 1 : places[-1] + 1]
        yield from _run(part, kind, scale)
    if len(every) == 1 and every[0].low is not None and every[0].high is not None:
        x, top, bottom = scale(every[0].at), _down(every[0].high), _down(every[0].low)
        yield Markup(
            '<path class="whisker" vector-effect="non-scaling-stroke" d="M{:.4g} {:.4g}V{:.4g}"/>'
        ).format(x, top, bottom)


def _run(part: Sequence[Point], kind: str, scale: _Scale) -> Iterator[Markup]:
    if all(one.low is not None and one.high is not None for one in part):
        upper = [f"{scale(one.at):.4g} {_down(one.high or 0):.4g}" for one in part]
        lower = [f"{scale(one.at):.4g} {_down(one.low or 0):.4g}" for one in part]
        yield Markup('<polygon class="band{}" points="{}"/>').format(
            f" {kind}" if kind else "", " ".join([*upper, *reversed(lower)])
        )
    path = "L".join(f"{scale(one.at):.4g} {_down(one.share):.4g}" for one in part)
    yield Markup(
        '<path class="line{}" vector-effect="non-scaling-stroke" d="M{}"/>'
    ).format(f" {kind}" if kind else "", path)  # fmt: skip


def _dots(points: Sequence[Point], scale: _Scale) -> Iterator[Markup]:
    shown = points if len(points) <= _MOST_DOTS else points[-1:]
    for one in shown:
        last = one is points[-1]
        kind = " ".join(["dot", *["is-thin"] * one.is_thin, *["is-end"] * last])
        yield frame.dot(scale(one.at), _down(one.share), radius=5 if last else 3.5, kind=kind)


def _square(x: float, y: float) -> Markup:
    return frame.peg(x, y, kind="mark", width=6, height=6)


def _axis(places: Sequence[Place], scale: _Scale) -> list[Markup]:
    """The first and the last place in words, and those between that leave room."""
    inside = sorted({_number(place): place for place in places}.items())
    across = [(scale(place), place) for _value, place in inside]
    shown = across[:1] if len(across) > 1 else []
    for x, place in across[1:-1]:
        if x - shown[-1][0] >= _APART and across[-1][0] - x >= _APART:
            shown.append((x, place))
    return [
        frame.letters(x, HEIGHT + 20, _place(place), anchor=_anchor(x))
        for x, place in [*shown, across[-1]]
    ]


def _place(place: Place, *, year: bool = False) -> str:
    return frame.day(place, year=year) if isinstance(place, datetime) else f"{place:g}"


def _sentence(points: Sequence[Point], dots: Sequence[Dot], *, shows_percent: bool) -> str:
    sure = [one for one in points if not one.is_thin]
    if not sure:
        return _("Too early to say.") if points else _("%(n)s marks.") % {"n": len(dots)}
    first, last = sure[0], sure[-1]
    if not shows_percent:
        return _in_words(first, last)
    now = frame.percent(last.share)
    if last.low is not None:
        now = _("%(share)s, likely %(range)s") % {
            "share": now, "range": frame.likely(last.low, last.high)
        }  # fmt: skip
    if len(sure) == 1:
        return _("%(place)s: %(now)s.") % {"place": _place(last.at), "now": now}
    return _("From %(first)s (%(from)s) to %(now)s (%(to)s).") % {
        "first": frame.percent(first.share), "from": _place(first.at),
        "now": now, "to": _place(last.at),
    }  # fmt: skip


def _in_words(first: Point, last: Point) -> str:
    if last.share - first.share > 0.05:
        return _("The line rises.")
    return _("The line falls.") if first.share - last.share > 0.05 else _("The line stays level.")


def _table(
    title: str,
    names: tuple[str, str],
    points: Sequence[Point],
    ahead: Sequence[Point],
    events: Sequence[Event],
    dots: Sequence[Dot],
    shows_percent: bool,
) -> frame.Table:
    """A row for each thing drawn, in its order across."""
    measure, across = names
    head = [across, _("What"), measure, _("Likely"), _("Answers")]
    rows: list[tuple[float, list[frame.Cell]]] = []
    for one in (*points, *ahead):
        what = one.name or (_("forecast") if one in ahead else "")
        rows.append((_number(one.at), [*_start(one.at, what), *_numbers(one, shows_percent)]))
    for event in events:
        rows.append((_number(event.at), [*_start(event.at, event.name), "", "", ""]))
    for mark in dots:
        share = frame.percent(mark.share)
        rows.append((_number(mark.at), [*_start(mark.at, mark.name), share, "", ""]))
    return frame.tabled(title, head, [cells for _at, cells in sorted(rows, key=lambda r: r[0])])


def _start(at: Place, what: str | Markup) -> list[frame.Cell]:
    return [_place(at, year=True), what]


def _numbers(one: Point, shows_percent: bool) -> list[frame.Cell]:
    n = "" if one.n is None else one.n
    if one.is_thin:
        return [_("too early to say"), "", n]
    if not shows_percent:
        return [one.word, "", n]
    return [frame.percent(one.share), "" if one.low is None else frame.likely(one.low, one.high), n]

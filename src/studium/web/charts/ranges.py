"""Bars: counts side by side, likely ranges one under another, and the small ones of lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from studium.web.charts import frame
from studium.web.charts.frame import Chart, Goal

_COLUMNS_HEIGHT = 96
_ROW_HEIGHT = 44


@dataclass(frozen=True, slots=True)
class Column:
    """A count and its name; `range` says it in full in the table ("60 to 69 %")."""

    name: str
    count: int
    is_on: bool = False
    range: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A share (0 to 1) with its likely range; `None` or `is_thin` where it is too early to say.

    `word` stands for the number where percentages are not shown, and beside it where they are.
    `link` replaces the name in the table.
    """

    name: str
    share: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    is_thin: bool = False
    word: str = ""
    link: Markup | None = None

    @property
    def too_early(self) -> bool:
        """Nothing is known well enough for a number."""
        return self.share is None or self.is_thin


def bars(
    columns: Sequence[Column],
    *,
    id: str,
    title: str,
    text: str = "",
    on: str = "",
    head: tuple[str, str] | None = None,
) -> Chart:
    """Counts side by side; the stronger bars (`is_on`) have the meaning `on` ("passed").

    Where the strong ones begin stands an upright line with that word, so colour does not say it
    alone. `head` names the two columns of the table.
    """
    total = sum(column.count for column in columns)
    if not total:
        return frame.empty(id=id, title=title, text=text or frame.nothing_yet())
    text = text or _counted(columns)
    height = _COLUMNS_HEIGHT + (16 if on else 0)
    drawn = _columns(columns, on, height)
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=height)
    names = head or (_("Range"), _("Count"))
    rows = [(one.range or one.name, one.count, _("yes") if one.is_on else "") for one in columns]
    return Chart(svg=svg, table=frame.tabled(title, [*names, on], rows), text=text)


def _columns(columns: Sequence[Column], on: str, height: float) -> Iterator[Markup]:
    """The bars; what `on` says stands above all of them, in a line of its own."""
    most, width = max(column.count for column in columns), 100 / len(columns)
    floor = height - 24.0
    for place, column in enumerate(columns):
        middle, tall = (place + 0.5) * width, (_COLUMNS_HEIGHT - 42) * column.count / most
        yield frame.box(
            place * width + width * 0.08, floor - tall, width=width * 0.84, height=tall,
            kind="bar is-on" if column.is_on else "bar",
        )  # fmt: skip
        if column.count:
            yield frame.letters(middle, floor - tall - 5, str(column.count))
        yield frame.letters(middle, height - 6, column.name)
    yield frame.straight(0, 100, floor, floor, kind="grid")
    first = next((n for n, column in enumerate(columns) if column.is_on), 0)
    if on and first > 0:
        x = first * width
        side, dx = ("end", -4) if x > 60 else ("start", 4)
        yield frame.straight(x, x, 0, floor, kind="pass")
        yield frame.letters(x, 10, on, anchor=side, dx=dx, kind="is-strong")


def _counted(columns: Sequence[Column]) -> str:
    listed = ", ".join(f"{one.range or one.name}: {one.count}" for one in columns if one.count)
    return f"{listed}."


def range_bars(
    rows: Sequence[Bar],
    *,
    id: str,
    title: str,
    goal: Goal | None = None,
    text: str = "",
    measure: str = "",
    shows_percent: bool = True,
) -> Chart:
    """Likely ranges one under another: name and number above each bar, the mark the best guess."""
    if not rows:
        return frame.empty(id=id, title=title, text=text or frame.nothing_yet())
    text = text or _bars_sentence(rows, shows_percent=shows_percent)
    height = _ROW_HEIGHT * len(rows) + (18 if goal else 0)
    drawn = [
        part
        for place, row in enumerate(rows)
        for part in _bar(row, _ROW_HEIGHT * place, shows_percent=shows_percent)
    ]
    if goal is not None:
        x = 100 * goal.share
        drawn += [
            *(_goal_at(x, _ROW_HEIGHT * place) for place in range(len(rows))),
            frame.letters(
                x, height - 4, goal.name, anchor="end" if x > 70 else "middle", kind="is-goal"
            ),
        ]
    head = [_("Name"), measure or _("Level"), _("Likely"), _("In words"), _("Answers")]
    table = frame.tabled(title, head, [_cells(row, shows_percent) for row in rows])
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=height)
    return Chart(svg=svg, table=table, text=text)


def _goal_at(x: float, top: float) -> Markup:
    return frame.straight(x, x, top + 19, top + 37, kind="goal")


def _bar(row: Bar, top: float, *, shows_percent: bool) -> Iterator[Markup]:
    value = _("too early to say") if row.too_early else _value(row, shows_percent=shows_percent)
    yield frame.letters(0, top + 14, frame.short(row.name, 28), anchor="start", kind="is-strong")
    yield frame.letters(100, top + 14, value, anchor="end")
    yield frame.box(0, top + 24, width=100, height=8, kind="track", round=4)
    low, high = (row.low, row.high) if row.low is not None else (row.share, row.share)
    if row.share is not None and low is not None and high is not None:
        kind = "band is-thin" if row.too_early else "band"
        yield frame.box(100 * low, top + 24, width=100 * (high - low), height=8, kind=kind, round=4)
        if not row.too_early:
            yield frame.peg(100 * row.share, top + 28, kind="point")


def _value(row: Bar, *, shows_percent: bool) -> str:
    if not shows_percent:
        return row.word
    said = frame.percent(row.share)
    return said if row.low is None else f"{said} ({frame.likely(row.low, row.high)})"


def _cells(row: Bar, shows_percent: bool) -> list[frame.Cell]:
    start: frame.Cell = row.link or row.name
    n: frame.Cell = "" if row.n is None else row.n
    if row.too_early:
        return [start, "", "", _("too early to say"), n]
    if not shows_percent:
        return [start, "", "", row.word, n]
    span = "" if row.low is None else frame.likely(row.low, row.high)
    return [start, frame.percent(row.share), span, row.word, n]


def _bars_sentence(rows: Sequence[Bar], *, shows_percent: bool) -> str:
    known = [row for row in rows if not row.too_early]
    if not known:
        return _("Too early to say.")
    low = min(known, key=lambda row: row.share or 0)
    high = max(known, key=lambda row: row.share or 0)
    if len(known) == 1 or not shows_percent:
        return "; ".join(f"{r.name}: {_value(r, shows_percent=shows_percent)}" for r in known) + "."
    return _("Lowest: %(low)s with %(low_at)s; highest: %(high)s with %(high_at)s.") % {
        "low": low.name, "low_at": frame.percent(low.share),
        "high": high.name, "high_at": frame.percent(high.share),
    }  # fmt: skip


def forecast_bar(
    mean: float, low: float, high: float, *, goal: Goal, id: str, title: str, text: str = ""
) -> Chart:
    """A forecast score (shares 0 to 1) with its likely range against the mark to pass."""
    text = text or _("Likely %(range)s, best guess %(mean)s; %(goal)s.") % {
        "range": frame.likely(low, high), "mean": frame.percent(mean), "goal": goal.name,
    }  # fmt: skip
    x = 100 * goal.share
    drawn = [
        frame.box(0, 24, width=100, height=10, kind="track", round=5),
        frame.box(100 * low, 24, width=100 * (high - low), height=10, kind="bar", round=5),
        frame.straight(x, x, 16, 42, kind="pass"),
        frame.letters(x, 11, goal.name, kind="is-strong", anchor="end" if x > 70 else "middle"),
        frame.peg(100 * mean, 29, kind="bar is-on", height=16),
        *_ends(low, high),
    ]
    head = [_("Best guess"), _("Likely"), _("Goal")]
    rows = [[frame.percent(mean), frame.likely(low, high), goal.name]]
    svg = frame.drawing(drawn, id=id, title=title, text=text, height=64)
    return Chart(svg=svg, table=frame.tabled(title, head, rows), text=text)


def _ends(low: float, high: float) -> Iterator[Markup]:
    """The ends of the axis and of the range, each where it leaves room for the others."""
    taken: list[float] = []
    places = [(low, str(frame.whole(low))), (high, str(frame.whole(high))), (0.0, "0")]
    for share, said in [*places, (1.0, "100 %")]:
        if all(abs(share - other) >= 0.12 for other in taken):
            taken.append(share)
            anchor = "start" if share < 0.04 else "end" if share > 0.96 else "middle"
            yield frame.letters(100 * share, 58, said, anchor=anchor)


def range_mark(
    share: float,
    low: float,
    high: float,
    label: str,
    goal: float | None = None,
    thin: bool = False,
) -> Markup:
    """A likely range in a row of a list or a table, which says the number itself."""
    inner = [
        frame.box(0, 6, width=100, height=8, kind="track", round=4),
        frame.box(100 * low, 6, width=100 * (high - low), height=8, kind="band", round=4),
        *([] if goal is None else [frame.straight(100 * goal, 100 * goal, 1, 19, kind="goal")]),
        frame.peg(100 * share, 10, kind="point"),
    ]
    return _small(inner, label, "st-range is-thin" if thin else "st-range")


def points_mark(share: float, label: str) -> Markup:
    """A plain bar in a row: points reached of those there were."""
    inner = [
        frame.box(0, 6, width=100, height=8, kind="track"),
        frame.box(0, 6, width=100 * share, height=8, kind="point"),
    ]
    return _small(inner, label, "st-range")


def spark(points: Sequence[float], label: str) -> Markup:
    """Shares over time in the size of a word, oldest first; a dash under two of them."""
    if len(points) < 2:
        return Markup('<span class="st-muted st-small">–</span>')
    step = 90 / (len(points) - 1)
    path = "L".join(f"{3 + n * step:.4g} {29 - p * 26:.4g}" for n, p in enumerate(points))
    return Markup(  # noqa: S704 - numbers, and words that are escaped
        f'<svg class="st-spark" viewBox="0 0 96 32" role="img" aria-label="{escape(label)}">'
        f'<path class="area" d="M{path}L93 31L3 31Z"/><path d="M{path}"/>'
        f'<circle cx="93" cy="{29 - points[-1] * 26:.4g}" r="2.75"/></svg>'
    )


def _small(inner: Sequence[Markup], label: str, kind: str) -> Markup:
    return Markup(  # noqa: S704 - shapes are markup already, and words are escaped
        f'<svg class="{kind}" role="img" aria-label="{escape(label)}">{"".join(inner)}</svg>'
    )

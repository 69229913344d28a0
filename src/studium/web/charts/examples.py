"""Each chart without numbers, with one, with many and on thin evidence, for the style guide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import sin

from studium.web.charts.dots import (
    Answer,
    Bin,
    Spot,
    answer_strip,
    dot_strip,
    reliability,
)
from studium.web.charts.frame import Chart, Goal
from studium.web.charts.heat import HeatCell, HeatRow, heat_map
from studium.web.charts.lines import Dot, Event, Point, band_line
from studium.web.charts.ranges import Bar, Column, bars, forecast_bar, range_bars

_FIRST = datetime(2026, 10, 5, 9, tzinfo=UTC)
_GOAL = Goal(0.8, "goal 80 %")
_NAMES = ("Ada", "Chloe", "Dev", "Eva")


def examples() -> list[tuple[str, list[tuple[str, Chart]]]]:
    """Names of charts, each with its states and a drawing of each of them."""
    states: dict[str, dict[str, Callable[[str], Chart]]] = {
        "band_line": {
            "empty": lambda id: band_line([], id=id, title="Level over time"),
            "one point": lambda id: _line(id, 1),
            "many points": lambda id: _line(id, 10),
            "thin evidence": lambda id: _line(id, 5, thin=3),
        },
        "range_bars": {
            "empty": lambda id: range_bars([], id=id, title="Concepts"),
            "one point": lambda id: _ranges(id, 1),
            "many points": lambda id: _ranges(id, 4),
            "thin evidence": lambda id: _ranges(id, 2, is_thin=True),
        },
        "bars": {
            "empty": lambda id: bars([], id=id, title="Scores of 0 hand-ins"),
            "one point": lambda id: _counts(id, {7: 1}),
            "many points": lambda id: _counts(id, {3: 1, 4: 3, 5: 5, 6: 8, 7: 15, 8: 11, 9: 5}),
        },
        "forecast_bar": {
            "one point": lambda id: forecast_bar(
                0.75, 0.66, 0.84, goal=Goal(0.7, "pass mark 70 %"), id=id, title="Forecast"
            ),
        },
        "heat_map": {
            "empty": lambda id: _heat(id, 0),
            "one point": lambda id: _heat(id, 1),
            "many points": lambda id: _heat(id, 4),
            "thin evidence": lambda id: _heat(id, 2, is_thin=True),
        },
        "dot_strip": {
            "empty": lambda id: _strip(id, []),
            "one point": lambda id: _strip(id, [0.64]),
            "many points": lambda id: _strip(id, [0.3, 0.52, 0.52, 0.6, 0.7, 0.7, 0.7, 0.9]),
        },
        "answer_strip": {
            "empty": lambda id: answer_strip([], id=id, title="Answers"),
            "one point": lambda id: answer_strip([Answer(1)], id=id, title="Answers"),
            "many points": lambda id: answer_strip(
                [Answer(share) for share in (0, 0, 0.5, 1, 0, 1, 1, 1)], id=id, title="Answers"
            ),
        },
        "reliability": {
            "empty": lambda id: reliability([], id=id, title="Predicted and happened"),
            "one point": lambda id: _reliability(id, (7,)),
            "many points": lambda id: _reliability(id, range(10)),
        },
    }
    return [
        (name, [(state, made(f"{name}-{n}")) for n, (state, made) in enumerate(of.items())])
        for name, of in states.items()
    ]


def _line(id: str, count: int, *, thin: int = 0) -> Chart:
    points = [
        Point(
            _FIRST + timedelta(days=5 * n), 0.42 + 0.03 * n + 0.03 * sin(n),
            0.3 + 0.035 * n, 0.58 + 0.02 * n, 3 + 20 * n, is_thin=n < thin,
        )
        for n in range(count)
    ]  # fmt: skip
    last = points[-1]
    many = count > 5
    return band_line(
        points,
        id=id,
        title="Level over time",
        goal=_GOAL,
        events=[Event(_FIRST + timedelta(days=27), "exam 1")] if many else (),
        dots=[Dot(_FIRST + timedelta(days=27), 0.6, "exam 1")] if many else (),
        ahead=[Point(last.at + timedelta(days=9), 0.6, 0.42, 0.78)]
        if many and isinstance(last.at, datetime)
        else (),
    )


def _ranges(id: str, count: int, *, is_thin: bool = False) -> Chart:
    rows = [
        Bar(name, share, share - 0.14, share + 0.12, n, is_thin=is_thin, word=word)
        for name, share, n, word in (
            ("References and borrowing", 0.58, 41, "in progress"),
            ("Fixing ownership errors", 0.44, 19, "shaky"),
            ("Ownership and moves", 0.86, 64, "solid"),
            ("A concept whose name is longer than its place", 0.7, 12, "in progress"),
        )
    ]
    return range_bars(rows[:count], id=id, title="Concepts", goal=_GOAL)


def _counts(id: str, of: dict[int, int]) -> Chart:
    columns = [
        Column(str(10 * n), of.get(n, 0), is_on=n >= 6, range=f"{10 * n}–{10 * n + 9} %")
        for n in range(10)
    ]
    title = f"Scores of {sum(of.values())} hand-ins"
    return bars(columns, id=id, title=title, on="passed", head=("Score", "Hand-ins"))


def _heat(id: str, count: int, *, is_thin: bool = False) -> Chart:
    rows = [
        HeatRow(
            name,
            [
                HeatCell(None, n % 3) if is_thin else HeatCell((31 + 15 * (n + row)) % 100 / 100, 9)
                for n in range(5)
            ],
            "#charts",
        )
        for row, name in enumerate(_NAMES[:count])
    ]
    columns = ("Moves", "References", "Slices", "Structs", "Enums")
    return heat_map(rows, columns=columns, id=id, title="Class by concept", corner="Student")


def _strip(id: str, shares: list[float]) -> Chart:
    spots = [Spot(share, is_on=share >= 0.6) for share in shares]
    goal = Goal(0.6, "pass mark 60 %")
    return dot_strip(spots, id=id, title="Scores", goal=goal, on="passed")


def _reliability(id: str, places: range | tuple[int, ...]) -> Chart:
    bins = [
        Bin((n + 0.5) / 10, (n + 0.7) / 10.4, 40 + 90 * n, (n + 0.2) / 10.4, (n + 1.2) / 10.4)
        for n in places
    ]
    return reliability(bins, id=id, title="Predicted and happened")

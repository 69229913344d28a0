"""Charts drawn on the server as SVG, each with a table of the same numbers and a sentence.

The vocabulary, described in docs/charts.md:

- `band_line`: a line over time or turns with its likely range, a goal, events, dots, a forecast;
- `bars`: counts side by side; `range_bars`: likely ranges one under another; `forecast_bar`;
- `heat_map`: rows by columns with a number in each cell;
- `dot_strip`: a dot for each share along a scale; `answer_strip`: a mark for each answer;
- `reliability`: what was predicted against what happened;
- `range_mark`, `points_mark`, `spark`: small ones for rows, which say their numbers beside them.

All but the small ones return a `Chart`, which `chart_figure` of `parts/chart.html` puts on a page.
No page draws by itself.
"""

from studium.web.charts.dots import (
    Answer,
    Bin,
    Spot,
    answer_strip,
    dot_strip,
    reliability,
)
from studium.web.charts.frame import Chart, Goal, Table, likely, percent
from studium.web.charts.heat import HeatCell, HeatRow, heat_map
from studium.web.charts.lines import Dot, Event, Point, band_line
from studium.web.charts.ranges import (
    Bar,
    Column,
    bars,
    forecast_bar,
    points_mark,
    range_bars,
    range_mark,
    spark,
)

__all__ = [
    "Answer",
    "Bar",
    "Bin",
    "Chart",
    "Column",
    "Dot",
    "Event",
    "Goal",
    "HeatCell",
    "HeatRow",
    "Point",
    "Spot",
    "Table",
    "answer_strip",
    "band_line",
    "bars",
    "dot_strip",
    "forecast_bar",
    "heat_map",
    "likely",
    "percent",
    "points_mark",
    "range_bars",
    "range_mark",
    "reliability",
    "spark",
]

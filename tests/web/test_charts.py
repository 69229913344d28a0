"""Charts: what every drawing has, and that its table and its sentence say the same numbers."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from markupsafe import Markup

from studium import web
from studium.web import charts
from studium.web.charts import Bar, Bin, Column, Dot, Event, Goal, HeatCell, HeatRow, Point, Spot
from studium.web.charts.examples import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOAL = Goal(0.8, "goal 80 %")
NAMED = {"id": "a", "title": "A <title>"}


def level(n: int, share: float, **more: object) -> Point:
    return Point(NOW + timedelta(days=n), share, share - 0.1, share + 0.1, 3 + n, **more)  # type: ignore[arg-type]  # named in the tests


def drawings() -> list[charts.Chart]:
    many = [level(n * n, 0.3 + 0.05 * n) for n in range(9)]
    thin = [level(0, 0.5, is_thin=True), level(2, 0.5, is_thin=True)]
    return [
        charts.band_line([], **NAMED),
        charts.band_line(many[:1], goal=GOAL, **NAMED),
        charts.band_line([many[0]] * 3, goal=Goal(1, "all"), **NAMED),
        charts.band_line(thin, **NAMED),
        charts.band_line(
            many, goal=GOAL, ahead=[level(90, 0.4)], **NAMED,
            events=[Event(NOW + timedelta(days=9), "exam <1>")],
            dots=[Dot(NOW, 1, "first"), Dot(NOW + timedelta(days=80), 0)],
        ),
        charts.band_line([Point(n, 0.5, n=20 - n) for n in range(1, 200)], **NAMED),
        charts.band_line(many, shows_percent=False, **NAMED),
        charts.bars([Column("0", 0), Column("1", 0)], **NAMED),
        charts.bars([Column("0", 3), Column("50", 9, is_on=True)], on="passed", **NAMED),
        charts.range_bars([], **NAMED),
        charts.range_bars(
            [Bar("Loops", 0.58, 0.44, 0.71, 41), Bar("A <name>", None, n=1),
             Bar("Thin", 0.5, 0.2, 0.8, 2, is_thin=True)], goal=GOAL, **NAMED,
        ),
        charts.forecast_bar(0.75, 0.66, 0.84, goal=Goal(0.7, "pass 70"), **NAMED),
        charts.dot_strip([], **NAMED),
        charts.dot_strip([Spot(0.5, "Ada", is_on=True), Spot(0.5)], goal=GOAL, on="you", **NAMED),
        charts.answer_strip([charts.Answer(share) for share in (0, 0.5, 1)] * 30, **NAMED),
        charts.reliability([], **NAMED),
        charts.reliability([Bin(0.1, 0.15, 40, 0.1, 0.2), Bin(0.9, 0.85, 400)], **NAMED),
    ]  # fmt: skip


def words(table: charts.Table | None) -> str:
    assert table is not None
    return "\n".join(" | ".join(str(cell) for cell in row) for row in (table.head, *table.rows))


@pytest.mark.parametrize("place", range(len(drawings())))
def test_a_chart_has_title_description_and_readable_text(place: int) -> None:
    chart = drawings()[place]
    root = ElementTree.fromstring(chart.svg)
    title, description = root.findall("title"), root.findall("desc")
    assert [one.text for one in (*title, *description)] == ["A <title>", chart.text]
    named = root.attrib["aria-labelledby"].split()
    assert named == [title[0].attrib["id"], description[0].attrib["id"]]
    assert root.attrib["role"] == "img"
    assert chart.text
    assert "viewBox" not in root.attrib  # nothing scales the letters
    for scaled in root.iter("svg"):
        assert scaled is root or not list(scaled.iter("text"))
    assert not re.search(r"font-size|style=|\son\w+=|nan|inf", chart.svg)


def test_the_style_sheet_draws_chart_text_at_12_px() -> None:
    css = (Path(web.__file__).parent / "static/css/site.css").read_text()
    block = css[css.index("/* ---- Charts") :]
    assert re.search(r"\.st-plot,\s*\.st-range \{[^}]*text \{[^}]*font: 12px", block)


def test_the_table_of_a_line_has_a_row_for_each_thing_drawn() -> None:
    chart = charts.band_line(
        [level(0, 0.46), level(5, 0.5, is_thin=True), level(20, 0.68)],
        events=[Event(NOW + timedelta(days=9), "exam 1")],
        dots=[Dot(NOW + timedelta(days=1), 1, Markup("<a href='#x'>attempt 1</a>"))],
        ahead=[level(30, 0.6)],
        **NAMED,
    )
    assert words(chart.table) == (
        "Date | What | Level | Likely | Answers\n"
        "2 March 2026 | – | 46 % | 36–56 % | 3\n"
        "3 March 2026 | <a href='#x'>attempt 1</a> | 100 % | – | –\n"
        "7 March 2026 | – | too early to say | – | 8\n"
        "11 March 2026 | exam 1 | – | – | –\n"
        "22 March 2026 | – | 68 % | 58–78 % | 23\n"
        "1 April 2026 | forecast | 60 % | 50–70 % | 33"
    )
    assert chart.text == "From 46 % (2 Mar) to 68 %, likely 58–78 % (22 Mar)."


def test_thin_evidence_and_a_forecast_are_told_by_their_lines() -> None:
    chart = charts.band_line(
        [level(0, 0.4, is_thin=True), level(1, 0.4), level(2, 0.5)], ahead=[level(9, 0.4)], **NAMED
    )
    assert [chart.svg.count(f'class="line{kind}"') for kind in (" is-thin", "", " is-ahead")] == [
        1, 1, 1,
    ]  # fmt: skip
    assert 'class="dot is-thin"' in chart.svg


def test_without_percentages_no_number_of_a_level_is_told() -> None:
    line = charts.band_line(
        [level(0, 0.42, word="shaky"), level(3, 0.83, word="solid")], shows_percent=False, **NAMED
    )
    rows = charts.range_bars(
        [Bar("Loops", 0.42, 0.3, 0.5, word="shaky")], shows_percent=False, **NAMED
    )
    heat = charts.heat_map(
        [HeatRow("Ada", [HeatCell(0.42, 9, "shaky")])],
        columns=["Loops"], corner="Student", shows_percent=False, **NAMED,
    )  # fmt: skip
    for chart in (line, rows, heat):
        told = re.sub(r"<[^>]*>", " ", chart.svg.split("</table>")[0])
        assert not re.search(r"42|83|%", told + chart.text), told
    assert "shaky" in words(line.table) + words(rows.table)
    assert line.text == "The line rises."


def test_range_bars_say_each_row_and_its_table_says_it_again() -> None:
    chart = charts.range_bars(
        [Bar("Loops", 0.58, 0.44, 0.71, 41, word="in progress"), Bar("Slices", None, n=2)],
        goal=GOAL, **NAMED,
    )  # fmt: skip
    assert words(chart.table) == (
        "Name | Level | Likely | In words | Answers\n"
        "Loops | 58 % | 44–71 % | in progress | 41\n"
        "Slices | – | – | too early to say | 2"
    )
    assert "58 % (44–71 %)" in chart.svg
    assert "too early to say" in chart.svg


def test_a_heat_map_is_a_table_whose_cells_say_what_their_colour_says() -> None:
    chart = charts.heat_map(
        [
            HeatRow("Ada <A>", [HeatCell(0.31, 9), HeatCell(0.91, 9)], "/ada/", ["likely"]),
            HeatRow("Chloe", [HeatCell(None, 2), HeatCell(None)], tail=["too early to say"]),
        ],
        columns=["Loops", "Slices"], corner="Student", tail=["Ready"], **NAMED,
    )  # fmt: skip
    assert chart.table is None
    assert '<th scope="row"><a href="/ada/">Ada &lt;A&gt;</a></th>' in chart.svg
    assert "<td class=l1>31<td class=l5>91<td class=word>likely</tr>" in chart.svg
    assert "<td class=few>(2) <i>too early to say</i><td><td class=word>" in chart.svg
    assert chart.svg.count("no answers") == 1  # said of the blank cells in the legend
    assert chart.text == "1 of 4 cells are under 40 %, 2 rest on too few answers."
    empty = charts.heat_map([], columns=[], corner="Student", **NAMED)
    assert empty.text in empty.svg


def test_a_heat_map_of_500_by_50_takes_little_time() -> None:
    row = [HeatCell(n / 50, 9) for n in range(50)]
    rows = [HeatRow(f"Student {n}", row, f"/{n}/") for n in range(500)]
    columns = [f"Concept {n}" for n in range(50)]
    began = time.process_time()
    charts.heat_map(rows, columns=columns, corner="Student", **NAMED)
    assert time.process_time() - began < 0.08  # 10 ms here; the rest is for slow machines


def test_bars_say_where_the_strong_ones_begin() -> None:
    chart = charts.bars(
        [Column("50", 3, range="50–59 %"), Column("60", 9, is_on=True, range="60–69 %")],
        on="passed", head=("Score", "Hand-ins"), **NAMED,
    )  # fmt: skip
    assert 'class="pass"' in chart.svg
    assert ">passed</text>" in chart.svg
    assert words(chart.table) == "Score | Hand-ins | passed\n50–59 % | 3 | –\n60–69 % | 9 | yes"


def test_equal_shares_are_stacked_in_a_dot_strip() -> None:
    chart = charts.dot_strip([Spot(0.5), Spot(0.5), Spot(0.9, is_on=True)], on="you", **NAMED)
    heights = re.findall(r'cx="50%" cy="([\d.]+)"', chart.svg)
    assert len(set(heights)) == 2
    assert chart.text == "3, from 50 % to 90 %."


def test_reliability_says_how_far_predictions_are_off() -> None:
    chart = charts.reliability([Bin(0.2, 0.3, 100, 0.25, 0.35), Bin(0.8, 0.8, 300)], **NAMED)
    assert chart.text == "400 predictions; they are off by 2.5 points on average."
    assert words(chart.table) == (
        "Predicted | Happened | Likely | Predictions\n"
        "20 % | 30 % | 25–35 % | 100\n"
        "80 % | 80 % | – | 300"
    )


def test_the_style_guide_shows_each_chart_in_its_states(client: Client, settings: Any) -> None:
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    text = client.get("/styleguide/").content.decode()
    for name, states in examples():
        assert f">{name}</h3>" in text
        assert states
    assert text.count("<figure") == sum(len(states) for _name, states in examples())


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        ((15, 85), ["", ""]),
        ((57, 98), ["", "st-wide-only"]),  # room for both only above 480 px
        ((50, 55), [""]),
        ((20, 55, 99), ["", "st-wide-only", ""]),
    ],
)
def test_names_of_events_keep_clear_of_each_other(days: tuple[int, ...], kinds: list[str]) -> None:
    """A chart is at least 280 px wide on a phone, where `st-wide-only` is not shown."""
    ends = [Point(NOW, 0.5), Point(NOW + timedelta(days=100), 0.5)]
    events = [Event(NOW + timedelta(days=day), f"Foundations of {day}") for day in days]
    drawn = str(charts.band_line(ends, events=events, **NAMED))
    assert re.findall(r'<text(?: class="([^"]*)")?[^>]*>Foundations', drawn) == kinds

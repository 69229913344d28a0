"""Charts of a class from what `analytics.queries.instructor` found."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from studium.analytics import needs, rules, wording
from studium.web import charts
from studium.web.charts import Chart, HeatCell, HeatRow, Point


def heat_map(page: Any, slug: str) -> Chart:
    """People by concepts; a cell says its level, thin ones how many answers there are."""
    rows = [
        HeatRow(
            row.name,
            [_cell(cell, page.since) for cell in row.cells],
            href=reverse("insight_student", kwargs={"slug": slug, "student_id": row.id}),
            tail=[_chance(row.outlook, percentages=page.percentages)],
        )
        for row in page.rows
    ]
    return charts.heat_map(
        rows,
        columns=page.columns,
        id="class",
        title=_("Class by concept"),
        corner=_("Student"),
        tail=[_("Chance to pass") if page.exam else _("Expected")],
        shows_percent=page.percentages,
    )


def curve(line: Any) -> Chart:
    """Errors by opportunity with their likely range and the number of people."""
    points = [
        Point(at.opportunity, at.error, at.low, at.high, at.n, word="") for at in line.curve.points
    ]
    return charts.band_line(
        points,
        id="curve",
        title=_("Learning curve of %(name)s") % {"name": line.name},
        text=_curve_text(line.curve.points),
        measure=_("Wrong"),
        across=_("Answer number"),
    )


def readiness(page: Any) -> Chart | None:
    """Expected scores in tens; those from the pass mark on are dark."""
    if page.histogram is None or not page.percentages:
        return None
    mark = page.exam.pass_mark if page.exam else 101
    columns = [
        charts.Column(
            name=str(10 * place),
            count=count,
            is_on=10 * place >= mark,
            range=_("%(low)s to %(high)s %%")
            % {"low": 10 * place, "high": 10 * place + 9 + place // 9},
        )
        for place, count in enumerate(page.histogram)
    ]
    return charts.bars(
        columns,
        id="expected",
        title=_("Expected scores of %(n)s people") % {"n": page.known},
        on=_("expected to pass") if page.exam else "",
        head=(_("Expected score"), _("Students")),
    )


# --- parts -----------------------------------------------------------------------------------

_UNSEEN = HeatCell(None, 0)


def _curve_text(points: Any) -> str:
    if not points:
        return ""
    first, last = points[0], points[-1]
    return _(
        "Wrong at the first answer: %(first)s %% of %(many)s people; at answer %(k)s: %(last)s %% "
        "of %(few)s people."
    ) % {
        "first": wording.whole(first.error), "many": first.n, "k": last.opportunity,
        "last": wording.whole(last.error), "few": last.n,
    }  # fmt: skip


def _cell(cell: Any, since: Any) -> HeatCell:
    old = since is not None and (
        cell.last_at is None or cell.last_at.astimezone(UTC).date() < since
    )
    if not cell.n or old:
        return _UNSEEN
    if cell.words == rules.TOO_EARLY:
        return HeatCell(None, cell.n)
    return HeatCell(cell.p, cell.n, word=cell.words)


def _chance(outlook: Any, *, percentages: bool) -> str:
    if outlook is None:
        return _("too early to say")
    if outlook.words is not None:
        return chance_words(outlook.words)
    if not percentages:
        return _("low") if needs.is_poor(outlook) else ""
    return charts.percent(outlook.mean)


def chance_words(words: str) -> str:
    """The chance to pass, one of five words, in the reader's language."""
    return {
        "very unlikely": _("very unlikely"),
        "unlikely": _("unlikely"),
        "open": _("open"),
        "likely": _("likely"),
        "very likely": _("very likely"),
    }[words]

"""What every chart is made of: the figure that comes back, its frame, its letters, its numbers.

Coordinates across are per cent and text sits outside of any scaled drawing, so letters keep their
12 px at every width (down to 360 units). Colours and line styles are classes of `site.css`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from studium.lib.localized import day_words, whole_percent_words

Cell = str | Markup | int


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart: column names, and a row for each thing drawn; row heads first."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure: the drawing, a table of the same numbers, and what it says in one sentence.

    `table` is `None` where the drawing is a table itself (the heat map). `has_axes` asks the page
    for room around the drawing, where the letters of the axes hang; with `is_empty` the drawing
    is its sentence already. Printed as it stands in a template it is its drawing alone.
    """

    svg: Markup
    table: Table | None
    text: str
    has_axes: bool = False
    is_empty: bool = False

    def __html__(self) -> str:
        return self.svg


@dataclass(frozen=True, slots=True)
class Goal:
    """A line to reach: a share from 0 to 1 and the words beside it ("goal 80 %")."""

    share: float
    name: str


def drawing(
    inner: Iterable[Markup], *, id: str, title: str, text: str, height: float, kind: str = ""
) -> Markup:
    """The SVG with its name and its description; `inner` is drawn in per cent by pixels."""
    return Markup(
        '<svg class="st-plot{kind}" width="100%" height="{height:g}" role="img" '
        'aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-desc">{text}</desc>{inner}</svg>'
    ).format(
        kind=f" {kind}" if kind else "",
        id=id,
        title=title,
        text=text,
        height=height,
        inner=Markup("").join(inner),
    )


def stretched(inner: Iterable[Markup], *, height: float) -> Markup:
    """Paths that stretch to the width of the drawing: 100 units across, pixels down; no letters."""
    return Markup(
        '<svg width="100%" height="{h:g}" viewBox="0 0 100 {h:g}" preserveAspectRatio="none">'
        "{inner}</svg>"
    ).format(h=height, inner=Markup("").join(inner))


def letters(
    x: float, y: float, text: str, *, anchor: str = "middle", kind: str = "", dx: float = 0
) -> Markup:
    """Words at a place: `x` in per cent, `y` and `dx` in pixels; anchor start, middle or end."""
    named, moved = f' class="{kind}"' if kind else "", f' dx="{dx:g}"' if dx else ""
    return _plain(
        f'<text{named} x="{x:.4g}%" y="{y:.4g}"{moved} text-anchor="{anchor}">{escape(text)}</text>'
    )


def straight(x1: float, x2: float, y1: float, y2: float, *, kind: str) -> Markup:
    """A line: `x` in per cent, `y` in pixels."""
    return _plain(
        f'<line class="{kind}" x1="{x1:.4g}%" x2="{x2:.4g}%" y1="{y1:.4g}" y2="{y2:.4g}"/>'
    )


def box(x: float, y: float, *, width: float, height: float, kind: str, round: float = 2) -> Markup:
    """A rectangle: `x` and `width` in per cent, the rest in pixels."""
    return _plain(
        f'<rect class="{kind}" x="{x:.4g}%" y="{y:.4g}" width="{width:.4g}%" height="{height:.4g}" '
        f'rx="{round:g}"/>'
    )


def dot(x: float, y: float, *, radius: float, kind: str = "dot") -> Markup:
    """A round mark: `x` in per cent, `y` in pixels."""
    return _plain(f'<circle class="{kind}" cx="{x:.4g}%" cy="{y:.4g}" r="{radius:g}"/>')


def peg(x: float, y: float, *, kind: str, width: float = 4, height: float = 14) -> Markup:
    """An upright mark of some pixels around a place in per cent: a best guess on a range."""
    left, top, round = -width / 2, y - height / 2, min(2, width / 2)
    return _plain(
        f'<svg x="{x:.4g}%" overflow="visible"><rect class="{kind}" x="{left:g}" y="{top:g}" '
        f'width="{width:g}" height="{height:g}" rx="{round:g}"/></svg>'
    )


def _plain(drawn: str) -> Markup:
    """A shape of numbers, of a class named in the code and of escaped words: `Markup.format`,
    which reads each value for signs to escape, takes ten times as long, and a page has hundreds.
    """
    return Markup(drawn)  # noqa: S704 - what people wrote is escaped before


def empty(*, id: str, title: str, text: str, height: float = 64) -> Chart:
    """A chart without numbers: a frame that says so."""
    inner = [
        straight(0, 100, height, height, kind="grid"),
        letters(50, height / 2 + 4, text),
    ]
    drawn = drawing(inner, id=id, title=title, text=text, height=height)
    return Chart(svg=drawn, table=Table(title, (), ()), text=text, is_empty=True)


def nothing_yet() -> str:
    """What a chart without numbers says."""
    return _("There is nothing to draw yet.")


def whole(share: float) -> int:
    """A share of 0 to 1 as whole per cent, halves up; three digits are never shown."""
    return int(share * 100 + 0.5)


def percent(share: float | None) -> str:
    """ "58 %", or a dash where there is no number."""
    return "–" if share is None else whole_percent_words(whole(share))


def likely(low: float | None, high: float | None) -> str:
    """ "44–71 %", or a dash where there is no range."""
    return (
        "–" if low is None or high is None else whole_percent_words(f"{whole(low)}–{whole(high)}")
    )


def day(moment: datetime, *, year: bool = False) -> str:
    """The day in the reader's zone: "5 Oct", in a table "5 October 2026"."""
    return day_words(timezone.localtime(moment), year=year)


def short(text: str, most: int) -> str:
    """At most `most` letters; the whole text is in the table."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def tabled(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Table:
    """A table without the columns that are empty ("") in every row; other gaps get a dash."""
    kept = [n for n in range(len(head)) if n == 0 or any(row[n] != "" for row in rows)]
    return Table(
        caption,
        tuple(head[n] for n in kept),
        tuple(tuple(row[n] if row[n] != "" else "–" for n in kept) for row in rows),
    )

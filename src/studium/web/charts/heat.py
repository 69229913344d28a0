"""A heat map: people by concepts, a number in every cell, thin evidence drawn thin.

The drawing is a table itself, so it is read cell by cell and its row heads can be links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from studium.web.charts.frame import Chart, nothing_yet, whole

_STEPS = (0.40, 0.55, 0.70, 0.85)
"""Where the next stronger colour begins."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A share from 0 to 1 resting on `n` answers; `None` where it is too early to say.

    `word` is shown in place of the number where percentages are not.
    """

    share: float | None
    n: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A name (a link with `href`), a cell for each column, and cells in words after them."""

    name: str
    cells: Sequence[HeatCell]
    href: str = ""
    tail: Sequence[str | Markup] = ()


def heat_map(
    rows: Sequence[HeatRow],
    *,
    columns: Sequence[str | Markup],
    id: str,
    title: str,
    corner: str,
    tail: Sequence[str] = (),
    text: str = "",
    shows_percent: bool = True,
) -> Chart:
    """Rows by columns: `corner` names the rows ("Student"), `tail` the columns of words.

    Colour repeats what the cell says. A dashed cell rests on too few answers and says how many,
    an empty one on none.
    """
    text = text or _sentence(rows, shows_percent=shows_percent)
    if not rows or not columns:
        said = Markup('<p class="st-muted" id="{}">{}</p>').format(id, text)
        return Chart(svg=said, table=None, text=text, is_empty=True)
    drawn = Markup(
        '<div class="st-scroll st-book" id="{id}" tabindex="0" role="region" aria-label="{title}">'
        '<table class="st-heat"><caption class="st-sr">{title}. {text}</caption>'
        "<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{legend}"
    ).format(
        id=id,
        title=title,
        text=text,
        head=_head(columns, tail, corner),
        body=_body(rows, shows_percent=shows_percent),
        legend=_legend(shows_percent=shows_percent),
    )
    return Chart(svg=drawn, table=None, text=text)


def _head(columns: Sequence[str | Markup], tail: Sequence[str], corner: str) -> Markup:
    names = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in columns)
    words = Markup("").join(
        Markup('<th scope="col" class="word">{}</th>').format(one) for one in tail
    )
    return (
        Markup('<th scope="col"><span class="st-sr">{}</span></th>').format(corner) + names + words
    )


def _body(rows: Sequence[HeatRow], *, shows_percent: bool) -> Markup:
    """Plain strings, and as short as HTML allows, since a class of 500 has 25,000 cells; every
    word of others is escaped. The end of a cell need not be written."""
    early = escape(_("too early to say"))
    shades = [f"l{1 + sum(share >= whole(step) for step in _STEPS)}" for share in range(101)]
    numbers = [f"<td class={shade}>{s}" for s, shade in enumerate(shades)]
    parts: list[str] = []
    for row in rows:
        name = escape(row.name)
        if row.href:
            name = Markup('<a href="{}">{}</a>').format(row.href, name)
        parts.append(f'<tr><th scope="row">{name}</th>')
        for cell in row.cells:
            if cell.share is None:
                thin = f"<td class=few>({cell.n}) <i>{early}</i>"
                parts.append(thin if cell.n else "<td>")
            elif shows_percent:
                parts.append(numbers[whole(cell.share)])
            else:
                shade = shades[whole(cell.share)]
                parts.append(f"<td class={shade}>{escape(cell.word)}")
        parts += [f"<td class=word>{escape(words)}" for words in row.tail]
        parts.append("</tr>")
    return Markup("".join(parts))  # noqa: S704 - names and words are escaped above


def _legend(*, shows_percent: bool) -> Markup:
    """What the colours mean; without percentages the words in the cells say it."""
    few = [("few", _("(n) answers, too early to say")), ("blank", _("no answers"))]
    items = (
        Markup('<li><i class="st-box {}"></i>{}</li>').format(kind, word)
        for kind, word in ([*_shades(), *few] if shows_percent else few)
    )
    return Markup('<ul class="st-legend st-heat">{}</ul>').format(Markup("").join(items))


def _shades() -> list[tuple[str, str]]:
    ends = [whole(step) for step in _STEPS]
    between = [(f"l{n}", f"{low}–{high - 1}") for n, (low, high) in enumerate(pairwise(ends), 2)]
    return [
        ("l1", _("under %(n)s") % {"n": ends[0]}),
        *between,
        ("l5", _("%(n)s and over") % {"n": ends[-1]}),
    ]


def _sentence(rows: Sequence[HeatRow], *, shows_percent: bool) -> str:
    cells = [cell for row in rows for cell in row.cells]
    if not cells:
        return nothing_yet()
    thin = sum(1 for cell in cells if cell.share is None)
    if not shows_percent:
        return _("%(thin)s of %(all)s cells rest on too few answers.") % {
            "thin": thin, "all": len(cells)
        }  # fmt: skip
    low = sum(1 for cell in cells if cell.share is not None and cell.share < _STEPS[0])
    return _("%(low)s of %(all)s cells are under 40 %%, %(thin)s rest on too few answers.") % {
        "low": low, "all": len(cells), "thin": thin,
    }  # fmt: skip

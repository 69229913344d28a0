"""Whether the site's predictions hold: what was predicted against what came, for admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.analytics.queries import reliability as queries
from studium.lib.sheet import write_csv
from studium.web import charts
from studium.web.admin import EXPORTED, admins
from studium.web.http import SignedIn

EARLIER = 10
_HEAD = ["measured_at", "predictions", "ece", "by_chance", "log_loss", "shows_percentages",
         "from", "to", "predictions_here", "predicted", "happened", "low", "high"]  # fmt: skip


@require_safe
@admins
def reliability(request: SignedIn) -> HttpResponse:
    """The newest measurement with its plot, and the ones before."""
    pictures, count = queries.reliability_page(viewer=request.user, limit=EARLIER + 1)
    newest = pictures[0] if pictures else None
    context = {
        "newest": newest,
        "chart": newest and _chart(newest),
        "earlier": pictures[1:],
        "count": count,
        "most": queries.MOST_ECE,
        "enough": queries.ENOUGH,
    }
    return render(request, "admin/reliability.html", context)


@require_safe
@admins
def reliability_csv(request: SignedIn) -> HttpResponse:
    """Every measurement that is kept, a line for each range of predictions."""
    pictures, _count = queries.reliability_page(viewer=request.user, limit=EXPORTED)
    lines = [_line(picture, one) for picture in pictures for one in picture.ranges]
    text = write_csv(_HEAD, lines)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="reliability.csv"'
    return answer


def _chart(picture: queries.ReliabilityPicture) -> charts.Chart:
    bins = [
        charts.Bin(one.predicted, one.observed, one.n, one.likely_low, one.likely_high)
        for one in picture.ranges
    ]
    title = _("What was predicted, and what happened")
    return charts.reliability(bins, id="reliability", title=title)


def _line(picture: queries.ReliabilityPicture, one: queries.Range) -> list[object]:
    whole = [picture.made_at.isoformat(timespec="seconds"), picture.n]
    figures = [round(value, 4) for value in (picture.ece, picture.by_chance, picture.log_loss)]
    ends = [round(value, 4) for value in (one.low, one.high)]
    shares = (one.predicted, one.observed, one.likely_low, one.likely_high)
    found = ["" if value is None else round(value, 4) for value in shares]
    words = "yes" if picture.shows_percentages else "no"
    return [*whole, *figures, words, *ends, one.n, *found]

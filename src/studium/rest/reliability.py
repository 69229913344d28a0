"""`/analytics/reliability`: whether the site's predictions hold, for admins."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from studium.analytics.queries import reliability as queries
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Moment, Shown
from studium.rest.paging import Items, Page

router = Router()
Share = Annotated[float, Field(ge=0, le=1, examples=[0.71])]


class Range(Shown):
    """Predictions from `low` to `high`: their mean, the share that was right and where the true
    share lies 8 times out of 10."""

    low: Share
    high: Share
    n: Annotated[int, Field(examples=[640])]
    predicted: Share
    observed: Share
    likely_low: Share | None
    likely_high: Share | None


class Measurement(Shown):
    """How far off the newest predictions were (`ece`, expected calibration error), and what is
    left of that by chance when they are right. Without `shows_percentages` pages say words."""

    made_at: Moment
    n: Annotated[int, Field(examples=[10000])]
    ece: Annotated[float, Field(examples=[0.012])]
    by_chance: Annotated[float, Field(examples=[0.018])]
    log_loss: Annotated[float, Field(examples=[0.471])]
    few: bool
    shows_percentages: bool
    ranges: list[Range]


@router.get(
    "/analytics/reliability", response=Items[Measurement], openapi_extra=says("not_allowed")
)
def list_reliability(request: Request, page: Query[Page]) -> Items[Measurement]:
    """The measurements of the site's predictions, newest first."""
    rows, count = queries.reliability_page(
        viewer=request.auth, offset=page.offset, limit=page.limit
    )
    return Items[Measurement](items=[Measurement.model_validate(row) for row in rows], count=count)

"""How far off the site's predictions were lately, and whether percentages may be shown at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studium.analytics.evaluation.metrics import Bin
from studium.analytics.evaluation.reliability import ENOUGH, MOST_ECE, is_bad
from studium.analytics.models import ReliabilityReport
from studium.analytics.rules import likely
from studium.identity.rights import require_manage_site
from studium.lib.db import read_rows


@dataclass(frozen=True, slots=True)
class Range:
    """Predictions between `low` and `high`: how many, their mean, the share that was right, and
    where the true share lies 8 times out of 10 (None under three answers)."""

    low: float
    high: float
    n: int
    predicted: float
    observed: float
    likely_low: float | None
    likely_high: float | None


@dataclass(frozen=True, slots=True)
class ReliabilityPicture:
    """One measurement of the newest predictions. `ece`: how far off they were on average, 0 to 1;
    `by_chance`: what is left of it when predictions are right; `few`: too few to conclude
    anything; `shows_percentages`: False where pages say words instead."""

    made_at: datetime
    n: int
    ece: float
    by_chance: float
    log_loss: float
    few: bool
    shows_percentages: bool
    ranges: tuple[Range, ...]


_NEWEST = "SELECT ece, by_chance, n FROM reliability_reports ORDER BY last_seq DESC LIMIT 1"


def shows_percentages() -> bool:
    """Whether pages may show the engine's percentages; if not, they say words.

    True until there are enough predictions to tell. Reads one row by its index.
    """
    return not any(is_bad(*row) for row in read_rows(_NEWEST, []))


def latest_reliability(*, viewer: Any) -> ReliabilityPicture | None:
    """The newest measurement, for admins; None before the first."""
    require_manage_site(viewer)
    row = ReliabilityReport.objects.order_by("-last_seq").first()
    return None if row is None else picture_of(row)


def reliability_page(
    *, viewer: Any, offset: int = 0, limit: int = 50
) -> tuple[list[ReliabilityPicture], int]:
    """A page of all measurements kept, newest first, and how many there are; for admins."""
    require_manage_site(viewer)
    rows = ReliabilityReport.objects.order_by("-last_seq")
    return [picture_of(row) for row in rows[offset : offset + limit]], rows.count()


def picture_of(row: ReliabilityReport) -> ReliabilityPicture:
    """A stored measurement as pages and programs see it."""
    return ReliabilityPicture(
        made_at=row.made_at,
        n=row.n,
        ece=row.ece,
        by_chance=row.by_chance,
        log_loss=row.log_loss,
        few=row.n < ENOUGH,
        shows_percentages=not is_bad(row.ece, row.by_chance, row.n),
        ranges=tuple(_range(Bin(*one)) for one in row.bins),
    )


def _range(one: Bin) -> Range:
    between = likely(min(max(one.observed, 0.0), 1.0), one.n) or (None, None)
    return Range(one.low, one.high, one.n, one.predicted, one.observed, *between)


__all__ = [
    "ENOUGH",
    "MOST_ECE",
    "Range",
    "ReliabilityPicture",
    "latest_reliability",
    "picture_of",
    "reliability_page",
    "shows_percentages",
]

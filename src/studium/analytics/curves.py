"""Learning curves: how often a class errs at its first, second, third … answer on a concept.

The k-th answer of a person on a concept is their k-th *opportunity*. Per concept and opportunity
two numbers are kept, how many people came so far and the sum of what was wrong, so that reading a
curve costs the same after ten answers and after a million. Each person counts once at an
opportunity: n people, not n answers.

The kinds follow the categories of DataShop (pslcdatashop.web.cmu.edu/help, "Learning Curve"):
low and flat, no learning, still high, too little data, good; its limits of 20 % and 40 % are kept.
Plain Python.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from math import log, sqrt
from uuid import UUID

from studium.analytics import rules
from studium.lib.intervals import Z80

LAST_OPPORTUNITY = 40
"""Later answers are not counted: few come so far, and the curve has told what it can."""
LEAST_PEOPLE = 10
"""A curve ends where fewer people came; never under `rules.FEW_PEOPLE`."""
LEAST_POINTS = 3
LOW_ERROR = 0.2
HIGH_ERROR = 0.4
LEAST_FALL = 0.05
"""A fall of the fitted curve by less is none."""

GOOD, STILL_HIGH, FLAT, LOW, TOO_FEW = "good", "still_high", "flat", "low", "too_few"
KINDS = {
    FLAT: "flat: no clear improvement",
    STILL_HIGH: "falls, but is still high",
    GOOD: "good: falls with practice",
    LOW: "low from the start",
    TOO_FEW: "too few people to say",
}
"""Kinds in words, those worth a look first."""


@dataclass(slots=True)
class Opportunity:
    """How many people had this opportunity, and the sum of the wrong shares of their answers."""

    n: int = 0
    wrong_sum: float = 0.0


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The share that was wrong at an opportunity, with its 80 % range (Wilson), from n people."""

    opportunity: int
    n: int
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve as it may be shown. `people` had the first opportunity; None under five.

    `ends_for` is why it ends: `people` (fewer than ten came further) or `end` (all is shown).
    `first` and `last` are the fitted errors at both ends, None when there are too few points.
    """

    points: tuple[CurvePoint, ...]
    kind: str
    people: int | None
    ends_for: str
    first: float | None
    last: float | None

    @property
    def words(self) -> str:
        return KINDS[self.kind]


def place(concept_id: UUID, earlier: int) -> tuple[UUID, int] | None:
    """Where the next answer of a person counts who gave `earlier` answers on the concept.

    None when it is later than all that are kept.
    """
    return (concept_id, earlier + 1) if earlier < LAST_OPPORTUNITY else None


def count(
    rows: MutableMapping[tuple[UUID, int], Opportunity],
    concept_id: UUID,
    *,
    earlier: int,
    share: float,
) -> tuple[UUID, int] | None:
    """Count one answer, of which `share` (0 to 1) was right, given after `earlier` others.

    The fold calls this before it updates the mastery, whose `n` is `earlier`. A correction that
    comes later changes nothing here, as with all that the engine holds; the next epoch has it.
    Gives its `place`.
    """
    key = place(concept_id, earlier)
    if key is None:
        return None
    row = rows.get(key)
    if row is None:
        row = rows[key] = Opportunity()
    row.n += 1
    row.wrong_sum += 1.0 - share
    return key


def curve(rows: Iterable[tuple[int, int, float]]) -> Curve:
    """The curve of one concept from (opportunity, n, wrong_sum), in any order.

    It is cut where fewer than ten people came so far, since those who go on are others than those
    who began.
    """
    ordered = sorted(rows)
    people = ordered[0][1] if ordered and ordered[0][0] == 1 else 0
    points: list[CurvePoint] = []
    for expected, (opportunity, n, wrong) in enumerate(ordered, 1):
        if opportunity != expected or n < LEAST_PEOPLE:
            break
        points.append(_point(opportunity, n, wrong))
    fitted = _fitted(points) if len(points) >= LEAST_POINTS else None
    return Curve(
        points=tuple(points),
        kind=_kind(points, fitted),
        people=people if people >= rules.FEW_PEOPLE else None,
        ends_for="people" if len(points) < len(ordered) or not points else "end",
        first=fitted[0] if fitted else None,
        last=fitted[1] if fitted else None,
    )


# --- parts -----------------------------------------------------------------------------------


def _point(opportunity: int, n: int, wrong: float) -> CurvePoint:
    error = min(max(wrong / n, 0.0), 1.0)
    between = rules.likely(error, n)
    assert between is not None  # n is ten or more
    return CurvePoint(opportunity, n, error, *between)


def _fitted(points: list[CurvePoint]) -> tuple[float, float, bool]:
    """Both ends of the line error = c + d ln(opportunity), and whether it falls for certain.

    Least squares weighted with n; for certain means that d is under 0 with its one-sided 90 %
    limit, the binomial variance of each point taken with half an error more (so never 0).
    """
    x = [log(one.opportunity) for one in points]
    total = float(sum(one.n for one in points))
    middle = sum(one.n * at for one, at in zip(points, x, strict=True)) / total
    mean = sum(one.n * one.error for one in points) / total
    spread = sum(one.n * (at - middle) ** 2 for one, at in zip(points, x, strict=True))
    slope = (
        sum(one.n * (at - middle) * (one.error - mean) for one, at in zip(points, x, strict=True))
        / spread
    )
    variance = sum(
        (one.n * (at - middle)) ** 2 * _variance(one) for one, at in zip(points, x, strict=True)
    )
    certain = slope + Z80 * sqrt(variance) / spread < 0
    ends = [min(max(mean + slope * (at - middle), 0.0), 1.0) for at in (x[0], x[-1])]
    return ends[0], ends[1], certain


def _variance(one: CurvePoint) -> float:
    share = (one.error * one.n + 0.5) / (one.n + 1)
    return share * (1 - share) / one.n


def _kind(points: list[CurvePoint], fitted: tuple[float, float, bool] | None) -> str:
    if fitted is None:
        return TOO_FEW
    first, last, certain = fitted
    if all(one.error <= LOW_ERROR for one in points):
        return LOW
    if not certain or first - last < LEAST_FALL:
        return FLAT
    return STILL_HIGH if last > HIGH_ERROR else GOOD

"""What the running sums of an exam come to: item analysis. Pure functions of `items.Sums`.

Definitions follow Moodle's quiz statistics ("Quiz statistics calculations", docs.moodle.org), so
that figures can be compared; x is the points of a question, T the total of all questions, and
X = T - x the rest. Figures are over first attempts that were graded, one per person: later attempts
know the questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from studium.assessment import items
from studium.assessment.items import Sums, Values

Z_80 = 1.2815515655446004
"""The normal quantile of a two-sided range of 80 %."""


@dataclass(frozen=True, slots=True)
class Item:
    """The figures of a question; one that cannot be computed is None. See the functions here."""

    n: int
    facility: float | None
    low: float | None
    high: float | None
    discrimination: float | None
    efficiency: float | None
    seconds: float | None
    skipped: float | None


@dataclass(frozen=True, slots=True)
class Whole:
    """The figures of an exam, in points. `is_kr20`: every question is right or wrong."""

    n: int
    mean: float | None
    spread: float | None
    alpha: float | None
    error: float | None
    is_kr20: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """How many chose an option, of the bottom, middle and top third: people and shares 0 to 1."""

    option: str
    people: tuple[int, int, int]
    shares: tuple[float, float, float]


def item(sums: Sums, *, worth: int) -> Item:
    """The figures of a question worth so many thousandths of a point."""
    low, high = wilson(sums.x / worth, sums.n) if sums.n else (None, None)
    return Item(
        n=sums.n,
        facility=sums.x / (sums.n * worth) if sums.n else None,
        low=low,
        high=high,
        discrimination=discrimination(sums),
        efficiency=efficiency(sums),
        seconds=sums.seconds / sums.timed if sums.timed else None,
        skipped=sums.skipped / sums.n if sums.n else None,
    )


def wilson(successes: float, n: int, *, z: float = Z_80) -> tuple[float, float]:
    """The score interval of a share (E. B. Wilson, JASA 22, 1927, pp. 209-212), 80 % by default.

    With p = successes / n: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Parts of points count
    as parts of a success, which makes the range rather too wide than too narrow.
    """
    p = successes / n
    middle = p + z * z / (2 * n)
    half = z * sqrt(max(0.0, p * (1 - p) / n + z * z / (4 * n * n)))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def discrimination(sums: Sums) -> float | None:
    """Item-rest correlation r(x, X) = C(x, X) / √(V(x) V(X)), -1 to 1.

    Moodle calls it the discrimination index and prints it in per cent. None where everybody had the
    same points on the question or on the rest.
    """
    x, rest = _n_variance(sums.n, sums.x, sums.xx), _n_variance(sums.n, sums.rest, sums.rr)
    if x <= 0 or rest <= 0:
        return None
    return _n_covariance(sums) / sqrt(x) / sqrt(rest)


def efficiency(sums: Sums) -> float | None:
    """Moodle's discriminative efficiency: C(x, X) / C_max(x, X), at most 1.

    C_max is the covariance that the same points on the question and on the rest would have, were
    the highest x had by those with the highest X, and so on down. It takes out how easy a question
    is and how coarse its points are. Exact up to `items.MOST_VALUES` different values.
    """
    most = _n_greatest_covariance(sums)
    return _n_covariance(sums) / most if most > 0 else None


def whole(sums: Sequence[tuple[Sums, int]], *, same_paper: bool) -> Whole:
    """The figures of an exam, from the sums and the worth of every question that counts.

    Mean and spread (standard deviation over n) of T. Coefficient of internal consistency:
    Cronbach's alpha (Psychometrika 16, 1951) = k/(k-1) (1 - Σ V(x) / V(T)), which for questions
    that are right or wrong is KR-20 (Kuder and Richardson, Psychometrika 2, 1937, formula 20).
    Standard error of measurement = √V(T) √(1 - alpha), Moodle's standard error. `same_paper` is
    false where people had different questions: alpha is not defined then.
    """
    if not sums or not sums[0][0].n:
        return Whole(0, None, None, None, None, is_kr20=False)
    one = sums[0][0]
    n = one.n
    total = _n_variance(n, one.x, one.xx) + _n_variance(n, one.rest, one.rr)
    total += 2 * _n_covariance(one)
    spread = sqrt(max(0.0, total)) / n / 1000
    alpha = _alpha([each for each, _ in sums], total) if same_paper else None
    return Whole(
        n=n,
        mean=(one.x + one.rest) / n / 1000,
        spread=spread,
        alpha=alpha,
        error=spread * sqrt(max(0.0, 1 - alpha)) if alpha is not None else None,
        is_kr20=all(set(each.xs.counts) <= {0, worth} for each, worth in sums),
    )


def choices(sums: Sums) -> tuple[Choice, ...]:
    """How often each option was chosen by the thirds of the people, ordered by their total."""
    split = items.thirds(sums.bins)
    people = [_sum_of(sums.bins, part) for part in split]
    found = []
    for option, counts in sorted(sums.options.items()):
        chose = [_sum_of(counts, part) for part in split]
        shares = [c / p if p else 0.0 for c, p in zip(chose, people, strict=True)]
        found.append(
            Choice(option, (chose[0], chose[1], chose[2]), (shares[0], shares[1], shares[2]))
        )
    return tuple(found)


def _alpha(sums: Sequence[Sums], total: int) -> float | None:
    k = len(sums)
    if k < 2 or total <= 0:
        return None
    each = sum(_n_variance(one.n, one.x, one.xx) for one in sums)
    return k / (k - 1) * (1 - each / total)


def _sum_of(bins: Sequence[int], places: Iterable[int]) -> int:
    return sum(bins[place] for place in places)


# Variances and covariances times n², in whole numbers: nothing is lost by subtracting.


def _n_variance(n: int, total: int, squares: int) -> int:
    return n * squares - total * total


def _n_covariance(sums: Sums) -> int:
    return sums.n * sums.xr - sums.x * sums.rest


def _n_greatest_covariance(sums: Sums) -> float:
    paired = 0.0
    for x, rest, people in _paired(sums.xs, sums.rests):
        paired += x * rest * people
    x_sum, rest_sum = _sum(sums.xs), _sum(sums.rests)
    return sums.n * paired - x_sum * rest_sum


def _sum(values: Values) -> float:
    return sum(value * people for value, people in values.ascending())


def _paired(xs: Values, rests: Values) -> Iterable[tuple[float, float, int]]:
    """Both lists from the lowest up, laid side by side: x, rest, and how many people have them."""
    left, right = xs.ascending()[::-1], rests.ascending()[::-1]
    while left and right:
        x, n = left.pop()
        rest, m = right.pop()
        people = min(n, m)
        yield x, rest, people
        if n > people:
            left.append((x, n - people))
        if m > people:
            right.append((rest, m - people))

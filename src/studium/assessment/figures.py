"""What the running sums of an exam come to: item analysis. Pure functions of `items.Sums`.

Definitions follow Moodle's quiz statistics ("Quiz statistics calculations", docs.moodle.org), so
that figures can be compared; x is the points of a question, T the total of all questions, and
X = T - x the rest. Figures are over first attempts that were graded, one per person: later attempts
know the questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from studium.assessment import items
from studium.assessment.items import Sums, Values
from studium.lib.intervals import wilson


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


# --- in words --------------------------------------------------------------------------------

FEW_PEOPLE, FEW_ANSWERS, FLAG_FROM = 5, 20, 30
"""Under five people no average is shown, under twenty figures are grey, flags need thirty."""
TOO_HARD, TOO_EASY, FLAT, SKIPPED, ATTRACTS = 0.2, 0.95, 0.15, 0.3, 0.1

WRONG_KEY, HARD, EASY, TELLS_LITTLE, DISTRACTS_BEST, LEFT_OUT = (
    "wrong_key",
    "too_hard",
    "too_easy",
    "tells_little",
    "distracts_best",
    "left_out",
)


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a question is worth a look; `option` is the one it is about, and how many chose it."""

    code: str
    option: str | None = None
    people: int = 0


def flags(one: Item, chosen: Sequence[Choice], right: Collection[str]) -> tuple[Flag, ...]:
    """What is worth a look, the most serious first; nothing under thirty people.

    A negative item-rest correlation says that those who know more got it wrong: the key is probably
    wrong. A wrong option chosen by more of the top third than of the bottom third says the same of
    that option.
    """
    if one.n < FLAG_FROM or one.facility is None:
        return ()
    found = []
    wrong = [choice for choice in chosen if choice.option not in right]
    favourite = max(wrong, key=lambda choice: sum(choice.people), default=None)
    if one.discrimination is not None and one.discrimination < 0:
        found.append(_about(WRONG_KEY, favourite))
    if one.facility < TOO_HARD:
        found.append(Flag(HARD))
    if one.facility > TOO_EASY:
        found.append(Flag(EASY))
    if one.discrimination is not None and 0 <= one.discrimination < FLAT:
        found.append(Flag(TELLS_LITTLE))
    found += [_about(DISTRACTS_BEST, choice) for choice in wrong if _attracts_best(choice)]
    if one.skipped is not None and one.skipped > SKIPPED:
        found.append(Flag(LEFT_OUT))
    return tuple(found)


def _attracts_best(choice: Choice) -> bool:
    """One or two people more are chance: a tenth of the third more, and five of the top third."""
    bottom, _, top = choice.shares
    return top - bottom >= ATTRACTS and choice.people[2] >= FEW_PEOPLE


def _about(code: str, choice: Choice | None) -> Flag:
    return Flag(code) if choice is None else Flag(code, choice.option, sum(choice.people))


def facility_word(facility: float) -> str:
    """very_hard, hard, medium, easy or very_easy: right by under 20, 40, 70, 90 % or more."""
    steps = ((0.2, "very_hard"), (0.4, "hard"), (0.7, "medium"), (0.9, "easy"))
    return next((word for below, word in steps if facility < below), "very_easy")


def discrimination_word(discrimination: float) -> str:
    """negative, very_weak, weak, adequate or very_good, as Moodle's documentation reads the index
    ("Quiz statistics report": under 0, 20, 30, 50 % or more)."""
    steps = ((0, "negative"), (0.2, "very_weak"), (0.3, "weak"), (0.5, "adequate"))
    return next((word for below, word in steps if discrimination < below), "very_good")


def reliability_word(alpha: float) -> str:
    """poor, fair, good or very_good: under 0.6, 0.75, 0.9 or more; 0.75 is what Moodle's
    documentation asks of a test of any weight."""
    steps = ((0.6, "poor"), (0.75, "fair"), (0.9, "good"))
    return next((word for below, word in steps if alpha < below), "very_good")

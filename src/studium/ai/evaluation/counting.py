"""The statistics of the evaluation, each from its textbook formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import erfc, exp, pi, sqrt
from statistics import fmean

Z95 = 1.959964  # the 97.5th percentile of the standard normal distribution


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share; (0, 1) when nothing was counted.

    Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if not of:
        return 0.0, 1.0
    share, square = right / of, Z95 * Z95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def kappa(left: Sequence[str], right: Sequence[str]) -> float:
    """Cohen's kappa of two passes over the same sheet; 1 where both always say the same.

    Cohen, "A coefficient of agreement for nominal scales" (1960).
    """
    if not left:
        return 1.0
    seen = fmean(one == other for one, other in zip(left, right, strict=True))
    first, second = Counter(left), Counter(right)
    by_chance = sum(first[word] * second[word] for word in first) / len(left) ** 2
    return 1.0 if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def evenness(counts: Sequence[int]) -> tuple[float, float]:
    """Pearson's chi² of counts that should be equal, and its probability by chance.

    The tail is computed by the recurrence of the chi² distribution in its degrees of freedom
    (Abramowitz and Stegun, 26.4.4 and 26.4.5).
    """
    expected = sum(counts) / len(counts) if counts else 0.0
    if not expected:
        return 0.0, 1.0
    found = sum((count - expected) ** 2 for count in counts) / expected
    return found, _tail(found, len(counts) - 1)


def _tail(found: float, freedom: int) -> float:
    """P(chi² ≥ found)."""
    half = found / 2
    if freedom % 2:
        total, term, first = erfc(sqrt(half)), 2 * sqrt(half / pi) * exp(-half), 3
    else:
        total, term, first = exp(-half), half * exp(-half), 4
    for at in range(first, freedom + 1, 2):
        total += term
        term *= found / at
    return total


def rouge_1(said: Sequence[str], wanted: Sequence[str]) -> float:
    """ROUGE-1 F: the balanced overlap of two bags of words (Lin, 2004)."""
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted)) if said or wanted else 0.0


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return fmean(values) if values else 0.0

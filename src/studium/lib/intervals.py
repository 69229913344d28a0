"""Ranges that hold what is looked for 8 times out of 10. Plain Python."""

from __future__ import annotations

from math import sqrt

Z80 = 1.2815515655446004
"""The normal distribution's 90 % quantile: 80 % lie between -Z80 and Z80."""


def wilson(successes: float, n: int, *, z: float = Z80) -> tuple[float, float]:
    """The score interval of a share (E. B. Wilson, JASA 22, 1927, pp. 209-212), 80 % by default.

    Parts of points count as parts of a success, which makes the range rather too wide than too
    narrow.
    """
    return around(successes / n, n, z=z)


def around(share: float, n: int, *, z: float = Z80) -> tuple[float, float]:
    """The same interval around a share p of n: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    At 0 and 1 the formula meets the share exactly; rounding does not put it outside.
    """
    middle = share + z * z / (2 * n)
    half = z * sqrt(max(0.0, share * (1 - share) / n + z * z / (4 * n * n)))
    scale = 1 + z * z / n
    low, high = (middle - half) / scale, (middle + half) / scale
    return min(max(0.0, low), share), max(min(1.0, high), share)

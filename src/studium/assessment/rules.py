"""What an attempt is worth, and the order in which it shows things. Exact, and the same always."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from typing import TypeVar

GRADING_VERSION = 1
"""Raised whenever the same responses could earn other points than before."""

_MILLI = Decimal("0.001")
_NEARLY = Decimal("1e-15")
_T = TypeVar("_T")


def points_for(share: Decimal, points: Decimal) -> Decimal:
    """The points of a share 0 to 1, to three decimals, rounded down.

    A share of 28 digits that stands for a third is taken for one: of 3 points it is 1.000.
    """
    if not 0 <= share <= 1 or points < 0:
        raise ValueError(f"a share of {share} of {points} points is not possible")
    with localcontext() as exact:
        exact.prec = 60
        nearly = (share * points).quantize(_NEARLY, rounding=ROUND_HALF_EVEN)
        return min(nearly, points).quantize(_MILLI, rounding=ROUND_DOWN)


def score_percent(points: Decimal, max_points: Decimal) -> int:
    """floor(100 · points / max_points): 0 to 100, in exact decimals."""
    if max_points <= 0 or not 0 <= points <= max_points:
        raise ValueError(f"{points} of {max_points} points is not possible")
    # Whole division is exact where 100 · points / max_points might be rounded up to a pass.
    with localcontext() as exact:
        exact.prec = 60
        exact.rounding = ROUND_FLOOR
        return int(100 * points // max_points)


def paper_order(question_ids: Sequence[_T], seed: int | None) -> list[_T]:
    """The order of questions in one attempt; without a seed the author's order."""
    return _shuffled(question_ids, seed, "paper")


def option_order(option_ids: Sequence[_T], seed: int | None, question_id: object) -> list[_T]:
    """The order of one question's options in one attempt; without a seed the author's order."""
    return _shuffled(option_ids, seed, f"options {question_id}")


def drawn(items: Sequence[_T], *, pick: int, seed: int, what: str) -> list[_T]:
    """`pick` of the items, or all when there are fewer; every such set is equally likely.

    An item is its `str`, or for a tuple that of its first entry. `what` keeps two draws with one
    seed apart. The same for ever: stored draws can be checked.
    """
    return _shuffled(items, seed, what)[:pick]


def _shuffled(items: Sequence[_T], seed: int | None, what: str) -> list[_T]:
    """Sort by a hash of seed and id: where an item comes tells nothing about where it was."""
    if seed is None:
        return list(items)

    def place(item: _T) -> bytes:
        key = item[0] if isinstance(item, tuple) else item
        return hashlib.sha256(f"{seed}\0{what}\0{key}".encode()).digest()

    return sorted(items, key=place)

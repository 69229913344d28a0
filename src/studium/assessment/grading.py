"""A course total: what each item counts, and in words why the total is what it is. Pure functions.

total = sum(weight · score) / sum(weight) over the items that count, rounded down to a tenth, in
exact decimals. An excused item does not count. One that is missing counts as 0 or not at all, as
the course says; one that is not due yet or still being marked does not count yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from studium.lib.words import Words, phrase, sentences

MARK, LATE, MISSING, EXCUSED, REVIEW, RUNNING, OPEN, HIDDEN = (
    "mark",
    "late",
    "missing",
    "excused",
    "review",
    "running",
    "open",
    "hidden",
)
"""The states of a cell. `open` is not due yet, `hidden` is marked and not released."""

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Part:
    """An item as it goes into a total; `score` is 0 to 100 where there is one."""

    weight: Decimal
    state: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """`score` is 0 to 100 with one decimal, None while nothing counts. `counted` and `of` are the
    weights that counted and all weights; `words` explain it."""

    score: Decimal | None
    counted: Decimal
    of: Decimal
    words: str


def total(parts: Iterable[Part], *, missing_is_zero: bool) -> Total:
    """The total of one learner."""
    listed = [one for one in parts if one.weight > 0]
    counted = [(one.weight, one.score or 0) for one in listed if _counts(one, zero=missing_is_zero)]
    weights = sum((weight for weight, _ in counted), start=Decimal(0))
    points = sum((weight * score for weight, score in counted), start=Decimal(0))
    of = sum((one.weight for one in listed if one.state != EXCUSED), start=Decimal(0))
    score = (points / weights).quantize(_TENTH, rounding=ROUND_FLOOR) if weights else None
    return Total(score, weights, of, _words(listed, len(counted), zero=missing_is_zero))


def _counts(one: Part, *, zero: bool) -> bool:
    if one.state == MISSING:
        return zero
    return one.score is not None and one.state in (MARK, LATE, REVIEW)


def _words(listed: list[Part], counted: int, *, zero: bool) -> str:
    if not listed:
        return phrase("No item counts towards the total.")
    parts = [phrase("%(n)s of %(all)s items count", n=counted, all=len(listed))]
    for state in (MISSING, EXCUSED, REVIEW, RUNNING, OPEN, HIDDEN):
        number = sum(one.state == state and not (state == REVIEW and one.score is not None)
                     for one in listed)  # fmt: skip
        if number:
            parts.append(_state_words(state, number, zero=zero))
    return sentences(*parts, between=", ", end=".")


def _state_words(state: str, n: int, *, zero: bool) -> Words:
    if state == MISSING:
        return phrase("%(n)s missing as 0", n=n) if zero else phrase("%(n)s missing left out", n=n)
    return {
        EXCUSED: phrase("%(n)s excused", n=n),
        REVIEW: phrase("%(n)s being marked", n=n),
        RUNNING: phrase("%(n)s running", n=n),
        OPEN: phrase("%(n)s not due yet", n=n),
        HIDDEN: phrase("%(n)s not released", n=n),
    }[state]

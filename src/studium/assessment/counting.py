"""Which of several attempts makes the result of an exam, and how to say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

BEST, LAST, FIRST, MEAN = "best", "last", "first", "mean"


class Tried(Protocol):
    """What is asked of an attempt: its number and, once that is known, its score 0 to 100."""

    @property
    def attempt_no(self) -> int: ...
    @property
    def score(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """The result. `attempt_no` names the attempt that counts; None where it is the mean, or where
    there is no score yet. `words` explain it in a sentence."""

    score: int | None
    attempt_no: int | None
    of: int
    words: str


def counting_score(attempts: Iterable[Tried], rule: str) -> Counted:
    """The score of an exam by its rule, over the attempts whose score is known.

    `best`: the highest, the earliest of equals; `last`, `first`: by their number; `mean`:
    floor(sum / number), so that it never reaches a pass mark by rounding.
    """
    known = sorted(
        ((one.attempt_no, one.score) for one in attempts if one.score is not None),
        key=lambda one: one[0],
    )
    if not known:
        return Counted(None, None, 0, "There is no score yet.")
    if rule == MEAN:
        mean = sum(score for _number, score in known) // len(known)
        return Counted(mean, None, len(known), _mean_words(len(known)))
    number, score = _chosen(known, rule)
    return Counted(score, number, len(known), _words(rule, number, len(known)))


def _chosen(known: list[tuple[int, int]], rule: str) -> tuple[int, int]:
    if rule == LAST:
        return known[-1]
    if rule == FIRST:
        return known[0]
    if rule == BEST:
        return max(known, key=lambda one: (one[1], -one[0]))
    raise ValueError(f"There is no rule called {rule}.")


def _words(rule: str, number: int, of: int) -> str:
    if of == 1:
        return "The one attempt counts."
    which = {BEST: "best", LAST: "last", FIRST: "first"}[rule]
    return f"The {which} of {of} attempts counts: attempt {number}."


def _mean_words(of: int) -> str:
    return "The one attempt counts." if of == 1 else f"The mean of {of} attempts counts."

"""What the figures mean: thresholds, likely ranges and words.

Plain Python. Shares run from 0 to 1; scores are whole per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from studium.lib.intervals import around

FEW_ANSWERS = 3
"""Under this many answers it is too early to say."""
FEW_HAND_INS = 20
"""Under this many hand-ins, figures of single questions are grey."""
FLAG_ANSWERS = 30
"""From this many answers on, a question may be flagged."""
FEW_PEOPLE = 5
"""Under this many people there are no averages."""
GOAL = 0.8
WEAK = 0.6
SOLID, SOLID_LOW = 0.85, 0.70
"""A concept is solid when P(right) and the lower end of its range reach these."""
SHAKY = 0.60
"""A concept is shaky when even the upper end of the range stays under this."""
LITTLE_CHANGE = 5
"""A change by fewer points is called little."""
MOST_ATTEMPTS = 50
"""So many attempts, the latest, stand in `progress_data`."""

TOO_EARLY = "too early to say"


class Known(Protocol):
    """P(right) on a concept with its 80 % range, from `n` answers."""

    @property
    def p(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def n(self) -> int: ...


@dataclass(slots=True)
class Tally:
    """How one student answered the questions of one lesson. The id is as the driver has it."""

    course_id: Any
    answers: int
    share_sum: Decimal
    last_at: datetime
    last_seq: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt with at least one answer taken in. `passed` is None for practice.

    The score of practice is over all questions of the run: one that is not answered counts 0.
    """

    id: UUID
    kind: str
    of: UUID
    title: str
    attempt_no: int
    score: int
    passed: bool | None
    at: datetime


def is_early(answers: int) -> bool:
    """Whether so few answers were given that nothing should be concluded."""
    return answers < FEW_ANSWERS


def likely(share: float, answers: int) -> tuple[float, float] | None:
    """Where the true share lies 8 times out of 10 (Wilson); None when it is too early to say."""
    if is_early(answers):
        return None
    return around(share, answers)


def words(share: float, answers: int) -> str:
    """A level in words."""
    if is_early(answers):
        return TOO_EARLY
    if share >= GOAL:
        return "goal met"
    return "getting there" if share >= WEAK else "needs another look"


def mastery_words(p: float, low: float, high: float, answers: int) -> str:
    """How somebody stands on a concept, from P(right) and its 80 % range."""
    if is_early(answers):
        return TOO_EARLY
    if low >= SOLID_LOW and p >= SOLID:
        return "solid"
    return "shaky" if high < SHAKY else "in progress"


def facility_words(share: float | None) -> str:
    """How much of a question people get right, as a word; empty when it may not be said."""
    if share is None:
        return ""
    if share >= 0.9:
        return "nearly all right"
    if share >= 0.6:
        return "mostly right"
    return "about half right" if share >= 0.4 else "mostly wrong"


def flag(share: float | None, answers: int) -> str:
    """Why a question is worth a look: too_easy, too_hard, or none."""
    if share is None or answers < FLAG_ANSWERS:
        return "none"
    if share >= 0.95:
        return "too_easy"
    return "too_hard" if share <= 0.25 else "none"

"""What to practise next, and with which questions: pure judgements over what the engine says.

The order of a course stands for what one has to know before: a concept is ready when every concept
before it has P of at least .6. Questions are chosen with P near .75: hard enough to learn from,
easy enough to go on. That is a choice, not a finding (for simple learners in a model the best is
.85: Wilson et al., Nature Communications 10, 4646, 2019); offers are kept so that it can be tested.
The same state always gives the same choice. Chances run from 0 to 1, times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from studium.analytics.rules import FEW_ANSWERS

BEST_P = 0.75
LOW_P, HIGH_P = 0.6, 0.9
READY_P = 0.6
"""What comes before must be right this often, or it is practised first."""
GOAL_P = 0.8
"""A review is to bring a concept back to this (`engine.TARGET`)."""
IN_A_ROW = 2
"""So many questions about one concept may follow each other while there are others."""
MORE_RIGHT = 5
"""A suggestion counts with so many more right answers."""
SECONDS_EACH = 75
"""One question with its feedback, where the person's own pace is not known."""
FEEDBACK_SECONDS = 20

REVIEW, LEVEL, NEW, OTHER = "review", "level", "new", "other"
REASONS = (REVIEW, LEVEL, NEW, OTHER)
"""Why a question is asked: its concept is due, P is in the band, it is new, it is the next best."""
EXAM, COURSE = "exam", "course"
KINDS = (REVIEW, EXAM, COURSE)
"""Why a concept is suggested: it is due, it gains most in the exam, or it comes next."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A concept in the course's order as the choice sees it; `due_at` None: nothing to review."""

    concept_id: UUID
    p: float
    n: int
    due_at: float | None

    def is_due(self, at: float) -> bool:
        """Whether its review is due by then."""
        return self.n > 0 and self.due_at is not None and self.due_at <= at


@dataclass(frozen=True, slots=True)
class Option:
    """A question that may be asked: the concept it counts for, its place in the course, and P."""

    question_id: UUID
    concept_id: UUID
    place: tuple[int, ...]
    p: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """A question to ask, why (one of `REASONS`), and P before it."""

    question_id: UUID
    concept_id: UUID
    reason: str
    p: float


@dataclass(frozen=True, slots=True)
class Prospect:
    """What practice of a concept would bring.

    `weight` is its share of the exam's marks (of the course without an exam), `gain` the rise of
    P on its questions after `MORE_RIGHT` more right answers, `questions` how many can be asked.
    """

    standing: Standing
    weight: float
    gain: float
    questions: int
    seconds: float

    @property
    def asked(self) -> int:
        """How many questions it takes, as far as there are any."""
        wanted = round(MORE_RIGHT / max(self.standing.p, 0.5))
        return max(1, min(wanted, self.questions))

    @property
    def minutes(self) -> int:
        """About how long that takes, in whole minutes."""
        return max(1, ceil(self.asked * self.seconds / 60))

    @property
    def points(self) -> float:
        """Points of 100 in the exam that it is expected to bring."""
        return 100.0 * self.weight * max(0.0, self.gain)

    def score(self, at: float) -> float:
        """Expected share of the exam per minute; what a due review brings back counts beside."""
        gain = max(0.0, self.gain)
        if self.standing.is_due(at):
            gain += max(0.0, GOAL_P - self.standing.p)
        return self.weight * gain / self.minutes


def ready(standings: Sequence[Standing], there: Collection[UUID]) -> set[UUID]:
    """The concepts all of whose forerunners in the course's order have P of at least `READY_P`.

    `there` are those on which something can be asked now; the others hold nothing up, nor do those
    of which it is too early to say.
    """
    found = set()
    for one in standings:
        found.add(one.concept_id)
        if one.p < READY_P and not 0 < one.n < FEW_ANSWERS and one.concept_id in there:
            break
    return found


def choose(
    options: Iterable[Option],
    standings: Sequence[Standing],
    *,
    count: int,
    at: float,
    in_a_row: int = IN_A_ROW,
) -> list[Chosen]:
    """Up to `count` questions: due reviews, then ready ones by P, then the rest in course order.

    Of each concept at most `in_a_row` follow each other as long as another one that is due or ready
    has a question left.
    """
    options = list(options)
    known = {one.concept_id: one for one in standings}
    # Who has answered nothing yet begins at the beginning.
    begun = any(one.n for one in standings)
    may_come = ready(standings, {one.concept_id for one in options}) if begun else set()
    ranked = sorted(options, key=lambda one: _rank(one, known.get(one.concept_id), may_come, at))
    mixed = may_come | {one.concept_id for one in standings if one.is_due(at)}
    chosen: list[Chosen] = []
    while ranked and len(chosen) < count:
        last = [done.concept_id for done in chosen[-in_a_row:]]
        one = _next(ranked, mixed, last if len(last) == in_a_row else [])
        ranked.remove(one)
        reason = _reason(one, known.get(one.concept_id), may_come, at)
        chosen.append(Chosen(one.question_id, one.concept_id, reason, one.p))
    return chosen


def best(prospects: Sequence[Prospect], *, at: float) -> Prospect | None:
    """What to suggest: the best score among ready concepts; ties and a cold start by the course.

    Where none of them gains anything in the exam, the one that holds up what follows, if one does.
    `prospects` are in the course's order. None where nothing can be asked, or nothing gains.
    """
    practised = {one.standing.concept_id for one in prospects if one.questions}
    may_come = ready([one.standing for one in prospects], practised)
    there = [one for one in prospects if one.questions and one.standing.concept_id in may_come]
    if not there:
        return None
    if not any(one.standing.n for one in prospects):
        return there[0]
    # max() keeps the first of equals, which comes first in the course.
    found = max(there, key=lambda one: one.score(at))
    if found.score(at) > 0:
        return found
    return there[-1] if there[-1].standing.p < READY_P else None


def kind_of(prospect: Prospect, *, at: float, foretold: bool) -> str:
    """Why it is suggested; `foretold`: an exam is ahead and there is enough to foretell it by."""
    if prospect.standing.is_due(at):
        return REVIEW
    return EXAM if foretold and prospect.points > 0 else COURSE


def pace(seconds: Sequence[int]) -> float:
    """Seconds for a question with its feedback: the median of the person's own, within reason."""
    if len(seconds) < 3:
        return SECONDS_EACH
    middle = sorted(seconds)[len(seconds) // 2]
    return float(min(max(middle, 10), 300) + FEEDBACK_SECONDS)


def _rank(
    one: Option, standing: Standing | None, may_come: set[UUID], at: float
) -> tuple[float | int | UUID, ...]:
    distance = abs(one.p - BEST_P)
    if standing is not None and standing.is_due(at) and standing.due_at is not None:
        return (0, standing.due_at, distance, *_tie(one))
    if one.concept_id not in may_come:
        return (3, *_tie(one))
    if LOW_P <= one.p <= HIGH_P:
        return (1, distance, *_tie(one))
    return (2, distance, *_tie(one))


def _tie(one: Option) -> tuple[int | UUID, ...]:
    return (*one.place, one.question_id)


def _next(ranked: Sequence[Option], mixed: set[UUID], last: Sequence[UUID]) -> Option:
    """The first, unless `last` is a row of its concept that another of `mixed` can break."""
    if len(set(last)) != 1 or ranked[0].concept_id != last[0]:
        return ranked[0]
    others = (one for one in ranked if one.concept_id in mixed and one.concept_id != last[0])
    return next(others, ranked[0])


def _reason(one: Option, standing: Standing | None, may_come: set[UUID], at: float) -> str:
    if standing is not None and standing.is_due(at):
        return REVIEW
    if standing is None or not standing.n:
        return NEW
    return LEVEL if one.concept_id in may_come and LOW_P <= one.p <= HIGH_P else OTHER

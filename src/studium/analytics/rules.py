"""What the figures mean: thresholds, likely ranges, words, and the shape of `progress_data`.

Plain Python. Shares run from 0 to 1; scores are whole per cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from studium.lib.intervals import around

SCHEMA_VERSION = 2
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
LABELS = frozenset({"topic", "name", "title"})
"""Keys of `progress_data` that are copied for readers and may be renamed at their source."""


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


def render(
    *,
    tallies: Iterable[tuple[UUID, Tally]],
    topics: dict[UUID, str],
    attempts: Sequence[Attempt],
    concepts: Sequence[dict[str, Any]] | None = None,
    epoch: int = 0,
) -> dict[str, Any]:
    """`analytics.progress_data`: a function of what was taken in, and of nothing else.

    `tallies` are pairs of lesson id and tally, `concepts` entries of `concept_entry`; None while
    there is no `epoch`: then each lesson is shown as a concept, by its share. Lessons done and
    exams open change without answers, so they are not in here; pages add them when they are read.
    """
    lessons = [
        _lesson(lesson_id, topics[lesson_id], tally)
        for lesson_id, tally in sorted(tallies, key=lambda pair: pair[0])
    ]
    newest = sorted(attempts, key=lambda one: (one.at, one.id))[-MOST_ATTEMPTS:]
    return {
        "schema_version": SCHEMA_VERSION,
        "seq": max(lesson.pop("seq") for lesson in lessons),
        "epoch": epoch,
        "lessons": lessons,
        "concepts": [_concept(lesson) for lesson in lessons]
        if concepts is None
        else sorted(concepts, key=lambda one: str(one["id"])),
        "attempts": [_attempt(one) for one in newest],
        "next": _next(lessons),
    }


def without_labels(value: Any) -> Any:
    """`progress_data` without the names in it, to compare what was counted."""
    if isinstance(value, dict):
        return {key: without_labels(one) for key, one in value.items() if key not in LABELS}
    return [without_labels(one) for one in value] if isinstance(value, list) else value


def share_of(tally: Tally) -> float:
    """The share that was right, with four decimals."""
    return _four(float(tally.share_sum / tally.answers))


def _four(value: float) -> float:
    return round(value, 4)


def _lesson(lesson_id: UUID, topic: str, tally: Tally) -> dict[str, Any]:
    share = share_of(tally)
    return {
        "id": str(lesson_id),
        "topic": topic,
        "answers": tally.answers,
        "share": share,
        "last_at": tally.last_at.isoformat(),
        "words": words(share, tally.answers),
        "seq": tally.last_seq,
    }


def concept_entry(concept_id: UUID, name: str, last_at: datetime, known: Known) -> dict[str, Any]:
    """A concept as the engine saw it after the last answer on it."""
    early = is_early(known.n)
    return {
        "id": str(concept_id),
        "name": name,
        "p": _four(known.p),
        "low": None if early else _four(known.low),
        "high": None if early else _four(known.high),
        "n": known.n,
        "last_at": last_at.isoformat(),
        "words": mastery_words(known.p, known.low, known.high, known.n),
    }


def _concept(lesson: dict[str, Any]) -> dict[str, Any]:
    """Before the first epoch each lesson is a concept."""
    between = likely(lesson["share"], lesson["answers"])
    return {
        "id": lesson["id"],
        "name": lesson["topic"],
        "p": lesson["share"],
        "low": _four(between[0]) if between else None,
        "high": _four(between[1]) if between else None,
        "n": lesson["answers"],
        "last_at": lesson["last_at"],
        "words": lesson["words"],
    }


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": str(one.id),
        "of": str(one.of),
        "title": one.title,
        "attempt_no": one.attempt_no,
        "score": one.score,
        "passed": one.passed,
        "at": one.at.isoformat(),
    }


def _next(lessons: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the answers alone suggest: the weakest lesson under the goal, else one hardly tried."""
    weak = [one for one in lessons if not is_early(one["answers"]) and one["share"] < GOAL]
    few = [one for one in lessons if is_early(one["answers"])]
    found = min(weak, key=lambda one: (one["share"], one["id"]), default=None)
    reason = "weakest"
    if found is None:
        found, reason = min(few, key=lambda one: one["id"], default=None), "few_answers"
    if found is None:
        return {"kind": "done", "id": None, "title": "", "reason": "goals_met"}
    return {"kind": "lesson", "id": found["id"], "title": found["topic"], "reason": reason}


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

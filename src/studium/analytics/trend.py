"""Whether somebody gets better, and what they should do next: pure judgements over short lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from studium.analytics import rules


@dataclass(frozen=True, slots=True)
class Score:
    """A score that its owner may know, at an exam or (`kind` quiz) in practice."""

    kind: str
    of: UUID
    title: str
    attempt_id: UUID
    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Trend:
    """From the first to the latest score. `verdict`: better, worse or same.

    `same_thing`: all scores are of one exam or quiz, so that they can be compared fairly.
    """

    verdict: str
    first: Score
    latest: Score
    count: int
    same_thing: bool

    @property
    def points(self) -> int:
        return self.latest.score - self.first.score


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next. `kind`: resume_exam, practise, read, try, sit or done.

    `why` is the reason as a word: running, weak, unread, few_answers, open, all_done; `share` and
    `answers` are what it rests on, where that is answers.
    """

    kind: str
    why: str
    id: UUID | None = None
    title: str = ""
    lesson_id: UUID | None = None
    minutes: int = 0
    share: float | None = None
    answers: int = 0


_ORDER = ("resume_exam", "practise", "read", "try", "sit", "done")


def trend(scores: Iterable[Score]) -> Trend | None:
    """What the scores show; None under two of them.

    The exam taken at least twice whose latest attempt is newest answers best; then all exams, then
    the quiz practised at least twice, then all practice.
    """
    ordered = sorted(scores, key=lambda one: (one.at, one.attempt_id))
    for kind in ("exam", "quiz"):
        of_kind = [one for one in ordered if one.kind == kind]
        for newest in reversed(of_kind):
            same = [one for one in of_kind if one.of == newest.of]
            if len(same) > 1:
                return _from(same, same_thing=True)
        if len(of_kind) > 1:
            return _from(of_kind, same_thing=False)
    return None


def next_steps(steps: Iterable[Step]) -> list[Step]:
    """The steps in the order in which they are worth doing; the weakest practice first."""
    return sorted(
        steps,
        key=lambda step: (
            _ORDER.index(step.kind),
            step.share if step.share is not None else 1.0,
        ),
    )


def _from(scores: Sequence[Score], *, same_thing: bool) -> Trend:
    first, latest = scores[0], scores[-1]
    change = latest.score - first.score
    verdict = "same"
    if abs(change) >= rules.LITTLE_CHANGE:
        verdict = "better" if change > 0 else "worse"
    return Trend(verdict, first, latest, len(scores), same_thing)

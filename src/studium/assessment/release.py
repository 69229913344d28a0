"""When a student may see which part of a result. Everybody who shows one asks here.

The parts come one after the other: correctness says what the points were given for, key and
explanation say what would have been right. So a part is never out before those it gives away.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

SCORE, CORRECTNESS, KEY, EXPLANATION = "score", "correctness", "key", "explanation"
PARTS = (SCORE, CORRECTNESS, KEY, EXPLANATION)
RANK = {"at_once": 0, "after_close": 1, "on_date": 2, "never": 3}
"""How late a rule is: a date of release is never before closing time."""

_FIRST = {
    SCORE: (SCORE,),
    CORRECTNESS: (SCORE, CORRECTNESS),
    KEY: (SCORE, CORRECTNESS, KEY),
    EXPLANATION: (SCORE, CORRECTNESS, EXPLANATION),
}


class Rules(Protocol):
    """What is asked of an exam (or of anything that has its rules of release)."""

    @property
    def release(self) -> Any: ...
    @property
    def release_correctness(self) -> Any: ...
    @property
    def release_key(self) -> Any: ...
    @property
    def release_explanation(self) -> Any: ...
    @property
    def release_on(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def last_end_at(self) -> datetime | None: ...


def rule_of(exam: Rules, part: str) -> str:
    """The rule of a part, `with_score` resolved: at_once, after_close, on_date or never."""
    if part == SCORE:
        return str(exam.release)
    rule = str(getattr(exam, f"release_{part}"))
    return str(exam.release) if rule == "with_score" else rule


def everybody_done_at(exam: Rules) -> datetime | None:
    """When nobody can be working any more, accommodations included; None without closing time."""
    if exam.closes_at is None or exam.last_end_at is None:
        return exam.closes_at
    return max(exam.closes_at, exam.last_end_at)


def release_moment(exam: Rules, part: str, *, graded_at: datetime) -> datetime | None:
    """From when the part of a result graded at that time is out; None: never."""
    moments = [_moment(exam, rule_of(exam, one), graded_at) for one in _FIRST[part]]
    if any(moment is None for moment in moments):
        return None
    return max(moment for moment in moments if moment is not None)


def released(exam: Rules, part: str, now: datetime) -> bool:
    """Whether the part (`score`, `correctness`, `key`, `explanation`) of a graded result is out.

    `after_close` waits until the last person's time is over, however it was made longer; `on_date`
    waits for the date and for that. So no result reaches somebody who is still working.
    """
    moment = release_moment(exam, part, graded_at=now)
    return moment is not None and moment <= now


def _moment(exam: Rules, rule: str, graded_at: datetime) -> datetime | None:
    done = everybody_done_at(exam)
    if rule == "at_once":
        return graded_at
    if rule == "after_close":
        return done
    if rule == "on_date" and exam.release_on is not None:
        return max(exam.release_on, done) if done is not None else exam.release_on
    return None

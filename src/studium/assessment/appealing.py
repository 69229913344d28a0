"""Until when a student may ask about a mark, and what to say where they may not."""

from __future__ import annotations

from datetime import datetime, timedelta

from studium.assessment import marking, release
from studium.assessment.models import ExamAttempt, ExamMarking
from studium.lib.localized import day_words
from studium.lib.reads import holds_until
from studium.lib.words import phrase


def window_of(
    attempt: ExamAttempt, *, settings: ExamMarking | None = None
) -> tuple[datetime, datetime] | None:
    """From when until when a student may ask about the marks of a graded attempt.

    It begins when correctness is out for them and lasts `appeal_days`; None where it never is, or
    where appeals are closed for the exam.
    """
    if attempt.graded_at is None:
        return None
    days = (settings or marking.settings_of(attempt.exam_id)).appeal_days
    out = release.release_moment(attempt.exam, release.CORRECTNESS, graded_at=attempt.graded_at)
    return None if out is None or days == 0 else (out, out + timedelta(days=days))


def closed_because(
    attempt: ExamAttempt, now: datetime, *, settings: ExamMarking | None = None
) -> str:
    """Why nobody can ask about a mark of the attempt now; empty when one can.

    `settings` are how its exam is marked, where they were read already.
    """
    window = window_of(attempt, settings=settings)
    if attempt.graded_at is None:
        return phrase("Your answers are still being marked. You can ask once they are.")
    if window is None:
        return phrase("For this exam marks are not asked about here. Speak with your instructor.")
    if now < window[0]:
        return phrase("Your marks are not out yet. You can ask once they are.")
    holds_until(window[1] + timedelta(microseconds=1))  # the last moment of it counts
    if now > window[1]:
        return phrase(
            "The time to ask about marks of “%(title)s” ended on %(day)s. Speak "
            "with your instructor.",
            title=attempt.exam.title,
            day=day_words(window[1], year=True),
        )
    return ""

"""What assessment does by itself (close attempts whose time is over, whoever looks) and later."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.assessment import applying, closing, making, news
from studium.assessment.known_course import known_course
from studium.assessment.models import Exam
from studium.content.models import Lesson, LessonStatus
from studium.identity.models import User
from studium.lib import clock
from studium.lib.errors import Refused
from studium.lib.jobs import JobContext, Part, job, periodic, with_parts
from studium.lib.models import JobStatus
from studium.notes.connections import engine_for

log = logging.getLogger("studium.closing")

GROUP = 5
"""Attempts closed in one transaction: one sync of the disk and one round of analytics for them, and
SQLite's one writer is free again soon enough for those who still save."""

REGRADE_JOB = "assessment.regrade"
LESSON_DRAFTS_JOB = "questions.generate"
COURSE_DRAFTS_JOB = "questions.generate_course"
EXAM_DRAFTS_JOB = "questions.generate_exam"


@periodic(seconds=5)
def close_overdue_attempts() -> int:
    """Close and grade what nobody handed in; gives how many. Safe to run twice at once."""
    now = clock.now()
    ids = closing.overdue_ids(now=now)
    groups = [ids[start : start + GROUP] for start in range(0, len(ids), GROUP)]
    return sum(_close(group, now) for group in groups)


def _close(attempt_ids: list[UUID], now: datetime) -> int:
    """Close a group together; where that fails each alone, so that one that cannot be graded keeps
    nobody else waiting."""
    try:
        return closing.close_group(attempt_ids, now=now)
    except Exception:
        if len(attempt_ids) > 1:
            return sum(_close([one], now) for one in attempt_ids)
        log.exception("the attempt %s could not be closed; it is tried again", attempt_ids[0])
        return 0


@periodic(seconds=60)
def announce_results() -> int:
    """Tell students of results that the clock has made visible; gives of how many exams."""
    return news.announce_released(now=clock.now())


@periodic(seconds=30)
def follow_changed_lessons() -> int:
    """Find out which waiting drafts cite text that was edited away; gives how many lessons."""
    ids = making.changed_lessons()
    for lesson_id in ids:
        with transaction.atomic():
            making.refresh_lesson(lesson_id)
    return len(ids)


@job(REGRADE_JOB, title="Regrade an exam")
def regrade(context: JobContext, regrade_id: str, by_id: str, undo: bool = False) -> dict[str, Any]:
    """Apply or undo a regrade of a large exam; doing it twice changes nothing."""
    by = User.objects.get(pk=by_id)
    act = applying.undo if undo else applying.apply

    def tell(done: int, total: int) -> None:
        context.progress(done, total, f"Marked anew: {done} of {total}")

    row = act(UUID(regrade_id), by=by, now=clock.now(), tell=tell)
    return {"regrade": str(row.pk), "attempts": row.attempts or 0}


@job(LESSON_DRAFTS_JOB, title="Make question drafts", timeout_seconds=900)
def lesson_drafts(context: JobContext, lesson_id: str, wish: dict[str, Any]) -> dict[str, Any]:
    """Drafts of questions from one lesson; nothing to do where the same was done before."""
    context.progress(0, 100, "Reading the lesson")
    lesson = Lesson.objects.select_related("course").get(pk=lesson_id)
    wanted = making.wish_in(wish)
    engine = making.proposer(engine_for(lesson.course, by_id=context.by_id))
    before = making.run_of(lesson, wanted, engine=engine)
    if before is not None:
        with transaction.atomic():
            making.refresh_lesson(lesson.pk)
        return {"drafts": 0, "unchanged": 1, "reason": before.reason}
    # A model, which has a judge, is shown this lesson alone.
    made = making.make(
        lesson,
        wanted,
        engine=engine,
        course=None if hasattr(engine, "judge") else known_course(lesson.course_id),
        progress=_tell(context),
    )
    with transaction.atomic():
        run, new = making.store(
            lesson.pk, made, wish=wanted, source_hash=lesson.content_hash, now=clock.now()
        )
    return {"drafts": new, "flagged": run.flagged, "kept": run.kept, "reason": run.reason}


@job(COURSE_DRAFTS_JOB, title="Make question drafts for the course")
def course_drafts(
    context: JobContext, wish: dict[str, Any], lesson_ids: list[str]
) -> dict[str, Any]:
    """Drafts for many lessons, each a part for any worker; what was done is not done again."""
    return _parts_done(context, dict.fromkeys(lesson_ids, wish))


@job(EXAM_DRAFTS_JOB, title="Make question drafts for an exam")
def exam_drafts(
    context: JobContext, exam_id: str, counts: dict[str, int], wish: dict[str, Any]
) -> dict[str, Any]:
    """Drafts that an exam asks for: so many of each lesson, of the kinds and difficulty wished.

    Twice as many are made as are wanted, so that there is a choice; they are set aside for it.
    """
    wishes = {
        one: wish | {"count": min(max(20, 2 * n), making.MOST), "difficulty": ""}
        for one, n in counts.items()
    }
    said = _parts_done(context, wishes)
    exam, claimed = Exam.objects.get(pk=exam_id), 0
    for lesson_id, count in counts.items():
        with transaction.atomic():
            claimed += making.claim(exam, UUID(lesson_id), count, making.wish_in(wish))
    return said | {"claimed": claimed, "wanted": sum(counts.values())}


def _parts_done(context: JobContext, wishes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What came of the lessons together; the first time this hands them out and ends the run."""
    parts = with_parts(context, lambda: _parts(wishes))
    totals: Counter[str] = Counter(lessons=len(parts))
    for one in parts:
        totals += Counter({name: n for name, n in (one.result or {}).items() if isinstance(n, int)})
    failed = [one for one in parts if one.status != JobStatus.DONE]
    if failed:
        raise Refused(
            f"{len(failed)} of {len(parts)} lessons failed; the drafts of the others are kept. "
            f"Try again: only what is missing is made. The first said: {failed[0].reason}"
        )
    return dict(totals)


def _parts(wishes: dict[str, dict[str, Any]]) -> Iterator[Part]:
    rows = Lesson.objects.filter(pk__in=list(wishes)).exclude(status=LessonStatus.ARCHIVED)
    for lesson_id, topic in rows.order_by("order_index").values_list("pk", "topic"):
        arguments = {"lesson_id": str(lesson_id), "wish": wishes[str(lesson_id)]}
        title = f"Question drafts from “{topic}”"
        yield Part(LESSON_DRAFTS_JOB, str(lesson_id), title, arguments)


def _tell(context: JobContext) -> Callable[[float], None]:
    return lambda share: context.progress(round(share * 100), 100, "Looking for what can be asked")

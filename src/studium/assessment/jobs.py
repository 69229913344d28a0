"""What assessment does by itself (close attempts whose time is over, whoever looks) and later."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.assessment import applying, closing, making
from studium.assessment.models import Exam
from studium.content.models import Course, Lesson, LessonStatus
from studium.identity.models import User
from studium.lib import clock
from studium.lib.errors import Conflict
from studium.lib.jobs import JobContext, job, periodic
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

    def tell(share: float) -> None:
        context.progress(round(share * 100), 100, "Looking for what can be asked")

    return _drafts_of(lesson, making.wish_in(wish), tell=tell)


@job(COURSE_DRAFTS_JOB, title="Make question drafts for the course")
def course_drafts(
    context: JobContext, course_id: str, wish: dict[str, Any], lesson_ids: list[str]
) -> dict[str, Any]:
    """Drafts for many lessons, one after the other; run again it goes on where it died."""
    wanted = making.wish_in(wish)
    return _drafts_of_many(context, course_id, dict.fromkeys(lesson_ids, wanted))


@job(EXAM_DRAFTS_JOB, title="Make question drafts for an exam")
def exam_drafts(
    context: JobContext, exam_id: str, counts: dict[str, int], wish: dict[str, Any]
) -> dict[str, Any]:
    """Drafts that an exam asks for: so many of each lesson, of the kinds and difficulty wished."""
    exam = Exam.objects.get(pk=exam_id)
    wanted = making.wish_in(wish)
    wishes = {one: making.Wish(max(20, 2 * n), wanted.kinds) for one, n in counts.items()}
    said = _drafts_of_many(context, str(exam.course_id), wishes)
    claimed = 0
    for lesson_id, count in counts.items():
        with transaction.atomic():
            claimed += making.claim(exam, UUID(lesson_id), count, wanted)
    return said | {"claimed": claimed, "wanted": sum(counts.values())}


def _drafts_of_many(
    context: JobContext, course_id: str, wishes: dict[str, making.Wish]
) -> dict[str, Any]:
    rows = Lesson.objects.filter(course_id=course_id, pk__in=list(wishes))
    found = rows.exclude(status=LessonStatus.ARCHIVED).order_by("order_index")
    waiting = list(found.values_list("pk", flat=True))
    totals: Counter[str] = Counter(lessons=len(waiting))
    for number, lesson_id in enumerate(waiting):
        lesson = Lesson.objects.select_related("course").get(pk=lesson_id)
        step = f"Lesson {number + 1} of {len(waiting)}: {lesson.topic}"
        context.progress(number, len(waiting), step)
        try:
            said = _drafts_of(lesson, wishes[str(lesson_id)])
        except Conflict:  # an author saved it meanwhile; its new text is another piece of work
            totals["changed"] += 1
            continue
        totals += Counter({name: n for name, n in said.items() if isinstance(n, int)})
    return dict(totals)


def _drafts_of(lesson: Lesson, wish: making.Wish, *, tell: Any = None) -> dict[str, Any]:
    """Make, check, try and store; the long work is done outside the transaction."""
    engine = making.proposer(engine_for(lesson.course))
    before = making.run_of(lesson, wish, engine=engine)
    if before is not None:
        with transaction.atomic():
            making.refresh_lesson(lesson.pk)
        return {"drafts": 0, "unchanged": 1, "reason": before.reason}
    course = _course_model(lesson.course_id, _stamp(lesson.course_id))
    made = making.make(lesson, wish, engine=engine, course=course, progress=tell)
    with transaction.atomic():
        run, new = making.store(
            lesson.pk, made, wish=wish, source_hash=lesson.content_hash, now=clock.now()
        )
    return {"drafts": new, "flagged": run.flagged, "kept": run.kept, "reason": run.reason}


def _stamp(course_id: UUID) -> tuple[str, ...]:
    """What the course's texts are at present."""
    return tuple(_texts(course_id).values_list("content_hash", flat=True))


@lru_cache(maxsize=1)
def _course_model(course_id: UUID, stamp: tuple[str, ...]) -> Any:
    """What is known of all lessons of a course together; kept until another course is worked on."""
    from studium.ai.engines.extractive.course import read_course

    language = Course.objects.values_list("language", flat=True).get(pk=course_id)
    rows = _texts(course_id).values_list("topic", "content", "blocks")
    return read_course(
        [making.as_text(topic, content, blocks, language) for topic, content, blocks in rows]
    )


def _texts(course_id: UUID) -> Any:
    rows = Lesson.objects.filter(course_id=course_id).exclude(status=LessonStatus.ARCHIVED)
    return rows.order_by("order_index")

"""Telling the instructors of a course that machine-made drafts and notes wait for their review."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from studium.assessment.models import DraftedQuestion, DraftStatus
from studium.content.models import Course, CourseRole, Enrollment
from studium.identity.actions import notifying
from studium.lib import clock
from studium.lib.models import Job, JobStatus
from studium.notes.models import AiNote, NoteStatus

_KINDS = {
    "questions.generate": "drafts_waiting",
    "notes.generate": "notes_waiting",
    "notes.after_save": "notes_waiting",
}


def tell_of_waiting(*, job_id: UUID) -> None:
    """Tell a course's other instructors of what a job has left to be reviewed, once a day at most.

    Who asked for the job hears of the job itself.
    """
    job = Job.objects.filter(pk=job_id, status=JobStatus.DONE, parent=None).first()
    if job is None or job.course_id is None:
        return
    kind = next((told for start, told in _KINDS.items() if job.kind.startswith(start)), "")
    course = Course.objects.filter(pk=job.course_id).first()
    count = _count(kind, job.course_id) if kind and course else 0
    if not count or course is None:
        return
    name = "drafts_by_id" if kind == "drafts_waiting" else "course_notes_by_id"
    now = clock.now()
    notifying.notify(
        [one for one in _instructors(course) if one != job.created_by_id],
        kind,
        {"n": count, "course": course.title},
        reverse(name, args=[course.pk]),
        about=f"{course.pk} {now:%Y-%m-%d}",
        now=now,
    )


def _count(kind: str, course_id: UUID) -> int:
    if kind == "notes_waiting":
        notes = AiNote.objects.filter(lesson__course_id=course_id, status=NoteStatus.DRAFT)
        return notes.count()
    drafts = DraftedQuestion.objects.filter(lesson__course_id=course_id, status=DraftStatus.DRAFT)
    return drafts.count()


def _instructors(course: Course) -> list[UUID]:
    rows = Enrollment.objects.filter(course=course, role=CourseRole.INSTRUCTOR, ended_at=None)
    return list(rows.values_list("user_id", flat=True))

"""What stands in the way of an exam as it is set up: looked for before anybody begins it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from studium.assessment import effective
from studium.assessment.asked import content_of, headline
from studium.assessment.kinds import kind
from studium.assessment.models import Exam, ExamQuestion, ExamStatus
from studium.assessment.queries.pools import pool_conflicts
from studium.content.models import CourseStatus, Enrollment


def setup_conflicts(exam_id: UUID, *, now: datetime) -> list[str]:
    """A sentence for each thing that would keep students from sitting the exam as it is meant."""
    exam = Exam.objects.select_related("course").get(pk=exam_id)
    return [
        *_about_exam(exam, now),
        *_about_questions(exam),
        *_about_pools(exam),
        *_about_time(exam),
    ]


def _about_exam(exam: Exam, now: datetime) -> Iterator[str]:
    if exam.status != ExamStatus.PUBLISHED:
        yield f"The exam is {exam.status}; students begin published exams only."
    if exam.course.status != CourseStatus.PUBLISHED:
        yield f"The course is {exam.course.status}; students begin exams of published courses only."
    if exam.closes_at is not None and exam.closes_at <= now:
        yield "The exam's closing time has passed."
    if not Enrollment.objects.filter(course=exam.course, role="student", ended_at=None).exists():
        yield "No student is enrolled in the course."


def _about_questions(exam: Exam) -> Iterator[str]:
    places = ExamQuestion.objects.filter(exam=exam).select_related("question").order_by("position")
    if not places:
        yield "There is no question on the paper."
    for place in places:
        content = content_of(place.question)
        for problem in kind(content.kind).check(content):
            about = headline(place.question.question_text)
            yield f"Question {place.position} (“{about}”): {problem.message}"


def _about_pools(exam: Exam) -> Iterator[str]:
    for conflict in pool_conflicts(exam.pk):
        yield conflict.message


def _about_time(exam: Exam) -> Iterator[str]:
    """Windows that do not leave a student the time that the exam or an accommodation gives."""
    for user_id, name in _accommodated(exam):
        terms = effective.terms_for(exam, user_id, now=exam.opens_at or exam.created_at)
        begins = terms.opens_at or exam.opens_at
        if begins is None or terms.last_end_at is None:
            continue
        short = timedelta(minutes=terms.minutes) - (terms.deadline_if_begun(begins) - begins)
        if short > timedelta():
            minutes = -(-short.total_seconds() // 60)
            yield (
                f"{name} has {terms.minutes} minutes, but even who begins at the opening loses "
                f"{minutes:.0f} of them to the closing time."
            )


def _accommodated(exam: Exam) -> Iterator[tuple[UUID, str]]:
    rows = Enrollment.objects.filter(course_id=exam.course_id, role="student", ended_at=None)
    people = dict(rows.values_list("user_id", "user__name"))
    given = effective.given_to(exam, list(people))
    for user_id in sorted(given, key=lambda each: people[each]):
        yield user_id, people[user_id]

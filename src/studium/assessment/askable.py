"""Which questions one person may be asked in practice across a course at this moment.

Questions of published quizzes in lessons that students read, and never one whose answer would give
something away: one on the paper of an exam that the person sat and whose key is not out yet (in any
version, drawn or not), one of a quiz that counts runs while the person has some left, or one of a
run that keeps its feedback for the end and is going on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from studium.assessment import release
from studium.assessment.kinds import NEED_PERSON
from studium.assessment.models import (
    AttemptStatus,
    ExamAttempt,
    ExamQuestion,
    Feedback,
    Question,
    QuestionStatus,
    QuizAttemptStatus,
    QuizStatus,
)
from studium.assessment.own import exam_attempts_of, run_rows_of
from studium.content.models import CourseStatus, LessonStatus
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.looks import once

# As `_practised`, with what decides about a person; ids of kinds are plain words of the code.
_PRACTISED = f"""
SELECT q.id, z.lesson_id, l.order_index, z.position, q.position, q.bank_key, z.id, z.max_attempts
FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id
JOIN courses c ON c.id = l.course_id
WHERE l.course_id = %s AND c.status = 'published' AND l.status = 'published'
  AND z.status = 'published' AND q.retired_at IS NULL AND q.status = 'approved'
  AND q.kind NOT IN ({", ".join(f"'{kind}'" for kind in sorted(NEED_PERSON))})
ORDER BY l.order_index, z.position, q.position, q.id
"""


@dataclass(frozen=True, slots=True)
class Askable:
    """A question that may be asked, and its place in the course: lesson, quiz, question."""

    question_id: UUID
    lesson_id: UUID
    place: tuple[int, int, int]


@once
def askable(user_id: UUID, course_id: UUID, *, now: datetime) -> list[Askable]:
    """The questions of a course in its order that the person may practise now.

    A fixed number of statements. Whether they may practise at all is asked elsewhere.
    """
    secret, keys = _on_unreleased_papers(user_id, now)
    used_up, going_on = _waiting_quizzes(user_id, course_id)
    found = []
    for pk, lesson, a, b, c, key, quiz, most in read_rows(_PRACTISED, [uuid_param(course_id)]):
        question_id, quiz_id = uuid_value(pk), uuid_value(quiz)
        if question_id in secret or (key is not None and uuid_value(key) in keys):
            continue
        if quiz_id in going_on or (most is not None and quiz_id not in used_up):
            continue
        found.append(Askable(question_id, uuid_value(lesson), (a, b, c)))
    return found


def allowed(
    user_id: UUID, course_id: UUID, question_ids: Collection[UUID], *, now: datetime
) -> tuple[set[UUID], set[UUID]]:
    """Of some questions of a course those the person may be asked now, and those whose key an exam
    of theirs keeps back. A fixed number of statements.
    """
    pks, keys = _on_unreleased_papers(user_id, now)
    secret = Q(pk__in=pks) | Q(bank_key__in=keys)
    waiting = _of_waiting_quizzes(user_id, course_id)
    rows = Question.objects.filter(pk__in=question_ids)
    kept_back = set(rows.filter(secret).values_list("pk", flat=True))
    asked = _practised(course_id).filter(pk__in=question_ids).exclude(waiting)
    return set(asked.values_list("pk", flat=True)) - kept_back, kept_back


def _practised(course_id: UUID) -> QuerySet[Question]:
    return Question.objects.filter(
        quiz__lesson__course_id=course_id,
        quiz__lesson__course__status=CourseStatus.PUBLISHED,
        quiz__lesson__status=LessonStatus.PUBLISHED,
        quiz__status=QuizStatus.PUBLISHED,
        retired_at__isnull=True,
        status=QuestionStatus.APPROVED,
    ).exclude(kind__in=NEED_PERSON)


def _on_unreleased_papers(user_id: UUID, now: datetime) -> tuple[set[UUID], set[UUID]]:
    """What stands, in any version, on a paper that the person began and whose key is not out:
    questions, and keys of the bank that all their versions have."""
    exams = {one.exam_id for one in exam_attempts_of(user_id) if not _key_is_out(one, now)}
    papers = ExamQuestion.objects.filter(exam_id__in=exams)
    rows = list(papers.values_list("question_id", "question__bank_key")) if exams else []
    return {pk for pk, _ in rows}, {key for _, key in rows if key is not None}


def _key_is_out(attempt: ExamAttempt, now: datetime) -> bool:
    """Whether the owner of the attempt may know by now what was right, and why."""
    return attempt.status == AttemptStatus.GRADED and all(
        release.released(attempt.exam, part, now) for part in (release.KEY, release.EXPLANATION)
    )


def _of_waiting_quizzes(user_id: UUID, course_id: UUID) -> Q:
    """What stands in quizzes whose runs would be worth less if their keys were told before."""
    used_up, going_on = _waiting_quizzes(user_id, course_id)
    has_runs_left = Q(quiz__max_attempts__isnull=False) & ~Q(quiz_id__in=used_up)
    return has_runs_left | Q(quiz_id__in=going_on)


def _waiting_quizzes(user_id: UUID, course_id: UUID) -> tuple[set[UUID], set[UUID]]:
    """Of the quizzes that count runs those without one left, and those whose keys wait for the
    end of a run that is going on."""
    runs = run_rows_of(user_id, course_id)
    done = Counter(one.quiz_id for one in runs)
    counted = {one.quiz_id: one.max_attempts for one in runs if one.max_attempts}
    used_up = {quiz for quiz, most in counted.items() if done[quiz] >= most}
    going_on = {
        one.quiz_id
        for one in runs
        if one.status == QuizAttemptStatus.IN_PROGRESS
        and (one.max_attempts is not None or one.feedback == Feedback.END)
    }
    return used_up, going_on

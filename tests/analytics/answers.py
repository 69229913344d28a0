"""Answers as practice and exams leave them behind, without going through their actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from studium.assessment import recording, rules
from studium.assessment.models import (
    AttemptAnswer,
    Exam,
    ExamAttempt,
    Quiz,
    QuizAttempt,
    Release,
    Response,
)
from studium.identity.models import User
from tests import factories


def practise(
    user: User, quiz: Quiz, shares: Sequence[float], *, at: datetime, finish: bool = True
) -> QuizAttempt:
    """A run through a quiz; `shares` are how right each answer was, in the order of the paper."""
    questions = list(quiz.questions.order_by("position"))
    run = QuizAttempt.objects.create(
        quiz=quiz,
        user=user,
        attempt_no=quiz.attempts.filter(user=user).count() + 1,
        paper=[str(one.pk) for one in questions],
        started_at=at,
    )
    for number, (question, share) in enumerate(zip(questions, shares, strict=False), 1):
        moment = at + timedelta(minutes=number)
        with transaction.atomic():
            recording.record_responses(
                [recording.Scored(question.pk, quiz.lesson_id, Decimal(str(share)), moment)],
                user_id=user.pk,
                course_id=quiz.lesson.course_id,
                release_at=moment,
                now=moment,
                quiz_attempt_id=run.pk,
            )
    if finish:
        run.points = sum(
            (rules.points_for(Decimal(str(one)), Decimal(1)) for one in shares), Decimal(0)
        )
        run.max_points = Decimal(len(questions))
        run.score = int(100 * run.points / run.max_points)
        run.status, run.finished_at = "finished", at + timedelta(minutes=len(shares) + 1)
        run.save()
    return run


@transaction.atomic
def sit(user: User, exam: Exam, shares: Sequence[float], *, at: datetime) -> ExamAttempt:
    """A graded attempt; what `shares` leaves out was not answered."""
    attempt = factories.exam_attempt(exam=exam, user=user, at=at)
    places = list(exam.paper.select_related("question__quiz").order_by("position"))
    end, scored, points = at + timedelta(minutes=10), [], Decimal(0)
    for place, share in zip(places, shares, strict=False):
        given = Decimal(str(share))
        AttemptAnswer.objects.create(
            attempt=attempt,
            question=place.question,
            response="a",
            saved_at=at + timedelta(minutes=1),
            points_possible=place.points,
        )
        scored.append(recording.Scored(place.question_id, place.question.quiz.lesson_id, given, at))
        points += rules.points_for(given, Decimal(place.points))
    attempt.status, attempt.closed_by, attempt.submitted_at = "submitted", "user", end
    attempt.save()
    attempt.points, attempt.max_points = points, Decimal(sum(place.points for place in places))
    attempt.score = int(100 * points / attempt.max_points)
    attempt.status, attempt.graded_at = "graded", end
    attempt.save()
    attempt.refresh_from_db()
    moments = {Release.AT_ONCE: end, Release.AFTER_CLOSE: exam.closes_at, Release.NEVER: None}
    recording.record_responses(
        scored,
        user_id=user.pk,
        course_id=exam.course_id,
        release_at=moments[Release(exam.release)],
        now=end,
        exam_attempt_id=attempt.pk,
    )
    recording.add_to_exam(
        exam.pk, user_id=attempt.user_id, score=attempt.score, passed=bool(attempt.passed)
    )
    return attempt


def correct(response: Response, share: float, *, at: datetime) -> Response:
    """A later response that replaces one, as a regrade leaves it."""
    from studium.assessment.models import FoldQueue

    made = Response.objects.create(
        user_id=response.user_id,
        course_id=response.course_id,
        lesson_id=response.lesson_id,
        question_id=response.question_id,
        exam_attempt_id=response.exam_attempt_id,
        quiz_attempt_id=response.quiz_attempt_id,
        share=Decimal(str(share)),
        occurred_at=response.occurred_at,
        received_at=at,
        replaces=response,
    )
    FoldQueue.objects.create(response=made, release_at=at)
    return made

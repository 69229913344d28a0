"""Practice: run through a quiz, each answer scored the moment it is given, and final.

Trying again is a new run. While an exam runs, practice waits, so that it gives no answers away.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from studium.assessment import recording, rights, rules
from studium.assessment.asked import content_of, variant_seed
from studium.assessment.kinds import NEED_PERSON, Response, WrongShape, kind
from studium.assessment.models import (
    Feedback,
    Question,
    QuestionStatus,
    Quiz,
    QuizAnswer,
    QuizAttempt,
    QuizAttemptStatus,
    QuizStatus,
)
from studium.assessment.queries.running import require_no_exam
from studium.content.models import CourseStatus
from studium.lib.errors import Conflict, NotFound
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was taken. `share` is None while the quiz keeps it for the end."""

    question_id: UUID
    response: Response
    share: Decimal | None
    answered_at: datetime


@transaction.atomic
def start_quiz(*, by: User, quiz_id: UUID, now: datetime) -> QuizAttempt:
    """Begin a run through a quiz, or give the one that is going on."""
    quiz, role = rights.quiz_for_reader(by, quiz_id)
    rights.require_learner(role, "quizzes")
    require_no_exam(by, now)
    # Read at once: a run that another tab begins between two reads would count as used up.
    made = list(QuizAttempt.objects.filter(quiz=quiz, user_id=by.pk))
    running = next((one for one in made if one.status == QuizAttemptStatus.IN_PROGRESS), None)
    if running is not None:
        return running
    if quiz.status != QuizStatus.PUBLISHED or quiz.lesson.course.status != CourseStatus.PUBLISHED:
        raise Conflict(
            phrase("“%(title)s” is archived and not practised any more.", title=quiz.title)
        )
    done = len(made)
    if quiz.max_attempts is not None and done >= quiz.max_attempts:
        raise Conflict(
            phrase(
                "You have used all %(runs)s runs through “%(title)s”.",
                runs=quiz.max_attempts,
                title=quiz.title,
            ),
            code="no_attempts_left",
        )
    return _begin(quiz, by, attempt_no=done + 1, now=now)


@transaction.atomic
def answer_question(
    *,
    by: User,
    attempt_id: UUID,
    question_id: UUID,
    response: object,
    now: datetime,
    seconds: int | None = None,
) -> Answered:
    """Give the answer to one question of a run; the same answer again gets the same reply.

    Raises `WrongShape`, `NotFound`, or `Conflict` with `already_answered` or `already_finished`.
    """
    attempt = rights.quiz_attempt_for(by, attempt_id, lock=True)
    question = Question.objects.filter(pk=question_id, quiz_id=attempt.quiz_id).first()
    if question is None or str(question.pk) not in attempt.paper:
        raise NotFound
    content = content_of(question, seed=variant_seed(attempt))
    read = kind(content.kind).read_response(content, response)
    before = QuizAnswer.objects.filter(attempt=attempt, question=question).first()
    if before is not None:
        return _again(attempt, before, read)
    _require_going_on(attempt, by, now)
    if not kind(content.kind).is_answered(read):
        raise WrongShape("response", "Give an answer first.")
    earned = kind(content.kind).score(content, read)
    if earned is None:  # it was asked for in no run
        raise NotFound
    share = recording.stored_share(earned)
    QuizAnswer.objects.create(
        attempt=attempt,
        question=question,
        response=read,
        share=share,
        answered_at=now,
        seconds=seconds,
    )
    lesson = attempt.quiz.lesson
    recording.record_responses(
        [recording.Scored(question.pk, lesson.pk, share, now, seconds)],
        user_id=by.pk,
        course_id=lesson.course_id,
        release_at=now if _told(attempt) else None,  # else at the end of the run
        now=now,
        quiz_attempt_id=attempt.pk,
    )
    return Answered(question.pk, read, share if _told(attempt) else None, now)


@transaction.atomic
def finish_quiz(*, by: User, attempt_id: UUID, now: datetime) -> QuizAttempt:
    """End a run: the score is over all its questions. Ending it again changes nothing."""
    attempt = rights.quiz_attempt_for(by, attempt_id, lock=True)
    if attempt.status == QuizAttemptStatus.FINISHED:
        return attempt
    require_no_exam(by, now)
    points = dict(Question.objects.filter(pk__in=attempt.paper).values_list("pk", "points"))
    answers = QuizAnswer.objects.filter(attempt=attempt).values_list("question_id", "share")
    attempt.points = sum(
        (rules.points_for(share, Decimal(points[question])) for question, share in answers),
        start=Decimal(0),
    )
    attempt.max_points = Decimal(sum(points.values()))
    attempt.score = rules.score_percent(attempt.points, attempt.max_points)
    attempt.status = QuizAttemptStatus.FINISHED
    attempt.finished_at = now
    attempt.save(update_fields=["points", "max_points", "score", "status", "finished_at"])
    recording.release_practice(attempt.pk, now=now)
    return attempt


def _begin(quiz: Quiz, by: User, *, attempt_no: int, now: datetime) -> QuizAttempt:
    questions = Question.objects.filter(
        quiz=quiz, retired_at__isnull=True, status=QuestionStatus.APPROVED
    ).exclude(kind__in=NEED_PERSON)  # what a person has to mark is asked in exams only
    ids = list(questions.order_by("position").values_list("pk", flat=True))
    seed = secrets.randbits(62) if quiz.shuffle else None
    try:
        with transaction.atomic():
            return QuizAttempt.objects.create(
                quiz=quiz,
                user_id=by.pk,
                attempt_no=attempt_no,
                paper=[str(one) for one in rules.paper_order(ids, seed)],
                shuffle_seed=seed,
                started_at=now,
            )
    except IntegrityError:
        running = _running(quiz, by)  # another tab was faster
        if running is None:
            raise Conflict(
                phrase(
                    "“%(title)s” could not be begun, because it was just changed. Try again.",
                    title=quiz.title,
                ),
                code="try_again",
            ) from None
        return running


def _running(quiz: Quiz, by: User) -> QuizAttempt | None:
    return QuizAttempt.objects.filter(
        quiz=quiz, user_id=by.pk, status=QuizAttemptStatus.IN_PROGRESS
    ).first()


def _again(attempt: QuizAttempt, before: QuizAnswer, read: Response) -> Answered:
    if type(before.response) is not type(read) or before.response != read:
        raise Conflict(
            "This question has your answer already; it is final. Start a new run to try again.",
            code="already_answered",
        )
    share = before.share if _told(attempt) else None
    return Answered(before.question_id, before.response, share, before.answered_at)


def _require_going_on(attempt: QuizAttempt, by: User, now: datetime) -> None:
    if attempt.status == QuizAttemptStatus.FINISHED:
        raise Conflict(
            "This run has ended. Start a new one to go on practising.", code="already_finished"
        )
    role = rights.role_in(by, attempt.quiz.lesson.course_id)
    if role is None or not rights.quiz_is_out(attempt.quiz):
        raise NotFound
    require_no_exam(by, now)


def _told(attempt: QuizAttempt) -> bool:
    return attempt.quiz.feedback == Feedback.EACH or attempt.status == QuizAttemptStatus.FINISHED

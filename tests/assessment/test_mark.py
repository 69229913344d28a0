"""People mark answers: rounds, levels, what waits, and what a mark moves afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from studium.assessment import given, journal
from studium.assessment.actions import mark as marking
from studium.assessment.actions import sit
from studium.assessment.models import (
    AttemptEvent,
    Exam,
    ExamAttempt,
    ExamStatistics,
    Mark,
    Question,
    Response,
)
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db

RUBRIC = [
    {"id": "c1", "text": "Facts", "levels": [
        {"id": "l0", "text": "none", "points": 0}, {"id": "l1", "text": "all", "points": 3}]},
    {"id": "c2", "text": "Words", "levels": [
        {"id": "m0", "text": "poor", "points": 0}, {"id": "m1", "text": "good", "points": 1}]},
]  # fmt: skip


@pytest.fixture
def questions(course: Course) -> list[Question]:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=0,
                          status="draft")  # fmt: skip
    choice = factories.question(quiz=quiz)
    essay = factories.question(quiz=quiz, kind="essay", points=4, spec={"rubric": RUBRIC})
    other = factories.question(quiz=quiz, kind="essay", points=5)
    return [choice, essay, other]


@pytest.fixture
def exam(course: Course, questions: list[Question]) -> Exam:
    return factories.exam(course=course, questions=questions)


@pytest.fixture
def tess(course: Course) -> User:
    tess = factories.person("Tess Thule")
    factories.enrollment(user=tess, course=course, role="assistant")
    return tess


@pytest.fixture
def attempt(exam: Exam, ada: User, now: datetime, questions: list[Question]) -> ExamAttempt:
    return sat(exam, ada, now, questions)


def sat(exam: Exam, user: User, now: datetime, questions: list[Question], first: str = "a") -> Any:
    """An attempt handed in, with every question answered."""
    made = sit.start_attempt(by=user, exam_id=exam.pk, now=now)
    for question, response in zip(questions, (first, "Because.", "So it is."), strict=True):
        sit.save_answer(by_id=user.pk, attempt_id=made.pk, question_id=question.pk,
                        response=response, revision=1, now=now)  # fmt: skip
    return sit.submit(by=user, attempt_id=made.pk, now=now + timedelta(minutes=5))


def give(by: User, attempt: ExamAttempt, question: Question, now: datetime, **more: Any) -> Mark:
    return marking.give_mark(by=by, attempt_id=attempt.pk, question_id=question.pk, now=now, **more)


def kinds_of(attempt: ExamAttempt) -> list[str]:
    return list(attempt.events.order_by("seq").values_list("kind", flat=True))


def test_an_attempt_with_essays_waits_until_the_last_of_them_is_marked(
    attempt: ExamAttempt, questions: list[Question], bruno: User, now: datetime
) -> None:
    assert attempt.status == "submitted"
    give(bruno, attempt, questions[1], now, points=3)
    attempt.refresh_from_db()
    assert attempt.status == "submitted"
    give(bruno, attempt, questions[2], now, points="2,5", comment="Half of it.")
    attempt.refresh_from_db()
    assert (attempt.status, attempt.points, attempt.score) == ("graded", Decimal("6.5"), 65)
    assert kinds_of(attempt)[-3:] == ["marked", "marked", "graded"]
    assert journal.verify(attempt.pk) == []
    assert AuditEntry.objects.filter(action="answer.mark", actor=bruno).count() == 2


def test_levels_make_the_points_and_points_given_beside_them_stand_above(
    attempt: ExamAttempt, questions: list[Question], bruno: User, now: datetime
) -> None:
    made = give(bruno, attempt, questions[1], now, levels={"c1": "l1", "c2": "m0"})
    assert (made.points, made.levels) == (Decimal(3), {"c1": "l1", "c2": "m0"})
    made = give(bruno, attempt, questions[1], now, levels={"c1": "l1", "c2": "m0"}, points=2)
    assert (made.points, made.round) == (Decimal(2), "first")


@pytest.mark.parametrize("sent", [
    {"points": 5}, {"points": -1}, {"points": "many"}, {"points": "NaN"}, {"points": "1e99"}, {},
    {"levels": {"c1": "l1"}}, {"levels": {"c1": "l1", "c2": "nothing"}},
    {"points": 1, "comment": "x" * 10_001},
])  # fmt: skip
def test_a_mark_that_cannot_be_is_refused_and_leaves_nothing(
    attempt: ExamAttempt, questions: list[Question], bruno: User, now: datetime,
    sent: dict[str, Any],
) -> None:  # fmt: skip
    with pytest.raises(Invalid) as refused:
        give(bruno, attempt, questions[1], now, **sent)
    assert refused.value.fields
    assert not Mark.objects.exists()


def test_only_the_staff_of_the_course_mark_and_nobody_their_own(
    attempt: ExamAttempt, questions: list[Question], ada: User, eva: User, dora: User,
    exam: Exam, course: Course, now: datetime,
) -> None:  # fmt: skip
    for stranger in (ada, eva):
        with pytest.raises(NotFound):
            give(stranger, attempt, questions[1], now, points=1)
    course.enrollments.filter(user=ada).update(role="assistant")
    with pytest.raises(NotAllowed):
        give(ada, attempt, questions[1], now, points=1)
    give(dora, attempt, questions[1], now, points=1)


def test_a_running_attempt_and_an_empty_answer_are_not_marked(
    exam: Exam, ada: User, bruno: User, questions: list[Question], now: datetime
) -> None:
    made = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    with pytest.raises(Conflict, match="still runs"):
        give(bruno, made, questions[1], now, points=1)
    sit.submit(by=ada, attempt_id=made.pk, now=now)
    with pytest.raises(Conflict, match="Nothing was answered"):
        give(bruno, made, questions[1], now, points=1, comment="x")


def test_two_markers_who_are_near_are_averaged_and_those_apart_need_a_final_mark(
    attempt: ExamAttempt, exam: Exam, questions: list[Question], bruno: User, tess: User,
    dora: User, now: datetime,
) -> None:  # fmt: skip
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now,
                        settings={"second": "all", "tolerance": 20})  # fmt: skip
    give(bruno, attempt, questions[1], now, points=3)
    assert give(bruno, attempt, questions[1], now, points=2).round == "first"
    assert give(tess, attempt, questions[1], now, points=1.5).round == "second"
    give(bruno, attempt, questions[2], now, points=5)
    assert give(tess, attempt, questions[2], now, points=2).round == "second"
    attempt.refresh_from_db()
    assert attempt.status == "submitted"
    with pytest.raises(Invalid, match="Say why"):
        give(dora, attempt, questions[2], now, points=4)
    assert give(dora, attempt, questions[2], now, points=4, comment="Agreed.").round == "final"
    attempt.refresh_from_db()
    assert (attempt.status, attempt.points) == ("graded", Decimal("6.75"))


def test_every_nth_attempt_gets_a_second_mark(
    exam: Exam, course: Course, questions: list[Question], bruno: User, now: datetime
) -> None:
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"second": "nth", "every": 2})
    states = []
    for place in range(4):
        student = factories.person(f"Student{place} X")
        factories.enrollment(user=student, course=course)
        made = sat(exam, student, now + timedelta(minutes=place), questions)
        for question in questions[1:]:
            give(bruno, made, question, now, points=1)
        made.refresh_from_db()
        states.append(made.status)
    assert states == ["graded", "submitted", "graded", "submitted"]


def test_without_a_second_marker_what_waited_for_one_is_graded_at_once(
    attempt: ExamAttempt, exam: Exam, questions: list[Question], bruno: User, now: datetime
) -> None:
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"second": "all"})
    for question in questions[1:]:
        give(bruno, attempt, question, now, points=1)
    attempt.refresh_from_db()
    assert attempt.status == "submitted"
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"second": "none"})
    attempt.refresh_from_db()
    assert (attempt.status, attempt.points) == ("graded", Decimal(3))


def test_a_mark_after_grading_moves_score_figures_and_responses(
    attempt: ExamAttempt, exam: Exam, questions: list[Question], bruno: User, now: datetime
) -> None:
    for question in questions[1:]:
        give(bruno, attempt, question, now, points=1)
    attempt.refresh_from_db()
    assert attempt.score == 30
    with pytest.raises(Invalid):
        give(bruno, attempt, questions[1], now, points=4)
    give(bruno, attempt, questions[1], now, points=4, comment="You were right.")
    give(bruno, attempt, questions[0], now, points=0, comment="A lucky guess, see the script.")
    attempt.refresh_from_db()
    assert (attempt.score, attempt.points) == (50, Decimal(5))
    assert attempt.answers.get(question=questions[1]).points_awarded == 4
    assert ExamStatistics.objects.get(exam=exam).score_sum == 50
    assert journal.verify(attempt.pk) == []
    last = AttemptEvent.objects.filter(attempt=attempt).latest("seq")
    assert (last.kind, last.detail["score_before"], last.detail["score"]) == ("marked", 60, 50)
    assert Response.objects.filter(exam_attempt=attempt, replaces__isnull=False).count() == 2
    assert given.marks_of_exam(exam.pk)[attempt.pk][questions[0].pk] == 0


def test_settings_of_marking_are_checked_and_only_authors_change_them(
    exam: Exam, bruno: User, tess: User, now: datetime
) -> None:
    for wrong in ({"every": 1}, {"tolerance": 101}, {"second": "x"}, {"blind": 1}, {"x": 1}):
        with pytest.raises(Invalid):
            marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings=wrong)
    with pytest.raises(NotAllowed):
        marking.set_marking(by=tess, exam_id=exam.pk, now=now, settings={"blind": True})
    made = marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"blind": True})
    assert made.blind

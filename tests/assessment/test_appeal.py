"""A student asks about a mark: when, what the staff can decide, and what each decision leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from studium.assessment import journal
from studium.assessment.actions import appeal as appeals
from studium.assessment.actions import mark as marking
from studium.assessment.actions import sit
from studium.assessment.models import Appeal, Exam, ExamAttempt, Mark, Question
from studium.assessment.queries import appeals as asked
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(course: Course) -> Question:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=0,
                          status="draft")  # fmt: skip
    return factories.question(quiz=quiz, kind="short_text")


@pytest.fixture
def exam(course: Course, question: Question) -> Exam:
    return factories.exam(course=course, questions=[question])


def sat(exam: Exam, user: User, question: Question, now: datetime, said: str) -> ExamAttempt:
    made = sit.start_attempt(by=user, exam_id=exam.pk, now=now)
    sit.save_answer(by_id=user.pk, attempt_id=made.pk, question_id=question.pk, response=said,
                    revision=1, now=now)  # fmt: skip
    return sit.submit(by=user, attempt_id=made.pk, now=now)


@pytest.fixture
def attempt(exam: Exam, ada: User, question: Question, now: datetime) -> ExamAttempt:
    return sat(exam, ada, question, now, "the owner")


def ask(by: User, attempt: ExamAttempt, question: Question, now: datetime) -> Appeal:
    return appeals.open_appeal(
        by=by, attempt_id=attempt.pk, question_id=question.pk, text="It is the same.", now=now
    )


def test_a_question_is_asked_once_talked_about_and_refused_with_a_reason(
    attempt: ExamAttempt, question: Question, ada: User, bruno: User, now: datetime
) -> None:
    made = ask(ada, attempt, question, now)
    with pytest.raises(Conflict, match="already"):
        ask(ada, attempt, question, now)
    appeals.say(by=bruno, appeal_id=made.pk, text="What do you mean?", now=now)
    appeals.say(by=ada, appeal_id=made.pk, text="The article.", now=now)
    with pytest.raises(Invalid):
        appeals.refuse(by=bruno, appeal_id=made.pk, answer=" ", now=now)
    appeals.refuse(by=bruno, appeal_id=made.pk, answer="The key is one word.", now=now)
    with pytest.raises(Conflict, match="answered already"):
        appeals.say(by=ada, appeal_id=made.pk, text="But", now=now)
    view = asked.appeal_view(viewer=ada, appeal_id=made.pk)
    assert [one.text for one in view.messages] == ["What do you mean?", "The article."]
    assert (view.appeal.status, view.as_staff) == ("refused", False)
    assert [row.detail["status"] for row in attempt.events.filter(kind="note")] == [
        "open", "refused"]  # fmt: skip
    assert AuditEntry.objects.filter(action__startswith="appeal.").count() == 2
    assert journal.verify(attempt.pk) == []


def test_the_window_opens_with_the_marks_and_closes_with_words(
    attempt: ExamAttempt, exam: Exam, question: Question, ada: User, bruno: User, now: datetime
) -> None:
    with pytest.raises(Conflict, match=r"ended on 9 March 2026"):
        ask(ada, attempt, question, now + timedelta(days=7, seconds=1))
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"appeal_days": 0})
    with pytest.raises(Conflict, match="not asked about here"):
        ask(ada, attempt, question, now)
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"appeal_days": 30})
    ask(ada, attempt, question, now + timedelta(days=20))


def test_a_mark_that_is_not_out_yet_is_not_asked_about(
    course: Course, question: Question, ada: User, now: datetime
) -> None:
    exam = factories.exam(course=course, questions=[question], release="after_close",
                          closes_at=now + timedelta(days=3))  # fmt: skip
    attempt = sat(exam, ada, question, now, "the owner")
    with pytest.raises(Conflict, match="not out yet"):
        ask(ada, attempt, question, now + timedelta(days=1))
    ask(ada, attempt, question, now + timedelta(days=10))


def test_a_changed_mark_answers_and_moves_the_score(
    attempt: ExamAttempt, question: Question, ada: User, bruno: User, now: datetime
) -> None:
    made = ask(ada, attempt, question, now)
    done = appeals.change_mark(by=bruno, appeal_id=made.pk, answer="Right.", points=1, now=now)
    attempt.refresh_from_db()
    assert (attempt.score, done.status, done.mark) == (100, "changed", Mark.objects.get())


def test_the_same_correction_for_all_who_answered_so_is_seen_first_then_applied(
    attempt: ExamAttempt, exam: Exam, course: Course, question: Question, ada: User, bruno: User,
    now: datetime,
) -> None:  # fmt: skip
    other = factories.person("Dev Das")
    factories.enrollment(user=other, course=course)
    second = sat(exam, other, question, now, "the owner")
    made = ask(ada, attempt, question, now)
    with pytest.raises(Conflict, match="Look first"):
        appeals.correct_for_all(by=bruno, appeal_id=made.pk, answer="Yes.", now=now)
    appeals.plan_for_all(by=bruno, appeal_id=made.pk, reason="Also right.", now=now)
    plan = appeals.plan_for_all(by=bruno, appeal_id=made.pk, reason="Right, too.", now=now)
    attempt.refresh_from_db()
    assert attempt.score == 0
    done = appeals.correct_for_all(by=bruno, appeal_id=made.pk, answer="You are right.", now=now)
    for one in (attempt, second):
        one.refresh_from_db()
        assert one.points == Decimal(1)
        assert journal.verify(one.pk) == []
    assert (done.status, done.regrade_id) == ("corrected", plan.pk)
    assert exam.regrades.count() == 1


def test_only_its_student_and_the_staff_of_the_course_come_near_it(
    attempt: ExamAttempt, question: Question, ada: User, bruno: User, eva: User, chloe: User,
    course: Course, now: datetime,
) -> None:  # fmt: skip
    for stranger in (chloe, eva, bruno):
        with pytest.raises(NotFound):
            ask(stranger, attempt, question, now)
    made = ask(ada, attempt, question, now)
    for stranger in (chloe, eva):
        with pytest.raises(NotFound):
            appeals.say(by=stranger, appeal_id=made.pk, text="x", now=now)
        with pytest.raises(NotFound):
            appeals.refuse(by=stranger, appeal_id=made.pk, answer="x", now=now)
        with pytest.raises(NotFound):
            asked.appeal_view(viewer=stranger, appeal_id=made.pk)
    with pytest.raises(NotAllowed):
        appeals.change_mark(by=ada, appeal_id=made.pk, answer="x", points=1, now=now)

"""Practice: each answer scored at once and final; running exams pause it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from studium.assessment import queries
from studium.assessment.actions import bank, practise, sit
from studium.assessment.kinds import WrongShape
from studium.assessment.models import FoldQueue, ItemStatistics, Quiz, QuizAnswer, Response
from studium.content.models import Course
from studium.identity.models import User
from studium.lib.errors import Conflict, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course: Course) -> Quiz:
    """Two single-choice questions of one point, each with "a" right."""
    return factories.quiz(lesson=course.lessons.earliest("order_index"))


def answer(by: User, run, question, response, now) -> practise.Answered:
    return practise.answer_question(
        by=by, attempt_id=run.pk, question_id=question.pk, response=response, now=now
    )


def test_a_run_is_begun_once_and_keeps_its_paper(
    ada: User, bruno: User, quiz: Quiz, now: datetime
) -> None:
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    assert practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now).pk == run.pk
    draft = bank.QuestionDraft("true_false", "New?", answer=True)
    bank.add_question(by=bruno, quiz_id=quiz.pk, draft=draft, now=now)
    assert len(queries.run_view(viewer=ada, attempt_id=run.pk, now=now).questions) == 2


def test_an_answer_is_scored_at_once_and_is_final(ada: User, quiz: Quiz, now: datetime) -> None:
    first, second = quiz.questions.order_by("position")
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    assert answer(ada, run, first, "a", now).share == 1
    assert answer(ada, run, second, "b", now).share == 0
    again = answer(ada, run, first, "a", now + timedelta(minutes=1))
    assert again.answered_at == now
    with pytest.raises(Conflict) as refused:
        answer(ada, run, second, "a", now)
    assert refused.value.code == "already_answered"
    assert QuizAnswer.objects.count() == Response.objects.count() == 2
    assert {row.release_at for row in FoldQueue.objects.all()} == {now}
    sums = dict(ItemStatistics.objects.values_list("question_id", "share_sum"))
    assert sums == {first.pk: Decimal(1), second.pk: Decimal(0)}


def test_a_run_may_end_early_and_is_scored_over_all_questions(
    ada: User, quiz: Quiz, now: datetime
) -> None:
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    answer(ada, run, quiz.questions.first(), "a", now)
    done = practise.finish_quiz(by=ada, attempt_id=run.pk, now=now)
    assert (done.score, done.points, done.max_points) == (50, 1, 2)
    assert (
        practise.finish_quiz(by=ada, attempt_id=run.pk, now=now + timedelta(1)).finished_at == now
    )
    with pytest.raises(Conflict) as refused:
        answer(ada, run, quiz.questions.last(), "a", now)
    assert refused.value.code == "already_finished"
    assert practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now).attempt_no == 2


def test_feedback_at_the_end_says_nothing_before_it(
    ada: User, course: Course, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), feedback="end")
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    assert answer(ada, run, quiz.questions.first(), "a", now).share is None
    view = queries.run_view(viewer=ada, attempt_id=run.pk, now=now)
    assert all(one.right is None and one.share is None for one in view.questions)
    practise.finish_quiz(by=ada, attempt_id=run.pk, now=now)
    view = queries.run_view(viewer=ada, attempt_id=run.pk, now=now)
    assert [one.right for one in view.questions] == ["a", "a"]


def test_feedback_after_each_answer_leaves_open_questions_closed(
    ada: User, quiz: Quiz, now: datetime
) -> None:
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    answer(ada, run, quiz.questions.order_by("position")[0], "b", now)
    first, second = queries.run_view(viewer=ada, attempt_id=run.pk, now=now).questions
    assert (first.right, first.share, second.right, second.share) == ("a", 0, None, None)


def test_an_empty_or_misshapen_answer_is_refused(ada: User, quiz: Quiz, now: datetime) -> None:
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    for response in (None, "", "zzz", ["a"], {"a": 1}, 1, True):
        with pytest.raises(WrongShape):
            answer(ada, run, quiz.questions.first(), response, now)
    assert not QuizAnswer.objects.exists()


def test_a_limit_of_runs_holds(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), max_attempts=1)
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    practise.finish_quiz(by=ada, attempt_id=run.pk, now=now)
    with pytest.raises(Conflict) as refused:
        practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    assert refused.value.code == "no_attempts_left"


def test_strangers_and_staff_do_not_practise_and_drafts_do_not_exist(
    ada: User, bruno: User, chloe: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    draft = factories.quiz(lesson=course.lessons.first(), status="draft")
    for person, asked, error in [
        (chloe, quiz, NotFound),
        (ada, draft, NotFound),
        (bruno, quiz, NotAllowed),
    ]:
        with pytest.raises(error):
            practise.start_quiz(by=person, quiz_id=asked.pk, now=now)
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    for person in (chloe, bruno):
        with pytest.raises(NotFound):
            answer(person, run, quiz.questions.first(), "a", now)
        with pytest.raises(NotFound):
            queries.run_view(viewer=person, attempt_id=run.pk, now=now)


def test_a_question_of_another_quiz_is_not_there(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    other = factories.quiz(lesson=course.lessons.first())
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    with pytest.raises(NotFound):
        answer(ada, run, other.questions.first(), "a", now)


def test_while_an_exam_runs_practice_waits_and_shows_no_keys(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    first, second = quiz.questions.order_by("position")
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    answer(ada, run, first, "b", now)
    exam = factories.exam(course=course, questions=[first, second])
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    view = queries.run_view(viewer=ada, attempt_id=run.pk, now=now)
    assert view.paused == "Final exam"
    assert all(one.right is None and one.explanation_html is None for one in view.questions)
    for act in (
        lambda: practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now),
        lambda: answer(ada, run, second, "a", now),
        lambda: practise.finish_quiz(by=ada, attempt_id=run.pk, now=now),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "exam_running"
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    assert answer(ada, run, second, "a", now).share == 1

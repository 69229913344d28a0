"""Practice across a course: asked once, told at once, and nothing that an exam keeps back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from studium.assessment import askable, queries
from studium.assessment.actions import practise, sessions, sit
from studium.assessment.kinds import WrongShape
from studium.assessment.models import (
    Exam,
    ExamAttempt,
    FoldQueue,
    PracticeAnswer,
    PracticeOffer,
    PracticeSession,
    Question,
    Quiz,
    Response,
)
from studium.content.models import Concept, Course, Enrollment
from studium.identity.models import User
from studium.lib.errors import Conflict, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def quiz(course: Course) -> Quiz:
    """Two single-choice questions of one point, each with "a" right."""
    return factories.quiz(lesson=course.lessons.earliest("order_index"))


def planned(quiz: Quiz) -> list[sessions.Planned]:
    return [sessions.Planned(one.pk, "level", 0.7) for one in quiz.questions.order_by("position")]


def begun(by: User, quiz: Quiz, now: datetime) -> PracticeSession:
    return sessions.begin_session(
        by=by, course_id=quiz.lesson.course_id, planned=planned(quiz), now=now
    )


def answer(by: User, session, question: Question, response, now: datetime) -> sessions.Given:
    return sessions.answer_in_session(
        by=by, session_id=session.pk, question_id=question.pk, response=response, now=now
    )


def refused(code: str, done, *args, **more) -> None:
    with pytest.raises(Conflict) as caught, transaction.atomic():
        done(*args, **more)
    assert caught.value.code == code


def sat(exam: Exam, by: User, now: datetime) -> ExamAttempt:
    attempt = sit.start_attempt(by=by, exam_id=exam.pk, now=now)
    return sit.submit(by=by, attempt_id=attempt.pk, now=now + timedelta(minutes=5))


def test_a_session_is_begun_once_and_an_old_one_ends(ada: User, quiz: Quiz, now: datetime) -> None:
    course_id = quiz.lesson.course_id
    assert sessions.going_on(by=ada, course_id=course_id, now=now) is None
    first = begun(ada, quiz, now)
    assert begun(ada, quiz, now) == first
    assert sessions.going_on(by=ada, course_id=course_id, now=now + HOUR) == first
    assert sessions.going_on(by=ada, course_id=course_id, now=now + 24 * HOUR) is None
    assert begun(ada, quiz, now + 24 * HOUR) != first
    refused(
        "nothing_to_practise", sessions.begin_session,
        by=factories.enrollment(user=factories.person(), course=quiz.lesson.course).user,
        course_id=course_id, planned=[], now=now,
    )  # fmt: skip


def test_an_answer_is_scored_once_and_becomes_one_response(
    ada: User, quiz: Quiz, now: datetime
) -> None:
    first, second = quiz.questions.order_by("position")
    session = begun(ada, quiz, now)
    assert answer(ada, session, first, "a", now).share == 1
    assert answer(ada, session, first, "a", now + HOUR).answered_at == now
    refused("already_answered", answer, ada, session, first, "b", now)
    with pytest.raises(WrongShape):
        answer(ada, session, second, "", now)
    assert answer(ada, session, second, "b", now).share == 0
    rows = list(Response.objects.order_by("pk"))
    assert [(row.practice_session_id, row.question_id, row.share) for row in rows] == [
        (session.pk, first.pk, 1),
        (session.pk, second.pk, 0),
    ]
    assert {row.release_at for row in FoldQueue.objects.all()} == {now}
    sessions.finish_session(by=ada, session_id=session.pk, now=now + HOUR)
    done = sessions.finish_session(by=ada, session_id=session.pk, now=now + 2 * HOUR)
    assert done.finished_at == now + HOUR


def test_a_solution_that_was_shown_counts_as_nothing_right(
    ada: User, quiz: Quiz, now: datetime
) -> None:
    first, second = quiz.questions.order_by("position")
    session = begun(ada, quiz, now)
    ask = {"by": ada, "session_id": session.pk, "now": now}
    assert sessions.show_solution(question_id=first.pk, **ask).share == 0
    assert sessions.show_solution(question_id=first.pk, **ask).was_shown
    refused("already_answered", answer, ada, session, first, "a", now)
    answer(ada, session, second, "a", now)
    assert not sessions.show_solution(question_id=second.pk, **ask).was_shown
    one, other = queries.session_view(viewer=ada, session_id=session.pk, now=now).questions
    assert (one.was_shown, one.one.share, one.one.right, one.one.response) == (True, 0, "a", None)
    assert (other.was_shown, other.one.share) == (False, 1)
    assert sorted(Response.objects.values_list("share", flat=True)) == [0, 1]


def test_a_view_tells_answered_questions_only(ada: User, quiz: Quiz, now: datetime) -> None:
    first, _second = quiz.questions.order_by("position")
    session = begun(ada, quiz, now)
    answer(ada, session, first, "b", now)
    view = queries.session_view(viewer=ada, session_id=session.pk, now=now)
    told, closed = view.as_json()["questions"]
    assert told["feedback"]["right"] == "a"
    assert (closed["feedback"], closed["answer"]) == (None, None)
    assert (view.open_number, view.answered, view.right) == (2, 1, 0)


def test_strangers_staff_and_past_students_do_not_practise(
    ada: User, bruno: User, chloe: User, quiz: Quiz, now: datetime
) -> None:
    for person, error in [(chloe, NotFound), (bruno, NotAllowed)]:
        with pytest.raises(error):
            begun(person, quiz, now)
    session = begun(ada, quiz, now)
    for person in (chloe, bruno):
        with pytest.raises(NotFound):
            queries.session_view(viewer=person, session_id=session.pk, now=now)
        with pytest.raises(NotFound):
            answer(person, session, quiz.questions.first(), "a", now)
    Enrollment.objects.filter(user=ada).update(ended_at=now)
    with pytest.raises(NotFound):
        answer(ada, session, quiz.questions.first(), "a", now)


def test_a_question_outside_the_plan_is_not_there(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    other = factories.quiz(lesson=course.lessons.first())
    session = begun(ada, quiz, now)
    with pytest.raises(NotFound):
        answer(ada, session, other.questions.first(), "a", now)


def test_while_an_exam_runs_practice_waits_and_shows_nothing(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    first, second = quiz.questions.order_by("position")
    session = begun(ada, quiz, now)
    answer(ada, session, first, "b", now)
    sit.start_attempt(by=ada, exam_id=factories.exam(course=course).pk, now=now)
    refused("exam_running", answer, ada, session, second, "a", now)
    refused(
        "exam_running", sessions.show_solution,
        by=ada, session_id=session.pk, question_id=second.pk, now=now,
    )  # fmt: skip
    refused("exam_running", begun, ada, quiz, now)
    view = queries.session_view(viewer=ada, session_id=session.pk, now=now)
    assert view.paused == "Final exam"
    assert [(q.one.right, q.one.share, q.one.explanation_html) for q in view.questions] == [
        (None, None, None)
    ] * 2


def test_what_an_unreleased_exam_asked_is_neither_asked_nor_told(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    first, second = quiz.questions.order_by("position")
    exam = factories.exam(
        course=course, questions=[first], release="after_close", closes_at=now + 48 * HOUR
    )
    assert len(askable.askable(ada.pk, course.pk, now=now)) == 2
    session = begun(ada, quiz, now)
    answer(ada, session, first, "b", now)
    attempt = sat(exam, ada, now + HOUR)
    assert attempt.status == "graded"
    later = now + 2 * HOUR
    assert [one.question_id for one in askable.askable(ada.pk, course.pk, now=later)] == [second.pk]
    told = queries.session_view(viewer=ada, session_id=session.pk, now=later).questions[0].one
    assert (told.right, told.share, told.explanation_html, told.remark_html) == (
        None, None, None, "",
    )  # fmt: skip
    out = now + 49 * HOUR
    assert len(askable.askable(ada.pk, course.pk, now=out)) == 2
    told = queries.session_view(viewer=ada, session_id=session.pk, now=out).questions[0].one
    assert told.right == "a"


def test_a_planned_question_that_an_exam_then_asked_is_passed_over(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    first, _second = quiz.questions.order_by("position")
    session = begun(ada, quiz, now)
    sat(factories.exam(course=course, questions=[first], release_key="never"), ada, now + HOUR)
    later = now + 2 * HOUR
    refused("not_practised", answer, ada, session, first, "a", later)
    refused(
        "not_practised", sessions.show_solution,
        by=ada, session_id=session.pk, question_id=first.pk, now=later,
    )  # fmt: skip
    view = queries.session_view(viewer=ada, session_id=session.pk, now=later)
    assert ([q.passed_over for q in view.questions], view.open_number) == ([True, False], 2)


def test_another_version_of_what_an_exam_keeps_back_is_not_asked(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    hidden = factories.quiz(lesson=quiz.lesson, status="draft", questions=0)
    first = quiz.questions.earliest("position")
    old = factories.question(quiz=hidden, bank_key=first.bank_key, version=7)
    sat(factories.exam(course=course, questions=[old], release_key="never"), ada, now)
    ids = {one.question_id for one in askable.askable(ada.pk, course.pk, now=now + HOUR)}
    assert ids == {quiz.questions.latest("position").pk}


def test_quizzes_that_count_their_runs_or_tell_at_the_end_are_left_alone(
    ada: User, course: Course, now: datetime
) -> None:
    lesson = course.lessons.earliest("order_index")
    limited = factories.quiz(lesson=lesson, max_attempts=1, questions=1)
    at_end = factories.quiz(lesson=lesson, feedback="end", questions=1)

    def asked() -> set[object]:
        found = {one.question_id for one in askable.askable(ada.pk, course.pk, now=now)}
        return set(Question.objects.filter(pk__in=found).values_list("quiz_id", flat=True))

    assert asked() == {at_end.pk}
    runs = [practise.start_quiz(by=ada, quiz_id=one.pk, now=now) for one in (limited, at_end)]
    assert asked() == set()
    for run in runs:
        practise.finish_quiz(by=ada, attempt_id=run.pk, now=now)
    assert asked() == {limited.pk, at_end.pk}


def test_drafts_archives_and_what_a_person_has_to_mark_are_not_asked(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    lesson = course.lessons.earliest("order_index")
    factories.quiz(lesson=lesson, status="draft")
    factories.quiz(lesson=factories.lesson(course=course, status="draft"))
    factories.question(quiz=quiz, kind="essay")
    first, second = quiz.questions.order_by("position")[:2]
    Question.objects.filter(pk=first.pk).update(retired_at=now)
    assert [one.question_id for one in askable.askable(ada.pk, course.pk, now=now)] == [second.pk]


def test_an_offer_is_kept_once_a_day_with_what_came_of_it(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    concept = Concept.objects.create(course=course, name="Borrowing")
    offer = sessions.Offer(concept.pk, "exam", 10, 4.0, 0.5, 0.7)
    for moment in (now, now + HOUR, now + 24 * HOUR):
        sessions.note_offer(by=ada, course_id=course.pk, offer=offer, now=moment)
    session = sessions.begin_session(
        by=ada, course_id=course.pk, planned=planned(quiz), now=now, concept_id=concept.pk
    )
    sessions.take_offer(by=ada, session=session, now=now)
    for p in (0.6, 0.9):
        sessions.note_outcome(session_id=session.pk, p_after=p)
    rows = PracticeOffer.objects.order_by("day").values_list("session_id", "p_after")
    assert list(rows) == [(session.pk, 0.6), (None, None)]


def test_numbers_and_orders_are_the_sessions_own_and_stay(
    ada: User, course: Course, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), shuffle=True, questions=0, status="draft")
    letters = [{"id": one, "text": one.upper()} for one in "abcdefgh"]
    factories.question(quiz=quiz, options=letters)
    Quiz.objects.filter(pk=quiz.pk).update(status="published")
    orders = set()
    for day in range(5):
        session = begun(ada, quiz, now + day * 24 * HOUR)
        seen = [
            tuple(one.id for one in view.questions[0].one.asked.options)
            for view in [queries.session_view(viewer=ada, session_id=session.pk, now=now)] * 2
        ]
        assert seen[0] == seen[1]
        orders.add(seen[0])
        sessions.finish_session(by=ada, session_id=session.pk, now=now + day * 24 * HOUR)
    assert len(orders) > 1


def test_a_crash_between_answer_and_response_leaves_neither(
    ada: User, quiz: Quiz, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(ada, quiz, now)
    question = quiz.questions.earliest("position")

    def fails(*_: object, **__: object) -> None:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(sessions.recording, "record_responses", fails)
        with pytest.raises(DatabaseError):
            answer(ada, session, question, "a", now)
    assert not PracticeAnswer.objects.exists()
    assert answer(ada, session, question, "b", now).share == 0
    assert (PracticeAnswer.objects.count(), Response.objects.count()) == (1, 1)

"""Forty at once, on a real database with real commits: one row each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from studium.analytics import actions
from studium.assessment import journal
from studium.assessment.actions import accommodate, practise, sessions, sit
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    ExamAttempt,
    ExamStatistics,
    ItemStatistics,
    PracticeAnswer,
    PracticeOffer,
    PracticeSession,
    QuizAnswer,
    QuizAttempt,
    Response,
)
from studium.lib.errors import Refused
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 40


def all_at_once(act: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """Run `act(0…count-1)` in as many threads, let go together; a refusal is its result."""
    go, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        try:
            go.wait(30)
            results[number] = act(number)
        except Refused as refused:
            results[number] = refused
        except Exception as error:  # shown by the test that fails on it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    strange = [one for one in results if isinstance(one, Exception) and not _is_refusal(one)]
    assert not strange, strange[:3]
    return results


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, Refused)


@pytest.fixture
def exam(course):
    return factories.exam(course=course)


def moment() -> datetime:
    return datetime.now(UTC)


def test_forty_starts_make_one_attempt(ada, exam) -> None:
    results = all_at_once(lambda _: sit.start_attempt(by=ada, exam_id=exam.pk, now=moment()))
    attempt = ExamAttempt.objects.get()
    assert {one.pk for one in results} == {attempt.pk}
    assert AttemptEvent.objects.filter(kind="start").count() == 1


def test_forty_submits_grade_once(ada, exam) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    question = exam.paper.first().question_id
    sit.save_answer(
        by_id=ada.pk,
        attempt_id=attempt.pk,
        question_id=question,
        response="a",
        revision=1,
        now=moment(),
    )
    results = all_at_once(lambda _: sit.submit(by=ada, attempt_id=attempt.pk, now=moment()))
    assert len({one.submitted_at for one in results}) == 1
    assert Response.objects.count() == 1
    assert ItemStatistics.objects.get().answers == 1
    assert ExamStatistics.objects.get().attempts == 1
    assert AttemptEvent.objects.filter(kind="graded").count() == 1


def test_forty_saves_of_one_answer_store_one(ada, exam) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    question = exam.paper.first().question_id

    def save(number: int):
        return sit.save_answer(
            by_id=ada.pk,
            attempt_id=attempt.pk,
            question_id=question,
            response="ab"[number % 2],
            revision=1,
            now=moment(),
        )

    results = all_at_once(save)
    stored = AttemptAnswer.objects.get()
    for number, reply in enumerate(results):
        if "ab"[number % 2] == stored.response:
            assert reply.saved_at == stored.saved_at
        else:
            assert reply.code == "stale_revision"
    assert AttemptEvent.objects.filter(kind="save").count() == 1


def test_saves_against_a_submit_are_in_or_refused_never_lost(ada, exam) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    questions = list(exam.paper.values_list("question_id", flat=True))

    def act(number: int):
        if number == 7:
            return sit.submit(by=ada, attempt_id=attempt.pk, now=moment())
        return sit.save_answer(
            by_id=ada.pk,
            attempt_id=attempt.pk,
            question_id=questions[number % 3],
            response="a",
            revision=1,
            now=moment(),
        )

    results = all_at_once(act)
    taken = {questions[n % 3] for n, one in enumerate(results) if isinstance(one, sit.Saved)}
    assert taken == set(AttemptAnswer.objects.values_list("question_id", flat=True))
    attempt.refresh_from_db()
    assert attempt.points == len(taken)
    sequence = list(AttemptEvent.objects.order_by("seq").values_list("seq", flat=True))
    assert sequence == list(range(1, len(sequence) + 1))


def _until_somebody_waits() -> None:
    """On SQLite, which does not tell, for a moment in which the other one can have begun."""
    until = time.monotonic() + (10 if connection.vendor == "postgresql" else 0.1)
    while time.monotonic() < until:
        time.sleep(0.01)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT 1 FROM pg_stat_activity "
                    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                if cursor.fetchone():
                    return
    assert connection.vendor == "sqlite", "nobody waits"


def test_a_save_that_waited_for_another_one_of_its_attempt_is_the_next_line(ada, exam) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    first, second = exam.paper.values_list("question_id", flat=True)[:2]
    saved: list[Any] = []

    def save(question: UUID) -> None:
        answer = {"question_id": question, "response": "a", "revision": 1}
        saved.append(sit.save_answer(by_id=ada.pk, attempt_id=attempt.pk, now=moment(), **answer))

    def save_and_leave() -> None:
        try:
            save(second)
        finally:
            connection.close()

    waits = threading.Thread(target=save_and_leave)
    with transaction.atomic():
        save(first)
        waits.start()
        _until_somebody_waits()
        assert len(saved) == 1
    waits.join(30)
    assert len(saved) == 2
    assert journal.verify(attempt.pk) == []
    assert [line.event.question_id for line in journal.lines(attempt.pk)] == [None, first, second]


def test_many_students_hand_in_at_once_and_every_one_is_counted(bruno, course, exam) -> None:
    people = []
    for number in range(12):
        person = factories.person(f"Student{number}")
        factories.enrollment(user=person, course=course)
        attempt = sit.start_attempt(by=person, exam_id=exam.pk, now=moment())
        for question in exam.paper.values_list("question_id", flat=True):
            sit.save_answer(
                by_id=person.pk,
                attempt_id=attempt.pk,
                question_id=question,
                response="a",
                revision=1,
                now=moment(),
            )
        people.append((person, attempt))
    all_at_once(
        lambda number: sit.submit(
            by=people[number][0], attempt_id=people[number][1].pk, now=moment()
        ),
        count=12,
    )
    assert ExamStatistics.objects.get().attempts == 12
    assert set(ItemStatistics.objects.values_list("answers", flat=True)) == {12}


def test_forty_runs_and_answers_of_one_quiz_are_one(ada, course) -> None:
    quiz = factories.quiz(lesson=course.lessons.first())
    all_at_once(lambda _: practise.start_quiz(by=ada, quiz_id=quiz.pk, now=moment()))
    run = QuizAttempt.objects.get()
    question = quiz.questions.first()
    all_at_once(
        lambda number: practise.answer_question(
            by=ada,
            attempt_id=run.pk,
            question_id=question.pk,
            response="ab"[number % 2],
            now=moment(),
        )
    )
    assert QuizAnswer.objects.count() == Response.objects.count() == 1
    assert ItemStatistics.objects.get().answers == 1


def test_twelve_starts_answers_and_offers_of_practice_are_one(ada, course) -> None:
    factories.quiz(lesson=course.lessons.earliest("order_index"))
    now = moment()
    begun = all_at_once(
        lambda _: actions.begin_practice(by=ada, course_id=course.pk, now=now).session.pk, 12
    )
    assert set(begun) == set(PracticeSession.objects.values_list("pk", flat=True))
    assert len(set(begun)) == 1
    question_id = UUID(PracticeSession.objects.get().planned[0]["question"])
    ask = {"by": ada, "session_id": begun[0], "question_id": question_id, "now": moment()}
    given = all_at_once(
        lambda number: (
            sessions.answer_in_session(response="ab"[number % 2], **ask)
            if number % 3
            else sessions.show_solution(**ask)
        ),
        12,
    )
    assert any(not isinstance(one, Refused) for one in given)
    assert (PracticeAnswer.objects.count(), Response.objects.count()) == (1, 1)
    assert ItemStatistics.objects.get().answers == 1
    all_at_once(lambda _: actions.offer_practice(by=ada, course=course, now=moment()), 12)
    assert PracticeOffer.objects.count() == 1


def test_forty_starts_with_an_extra_attempt_use_no_more_than_was_given(ada, bruno, course):
    """Each hands in what it has begun, so that every attempt that can be had is tried for."""
    exam, now = factories.exam(course=course), datetime.now(UTC)
    accommodate.give(
        by=bruno, course_id=course.pk, user_id=ada.pk, profile={"extra_attempts": 2}, now=now
    )

    def act(_number: int) -> None:
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
        sit.submit(by=ada, attempt_id=attempt.pk, now=now)

    all_at_once(act, 20)
    # How many begin a further one depends on who hands in when; the rest is used up here.
    while ExamAttempt.objects.filter(exam=exam, user=ada).count() < 3:
        act(0)
    with pytest.raises(Refused):
        act(0)
    assert ExamAttempt.objects.filter(exam=exam, user=ada).count() == 3


def test_no_start_misses_the_minutes_that_are_given_beside_it(bruno, course):
    """Whichever comes first, who is given time while they begin has it afterwards."""
    exam, now = factories.exam(course=course), datetime.now(UTC)
    people = [factories.person(f"P{number}") for number in range(10)]
    for one in people:
        factories.enrollment(user=one, course=course)

    def act(number: int) -> None:
        person = people[number // 2]
        if number % 2:
            sit.start_attempt(by=person, exam_id=exam.pk, now=now)
        else:
            accommodate.give(
                by=bruno, course_id=course.pk, user_id=person.pk, now=now,
                profile={"extra_minutes": 15},
            )  # fmt: skip

    all_at_once(act, 20)
    deadlines = set(ExamAttempt.objects.filter(exam=exam).values_list("deadline_at", flat=True))
    assert deadlines == {now + timedelta(minutes=45)}
    assert ExamAttempt.objects.filter(exam=exam).count() == 10


def test_accommodations_and_hand_ins_never_wait_for_each_other_in_turn(bruno, course):
    """Students, attempts, exams are locked in one order: nobody is thrown out by a deadlock."""
    now = datetime.now(UTC)
    exam = factories.exam(course=course, closes_at=now + timedelta(hours=1))
    people = [factories.person(f"P{number}") for number in range(8)]
    for one in people:
        factories.enrollment(user=one, course=course)
    begun = [sit.start_attempt(by=one, exam_id=exam.pk, now=now) for one in people]

    def act(number: int) -> None:
        if number < 8:
            sit.submit(by=people[number], attempt_id=begun[number].pk, now=now)
        else:
            accommodate.give(
                by=bruno, course_id=course.pk, user_id=people[number - 8].pk, now=now,
                profile={"extra_minutes": number},
            )  # fmt: skip

    all_at_once(act, 16)
    assert ExamAttempt.objects.filter(exam=exam, status="graded").count() == 8
    exam.refresh_from_db()
    assert exam.last_end_at == exam.closes_at + timedelta(minutes=15)

"""What one student is asked and suggested, from answers that were taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from studium.analytics import actions, choosing_words, own_data
from studium.analytics.models import ResponseFold
from studium.analytics.queries import choosing
from studium.analytics.rebuilding import rebuild
from studium.assessment.actions import sessions, sit
from studium.assessment.models import PracticeOffer, Question, Response
from studium.lib.errors import Conflict, NotAllowed, NotFound
from tests import factories
from tests.analytics import answers

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=3)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """A course of three lessons of six questions; Ada is good at the first and weak at the second,
    Max has not begun. Made once for the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        bruno = factories.person("Bruno Berg", role="INSTRUCTOR")
        course = factories.course(owner=bruno, lessons=3)
        people = [factories.person(name) for name in ("Ada Alm", "Max Mo")]
        for one in people:
            factories.enrollment(user=one, course=course)
        quizzes = [
            factories.quiz(lesson=lesson, questions=6)
            for lesson in course.lessons.order_by("order_index")
        ]
        ada = people[0]
        for day in (0, 1):
            answers.practise(ada, quizzes[0], [1] * 5, at=START + timedelta(days=day))
            answers.practise(ada, quizzes[1], [1, 0, 0, 0], at=START + timedelta(days=day))
        actions.catch_up(now=NOW)
        yield {"ada": ada, "max": people[1], "bruno": bruno, "course": course, "quizzes": quizzes}
        transaction.set_rollback(True)


def _lessons(chosen: list[Any]) -> list[int]:
    places = Question.objects.filter(pk__in=[one.question_id for one in chosen])
    of = dict(places.values_list("pk", "quiz__lesson__order_index"))
    return [of[one.question_id] for one in chosen]


def test_a_cold_start_goes_through_the_course_in_its_order(world: dict[str, Any]) -> None:
    chosen = choosing.choose_questions(world["max"], world["course"], now=NOW, count=6)
    assert _lessons(chosen) == sorted(_lessons(chosen))
    assert {one.reason for one in chosen} == {"new"}
    found = choosing.suggestion(world["max"], world["course"], now=NOW)
    assert found is not None
    assert (found.kind, found.n, found.points) == ("course", 0, None)


def test_the_same_state_gives_the_same_choice(world: dict[str, Any]) -> None:
    asked = [world["ada"], world["course"]]
    first = choosing.choose_questions(*asked, now=NOW, count=10)
    assert choosing.choose_questions(*asked, now=NOW, count=10) == first
    assert choosing.suggestion(*asked, now=NOW) == choosing.suggestion(*asked, now=NOW)
    assert len({one.question_id for one in first}) == 10
    rows = [one.concept_id for one in first]
    assert all(len(set(rows[at : at + 3])) > 1 for at in range(6))


def test_what_was_answered_within_a_day_waits(world: dict[str, Any]) -> None:
    late = answers.practise(world["ada"], world["quizzes"][0], [1, 1], at=NOW - timedelta(hours=5))
    seen = set(Response.objects.filter(quiz_attempt=late).values_list("question_id", flat=True))
    chosen = choosing.choose_questions(world["ada"], world["course"], now=NOW, count=30)
    assert len(chosen) == 16
    assert not seen & {one.question_id for one in chosen}
    later = choosing.choose_questions(
        world["ada"], world["course"], now=NOW + timedelta(days=1), count=30
    )
    assert seen <= {one.question_id for one in later}


def test_the_weak_concept_of_the_exam_is_suggested_with_its_points(world: dict[str, Any]) -> None:
    paper = [one for quiz in world["quizzes"][:2] for one in quiz.questions.all()[:3]]
    exam = factories.exam(
        course=world["course"], questions=paper, title="Midterm", closes_at=NOW + timedelta(days=9)
    )
    found = choosing.suggestion(world["ada"], world["course"], now=NOW)
    assert found is not None
    assert found.lesson_id == world["quizzes"][1].lesson_id
    assert found.exam == exam
    assert found.p_after > found.p_now
    assert found.kind == "review"  # two days without practice: it is due as well
    told = choosing_words.reason(found)
    assert told == f"Due for a review. About {found.minutes} min."
    chance = choosing_words.chances(found)
    assert f"{round(found.p_now * 100)} %" in chance
    assert "From 8 answers." in chance
    assert choosing_words.chances(found, percentages=False) == ""


def test_points_are_named_in_the_sentence(world: dict[str, Any]) -> None:
    exam = factories.exam(course=world["course"], title="Midterm")
    figures = {"name": "Loops", "lesson_id": None, "questions": 7, "p_now": 0.5, "p_after": 0.7}
    made = choosing.Suggestion(
        concept_id=exam.pk, kind="exam", minutes=10, points=4.2, n=12, due_at=None, exam=exam,
        **figures,
    )  # fmt: skip
    assert choosing_words.reason(made) == (
        "+4 points of 100 expected in “Midterm” for about 10 min."
    )
    assert "4" not in choosing_words.reason(made, percentages=False)


def test_a_session_is_begun_answered_and_its_outcome_kept(world: dict[str, Any]) -> None:
    ada, course = world["ada"], world["course"]
    found = actions.offer_practice(by=ada, course=course, now=NOW)
    assert found is not None
    begun = actions.begin_practice(
        by=ada, course_id=course.pk, now=NOW, count=2, concept_id=found.concept_id
    )
    again = actions.begin_practice(by=ada, course_id=course.pk, now=NOW + timedelta(hours=1))
    assert (begun.is_new, again.is_new, again.session) == (True, False, begun.session)
    for one in begun.session.planned:
        sessions.answer_in_session(
            by=ada, session_id=begun.session.pk, question_id=UUID(one["question"]),
            response="a", now=NOW,
        )  # fmt: skip
    actions.catch_up(now=NOW)
    actions.finish_practice(by=ada, session_id=begun.session.pk, now=NOW)
    offer = PracticeOffer.objects.get()
    assert offer.session == begun.session
    assert offer.p_after is not None
    assert offer.p_after > offer.p_before == found.p_now
    assert Response.objects.filter(practice_session=begun.session).count() == 2
    (kept,) = own_data.practice_sessions(ada, NOW, own_data.nobody_hears)
    assert [one["answer"] for one in kept["questions"]] == [{"response": "a"}] * 2
    (told,) = own_data.practice_offers(ada, NOW, own_data.nobody_hears)
    assert told["session_id"] == begun.session.pk


def test_a_lost_answer_of_a_session_is_queued_again(world: dict[str, Any]) -> None:
    ada, course = world["ada"], world["course"]
    session = actions.begin_practice(by=ada, course_id=course.pk, now=NOW).session
    sessions.show_solution(
        by=ada, session_id=session.pk, question_id=UUID(session.planned[0]["question"]), now=NOW
    )
    row = Response.objects.get(practice_session=session)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM fold_queue")
    rebuild(check=False, now=NOW)
    actions.catch_up(now=NOW)
    assert ResponseFold.objects.filter(response=row).exists()


def test_staff_strangers_and_examinees_do_not_begin(world: dict[str, Any]) -> None:
    course = world["course"]
    for person, error in [(world["bruno"], NotAllowed), (factories.person(), NotFound)]:
        with pytest.raises(error):
            actions.begin_practice(by=person, course_id=course.pk, now=NOW)
    with pytest.raises(NotFound):
        actions.begin_practice(by=world["ada"], course_id=course.pk, now=NOW, concept_id=course.pk)
    sit.start_attempt(by=world["ada"], exam_id=factories.exam(course=course).pk, now=NOW)
    with pytest.raises(Conflict) as refused:
        actions.begin_practice(by=world["ada"], course_id=course.pk, now=NOW)
    assert refused.value.code == "exam_running"


def test_statements_are_a_fixed_number(world: dict[str, Any]) -> None:
    ada, course = world["ada"], world["course"]
    factories.exam(course=course, closes_at=NOW + timedelta(days=9))

    def counted() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as chosen:
            choosing.choose_questions(ada, course, now=NOW, count=10)
        with CaptureQueriesContext(connection) as suggested:
            choosing.suggestion(ada, course, now=NOW)
        return len(chosen), len(suggested)

    few = counted()
    for quiz in world["quizzes"]:
        for _ in range(5):
            factories.question(quiz=quiz)
        answers.practise(ada, quiz, [1, 0] * 5, at=NOW - timedelta(days=2))
    actions.catch_up(now=NOW)
    assert counted() == few

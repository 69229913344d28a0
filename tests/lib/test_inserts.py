"""INSERTs that are made before a transaction begins: the same rows as Django's own, or none."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from studium.assessment.models import Question, Quiz
from studium.content.models import Course, Lesson, Passage
from studium.lib import inserts
from tests import factories

pytestmark = pytest.mark.django_db


def question(quiz: Quiz, place: int) -> Question:
    """With an expression of the database, values it fills in, JSON and a text full of signs."""
    return Question(
        quiz=quiz,
        position=place,
        question_text=f"100 %s? {place} ☃",
        answer="a",
        options=[{"id": "a", "text": "50 %"}, {"id": "b", "text": "no"}],
        kind="single_choice",
    )


def told(pk: object) -> dict[str, object]:
    return Question.objects.values().get(pk=pk) | {"id": None, "bank_key": None, "position": 0}


def test_the_rows_are_those_that_django_stores(course: Course) -> None:
    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), questions=0, status="draft"
    )
    saved, made = question(quiz, 1), question(quiz, 2)
    with transaction.atomic():
        saved.save(force_insert=True)
        inserts.run(inserts.inserts([made]))
    left, right = told(saved.pk), told(made.pk)
    assert isinstance(right["created_at"], datetime)
    assert {**left, "created_at": 0} == {**right, "created_at": 0} | {
        "question_text": left["question_text"]
    }
    assert right["question_text"] == "100 %s? 2 ☃"
    made.explanation = "Changed."
    made.save()
    assert told(made.pk)["explanation"] == "Changed."


def passages(lesson: Lesson, count: int) -> list[Passage]:
    return [
        Passage(lesson=lesson, course_id=lesson.course_id, place=place, version=1, block_id="b",
                begins=0, ends=1, title="T", text=f"Word {place}.")
        for place in range(1, count + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("watched", [False, True])
def test_rows_of_several_tables_go_in_their_order_in_few_statements(
    course: Course, monkeypatch: pytest.MonkeyPatch, *, watched: bool
) -> None:
    monkeypatch.setattr(inserts, "_PARAMETERS", 1_000)
    lesson = course.lessons.earliest("order_index")
    Passage.objects.filter(lesson=lesson).delete()
    quiz = Quiz(lesson=lesson, title="Q")
    made = inserts.inserts([quiz, question(quiz, 1), *passages(lesson, 100)])
    assert [one.sql.split('"')[1] for one in made] == [
        "quizzes",
        "questions",
        "passages",
        "passages",
    ]
    with transaction.atomic():
        if watched:
            with connection.execute_wrapper(lambda execute, *given: execute(*given)):
                inserts.run(made)
        else:
            inserts.run(made)
    places = Passage.objects.filter(lesson=lesson).order_by("pk").values_list("place", flat=True)
    assert list(places) == list(range(1, 101))
    assert quiz.questions.get().question_text == "100 %s? 1 ☃"


def test_rows_that_do_not_fit_are_refused_as_django_refuses_them(course: Course) -> None:
    lesson = course.lessons.earliest("order_index")
    made = inserts.inserts([Quiz(lesson=lesson, title="Q"), Quiz(lesson=lesson, title=" ")])
    with pytest.raises(IntegrityError), transaction.atomic():
        inserts.run(made)
    assert not Quiz.objects.filter(lesson=lesson).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_stored_outside_a_transaction(course: Course) -> None:
    made = inserts.inserts([Quiz(lesson=course.lessons.earliest("order_index"), title="Q")])
    with pytest.raises(AssertionError, match="all of them"):
        inserts.run(made)
    assert not Quiz.objects.exists()

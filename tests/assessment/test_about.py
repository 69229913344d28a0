"""What a recorded answer is about: the concepts of the time."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from studium.assessment.actions import curate, practise, sit
from studium.assessment.models import QuestionConcept, Quiz, Response
from studium.content.models import Concept, Course, LessonConcept
from studium.identity.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course: Course) -> Quiz:
    """Two questions in the first lesson of the course."""
    return factories.quiz(lesson=course.lessons.earliest("order_index"))


def concept(course: Course, name: str) -> Concept:
    return Concept.objects.create(course=course, name=name)


def practised(ada: User, quiz: Quiz, now: datetime) -> list[list[str]]:
    """What Ada's answers to the two questions name."""
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    for question in quiz.questions.order_by("position"):
        practise.answer_question(
            by=ada, attempt_id=run.pk, question_id=question.pk, response="a", now=now
        )
    rows = Response.objects.filter(quiz_attempt=run).order_by("question__position")
    return list(rows.values_list("concepts", flat=True))


def test_an_answer_names_the_concepts_of_its_question_else_those_of_its_lesson(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    one, two, three = (concept(course, name) for name in ("Moves", "Borrows", "Memory"))
    LessonConcept.objects.create(lesson=quiz.lesson, concept=three)
    first = quiz.questions.earliest("position")
    for each in (one, two):
        QuestionConcept.objects.create(question=first, concept=each)
    assert practised(ada, quiz, now) == [[one.pk.hex, two.pk.hex], [three.pk.hex]]


def test_an_answer_about_its_lesson_alone_names_nothing(
    ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    assert practised(ada, quiz, now) == [[], []]


def test_what_is_tagged_later_changes_no_answer(
    ada: User, bruno: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    named = practised(ada, quiz, now)
    ids = list(quiz.questions.values_list("pk", flat=True))
    curate.link_concepts(by=bruno, question_ids=ids, add=["Moves"], now=now)
    assert list(Response.objects.values_list("concepts", flat=True)) == named


def test_one_statement_asks_for_the_concepts_of_a_whole_hand_in(
    ada: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    for place in exam.paper.all():
        sit.save_answer(
            by_id=ada.pk, attempt_id=attempt.pk, question_id=place.question_id, response="a",
            revision=1, now=now,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as watched:
        sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    asked = [one["sql"] for one in watched if "question_concepts" in one["sql"]]
    assert len(asked) == 1
    assert Response.objects.filter(exam_attempt=attempt).count() == 3


@pytest.mark.parametrize("named", ['["x"]', '{"a": 1}', '["{one}", "{one}"]', '["{course}"]'])
def test_the_database_refuses_concepts_that_are_none(
    ada: User, course: Course, quiz: Quiz, now: datetime, named: str
) -> None:
    one = concept(course, "Moves")
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    values = json.loads(named.replace("{one}", one.pk.hex).replace("{course}", course.pk.hex))
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.create(
            user=ada, course=course, lesson=quiz.lesson, question=quiz.questions.first(),
            quiz_attempt=run, share=1, concepts=values,
        )  # fmt: skip

"""What a course's concepts rest on: lessons, questions, answers."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studium.assessment import queries
from studium.assessment.actions import curate
from studium.assessment.models import ItemStatistics, QuestionConcept
from studium.content import concepts
from studium.content.actions import concepts as acts
from studium.content.models import Course
from studium.identity.models import User
from studium.lib.errors import NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


def shown(viewer: User, course: Course) -> dict[str, tuple[int, int, int]]:
    """Concept -> lessons, questions, answers."""
    found = queries.coverage(viewer=viewer, course=course)
    return {one.concept.name: (one.lessons, one.questions, one.answers) for one in found.concepts}


def test_a_question_counts_for_its_concepts_else_for_those_of_its_lesson_else_for_its_lesson(
    bruno: User, course: Course, now: datetime
) -> None:
    one, two = course.lessons.order_by("order_index")
    first, second = factories.quiz(lesson=one).questions.order_by("position")
    third = factories.quiz(lesson=two, questions=1).questions.get()
    for question, answers in ((first, 5), (second, 7), (third, 11)):
        ItemStatistics.objects.create(question=question, answers=answers)
    acts.set_lesson_concepts(by=bruno, lesson_id=one.pk, names=["Memory"], now=now)
    curate.link_concepts(by=bruno, question_ids=[first.pk], add=["Moves", "Owners"], now=now)
    concepts.of_lesson(two.pk)
    acts.add_concept(by=bruno, course_id=course.pk, name="Nothing", now=now)
    assert shown(bruno, course) == {
        "Lesson 2": (1, 1, 11), "Memory": (1, 1, 7), "Moves": (0, 1, 5), "Nothing": (0, 0, 0),
        "Owners": (0, 1, 5),
    }  # fmt: skip
    found = queries.coverage(viewer=bruno, course=course)
    assert [one.concept.name for one in found.without_questions] == ["Nothing"]
    assert found.without_concepts == 1
    owners = next(one.concept for one in found.concepts if one.concept.name == "Owners")
    moves = next(one.concept for one in found.concepts if one.concept.name == "Moves")
    acts.merge_concepts(by=bruno, concept_id=moves.id, into_id=owners.id, now=now)
    assert shown(bruno, course)["Owners"] == (0, 1, 5), "the question names both and counts once"
    wanted = queries.BankFilter(concepts=(owners.id,))
    page = queries.bank_page(viewer=bruno, wanted=wanted, course_id=course.pk)
    assert [(row.id, row.concepts) for row in page.rows] == [(first.pk, ("Owners",))]


def test_setting_the_concepts_of_a_question_leaves_no_others(
    bruno: User, course: Course, now: datetime
) -> None:
    question = factories.quiz(lesson=course.lessons.first(), questions=1).questions.get()
    for names in (["Moves", "B"], ["moves", "C"], []):
        curate.set_concepts(by=bruno, question_id=question.pk, names=names, now=now)
        told = queries.concepts_of_questions([question.pk]).get(question.pk, ())
        assert {name.casefold() for name in told} == {name.casefold() for name in names}
    assert not QuestionConcept.objects.exists()


def test_only_the_staff_of_the_course_see_what_it_covers(
    ada: User, eva: User, course: Course
) -> None:
    for viewer, why in ((ada, NotAllowed), (eva, NotFound)):
        with pytest.raises(why):
            queries.coverage(viewer=viewer, course=course)


def test_coverage_takes_as_many_statements_for_many_questions_as_for_few(
    bruno: User, course: Course, now: datetime
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as watched:
            queries.coverage(viewer=bruno, course=course)
        return len(watched)

    curate.link_concepts(
        by=bruno, now=now, add=["A"],
        question_ids=factories.quiz(lesson=course.lessons.first()).questions.values_list(
            "pk", flat=True
        ),
    )  # fmt: skip
    few = statements()
    for number in range(3):
        quiz = factories.quiz(lesson=factories.lesson(course=course))
        ids = quiz.questions.values_list("pk", flat=True)
        curate.link_concepts(by=bruno, question_ids=ids, add=[f"B{number}"], now=now)
    assert statements() == few <= 8

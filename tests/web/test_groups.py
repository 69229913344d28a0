"""Groups and concepts in the browser: lists in two steps, filters, joining two concepts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studium.assessment import queries as assessment
from studium.content import queries
from studium.content.actions import groups
from studium.content.models import Course, CourseGroup
from studium.identity.models import User
from tests import factories

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


@pytest.fixture
def lab(bruno: User, ada: User, course: Course, now: datetime) -> CourseGroup:
    """Ada's group; Max is in none."""
    factories.enrollment(user=factories.person("Max Moe"), course=course)
    lab = groups.make_group(by=bruno, course_id=course.pk, name="Lab A", now=now)
    groups.put_in_group(by=bruno, group_id=lab.pk, user_ids=[ada.pk], now=now)
    return lab


def text_of(client: Client, name: str, course: Course, query: str = "", **more: Any) -> str:
    answer = client.get(reverse(name, kwargs={"slug": course.slug, **more}) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_list_of_groups_is_shown_before_it_is_stored_and_comes_out_again(
    client_of: ClientOf, bruno: User, ada: User, course: Course
) -> None:
    client = client_of(bruno)
    sent = {"list": "ada@example.org,Lab A\n"}
    checked = client.post(reverse("groups_check", args=[course.slug]), sent)
    assert "These groups are made" in checked.content.decode()
    assert queries.groups_of(course) == []
    client.post(reverse("groups_fill", args=[course.slug]), sent)
    [made] = queries.groups_of(course)
    assert (made.name, made.count) == ("Lab A", 1)
    out = text_of(client, "groups_csv", course)
    assert "ada@example.org,Ada Alm,Lab A" in out
    again = client.post(reverse("groups_check", args=[course.slug]), {"list": out})
    assert "Is in this group already." in again.content.decode()
    page = reverse("course_group", args=[course.slug, made.id])
    client.post(page, {"act": "members", "user": []})
    assert queries.members(made) == []
    client.post(page, {"act": "remove"})
    assert queries.groups_of(course) == []


def test_a_group_narrows_gradebook_results_students_and_the_room(
    client_of: ClientOf, bruno: User, ada: User, course: Course, lab: CourseGroup
) -> None:
    exam = factories.exam(course=course)
    factories.exam_attempt(exam=exam, user=ada)
    factories.exam_attempt(exam=exam, user=User.objects.get(name="Max Moe"))
    client = client_of(bruno)
    for name, more in (
        ("gradebook", {}), ("insight_attempts", {}), ("insight_students", {}),
        ("exam_room", {"exam_id": exam.pk}),
    ):  # fmt: skip
        everybody = text_of(client, name, course, **more)
        narrowed = text_of(client, name, course, f"?group={lab.pk}", **more)
        assert "Max Moe" in everybody, name
        assert "Max Moe" not in narrowed, name
        assert "Ada Alm" in narrowed, name
        assert (
            client.get(
                reverse(name, kwargs={"slug": course.slug, **more}) + f"?group={course.pk}"
            ).status_code
            == 404
        ), name
    assert "Max" not in text_of(client, "gradebook_csv", course, f"?group={lab.pk}")


def test_a_group_of_another_course_narrows_nothing(
    client_of: ClientOf, eva: User, other_course: Course, lab: CourseGroup
) -> None:
    address = reverse("insight_students", args=[other_course.slug])
    assert client_of(eva).get(f"{address}?group={lab.pk}").status_code == 404


def test_two_concepts_are_joined_after_their_numbers_were_shown(
    client_of: ClientOf, bruno: User, course: Course
) -> None:
    client, page = client_of(bruno), reverse("course_concepts", args=[course.slug])
    assert "No concept is named yet." in client.get(page).content.decode()
    for name in ("Moves", "Moving"):
        client.post(page, {"name": name})
    moving, moves = sorted(queries.concepts_of(course), key=lambda one: one.name, reverse=True)
    lesson = course.lessons.earliest("order_index")
    factories.quiz(lesson=lesson)
    client.post(
        reverse("lesson_concepts", args=[course.slug, lesson.pk]), {"concepts": "moving; Types"}
    )
    address = reverse("concept", args=[course.slug, moving.id])
    told = client.get(f"{address}?into={moves.id}").content.decode()
    assert "2 questions, 0 answers, 1 lesson" in told
    client.post(address, {"act": "merge", "into": str(moves.id)})
    found = assessment.coverage(viewer=bruno, course=course)
    assert {one.concept.name: one.questions for one in found.concepts} == {"Moves": 2, "Types": 2}
    client.post(address, {"act": "undo"})
    assert {one.name for one in queries.concepts_of(course) if not one.merged_into} == {
        "Moves", "Moving", "Types",
    }  # fmt: skip
    refused = client.post(page, {"name": "moves"})
    assert refused.status_code == 409
    assert "Merge the two instead" in refused.content.decode()


def test_words_of_a_lesson_are_offered_and_nothing_is_stored(
    client_of: ClientOf, bruno: User, course: Course
) -> None:
    lesson = factories.lesson(
        course=course, topic="Loops",
        content="# Loops\n\nA *loop* repeats.\n\n```python\nfor x in y:\n    pass\n```\n",
    )  # fmt: skip
    told = text_of(client_of(bruno), "course_concepts", course, f"?suggest={lesson.pk}")
    assert "Offered from the words of the lesson" in told
    assert 'value="Loops' in told
    assert queries.concepts_of(course) == []


def test_forms_of_lessons_and_questions_hold_their_concepts(
    client_of: ClientOf, bruno: User, course: Course
) -> None:
    client, lesson = client_of(bruno), course.lessons.earliest("order_index")
    address = reverse("lesson_edit", args=[course.slug, lesson.pk])
    form = {"topic": lesson.topic, "content": lesson.content, "based_on": "1"}
    client.post(address, {**form, "concepts": "Memory; Moves"})
    assert 'value="Memory; Moves"' in client.get(address).content.decode()
    client.post(address, {**form, "topic": "New title"})
    assert queries.concepts_of_lessons([lesson.pk]) == {lesson.pk: ["Memory", "Moves"]}
    refused = client.post(address, {**form, "based_on": "2", "concepts": "x" * 121})
    assert refused.status_code == 422
    question = factories.quiz(lesson=lesson, questions=1).questions.get()
    asked = reverse("question_edit", args=[course.slug, question.pk])
    sent = {"kind": "true_false", "question_text": "So?", "truth": "true", "points": "1"}
    client.post(asked, {**sent, "save": "1", "concepts": "Borrowing"})
    assert 'value="Borrowing"' in client.get(asked).content.decode()
    client.post(asked, {**sent, "save": "1"})
    assert assessment.concepts_of_questions([question.pk]) == {question.pk: ("Borrowing",)}
    new = reverse("question_new", args=[course.slug, question.quiz_id])
    client.post(new, {**sent, "save": "1", "concepts": "Moves; Types"})
    found = assessment.coverage(viewer=bruno, course=course)
    assert {one.concept.name: one.questions for one in found.concepts} == {
        "Borrowing": 1, "Memory": 0, "Moves": 1, "Types": 1,
    }  # fmt: skip


def test_the_lessons_of_a_long_course_come_in_parts_and_saving_one_comes_back_to_its_part(
    client_of: ClientOf, bruno: User
) -> None:
    course = factories.course(owner=bruno, lessons=27)
    client, page = client_of(bruno), reverse("course_concepts", args=[course.slug])
    lessons = [f'id="lesson-{one.pk}"' for one in course.lessons.order_by("order_index")]

    first, second = (client.get(f"{page}{part}").content.decode() for part in ("", "?lessons=25"))
    assert [one in first for one in lessons] == [True] * 25 + [False] * 2
    assert [one in second for one in lessons] == [False] * 25 + [True] * 2
    last = course.lessons.order_by("order_index").last()
    assert last is not None
    address = reverse("lesson_concepts", args=[course.slug, last.pk])
    assert f'action="{address}?lessons=25"' in second
    assert f"?suggest={last.pk}&amp;lessons=25#lesson-{last.pk}" in second
    saved = client.post(f"{address}?lessons=25", {"concepts": "Ends"})
    assert saved["Location"] == f"{page}?lessons=25"
    assert 'value="Ends"' in client.get(saved["Location"]).content.decode()

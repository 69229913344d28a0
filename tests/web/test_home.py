"""The first page: what is next, for those who learn and for those who teach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from studium.analytics.actions import catch_up
from studium.analytics.queries.home import due_reviews
from studium.assessment.models import ExamAttempt
from studium.assessment.queries.waiting import staff_work
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import clock
from tests import factories
from tests.analytics.answers import practise

pytestmark = pytest.mark.django_db


@pytest.fixture
def essays(course: Course) -> Any:
    """An exam with an essay in it."""
    quiz = factories.quiz(lesson=course.lessons.first(), questions=1)
    essay = factories.question(quiz=quiz, kind="essay", text="Tell about borrowing.")
    return factories.exam(course=course, questions=[essay], title="Long answers")


def test_home_of_who_teaches_counts_what_waits(
    client_of: Any, bruno: User, eva: User, ada: User, essays: Any
) -> None:
    handed_in = factories.exam_attempt(exam=essays, user=ada)
    ExamAttempt.objects.filter(pk=handed_in.pk).update(
        status="submitted", submitted_at=clock.now(), closed_by="user"
    )
    plain = factories.exam(course=essays.course, title="At work")
    running = factories.exam_attempt(exam=plain, user=ada, at=clock.now())
    work = staff_work(viewer=bruno, now=clock.now())
    assert [(one.title, one.count) for one in work.to_mark] == [("Long answers", 1)]
    assert [(one.title, one.count) for one in work.running] == [("At work", 1)]
    page = client_of(bruno).get("/").content.decode()
    assert "1 paper to mark" in page
    assert reverse("exam_marking", args=[essays.course.slug, essays.pk]) in page
    assert reverse("exam_room", args=[essays.course.slug, plain.pk]) in page
    assert "You are in no course yet" not in page

    late = running.deadline_at + timedelta(seconds=1)
    assert staff_work(viewer=bruno, now=late).running == ()
    for other in (eva, ada):
        assert staff_work(viewer=other, now=clock.now()).to_mark == ()
        assert "to mark" not in client_of(other).get("/").content.decode()


def test_home_of_who_teaches_says_when_nothing_waits(
    client_of: Any, bruno: User, course: Course, django_assert_max_num_queries: Any
) -> None:
    client = client_of(bruno)
    client.get("/")
    with django_assert_max_num_queries(7):
        page = client.get("/").content.decode()
    assert "Nothing to mark" in page
    assert page.index("What waits for you") < page.index("Courses you teach")


def test_an_instructor_without_courses_is_led_to_one(client_of: Any, bruno: User) -> None:
    page = client_of(bruno).get("/").content.decode()
    assert reverse("beginning") in page
    assert reverse("import_upload") in page


def test_what_is_due_comes_after_the_page_and_without_scripts_as_one(
    client_of: Any, ada: User, bruno: User, chloe: User, course: Course
) -> None:
    part = client_of(bruno).get(reverse("home_soon"), headers={"HX-Request": "true"})
    assert "<h1" not in part.content.decode()
    for one in (ada, bruno, chloe):
        page = client_of(one).get(reverse("home_soon")).content.decode()
        assert "Nothing is due" in page
    assert reverse("home_soon") in client_of(ada).get("/").content.decode()


def test_topics_that_are_due_are_started_from_the_first_page(
    client_of: Any, ada: User, chloe: User, course: Course
) -> None:
    now = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
    quiz = factories.quiz(lesson=course.lessons.first(), questions=4)
    practise(ada, quiz, [1, 1, 1, 1], at=now - timedelta(days=28))
    catch_up(now=now)
    assert [(one.course, one.topics) for one in due_reviews(ada, now=now)] == [(course, 1)]
    assert due_reviews(chloe, now=now) == []
    exam = factories.exam(course=course, title="At work")
    factories.exam_attempt(exam=exam, user=ada, at=now)
    assert due_reviews(ada, now=now) == []  # practice rests while an exam runs


def test_a_running_exam_is_the_first_thing_to_go_on_with(
    client_of: Any, ada: User, course: Course
) -> None:
    exam = factories.exam(course=course, title="At work")
    assert "Begin" in client_of(ada).get("/").content.decode()
    attempt = factories.exam_attempt(exam=exam, user=ada, at=clock.now())
    page = client_of(ada).get("/").content.decode()
    assert page.count(reverse("exam_attempt", args=[attempt.pk])) == 1
    assert "Begin" not in page

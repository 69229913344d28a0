"""Practice across a course in the browser, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studium.analytics import actions
from studium.assessment.actions import sit
from studium.assessment.models import (
    PracticeAnswer,
    PracticeOffer,
    PracticeSession,
    Question,
    Response,
)
from studium.lib import clock
from studium.web import kept_pages
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Ada in a course of two lessons with a quiz of two questions each, "a" always right."""
    with django_db_blocker.unblock(), transaction.atomic():
        course = factories.course(owner=factories.person("Bruno Berg", role="INSTRUCTOR"))
        ada = factories.person("Ada Alm")
        factories.enrollment(user=ada, course=course)
        for lesson in course.lessons.order_by("order_index"):
            quiz = factories.quiz(lesson=lesson)
            Question.objects.filter(quiz=quiz).update(explanation_html="<p>Because.</p>")
        yield {"course": course, "ada": ada, "start": f"/courses/{course.slug}/practise/"}
        transaction.set_rollback(True)


@pytest.fixture
def ada(world: dict[str, Any]) -> Client:
    client = Client()
    client.force_login(world["ada"])
    return client


def _begun(client: Client, world: dict[str, Any], **sent: str) -> str:
    """The address of a session that was just begun."""
    return str(client.post(world["start"] + "start/", sent)["Location"])


def _first() -> Question:
    planned = PracticeSession.objects.get().planned[0]["question"]
    return Question.objects.get(pk=planned)


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_home_and_a_course_lead_to_practice(ada: Client, world: dict[str, Any]) -> None:
    for address in ("/", f"/courses/{world['course'].slug}/"):
        assert f'href="{world["start"]}"' in _text(ada, address), address
    assert "Practise a mix" in _text(ada, world["start"])


def test_one_question_at_a_time_with_its_reason_and_lesson(
    ada: Client, world: dict[str, Any]
) -> None:
    address = _begun(ada, world)
    assert _begun(ada, world) == address
    page = _text(ada, address)
    assert "Question 1 of 4" in page
    assert "Because." not in page
    question = _first()
    sent = ada.post(f"{address}answer/", {"q": "1", f"q-{question.pk}": "b"})
    assert sent["Location"] == f"{address}?q=1"
    page = _text(ada, sent["Location"])
    assert "Not this one" in page
    assert "Because." in page
    assert f"/lessons/{question.quiz.lesson_id}/" in page
    assert "Question 2 of 4" in _text(ada, address)
    assert "Go on" in _text(ada, world["start"])


def test_sending_an_answer_twice_is_one_answer(ada: Client, world: dict[str, Any]) -> None:
    address = _begun(ada, world)
    form = {"q": "1", f"q-{_first().pk}": "a"}
    for _ in range(2):
        ada.post(f"{address}answer/", form)
    ada.post(f"{address}answer/", form | {f"q-{_first().pk}": "b"})
    assert PracticeAnswer.objects.get().share == 1
    assert Response.objects.count() == 1


def test_an_empty_answer_is_asked_for_again(ada: Client, world: dict[str, Any]) -> None:
    address = _begun(ada, world)
    refused = ada.post(f"{address}answer/", {"q": "1"})
    assert refused.status_code == 422
    assert "Give an answer first." in refused.content.decode()
    assert not PracticeAnswer.objects.exists()


def test_a_shown_answer_and_the_end(ada: Client, world: dict[str, Any]) -> None:
    address = _begun(ada, world)
    page = _text(ada, ada.post(f"{address}answer/", {"q": "1", "show": "1"})["Location"])
    assert "Here is the answer" in page
    assert "Because." in page
    for _ in range(2):
        assert ada.post(f"{address}finish/")["Location"] == address
    page = _text(ada, address)
    assert "0 of 1 answer right. 3 questions were left open." in page
    assert "Because." in page


def test_a_suggestion_is_shown_taken_and_kept(ada: Client, world: dict[str, Any]) -> None:
    address = _begun(ada, world)
    ada.post(f"{address}answer/", {"q": "1", f"q-{_first().pk}": "b"})
    actions.catch_up(now=clock.now())
    ada.post(f"{address}finish/")
    page = _text(ada, world["start"])
    offer = PracticeOffer.objects.get()
    assert f"Suggested next: {offer.concept.name}" in page
    assert "A suggestion" in page
    _text(ada, world["start"])
    address = _begun(ada, world, concept=str(offer.concept_id))
    offer.refresh_from_db()
    assert address.endswith(f"{offer.session_id}/")
    assert ada.post(world["start"] + "start/", {"concept": "zzz"}).status_code == 404


def test_an_exam_pauses_practice_and_hides_what_was_right(
    ada: Client, world: dict[str, Any]
) -> None:
    address = _begun(ada, world)
    ada.post(f"{address}answer/", {"q": "1", f"q-{_first().pk}": "b"})
    exam = factories.exam(course=world["course"])
    sit.start_attempt(by=world["ada"], exam_id=exam.pk, now=clock.now())
    for page in (_text(ada, world["start"]), _text(ada, address), _text(ada, f"{address}?q=1")):
        assert "You are sitting" in page
        assert "Because." not in page
    ada.post(f"{address}finish/")
    assert "Because." not in _text(ada, address)


def test_pages_cost_a_fixed_number_of_statements(ada: Client, world: dict[str, Any]) -> None:
    address = _begun(ada, world)

    def counted() -> list[int]:
        kept_pages.forget_all()  # to look whether what is kept still holds costs statements, too
        found = []
        for one in (world["start"], address, f"{address}?q=1"):
            with CaptureQueriesContext(connection) as seen:
                _text(ada, one)
            found.append(len(seen))
        return found

    ada.post(f"{address}answer/", {"q": "1", f"q-{_first().pk}": "b"})
    counted()  # what is kept in the process is kept by now, and today's offer
    few = counted()
    for lesson in world["course"].lessons.all():
        factories.quiz(lesson=lesson, questions=6)
    session = PracticeSession.objects.get()
    for place in (2, 3):
        question = session.planned[place - 1]["question"]
        ada.post(f"{address}answer/", {"q": str(place), f"q-{Question(pk=question).pk}": "a"})
    assert counted() == few

"""The exam without scripts: a question on a page, and never over a newer answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from studium.assessment.actions import sit
from studium.assessment.models import AttemptAnswer, ExamAttempt
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(ada, course) -> ExamAttempt:
    """Ada's, of three questions: several boxes, a text, and one choice."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    for kind in ("multiple_choice", "short_text", "single_choice"):
        factories.question(quiz=quiz, kind=kind)
    exam = factories.exam(course=course, questions=list(quiz.questions.order_by("position")))
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=datetime.now(UTC))


def asked(attempt: ExamAttempt, number: int) -> Any:
    return attempt.exam.paper.get(position=number).question_id


def saved(attempt: ExamAttempt, number: int) -> tuple[Any, int]:
    row = AttemptAnswer.objects.get(attempt=attempt, question_id=asked(attempt, number))
    return row.response, row.revision


def send(client, attempt: ExamAttempt, page: int, answer: Any, revision: int, go: str = "") -> Any:
    name = asked(attempt, page)
    fields = {"page": str(page), "go": go, f"r-{name}": str(revision)}
    if answer is not None:
        fields[f"q-{name}"] = answer
    return client.post(f"/exam-attempts/{attempt.pk}/save/", fields)


def elsewhere(ada, attempt: ExamAttempt, number: int, response: Any, revision: int) -> None:
    sit.save_answer(
        by_id=ada.pk, attempt_id=attempt.pk, question_id=asked(attempt, number),
        response=response, revision=revision, now=datetime.now(UTC),
    )  # fmt: skip


def test_every_page_has_one_question_and_buttons_that_save_and_go_on(
    ada, attempt, client_of
) -> None:
    client = client_of(ada)
    whole = client.get(f"/exam-attempts/{attempt.pk}/").content.decode()
    assert f'content="0;url=/exam-attempts/{attempt.pk}/?page=1"' in whole
    page = client.get(f"/exam-attempts/{attempt.pk}/?page=2").content.decode()
    assert page.count("data-question=") == 1
    assert "Save and next" in page
    gone = send(client, attempt, 2, "an owner", 0, go="3")
    assert gone["Location"] == f"/exam-attempts/{attempt.pk}/?page=3"
    assert saved(attempt, 2) == ("an owner", 1)
    last = client.get(f"/exam-attempts/{attempt.pk}/?page=3").content.decode()
    assert "Save and review" in last


def test_the_review_names_what_is_open_and_hands_in(ada, attempt, client_of) -> None:
    client = client_of(ada)
    send(client, attempt, 2, "an owner", 0)
    page = client.get(f"/exam-attempts/{attempt.pk}/?page=review").content.decode()
    assert page.count("not answered yet") == 4  # two, in the list and in the table
    assert "Submit now" in page
    client.post(f"/exam-attempts/{attempt.pk}/submit/", {"page": "review"})
    attempt.refresh_from_db()
    assert attempt.status == "graded"


def test_boxes_that_are_no_longer_ticked_clear_the_answer(ada, attempt, client_of) -> None:
    client = client_of(ada)
    send(client, attempt, 1, ["a", "b"], 0)
    assert saved(attempt, 1) == (["a", "b"], 1)
    send(client, attempt, 1, None, 1)
    assert saved(attempt, 1) == (None, 2)


def test_a_page_that_is_older_than_the_answer_shows_both_and_overwrites_nothing(
    ada, attempt, client_of
) -> None:
    client = client_of(ada)
    elsewhere(ada, attempt, 2, "from the phone", 1)
    answer = send(client, attempt, 2, "from the form", 0)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert saved(attempt, 2) == ("from the phone", 1)
    assert 'value="from the form"' in page
    assert 'value="from the phone"' in page
    assert f'name="r-{asked(attempt, 2)}" value="1"' in page
    send(client, attempt, 2, "from the form", 1)
    assert saved(attempt, 2) == ("from the form", 2)


def test_an_older_page_in_which_nothing_was_changed_leaves_the_newer_answer(
    ada, attempt, client_of
) -> None:
    client = client_of(ada)
    elsewhere(ada, attempt, 2, "first", 1)
    elsewhere(ada, attempt, 2, "second", 2)
    assert send(client, attempt, 2, "first", 1).status_code == 302
    assert send(client, attempt, 2, None, 0).status_code == 302
    assert saved(attempt, 2) == ("second", 2)


def test_signing_in_again_leads_to_a_page_that_gives_way_to_the_exam(
    ada, attempt, client_of, bruno
) -> None:
    address = f"/exam-attempts/{attempt.pk}/signed-in/"
    assert "You are signed in again" in client_of(ada).get(address).content.decode()
    assert "belongs to somebody else" in client_of(bruno).get(address).content.decode()

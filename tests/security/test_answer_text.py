"""A02: what a student answers is text wherever the people who teach see it."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from studium.assessment.actions import practise, sit
from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.rest.conftest import Program
from tests.web.test_learn import active

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>window.__x=1</script>",
    "</p></textarea>\"'><img src=x onerror=window.__x=1>",
    "<svg onload=window.__x=1>",
    "{{ 7777*7777 }}{% debug %}",
    "&lt;script&gt;window.__x=1&lt;/script&gt;",
    '=HYPERLINK("https://evil.example";"x")',
]


@pytest.fixture
def answered(ada: User, course: Course) -> Any:
    """A function that has Ada answer a text, in practice and in an exam."""

    def answer(payload: str) -> dict[str, Any]:
        now = datetime.now(UTC)
        quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
        text = factories.question(quiz=quiz, kind="short_text")
        traced = factories.question(quiz=quiz, kind="tracing")
        quiz.status = "published"
        quiz.save()
        responses = {text: payload, traced: {"compiles": True, "output": payload}}
        run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
        for question, given in responses.items():
            practise.answer_question(
                by=ada, attempt_id=run.pk, question_id=question.pk, response=given, now=now
            )
        exam = factories.exam(course=course, questions=list(responses))
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
        for question, given in responses.items():
            sit.save_answer(
                by_id=ada.pk, attempt_id=attempt.pk, question_id=question.pk,
                response=given, revision=1, now=now,
            )  # fmt: skip
        sit.submit(by=ada, attempt_id=attempt.pk, now=now)
        return {"slug": course.slug, "ada": ada.pk, "attempt": attempt.pk, "exam": exam.pk,
                "quiz": quiz.pk, "question": text.pk}  # fmt: skip

    return answer


PAGES = [
    "/exam-attempts/{attempt}/result/",
    "/teach/courses/{slug}/insight/",
    "/teach/courses/{slug}/insight/?exam={exam}",
    "/teach/courses/{slug}/insight/attempts/",
    "/teach/courses/{slug}/insight/students/",
    "/teach/courses/{slug}/insight/students/{ada}/",
    "/teach/courses/{slug}/quizzes/{quiz}/",
    "/teach/courses/{slug}/questions/{question}/",
    "/admin/log/",
]
TABLES = ["insight/attempts.csv", "insight/questions.csv", "insight/students.csv"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a02_staff_and_admins_read_an_answer_as_text(
    payload: str, answered: Any, bruno: User, dora: User, client_of: Callable[..., Client]
) -> None:
    ids = answered(payload)
    for person in (bruno, dora):
        client, shown = client_of(person), 0
        for address in PAGES:
            if address.startswith("/admin/") and person is bruno:
                continue
            page = client.get(address.format(**ids))
            assert page.status_code == 200, address
            text = page.content.decode()
            assert active(text) == [], address
            assert "<" not in payload or payload not in text, address
            assert "60481729" not in text, address  # a template that was run
            shown += payload in html.unescape(text)
        assert shown, "the answer is shown nowhere, so nothing was tested"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a02_tables_and_the_api_carry_an_answer_as_data(
    payload: str, answered: Any, ada: User, bruno: User, client_of: Callable[..., Client]
) -> None:
    ids = answered(payload)
    client = client_of(bruno)
    for name in TABLES:
        table = client.get(f"/teach/courses/{ids['slug']}/{name}")
        assert table["Content-Type"].startswith("text/csv")
        assert table["Content-Disposition"].startswith("attachment")
        for row in csv.reader(io.StringIO(table.content.decode("utf-8-sig"))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]
    for person in (ada, bruno):
        result = Program(person).get(f"/exam-attempts/{ids['attempt']}/result")
        assert result.status_code == 200
        assert result["Content-Type"].startswith("application/json")
        assert result["X-Content-Type-Options"] == "nosniff"

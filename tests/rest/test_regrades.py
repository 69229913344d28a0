"""Regrades and item analysis as programs use them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from studium.assessment.actions import regrade as regrades
from studium.assessment.models import Exam
from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.assessment.test_regrade import questions_of, sit_all

pytestmark = pytest.mark.django_db
THREE = [["a", "a", "a"], ["b", "a", "a"], ["b", "b", "a"], ["b", "a", "b"], ["a", "b", "b"]]


@pytest.fixture
def exam(course: Course) -> Exam:
    return factories.exam(course=course, pass_mark=50)


def ask(client: Client, method: str, path: str, sent: Any = None) -> tuple[int, Any]:
    answer = client.generic(
        method, f"/api/v1{path}", factories.json.dumps(sent) if sent is not None else b"",
        content_type="application/json",
    )  # fmt: skip
    return answer.status_code, answer.json() if answer.content else None


def test_a_program_plans_applies_and_undoes(
    exam: Exam, bruno: User, now: datetime, client_of, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_all(exam, now, THREE)
    program = client_of(bruno)
    fix = {"question_id": str(questions_of(exam)[0]), "kind": "accept", "answer": "b"}
    body = {"reason": "Both are right.", "corrections": [fix]}
    status, made = ask(program, "POST", f"/exams/{exam.pk}/regrade", body)
    assert (status, made["state"], made["counts"]["moved"]) == (201, "planned", 3)
    assert [66, 100] in [move["score"] for move in made["moves"]]
    status, done = ask(program, "POST", f"/regrades/{made['id']}/apply", {})
    assert (status, done["state"], done["attempts"]) == (200, "applied", 3)
    status, detail = ask(
        program, "GET", f"/exams/{exam.pk}/statistics/items/{questions_of(exam)[0]}"
    )
    assert (status, detail["figures"]["right"], detail["right"]) == (200, 1.0, ["One", "Two"])
    status, undone = ask(program, "POST", f"/regrades/{made['id']}/undo", {})
    assert (status, undone["state"]) == (200, "undone")
    status, listed = ask(program, "GET", f"/exams/{exam.pk}/regrade")
    assert (status, listed["count"], listed["items"][0]["corrections"][0]["kind"]) == (
        200, 1, "accept",
    )  # fmt: skip
    status, figures = ask(program, "GET", f"/exams/{exam.pk}/statistics/items")
    assert (status, figures["people"], figures["items"][0]["right"]) == (200, 5, 0.4)
    monkeypatch.setattr(regrades, "AT_ONCE", 1)
    _, again = ask(program, "POST", f"/exams/{exam.pk}/regrade", body)
    status, job = ask(program, "POST", f"/regrades/{again['id']}/apply", {})
    assert (status, job["status"]) == (202, "queued")
    status, _ = ask(program, "DELETE", f"/regrades/{again['id']}")
    assert status == 204


def test_what_does_not_fit_is_named(exam: Exam, bruno: User, client_of) -> None:
    fix = {"question_id": str(questions_of(exam)[0]), "kind": "key", "answer": "z"}
    body = {"reason": "Why.", "corrections": [fix]}
    status, said = ask(client_of(bruno), "POST", f"/exams/{exam.pk}/regrade", body)
    assert (status, list(said["fields"])) == (422, ["corrections.0.answer"])

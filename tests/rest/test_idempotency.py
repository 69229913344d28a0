"""An Idempotency-Key makes a POST safe to repeat, also forty times at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from studium.assessment.models import ExamAttempt
from studium.content.models import Course
from studium.lib.idempotency import Answer, Asked, once
from studium.lib.models import IdempotencyKey
from tests import factories
from tests.rest.conftest import Program, is_problem


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_does_nothing(program, bruno):
    bruno_program = program(bruno)
    first = bruno_program.post("/courses", {"title": "New"}, key="k1")
    again = bruno_program.post("/courses", {"title": "New"}, key="k1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first["Location"] == again["Location"] == f"/api/v1/courses/{first.json()['id']}"
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Course.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_other_content_is_refused(program, bruno, eva):
    bruno_program = program(bruno)
    bruno_program.post("/courses", {"title": "New"}, key="k1")
    other = bruno_program.post("/courses", {"title": "Other"}, key="k1")
    assert is_problem(other, 422, "idempotency_key_reused")
    assert program(eva).post("/courses", {"title": "Hers"}, key="k1").status_code == 201
    assert Course.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_request_leaves_the_key_free(program, bruno, ada):
    bruno_program = program(bruno)
    assert bruno_program.post("/courses", {"title": ""}, key="k1").status_code == 422
    assert bruno_program.post("/courses", {"title": "New"}, key="k1").status_code == 201
    assert is_problem(program(ada).post("/courses", {"title": "x"}, key="k"), 403, "not_allowed")
    assert IdempotencyKey.objects.filter(user=ada).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", [" ", "é", "x" * 201, "a\x7fb"])
def test_a_key_that_is_no_key_is_refused(program, bruno, key):
    response = program(bruno).post("/courses", {"title": "New"}, key=key)
    assert is_problem(response, 422, "invalid")
    assert Course.objects.count() == 0


@pytest.mark.django_db
def test_a_server_error_takes_the_key_and_the_effect_with_it(bruno):
    now = datetime.now(UTC)
    asked = Asked(bruno.pk, "k", "f" * 64)

    def half_done() -> Answer:
        factories.course(owner=bruno)
        raise RuntimeError("the machine stopped")

    with pytest.raises(RuntimeError):
        once(asked, half_done, now=now)
    assert (IdempotencyKey.objects.count(), Course.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day(bruno):
    now = datetime.now(UTC)
    asked, other = Asked(bruno.pk, "k", "f" * 64), Asked(bruno.pk, "k", "e" * 64)
    first = Answer(201, "application/json", "{}")
    assert once(asked, lambda: first, now=now) == (first, False)
    assert once(asked, lambda: first, now=now + timedelta(hours=23)) == (first, True)
    assert once(other, lambda: first, now=now + timedelta(hours=25)) == (first, False)
    assert IdempotencyKey.objects.count() == 1


def _at_once(programs, path, body, key):
    go, answers = threading.Barrier(len(programs)), []

    def run(one: Program) -> None:
        try:
            go.wait(30)
            answers.append(one.post(path, body, key=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_with_one_key_make_one_course(program, bruno):
    programs = [program(bruno) for _ in range(40)]
    answers = _at_once(programs, "/courses", {"title": "New"}, "start")
    made = [one for one in answers if one.status_code == 201]
    waiting = [one for one in answers if one.status_code != 201]
    assert len(answers) == 40
    assert made
    assert all(is_problem(one, 409, "request_running") for one in waiting)
    assert all(one["Retry-After"] == "1" for one in waiting)
    assert len({one.content for one in made}) == 1
    assert (Course.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_begin_one_attempt(program, ada, course):
    exam = factories.exam(course=course)
    programs = [program(ada) for _ in range(40)]
    answers = _at_once(programs, f"/exams/{exam.pk}/attempts", None, "begin")
    assert {one.status_code for one in answers} <= {201, 409}
    assert ExamAttempt.objects.count() == 1

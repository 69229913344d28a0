"""Who comes in, what may be sent, and that every error has one shape."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from studium.content.models import Course
from tests.rest.conftest import is_problem

pytestmark = pytest.mark.django_db


def test_nobody_gets_401_and_it_says_how_to_sign_in(program):
    response = program(None).get("/me")
    assert is_problem(response, 401, "not_signed_in")
    assert "token" in response.json()["detail"]


def test_an_unknown_token_is_refused(program):
    assert is_problem(program(None).get("/me", Authorization="Bearer st_no"), 401, "wrong_token")
    assert is_problem(program(None).get("/me", Authorization="Basic abc"), 401, "not_signed_in")


def test_a_token_that_may_read_cannot_write(program, bruno):
    reader = program(bruno, scope="read")
    assert reader.get("/me").status_code == 200
    assert is_problem(reader.post("/courses", {"title": "New"}), 403, "read_only_token")
    assert Course.objects.count() == 0


def test_a_page_may_read_and_change_with_its_cookie_and_csrf_token(client_of, ada):
    browser = client_of(ada, enforce_csrf_checks=True)
    assert browser.get("/api/v1/me").json()["email"] == ada.email
    browser.cookies["csrftoken"] = "a" * 32
    sent = {"data": json.dumps({"name": "Ada A."}), "content_type": "application/json"}
    bare = browser.patch("/api/v1/me", **sent)
    assert is_problem(bare, 403, "csrf_failed")
    good = browser.patch("/api/v1/me", **sent, headers={"X-CSRFToken": "a" * 32})
    assert (good.status_code, good.json()["name"]) == (200, "Ada A.")
    foreign = {"X-CSRFToken": "a" * 32, "Sec-Fetch-Site": "cross-site"}
    assert is_problem(browser.patch("/api/v1/me", **sent, headers=foreign), 403, "csrf_failed")
    away = {"X-CSRFToken": "a" * 32, "Origin": "https://evil.example"}
    assert is_problem(browser.patch("/api/v1/me", **sent, headers=away), 403, "csrf_failed")


def test_a_switched_off_account_has_no_api_any_more(program, ada):
    ada_program = program(ada)
    ada.is_active = False
    ada.save()
    assert is_problem(ada_program.get("/me"), 401, "wrong_token")


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        ("{", 400, "not_json"),
        ("\xff", 422, "invalid"),
        ('{"name": NaN}', 422, "invalid"),
        ('{"name": Infinity}', 422, "invalid"),
        ('{"name": 1e999}', 422, "invalid"),
        ('{"name": 9223372036854775808}', 422, "invalid"),
        ('{"name": ' + "9" * 5000 + "}", 422, "invalid"),
        ('{"name": "\\u0000"}', 422, "invalid"),
        ('{"name": "\\ud800"}', 422, "invalid"),
        ('{"\\ud800": 1}', 422, "invalid"),
        ("[" * 100_000 + "]" * 100_000, 400, "not_json"),
        ("[" * 30 + "]" * 30, 422, "invalid"),
        ("[]", 422, "invalid"),
        ("null", 422, "invalid"),
        ('"text"', 422, "invalid"),
        ('{"name": 5}', 422, "invalid"),
        ('{"name": "x", "role": "ADMIN"}', 422, "invalid"),
        ('{"name": "' + "x" * 201 + '"}', 422, "invalid"),
    ],
)
def test_what_is_no_sound_json_is_refused_before_anything_happens(program, ada, raw, status, code):
    raw = raw if raw != "\xff" else '"\xff"'
    response = program(ada).patch("/me", raw=raw)
    assert is_problem(response, status, code)
    ada.refresh_from_db()
    assert (ada.name, ada.role) == ("Ada Alm", "STUDENT")


def test_bytes_that_are_no_utf8_are_refused(program, ada):
    assert is_problem(program(ada).patch("/me", raw=b'{"name": "\xff"}'), 400, "not_json")


def test_the_refusal_names_each_field(program, bruno):
    response = program(bruno).post("/courses", {"titel": "x", "language": 5})
    assert is_problem(response, 422, "invalid")
    assert set(response.json()["fields"]) == {"title", "titel", "language"}
    assert response.json()["fields"]["titel"] == "There is no such field."


def test_other_media_types_and_too_much_are_refused(ada, program):
    me = program(ada)
    text = me.client.patch("/api/v1/me", "name=x", content_type="text/plain", headers=me.headers)
    assert is_problem(text, 415, "wrong_media_type")
    assert is_problem(me.patch("/me", {"name": "x" * 7_000_000}), 413, "too_large")
    form = me.client.post("/api/v1/imports", {"a": "b"}, headers=me.headers)
    assert is_problem(form, 422, "invalid")


def test_an_operation_without_a_body_takes_none(program, bruno, course):
    bruno_program = program(bruno)
    refused = bruno_program.post(f"/courses/{course.pk}/archive", {"user": str(bruno.pk)})
    assert is_problem(refused, 422, "invalid")
    course.refresh_from_db()
    assert course.status == "published"
    assert bruno_program.post(f"/courses/{course.pk}/archive", {}).status_code == 200


def test_a_wrong_method_says_which_are_right(program, ada):
    response = program(ada)("PUT", "/me", {})
    assert is_problem(response, 405, "method_not_allowed")
    assert set(response["Allow"].split(", ")) == {"GET", "PATCH"}


def test_an_address_that_is_none_is_a_problem_too(program, ada):
    assert is_problem(program(ada).get("/nothing/here"), 404, "not_found")
    assert is_problem(program(ada).get("/courses/no-id"), 422, "invalid")
    assert is_problem(program(ada).get("/courses/%00"), 422, "invalid")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "offset=-1", "offset=9223372036854775808", "sort=score",
     "limit=%00", "search=%00", "fields=*", "search=" + "x" * 201],
)  # fmt: skip
def test_a_parameter_that_is_unknown_or_out_of_range_is_refused(program, ada, query):
    assert is_problem(program(ada).get(f"/courses?{query}"), 422, "invalid")


def test_lists_are_paged(program, bruno, course):
    from tests import factories

    for _ in range(3):
        factories.course(owner=bruno)
    bruno_program = program(bruno)
    page = bruno_program.get("/courses?limit=2&offset=1").json()
    whole = bruno_program.get("/courses").json()
    assert (len(page["items"]), page["count"], whole["count"]) == (2, 4, 4)
    assert page["items"] == whole["items"][1:3]


def test_not_yours_and_not_there_get_the_same_body(program, ada, other_course):
    there = program(ada).get(f"/courses/{other_course.pk}")
    nowhere = program(ada).get("/courses/0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44")
    assert is_problem(there, 404, "not_found")
    assert there.content == nowhere.content


def test_an_unexpected_error_is_a_problem_with_a_reference(program, ada, monkeypatch):
    from studium.content import queries

    def broken(*_args, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queries, "catalogue", broken)
    ada_program = program(ada)
    ada_program.client = Client(raise_request_exception=False)
    response = ada_program.get("/courses")
    assert is_problem(response, 500, "server_error")
    assert response.json()["reference"]
    assert b"secret" not in response.content


def test_a_busy_database_is_said_and_the_request_may_be_sent_again(program, ada, monkeypatch):
    from django.db import OperationalError

    from studium.content import queries

    def locked(*_args, **_options):
        raise OperationalError("database is locked")

    monkeypatch.setattr(queries, "catalogue", locked)
    response = program(ada).get("/courses")
    assert is_problem(response, 503, "busy")
    assert response["Retry-After"] == "2"


@pytest.mark.parametrize("value", ['"\\u0000"', '"\\udfff"', "9223372036854775808", "NaN"])
def test_values_in_fields_of_any_shape_are_looked_at_too(program, bruno, course, value):
    from tests import factories

    quiz = factories.quiz(lesson=course.lessons.first())
    start = '{"kind": "short_text", "question_text": "Who?", "answer": "x", "spec": {"a": ['
    raw = start + value + "]}}"
    response = program(bruno).post(f"/quizzes/{quiz.pk}/questions", raw=raw)
    assert is_problem(response, 422, "invalid")
    assert set(response.json()["fields"]) == {"spec.a.0"}
    assert quiz.questions.count() == 2

"""The autosave address: who may use it, what it takes, what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from studium.assessment import journal
from studium.assessment.actions import sit
from studium.assessment.models import AttemptAnswer, ExamAttempt
from studium.identity.actions import tokens
from studium.identity.models import Session, User
from tests import factories

pytestmark = pytest.mark.django_db


def moment() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def exam(course):
    """One question of each kind, in the order of `factories.KINDS`."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    for kind in factories.KINDS:
        factories.question(quiz=quiz, kind=kind)
    return factories.exam(course=course, questions=list(quiz.questions.order_by("position")))


@pytest.fixture
def attempt(ada, exam):
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())


def question(attempt: ExamAttempt, kind: str = "single_choice"):
    return attempt.exam.paper.get(question__kind=kind).question_id


def put(client: Client, attempt, question_id, body, **headers):
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.put(
        f"/api/v1/exam-attempts/{attempt.pk}/answers/{question_id}",
        content,
        content_type=headers.pop("content_type", "application/json"),
        headers=headers,
    )


def test_a_save_by_the_session_is_acknowledged(ada, attempt, client_of) -> None:
    reply = put(client_of(ada), attempt, question(attempt), {"response": "a", "revision": 1})
    assert reply.status_code == 200
    stored = AttemptAnswer.objects.get()
    assert reply.json() == {
        "revision": 1,
        "saved_at": stored.saved_at.isoformat(),
        "receipt": journal.lines(attempt.pk)[-1].code,
    }


def _forget_the_session(ada: User) -> None:
    """This one alone; another browser's stays."""
    Session.objects.earliest("created_at").delete()


def _let_it_run_out(ada: User) -> None:
    Session.objects.update(expires_at=moment())


def _deactivate(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)


def _change_the_password(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(password="another")


@pytest.mark.parametrize(
    "end", [_forget_the_session, _let_it_run_out, _deactivate, _change_the_password]
)
def test_a_session_that_saved_before_saves_nothing_once_it_is_over(
    ada, attempt, client_of, end
) -> None:
    client, first = client_of(ada), question(attempt)
    client_of(ada)
    for revision in (1, 2):  # the first reads the session, the second knows it
        reply = put(client, attempt, first, {"response": "a", "revision": revision})
        assert reply.status_code == 200
    end(ada)
    assert put(client, attempt, first, {"response": "b", "revision": 3}).status_code == 401
    assert AttemptAnswer.objects.get().revision == 2


def test_a_known_session_is_asked_for_by_the_statement_that_stores(ada, attempt, client_of) -> None:
    client, first = client_of(ada), question(attempt)
    put(client, attempt, first, {"response": "a", "revision": 1})
    with CaptureQueriesContext(connection) as asked:
        put(client, attempt, first, {"response": "b", "revision": 2})
    assert not [one for one in asked if one["sql"].startswith("SELECT s.data")]
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 2  # answer and line


def test_a_session_that_is_to_be_marked_as_seen_is_read_again(ada, attempt, client_of) -> None:
    client, first = client_of(ada), question(attempt)
    put(client, attempt, first, {"response": "a", "revision": 1})
    Session.objects.update(last_seen_at=moment() - timedelta(hours=1))
    put(client, attempt, first, {"response": "b", "revision": 2})
    assert AttemptAnswer.objects.get().revision == 2
    assert Session.objects.get().last_seen_at > moment() - timedelta(minutes=1)


def test_a_save_by_a_token_needs_no_cookie_and_no_csrf(ada, attempt) -> None:
    token = tokens.create_token(by=ada, name="script", now=moment()).token
    client = Client(enforce_csrf_checks=True)
    body = {"response": "a", "revision": 1}
    url = question(attempt)
    assert put(client, attempt, url, body, Authorization=f"Bearer {token}").status_code == 200
    for bad in (f"Bearer {token}x", "Basic abc", "Bearer", ""):
        reply = put(client, attempt, url, body, Authorization=bad)
        assert (reply.status_code, reply.json()["status"]) == (401, 401)


def test_a_token_for_reading_saves_nothing(ada, attempt) -> None:
    token = tokens.create_token(by=ada, name="reader", scope="read", now=moment()).token
    reply = put(
        Client(),
        attempt,
        question(attempt),
        {"response": "a", "revision": 1},
        Authorization=f"Bearer {token}",
    )
    assert (reply.status_code, reply.json()["code"]) == (403, "read_only_token")
    assert not AttemptAnswer.objects.exists()


def test_a_cookie_without_its_csrf_token_saves_nothing(ada, attempt, client_of) -> None:
    client = client_of(ada, enforce_csrf_checks=True)
    body = {"response": "a", "revision": 1}
    reply = put(client, attempt, question(attempt), body)
    assert (reply.status_code, reply.json()["code"]) == (403, "csrf_failed")
    page = client.get(f"/exam-attempts/{attempt.pk}/")
    secret = client.cookies[settings.CSRF_COOKIE_NAME].value
    assert page.status_code == 200
    foreign = put(
        client,
        attempt,
        question(attempt),
        body,
        **{"X-CSRFToken": secret, "Sec-Fetch-Site": "cross-site"},
    )
    assert foreign.status_code == 403
    assert not AttemptAnswer.objects.exists()
    assert (
        put(client, attempt, question(attempt), body, **{"X-CSRFToken": secret}).status_code == 200
    )


def test_a_visitor_gets_a_problem_and_no_redirect(attempt, client_of) -> None:
    reply = put(client_of(None), attempt, question(attempt), {"response": "a", "revision": 1})
    assert (reply.status_code, reply["Content-Type"]) == (401, "application/problem+json")
    assert reply.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete", "options"])
def test_only_put_saves(ada, attempt, client_of, method) -> None:
    address = f"/api/v1/exam-attempts/{attempt.pk}/answers/{question(attempt)}"
    reply = getattr(client_of(ada), method)(address)
    assert (reply.status_code, reply["Allow"]) == (405, "PUT")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b'"a"', 422),
        (b"null", 422),
        (b"{}", 422),
        (b'{"response": "a"}', 422),
        (b'{"revision": 1}', 422),
        (b'{"response": NaN, "revision": 1}', 422),
        (b'{"response": Infinity, "revision": 1}', 422),
        (b'{"response": "a", "revision": 1, "user": "x"}', 422),
        (b'{"response": "a", "revision": 1, "deadline_at": "2099-01-01"}', 422),
        (b'{"response": "a", "revision": 0}', 422),
        (b'{"response": "a", "revision": -1}', 422),
        (b'{"response": "a", "revision": 1.5}', 422),
        (b'{"response": "a", "revision": "1"}', 422),
        (b'{"response": "a", "revision": true}', 422),
        (b'{"response": "a", "revision": null}', 422),
        (b'{"response": "a", "revision": 1e99}', 422),
        (b'{"response": "a", "revision": ' + b"9" * 5000 + b"}", 422),
        (b"[" * 60_000, 400),
        (b"\xff\xfe", 400),
        (b'{"response": "' + b"x" * 70_000 + b'", "revision": 1}', 413),
    ],
)
def test_a_body_that_is_no_save_is_refused(ada, attempt, client_of, body, status) -> None:
    reply = put(client_of(ada), attempt, question(attempt), body)
    assert reply.status_code == status, reply.content
    assert reply["Content-Type"] == "application/problem+json"
    assert not AttemptAnswer.objects.exists()


def test_five_megabytes_are_too_large(ada, attempt, client_of) -> None:
    body = json.dumps({"response": "x" * 5_000_000, "revision": 1})
    reply = put(client_of(ada), attempt, question(attempt, "short_text"), body)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


def test_a_form_is_not_taken_for_json(ada, attempt, client_of) -> None:
    body = {"response": "a", "revision": 1}
    reply = put(client_of(ada), attempt, question(attempt), body, content_type="text/plain")
    assert (reply.status_code, reply.json()["code"]) == (415, "wrong_media_type")


WRONG = {
    "single_choice": [["a"], {"id": "a"}, 1, True, "z", "a\x00", "\ud800", "a" * 20_000],
    "multiple_choice": ["a", ["z"], ["a", "a"], [1], {"a": 1}, 3, [["a"]], ["a"] * 101],
    "true_false": ["true", 1, 0, [], ["true"], {}],
    "short_text": [1, True, ["owner"], {"text": "owner"}, "x\x00", "\ud800", "x" * 20_000],
    "numeric": ["many", True, [3], {}, "1e999999", "\x00", 1e308 * 10],
    "tracing": ["yes", True, [], {"output": "3"}, {"compiles": "yes"}, {"compiles": True, "x": 1}],
}


@pytest.mark.parametrize(
    ("kind", "response"),
    [(kind, response) for kind, responses in WRONG.items() for response in responses],
    ids=lambda value: repr(value)[:30],
)
def test_an_answer_of_the_wrong_shape_names_its_field(
    ada, attempt, client_of, kind, response
) -> None:
    body = json.dumps({"response": response, "revision": 1}).replace("Infinity", "1e999")
    reply = put(client_of(ada), attempt, question(attempt, kind), body)
    assert reply.status_code == 422, reply.content
    assert reply.json()["code"] == "wrong_shape"
    assert reply.json()["fields"]
    assert not AttemptAnswer.objects.exists()


RIGHT = {
    "single_choice": "b",
    "multiple_choice": ["c", "a"],
    "true_false": False,
    "short_text": "  owner ",
    "numeric": 3.25,
    "tracing": {"compiles": False, "line": 1},
}


@pytest.mark.parametrize("kind", RIGHT)
def test_an_answer_of_the_right_shape_is_stored_in_its_normal_form(
    ada, attempt, client_of, kind
) -> None:
    client, body = client_of(ada), {"response": RIGHT[kind], "revision": 1}
    first = put(client, attempt, question(attempt, kind), body)
    again = put(client, attempt, question(attempt, kind), body)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    stored = AttemptAnswer.objects.get().response
    normal = {"multiple_choice": ["a", "c"], "short_text": "owner", "numeric": "3.25"}
    assert stored == normal.get(kind, RIGHT[kind])


def test_a_stale_save_comes_back_with_the_stored_answer(ada, attempt, client_of) -> None:
    client, first = client_of(ada), question(attempt)
    put(client, attempt, first, {"response": "a", "revision": 1})
    reply = put(client, attempt, first, {"response": "b", "revision": 1})
    assert reply.status_code == 409
    assert reply.json()["code"] == "stale_revision"
    assert reply.json()["answer"]["response"] == "a"
    assert reply.json()["answer"]["revision"] == 1


def test_a_refusal_is_said_in_the_language_of_the_request_whatever_was_said_before(
    ada, attempt, client_of
) -> None:
    client, first = client_of(ada), question(attempt)
    put(client, attempt, first, {"response": "a", "revision": 1})  # from here the session is known
    for before, asked, said in (("de", "en", "This answer"), ("en", "de", "Diese Antwort")):
        with translation.override(before):
            put(client, attempt, first, {"response": "a", "revision": 1})
            reply = put(
                client,
                attempt,
                first,
                {"response": "b", "revision": 1},
                **{"Accept-Language": asked},
            )
        assert reply.json()["detail"].startswith(said)


def test_after_the_deadline_nothing_is_taken_and_the_attempt_is_closed(
    ada, exam, client_of
) -> None:
    began = moment() - timedelta(minutes=31)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=began)
    reply = put(client_of(ada), attempt, question(attempt), {"response": "a", "revision": 1})
    assert (reply.status_code, reply.json()["code"]) == (409, "deadline_passed")
    attempt.refresh_from_db()
    assert (attempt.status, attempt.submitted_at) == ("graded", attempt.deadline_at)


def test_what_is_not_ones_own_is_answered_like_what_does_not_exist(
    ada, bruno, chloe, dora, exam, attempt, client_of
) -> None:
    nothing = put(client_of(chloe), attempt, exam.pk, {"response": "a", "revision": 1})
    for person in (bruno, chloe, dora):
        for body in ({"response": "a", "revision": 1}, {"response": ["bad"], "revision": 1}):
            reply = put(client_of(person), attempt, question(attempt), body)
            assert (reply.status_code, reply.content) == (404, nothing.content)
    assert not AttemptAnswer.objects.exists()


def test_a_database_that_is_busy_acknowledges_nothing_and_asks_to_try_again(
    ada, attempt, client_of, monkeypatch
) -> None:
    def locked(change):
        raise OperationalError("database is locked")

    monkeypatch.setattr("studium.assessment.autosave.store", locked)
    reply = put(client_of(ada), attempt, question(attempt), {"response": "a", "revision": 1})
    assert (reply.status_code, reply.json()["code"]) == (503, "busy")
    assert reply["Retry-After"] == "2"
    assert not AttemptAnswer.objects.exists()

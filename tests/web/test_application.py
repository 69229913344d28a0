"""The server's own way for saves and pulses says to the byte what Django's handler says."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection
from django.test import override_settings

from studium.assessment import pulse
from studium.assessment.actions import sit
from studium.assessment.models import ExamAttempt
from studium.identity.actions import tokens
from studium.lib import clock
from studium.project import wsgi
from studium.web import application as module
from tests import factories

CSRF = "a" * 32

application = module.Application()  # as it is served, but for the lending of connections


def environ(method, path, body=b"", **more):
    """A request as a server gives it."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    } | more


def asked(handler, method, path, body=b"", **more):
    """Status, headers and body, as a server gets them."""
    said = []
    answer = handler(
        environ(method, path, body, **more), lambda status, headers: said.append((status, headers))
    )
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return *said[0], content


@pytest.fixture
def handlers(db, monkeypatch):
    """Both, without what would close the connection of a test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(module, "leave_unusable_connection", lambda: None)
    yield {"django": WSGIHandler(), "ours": application}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def compared(handlers, caplog):
    """Ask both the same; they answer and log the same, which is given."""

    def ask(*request, **more):
        answers, logged = {}, {}
        for name, handler in handlers.items():
            caplog.clear()
            with caplog.at_level(logging.INFO):
                answers[name] = asked(handler, *request, **more)
            logged[name] = [(one.name, one.levelname, one.getMessage()) for one in caplog.records]
        assert answers["ours"] == answers["django"]
        assert logged["ours"] == logged["django"]
        status, headers, content = answers["ours"]
        return int(status[:3]), dict(headers), content, logged["ours"]

    return ask


@pytest.fixture
def attempt(ada, course) -> ExamAttempt:
    return sit.start_attempt(by=ada, exam_id=factories.exam(course=course).pk, now=clock.now())


def address(attempt: ExamAttempt, question_id: UUID | None = None) -> str:
    question_id = question_id or attempt.exam.paper.first().question_id
    return f"/api/v1/exam-attempts/{attempt.pk}/answers/{question_id}"


def cookies(client) -> dict[str, str]:
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    sent = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: CSRF}
    joined = "; ".join(f"{name}={value}" for name, value in sent.items())
    return {"HTTP_COOKIE": joined, "HTTP_X_CSRFTOKEN": CSRF}


def change(response="a", revision=1) -> bytes:
    return json.dumps({"response": response, "revision": revision}).encode()


def test_a_save_and_its_repetition_are_acknowledged_alike(attempt, ada, client_of, compared):
    by = cookies(client_of(ada))
    for revision in (1, 2):  # Django's handler stores it, ours says it again
        status, headers, content, logged = compared(
            "PUT", address(attempt), change(revision=revision), **by
        )
        assert (status, logged) == (200, [])
        assert headers["Content-Length"] == str(len(content))
        assert headers["Cache-Control"] == "no-store"
        assert json.loads(content)["revision"] == revision


def test_our_own_way_stores_without_the_signals_of_django(
    attempt, ada, client_of, handlers, monkeypatch
):
    by = cookies(client_of(ada))
    monkeypatch.setattr(WSGIHandler, "__call__", lambda *_: pytest.fail("Django was asked."))
    for revision in (1, 2):
        done = asked(handlers["ours"], "PUT", address(attempt), change("b", revision), **by)
        assert done[0] == "200 OK"
    assert attempt.answers.get().revision == 2
    assert asked(handlers["ours"], "GET", f"/exams/{uuid4()}/pulse")[0] == "200 OK"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b'{"response": "a"}', 422),
        (b'{"response": NaN, "revision": 1}', 422),
        (b'{"response": "z", "revision": 1}', 422),
        (b'{"response": "a", "revision": 0}', 422),
        (b'{"response": "a", "revision": 7}', 409),
        (b'{"response": "' + b"x" * 70_000 + b'", "revision": 1}', 413),
    ],
)
def test_what_is_no_save_is_refused_alike(attempt, ada, client_of, compared, body, status):
    said = compared("PUT", address(attempt), body, **cookies(client_of(ada)))
    assert said[0] == status
    assert said[1]["Content-Type"] == "application/problem+json"
    assert [one[:2] for one in said[3]] == [("django.request", "WARNING")]


def test_who_may_not_save_is_refused_alike(attempt, ada, chloe, client_of, compared):
    by, path, body = cookies(client_of(ada)), address(attempt), change()
    reader = tokens.create_token(by=ada, name="reader", scope="read", now=clock.now()).token
    csrf_alone = {"HTTP_COOKIE": f"{settings.CSRF_COOKIE_NAME}={CSRF}", "HTTP_X_CSRFTOKEN": CSRF}
    expected = [
        (401, "not_signed_in", csrf_alone),
        (403, "csrf_failed", {}),
        (403, "csrf_failed", by | {"HTTP_X_CSRFTOKEN": ""}),
        (403, "csrf_failed", by | {"HTTP_ORIGIN": "https://elsewhere.test"}),
        (403, "csrf_failed", by | {"HTTP_SEC_FETCH_SITE": "cross-site"}),
        (404, "not_found", cookies(client_of(chloe))),
        (401, "wrong_token", {"HTTP_AUTHORIZATION": "Bearer nobody"}),
        (401, "not_signed_in", {"HTTP_AUTHORIZATION": "Basic abc"}),
        (403, "read_only_token", {"HTTP_AUTHORIZATION": f"Bearer {reader}"}),
        (415, "wrong_media_type", by | {"CONTENT_TYPE": "text/plain"}),
    ]
    for status, code, sent in expected:
        said = compared("PUT", path, body, **sent)
        assert (said[0], json.loads(said[2])["code"]) == (status, code)
    assert compared("PUT", address(attempt, uuid4()), body, **by)[0] == 404
    assert not attempt.answers.exists()


def test_what_comes_too_late_is_refused_alike(ada, course, client_of, compared):
    by = cookies(client_of(ada))
    exam = factories.exam(course=course)
    late = sit.start_attempt(by=ada, exam_id=exam.pk, now=clock.now() - timedelta(days=1))
    for _ in range(2):  # the first closes it
        said = compared("PUT", address(late), change(), **by)
        assert (said[0], json.loads(said[2])["code"]) == (409, "deadline_passed")
    other = sit.start_attempt(by=ada, exam_id=factories.exam(course=course).pk, now=clock.now())
    ExamAttempt.objects.filter(pk=other.pk).update(paused_at=clock.now() - timedelta(minutes=5))
    said = compared("PUT", address(other), change(), **by)
    assert (said[0], json.loads(said[2])["code"]) == (409, "paused")
    ExamAttempt.objects.filter(pk=other.pk).update(paused_at=None)
    sit.submit(by=ada, attempt_id=other.pk, now=clock.now())
    said = compared("PUT", address(other), change(), **by)
    assert (said[0], json.loads(said[2])["code"]) == (409, "already_submitted")


def test_a_busy_database_and_a_fault_are_told_and_logged_alike(
    attempt, ada, client_of, compared, monkeypatch
):
    by = cookies(client_of(ada))
    monkeypatch.setattr("studium.web.errors.secrets.token_hex", lambda _bytes: "5eed5eed")
    for error, status, logger in (
        (OperationalError("database is locked"), 503, "studium.autosave"),
        (ZeroDivisionError("of the test"), 500, "django.request"),
    ):

        def fails(_change, error=error):
            raise error

        monkeypatch.setattr("studium.assessment.autosave.store", fails)
        said = compared("PUT", address(attempt), change(), **by)
        assert said[0] == status
        assert logger in [one[0] for one in said[3]]
        assert said[1]["X-Content-Type-Options"] == "nosniff"


def test_other_addresses_and_methods_go_djangos_way(attempt, ada, client_of, compared):
    by, path = cookies(client_of(ada)), address(attempt)
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        assert compared(method, path, **by)[0] == 405
    for near, status in ((path + "/", 404), (path[:-1], 422)):
        assert compared("PUT", near, change(), **by)[0] == status
    assert asked(application, "GET", "/exams/none/pulse", **by)[0] == "404 Not Found"


def test_a_site_below_another_address_and_debug_mode_go_djangos_way(attempt, monkeypatch):
    def djangos(_self, _environ, start_response):
        start_response("299 Django", [])
        return []

    monkeypatch.setattr(WSGIHandler, "__call__", djangos)
    assert asked(application, "PUT", address(attempt), SCRIPT_NAME="/below")[0] == "299 Django"
    with override_settings(DEBUG=True):
        assert asked(application, "PUT", address(attempt))[0] == "299 Django"


def test_the_pulse_is_told_alike(course, compared):
    exam = factories.exam(course=course)
    pulse.bump(exam.pk)
    for exam_id, number in ((exam.pk, b"1"), (uuid4(), b"0")):
        status, headers, content, _ = compared("GET", f"/exams/{exam_id}/pulse")
        assert (status, content) == (200, number)
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_has_ended_is_left_before_a_save(ada, course, client_of):
    """A restart of PostgreSQL, or what a fault has left: the next save is not refused."""
    attempt = sit.start_attempt(by=ada, exam_id=factories.exam(course=course).pk, now=clock.now())
    by = cookies(client_of(ada))
    path = address(attempt)
    for revision, change_it in enumerate((lambda: None, _end, _spoil), start=1):
        change_it()
        said = asked(application, "PUT", path, change(revision=revision), **by)
        assert said[0] == "200 OK", said
    assert attempt.answers.get().revision == 3


def _end():
    """End this thread's connection as a server that is stopped does, where there is a server."""
    if connection.vendor != "postgresql":
        connection.close()
        return
    from psycopg import connect

    gone = connection.connection.info
    with connect(gone.dsn, password=gone.password) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [gone.backend_pid])


def _spoil():
    """Have it as a request that failed in the middle of something may leave it."""
    connection.set_autocommit(False)


def test_what_is_there_as_a_whole_is_given_as_a_whole_and_a_file_piece_by_piece(handlers):
    finished = []
    request_finished.connect(lambda **_: finished.append(1), weak=False, dispatch_uid="whole")
    try:
        for path, whole in (("/healthz", True), ("/static/css/site.css", False)):
            answer = application(environ("GET", path), lambda *_: None)
            assert isinstance(answer, list) is whole
            assert bool(finished) is whole  # closed as a server closes what is no list
            if not whole:
                answer.close()
            finished.clear()
    finally:
        request_finished.disconnect(dispatch_uid="whole")


def test_the_way_is_that_of_the_settings():
    assert type(wsgi.application.application) is module.Application

"""The ground that the other tests stand on holds, on the database they run on."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from studium.identity.models import AuditEntry
from studium.lib import triggers
from tests import factories


@pytest.mark.django_db
@pytest.mark.parametrize("kind", factories.KINDS)
def test_the_factories_make_rows_that_the_database_accepts(kind, ada, course):
    lesson = course.lessons.first()
    quiz = factories.quiz(lesson=lesson)
    asked = factories.question(quiz=quiz, kind=kind)
    exam = factories.exam(course=course, questions=[asked])
    attempt = factories.exam_attempt(exam=exam, user=ada)
    assert (quiz.status, exam.status, attempt.attempt_no) == ("published", "published", 1)


@pytest.mark.django_db
def test_a_row_of_a_factory_knows_what_the_database_holds(ada, course):
    """As `objects.create` leaves it: what the database decides is told and read as stored."""
    lesson = course.lessons.first()
    drawn = factories.quiz(lesson=lesson)
    exam = factories.exam(course=course, pass_mark=70)
    made = [
        *(ada, course, lesson, drawn, exam),
        factories.enrollment(user=factories.person(), course=course),
        factories.question(quiz=drawn, kind="essay", points="3"),
        factories.exam_attempt(exam=exam, user=ada),
        factories.question_draft(lesson=lesson),
    ]
    for row in made:
        assert not row._state.adding
        held = type(row)._base_manager.get(pk=row.pk)
        told = row._meta.db_returning_fields
        assert [getattr(row, one.attname) for one in told] == [
            getattr(held, one.attname) for one in told
        ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_flush_between_transactional_tests_works_and_brings_the_triggers_back(turn):
    assert AuditEntry.objects.count() == 0
    assert triggers.differences() == []
    AuditEntry.objects.create(action="test.turn")
    with pytest.raises(Exception, match="kept"):
        AuditEntry.objects.all()._raw_delete("default")


def test_tests_reach_nothing_beyond_this_machine():
    with socket.socket() as outside, pytest.raises(RuntimeError, match="no network"):
        outside.connect(("192.0.2.1", 80))


def test_tests_keep_their_files_apart_from_the_data_of_the_person_who_runs_them():
    assert Path(settings.DATA_DIR).name.startswith("studium-test-")


def test_a_browser_in_a_test_is_signed_in(ada, client_of, live_server):
    assert client_of(ada).get("/healthz").wsgi_request.user == ada
    assert not client_of(None).get("/healthz").wsgi_request.user.is_authenticated


def test_a_page_asked_for_after_another_is_answered_from_the_same_connection(
    live_server, monkeypatch
):
    opened = []
    connect = BaseDatabaseWrapper.connect
    monkeypatch.setattr(
        BaseDatabaseWrapper, "connect", lambda self: opened.append(self) or connect(self)
    )
    server = live_server.thread.httpd
    for kept in server.idle:
        kept.close()
    server.idle.clear()
    for _ in range(3):
        assert urlopen(f"{live_server.url}/readyz").status == 200
        while not server.idle:  # the thread ends after its answer
            time.sleep(0.01)
    assert len(opened) == 1
    assert server.idle == opened

"""The pulse: every process sees within half a second that the staff did something."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from studium.assessment import pulse
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(course):
    pulse._kept.clear()
    return factories.exam(course=course)


def beats(exam_id):
    """What another process would see now: nothing kept."""
    pulse._kept.clear()
    return pulse.number(exam_id)


def test_it_rises_with_every_bump(exam):
    assert beats(exam.pk) == 0
    pulse.bump(exam.pk)
    pulse.bump(exam.pk)
    assert beats(exam.pk) == 2
    assert beats(uuid4()) == 0


def test_it_asks_the_database_twice_a_second_at_most(exam, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [pulse.number(exam.pk) for _ in range(50)] == [0] * 50


def test_a_rolled_back_act_leaves_no_beat(exam):
    with transaction.atomic():
        pulse.bump(exam.pk)
        transaction.set_rollback(True)
    assert beats(exam.pk) == 0


def test_the_process_that_bumps_sees_it_at_once(exam, django_capture_on_commit_callbacks):
    assert pulse.number(exam.pk) == 0
    with django_capture_on_commit_callbacks(execute=True):
        pulse.bump(exam.pk)
    assert pulse.number(exam.pk) == 1


def test_addresses_that_are_none_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(pulse, "_MOST_KEPT", 8)
    for _ in range(50):
        pulse.number(uuid4())
    assert len(pulse._kept) <= 8


def test_anybody_gets_the_number_and_nothing_else(exam, django_assert_num_queries):
    pulse.bump(exam.pk)
    pulse._kept.clear()
    with django_assert_num_queries(1):
        answer = Client().get(f"/exams/{exam.pk}/pulse")
    assert (answer.status_code, answer.content) == (200, b"1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert not answer.cookies


def test_an_address_that_is_no_exam_is_not_found():
    assert Client().get("/exams/nothing/pulse").status_code == 404


def test_the_number_only_rises(exam):
    pulse.bump(exam.pk)
    with pytest.raises(Exception, match="only rises"), transaction.atomic():
        connection.cursor().execute("UPDATE exam_pulses SET number = 1")

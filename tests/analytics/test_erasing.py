"""Erasing a person: what goes, what stays, who may, and what stands in the way."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from studium.analytics import actions
from studium.assessment import journal
from studium.assessment.actions import sit
from studium.assessment.models import Accommodation, ExamAttempt
from studium.content.models import OwnNote
from studium.identity.actions import mail_choices, notifying, tokens
from studium.identity.models import AuditEntry, User
from studium.lib import clock
from studium.lib.errors import Conflict, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoe(course, bruno):
    """A student with an exam behind her, and something in every place that is hers."""
    now = clock.now()
    zoe = factories.person("Zoe Quirk", email="zoe.quirk@example.org")
    factories.enrollment(user=zoe, course=course)
    exam = factories.exam(course=course)
    attempt = sit.start_attempt(by=zoe, exam_id=exam.pk, now=now)
    asked = exam.paper.first().question_id
    sit.save_answer(by_id=zoe.pk, attempt_id=attempt.pk, question_id=asked, response="a",
                    revision=1, now=now)  # fmt: skip
    sit.submit(by=zoe, attempt_id=attempt.pk, now=now)
    lesson = course.lessons.first()
    OwnNote.objects.create(user=zoe, lesson=lesson, block_id="b-1", quote="Text", begins=0,
                           ends=4, body="Zoe Quirk was here.", kind="note")  # fmt: skip
    Accommodation.objects.create(user=zoe, course=course, created_by=bruno, extra_minutes=5,
                                 reason="Zoe Quirk was ill.")  # fmt: skip
    tokens.create_token(by=zoe, name="Zoe Quirk", now=now)
    mail_choices.tell_year_of_birth(by=zoe, year=2001, now=now)
    notifying.notify([zoe.pk], "enrolled", {"course": "C", "by": "B"}, "/", now=now)
    factories.second_factor(zoe)
    return zoe


def everything():
    """Every text of the database but the log, which only grows."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.db_table != "audit_log":
                cursor.execute(f"SELECT * FROM {model._meta.db_table}")
                found.append(repr(cursor.fetchall()))
    return "\n".join(found).lower()


def test_nothing_but_the_results_is_left_and_those_are_of_nobody(zoe, dora, client_of):
    browser = client_of(zoe)
    attempt = ExamAttempt.objects.get(user=zoe)
    assert "quirk" in everything()
    actions.erase_person(by=dora, person_id=zoe.pk, now=clock.now())
    assert "quirk" not in everything()
    zoe.refresh_from_db()
    assert (zoe.name, zoe.is_active, zoe.erased_at is None) == ("Erased person", False, False)
    assert browser.get("/notifications/").status_code == 302
    attempt.refresh_from_db()
    assert attempt.score is not None
    assert journal.verify(attempt.pk) == []
    entry = AuditEntry.objects.get(action="person.erase")
    assert (entry.actor, entry.detail) == (dora, {"own": False})
    with pytest.raises(Conflict, match="before"):
        actions.erase_person(by=dora, person_id=zoe.pk, now=clock.now())


def test_others_keep_what_is_theirs(zoe, ada, dora, course):
    lesson = course.lessons.first()
    OwnNote.objects.create(user=ada, lesson=lesson, block_id="b-1", quote="Text", begins=0, ends=4,
                           body="Mine.", kind="note")  # fmt: skip
    notifying.notify([ada.pk], "enrolled", {"course": "C", "by": "B"}, "/", now=clock.now())
    actions.erase_person(by=dora, person_id=zoe.pk, now=clock.now())
    assert OwnNote.objects.filter(user=ada).exists()
    assert ada.unread == 1
    assert course.enrollments.filter(user=ada, ended_at=None).exists()


def test_nobody_erases_somebody_else_and_what_stands_in_the_way_is_said(zoe, ada, bruno, dora):
    now = clock.now()
    for by in (ada, bruno):
        with pytest.raises(NotAllowed):
            actions.erase_person(by=by, person_id=zoe.pk, now=now)
    with pytest.raises(NotFound):
        actions.erase_person(by=dora, person_id=uuid4(), now=now)
    for who, code in ((dora, "last_admin"), (bruno, "last_instructor")):
        with pytest.raises(Conflict) as refused:
            actions.erase_person(by=dora, person_id=who.pk, now=now)
        assert refused.value.code == code
    exam = factories.exam(course=bruno.enrollments.first().course)
    factories.exam_attempt(exam=exam, user=ada, at=now - timedelta(minutes=1))
    with pytest.raises(Conflict) as refused:
        actions.erase_person(by=ada, person_id=ada.pk, now=now)
    assert refused.value.code == "exam_running"


def test_one_leaves_by_the_page_with_the_password(zoe, client_of):
    browser = client_of(zoe)
    assert "There is no way back" in browser.get("/account/erase/").content.decode()
    wrong = browser.post("/account/erase/", {"password": "something else"})
    assert "This is not your password." in wrong.content.decode()
    assert User.objects.get(pk=zoe.pk).is_active
    done = browser.post("/account/erase/", {"password": factories.PASSWORD})
    assert "Your account is erased" in done.content.decode()
    assert User.objects.get(pk=zoe.pk).erased_at is not None
    assert browser.get("/account/").status_code == 302


def test_an_admin_types_the_name(zoe, dora, client_of):
    browser, address = client_of(dora), f"/admin/people/{zoe.pk}/erase/"
    assert "This is not the name" in browser.post(address, {"name": "Zoe"}).content.decode()
    assert browser.post(address, {"name": "Zoe Quirk"}).status_code == 302
    assert User.objects.get(pk=zoe.pk).erased_at is not None

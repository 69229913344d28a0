"""Everything that is kept about a person, as an archive of theirs alone."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studium.analytics import actions, archive, exporting
from studium.analytics.queries import readiness
from studium.assessment.models import Response
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import clock, jobs
from studium.lib.errors import Conflict, NotFound
from studium.lib.jobs import work_off
from tests import factories
from tests.analytics.answers import practise, sit

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def opened(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def test_the_archive_holds_each_part_as_far_as_it_is_released(
    ada: User, bruno: User, course: Course
) -> None:
    now = clock.now()
    lesson = course.lessons.earliest("order_index")
    practise(ada, factories.quiz(lesson=lesson, questions=3), [1, 0, 1], at=now - timedelta(days=3))
    sit(ada, factories.exam(course=course), [1, 0, 1], at=now - timedelta(days=2))
    kept_back = factories.exam(course=course, release="never", title="Kept back")
    sit(ada, kept_back, [1, 1, 0], at=now - timedelta(days=1))
    practise(bruno, factories.quiz(lesson=lesson, questions=2), [1, 0], at=now - timedelta(days=1))
    actions.catch_up(now=now)
    answer = Response.objects.filter(user=ada, quiz_attempt__isnull=False, share=0).get()
    actions.note_slip(by=ada, response_id=answer.pk, words="=Typo", now=now)
    steps: list[str] = []
    data = archive.written(ada, now, lambda done, total, step: steps.append(step))
    archive.keep(ada.pk, data, now=now)
    packed = opened(exporting.export_file(viewer=ada, now=now))
    names = set(packed.namelist())
    assert {"README.txt", "person.json", "answers.json", "answers.csv", "tutor.json"} <= names
    answers = json.loads(packed.read("answers.json"))
    assert len(answers) == 6  # those of practice and of the released exam, nobody else's
    assert [one["slip_note"] for one in answers if one["slip"]] == ["=Typo"]
    rows = csv.DictReader(io.StringIO(packed.read("answers.csv").decode("utf-8-sig")))
    assert "'=Typo" in [row["slip_note"] for row in rows]  # a spreadsheet runs nothing
    tried = {one["exam"]: one for one in json.loads(packed.read("exam_attempts.json"))}
    assert tried["Final exam"]["score"] == 66
    assert [one["right"] for one in tried["Final exam"]["marks"]] == ["a", "a", "a"]
    assert tried["Kept back"]["score"] is None
    assert tried["Kept back"]["marks"] is None
    assert steps[-1] == "Reading receipts."


def test_the_archive_is_made_by_a_job_and_fetched_by_its_owner(
    ada: User, chloe: User, client_of: ClientOf
) -> None:
    client = client_of(ada)
    assert client.get(reverse("account_data_file")).status_code == 404
    client.post(reverse("account_data"))
    first = exporting.latest_export(viewer=ada)
    client.post(reverse("account_data"))
    assert exporting.latest_export(viewer=ada) == first  # asked twice, made once
    work_off()
    assert "Download your data" in client.get(reverse("account_data")).content.decode()
    got = client.get(reverse("account_data_file"))
    assert got["Content-Type"] == "application/zip"
    person = json.loads(zipfile.ZipFile(io.BytesIO(got.content)).read("person.json"))
    assert person["email"] == ada.email
    assert client_of(chloe).get(reverse("account_data_file")).status_code == 404
    with pytest.raises(NotFound):
        exporting.export_file(viewer=ada, now=clock.now() + timedelta(days=8))
    assert archive.prune(now=clock.now() + timedelta(days=8)) == 1


def test_nothing_is_exported_while_its_owner_sits_an_exam(ada: User, course: Course) -> None:
    now = clock.now()
    waiting = actions.ask_for_export(by=ada, now=now)
    factories.exam_attempt(exam=factories.exam(course=course), user=ada, at=now)
    with pytest.raises(Conflict):
        actions.ask_for_export(by=ada, now=now)
    work_off()
    found = jobs.latest_job(exporting.EXPORT_JOB, ada.pk)
    assert found is not None
    assert (found.pk, found.status) == (waiting.pk, "failed")
    assert archive.kept(ada.pk, now=now) is None


def test_no_exam_is_foretold_from_too_little(ada: User, course: Course, now: datetime) -> None:
    first, second = course.lessons.order_by("order_index")
    quizzes = [factories.quiz(lesson=one, questions=12) for one in (first, second)]
    asked = [quizzes[0].questions.earliest("position"), quizzes[1].questions.earliest("position")]
    third = factories.quiz(lesson=factories.lesson(course=course), questions=1)
    exam = factories.exam(course=course, questions=[*asked, third.questions.get()])
    practise(ada, quizzes[0], [1] * 9, at=now)
    actions.catch_up(now=now + timedelta(days=1))
    later = now + timedelta(days=2)
    assert readiness.readiness(exam, [ada.pk], now=later) == {ada.pk: None}  # nine answers
    view = readiness.next_exam_of(ada, course, now=later)
    assert view is not None
    found = readiness.outlook(view, ada, now=later)
    assert (found.evidence.answers, found.evidence.touched, found.evidence.concepts) == (9, 1, 3)
    practise(ada, quizzes[0], [1] * 9, at=later)
    actions.catch_up(now=later + timedelta(days=1))
    assert readiness.readiness(exam, [ada.pk], now=later) == {ada.pk: None}  # one concept of three
    practise(ada, quizzes[1], [1] * 9, at=later)
    actions.catch_up(now=later + timedelta(days=1))
    told = readiness.readiness(exam, [ada.pk], now=later)[ada.pk]
    assert told is not None
    assert 0 <= told.low <= told.mean <= told.high <= 1
    assert told.words in readiness.engine.READINESS
    moved = readiness.outlook(view, ada, now=later).movers
    assert [one.gain for one in moved] == sorted((one.gain for one in moved), reverse=True)

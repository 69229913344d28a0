"""An empty server: its first person, and what they begin with."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studium.content.models import Course
from studium.formats import load, sample
from studium.formats.archive import read_folder
from studium.formats.sample import request_sample
from studium.identity.actions import first_run
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict
from studium.lib.jobs import live_job, work_off
from tests import factories

pytestmark = pytest.mark.django_db

DORA = {"name": "Dora", "email": "dora@example.org", "password": "a-long-enough-one"}


@pytest.fixture
def on_loopback(settings: Any) -> None:
    settings.SETUP_CODE = "none"


def test_every_way_in_leads_to_the_page_for_the_administrator(client: Client, on_loopback: None):
    shown = client.get("/", follow=True)
    assert shown.redirect_chain[-1][0] == reverse("first_run")
    page = shown.content.decode()
    assert "Create the administrator" in page
    assert "Set-up code" not in page


def test_the_first_person_is_an_admin_signed_in_and_chooses_what_to_begin_with(
    client: Client, on_loopback: None
):
    answer = client.post(reverse("first_run"), DORA, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("beginning")
    dora = User.objects.get()
    assert (dora.role, dora.email) == ("ADMIN", "dora@example.org")
    assert client.get(reverse("admin_home")).status_code == 200
    page = answer.content.decode()
    assert all(words in page for words in ("sample course", "Import a course", "Start empty"))
    assert AuditEntry.objects.filter(action="person.first", actor=dora).exists()


def test_wrong_values_stand_beside_their_fields_and_nobody_is_made(
    client: Client, on_loopback: None
):
    answer = client.post(reverse("first_run"), DORA | {"password": "short", "email": "x"})
    assert answer.status_code == 200
    assert "valid email" in answer.content.decode()
    answer = client.post(reverse("first_run"), DORA | {"password": "short"})
    assert "too short" in answer.content.decode()
    assert not User.objects.exists()


def test_once_somebody_is_there_the_page_is_closed(client: Client, on_loopback: None):
    factories.person("Ada Alm")
    assert client.get(reverse("first_run")).headers["Location"] == "/"
    assert client.post(reverse("first_run"), DORA).headers["Location"] == "/"
    assert client.get(reverse("account_login")).status_code == 200
    assert User.objects.count() == 1


def test_elsewhere_the_code_of_the_start_is_asked_for(client: Client, settings: Any):
    settings.SETUP_CODE = "12ab-34cd-56ef-7890"
    assert "Set-up code" in client.get(reverse("first_run")).content.decode()
    for code in ("", "none", "12ab-34cd-56ef-7891"):
        answer = client.post(reverse("first_run"), DORA | {"code": code})
        assert answer.status_code == 200, code
    assert not User.objects.exists()
    copied = DORA | {"code": " 12AB34cd56EF7890 "}
    assert client.post(reverse("first_run"), copied).status_code == 302
    assert User.objects.get().role == "ADMIN"


def test_codes_cannot_be_tried_without_end(client: Client, settings: Any):
    settings.SETUP_CODE = "12ab-34cd-56ef-7890"
    answers = [
        client.post(reverse("first_run"), DORA | {"code": str(number)}).status_code
        for number in range(12)
    ]
    assert answers[-1] == 429
    assert not User.objects.exists()


def test_without_a_code_of_its_own_the_server_lets_nobody_in(client: Client, settings: Any):
    settings.SETUP_CODE = ""
    page = client.get(reverse("first_run")).content.decode()
    assert "studium user add" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert client.post(reverse("first_run"), DORA | {"code": ""}).status_code == 200
    assert client.post(reverse("first_run"), DORA | {"code": "x"}).status_code == 403
    assert not User.objects.exists()


@pytest.fixture
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's second course under the sample's title: three lessons instead of 120."""
    folder = sample.FOLDER.with_name("second_course")
    title = load.check(read_folder(folder)).draft.title
    monkeypatch.setattr(sample, "FOLDER", folder)
    monkeypatch.setitem(sample.ABOUT, "title", title)


def test_the_sample_course_comes_by_a_job_once(
    small_sample: None, dora: User, client_of: Any, now: Any
):
    client = client_of(dora)
    card = client.post(reverse("sample_load"), follow=True)
    assert "Load the sample course" in card.content.decode()
    again = request_sample(by=dora, now=now)
    assert again.pk == live_job(sample.SAMPLE_JOB, dora.pk).pk
    work_off(most_seconds=20)
    course = Course.objects.get()
    assert (course.status, course.self_enrolment) == ("published", "open")
    assert (
        reverse("teach_course", args=[course.slug])
        in client.get(reverse("job", args=[again.pk])).content.decode()
    )
    with pytest.raises(Conflict):
        request_sample(by=dora, now=now)


def test_a_sample_job_that_is_done_again_makes_no_second_course(
    small_sample: None, dora: User, now: Any
):
    class Context:
        by_id = dora.pk

        def progress(self, done: int, total: int, step: str = "") -> None:
            """As of a job."""

    first = sample.bring(Context(), now.isoformat())  # type: ignore[arg-type]
    assert sample.bring(Context(), now.isoformat()) == first  # type: ignore[arg-type]
    assert Course.objects.count() == 1


def test_the_first_person_is_made_by_one_door_only(on_loopback: None, now: Any):
    first_run.create_administrator(now=now, **DORA)
    with pytest.raises(Conflict):
        first_run.create_administrator(now=now, **DORA | {"email": "eva@example.org"})

"""The card of a job and the lists of jobs."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from studium.content.models import Course
from studium.identity.models import User
from studium.lib import clock, jobs
from studium.lib.jobs import run
from studium.lib.models import Job
from tests.lib import job_kinds  # noqa: F401 - registers the kinds

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(bruno: User, course: Course) -> Job:
    return jobs.enqueue(
        "test.count",
        target="one",
        title="Count <slowly>",
        arguments={},
        by=bruno,
        course_id=course.pk,
    )


def card(client: Any, job: Job) -> str:
    return client.get(reverse("job", args=[job.pk]), headers=HTMX).content.decode()


def test_a_live_card_asks_again_each_second_and_an_ended_one_does_not(
    client_of: Any, bruno: User, job: Job
) -> None:
    browser = client_of(bruno)
    waiting = card(browser, job)
    assert 'hx-trigger="load delay:1s"' in waiting
    assert "Count &lt;slowly&gt;" in waiting
    assert "<html" not in waiting
    context = jobs.JobContext(run.take(job.pk, now=clock.now()))
    context.progress(4, 12, "Reading 4 of 12 lessons")
    running = card(browser, job)
    assert "Reading 4 of 12 lessons" in running
    assert 'value="4" max="12"' in running
    run._end(context, "done", result={"said": "Counted."})
    ended = card(browser, job)
    assert "hx-trigger" not in ended
    assert "Counted." in ended


def test_without_scripts_the_card_is_a_page(client_of: Any, bruno: User, job: Job) -> None:
    page = client_of(bruno).get(reverse("job", args=[job.pk]))
    assert "<html" in page.content.decode()
    assert "Count &lt;slowly&gt;" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_job_is_cancelled_and_tried_again_from_its_card(
    client_of: Any, bruno: User, job: Job
) -> None:
    browser = client_of(bruno)
    browser.post(reverse("job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert "Try again" in card(browser, job)
    browser.post(reverse("job_retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "queued"


def test_a_job_of_others_does_not_exist(
    client_of: Any, ada: User, chloe: User, eva: User, dora: User, job: Job
) -> None:
    for person in (ada, chloe, eva):
        browser = client_of(person)
        assert browser.get(reverse("job", args=[job.pk])).status_code == 404
        for name in ("job_cancel", "job_retry"):
            assert browser.post(reverse(name, args=[job.pk])).status_code == 404
    assert client_of(dora).get(reverse("job", args=[job.pk])).status_code == 200
    job.refresh_from_db()
    assert job.status == "queued"


def test_the_admin_sees_what_failed_and_tries_it_again(
    client_of: Any, dora: User, job: Job
) -> None:
    failed = jobs.enqueue("test.refuse", target="two", arguments={})
    jobs.work_off()
    browser = client_of(dora)
    everything = browser.get(reverse("admin_jobs")).content.decode()
    assert "failed 1" in everything
    assert "done 1" in everything
    shown = browser.get(reverse("admin_jobs") + "?status=failed").content.decode()
    assert "The lesson is gone. Choose another one." in shown
    assert "Count &lt;slowly&gt;" not in shown
    browser.post(reverse("admin_job_retry", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.status == "queued"


def test_the_list_is_paged(client_of: Any, dora: User) -> None:
    for number in range(51):
        jobs.enqueue("test.count", target=str(number), arguments={})
    browser = client_of(dora)
    assert "1–50 of 51" in browser.get(reverse("admin_jobs")).content.decode()
    assert "51–51 of 51" in browser.get(reverse("admin_jobs") + "?offset=50").content.decode()


def test_the_admin_list_is_for_admins_and_the_course_list_for_its_staff(
    client_of: Any, ada: User, bruno: User, eva: User, course: Course, job: Job
) -> None:
    for person in (ada, bruno):
        assert client_of(person).get(reverse("admin_jobs")).status_code == 403
        assert client_of(person).post(reverse("admin_job_retry", args=[job.pk])).status_code == 403
    mine = client_of(bruno).get(reverse("course_jobs", args=[course.slug]))
    assert "Count &lt;slowly&gt;" in mine.content.decode()
    assert client_of(eva).get(reverse("course_jobs", args=[course.slug])).status_code == 404
    assert client_of(ada).get(reverse("course_jobs", args=[course.slug])).status_code == 403

"""Jobs: queued with the change they belong to, run at least once, never lost, never silent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from studium.lib import clock, jobs
from studium.lib.errors import Conflict, NotFound
from studium.lib.jobs import library, run
from studium.lib.models import IdempotencyKey, Job
from tests.lib import job_kinds

ROOT = Path(__file__).parents[2]


def queue(kind: str = "test.count", target: str = "one", **more: Any) -> Job:
    return jobs.enqueue(kind, target=target, arguments=more.pop("arguments", {}), **more)


def messages() -> int:
    return library.Messages().waiting()


# --- queueing ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_queued_job_runs_and_keeps_its_result() -> None:
    job = queue(arguments={"steps": 2})
    assert (job.status, job.title) == ("queued", "Count")
    assert jobs.work_off() == 1
    job.refresh_from_db()
    assert (job.status, job.result, job.attempts) == ("done", {"counted": 2}, 1)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.lease_until is None
    assert messages() == 0


@pytest.mark.django_db
def test_the_same_work_is_queued_once_while_it_lives() -> None:
    first = queue()
    assert queue().pk == first.pk
    assert queue(target="two").pk != first.pk
    assert messages() == 2
    jobs.work_off()
    assert queue().pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_a_job_is_rolled_back_with_the_change_it_belongs_to() -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            queue()
            raise KeyError

    with pytest.raises(KeyError):
        change_and_fail()
    assert Job.objects.count() == 0
    assert messages() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_queue_the_same_work_at_once_get_one_job() -> None:
    begin = threading.Barrier(4)
    made: list[UUID] = []

    def one() -> None:
        begin.wait()
        try:
            made.append(queue().pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert Job.objects.count() == 1
    assert messages() == 1


@pytest.mark.django_db
def test_an_unknown_kind_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"test\.count"):
        queue("test.nothing")


# --- running -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_unforeseen_error_fails_the_job_without_its_insides_and_can_be_retried(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = queue("test.break")
    jobs.work_off()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "secret" not in job.reason
    reference = job.reason.split("reference ")[1].rstrip(".")
    assert any(getattr(one, "reference", "") == reference for one in caplog.records)
    again = jobs.retry(job)
    assert (again.pk, again.status, again.attempts, again.reason) == (job.pk, "queued", 0, "")
    assert jobs.work_off() == 1


@pytest.mark.django_db
def test_a_refusal_is_the_reason_word_for_word() -> None:
    job = queue("test.refuse")
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.reason) == ("failed", "The lesson is gone. Choose another one.")


@pytest.mark.django_db
def test_a_busy_database_is_tried_three_times_with_growing_pauses() -> None:
    job = queue("test.busy")
    waits = []
    for _ in range(2):
        jobs.work_off()
        job.refresh_from_db()
        assert job.status == "queued"
        waits.append(job.lease_until - clock.now())
        assert jobs.sweep(now=clock.now()) == 0
        assert jobs.sweep(now=clock.now() + timedelta(seconds=9)) == 1
    assert waits[0] < waits[1]
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("failed", 3)


@pytest.mark.django_db
def test_a_job_that_takes_too_long_is_stopped_with_the_reason() -> None:
    job = queue("test.slow")
    began = time.monotonic()
    jobs.work_off()
    assert time.monotonic() - began < 10
    job.refresh_from_db()
    assert job.status == "failed"
    assert "longer than 1 minute" in job.reason


@pytest.mark.django_db
def test_a_second_delivery_of_a_finished_job_does_nothing() -> None:
    job = queue()
    jobs.deliver(str(job.pk))
    assert jobs.deliver(str(job.pk)) == "not taken"
    job.refresh_from_db()
    assert job.attempts == 1


@pytest.mark.django_db
def test_a_delivery_that_meets_a_live_lease_ends_at_once() -> None:
    job = queue()
    assert run.take(job.pk, now=clock.now()) is not None
    assert jobs.deliver(str(job.pk)) == "not taken"
    assert jobs.sweep(now=clock.now()) == 0


@pytest.mark.django_db(transaction=True)
def test_three_deliveries_at_once_run_the_job_once() -> None:
    job = queue(arguments={"steps": 3, "pause": 0.1})
    begin = threading.Barrier(3)
    ends: list[str] = []

    def one() -> None:
        begin.wait()
        try:
            ends.append(jobs.deliver(str(job.pk)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(ends) == ["done", "not taken", "not taken"]
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("done", 1)


@pytest.mark.django_db
def test_who_lost_the_lease_neither_reports_nor_finishes() -> None:
    job = queue()
    held = run.take(job.pk, now=clock.now())
    context = jobs.JobContext(held)
    later = clock.now() + timedelta(hours=1)
    assert run.take(job.pk, now=later).attempts == 2
    with pytest.raises(jobs.LeaseLost):
        context.progress(1, 2, "Too late")
    assert run._end(context, "done") == "lease lost"
    job.refresh_from_db()
    assert job.status == "running"


# --- the sweeper ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_whose_lease_has_passed_is_queued_again_and_three_times_are_enough() -> None:
    job = queue(arguments={"steps": 1})
    now = clock.now()
    for attempt in (1, 2, 3):
        assert run.take(job.pk, now=now).attempts == attempt
        now += timedelta(seconds=31)
        assert jobs.sweep(now=now) == (1 if attempt < 3 else 0)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "three times" in job.reason


@pytest.mark.django_db
def test_a_job_whose_message_was_lost_is_queued_again() -> None:
    job = queue()
    for receipt, _ in library.Messages().take():
        library.Messages().acknowledge(receipt)
    assert jobs.sweep(now=clock.now()) == 0
    assert jobs.sweep(now=clock.now() + timedelta(seconds=60)) == 1
    jobs.work_off()
    job.refresh_from_db()
    assert job.status == "done"


@pytest.mark.django_db
def test_an_empty_queue_is_asked_one_small_question() -> None:
    queued = library.Messages()
    with CaptureQueriesContext(connection) as asked:
        assert list(queued.take()) == []
    assert ["payload" in one["sql"] for one in asked] == [False]
    job = queue()
    assert [job_id for _, job_id in queued.take()] == [str(job.pk)]
    assert list(queued.take()) == []  # it is another worker's now


@pytest.mark.django_db
def test_a_job_of_a_dead_worker_that_was_to_be_cancelled_is_cancelled() -> None:
    job = queue()
    run.take(job.pk, now=clock.now())
    jobs.cancel(job)
    assert jobs.sweep(now=clock.now() + timedelta(seconds=60)) == 0
    job.refresh_from_db()
    assert job.status == "cancelled"


@pytest.mark.django_db
def test_pruning_keeps_what_is_young_or_failed(dora: Any) -> None:
    old = clock.now() - timedelta(days=30)
    kept, gone, failed = (queue(target=name) for name in ("kept", "gone", "failed"))
    jobs.work_off()
    Job.objects.filter(pk=gone.pk).update(finished_at=old)
    Job.objects.filter(pk=failed.pk).update(status="failed", finished_at=old)
    IdempotencyKey.objects.create(user=dora, key="k", fingerprint="f", created_at=old)
    jobs.prune()
    assert set(Job.objects.values_list("pk", flat=True)) == {kept.pk, failed.pk}
    assert IdempotencyKey.objects.count() == 0


# --- cancel, retry, rights -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once_and_its_message_does_nothing() -> None:
    job = queue()
    assert jobs.cancel(job).status == "cancelled"
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("cancelled", 0)
    assert jobs.retry(job).status == "queued"


@pytest.mark.django_db
def test_a_running_job_hears_that_it_is_cancelled() -> None:
    job = queue()
    context = jobs.JobContext(run.take(job.pk, now=clock.now()))
    context.progress(0, 2, "Going")
    assert jobs.cancel(job).status == "running"
    time.sleep(0.25)
    with pytest.raises(jobs.Cancelled):
        context.progress(1, 2, "Going on")


@pytest.mark.django_db
def test_a_done_job_is_not_tried_again() -> None:
    job = queue()
    jobs.work_off()
    with pytest.raises(Conflict):
        jobs.retry(job)


@pytest.mark.django_db
def test_trying_again_returns_the_live_job_where_there_is_one() -> None:
    failed = queue("test.refuse")
    jobs.work_off()
    live = queue("test.refuse")
    assert jobs.retry(failed).pk == live.pk


@pytest.mark.django_db
def test_progress_is_written_at_most_five_times_a_second(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    job = queue()
    context = jobs.JobContext(run.take(job.pk, now=clock.now()))
    with django_assert_max_num_queries(2):
        for number in range(1000):
            context.progress(number, 1000, "Fast")


@pytest.mark.django_db
def test_a_job_is_seen_by_its_owner_by_admins_and_by_the_staff_of_its_course(
    ada: Any, bruno: Any, chloe: Any, dora: Any, course: Any
) -> None:
    job = queue(by=ada, course_id=course.pk)
    nobody_is_staff = {"staff_of": lambda course_id: False}
    for person in (ada, dora):
        assert jobs.job_for(person, job.pk, **nobody_is_staff).pk == job.pk
    assert jobs.job_for(bruno, job.pk, staff_of=lambda one: one == course.pk).pk == job.pk
    for missing in (job.pk, UUID(int=1)):
        with pytest.raises(NotFound):
            jobs.job_for(chloe, missing, **nobody_is_staff)
    assert [one.pk for one in jobs.jobs_of(ada).items] == [job.pk]
    assert jobs.jobs_of(chloe).count == 0
    assert jobs.jobs_of_course(course.pk).count == 1
    assert jobs.all_jobs(status="queued").count == 1
    assert jobs.all_jobs(status="failed").count == 0


# --- a real worker -------------------------------------------------------------------------------


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts worker processes on the test's database; kills what is left of them."""
    started = []

    def start(lease_seconds: int = 2) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", job_kinds.__name__],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": address_of_test_database(),
                "STUDIUM_JOB_LEASE_SECONDS": str(lease_seconds),
                "DJANGO_SETTINGS_MODULE": "studium.project.settings",
                "PYTHONPATH": str(ROOT),
            },
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def address_of_test_database() -> str:
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    password = f":{held['PASSWORD']}" if held["PASSWORD"] else ""
    port = f":{held['PORT']}" if held["PORT"] else ""
    return f"postgresql://{held['USER']}{password}@{held['HOST']}{port}/{held['NAME']}"


def wait_for(job: Job, *statuses: str, seconds: float = 120) -> Job:
    """Wait until the job is so; a worker has to start first, slowly on a busy machine."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job.refresh_from_db()
        if job.status in statuses:
            return job
        time.sleep(0.05)
    raise AssertionError(f"The job is {job.status} after {seconds} s, not {statuses}.")


@pytest.mark.slow
def test_a_worker_killed_in_mid_job_loses_nothing(
    start_worker: Callable[..., subprocess.Popen[bytes]],
) -> None:
    first = start_worker()
    job = queue(arguments={"steps": 100, "pause": 0.05})
    wait_for(job, "running")
    time.sleep(0.5)
    first.kill()
    first.wait()
    killed_at = time.monotonic()
    job.refresh_from_db()
    assert job.status == "running"
    start_worker()
    wait_for(job, "done", seconds=60)
    assert time.monotonic() - killed_at < 60
    assert (job.attempts, job.result) == (2, {"counted": 100})


@pytest.mark.slow
def test_a_job_longer_than_its_lease_is_not_given_to_a_second_worker(
    start_worker: Callable[..., subprocess.Popen[bytes]],
) -> None:
    start_worker(lease_seconds=2)
    start_worker(lease_seconds=2)
    job = queue(arguments={"steps": 60, "pause": 0.1})
    wait_for(job, "done", seconds=60)
    assert job.attempts == 1
    assert job.finished_at - job.started_at > timedelta(seconds=4)


@pytest.mark.slow
def test_a_worker_that_is_asked_to_end_gives_its_job_back(
    start_worker: Callable[..., subprocess.Popen[bytes]],
) -> None:
    worker = start_worker()
    job = queue(arguments={"steps": 200, "pause": 0.05})
    wait_for(job, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    job.refresh_from_db()
    assert (job.status, job.attempts, job.lease_until) == ("queued", 0, None)
    assert messages() == 1


@pytest.mark.slow
def test_a_running_job_is_cancelled_from_outside(
    start_worker: Callable[..., subprocess.Popen[bytes]],
) -> None:
    start_worker()
    job = queue(arguments={"steps": 400, "pause": 0.05})
    wait_for(job, "running")
    jobs.cancel(job)
    wait_for(job, "cancelled")
    assert "kept" in job.reason

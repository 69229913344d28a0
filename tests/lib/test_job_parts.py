"""A job and its parts: handed out once, worked off by anybody, summed up after the last one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from studium.lib import clock, jobs
from studium.lib.jobs import library
from studium.lib.models import Job
from tests.lib import job_kinds

pytestmark = pytest.mark.django_db


def whole(names: str = "abc", broken: str = "") -> Job:
    job_kinds.BROKEN.clear()
    job_kinds.BROKEN.update(broken)
    return jobs.enqueue("test.whole", target="book", arguments={"names": names})


def part(name: str) -> Job:
    return Job.objects.get(kind="test.part", target=name)


def one_message() -> None:
    """See to the next message as a worker does."""
    messages = library.Messages()
    for receipt, job_id in messages.take():
        jobs.deliver(job_id)
        messages.acknowledge(receipt)


def test_the_whole_waits_for_its_parts_counts_them_and_sums_up() -> None:
    job = whole()
    one_message()
    job.refresh_from_db()
    assert (job.status, job.progress_done, job.progress_total) == ("running", 0, 3)
    assert job.attempts == 0  # waiting is no try
    one_message()
    job.refresh_from_db()
    assert (job.status, job.progress_done) == ("running", 1)
    assert job.step == "1 of 3 parts are done."
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"parts": 3, "done": 3})
    assert (job.progress_done, job.progress_total) == (3, 3)
    assert library.Messages().waiting() == 0


def test_nothing_to_do_is_done_at_once() -> None:
    job = whole(names="")
    assert jobs.work_off() == 1
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"parts": 0, "done": 0})


def test_a_whole_delivered_again_hands_nothing_out_twice() -> None:
    job = whole()
    one_message()
    assert jobs.deliver(str(job.pk)) == "not taken"
    later = clock.now() + timedelta(minutes=5)
    Job.objects.filter(pk=job.pk).update(lease_until=later - timedelta(minutes=9))
    assert jobs.sweep(now=clock.now()) == 1  # all workers were dead for a while
    assert jobs.deliver(str(job.pk)) == "handed out"
    assert Job.objects.filter(parent=job).count() == 3
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.result["done"]) == ("done", 3)


def test_cancelling_the_whole_cancels_what_waits_and_asks_what_runs_to_stop() -> None:
    job = whole()
    one_message()
    Job.objects.filter(pk=part("a").pk).update(
        status="running", attempts=1, lease_until=clock.now() + timedelta(minutes=1)
    )
    jobs.cancel(job)
    assert part("b").status == part("c").status == "cancelled"
    assert part("a").cancel_requested
    job.refresh_from_db()
    assert job.status == "running"  # until its last part has heard of it
    Job.objects.filter(pk=part("a").pk).update(lease_until=clock.now() - timedelta(minutes=1))
    jobs.sweep(now=clock.now())
    job.refresh_from_db()
    assert (part("a").status, job.status) == ("cancelled", "cancelled")
    jobs.work_off()
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_cancelling_while_every_part_waits_ends_it_at_once() -> None:
    job = whole()
    one_message()
    assert jobs.cancel(job).status == "cancelled"
    assert {one.status for one in Job.objects.all()} == {"cancelled"}


def test_cancelling_one_part_leaves_the_others() -> None:
    job = whole()
    one_message()
    jobs.cancel(part("b"))
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"parts": 3, "done": 2})


def test_a_failed_part_fails_the_whole_and_trying_again_hands_out_anew() -> None:
    job = whole(broken="b")
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.reason) == ("failed", "1 of 3 parts failed.")
    job_kinds.BROKEN.clear()
    jobs.retry(job)
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"parts": 3, "done": 3})
    assert Job.objects.filter(parent=job).count() == 3


def test_work_that_another_job_does_already_is_left_to_it() -> None:
    job = whole()
    other = jobs.enqueue("test.part", target="b", arguments={"name": "b"})
    jobs.work_off()
    job.refresh_from_db()
    other.refresh_from_db()
    assert job.result == {"parts": 2, "done": 2}
    assert (other.status, other.parent_id) == ("done", None)


def test_lists_show_the_whole_and_its_page_the_parts(dora: Any) -> None:
    job = whole(broken="c")
    jobs.work_off()
    assert [one.pk for one in jobs.all_jobs().items] == [job.pk]
    assert jobs.counts_by_status()["failed"] == 1
    assert [one.target for one in jobs.parts_of(job)] == ["c", "a", "b"]

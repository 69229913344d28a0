"""The short form of `python -m benchmarks.notes_jobs kill`: workers die while they make notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from benchmarks import notes_jobs

from studium.identity.models import User
from studium.lib import clock, jobs
from studium.lib.models import Job
from tests import factories

POINTS = 5


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_killed_at_any_point_leave_one_result_each(bruno: User) -> None:
    course: Any = factories.course(owner=bruno, lessons=0, status="draft")
    killed_at: dict[Any, float] = {}
    proved: list[tuple[Any, list[str]]] = []
    for _ in range(3):  # on a crowded machine a round of kills may miss the middle of the work
        lessons = [
            factories.lesson(course=course, content=text) for text in notes_jobs.chapters(POINTS)
        ]
        whole, killed, states = notes_jobs.kill_each(bruno, lessons)
        killed_at |= killed
        proved += [(one, made) for one, (made, _) in zip(lessons, whole, strict=True)]
        if "running" in states:
            break
    assert "running" in states  # some died in the middle of it
    for _ in range(2):  # what died with its message is queued again once no message is left
        jobs.sweep(now=clock.now() + timedelta(minutes=1))
        jobs.work_off()
    assert set(Job.objects.filter(pk__in=killed_at).values_list("status", flat=True)) == {"done"}
    for lesson, made in proved:
        assert notes_jobs.faults_of(lesson, made) == []

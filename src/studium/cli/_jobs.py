"""Waiting for a job at the command line."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.lib.models import Job


def wait_for(job: Job) -> bool:
    """Work on the queue in this process too, until the job is over; whether it is done."""
    from studium.lib.jobs import live_job, work_off

    while live_job(job.kind, job.target) is not None:
        if not work_off(most_seconds=3600):
            time.sleep(0.5)  # another worker has it
    job.refresh_from_db()
    if job.status != "done":
        print(f"{job.title}: {job.status}. {job.reason}", file=sys.stderr)
    return job.status == "done"

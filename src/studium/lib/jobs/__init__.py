"""Work that runs later: the one door, and the only package that names the queue library.

An action queues a job inside its own transaction with `enqueue`; the worker runs the function that
`@job` registered, at least once. A `jobs` row is what people see. While a job runs, its worker
renews `lease_until`; a lease that has passed means the worker died, and the sweeper in every worker
queues the job again. Long work is one job with parts (`with_parts`), which several workers do side
by side.
"""

from studium.lib.jobs.context import Cancelled, Interrupted, JobContext, LeaseLost, Stopped
from studium.lib.jobs.parts import Part, with_parts
from studium.lib.jobs.queue import cancel, enqueue, live_job, retry
from studium.lib.jobs.read import (
    Page,
    all_jobs,
    counts_by_status,
    job_for,
    jobs_of,
    jobs_of_course,
    latest_job,
    live_jobs,
    may_see,
    parts_of,
    parts_page,
)
from studium.lib.jobs.registry import autodiscover, job, periodic
from studium.lib.jobs.run import deliver
from studium.lib.jobs.sweep import prune, sweep
from studium.lib.jobs.worker import run_worker, work_off

__all__ = [
    "Cancelled",
    "Interrupted",
    "JobContext",
    "LeaseLost",
    "Page",
    "Part",
    "Stopped",
    "all_jobs",
    "autodiscover",
    "cancel",
    "counts_by_status",
    "deliver",
    "enqueue",
    "job",
    "job_for",
    "jobs_of",
    "jobs_of_course",
    "latest_job",
    "live_job",
    "live_jobs",
    "may_see",
    "parts_of",
    "parts_page",
    "periodic",
    "prune",
    "retry",
    "run_worker",
    "sweep",
    "with_parts",
    "work_off",
]

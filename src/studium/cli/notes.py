"""`studium notes`: make AI notes for a course."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.lib.models import Job

HELP = "make AI notes: notes generate COURSE"


def configure(parser: ArgumentParser) -> None:
    """One action so far."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    generate = actions.add_parser(
        "generate",
        help="make notes for each lesson that has none or has changed",
        description="Make notes for each lesson that has none or has changed. They are drafts "
        "until an instructor approves them. Notes that a person edited are left alone.",
    )
    generate.add_argument("course", metavar="COURSE", help="the course's name in its address")
    generate.add_argument(
        "--wait", action="store_true", help="stay until it is done; works without a worker too"
    )
    generate.add_argument(
        "--replace-edited", action="store_true", help="also replace notes that a person edited"
    )


def run(options: Namespace) -> int:
    """Queue the job; with --wait, work it off and say what came of it."""
    from studium.cli._rows import course_named
    from studium.lib import clock
    from studium.notes import actions

    course = course_named(options.course)
    job = actions.request_notes_for_course(
        by=course.owner,
        course_id=course.pk,
        now=clock.now(),
        replace_edited=options.replace_edited,
    )
    if not options.wait:
        print(f"Queued: {job.title}. The worker makes them; see them at /courses/{course.slug}/.")
        return 0
    return _wait(job)


def _wait(job: Job) -> int:
    """Work on the queue in this process too, until the job is over."""
    from studium.lib.jobs import live_job, work_off

    while live_job(job.kind, job.target) is not None:
        if not work_off(most_seconds=3600):
            time.sleep(0.5)  # another worker has it
    job.refresh_from_db()
    if job.status != "done":
        print(f"{job.title}: {job.status}. {job.reason}", file=sys.stderr)
        return 1
    said = job.result or {}
    print(
        f"{job.title}: {said.get('lessons', 0)} lessons looked at, {said.get('stored', 0)} notes "
        f"made, {said.get('nothing', 0)} with nothing worth noting."
    )
    return 0

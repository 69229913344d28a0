"""`studium questions`: make drafts of questions from the lessons of a course."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from studium.content.models import Course

HELP = "make question drafts: questions generate COURSE"


def configure(parser: ArgumentParser) -> None:
    """One action so far."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    generate = actions.add_parser(
        "generate",
        help="make drafts of questions from the lessons of a course",
        description="Make drafts of questions from the lessons of a course. Each waits for an "
        "instructor's review; none is asked before. The same text is worked on once.",
    )
    generate.add_argument("course", metavar="COURSE", help="the course's name in its address")
    generate.add_argument(
        "--lesson", action="append", default=[], help="only this lesson, by its title; repeatable"
    )
    generate.add_argument("--count", type=int, default=20, help="at most so many of each lesson")
    generate.add_argument(
        "--kind", action="append", default=[], help="only this kind of question; repeatable"
    )
    generate.add_argument(
        "--difficulty", default="", choices=["", "easy", "middle", "hard"], help="how hard"
    )
    generate.add_argument(
        "--wait", action="store_true", help="stay until it is done; works without a worker too"
    )


def run(options: Namespace) -> int:
    """Queue the job; with --wait, work it off and say what came of it."""
    from studium.assessment.actions import drafts
    from studium.assessment.making import Wish
    from studium.cli._jobs import wait_for
    from studium.cli._rows import course_named
    from studium.lib import clock

    course = course_named(options.course)
    job = drafts.request_course_drafts(
        by=course.owner,
        course_id=course.pk,
        now=clock.now(),
        wish=Wish(options.count, tuple(options.kind), options.difficulty),
        lesson_ids=_lessons(course, options.lesson),
    )
    where = f"/teach/courses/{course.slug}/drafts/"
    if not options.wait:
        print(f"Queued: {job.title}. The worker makes them; review them at {where}.")
        return 0
    if not wait_for(job):
        return 1
    said = job.result or {}
    print(
        f"{job.title}: {said.get('lessons', 0)} lessons looked at, {said.get('drafts', 0)} new "
        f"drafts, {said.get('flagged', 0)} that can be guessed. Review them at {where}."
    )
    return 0


def _lessons(course: Course, titles: list[str]) -> list[UUID]:
    from studium.content.queries import lessons_of
    from studium.lib.errors import NotFound

    by_title = {one.topic.casefold(): one.pk for one in lessons_of(course)}
    for title in titles:
        if title.casefold() not in by_title:
            raise NotFound(f"“{course.title}” has no lesson called “{title}”.")
    return [by_title[title.casefold()] for title in titles]

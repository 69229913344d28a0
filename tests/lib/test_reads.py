"""What a piece of work read: noted whichever way it was read, and asked again after a change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from studium.assessment.models import Exam
from studium.content.models import Course
from studium.lib import clock
from studium.lib.db import read_each, read_rows, uuid_param, written_stamp
from studium.lib.looks import once, one_look
from studium.lib.reads import holds_until, recording, unnoted
from tests import factories

pytestmark = pytest.mark.django_db


def test_reads_by_any_way_are_noted_and_who_wrote_is_not_kept(
    course: Course, now: datetime
) -> None:
    until = now + timedelta(minutes=5)
    with recording(now, until=until) as reads:
        name = Course.objects.values_list("title", flat=True).get(pk=course.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM lessons")
    assert reads.is_whole
    assert reads.still_hold()
    Course.objects.filter(pk=course.pk).update(title=f"{name}!")
    assert not reads.still_hold()
    with recording(now, until=until) as reads:
        Course.objects.filter(pk=course.pk).update(title=name)
    assert not reads.is_whole


def test_what_is_asked_together_is_noted_one_by_one(course: Course, now: datetime) -> None:
    other = factories.course(owner=course.owner)
    asked = [
        ("SELECT title FROM courses WHERE id = %s", [uuid_param(one.pk)]) for one in (course, other)
    ]
    for _ in range(8):  # on PostgreSQL the later ones are prepared, and travel together
        with recording(now, until=now + timedelta(minutes=5)) as reads:
            assert read_each(asked) == [[(course.title,)], [(other.title,)]]
        assert reads.is_whole
        assert reads.still_hold()
    with recording(now, until=now + timedelta(minutes=5)) as alone:
        read_rows(*asked[0])
    Course.objects.filter(pk=other.pk).update(title="Another name")
    assert not reads.still_hold()
    assert alone.still_hold()
    assert reads.size() == 2 * alone.size()


def test_moments_to_come_and_those_named_bound_it(course: Course) -> None:
    exam = factories.exam(course=course)
    now = clock.now()  # after all that has been made
    until, soon = now + timedelta(minutes=5), now + timedelta(minutes=3)
    Exam.objects.filter(pk=exam.pk).update(closes_at=soon)
    with recording(now, until=until) as reads:
        Exam.objects.get(pk=exam.pk)
        assert reads.until == soon
        holds_until(now - timedelta(seconds=1))
        assert reads.until == soon
        holds_until(now + timedelta(minutes=1))
    assert reads.until == now + timedelta(minutes=1)
    holds_until(now)  # outside nothing is being made


def test_what_is_kept_by_other_rules_is_not_noted_nor_shared(course: Course) -> None:
    asked: list[str] = []

    @once
    def titles() -> list[Any]:
        asked.append("titles")
        return read_rows("SELECT title FROM courses", [])

    now = clock.now()
    with one_look(), recording(now, until=now + timedelta(minutes=5)) as reads:
        with unnoted():
            titles()
            list(Course.objects.values_list("title"))
        assert reads.size() == 0
        titles()
    assert asked == ["titles", "titles"]
    Course.objects.filter(pk=course.pk).update(title="Another name")
    assert not reads.still_hold()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_while_nobody_writes(course: Course) -> None:
    now = clock.now()
    with recording(now, until=now + timedelta(minutes=5)) as reads:
        read_rows("SELECT title FROM courses", [])
    stamps = [written_stamp(), written_stamp()]
    assert reads.still_hold()
    assert reads.still_hold()
    _course_title(course, "Another name")
    stamps.append(written_stamp())
    assert not reads.still_hold()
    _course_title(course, course.title)
    assert reads.still_hold()
    with ThreadPoolExecutor(1) as others:
        others.submit(_elsewhere, course).result()
    stamps.append(written_stamp())
    assert not reads.still_hold()
    with transaction.atomic():
        assert written_stamp() is None
    if connection.vendor == "sqlite":
        assert stamps[0] == stamps[1]
        assert len({None, *stamps}) == 4
    else:
        assert set(stamps) == {None}


def _course_title(course: Course, title: str) -> None:
    Course.objects.filter(pk=course.pk).update(title=title)


def _elsewhere(course: Course) -> None:
    """A change by another connection."""
    try:
        _course_title(course, "A third name")
    finally:
        connection.close()


def test_what_is_written_while_a_statement_runs_counts_as_a_change(course: Course) -> None:
    def meanwhile(execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
        rows = execute(sql, given, many, context)
        with closing(connection.create_cursor()) as cursor:
            cursor.execute("UPDATE courses SET title = 'Another'")
        return rows

    now = clock.now()
    with (
        recording(now, until=now + timedelta(minutes=1)) as reads,
        connection.execute_wrapper(meanwhile),
    ):
        list(Course.objects.values_list("title", flat=True))
    assert reads.is_whole
    assert not reads.still_hold()

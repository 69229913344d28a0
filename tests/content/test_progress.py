"""What a reader opened and finished, and the share of the course it makes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studium.content import queries
from studium.content.actions import lessons, progress
from studium.content.models import Enrollment, LessonProgress
from studium.lib.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db


def share(user, course):
    return Enrollment.objects.get(user=user, course=course).progress


def test_a_done_lesson_counts_at_once(ada, course, now):
    first, second = course.lessons.order_by("order_index")
    progress.mark_done(by=ada, lesson_id=first.pk, now=now)
    assert share(ada, course) == 50
    progress.mark_done(by=ada, lesson_id=second.pk, now=now)
    assert share(ada, course) == 100
    progress.mark_done(by=ada, lesson_id=first.pk, done=False, now=now)
    assert share(ada, course) == 50


def test_done_twice_is_done_once(ada, course, now):
    first = course.lessons.earliest("order_index")
    progress.mark_done(by=ada, lesson_id=first.pk, now=now)
    later = progress.mark_done(by=ada, lesson_id=first.pk, now=now + timedelta(days=1))
    assert later.done_at == now


def test_the_share_is_of_published_lessons(ada, bruno, course, now):
    first, second = course.lessons.order_by("order_index")
    progress.mark_done(by=ada, lesson_id=first.pk, now=now)
    lessons.archive_lesson(by=bruno, lesson_id=second.pk, now=now)
    assert share(ada, course) == 100
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[second.pk], now=now)
    assert share(ada, course) == 50
    assert share(bruno, course) == 0


def test_opening_again_soon_writes_nothing_and_later_says_when(ada, course, now):
    first = course.lessons.earliest("order_index")
    for minutes in (0, 4, 6):
        progress.open_lesson(by=ada, lesson_id=first.pk, now=now + timedelta(minutes=minutes))
    row = LessonProgress.objects.get(user=ada)
    assert (row.opened_at, row.last_opened_at) == (now, now + timedelta(minutes=6))


def test_the_place_is_kept_for_the_way_back(ada, course, now):
    first = course.lessons.earliest("order_index")
    progress.keep_place(by=ada, lesson_id=first.pk, block="b-1234567890", now=now)
    assert queries.open_lesson(ada, course.slug, first.pk).last_block == "b-1234567890"
    for wrong in ("", "x" * 81, "a b", "a\x00b", "<b>"):
        with pytest.raises(Invalid):
            progress.keep_place(by=ada, lesson_id=first.pk, block=wrong, now=now)


def test_an_archived_course_keeps_no_progress(ada, course, now):
    course.status = "archived"
    course.save()
    with pytest.raises(Conflict):
        progress.mark_done(by=ada, lesson_id=course.lessons.first().pk, now=now)
    assert not LessonProgress.objects.exists()


def test_nobody_makes_progress_in_a_course_that_is_not_theirs(chloe, course, now):
    with pytest.raises(NotFound):
        progress.mark_done(by=chloe, lesson_id=course.lessons.first().pk, now=now)


def test_one_goes_on_where_one_left(ada, course, now):
    first, second = course.lessons.order_by("order_index")
    (mine,) = queries.my_courses(ada)
    assert mine.next_id == first.pk
    progress.open_lesson(by=ada, lesson_id=second.pk, now=now)
    (mine,) = queries.my_courses(ada)
    assert (mine.next_id, mine.last_opened_at) == (second.pk, now)
    progress.mark_done(by=ada, lesson_id=second.pk, now=now)
    (mine,) = queries.my_courses(ada)
    assert (mine.next_id, mine.progress) == (first.pk, 50)
    assert queries.resume_lesson(queries.outline(ada, course)).id == first.pk

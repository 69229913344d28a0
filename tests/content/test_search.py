"""Passages follow their lessons, are found with their reader's rights, and the index is mended."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from django.db import connection, transaction

from studium.ai.tutor import reply
from studium.cli import _checks
from studium.content import passage_index, passages, search
from studium.content.actions import lessons
from studium.content.actions.lessons import LessonText
from studium.content.models import Course, Lesson, Passage
from studium.content.queries import search as finding
from studium.identity.models import User

pytestmark = pytest.mark.django_db
TEXT = (
    "## Heat\n\nA radiator gives its warmth to the room by convection.\n\n"
    "```python\nheat(sauna)\n```\n\nGraphite conducts electricity surprisingly well.\n"
)


@pytest.fixture
def lesson(bruno: User, course: Course, now: datetime) -> Lesson:
    text = LessonText(topic="Warmth", content=TEXT)
    made = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[made.pk], now=now)
    return made


def _first(course_id: uuid.UUID, question: str, *, drafts: bool = False) -> str:
    ranked = search.find(course_id, question, drafts=drafts).ranked
    return ranked[0].passage.text if ranked else ""


def test_a_lesson_is_found_as_soon_as_it_is_saved_and_in_its_newest_words(
    bruno: User, course: Course, lesson: Lesson, now: datetime
) -> None:
    assert _first(course.pk, "Which element conducts electricity?").startswith("Graphite")
    changed = LessonText(topic="Warmth", content=TEXT.replace("Graphite", "Copper"))
    lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=changed, based_on=1, now=now)
    assert _first(course.pk, "Which element conducts electricity?").startswith("Copper")
    assert _first(course.pk, "graphite") == ""


def test_a_save_that_fails_leaves_the_index_as_it_was(
    bruno: User, course: Course, lesson: Lesson, now: datetime
) -> None:
    changed = LessonText(topic="Warmth", content="Nothing of it is left.")
    with transaction.atomic():
        lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=changed, based_on=1, now=now)
        transaction.set_rollback(True)
    assert _first(course.pk, "graphite").startswith("Graphite")
    assert passage_index.faults() == []


def test_drafts_and_other_courses_are_not_found(
    bruno: User, course: Course, other_course: Course, lesson: Lesson, now: datetime
) -> None:
    assert _first(other_course.pk, "graphite") == ""
    lessons.unpublish_lesson(by=bruno, lesson_id=lesson.pk, now=now)
    assert _first(course.pk, "graphite") == ""
    assert search.find(course.pk, "graphite").commonness.holding == {"graphite": 0}
    assert _first(course.pk, "graphite", drafts=True).startswith("Graphite")


def test_code_is_searched_and_never_quoted(ada: User, course: Course, lesson: Lesson) -> None:
    assert _first(course.pk, "sauna") == ""
    found = finding.found(ada, finding.wanted(ada, "sauna"), "lesson", limit=5)
    assert [one.id for one in found] == [lesson.pk]


def test_quotations_stand_in_the_lesson(course: Course, lesson: Lesson) -> None:
    said = reply(search.find(course.pk, "How does a radiator give warmth to a room?"))
    assert said.state == "answered"
    for one in said.quotes:
        assert TEXT[one.start : one.end] == one.text


@pytest.mark.parametrize("typed", [
    '"', "a OR (b", "title:x", "course_id : a", "*", "'; DROP TABLE passages; --", "%s %(a)s",
    "x & y | !z", "\x00graphite", "<->", ":*", "\\", "ᚠ" * 300, "graphite " * 5_000,
])  # fmt: skip
def test_nothing_that_is_typed_is_read_as_a_query(
    ada: User, course: Course, lesson: Lesson, typed: str
) -> None:
    search.find(course.pk, typed)
    what = finding.wanted(ada, typed)
    for kind in finding.KINDS:
        finding.found(ada, what, kind, limit=5)
    finding.counts(ada, what)
    assert Passage.objects.filter(lesson=lesson).count() == 3


def test_a_search_takes_words_from_their_beginning_and_all_of_them(
    ada: User, lesson: Lesson
) -> None:
    def count(text: str) -> int:
        return finding.counts(ada, finding.wanted(ada, text))["lesson"]

    assert (count("graph"), count("graph radiat"), count("graphite zebra")) == (1, 1, 0)
    assert count("conduct") == 1


def test_a_damaged_index_is_noticed_and_made_anew(course: Course, lesson: Lesson) -> None:
    passages.write_again()
    assert _checks.search_index()[0] == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER passage_index_delete")
        else:
            cursor.execute("DROP INDEX passages_search")
    Passage.objects.filter(lesson=lesson).delete()
    problems = _checks.search_index()[0]
    assert any("search index" in one for one in problems)
    assert any("not searched" in one for one in problems)
    assert passages.write_again() >= 3
    assert _checks.search_index()[0] == []
    assert _first(course.pk, "graphite").startswith("Graphite")


def test_entries_that_fit_no_passage_are_noticed(lesson: Lesson) -> None:
    if connection.vendor == "postgresql":
        return  # the column is computed by the database and cannot differ
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO passage_index (rowid, text) VALUES (999999, 'ghost')")
    assert "does not fit the passages" in passage_index.faults()[0]

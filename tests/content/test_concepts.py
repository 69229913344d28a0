"""Concepts: a lesson's own one, and what a merged one counts as."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from studium.content import concepts
from studium.content.models import Concept, Course
from tests import factories


def test_a_lesson_is_one_concept_and_stays_it(course: Course) -> None:
    lesson = factories.lesson(course=course, topic="Loops")
    first = concepts.of_lesson(lesson.pk)
    assert concepts.of_lesson(lesson.pk) == first
    made = Concept.objects.get(pk=first)
    assert (made.name, made.lesson_id, made.course_id) == ("Loops", lesson.pk, course.pk)


def test_a_lesson_takes_the_concept_of_its_name_and_leaves_that_of_another_lesson(
    course: Course,
) -> None:
    written = Concept.objects.create(course=course, name="loops")
    one = factories.lesson(course=course, topic="Loops")
    two = factories.lesson(course=course, topic="Loops")
    assert concepts.of_lesson(one.pk) == written.pk
    other = Concept.objects.get(pk=concepts.of_lesson(two.pk))
    assert (other.name, other.lesson_id) == ("Loops (2)", two.pk)


def test_a_long_topic_is_cut_to_a_name(course: Course) -> None:
    one, two = (factories.lesson(course=course, topic="x" * 300) for _ in range(2))
    names = [Concept.objects.get(pk=concepts.of_lesson(it.pk)).name for it in (one, two)]
    assert names == ["x" * 120, "x" * 116 + " (2)"]


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_the_same_concept() -> None:
    course = factories.course(owner=factories.person(role="INSTRUCTOR"), lessons=1)
    lessons = [factories.lesson(course=course, topic="Loops").pk for _ in range(3)]

    def ask(lesson_id: UUID) -> UUID:
        try:
            return concepts.of_lesson(lesson_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, lessons * 4))
    assert found == found[:3] * 4
    assert Concept.objects.count() == len(set(found)) == 3


def test_a_chain_of_merges_counts_from_the_epochs_it_was_made_in(
    course: Course, now: datetime
) -> None:
    a, b, c = (Concept.objects.create(course=course, name=name) for name in "abc")
    merge(a, b, now)
    assert concepts.merges_wait()
    assert concepts.counted_as(epoch=9) == {}
    assert concepts.count_merges_from(3) == 1
    merge(b, c, now)
    concepts.count_merges_from(5)
    assert not concepts.merges_wait()
    assert concepts.counted_as(epoch=2) == {}
    assert concepts.counted_as(epoch=4) == {a.pk: b.pk}
    assert concepts.counted_as(epoch=5) == {a.pk: c.pk, b.pk: c.pk}
    assert concepts.counted([a.pk, c.pk, b.pk], {a.pk: c.pk, b.pk: c.pk}) == (c.pk,)


def test_the_database_refuses_circles_of_merges(course: Course, now: datetime) -> None:
    a, b, c = (Concept.objects.create(course=course, name=name) for name in "abc")
    merge(a, b, now)
    merge(b, c, now)
    for one, other in ((c, a), (c, b), (c, c), (a, c)):
        with pytest.raises(IntegrityError), transaction.atomic():
            merge(one, other, now)


def merge(one: Concept, other: Concept, now: datetime) -> None:
    Concept.objects.filter(pk=one.pk).update(merged_into=other, merged_at=now)

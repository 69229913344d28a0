"""Concepts: a lesson's own one, and what a merged one counts as."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from studium.content import concepts, queries, rules
from studium.content.actions import concepts as acts
from studium.content.actions.lessons import LessonText, edit_lesson
from studium.content.models import Concept, Course
from studium.identity.models import User
from studium.lib.errors import Conflict, NotFound
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


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_each_into_the_other_at_once_make_no_circle(now: datetime) -> None:
    course = factories.course(owner=factories.person(role="INSTRUCTOR"), lessons=1)
    a, b = (Concept.objects.create(course=course, name=name) for name in "ab")
    together = Barrier(2)

    def join(pair: tuple[Concept, Concept]) -> bool:
        try:
            together.wait(10)
            merge(*pair, now)
        except DatabaseError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, [(a, b), (b, a)])) == [False, True]
    assert Concept.objects.filter(merged_into__isnull=False).count() == 1


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


# --- by their authors ----------------------------------------------------------------------------


def test_lessons_name_concepts_and_a_merged_name_leads_to_where_it_was_merged(
    bruno: User, course: Course, now: datetime
) -> None:
    lesson = factories.lesson(course=course)
    acts.set_lesson_concepts(by=bruno, lesson_id=lesson.pk, names=["Moves", "moves ", "B"], now=now)
    assert queries.concepts_of_lessons([lesson.pk]) == {lesson.pk: ["B", "Moves"]}
    moves = Concept.objects.get(name="Moves")
    owning = acts.add_concept(by=bruno, course_id=course.pk, name="Owning", now=now)
    acts.merge_concepts(by=bruno, concept_id=moves.pk, into_id=owning.pk, now=now)
    assert queries.concepts_of_lessons([lesson.pk]) == {lesson.pk: ["B", "Owning"]}
    acts.set_lesson_concepts(by=bruno, lesson_id=lesson.pk, names=["MOVES"], now=now)
    assert queries.concepts_of_lessons([lesson.pk]) == {lesson.pk: ["Owning"]}
    assert queries.same_as([moves.pk]) == {moves.pk, owning.pk}


def test_a_merge_is_undone_until_analytics_counts_with_it(
    bruno: User, course: Course, now: datetime
) -> None:
    a, b = (acts.add_concept(by=bruno, course_id=course.pk, name=n, now=now) for n in "ab")
    acts.merge_concepts(by=bruno, concept_id=a.pk, into_id=b.pk, now=now)
    assert acts.undo_merge(by=bruno, concept_id=a.pk, now=now).merged_into_id is None
    acts.merge_concepts(by=bruno, concept_id=a.pk, into_id=b.pk, now=now)
    concepts.count_merges_from(2)
    with pytest.raises(Conflict, match="counts"):
        acts.undo_merge(by=bruno, concept_id=a.pk, now=now)


def test_what_cannot_be_merged_or_renamed_is_said(
    bruno: User, eva: User, course: Course, other_course: Course, now: datetime
) -> None:
    a, b, c = (acts.add_concept(by=bruno, course_id=course.pk, name=n, now=now) for n in "abc")
    far = acts.add_concept(by=eva, course_id=other_course.pk, name="a", now=now)
    acts.merge_concepts(by=bruno, concept_id=a.pk, into_id=b.pk, now=now)
    for one, into in ((b, a), (a, c), (b, b), (b, far)):
        with pytest.raises(Conflict):
            acts.merge_concepts(by=bruno, concept_id=one.pk, into_id=into.pk, now=now)
    with pytest.raises(Conflict):
        acts.rename_concept(by=bruno, concept_id=a.pk, name="z", now=now)
    with pytest.raises(Conflict):
        acts.rename_concept(by=bruno, concept_id=c.pk, name="B", now=now)
    with pytest.raises(NotFound):
        acts.rename_concept(by=eva, concept_id=c.pk, name="z", now=now)
    assert acts.rename_concept(by=bruno, concept_id=c.pk, name="C", now=now).name == "C"


def test_a_lessons_own_concept_follows_its_title_unless_an_author_named_it(
    bruno: User, course: Course, now: datetime
) -> None:
    lesson = factories.lesson(course=course, topic="Loops")
    own = concepts.of_lesson(lesson.pk)

    def retitled(topic: str, version: int) -> str:
        text = LessonText(topic=topic, content=lesson.content)
        edit_lesson(by=bruno, lesson_id=lesson.pk, text=text, based_on=version, now=now)
        return Concept.objects.get(pk=own).name

    assert retitled("Iteration", 1) == "Iteration"
    acts.rename_concept(by=bruno, concept_id=own, name="Going round", now=now)
    assert retitled("Repetition", 2) == "Going round"


@pytest.mark.parametrize("names", [["a", "b, c"], ["x; y", "z"], ["[a"], [], ["Ä ö"]])
def test_a_list_of_names_comes_back_as_it_was(names: list[str]) -> None:
    assert rules.split_concepts(rules.joined_concepts(names)) == names


def test_names_stand_one_a_line_or_between_semicolons() -> None:
    assert rules.split_concepts("a, b;c\r\n\n d ") == ["a, b", "c", "d"]
    assert rules.split_concepts('["a;b", "c"]') == ["a;b", "c"]
    assert rules.split_concepts("[not json") == ["[not json"]

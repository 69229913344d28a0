"""Which concept an answer counts for, as analytics asks: a lesson's own one, and merged ones.

A response names the concepts of its time (`responses.concepts`) or none, and then it is about its
lesson as a whole. Merges never change what a response names: they say what a concept is counted
as, from an epoch of analytics on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import count
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from studium.content.models import Concept, Lesson
from studium.lib.db import read_rows, uuid_value
from studium.lib.looks import once

Key = TypeVar("Key")

_NAME = 120


def of_lesson(lesson_id: UUID) -> UUID:
    """The concept that a lesson as a whole is; made when it is asked for first.

    Two who ask at once get the same one. Raises `Lesson.DoesNotExist`.
    """
    return of_lessons([lesson_id])[lesson_id]


def of_lessons(lesson_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """`of_lesson` for many, with one statement where all of them are known."""
    rows = Concept.objects.filter(lesson_id__in=set(lesson_ids))
    known: dict[UUID, UUID] = {one: pk for one, pk in rows.values_list("lesson_id", "pk") if one}
    for lesson_id in sorted(set(lesson_ids) - known.keys()):
        known[lesson_id] = _made(lesson_id)
    return known


@once
def counted_as(*, epoch: int) -> dict[UUID, UUID]:
    """Merged concept -> the one it counts as in an epoch, chains followed to their end.

    Concepts that count as themselves are not in it. Two concepts of one response may come to the
    same one: `counted` leaves each once.
    """
    rows = read_rows("SELECT id, merged_into_id FROM concepts WHERE merged_epoch <= %s", [epoch])
    into = {uuid_value(one): None if to is None else uuid_value(to) for one, to in rows}
    found: dict[UUID, UUID] = {}
    for one in into:
        end = one
        while (target := into.get(end)) is not None:
            end = target
        found[one] = end
    return found


def counted(concept_ids: Iterable[Key], targets: dict[Key, Key]) -> tuple[Key, ...]:
    """The concepts that an answer counts for, in their order, each once. Ids of either kind: as
    Python has them or as the driver has them."""
    return tuple(dict.fromkeys(targets.get(one, one) for one in concept_ids))


def merges_wait() -> bool:
    """Whether there are merges that no epoch counts with yet."""
    return Concept.objects.filter(merged_into__isnull=False, merged_epoch__isnull=True).exists()


def count_merges_from(epoch: int) -> int:
    """Let merges that wait be counted from this epoch on, which has just begun; gives how many.

    From then on they cannot be undone.
    """
    waiting = Concept.objects.filter(merged_into__isnull=False, merged_epoch__isnull=True)
    return waiting.update(merged_epoch=epoch)


def follow_topic(lesson_id: UUID, *, before: str, topic: str) -> None:
    """Give a lesson's own concept the new name of the lesson, if it had the old one.

    A name that the author chose stays, and so does the old one where the new one is taken.
    """
    old, new = next(_names(before)), next(_names(topic))
    own = Concept.objects.filter(lesson_id=lesson_id, name=old, merged_into__isnull=True).first()
    if own is None or old == new:
        return
    same = Concept.objects.filter(course_id=own.course_id, name__iexact=new).first()
    if same is None or same == own:
        Concept.objects.filter(pk=own.pk).update(name=new)


def _made(lesson_id: UUID) -> UUID:
    """A concept for a lesson: the one of the same name if there is one, else a new one."""
    lesson = Lesson.objects.only("topic", "course_id").get(pk=lesson_id)
    for name in _names(lesson.topic):
        # Another process may take the name or the lesson first; then the next look finds it.
        with suppress(IntegrityError), transaction.atomic():
            _take(lesson, name)
        found = Concept.objects.filter(lesson_id=lesson_id).values_list("pk", flat=True).first()
        if found is not None:
            return found
    raise AssertionError("There is always another name.")


def _take(lesson: Lesson, name: str) -> None:
    same = Concept.objects.filter(course_id=lesson.course_id, name__iexact=name).first()
    if same is None:
        Concept.objects.create(course_id=lesson.course_id, name=name, lesson=lesson)
    elif same.lesson_id is None:
        Concept.objects.filter(pk=same.pk, lesson__isnull=True).update(lesson=lesson)


def _names(topic: str) -> Iterator[str]:
    """The topic, then the topic with a number behind it."""
    yield topic[:_NAME].strip()
    for number in count(2):
        end = f" ({number})"
        yield topic[: _NAME - len(end)].strip() + end

"""What was due and is not there: exams that are over and quizzes past their day, for some people.

The same as `missing` in the gradebook, without reading the whole book.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from studium.assessment.models import EntryKind, ExamAttempt, GradeEntry, QuizAttempt
from studium.assessment.queries.grades import Item, items_of


def missing_work(
    course_id: UUID, user_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, tuple[str, ...]]:
    """Titles of what each person did not hand in, in the gradebook's order; nobody without any.

    What staff excused or marked by hand is not missing. Check the right before.
    """
    due = [one for one in items_of(course_id)[0] if one.due_at is not None and one.due_at <= now]
    if not due or not user_ids:
        return {}
    there = _tried(due, user_ids) | _written(due, user_ids)
    found = {
        user: tuple(one.head for one in due if (one.thing_id, user) not in there)
        for user in user_ids
    }
    return {user: titles for user, titles in found.items() if titles}


def _tried(due: list[Item], user_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    ids = [one.thing_id for one in due]
    exams = ExamAttempt.objects.filter(exam_id__in=ids, user_id__in=user_ids)
    runs = QuizAttempt.objects.filter(quiz_id__in=ids, user_id__in=user_ids, status="finished")
    return {
        *exams.values_list("exam_id", "user_id"),
        *runs.values_list("quiz_id", "user_id"),
    }


def _written(due: list[Item], user_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Cells in which the newest entry by hand stands."""
    things = {one.item_id: one.thing_id for one in due if one.item_id is not None}
    rows = GradeEntry.objects.filter(item_id__in=things, user_id__in=user_ids)
    newest = {
        (things[item], user): kind
        for item, user, kind in rows.order_by("created_at", "pk").values_list(
            "item_id", "user_id", "kind"
        )
    }
    return {cell for cell, kind in newest.items() if kind != EntryKind.CLEARED}

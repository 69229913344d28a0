"""Taking back one's own act within a day, as long as what it changed is still as it left it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from studium.content import rules
from studium.content.actions import arranging, courses, files, publishing
from studium.content.actions.steps import KEPT
from studium.content.models import Course, CourseStatus, Lesson, UndoneAct, UndoStep
from studium.lib.errors import Conflict, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def undo(*, by: User, step_id: uuid.UUID, now: datetime) -> UndoStep:
    """Bring back what an act of this person changed.

    The rights are those of today. Raises `NotFound` for an act of somebody else, and `Conflict`
    when it is taken back already, a day old, or overtaken by another change.
    """
    step = UndoStep.objects.filter(pk=step_id, user_id=by.pk).first()
    if step is None:
        raise NotFound
    course = courses.held_for_author(by, step.course_id)
    step = UndoStep.objects.select_for_update().get(pk=step_id)
    if step.undone_at is not None:
        raise Conflict("This is taken back already. Nothing was changed.", code="undone")
    if step.made_at < now - KEPT:
        raise Conflict(
            "This is more than a day ago and can no longer be taken back here. Change it by hand.",
            code="too_late",
        )
    _BACK[step.act](course, step.before, by=by, now=now)
    step.undone_at = max(now, step.made_at)
    step.save(update_fields=["undone_at"])
    return step


def _status_back(course: Course, before: dict[str, Any], *, by: User, now: datetime) -> None:
    """Only lessons that are still in the state the act gave them; the others were changed since."""
    was = {uuid.UUID(key): status for key, status in before["from"].items()}
    still = Lesson.objects.filter(course=course, pk__in=was, status=before["to"])
    wanted = {pk: was[pk] for pk in still.values_list("pk", flat=True)}
    if not wanted:
        raise _overtaken()
    publishing.change_status(course, wanted, by=by, now=now)


def _order_back(course: Course, before: dict[str, Any], *, by: User, now: datetime) -> None:
    lessons = arranging.ordered(course)
    if arranging.as_kept([arranging.place_of(one) for one in lessons]) != before["after"]:
        raise _overtaken()
    places = [
        rules.Place(uuid.UUID(key), part, uuid.UUID(parent) if parent else None)
        for key, part, parent in before["before"]
    ]
    arranging.store_order(course, lessons, places, now=now)


def _course_back(course: Course, before: dict[str, Any], *, by: User, now: datetime) -> None:
    if course.status != before["to"]:
        raise _overtaken()
    if before["from"] == CourseStatus.PUBLISHED:
        courses.require_lessons(course)
    courses.change_status(course, before["from"], by=by, now=now)


def _file_back(course: Course, before: dict[str, Any], *, by: User, now: datetime) -> None:
    files.bring_back(course, before, by=by, now=now)


def _overtaken() -> Conflict:
    return Conflict(
        "This has been changed again since, so it was not taken back. Nothing is lost: look at the"
        " page and change it by hand.",
        code="overtaken",
    )


_BACK: dict[str, Callable[..., None]] = {
    UndoneAct.LESSON_STATUS: _status_back,
    UndoneAct.LESSON_ORDER: _order_back,
    UndoneAct.COURSE_STATUS: _course_back,
    UndoneAct.FILE_REMOVED: _file_back,
}

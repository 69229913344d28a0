"""What a course wishes for its notes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.content.models import Course
from studium.identity.actions import audit
from studium.lib.errors import NotFound
from studium.notes import rights
from studium.notes.models import NoteWishes

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def set_make_on_save(*, by: User, course_id: UUID, wanted: bool, now: datetime) -> None:
    """Whether the notes of a lesson are made as soon as it was saved."""
    course = Course.objects.select_for_update().filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_manage_notes(by, course)
    held = NoteWishes.objects.filter(course=course).first()
    if (held is None or held.make_on_save) == wanted:
        return
    NoteWishes.objects.update_or_create(course=course, defaults={"make_on_save": wanted})
    audit.record(
        by=by,
        action="notes.make_on_save",
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail={"to": wanted},
        now=now,
    )

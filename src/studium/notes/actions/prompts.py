"""A course's own prompts: its staff read them, those who edit the course word them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.ai.prompts import EDITABLE, prompt, worded
from studium.content.models import Course
from studium.identity.actions import audit
from studium.lib.errors import NotFound
from studium.notes import rights
from studium.notes.models import CoursePrompt

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def set_prompt(*, by: User, course_id: UUID, name: str, text: str, now: datetime) -> CoursePrompt:
    """Word a prompt anew for a course; the program's own words again are no words of its own.

    Raises `Invalid` that says what is missing. What is made from now on uses it; nothing is
    made anew.
    """
    course = _course(by, course_id, name)
    own = worded(name, text)
    stored, _ = CoursePrompt.objects.update_or_create(
        course=course, name=name, defaults={"text": own.text, "edited_by": by, "edited_at": now}
    )
    _record(stored, course, by=by, version=own.version, now=now)
    return stored


@transaction.atomic
def reset_prompt(*, by: User, course_id: UUID, name: str, now: datetime) -> None:
    """Go back to the program's words."""
    course = _course(by, course_id, name)
    stored = CoursePrompt.objects.filter(course=course, name=name).first()
    if stored is not None:
        _record(stored, course, by=by, version=prompt(name).version, now=now)
        stored.delete()


def _course(by: User, course_id: UUID, name: str) -> Course:
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_manage_notes(by, course)
    if name not in EDITABLE:
        raise NotFound
    return course


def _record(stored: CoursePrompt, course: Course, *, by: User, version: str, now: datetime) -> None:
    audit.record(
        by=by,
        action="course.prompt",
        object_type="course_prompts",
        object_id=stored.pk,
        course_id=course.pk,
        detail={"prompt": stored.name, "version": version},
        now=now,
    )

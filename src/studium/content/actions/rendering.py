"""Rendering stored lessons again, when what makes HTML of Markdown has changed.

A lesson's HTML is made when it is saved. After a change of the renderer, of what is let through
into a page, or of the sizes of images, the stored HTML is that of before until this has run. The
Markdown is not touched: there is no new version, and AI notes are not older than their lesson.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.content.following import follow_passages
from studium.content.models import Course, Lesson
from studium.content.passages import write_passages
from studium.content.queries.authoring import surroundings
from studium.content.render import Surroundings, render_lesson
from studium.lib import hooks
from studium.lib.errors import TooLarge

_MADE = ("content_html", "blocks", "outline", "minutes")


@dataclass(kw_only=True)
class Rendered:
    """How many lessons were looked at, and how many of them differ and were (or would be) changed;
    `failed` names those that cannot be rendered any more, with the reason."""

    looked: int = 0
    changed: int = 0
    moved_notes: int = 0
    failed: list[str] = field(default_factory=list)


def render_stored(
    *, slug: str = "", check: bool = False, tell: Callable[[Rendered], None]
) -> Rendered:
    """Render every lesson, or those of one course, and store what differs; with `check` nothing.

    Each lesson is a transaction of its own, so others write in between and it may be interrupted:
    run again, it changes the rest. Passages that are searched, readers' own notes and AI notes
    follow their text. `tell` hears of progress after each lesson. For the operator: it knows no
    rights.
    """
    found = Rendered()
    courses = Course.objects.order_by("created_at", "pk")
    for course in courses.filter(slug=slug) if slug else courses:
        around = surroundings(course)
        ids = Lesson.objects.filter(course=course).order_by("order_index")
        for lesson_id in list(ids.values_list("pk", flat=True)):  # one text in memory at a time
            _render(lesson_id, course, around, found, check=check)
            tell(found)
    return found


def _render(
    lesson_id: UUID, course: Course, around: Surroundings, found: Rendered, *, check: bool
) -> None:
    lesson = Lesson.objects.filter(pk=lesson_id).first()
    if lesson is None:
        return
    found.looked += 1
    try:
        made = render_lesson(lesson.topic, lesson.content, around).columns
    except TooLarge as wrong:
        found.failed.append(f"“{lesson.topic}” of “{course.title}”: {wrong.message}")
        return
    if not _differs(lesson, made):
        return
    found.changed += 1
    if not check:
        found.moved_notes += _store(lesson, made, course)


@transaction.atomic
def _store(read: Lesson, made: dict[str, Any], course: Course) -> int:
    """Store what was made of a lesson, unless it was saved meanwhile and so made anew anyway; gives
    how many own notes have moved."""
    lesson = Lesson.objects.select_for_update().filter(pk=read.pk).first()
    if lesson is None or (lesson.version, lesson.content_html) != (read.version, read.content_html):
        return 0
    before = lesson.blocks
    for column in _MADE:
        setattr(lesson, column, made[column])
    lesson.save(update_fields=_MADE)
    moved = follow_passages(lesson, before)
    write_passages([lesson], language=course.language)
    hooks.lessons_rendered.announce(lesson_id=lesson.pk)
    return moved


def _differs(lesson: Lesson, made: dict[str, Any]) -> bool:
    return any(getattr(lesson, column) != made[column] for column in _MADE)

"""Have notes made: of a lesson, of a course, of one section or sentence, or of what is stale."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.ai.model import CheckedNotes
from studium.content.models import Course
from studium.lib.errors import Invalid, NotFound
from studium.lib.jobs import enqueue
from studium.lib.models import Job
from studium.notes import rights, rules, store
from studium.notes.actions.holding import held, require_ready

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def request_notes(*, by: User, lesson_id: UUID, now: datetime, replace_edited: bool = False) -> Job:
    """Have the notes of a lesson made (again); returns the job, or the one that already runs.

    What people changed stays and is merged with the new notes; with `replace_edited` it goes.
    """
    lesson = store.held_lesson(lesson_id)
    rights.require_manage_notes(by, lesson.course)
    return enqueue(
        rules.LESSON_JOB,
        target=lesson.pk,
        title=f"AI notes for “{lesson.topic}”",
        arguments={"lesson_id": str(lesson.pk), "replace_edited": replace_edited},
        by=by,
        course_id=lesson.course_id,
    )


@transaction.atomic
def request_part(
    *,
    by: User,
    note_id: UUID,
    now: datetime,
    sentence: str = "",
    kind: str = "",
    heading: str = "",
    replace_edited: bool = False,
) -> Job:
    """Have one section made again, or another sentence put in the place of one (by its id).

    A section is a kind, and for key points the heading they stand under.
    """
    note, lesson = held(by, note_id)
    require_ready(note)
    known = rules.identified(note.sentences)
    if sentence and sentence not in {one["id"] for one in known}:
        raise NotFound
    if not sentence and not any(rules.in_section(one, kind, heading) for one in known):
        raise Invalid("These notes have no such section. Reload the page.")
    part = sha256("\0".join([sentence, kind, heading]).encode()).hexdigest()[:12]
    return enqueue(
        rules.PART_JOB,
        target=f"{lesson.pk}:{part}",
        title=f"A part of the AI notes for “{lesson.topic}”",
        arguments={
            "lesson_id": str(lesson.pk),
            "sentence": sentence,
            "kind": kind,
            "heading": heading,
            "replace_edited": replace_edited,
        },
        by=by,
        course_id=lesson.course_id,
    )


@transaction.atomic
def request_refresh(*, by: User, note_id: UUID, now: datetime) -> Job:
    """Have exactly the sentences made again that cite changed text."""
    note, lesson = held(by, note_id)
    require_ready(note)
    return enqueue(
        rules.REFRESH_JOB,
        target=lesson.pk,
        title=f"Refresh the AI notes for “{lesson.topic}”",
        arguments={"lesson_id": str(lesson.pk)},
        by=by,
        course_id=lesson.course_id,
    )


@transaction.atomic
def request_notes_for_course(
    *, by: User, course_id: UUID, now: datetime, replace_edited: bool = False
) -> Job:
    """Have notes made for every lesson that has none or has changed; edited ones stay."""
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_manage_notes(by, course)
    return enqueue(
        rules.COURSE_JOB,
        target=course.pk,
        title=f"AI notes for “{course.title}”",
        arguments={"course_id": str(course.pk), "replace_edited": replace_edited},
        by=by,
        course_id=course.pk,
    )


@transaction.atomic
def store_notes(
    *,
    lesson_id: UUID,
    made: CheckedNotes,
    source_hash: str,
    now: datetime,
    replace_edited: bool = False,
) -> str:
    """Keep notes that were made elsewhere and verified; see `store.store_checked`."""
    return store.store_checked(
        store.held_lesson(lesson_id),
        made,
        source_hash=source_hash,
        replace_edited=replace_edited,
        now=now,
    )

"""What people do with notes: ask for them, change them, answer for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.ai.model import CheckedNotes
from studium.ai.skills.notes import render_markdown
from studium.content.models import Course, Lesson
from studium.identity.actions import audit
from studium.lib.errors import Conflict, NotFound
from studium.lib.jobs import enqueue
from studium.lib.models import Job
from studium.notes import rights, rules, store
from studium.notes.models import AiNote, NoteStatus

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def request_notes(*, by: User, lesson_id: UUID, now: datetime, replace_edited: bool = False) -> Job:
    """Have the notes of a lesson made (again); returns the job, or the one that already runs.

    Notes that a person has edited are replaced only with `replace_edited`; else `Conflict` with
    the code `edited_note` says who edited them.
    """
    lesson = store.held_lesson(lesson_id)
    rights.require_manage_notes(by, lesson.course)
    note = store.held_note(lesson_id)
    if note is not None and note.edited_by is not None and not replace_edited:
        raise Conflict(
            f"{note.edited_by.name} has edited these notes. Making them again replaces the edited "
            "text; say so if you want that.",
            code="edited_note",
        )
    return enqueue(
        rules.LESSON_JOB,
        target=lesson.pk,
        title=f"AI notes for “{lesson.topic}”",
        arguments={"lesson_id": str(lesson.pk), "replace_edited": replace_edited},
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


@transaction.atomic
def edit_note(
    *,
    by: User,
    note_id: UUID,
    sentences: Sequence[Mapping[str, Any]],
    now: datetime,
    based_on: str | None = None,
) -> AiNote:
    """Change the words of a note; `sentences` as `rules.edited` takes them.

    `based_on` is the stamp of the note the person started from; when it has changed since, nothing
    is saved (`Conflict`). An approved note stays approved, by the person who edits it.
    """
    note, lesson = _held(by, note_id)
    _require_ready(note)
    if based_on is not None and based_on != rules.stamp(note.sentences):
        raise Conflict(
            "These notes were changed while you edited them, so nothing is saved. Your words are "
            "below; open the notes again in another tab to compare.",
            code="note_changed",
        )
    changed = rules.edited(note.sentences, sentences)
    if changed == note.sentences:
        return note
    note.sentences = changed
    note.generated_content = render_markdown(_as_checked(note))
    note.edited_by, note.edited_at = by, now
    if note.status == NoteStatus.APPROVED:
        note.approved_by, note.approved_at = by, now
    note.save()
    _record(note, lesson, by=by, action="note.edited", now=now)
    return note


@transaction.atomic
def approve_note(*, by: User, note_id: UUID, now: datetime) -> AiNote:
    """Answer for a note: from now on its lesson's readers see it."""
    note, lesson = _held(by, note_id)
    _require_ready(note)
    if note.status == NoteStatus.APPROVED:
        return note
    note.status, note.approved_by, note.approved_at = NoteStatus.APPROVED, by, now
    note.save()
    _record(note, lesson, by=by, action="note.approved", now=now)
    return note


@transaction.atomic
def unapprove_note(*, by: User, note_id: UUID, now: datetime) -> AiNote:
    """Take the approval back: the note is a draft again."""
    note, lesson = _held(by, note_id)
    if note.status != NoteStatus.APPROVED:
        return note
    note.status, note.approved_by, note.approved_at = NoteStatus.DRAFT, None, None
    note.save()
    _record(note, lesson, by=by, action="note.unapproved", now=now)
    return note


@transaction.atomic
def approve_all(*, by: User, course_id: UUID, now: datetime) -> int:
    """Approve every draft of a course that fits its lesson as it is now; returns how many."""
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_manage_notes(by, course)
    drafts = AiNote.objects.select_for_update(of=("self",)).select_related("lesson")
    fitting = [
        note
        for note in drafts.filter(lesson__course=course, status=NoteStatus.DRAFT)
        if not rules.is_stale(note.source_hash, note.lesson.content_hash)
    ]
    for note in fitting:
        note.status, note.approved_by, note.approved_at = NoteStatus.APPROVED, by, now
        note.save()
        _record(note, note.lesson, by=by, action="note.approved", now=now)
    return len(fitting)


def _held(by: User, note_id: UUID) -> tuple[AiNote, Lesson]:
    """The note, locked, and its lesson, if this person may change it."""
    rows = AiNote.objects.select_for_update(of=("self",)).select_related("lesson__course")
    note = rows.filter(pk=note_id).first()
    if note is None:
        raise NotFound
    rights.require_manage_notes(by, note.lesson.course)
    return note, note.lesson


def _require_ready(note: AiNote) -> None:
    if note.status not in rights.READY:
        raise Conflict("These notes are not made yet, so there is nothing to change or approve.")


def _as_checked(note: AiNote) -> CheckedNotes:
    return CheckedNotes(
        note.engine, note.prompt_version, tuple(rules.sentence(one) for one in note.sentences)
    )


def _record(note: AiNote, lesson: Lesson, *, by: User, action: str, now: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="ai_notes",
        object_id=note.pk,
        course_id=lesson.course_id,
        detail={"lesson": lesson.topic},
        now=now,
    )

"""Answer for notes, one by one or many at once, and take it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.content.models import Course, Lesson
from studium.lib.errors import NotFound
from studium.notes import rights, rules, store
from studium.notes.actions.holding import held, record, require_ready
from studium.notes.models import AiNote, NoteStatus

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def approve_note(*, by: User, note_id: UUID, now: datetime) -> AiNote:
    """Answer for a note: from now on its lesson's readers see it."""
    note, lesson = held(by, note_id)
    require_ready(note)
    if note.status == NoteStatus.APPROVED and not _waiting(note):
        return note
    _approve(note, lesson, by=by, now=now)
    return note


@transaction.atomic
def unapprove_note(*, by: User, note_id: UUID, now: datetime) -> AiNote:
    """Take the approval back: the note is a draft again."""
    note, lesson = held(by, note_id)
    if note.status != NoteStatus.APPROVED:
        return note
    note.status, note.approved_by, note.approved_at = NoteStatus.DRAFT, None, None
    note.save()
    record(note, lesson, by=by, action="note.unapproved", now=now)
    return note


@transaction.atomic
def approve_all(
    *, by: User, course_id: UUID, now: datetime, note_ids: Collection[UUID] | None = None
) -> int:
    """Approve the drafts of a course, or some of them; returns how many were approved.

    Only drafts that fit their lesson as it is now and hold no open conflict: a draft with either
    needs a person's eyes.
    """
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_manage_notes(by, course)
    drafts = AiNote.objects.select_for_update(of=("self",)).select_related("lesson")
    drafts = drafts.filter(lesson__course=course, status=NoteStatus.DRAFT)
    if note_ids is not None:
        drafts = drafts.filter(pk__in=note_ids)
    fitting = [
        note
        for note in drafts
        if not note.conflicts and not rules.is_stale(note.source_hash, note.lesson.content_hash)
    ]
    for note in fitting:
        _approve(note, note.lesson, by=by, now=now)
    return len(fitting)


def _approve(note: AiNote, lesson: Lesson, *, by: User, now: datetime) -> None:
    """Answer for all of it, what waited included."""
    note.sentences = [store.passed(one) for one in note.sentences]
    note.status, note.approved_by, note.approved_at = NoteStatus.APPROVED, by, now
    note.generated_content = store.markdown_of(note)
    note.save()
    record(note, lesson, by=by, action="note.approved", now=now)


def _waiting(note: AiNote) -> bool:
    return any(one.get("waiting") for one in note.sentences)

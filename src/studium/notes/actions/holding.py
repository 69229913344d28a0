"""What the actions of this package share: the note under a lock, and how a change is kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.content.models import Lesson
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.notes import rights, store, versions
from studium.notes.models import AiNote, Cause, NoteStatus

if TYPE_CHECKING:
    from studium.identity.models import User


def held(by: User, note_id: UUID) -> tuple[AiNote, Lesson]:
    """The note, locked, and its lesson, if this person may change it."""
    rows = AiNote.objects.select_for_update(of=("self",)).select_related("lesson__course")
    note = rows.filter(pk=note_id).first()
    if note is None:
        raise NotFound
    rights.require_manage_notes(by, note.lesson.course)
    return note, note.lesson


def require_ready(note: AiNote) -> None:
    """`Conflict` where there are no sentences yet."""
    if note.status not in rights.READY:
        raise Conflict("These notes are not made yet, so there is nothing to change or approve.")


def change(
    note: AiNote,
    lesson: Lesson,
    sentences: list[dict[str, Any]],
    *,
    cause: Cause,
    by: User,
    now: datetime,
    conflicts: list[dict[str, Any]] | None = None,
) -> None:
    """Store what a person made of the sentences, with a version and a line in the log.

    An approved note stays approved, by this person. Nothing is written where nothing changed.
    """
    if not sentences:
        raise Invalid("Notes need at least one sentence. To hide them, take the approval back.")
    left = note.conflicts if conflicts is None else conflicts
    if sentences == note.sentences and left == note.conflicts:
        return
    versions.before_change(note)
    note.sentences, note.conflicts = sentences, left
    note.edited_by, note.edited_at = by, now
    if note.status == NoteStatus.APPROVED and all(one.get("waiting") for one in sentences):
        note.sentences = [store.passed(one) for one in sentences]
    if note.status == NoteStatus.APPROVED:
        note.approved_by, note.approved_at = by, now
    note.source_hash = store.source_of(note, lesson, lesson.content_hash)
    note.generated_content = store.markdown_of(note)
    note.save()
    versions.keep(note, cause, by_id=by.pk, now=now)
    record(note, lesson, by=by, action=f"note.{cause.value}", now=now)


def record(note: AiNote, lesson: Lesson, *, by: User, action: str, now: datetime) -> None:
    """A line in the log."""
    audit.record(
        by=by,
        action=action,
        object_type="ai_notes",
        object_id=note.pk,
        course_id=lesson.course_id,
        detail={"lesson": lesson.topic},
        now=now,
    )

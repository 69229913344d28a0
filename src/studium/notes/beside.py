"""The notes beside an open lesson: one statement by hand, for a hot path.

What is read is cheap; what a page shows is made of it only when the page is really rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from studium.lib.db import json_value, read_rows, time_value, uuid_param, uuid_value
from studium.notes import rules
from studium.notes.models import NoteStatus
from studium.notes.queries import NoteView, Panel, panel_in_page, sentence_views

if TYPE_CHECKING:
    from studium.content.queries import OpenLesson

NOTE = """
SELECT n.id, n.status, n.generated_content, n.engine, n.prompt_version, n.created_at, a.name,
  n.approved_at, b.name, n.edited_at, n.error, n.rejected, n.source_hash, n.sentences
FROM ai_notes n JOIN lessons l ON l.id = n.lesson_id JOIN courses c ON c.id = l.course_id
LEFT JOIN users a ON a.id = n.approved_by_id LEFT JOIN users b ON b.id = n.edited_by_id
WHERE n.lesson_id = %s AND (n.status = %s OR (n.status = %s AND c.show_checked_notes))"""


class NotesBeside:
    """What a page needs: `stamp`, which changes whenever the panel does, and the panel itself."""

    def __init__(self, lesson: OpenLesson, row: Any) -> None:
        self._lesson, self._row = lesson, row
        # What is shown changes only together with one of these.
        self.stamp: tuple[object, ...] = ()
        if row is not None:
            self.stamp = (*row[:2], crc32(row[2].encode()), *row[3:10], row[12])

    def panel(self) -> Panel:
        """As `queries.panel_for`; asks the database again only when the note is stale."""
        lesson, row = self._lesson, self._row
        if row is not None and rules.is_stale(row[12], lesson.content_hash):
            return _by_rows(lesson, is_staff=False, may_manage=False)
        note = None if row is None else _view(lesson, row)
        return Panel(lesson.id, lesson.course_slug, note, may_manage=False)


class NotesOfStaff(NotesBeside):
    """The same for the staff, who see every state of a note and the job that makes it."""

    def __init__(self, lesson: OpenLesson, *, may_manage: bool) -> None:
        super().__init__(lesson, None)
        self._panel = _by_rows(lesson, is_staff=True, may_manage=may_manage)
        note, job = self._panel.note, self._panel.job
        self.stamp = (
            may_manage,
            note and (note.id, note.status, note.stamp, note.is_stale, note.created_at),
            note and (note.conflict_count, note.waiting_count),
            note and (note.approved_at, note.approved_by, note.edited_at, note.edited_by),
            job and (job.pk, job.status, job.step, job.progress_done),
        )

    def panel(self) -> Panel:
        return self._panel


def notes_beside(lesson: OpenLesson, *, may_manage: bool) -> NotesBeside:
    """The notes of a lesson for its reader, whose right to read it the caller has checked."""
    if lesson.is_staff:
        return NotesOfStaff(lesson, may_manage=may_manage)
    parameters = [uuid_param(lesson.id), NoteStatus.APPROVED.value, NoteStatus.DRAFT.value]
    rows = read_rows(NOTE, parameters)
    return NotesBeside(lesson, rows[0] if rows else None)


def _by_rows(lesson: OpenLesson, *, is_staff: bool, may_manage: bool) -> Panel:
    return panel_in_page(
        lesson_id=lesson.id,
        content_hash=lesson.content_hash,
        course_slug=lesson.course_slug,
        is_staff=is_staff,
        may_manage=may_manage,
    )


def _view(lesson: OpenLesson, row: Any) -> NoteView:
    sentences = rules.identified(json_value(row[13]))
    approved = row[1] == NoteStatus.APPROVED
    shown = tuple(one for one in sentence_views(sentences, None) if not (approved and one.waiting))
    return NoteView(
        id=uuid_value(row[0]),
        lesson_id=lesson.id,
        status=row[1],
        generated_content=row[2],
        engine=row[3],
        engine_version=row[4],
        created_at=time_value(row[5]),
        approved_by=row[6] or "",
        approved_at=time_value(row[7]) if row[7] is not None else None,
        edited_by=row[8] or "",
        edited_at=time_value(row[9]) if row[9] is not None else None,
        error=row[10],
        rejected_count=len(json_value(row[11])),
        is_stale=False,
        stamp=rules.stamp(sentences),
        conflict_count=0,
        sentences=shown,
    )

"""Keep what was made: a note is replaced only by one that was checked, and never a person's edit.

Between jobs and actions, which both use it; it opens no transaction of its own.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from studium.ai.model import CheckedNotes
from studium.ai.skills.notes import render_markdown
from studium.content.models import Lesson
from studium.lib.errors import NotFound
from studium.notes import rules
from studium.notes.models import AiNote, NoteStatus


def held_lesson(lesson_id: UUID) -> Lesson:
    """The lesson with its course, locked until the end of the transaction; else `NotFound`."""
    rows = Lesson.objects.select_for_update(of=("self",)).select_related("course")
    lesson = rows.filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    return lesson


def held_note(lesson_id: UUID) -> AiNote | None:
    """The lesson's note, locked until the end of the transaction, if there is one."""
    return AiNote.objects.select_for_update().filter(lesson_id=lesson_id).first()


def is_fresh(note: AiNote | None, content_hash: str, *, engine_version: str) -> bool:
    """Whether making the notes again would give what is there."""
    return (
        note is not None
        and note.status != NoteStatus.PENDING
        and not rules.is_stale(note.source_hash, content_hash)
        and (note.engine, note.prompt_version) == (rules.ENGINE, engine_version)
    )


def store_checked(
    lesson: Lesson, made: CheckedNotes, *, source_hash: str, replace_edited: bool, now: datetime
) -> str:
    """Keep checked notes; returns what happened: stored, unchanged, kept_edited or nothing.

    "nothing": the engine found nothing worth keeping. Earlier notes stay then; without any, the
    reason is kept as a failed note, so that nobody waits for it.
    """
    note = held_note(lesson.pk)
    if note is not None and note.edited_by_id is not None and not replace_edited:
        return "kept_edited"
    if not made.sentences:
        return _keep_reason(note, lesson, made, source_hash=source_hash, now=now)
    values = _values(made, lesson, source_hash)
    if note is None:
        AiNote.objects.create(lesson=lesson, created_at=now, status=NoteStatus.DRAFT, **values)
        return "stored"
    same = note.edited_by_id is None and rules.says_the_same(note.sentences, made.sentences)
    unchanged = same and note.status in (NoteStatus.DRAFT, NoteStatus.APPROVED)
    for name, value in values.items():
        setattr(note, name, value)
    note.error = ""
    if not unchanged:
        note.created_at, note.status = now, NoteStatus.DRAFT
        note.approved_by = note.approved_at = note.edited_by = note.edited_at = None
    note.save()
    return "unchanged" if unchanged else "stored"


def _keep_reason(
    note: AiNote | None, lesson: Lesson, made: CheckedNotes, *, source_hash: str, now: datetime
) -> str:
    if note is not None and note.status not in (NoteStatus.PENDING, NoteStatus.FAILED):
        return "nothing"
    AiNote.objects.update_or_create(
        lesson=lesson,
        defaults=_values(made, lesson, source_hash)
        | {
            "status": NoteStatus.FAILED,
            "error": made.reason or "The engine proposed nothing.",
            "created_at": now,
        },
    )
    return "nothing"


def _values(made: CheckedNotes, lesson: Lesson, source_hash: str) -> dict[str, Any]:
    """The columns; each sentence also keeps the numbers of its sources in the lesson's margin."""
    numbers = rules.margin_numbers(lesson.blocks, lesson.content_html)
    return {
        "generated_content": render_markdown(made),
        "engine": made.engine,
        "prompt_version": made.engine_version,
        "source_hash": source_hash,
        "sentences": [
            asdict(one) | {"numbers": [numbers.get(each.block_id, 1) for each in one.sources]}
            for one in made.sentences
        ],
        "rejected": [asdict(one) for one in made.rejected],
    }

"""The history of a note: each change of its sentences, who made it and when. Append-only.

Between jobs and actions, which both use it; it opens no transaction of its own. The note is locked
by the caller, so that versions are numbered without gaps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from studium.notes.models import AiNote, Cause, NoteVersion


def before_change(note: AiNote) -> None:
    """Keep what stands there now, unless it is kept already (notes older than their history)."""
    if not note.sentences or NoteVersion.objects.filter(lesson_id=note.lesson_id).exists():
        return
    _keep(note, Cause.BEFORE, number=1, by_id=note.edited_by_id, now=note.created_at)


def keep(note: AiNote, cause: Cause, *, by_id: UUID | None, now: datetime) -> None:
    """Keep the sentences as they stand after a change, if they differ from the newest version."""
    newest = NoteVersion.objects.filter(lesson_id=note.lesson_id).order_by("-version").first()
    if newest is not None and newest.sentences == note.sentences:
        return
    _keep(note, cause, number=newest.version + 1 if newest else 1, by_id=by_id, now=now)


def newest_number(lesson_id: UUID) -> int:
    """The number of the newest version; 0 without any."""
    found: int | None = NoteVersion.objects.filter(lesson_id=lesson_id).aggregate(
        newest=Max("version")
    )["newest"]
    return found or 0


def _keep(note: AiNote, cause: Cause, *, number: int, **more: Any) -> None:
    NoteVersion.objects.create(
        lesson_id=note.lesson_id,
        version=number,
        cause=cause,
        sentences=note.sentences,
        engine=note.engine,
        engine_version=note.prompt_version,
        source_hash=note.source_hash,
        by_id=more["by_id"],
        created_at=more["now"],
    )

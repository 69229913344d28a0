"""Change the words of a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.lib.errors import Conflict
from studium.notes import rules
from studium.notes.actions.holding import change, held, require_ready
from studium.notes.models import AiNote, Cause

if TYPE_CHECKING:
    from studium.identity.models import User


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
    note, lesson = held(by, note_id)
    require_ready(note)
    if based_on is not None and based_on != rules.stamp(note.sentences):
        raise Conflict(
            "These notes were changed while you edited them, so nothing is saved. Your words are "
            "below; open the notes again in another tab to compare.",
            code="note_changed",
        )
    changed = rules.identified(rules.edited(rules.identified(note.sentences), sentences))
    change(note, lesson, changed, cause=Cause.EDITED, by=by, now=now)
    return note

"""Readers' own notes follow their passages, in the transaction that changes the lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studium.content.models import Lesson, OwnNote
from studium.content.rules import following

_BATCH = 500


def follow_passages(lesson: Lesson, before: Sequence[Mapping[str, Any]]) -> int:
    """Move the notes of a lesson whose blocks were `before`; returns how many were moved.

    A note whose passage is gone keeps its quotation and loses its place; it finds it again when
    the same words come back. Nothing else of a note changes.
    """
    old, new = following.blocks_of(before), following.blocks_of(lesson.blocks)
    if old == new:
        return 0
    rows = OwnNote.objects.filter(lesson=lesson).exclude(quote="")
    notes = list(rows.only("id", "block_id", "begins", "ends", "quote").order_by("pk"))
    if not notes:
        return 0
    change = following.Change(old, new)
    moved = [one for one in notes if _moved(one, change)]
    OwnNote.objects.bulk_update(moved, ["block_id", "begins", "ends"], batch_size=_BATCH)
    return len(moved)


def _moved(note: OwnNote, change: following.Change) -> bool:
    """Set the new place of a note; whether it differs from the old one."""
    if note.block_id is None:
        spot = change.find(note.quote)
    else:
        spot = change.follow(following.Spot(note.block_id, note.begins, note.ends), note.quote)
    was = (note.block_id, note.begins, note.ends)
    if spot is None:
        note.block_id = None
    else:
        note.block_id, note.begins, note.ends = spot.block_id, spot.begins, spot.ends
    return (note.block_id, note.begins, note.ends) != was

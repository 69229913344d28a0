"""The history of a note as its staff see it: who changed what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.content import rights as course_rights
from studium.lib.errors import NotFound
from studium.notes import rules
from studium.notes.models import AiNote, NoteVersion
from studium.notes.queries import lesson_of

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list. `by` is "" where nobody asked; counts are against the one before."""

    version: int
    cause: str
    by: str
    created_at: datetime
    engine: str
    engine_version: str
    sentences: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a version beside the note as it is: same, gone since, or new since."""

    mark: str  # "", "-" or "+"
    kind: str
    term: str
    text: str


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version with its sentences, and what became of them in the note as it is now."""

    line: VersionLine
    sentences: tuple[dict[str, Any], ...]
    against_now: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The versions of a note, the newest first; `count` is of all of them."""

    note_id: UUID
    lesson_id: UUID
    topic: str
    items: tuple[VersionLine, ...]
    count: int


def history_of(note_id: UUID, viewer: User, *, limit: int = 50, offset: int = 0) -> History:
    """For the staff of the course; else `NotAllowed` or `NotFound`."""
    note = _note(note_id, viewer)
    rows = NoteVersion.objects.filter(lesson_id=note.lesson_id).select_related("by")
    held = list(rows.order_by("-version")[offset : offset + limit + 1])
    lines = [
        _line(one, held[at + 1] if at + 1 < len(held) else None) for at, one in enumerate(held)
    ]
    return History(note.pk, note.lesson_id, note.lesson.topic, tuple(lines[:limit]), rows.count())


def version_of(note_id: UUID, version: int, viewer: User) -> VersionShown:
    """One version, compared with the note as it is now; `NotFound` without such a one."""
    note = _note(note_id, viewer)
    rows = NoteVersion.objects.filter(lesson_id=note.lesson_id).select_related("by")
    found = rows.filter(version=version).first()
    if found is None:
        raise NotFound
    before = rows.filter(version=version - 1).first()
    sentences = tuple(rules.identified(found.sentences))
    return VersionShown(_line(found, before), sentences, _against(found.sentences, note.sentences))


def _note(note_id: UUID, viewer: User) -> AiNote:
    note = AiNote.objects.select_related("lesson__course").filter(pk=note_id).first()
    if note is None:
        raise NotFound
    course_rights.require_course_staff(viewer, lesson_of(note.lesson_id).course)
    return note


def _line(one: NoteVersion, before: NoteVersion | None) -> VersionLine:
    now = {(each["kind"], each["text"]) for each in one.sentences}
    then = {(each["kind"], each["text"]) for each in before.sentences} if before else set()
    return VersionLine(
        version=one.version,
        cause=one.cause,
        by=one.by.name if one.by else "",
        created_at=one.created_at,
        engine=one.engine,
        engine_version=one.engine_version,
        sentences=len(one.sentences),
        added=len(now - then),
        removed=len(then - now),
    )


def _against(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> tuple[Line, ...]:
    """Sentence by sentence; at most 120 on each side, so the comparison is cheap."""
    a = [(one["kind"], one.get("term", ""), one["text"]) for one in old]
    b = [(one["kind"], one.get("term", ""), one["text"]) for one in new]
    lines: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("", *one) for one in a[i:j]]
        else:
            lines += [Line("-", *one) for one in a[i:j]]
            lines += [Line("+", *one) for one in b[k:m]]
    return tuple(lines)

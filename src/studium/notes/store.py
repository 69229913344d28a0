"""Keep what was made: only what was checked, and never over what a person did.

Between jobs and actions, which both use it; it opens no transaction of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from studium.ai.model import CheckedNotes
from studium.ai.skills.notes import render_markdown
from studium.content.models import Lesson
from studium.lib.errors import NotFound
from studium.notes import rejections, rules, versions
from studium.notes.models import AiNote, Cause, NoteStatus

Stored = dict[str, Any]
READY = (NoteStatus.DRAFT, NoteStatus.APPROVED)


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


def is_fresh(
    note: AiNote | None, content_hash: str, *, engine: str = rules.ENGINE, engine_version: str
) -> bool:
    """Whether making the notes again would give what is there."""
    return (
        note is not None
        and note.status != NoteStatus.PENDING
        and not rules.is_stale(note.source_hash, content_hash)
        and (note.engine, note.prompt_version) == (engine, engine_version)
    )


def store_checked(
    lesson: Lesson,
    made: CheckedNotes,
    *,
    source_hash: str,
    replace_edited: bool,
    now: datetime,
    by_id: UUID | None = None,
) -> str:
    """Keep checked notes; returns what happened: stored, merged, conflicts, unchanged or nothing.

    What a person changed stays ("merged"); where the machine says something new about it, both are
    kept for the person to choose ("conflicts"). With `replace_edited` everything follows the
    machine. "nothing": the engine found nothing worth keeping. Earlier notes stay then; without
    any, the reason is kept as a failed note, so that nobody waits for it.
    """
    note = held_note(lesson.pk)
    refuse(lesson, made, now=now)
    if not made.sentences:
        return _keep_reason(note, lesson, made, source_hash=source_hash, now=now)
    theirs = as_stored(made, lesson)
    if note is None:
        note = AiNote(lesson=lesson, created_at=now, status=NoteStatus.DRAFT)
        _take(note, lesson, made, rules.merge([], [], theirs), source_hash)
        note.save(force_insert=True)
        versions.keep(note, Cause.MADE, by_id=by_id, now=now)
        return "stored"
    ours = [] if replace_edited else reanchored(note.sentences, lesson)
    base = [] if replace_edited else machine_base(note)
    merged = rules.merge(base, ours, theirs, [] if replace_edited else note.conflicts)
    return _replace(note, lesson, made, merged, source_hash=source_hash, now=now, by_id=by_id)


def _replace(
    note: AiNote,
    lesson: Lesson,
    made: CheckedNotes,
    merged: rules.Merged,
    *,
    source_hash: str,
    now: datetime,
    by_id: UUID | None,
) -> str:
    """Put merged notes in the place of earlier ones; an approval holds where they say the same."""
    same = rules.says_the_same(note.sentences, merged.sentences)
    unchanged = same and merged.conflicts == note.conflicts and note.status in READY
    versions.before_change(note)
    _take(note, lesson, made, merged, source_hash)
    if not unchanged:
        note.created_at, note.status = now, NoteStatus.DRAFT
        note.approved_by = note.approved_at = None
        note.sentences = [passed(one) for one in note.sentences]
        note.generated_content = markdown_of(note)
    kept = any(rules.touched(one) for one in note.sentences)
    if not kept:
        note.edited_by = note.edited_at = None
    note.save()
    versions.keep(note, Cause.MERGED if kept else Cause.MADE, by_id=by_id, now=now)
    if unchanged:
        return "unchanged"
    return "conflicts" if merged.conflicts else "merged" if kept else "stored"


def _take(
    note: AiNote, lesson: Lesson, made: CheckedNotes, merged: rules.Merged, source_hash: str
) -> None:
    note.sentences, note.machine = merged.sentences, merged.machine
    note.conflicts, note.error = merged.conflicts, ""
    note.engine, note.prompt_version = made.engine, made.engine_version
    note.rejected = [asdict(one) for one in made.rejected]
    note.source_hash = source_of(note, lesson, source_hash)
    note.generated_content = markdown_of(note)


def source_of(note: AiNote, lesson: Lesson, source_hash: str) -> str:
    """The lesson text the note belongs to: the new one only if every sentence still stands in it.

    So a note with a sentence that cites changed text stays marked until a person has seen to it.
    """
    old = note.source_hash
    if not old or old == source_hash:
        return source_hash
    places = rules.Places(lesson.content, lesson.blocks)
    current = (places.current(rules.sentence(one).sources) for one in note.sentences)
    return old if any(found is None for found in current) else source_hash


def reanchored(sentences: Sequence[Mapping[str, Any]], lesson: Lesson) -> list[Stored]:
    """The sentences with their sources where they stand in the lesson now, as far as they do."""
    places = rules.Places(lesson.content, lesson.blocks)
    numbers = rules.margin_numbers(lesson.blocks, lesson.content_html)
    moved = []
    for one in sentences:
        found = places.current(rules.sentence(one).sources)
        moved.append(dict(one) if found is None else dict(one) | sources_as_stored(found, numbers))
    return moved


def sources_as_stored(found: Sequence[Any], numbers: Mapping[str, int]) -> Stored:
    """The columns of a sentence that say where it comes from."""
    return {
        "sources": [asdict(each) for each in found],
        "numbers": [numbers.get(each.block_id, 1) for each in found],
    }


def as_stored(made: CheckedNotes, lesson: Lesson) -> list[Stored]:
    """Checked sentences as the column keeps them, with the margin numbers of their sources."""
    numbers = rules.margin_numbers(lesson.blocks, lesson.content_html)
    said = [asdict(one) | sources_as_stored(one.sources, numbers) for one in made.sentences]
    held: list[Stored] = json.loads(json.dumps(said))  # lists for tuples, as a row has them
    return rules.identified(held)


def machine_base(note: AiNote) -> list[Stored]:
    """What the machine made last; in notes older than the column the quotations say it."""
    if note.machine:
        return list(note.machine)
    base = []
    for one in rules.identified(note.sentences):
        if one.get("edited"):
            said = " ".join(each["quote"] for each in one["sources"])
            if not said:
                continue  # a sentence of the person's own
            one = one | {"text": said, "edited": False}
        base.append(one)
    return base


def markdown_of(note: AiNote) -> str:
    """The note as Markdown: of an approved one without the sentences that wait for an approval."""
    approved = note.status == NoteStatus.APPROVED
    said = [one for one in note.sentences if not (approved and one.get("waiting"))]
    sentences = tuple(rules.sentence(one) for one in said)
    return render_markdown(CheckedNotes(note.engine, note.prompt_version, sentences))


def refuse(lesson: Lesson, made: CheckedNotes, *, now: datetime) -> None:
    """Keep what the verifier refused, with its reasons."""
    rejections.record(
        lesson.pk,
        made.rejected,
        kind="note",
        engine=made.engine,
        engine_version=made.engine_version,
        now=now,
    )


def passed(one: Mapping[str, Any]) -> Stored:
    """A sentence that waits no more, because the whole note does."""
    return {name: value for name, value in one.items() if name != "waiting"}


def _keep_reason(
    note: AiNote | None, lesson: Lesson, made: CheckedNotes, *, source_hash: str, now: datetime
) -> str:
    if note is not None and note.status not in (NoteStatus.PENDING, NoteStatus.FAILED):
        return "nothing"
    AiNote.objects.update_or_create(
        lesson=lesson,
        defaults={
            "generated_content": "",
            "engine": made.engine,
            "prompt_version": made.engine_version,
            "source_hash": source_hash,
            "sentences": [],
            "rejected": [asdict(one) for one in made.rejected],
            "status": NoteStatus.FAILED,
            "error": made.reason or "The engine proposed nothing.",
            "created_at": now,
        },
    )
    return "nothing"

"""Put new sentences in the place of some, and leave the rest of a note as it is.

Between jobs and actions; it opens no transaction of its own. A sentence that joins an approved note
waits for an approval of its own (`waiting`): readers go on with the others meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from studium.ai.model import CheckedNotes
from studium.content.models import Lesson
from studium.notes import rules, store, versions
from studium.notes.models import AiNote, Cause, NoteStatus

Stored = dict[str, Any]


def stale_in(note: AiNote, lesson: Lesson) -> list[Stored]:
    """The sentences that cite text which is not in the lesson any more."""
    places = rules.Places(lesson.content, lesson.blocks)
    return [
        one
        for one in rules.identified(note.sentences)
        if places.current(rules.sentence(one).sources) is None
    ]


def refresh(
    note: AiNote,
    lesson: Lesson,
    renewals: Mapping[str, Stored | None],
    *,
    made: CheckedNotes,
    now: datetime,
    by_id: UUID | None,
) -> str:
    """Renew exactly the stale sentences; returns refreshed, conflicts or unchanged.

    What a person changed stays, with a conflict to decide. Run twice, the second time finds
    nothing stale and changes nothing.
    """
    versions.before_change(note)
    stale = {one["id"] for one in stale_in(note, lesson)}
    conflicts: list[rules.Conflict] = []
    kept: list[Stored] = []
    machine = {one["id"]: one for one in store.machine_base(note)}
    for one in store.reanchored(rules.identified(note.sentences), lesson):
        new = renewals.get(one["id"]) if one["id"] in stale else one
        if one["id"] in stale and rules.touched(one):
            was = machine.get(one["id"], one)["text"]
            conflicts.append(_conflict(one, was, new))
            new = one
        elif one["id"] in stale:
            machine.pop(one["id"], None)
            new = _as_new(note, new)
            machine |= {new["id"]: _plain(new)} if new else {}
        if new is not None:
            kept.append(new)
    if not kept:  # an approved note is never empty: all of it waits for the person then
        return "nothing"
    earlier = [one for one in note.conflicts if one["id"] not in stale]
    note.conflicts = [*earlier, *(one.stored() for one in conflicts)]
    note.machine = list(machine.values())
    _settle(note, lesson, kept, made, now=now)
    versions.keep(note, Cause.REFRESHED, by_id=by_id, now=now)
    return "conflicts" if conflicts else "refreshed" if stale else "unchanged"


def replace_one(
    note: AiNote,
    lesson: Lesson,
    name: str,
    new: Stored,
    *,
    made: CheckedNotes,
    now: datetime,
    by_id: UUID | None,
) -> str:
    """Put another sentence in the place of one; "gone" when that one is not there any more."""
    sentences = rules.identified(note.sentences)
    if name not in {one["id"] for one in sentences}:
        return "gone"
    versions.before_change(note)
    offered = _as_new(note, new) or {}
    note.machine = [
        _plain(offered) if one["id"] == name else one for one in store.machine_base(note)
    ]
    kept = [offered if one["id"] == name else one for one in sentences]
    note.conflicts = [one for one in note.conflicts if one["id"] != name]
    _settle(note, lesson, kept, made, now=now)
    versions.keep(note, Cause.REPLACED, by_id=by_id, now=now)
    return "stored"


def replace_section(
    note: AiNote,
    lesson: Lesson,
    made: CheckedNotes,
    *,
    kind: str,
    heading: str,
    replace_edited: bool,
    now: datetime,
    by_id: UUID | None,
) -> str:
    """Merge the machine's new words for one section; returns stored, conflicts or unchanged."""
    versions.before_change(note)
    ours = store.reanchored(rules.identified(note.sentences), lesson)
    base = store.machine_base(note)
    if replace_edited:
        ours = [one for one in ours if not rules.in_section(one, kind, heading)]
        base = [one for one in base if not rules.in_section(one, kind, heading)]
    merged = rules.merge_part(
        base, ours, store.as_stored(made, lesson), note.conflicts, kind=kind, heading=heading
    )
    if not merged.sentences or rules.says_the_same(note.sentences, merged.sentences):
        return "unchanged"
    known = {(one["kind"], one["text"]) for one in note.sentences}
    note.machine, note.conflicts = merged.machine, merged.conflicts
    kept = [
        one if (one["kind"], one["text"]) in known else (_as_new(note, one) or one)
        for one in merged.sentences
    ]
    _settle(note, lesson, kept, made, now=now)
    versions.keep(note, Cause.REPLACED, by_id=by_id, now=now)
    return "conflicts" if merged.conflicts else "stored"


def _settle(
    note: AiNote, lesson: Lesson, kept: list[Stored], made: CheckedNotes, *, now: datetime
) -> None:
    """Store the sentences; an approval holds as long as something approved is left."""
    note.sentences = rules.in_order(kept)
    note.engine, note.prompt_version = made.engine, made.engine_version
    if note.status == NoteStatus.APPROVED and all(one.get("waiting") for one in kept):
        note.status, note.created_at = NoteStatus.DRAFT, now
        note.approved_by = note.approved_at = None
        note.sentences = [store.passed(one) for one in note.sentences]
    if not any(rules.touched(one) for one in note.sentences):
        note.edited_by = note.edited_at = None
    note.source_hash = store.source_of(note, lesson, lesson.content_hash)
    note.generated_content = store.markdown_of(note)
    note.save()


def _as_new(note: AiNote, new: Stored | None) -> Stored | None:
    """A sentence that joins the note, under an id no other one has."""
    if new is None:
        return None
    taken = [one for one in rules.identified(note.sentences) if one["id"] != new.get("id")]
    named = rules.identified([*taken, new])[-1]
    return named | {"waiting": True} if note.status == NoteStatus.APPROVED else named


def _plain(one: Stored) -> Stored:
    return {name: value for name, value in one.items() if name != "waiting"}


def _conflict(one: Stored, was: str, new: Stored | None) -> rules.Conflict:
    if new is None:
        return rules.Conflict(one["id"], "machine_dropped", was, one["text"], None)
    return rules.Conflict(one["id"], "both_changed", was, one["text"], new)

"""From answers to what the engine learns: which of them count, for what, and with which share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from studium.analytics.answered import Answer
from studium.analytics.asked import named_concepts
from studium.analytics.chains import Chains
from studium.analytics.epochs import Forgotten
from studium.analytics.learning import Event, Rows, learn
from studium.content import concepts as course_concepts
from studium.lib.db import read_rows, uuid_value

_CONCEPTS = "SELECT id, course_id, lesson_id FROM concepts WHERE {}"
_MERGED = "SELECT id, merged_into_id FROM concepts WHERE merged_epoch <= %s"


def fold(
    rows: Rows, batch: Sequence[Answer], chains: Chains, forgotten: Forgotten, *, make: bool = True
) -> dict[Any, float]:
    """Let the rows learn a batch; gives the prediction for each answer that counted, by its id.

    `make`: a lesson asked about for the first time gets its concept; without it that is a
    LookupError.
    """
    counted = [
        one
        for one in batch
        if not forgotten.leaves_out(one.user_id, one.seq) and chains.is_place(one)
    ]
    if not counted:
        return {}
    events = _events(rows, counted, chains, make=make)
    rows.load(events)
    before = learn(rows, events)
    return {one.id: p for one, p in zip(counted, before, strict=True)}


def _events(rows: Rows, batch: Sequence[Answer], chains: Chains, *, make: bool) -> list[Event]:
    named = [named_concepts(one.concepts) for one in batch]
    targets = dict(read_rows(_MERGED, [rows.epoch])) if rows.may_merge else {}
    wanted = {_end(concept, targets) for of in named for concept in of}
    own = {}
    for one in batch:
        if one.place is not None and one.place.concept_id is not None:
            own[one.lesson_id] = one.place.concept_id
            rows.courses_of[one.place.concept_id] = one.place.course_id
    lessons = {one.lesson_id for one in batch} - own.keys()
    known = own | _known(rows, wanted - rows.courses_of.keys(), lessons, make=make)
    _read(rows, "id", {_end(one, targets) for one in known.values()} - rows.courses_of.keys())
    alone = {lesson: (_end(concept, targets),) for lesson, concept in known.items()}
    made = []
    for one, concepts in zip(batch, named, strict=True):
        counts = alone[one.lesson_id]
        if concepts:
            ends = [_end(concept, targets) for concept in concepts]
            counts = tuple(dict.fromkeys(end for end in ends if end in rows.courses_of)) or counts
        share = float(chains.share(one))
        made.append(
            Event(one.user_id, one.course_id, one.question_id, counts, share, one.occurred_at)
        )
    return made


def _end(concept: Any, targets: dict[Any, Any]) -> Any:
    """What a concept counts as; merges stay in one course and never come back."""
    while concept in targets:
        concept = targets[concept]
    return concept


def _known(
    rows: Rows, concepts: Collection[Any], lessons: Collection[Any], *, make: bool
) -> dict[Any, Any]:
    """Lesson -> its own concept; `rows` gets to know the course of each concept."""
    own = _read(rows, "id", concepts) | _read(rows, "lesson_id", lessons)
    missing = [one for one in lessons if one not in own]
    if missing and not make:
        raise LookupError("A lesson with answers is no concept.")
    if missing:
        course_concepts.of_lessons([uuid_value(one) for one in missing])
        own |= _read(rows, "lesson_id", missing)
    return own


def _read(rows: Rows, column: str, values: Collection[Any]) -> dict[Any, Any]:
    if not values:
        return {}
    marks = ", ".join(["%s"] * len(values))
    found = read_rows(_CONCEPTS.format(f"{column} IN ({marks})"), list(values))
    rows.courses_of |= {concept: course for concept, course, _ in found}
    return {lesson: concept for concept, _, lesson in found if lesson is not None}

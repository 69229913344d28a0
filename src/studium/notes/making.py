"""Have an engine propose for a stored lesson, and let the verifier decide. Stores nothing.

Between jobs and the rules; the work is done outside any transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from studium.ai.model import CheckedNotes, Kind, LessonText, NoteSentence, Progress
from studium.ai.skills.notes import make_notes
from studium.ai.skills.passages import sentences_at, sentences_under
from studium.content.models import Lesson
from studium.notes import rules, store
from studium.notes.connections import built_in, engine_for


def text_of(lesson: Lesson) -> LessonText:
    """A stored lesson as engines and the verifier read it."""
    return rules.lesson_text(
        topic=lesson.topic,
        content=lesson.content,
        blocks=lesson.blocks,
        language=lesson.course.language,
    )


def checked(
    lesson: Lesson,
    *,
    tell: Progress | None = None,
    by_id: UUID | None = None,
    own: bool = False,
) -> CheckedNotes:
    """Notes of the whole lesson, verified; `by_id` asked for them.

    By the engine of its course, or with `own` by the built-in one: what nobody asked for never
    costs a model's budget.
    """
    engine = built_in() if own else engine_for(lesson.course, by_id=by_id)
    return make_notes(text_of(lesson), engine, progress=tell)


def renewals(
    lesson: Lesson, made: CheckedNotes, stale: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any] | None]:
    """Id of each stale sentence -> what the lesson says now in its place; None where it is silent.

    First the sentence that stands where the cited one stood, then what is said of the same term,
    then the most similar of the new notes. Nothing is offered twice.
    """
    places = rules.Places(lesson.content, lesson.blocks)
    theirs = store.as_stored(made, lesson)
    used: set[tuple[str, str]] = set()
    found: dict[str, dict[str, Any] | None] = {}
    for one in stale:
        anchors = places.anchors(rules.sentence(one).sources)
        spans = [(a.source.start, a.source.end) for a in anchors if a.source]
        kind: Kind = one["kind"]
        near = [] if kind == "key_term" else sentences_at(text_of(lesson), spans, kind=kind)
        offers = [each for each in [*_stored(near, lesson), *theirs] if _said(each) not in used]
        said = " ".join(each["quote"] for each in one["sources"])  # a person may have reworded it
        text = said if rules.touched(one) and said else one["text"]
        at = rules.like(text, offers, kind=kind, term=one.get("term", ""))
        found[one["id"]] = None if at is None else offers[at]
        if at is not None:
            used.add(_said(offers[at]))
    return found


def another(
    lesson: Lesson, made: CheckedNotes, one: Mapping[str, Any], *, said: set[str]
) -> dict[str, Any] | None:
    """A sentence to stand in the place of this one, that is not among `said`; None without any.

    Taken from the new notes of the same section first, then from the section itself.
    """
    kind: Kind = one["kind"]
    heading, term = one.get("heading", ""), one.get("term", "")
    offers = [
        each
        for each in store.as_stored(made, lesson)
        if (each["kind"], each["term"] if term else "", each["heading"]) == (kind, term, heading)
    ]
    if kind != "key_term":
        offers += _stored(sentences_under(text_of(lesson), heading, kind=kind), lesson)
    return next((each for each in offers if each["text"] not in said), None)


def _stored(found: list[NoteSentence], lesson: Lesson) -> list[dict[str, Any]]:
    made = CheckedNotes(rules.ENGINE, "", tuple(found))
    return store.as_stored(made, lesson)


def _said(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["kind"], one["text"]

"""The shape of `analytics.progress_data`: a function of what was taken in, and of nothing else.

`render` makes it from everything; `carrying.py` puts single entries in the place of old ones, which
gives the same (`studium analytics rebuild --check` compares). Plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from studium.analytics.rules import (
    GOAL,
    MOST_ATTEMPTS,
    Attempt,
    Known,
    Tally,
    is_early,
    likely,
    mastery_words,
    words,
)

SCHEMA_VERSION = 2
LABELS = frozenset({"topic", "name", "title"})
"""Keys that are copied for readers and may be renamed at their source."""

Entry = dict[str, Any]


def render(
    *,
    tallies: Iterable[tuple[UUID, Tally]],
    topics: Mapping[UUID, str],
    attempts: Sequence[Attempt],
    concepts: Sequence[Entry] | None = None,
    epoch: int = 0,
) -> Entry:
    """The whole of it.

    `tallies` are pairs of lesson id and tally, `concepts` entries of `concept_entry`; None while
    there is no `epoch`: then each lesson is shown as a concept, by its share. Lessons done and
    exams open change without answers, so they are not in here; pages add them when they are read.
    """
    ordered = sorted(tallies, key=lambda pair: pair[0])
    lessons = [lesson_entry(lesson_id, topics[lesson_id], tally) for lesson_id, tally in ordered]
    newest = sorted(attempts, key=lambda one: (one.at, one.id))[-MOST_ATTEMPTS:]
    return {
        "schema_version": SCHEMA_VERSION,
        "seq": max(tally.last_seq for _, tally in ordered),
        "epoch": epoch,
        "lessons": lessons,
        "concepts": [_concept(lesson) for lesson in lessons]
        if concepts is None
        else sorted(concepts, key=lambda one: str(one["id"])),
        "attempts": [attempt_entry(one) for one in newest],
        "next": next_entry(lessons),
    }


def without_labels(value: Any) -> Any:
    """`progress_data` without the names in it, to compare what was counted."""
    if isinstance(value, dict):
        return {key: without_labels(one) for key, one in value.items() if key not in LABELS}
    return [without_labels(one) for one in value] if isinstance(value, list) else value


def share_of(tally: Tally) -> float:
    """The share that was right, with four decimals."""
    return _four(float(tally.share_sum / tally.answers))


def lesson_entry(lesson_id: UUID, topic: str, tally: Tally) -> Entry:
    """A lesson by its tally."""
    share = share_of(tally)
    return {
        "id": str(lesson_id),
        "topic": topic,
        "answers": tally.answers,
        "share": share,
        "last_at": tally.last_at.isoformat(),
        "words": words(share, tally.answers),
    }


def concept_entry(concept_id: UUID, name: str, last_at: datetime, known: Known) -> Entry:
    """A concept as the engine saw it after the last answer on it."""
    early = is_early(known.n)
    return {
        "id": str(concept_id),
        "name": name,
        "p": _four(known.p),
        "low": None if early else _four(known.low),
        "high": None if early else _four(known.high),
        "n": known.n,
        "last_at": last_at.isoformat(),
        "words": mastery_words(known.p, known.low, known.high, known.n),
    }


def attempt_entry(one: Attempt) -> Entry:
    """An attempt at an exam, or a run of practice."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "of": str(one.of),
        "title": one.title,
        "attempt_no": one.attempt_no,
        "score": one.score,
        "passed": one.passed,
        "at": one.at.isoformat(),
    }


def next_entry(lessons: Sequence[Entry]) -> Entry:
    """What the answers alone suggest: the weakest lesson under the goal, else one hardly tried."""
    topics = {one["id"]: one["topic"] for one in lessons}
    return next_of(
        [(one["id"], one["answers"], one["share"]) for one in lessons], topics.__getitem__
    )


def next_of(shares: Iterable[tuple[str, int, float]], topic_of: Callable[[str], str]) -> Entry:
    """The same from id, answers and share of each lesson; `topic_of` is asked about one."""
    weak, few = None, None
    for id_, answers, share in shares:
        if is_early(answers):
            few = id_ if few is None or id_ < few else few
        elif share < GOAL and (weak is None or (share, id_) < weak):
            weak = (share, id_)
    found, reason = (few, "few_answers") if weak is None else (weak[1], "weakest")
    if found is None:
        return {"kind": "done", "id": None, "title": "", "reason": "goals_met"}
    return {"kind": "lesson", "id": found, "title": topic_of(found), "reason": reason}


# --- parts -----------------------------------------------------------------------------------


def _four(value: float) -> float:
    return round(value, 4)


def _concept(lesson: Entry) -> Entry:
    """Before the first epoch each lesson is a concept."""
    between = likely(lesson["share"], lesson["answers"])
    return {
        "id": lesson["id"],
        "name": lesson["topic"],
        "p": lesson["share"],
        "low": _four(between[0]) if between else None,
        "high": _four(between[1]) if between else None,
        "n": lesson["answers"],
        "last_at": lesson["last_at"],
        "words": lesson["words"],
    }

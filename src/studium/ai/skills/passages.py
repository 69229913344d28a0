"""Every sentence of a lesson that could stand in its notes, each checked as any other."""

from __future__ import annotations

from collections.abc import Iterable

from studium.ai.engines.extractive.reading import read
from studium.ai.model import Kind, LessonText, NoteSentence, ProposedNotes
from studium.ai.verify import verify_notes

_MOST = 40


def sentences_at(
    lesson: LessonText, places: Iterable[tuple[int, int]], *, kind: Kind
) -> list[NoteSentence]:
    """The checked sentences that stand, at least in part, at these places of the source.

    `kind` is summary or key_point; in the order of the lesson, at most 40.
    """
    wanted = list(places)
    reading = read(lesson)
    found = []
    for one in reading.sentences:
        start, end = one.source_range
        if any(start < stop and begin < end for begin, stop in wanted):
            heading = reading.headings[one.section] if kind == "key_point" else ""
            found.append(
                NoteSentence(one.text, kind, (one.source(lesson),), heading=heading, code=one.code)
            )
    return _checked(lesson, found[:_MOST])


def sentences_under(lesson: LessonText, heading: str, *, kind: Kind) -> list[NoteSentence]:
    """The checked sentences of one section, in its order, at most 40; "" means the whole lesson."""
    reading = read(lesson)
    places = [
        one.source_range
        for one in reading.sentences
        if not heading or reading.headings[one.section] == heading
    ]
    return sentences_at(lesson, places[:_MOST], kind=kind)


def _checked(lesson: LessonText, found: list[NoteSentence]) -> list[NoteSentence]:
    """Each is checked alone: whether another one says the same is for the caller to see."""
    kept: list[NoteSentence] = []
    for one in found:
        kept += verify_notes(lesson, ProposedNotes("extractive", "", (one,))).sentences
    return kept

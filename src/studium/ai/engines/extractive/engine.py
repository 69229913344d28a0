"""Put the notes together: a few sentences in short, points by section, terms defined."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studium.ai.engines.extractive import items, rank
from studium.ai.engines.extractive.course import CourseModel
from studium.ai.engines.extractive.definitions import Definition, noteworthy
from studium.ai.engines.extractive.reading import Reading, Sentence
from studium.ai.engines.extractive.study import study
from studium.ai.model import (
    Kind,
    LessonText,
    NoteSentence,
    PlanLine,
    Progress,
    ProposedItems,
    ProposedNotes,
)

NAME = "extractive"
VERSION = "2"

_FEWEST_WORDS = 40
_FEWEST_SENTENCES = 3
_LEAST_SUMMARY = 0.55
_LEAST_POINT = 0.45
_POINTS_PER_SECTION = 3
_WORDS_PER_POINT = 170
_MOST_POINTS = 14
_MOST_TERMS = 10
_LABEL = re.compile(r"[^:.]{3,60}: ")
_ENOUGH_TO_CHOOSE = 80  # candidates looked at when choosing; the best by score


class ExtractiveEngine:
    """Picks sentences of the lesson, word for word. No network, no model, always the same."""

    name = NAME
    version = VERSION

    def propose_notes(
        self,
        lesson: LessonText,
        *,
        course: CourseModel | None = None,
        progress: Progress | None = None,
    ) -> ProposedNotes:
        """Notes of verbatim sentences; none, with a reason, when there is too little prose.

        With a course, what is alike is judged by what its words mean there.
        """
        tell = progress or _quiet
        known = study(lesson, course)
        reading = known.reading
        tell(0.3)
        reason = _too_little(reading)
        if reason:
            return ProposedNotes(self.name, self.version, (), reason=reason)
        built = rank.vectors(reading.sentences, known.course.space)
        defined = noteworthy(known.definitions, most=_MOST_TERMS)
        tell(0.5)
        value = rank.scores(reading, rank.centrality(built), defined)
        tell(0.8)
        sentences = _sentences(reading, value, built, defined)
        tell(1.0)
        return ProposedNotes(
            self.name, self.version, sentences, reason="" if sentences else _NOTHING_STANDS
        )

    def propose_items(
        self,
        lesson: LessonText,
        plan: Sequence[PlanLine] = (),
        *,
        course: CourseModel | None = None,
        progress: Progress | None = None,
    ) -> ProposedItems:
        """Questions in the lesson's own words; ``course`` gives further wrong answers.

        With a ``plan`` only what its lines wish for; fewer, with a reason, where there is less.
        """
        tell = progress or _quiet
        read_in_course = study(lesson, course)
        tell(0.5)
        made, reason = items.propose(read_in_course, plan)
        tell(1.0)
        return ProposedItems(self.name, self.version, made, reason=reason)


_NOTHING_STANDS = "No sentence of this lesson can be understood outside it."


def _quiet(share: float) -> None:
    """Progress that nobody asked for."""


def _too_little(reading: Reading) -> str:
    """Why a lesson has no notes, or ""."""
    has_code = any(block.kind == "code" for block in reading.lesson.blocks)
    size = sum(len(one.text) for one in reading.sentences)
    if not reading.sentences:
        return "This lesson is only code." if has_code else "This lesson has no running text."
    few_words = reading.word_count < _FEWEST_WORDS and size < 6 * _FEWEST_WORDS
    if few_words or len(reading.sentences) < _FEWEST_SENTENCES:
        return "This lesson is almost only code." if has_code else "This lesson is too short."
    return ""


def _sentences(
    reading: Reading,
    value: list[float | None],
    built: rank.Vectors,
    defined: list[Definition],
) -> tuple[NoteSentence, ...]:
    summary = _summary(reading, value, built)
    telling = {one.sentence.index for one in defined}
    points = _points(reading, value, built, taken=summary, telling=telling)
    notes = [_note(reading, at, "summary") for at in sorted(summary)]
    notes += [_note(reading, at, "key_point") for at in sorted(points)]
    notes += [_term(reading, one) for one in sorted(defined, key=lambda one: one.sentence.index)]
    return tuple(notes)


def _summary(reading: Reading, value: list[float | None], built: rank.Vectors) -> list[int]:
    """Two to four sentences for the lesson as a whole."""
    total = len(reading.sentences)
    count = 2 if total < 15 else 3 if total < 45 else 4
    worth = [
        None if each is None else each + _summary_bonus(one, reading)
        for one, each in zip(reading.sentences, value, strict=True)
    ]
    section = [one.section for one in reading.sentences]
    return rank.chosen(_best(worth), worth, built, count=count, group=section, least=_LEAST_SUMMARY)


def _summary_bonus(one: Sentence, reading: Reading) -> float:
    """A summary speaks of the topic; the first lines of a lesson often do."""
    about = len(frozenset(one.stems) & reading.heading_stems[0])
    early = 1 - one.index / max(1, len(reading.sentences))
    labelled = 0.6 if _LABEL.match(one.text) else 0.0
    return 0.2 * min(about, 2) + 0.15 * early - labelled


def _best(worth: list[float | None]) -> list[int]:
    known = [(-each, at) for at, each in enumerate(worth) if each is not None]
    return [at for _, at in sorted(known)[:_ENOUGH_TO_CHOOSE]]


def _points(
    reading: Reading,
    value: list[float | None],
    built: rank.Vectors,
    *,
    taken: list[int],
    telling: set[int],
) -> list[int]:
    """One point for each section that has a good one, then the best of the rest."""
    budget = max(3, min(_MOST_POINTS, round(reading.word_count / _WORDS_PER_POINT)))
    by_section: dict[int, list[int]] = {}
    for one in reading.sentences:
        if value[one.index] is not None and one.index not in telling and one.index not in taken:
            by_section.setdefault(one.section, []).append(one.index)
    offers: list[tuple[int, float, int]] = []
    for indexes in by_section.values():
        picked = rank.chosen(
            indexes, value, built, count=_POINTS_PER_SECTION, beside=taken, least=_LEAST_POINT
        )
        offers += [(min(place, 1), -(value[at] or 0.0), at) for place, at in enumerate(picked)]
    return _unlike([at for _, _, at in sorted(offers)], built, taken)[:budget]


def _unlike(order: list[int], built: rank.Vectors, taken: list[int]) -> list[int]:
    """Without those that repeat one before them."""
    kept: list[int] = []
    for at in order:
        if all(built.likeness(at, other) < 0.6 for other in [*taken, *kept]):
            kept.append(at)
    return kept


def _note(reading: Reading, at: int, kind: Kind) -> NoteSentence:
    one = reading.sentences[at]
    return NoteSentence(
        text=one.text,
        kind=kind,
        sources=(one.source(reading.lesson),),
        heading=reading.headings[one.section] if kind == "key_point" else "",
        code=one.code,
    )


def _term(reading: Reading, found: Definition) -> NoteSentence:
    one = found.sentence
    return NoteSentence(
        text=one.text,
        kind="key_term",
        sources=(one.source(reading.lesson),),
        term=found.term,
        definition=found.definition,
        code=one.code,
    )

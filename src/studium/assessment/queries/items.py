"""Item analysis for the staff of an exam: what its questions say about its people, and themselves.

The figures come from running sums, so a page costs the same at any number of attempts; only the
list of answers that were given to one question is counted when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from studium.assessment import corrected, figures, figuring, rights
from studium.assessment.asked import Asked, asked, content_of, headline
from studium.assessment.figures import Choice, Flag, Item, Whole
from studium.assessment.items import Sums, thirds
from studium.assessment.kinds import Response, kind
from studium.assessment.models import Exam, ExamQuestion, ExamStatistics, Question
from studium.assessment.queries.exams import PAPER
from studium.assessment.scoring import Place, right_contents, score_place
from studium.lib.db import json_value, on_postgresql, uuid_param
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

MOST_SEEN = 30
_SEEN = """
SELECT {response}, count(*) FROM attempt_answers a JOIN exam_attempts t ON t.id = a.attempt_id
WHERE t.exam_id = %s AND a.question_id = %s AND t.status = 'graded'
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A question of an exam with its figures. `facility` and `discrimination` come with a word.

    `few`: under five people, nothing is shown; `grey`: under twenty, do not lean on it.
    """

    question_id: UUID
    position: int
    headline: str
    kind: str
    lesson: str
    worth: float
    is_dropped: bool
    is_corrected: bool
    figures: Item
    facility_word: str
    discrimination_word: str
    flags: tuple[Flag, ...]
    few: bool
    grey: bool


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """An exam's figures over first attempts, one per person; questions in the paper's order.

    `alpha_needs` says why there is no reliability: `people` (too few) or `paper` (people had
    different questions), else empty.
    """

    exam: Exam
    whole: Whole
    alpha_word: str
    alpha_needs: str
    items: tuple[ItemLine, ...]
    few: bool
    grey: bool


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option with how many of the bottom, middle and top third chose it."""

    id: str
    text: str
    is_right: bool
    choice: Choice


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A response as it was given, in words, how often, and what it earned (share, None waits)."""

    words: str
    people: int
    share: float | None
    response: Response


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of the question, and whether it is the one of this exam."""

    question_id: UUID
    version: int
    text: str
    is_this: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """One question of an exam in full, for its staff."""

    exam: Exam
    line: ItemLine
    question: Question
    asked: Asked
    right: tuple[str, ...]
    options: tuple[OptionLine, ...]
    third_sizes: tuple[int, int, int]
    seen: tuple[SeenLine, ...]
    versions: tuple[VersionLine, ...]
    may_regrade: bool


def item_analysis(*, viewer: User, exam_id: UUID) -> ItemAnalysis:
    """The item analysis of an exam, for its staff. Four statements at any size."""
    exam = _exam_for_staff(viewer, exam_id)
    rows, places = _paper(exam)
    stored = _stored(exam.pk)
    lines = tuple(
        _line(row, place, stored.get(row.question_id, Sums()))
        for row, place in zip(rows, places, strict=True)
    )
    counted = [
        (stored[place.question_id], int(place.worth * 1000))
        for place in places
        if not place.is_dropped and stored.get(place.question_id, Sums()).n
    ]
    same = not any(row.pool_id for row in rows)
    whole = figures.whole(counted, same_paper=same)
    few = whole.n < figures.FEW_PEOPLE
    needs = "" if whole.alpha is not None and not few else "paper" if not same else "people"
    return ItemAnalysis(
        exam=exam,
        whole=whole,
        alpha_word=figures.reliability_word(whole.alpha) if whole.alpha is not None else "",
        alpha_needs=needs,
        items=lines,
        few=few,
        grey=whole.n < figures.FEW_ANSWERS,
    )


def item_view(*, viewer: User, exam_id: UUID, question_id: UUID) -> ItemView:
    """One question of an exam: options by thirds, answers seen, versions; for its staff."""
    exam = _exam_for_staff(viewer, exam_id)
    rows, places = _paper(exam)
    found = [pair for pair in zip(rows, places, strict=True) if pair[0].question_id == question_id]
    if not found:
        raise NotFound
    row, place = found[0]
    sums = _stored(exam.pk).get(question_id, Sums())
    split = thirds(sums.bins)
    sizes = [sum(sums.bins[each] for each in part) for part in split]
    return ItemView(
        exam=exam,
        line=_line(row, place, sums),
        question=row.question,
        asked=asked(row.question, points=row.points),
        right=_right_words(place),
        options=_options(row.question, place, sums),
        third_sizes=(sizes[0], sizes[1], sizes[2]),
        seen=_seen(exam.pk, place),
        versions=_versions(row.question),
        may_regrade=rights.may_write(viewer, exam.course_id),
    )


# --- parts -----------------------------------------------------------------------------------


def _exam_for_staff(viewer: User, exam_id: UUID) -> Exam:
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    return exam


def _paper(exam: Exam) -> tuple[list[ExamQuestion], list[Place]]:
    listed = PAPER.all(exam=exam.pk)
    return listed, corrected.places_of(listed, corrected.in_force(exam.pk))


def _stored(exam_id: UUID) -> figuring.Stored:
    """The running sums; computed here for an exam that was sat before they were kept."""
    stored = figuring.of_exam(exam_id)
    if stored or not ExamStatistics.objects.filter(exam_id=exam_id, attempts__gt=0).exists():
        return stored
    return figuring.from_zero(exam_id, corrected.in_force(exam_id))


def _line(row: ExamQuestion, place: Place, sums: Sums) -> ItemLine:
    one = figures.item(sums, worth=int(place.worth * 1000))
    few = one.n < figures.FEW_PEOPLE
    shown = one.facility is not None and not few
    tells = one.discrimination is not None and not few
    return ItemLine(
        question_id=row.question_id,
        position=row.position,
        headline=headline(row.question.question_text),
        kind=row.question.kind,
        lesson=row.question.quiz.lesson.topic,
        worth=float(place.worth),
        is_dropped=place.is_dropped,
        is_corrected=bool(place.corrections),
        figures=one,
        facility_word=figures.facility_word(one.facility or 0.0) if shown else "",
        discrimination_word=figures.discrimination_word(one.discrimination or 0.0) if tells else "",
        flags=figures.flags(one, figures.choices(sums), _right_options(place)),
        few=few,
        grey=one.n < figures.FEW_ANSWERS,
    )


def _right_options(place: Place) -> set[str]:
    name = place.content.kind
    answers = [kind(name).right_answer(one) for one in right_contents(place)]
    return {option for answer in answers for option in figuring.chosen(name, answer)}


def _right_words(place: Place) -> tuple[str, ...]:
    name = place.content.kind
    answers = [(one, kind(name).right_answer(one)) for one in right_contents(place)]
    return tuple(kind(name).words(one, answer) for one, answer in answers if answer is not None)


def _options(question: Question, place: Place, sums: Sums) -> tuple[OptionLine, ...]:
    """The options in the author's order, those nobody chose too."""
    chosen = {one.option: one for one in figures.choices(sums)}
    right = _right_options(place)
    texts = _option_texts(question)
    return tuple(
        OptionLine(
            id=option,
            text=text,
            is_right=option in right,
            choice=chosen.get(option, Choice(option, (0, 0, 0), (0.0, 0.0, 0.0))),
        )
        for option, text in texts.items()
        if right
    )


def _option_texts(question: Question) -> dict[str, str]:
    return kind(question.kind).choices(content_of(question))


def _seen(exam_id: UUID, place: Place) -> tuple[SeenLine, ...]:
    """The answers given most, with what each earns; not for questions with other numbers each."""
    if place.has_variants:
        return ()
    response = "a.response::text" if on_postgresql() else "a.response"
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN.format(response=response),
            [uuid_param(exam_id), uuid_param(place.question_id), MOST_SEEN],
        )
        rows: Sequence[tuple[Any, int]] = cursor.fetchall()
    return tuple(_seen_line(place, json_value(raw), people) for raw, people in rows)


def _seen_line(place: Place, response: Response, people: int) -> SeenLine:
    words = kind(place.content.kind).words(place.content, response)
    share = score_place(place, response).share
    return SeenLine(words, people, None if share is None else float(share), response)


def _versions(question: Question) -> tuple[VersionLine, ...]:
    rows = Question.objects.filter(bank_key=question.bank_key).order_by("-version")
    return tuple(
        VersionLine(
            question_id=row.pk,
            version=row.version,
            text=headline(row.question_text),
            is_this=row.pk == question.pk,
            is_current=row.retired_at is None,
        )
        for row in (rows if question.bank_key else [question])
    )

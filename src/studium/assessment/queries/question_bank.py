"""The bank of a course, or of all courses of an owner, page by page; and one question's story.

A page costs the same for twenty questions as for twenty thousand: the filter finds the ids of one
page, and everything about them is read by those ids.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import rights
from studium.assessment.asked import Asked, asked, headline
from studium.assessment.models import (
    Exam,
    ExamQuestion,
    ItemStatistics,
    Question,
    Quiz,
)
from studium.assessment.queries.finding import (
    FEW_ANSWERS,
    LEVELS,
    BankFilter,
    bank_courses,
    found,
)
from studium.assessment.writing import QuestionDraft, draft_of
from studium.content.models import lesson_texts
from studium.content.queries import names_of
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_EXPORT = 20_000
_TAGS = """
SELECT DISTINCT t.name FROM tags t JOIN question_tags u ON u.tag_id = t.id
WHERE t.owner_id IN ({}) ORDER BY t.name LIMIT 500
"""
_CONCEPTS = """
SELECT id, name FROM concepts WHERE course_id IN ({}) AND merged_into_id IS NULL
ORDER BY name LIMIT 500
"""
_TAGGED = """
SELECT u.question_id, t.name FROM question_tags u JOIN tags t ON t.id = u.tag_id
WHERE u.question_id IN ({}) ORDER BY t.name
"""
_ABOUT = "SELECT question_id, concept_id FROM question_concepts WHERE question_id IN ({})"
_LESSONS = """
SELECT id, topic FROM lessons WHERE course_id IN ({}) ORDER BY course_id, order_index LIMIT 1000
"""
_QUIZZES = """
SELECT z.id, z.title FROM quizzes z JOIN lessons l ON l.id = z.lesson_id
WHERE l.course_id IN ({}) ORDER BY l.course_id, l.order_index, z.position LIMIT 1000
"""
_ROWS = """
SELECT q.id, q.question_text, q.kind, q.points, q.version, q.status, q.retired_at, c.slug, c.title,
  l.topic, z.id, z.title, s.answers, s.share_sum,
  (SELECT COUNT(*) FROM exam_questions e WHERE e.question_id = q.id)
FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id
JOIN courses c ON c.id = l.course_id LEFT JOIN item_statistics s ON s.question_id = q.id
WHERE q.id IN ({})
"""


@dataclass(frozen=True, slots=True)
class BankRow:
    """A question in a list. `level` is a word for `facility`, the share right of all answers;
    both are empty under `FEW_ANSWERS` answers. `exams` counts the papers it stands on."""

    id: UUID
    title: str
    kind: str
    points: int
    version: int
    status: str
    retired_at: datetime | None
    course_slug: str
    course_title: str
    lesson_topic: str
    quiz_id: UUID
    quiz_title: str
    tags: tuple[str, ...]
    concepts: tuple[str, ...]
    answers: int
    facility: float | None
    level: str
    exams: int


@dataclass(frozen=True, slots=True)
class BankPage:
    """A part of a bank; `count` is how many the filter lets through in all."""

    rows: tuple[BankRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class BankWords:
    """What a bank can be narrowed by."""

    tags: tuple[str, ...]
    concepts: tuple[tuple[UUID, str], ...]
    lessons: tuple[tuple[UUID, str], ...]
    quizzes: tuple[tuple[UUID, str], ...]

    @property
    def tag_choices(self) -> list[tuple[str, str]]:
        """The tags as value and text."""
        return [(tag, tag) for tag in self.tags]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a question, and how many people answered it."""

    question: Question
    answers: int
    facility: float | None
    exams: tuple[Exam, ...]


@dataclass(frozen=True, slots=True)
class QuestionStory:
    """A question for its authors: its versions, newest first, and what it is about."""

    question: Question
    versions: tuple[Version, ...]
    tags: tuple[str, ...]
    concepts: tuple[str, ...]
    newest_id: UUID

    @property
    def is_newest(self) -> bool:
        """Whether no later version took its place."""
        return self.newest_id == self.question.pk


@dataclass(frozen=True, slots=True)
class Exported:
    """A question as its author would write it again, with its tags and concepts."""

    draft: QuestionDraft
    tags: tuple[str, ...]
    concepts: tuple[str, ...] = ()


def bank_page(
    *,
    viewer: User,
    wanted: BankFilter,
    course_id: UUID | None = None,
    limit: int = 50,
    offset: int = 0,
) -> BankPage:
    """The bank of a course for its staff, or without one that of all courses the viewer owns."""
    courses = bank_courses(viewer, course_id=course_id)
    rows = found([course.pk for course in courses], wanted)
    ids = list(rows.values_list("pk", flat=True)[offset : offset + limit])
    return BankPage(_rows(ids), rows.order_by().count())


def bank_words(*, viewer: User, course_id: UUID | None = None) -> BankWords:
    """What the filters of a bank offer; lessons and quizzes of one course only."""
    listed = bank_courses(viewer, course_id=course_id)
    courses, owners = [one.pk for one in listed], {one.owner_id for one in listed}
    return BankWords(
        tags=tuple(name for (name,) in _among(_TAGS, owners)),
        concepts=tuple((uuid_value(one), name) for one, name in _among(_CONCEPTS, courses)),
        lessons=tuple((uuid_value(one), topic) for one, topic in _among(_LESSONS, courses))
        if course_id
        else (),
        quizzes=tuple((uuid_value(one), title) for one, title in _among(_QUIZZES, courses)),
    )


def question_story(*, viewer: User, question_id: UUID) -> QuestionStory:
    """One question with all its versions and uses, for the staff of its course."""
    rows = Question.objects.select_related("quiz__lesson__course")
    rows = rows.defer(*lesson_texts("quiz__lesson"))
    question = rows.filter(pk=question_id).first()
    if question is None or not rights.may_see_results(viewer, question.quiz.lesson.course_id):
        raise NotFound
    versions = [question]
    if question.bank_key is not None:
        versions = list(rows.filter(bank_key=question.bank_key).order_by("-version"))
    sums = _sums([one.pk for one in versions])
    exams: dict[UUID, list[Exam]] = {}
    uses = ExamQuestion.objects.filter(question__in=versions).select_related("exam__course")
    for use in uses.order_by("exam__title", "pk"):
        exams.setdefault(use.question_id, []).append(use.exam)
    return QuestionStory(
        question=question,
        versions=tuple(
            Version(
                one,
                sums[one.pk].answers if one.pk in sums else 0,
                _facility(sums.get(one.pk)),
                tuple(exams.get(one.pk, ())),
            )
            for one in versions
        ),
        tags=_tags([question.pk]).get(question.pk, ()),
        concepts=_concepts([question.pk]).get(question.pk, ()),
        newest_id=versions[0].pk,
    )


def selected_in(
    *, viewer: User, wanted: BankFilter, course_id: UUID | None = None, limit: int = 1000
) -> list[UUID]:
    """The ids that the filter lets through, for "all that this filter shows"."""
    courses = bank_courses(viewer, course_id=course_id)
    rows = found([course.pk for course in courses], wanted)
    return list(rows.values_list("pk", flat=True)[:limit])


def of_bank(
    *, viewer: User, question_ids: Sequence[UUID], course_id: UUID | None = None
) -> list[UUID]:
    """Those of the ids that are questions of this bank."""
    courses = [course.pk for course in bank_courses(viewer, course_id=course_id)]
    rows = Question.objects.filter(pk__in=question_ids, quiz__lesson__course_id__in=courses)
    return list(rows.values_list("pk", flat=True))


def asked_for_staff(question: Question) -> Asked:
    """A question as a student meets it, with sample numbers where they differ."""
    return asked(question, points=question.points)


def question_lines(question: Question) -> list[str]:
    """A question in lines of text, for comparing versions: what was asked, and what was right."""
    draft = draft_of(question)
    lines = [f"[{draft.kind}]", *draft.question_text.split("\n")]
    for option in draft.options or ():
        share = f" ({option.share} %)" if option.share else ""
        lines.append(f"{'✓' if option.right else '–'} {option.text}{share}")
    if draft.answer not in (None, ""):
        lines.append(f"= {draft.answer}")
    for name, value in sorted(draft.spec.items()):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines += f"{name}: {text}".split("\n")
    return lines


def exported(
    *, viewer: User, wanted: BankFilter, course_id: UUID | None = None
) -> Iterator[Exported]:
    """The questions that the filter lets through, keys and tags included, in reading order."""
    courses = bank_courses(viewer, course_id=course_id)
    rows = found([course.pk for course in courses], wanted)
    ids = list(rows.values_list("pk", flat=True)[:MAX_EXPORT])
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        tags, concepts = _tags(part), _concepts(part)
        by_id = {one.pk: one for one in Question.objects.filter(pk__in=part)}
        for one in part:
            yield Exported(draft_of(by_id[one]), tags.get(one, ()), concepts.get(one, ()))


def concepts_of_questions(question_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Question -> the names of the concepts it asks about itself. Check the right before."""
    return _concepts(question_ids)


def quiz_for_staff(*, viewer: User, quiz_id: UUID) -> Quiz:
    """A quiz, for the staff of its course."""
    quiz, _role = rights.quiz_for_reader(viewer, quiz_id)
    rights.require_results(viewer, quiz.lesson.course_id)
    return quiz


def known_texts(*, viewer: User, quiz_id: UUID) -> set[str]:
    """The words of all questions in use in a quiz's course, blanks made one."""
    quiz, _role = rights.quiz_for_reader(viewer, quiz_id)
    rights.require_results(viewer, quiz.lesson.course_id)
    rows = Question.objects.filter(
        quiz__lesson__course_id=quiz.lesson.course_id, retired_at__isnull=True
    )
    return {" ".join(text.split()) for text in rows.values_list("question_text", flat=True)}


# --- parts -----------------------------------------------------------------------------------


def _rows(ids: Sequence[UUID]) -> tuple[BankRow, ...]:
    if not ids:
        return ()
    sql = _ROWS.format(", ".join(["%s"] * len(ids)))
    by_id = {uuid_value(row[0]): row for row in read_rows(sql, [uuid_param(one) for one in ids])}
    tags, concepts = _tags(ids), _concepts(ids)
    return tuple(
        _row(one, by_id[one][1:], tags.get(one, ()), concepts.get(one, ()))
        for one in ids
        if one in by_id
    )


def _row(
    question_id: UUID, row: Sequence[Any], tags: tuple[str, ...], concepts: tuple[str, ...]
) -> BankRow:
    text, kind, points, version, status, retired_at, slug, title, topic, quiz, name = row[:11]
    answers, share_sum, exams = row[11:]
    facility = float(share_sum) / answers if answers and answers >= FEW_ANSWERS else None
    return BankRow(
        id=question_id,
        title=headline(text),
        kind=kind,
        points=points,
        version=version,
        status=status,
        retired_at=time_value(retired_at) if retired_at is not None else None,
        course_slug=slug,
        course_title=title,
        lesson_topic=topic,
        quiz_id=uuid_value(quiz),
        quiz_title=name,
        tags=tags,
        concepts=concepts,
        answers=answers or 0,
        facility=facility,
        level=_level(facility),
        exams=exams,
    )


def _among(sql: str, ids: Collection[UUID]) -> list[tuple[Any, ...]]:
    """The rows of a statement that asks for some owners or courses; none for none."""
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    return read_rows(sql.format(marks), [uuid_param(one) for one in ids])


def _sums(ids: Sequence[UUID]) -> dict[UUID, ItemStatistics]:
    return {row.question_id: row for row in ItemStatistics.objects.filter(question_id__in=ids)}


def _facility(sums: ItemStatistics | None) -> float | None:
    if sums is None or sums.answers < FEW_ANSWERS:
        return None
    return float(sums.share_sum) / sums.answers


def _level(facility: float | None) -> str:
    if facility is None:
        return ""
    return next(word for word, (low, high) in LEVELS.items() if low <= facility < high)


def _tags(ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = _among(_TAGGED, ids)
    return _grouped((uuid_value(question), name) for question, name in rows)


def _concepts(ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = _among(_ABOUT, ids)
    links = [(uuid_value(question), uuid_value(concept)) for question, concept in rows]
    names = names_of({concept for _, concept in links})
    pairs = {(question, names[concept]) for question, concept in links}
    return _grouped(sorted(pairs, key=lambda pair: pair[1].casefold()))


def _grouped(pairs: Any) -> dict[UUID, tuple[str, ...]]:
    made: dict[UUID, tuple[str, ...]] = {}
    for question_id, name in pairs:
        made[question_id] = (*made.get(question_id, ()), name)
    return made
